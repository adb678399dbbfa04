"""Titles of events, put together from recorded words only; one small template for each kind."""

import re
from typing import Final

from app.documents.domain.document import Document
from app.records.domain.base import Coding
from app.records.domain.course import Admission, Medication, PerformanceStatus, Symptom, Treatment
from app.records.domain.disease import Biomarker, Diagnosis, MrdResult, PathologyReport, Stage
from app.records.domain.findings import ImagingStudy, LabResult, MarkerResult, Measured
from app.records.domain.statements import Allergy, Comorbidity, DiseaseStatus, FollowUpPlan, Opinion
from app.timeline.domain.analytes import Kind, name_analyte
from app.timeline.domain.naming import drug_words, modality_words, words_of_test

_TAG: Final = re.compile(r"\s*\((?:disorder|finding|morphologic abnormality)\)\s*$")
"""The end of a SNOMED CT name that tells its hierarchy."""


def diagnosis_title(record: Diagnosis) -> str:
    """Name the disease: `Diagnosis: right lung, adenocarcinoma`."""
    label = "Metastasis" if record.tumour == "metastasis" else "Diagnosis"
    place = record.site or _display(record.site_code)
    histology = record.histology or _display(record.histology_code)
    coded = _TAG.sub("", next((code.display for code in record.codes if code.display), ""))
    if not histology and place and place.casefold() in coded.casefold():
        # "Malignant neoplasm of breast" says more than the breast that it is of.
        side = None if (record.laterality or "") in coded.casefold() else record.laterality
        return _labelled(label, _words(coded, side, joined_by=", "))
    named = _words(_sided(record.laterality, place), histology, joined_by=", ") or _displayed(record.codes)
    return _labelled(label, named)


def stage_title(record: Stage) -> str:
    """Name the stage with its system: `Stage IVA (AJCC 8) cT2b cN0 cM1b`."""
    system = _words(record.system, record.edition)
    return _words(
        "Stage", record.group or record.extent, f"({system})" if system else "", record.t, record.n, record.m
    )


def pathology_title(record: PathologyReport) -> str:
    """Name the finding and how the specimen was obtained."""
    histology = record.histology or _display(record.histology_code) or record.site or ""
    how = record.procedure or record.specimen
    said = _words(histology, f"({how})" if how else "")
    return _labelled("Pathology", said) if said else "Pathology report"


def biomarker_title(record: Biomarker) -> str:
    """Name the test and its result: `KRAS G12C (NGS)`; of a panel the genes that it covers."""
    if record.genes_tested and record.gene is None:
        return _genes_title(record)
    result = record.result or record.hgvs_p or record.hgvs_c or record.interpretation
    unit = None if (record.unit or "-").casefold() in record.name.casefold() else record.unit
    measured = _measured(record.comparator, record.value, unit)
    said = _words(measured, result) if record.value is not None else (result or "")
    return _words(words_of_test(record.name), said, f"({record.method})" if record.method else "")


def _genes_title(record: Biomarker) -> str:
    genes = record.genes_tested
    more = len(genes) - _GENES_SHOWN
    named = ", ".join(genes[:_GENES_SHOWN]) + (f" and {more} more" if more > 0 else "")
    return _words(f"Genes tested: {named}", f"({record.method})" if record.method else "")


def mrd_title(record: MrdResult) -> str:
    """Name the result and how it was found: `MRD negative (flow cytometry)`."""
    measured = _measured(record.comparator, record.value_percent, "%")
    result = (record.result or "").replace("_", " ")
    return _words("MRD", result, measured, f"({record.method})" if record.method else "")


def imaging_title(record: ImagingStudy) -> str:
    """Name the examination: `CT chest, abdomen`."""
    return _words(modality_words(record.modality or "imaging"), record.laterality, ", ".join(record.regions))


def marker_title(record: MarkerResult) -> str:
    """Name the value as written: `CEA 18.4 ng/mL`."""
    return f"{_test(record.marker, record.codes, 'marker')} {_value(record)}".rstrip()


def lab_title(record: LabResult) -> str:
    """Name the value as written: `Haemoglobin 11.4 g/dL`."""
    return f"{_test(record.test, record.codes, 'lab')} {_value(record)}".rstrip()


