"""The other simple kinds that a coordinator keeps in a sheet: one row, one fact."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from app.imports.domain.facts import Illness, Intolerance, allergy_record, illness_record
from app.imports.domain.fitting import word
from app.imports.domain.oncology import modality_of, regions_of
from app.imports.readers.tabular.facts import UNFIT, Fact
from app.imports.readers.tabular.keys import fold_subject, key_of
from app.imports.readers.tabular.stages import stage_of
from app.imports.readers.tabular.table import Table
from app.imports.readers.tabular.words import meaning_in, meaning_of
from app.records.domain.base import Absence
from app.records.domain.checks import SCORES
from app.records.domain.course import PerformanceStatus, Symptom
from app.records.domain.disease import Diagnosis
from app.records.domain.findings import ImagingStudy
from app.records.domain.kinds import AnyRecord
from app.records.domain.statements import Comorbidity, DiseaseStatus

_NAMED_REGIONS: Final = re.compile(r"\s*[,;/+&]\s*|\s+and\s+")
_GRADES: Final = range(6)
_SCALES: Final = {"ecog": "ECOG", "karnofsky": "Karnofsky"}


def read_statements(table: Table) -> None:
    """Read a table of one of the simple kinds."""
    reader = _READERS[table.layout.kind]
    for row in table.usable_rows():
        fact = Fact(table, row)
        reader(fact)


def found(fact: Fact, record: AnyRecord | None, *parts: str | None) -> None:
    """Answer a record, named by what it is about and, last, its date; a row that cannot be used is rejected."""
    if fact.reject():
        return
    if record is None:
        said = " ".join(fact.remarks.all()) or "The row does not say what it is about."
        fact.table.reject(fact.row, said, UNFIT)
        return
    if fact.absent and record.stated is None:
        absent = {
            name: absence
            for name, absence in fact.absent.items()
            if name in record.__struct_fields__ and not getattr(record, name)
        }
        record = msgspec.structs.replace(record, absent={**record.absent, **absent})
    named = [fold_subject(part) if part else None for part in parts[:-1]]
    when = parts[-1][:10] if parts[-1] else None
    fact.table.found(fact.row, record, key_of(record.kind, *named, when, record.external_id), fact.remarks)


def _imaging(fact: Fact) -> None:
    said = fact.said("modality")
    date = fact.day("date", "date") or fact.day("started")
    regions = _regions(fact, said)
    modality: Any = meaning_of("modality", said) or next(iter(meaning_in("modality", said)), None)
    modality = modality or (modality_of(said) if said else None)
    if said and modality is None:
        modality = "other"
        fact.remarks.add(
            "The kind of imaging is not one that is known here; it stands in the payload in its own words."
        )
    record = ImagingStudy(
        kind="imaging_study",
        date=date,
        modality=modality,
        regions=regions,
        laterality=fact.meaning("side", "laterality"),
        accession=fact.word("sample_id"),
        compared_with=fact.word("compared_with", "compared_with"),
        contrast=fact.word("contrast", "contrast"),
        impression=fact.text("impression", "impression"),
        codes=fact.codes(),
        **fact.common(),
    )
    if said is None and not regions:
        fact.problems.append(("The row names no examination.", UNFIT))
    found(fact, record, modality, ",".join(regions), record.accession, date)


def _regions(fact: Fact, said: str | None) -> tuple[str, ...]:
    stated = fact.said("region")
    if stated is None:
        return regions_of(said) or meaning_in("region", said) if said else ()
    named = [
        meaning_in("region", part) or regions_of(part) or (part,)
        for part in _NAMED_REGIONS.split(stated)
        if part
    ]
    return tuple(
        dict.fromkeys(
            region for regions in named for one in regions if (region := word(one, fact.remarks, "region"))
        )
    )[:50]


def _symptom(fact: Fact) -> None:
    date = fact.day("date", "date") or fact.day("started")
    stated = fact.stated("symptom")
    common = fact.common()
    if stated is not None:
        found(fact, Symptom(kind="symptom", date=date, stated=stated, **common), "", date)
        return
    grade = fact.whole("grade")
    record = Symptom(
        kind="symptom",
        date=date,
        symptom=fact.word("symptom"),
        onset=fact.day("onset", "onset"),
        severity=fact.meaning("severity", "severity", "severity"),
        grade=grade if grade in _GRADES else None,
        trend=fact.meaning("trend", "trend", "trend"),
        codes=fact.codes(),
        **common,
    )
    found(fact, record if record.symptom else None, record.symptom, date or record.onset)


def _allergy(fact: Fact) -> None:
    none = fact.stated("substance")
    intolerance = Intolerance(
        name=fact.said("substance"),
        codes=fact.codes(),
        date=fact.day("date"),
        absent=none,
        reaction=fact.said("reaction", "reaction"),
        since=fact.day("started"),
        author=fact.said("author"),
        facility=fact.said("facility"),
        external_id=fact.said("record_id"),
        # Which allergies are known to be none (`no known drug allergies`) is in the words.
        note=fact.said("note") or (fact.table.text(fact.row, "substance") if none is Absence.NONE else None),
    )
    record = allergy_record(intolerance, "tabular", fact.remarks)
    found(fact, record, record.substance if record else None, "")


def _illness(fact: Fact, name: str) -> Illness:
    return Illness(
        name=fact.said(name),
        codes=fact.codes(),
        date=fact.day("date"),
        absent=fact.stated(name),
        onset=fact.day("started") or fact.day("diagnosis_date"),
        ended=fact.day("ended"),
        author=fact.said("author"),
        facility=fact.said("facility"),
        external_id=fact.said("record_id"),
        note=fact.said("note"),
    )


def _comorbidity(fact: Fact) -> None:
    record = illness_record(_illness(fact, "condition"), "tabular", fact.remarks)
    said = record.condition if isinstance(record, Comorbidity) else fact.said("condition")
    found(fact, record, said, "")


def _diagnosis(fact: Fact) -> None:
    illness = _illness(fact, "diagnosis")
    histology, site = fact.word("histology", "histology"), fact.word("site", "site")
    record = illness_record(illness, "tabular", fact.remarks) if illness.name or illness.absent else None
    if isinstance(record, Diagnosis) or histology or (record is None and site):
        base = record if isinstance(record, Diagnosis) else None
        date = illness.onset or illness.date
        record = Diagnosis(
            kind="diagnosis",
            date=date,
            site=site or (base.site if base else None),
            site_code=base.site_code if base else None,
            laterality=fact.meaning("side", "laterality", "laterality")
            or (base.laterality if base else None),
            histology=histology
            or (base.histology if base else word(illness.name, fact.remarks, "diagnosis")),
            histology_code=base.histology_code if base else None,
            grade=fact.word("grade", "grade"),
            tumour=base.tumour if base else "primary",
            metastatic=base.metastatic if base else None,
            metastatic_sites=base.metastatic_sites if base else (),
            codes=base.codes if base else illness.codes,
            **fact.common(),
        )
    has_stage = any(fact.cell(name) for name in ("stage_group", "tnm", "t", "n", "m"))
    found(fact, record, illness.name or histology, site, record.date if record else None)
    if has_stage and record is not None and not fact.problems:
        _stage(Fact(fact.table, fact.row))


def _performance(fact: Fact) -> None:
    date = fact.day("date", "date") or fact.day("started")
    name = next((name for name in ("score", "ecog", "karnofsky") if fact.cell(name)), "score")
    scale = _SCALES.get(name) or fact.meaning("scale", "scale")
    if scale is None:
        fact.problems.append(
            ("The row does not say on which scale.", "Name the scale: ECOG, Karnofsky or Lansky.")
        )
        found(fact, None, None)
        return
    performance(fact, name, scale, date)


def performance(fact: Fact, name: str, scale: Any, date: str | None) -> None:  # noqa: ANN401 (a scale's name)
    """Answer a score of one scale."""
    stated = fact.stated(name)
    score = None if stated else fact.whole(name)
    if stated is None and (score is None or score not in SCORES[scale][0]):
        fact.problems.append((f"The {scale} scale has no such score.", SCORES[scale][1]))
    common = fact.common()
    record = PerformanceStatus(
        kind="performance_status",
        date=date,
        scale=scale,
        score=score,
        stated=stated,
        assessor=common["author"],
        **common,
    )
    found(fact, record, scale, date)


def _stage(fact: Fact) -> None:
    record, system, date = stage_of(fact)
    found(fact, record, system, record.timing if record else None, date)


def _status(fact: Fact) -> None:
    words = fact.text("status_words") or fact.text("response")
    value = fact.word("status_value")
    criteria = fact.word("criteria", "criteria")
    known = meaning_of("status", value) or meaning_of("status", words)
    axis, _, meaning = (known or "response").partition(" ")
    date = fact.day("date", "date") or fact.day("started")
    record = DiseaseStatus(
        kind="disease_status",
        date=date,
        axis=axis,  # type: ignore[arg-type]  # the table's axes are the kind's
        value=meaning or value or None,
        words=words,
        criteria=criteria,
        evidence=meaning_in("evidence", (criteria or "").replace("-", " ")) if criteria else (),  # type: ignore[arg-type]  # likewise
        asserted_by=fact.meaning("role", "asserted_by"),
        codes=fact.codes(),
        **fact.common(),
    )
    found(fact, record if words or value else None, axis, criteria, date)


_READERS: Final[Mapping[str, Callable[[Fact], None]]] = {
    "imaging_study": _imaging,
    "symptom": _symptom,
    "allergy": _allergy,
    "comorbidity": _comorbidity,
    "diagnosis": _diagnosis,
    "performance_status": _performance,
    "stage": _stage,
    "disease_status": _status,
}