def treatment_title(record: Treatment) -> str:
    """Name what was given or done, as written where it is."""
    if record.procedure:
        return record.procedure
    named = " + ".join(drug_words(drug.name) for drug in record.drugs) or record.regimen
    if named:
        return named
    dose = f"{record.dose_gy} Gy" if record.dose_gy is not None else ""
    fractions = f"in {record.fractions} fractions" if record.fractions is not None else ""
    category = f"{record.category} treatment" if record.category in _ADJECTIVES else record.category
    where = _sided(record.laterality, record.site or "")
    return _words(category.replace("_", " "), f"of {where}" if where else "", dose, fractions)


def treatment_end_title(record: Treatment) -> str:
    """Name the end of a treatment, with the reason as written."""
    return _words(
        f"End of {treatment_title(record)}", f"({record.reason_ended})" if record.reason_ended else ""
    )


def medication_title(record: Medication) -> str:
    """Name the medicine as written."""
    return _words(record.name or _displayed(record.codes) or "medicine", record.dose, record.frequency)


def symptom_title(record: Symptom) -> str:
    """Name the symptom, or its recorded absence."""
    name = (record.symptom or _displayed(record.codes) or record.words or "symptom").rstrip(".")
    if record.presence == "absent":
        return f"{name}: absent"
    return _labelled(name, _words(record.severity, record.trend, joined_by=", "))


def performance_title(record: PerformanceStatus) -> str:
    """Name scale and score: `ECOG 1`."""
    return _words(record.scale, "" if record.score is None else str(record.score))


def admission_title(record: Admission) -> str:
    """Name the stay and its recorded reason."""
    label = "Intensive care" if record.icu else "Emergency admission" if record.emergency else "Admission"
    return _labelled(label, record.reason or record.facility or "")


def opinion_title(record: Opinion) -> str:
    """Name who wrote."""
    return _labelled("Opinion", _words(record.author, record.role, record.institution, joined_by=", "))


def status_title(record: DiseaseStatus) -> str:
    """Name axis, value and certainty as recorded: `progression (reported)`."""
    axis = record.axis if record.value != record.axis else ""
    certainty = f"({record.certainty})" if record.certainty else ""
    return _words(f"{axis}:" if axis and record.value else axis, record.value, certainty)


def plan_title(record: FollowUpPlan) -> str:
    """Name the planned tests."""
    return _labelled("Follow-up plan", ", ".join(planned.test for planned in record.tests))


def comorbidity_title(record: Comorbidity) -> str:
    """Name the illness."""
    return record.condition or _displayed(record.codes) or "other illness"


def allergy_title(record: Allergy) -> str:
    """Name the substance."""
    return _labelled("Allergy", record.substance or _displayed(record.codes))


def document_title(document: Document) -> str:
    """Name the paper by its title, else by what it is."""
    body = document.body
    if body.title:
        return body.title
    return _words(body.kind.replace("_", " "), body.modality, ", ".join(body.regions))


_GENES_SHOWN = 20
_ADJECTIVES = frozenset({"systemic", "supportive", "other"})


def _words(*parts: str | None, joined_by: str = " ") -> str:
    return joined_by.join(part for part in parts if part)


def _sided(side: str | None, site: str) -> str:
    """Put the side before the site, unless the site's own words name it."""
    return site if side and side in site.casefold() else _words(side, site)


def _labelled(label: str, said: str) -> str:
    return f"{label}: {said}" if said else label


def _display(code: Coding | None) -> str:
    if code is None:
        return ""
    return code.display or (f"SNOMED CT {code.code}" if code.system == "snomed" else code.code)


def _displayed(codes: tuple[Coding, ...]) -> str:
    return _display(codes[0]) if codes else ""


def _measured(comparator: str | None, value: object, unit: str | None) -> str:
    return "" if value is None else _words(f"{comparator or ''}{value}", unit)


def measured_name(record: MarkerResult | LabResult) -> str:
    """Name the test of a measured value."""
    if isinstance(record, MarkerResult):
        return _test(record.marker, record.codes, "marker")
    return _test(record.test, record.codes, "lab")


def _test(name: str, codes: tuple[Coding, ...], kind: Kind) -> str:
    """Name a test as written; where that is a code's long name, as the test is known here."""
    if "[" not in name:
        return words_of_test(name)
    named = name_analyte(name, codes, kind)
    return named.display if named.units else words_of_test(name)


def _value(record: Measured) -> str:
    """Give the value as written; the commonest title of all, so without a loop."""
    if record.value is None:
        return record.value_text or ""
    return (
        f"{record.comparator or ''}{record.value!s} {record.unit or ''}".rstrip()
    )  # !s: a fifth of the time
