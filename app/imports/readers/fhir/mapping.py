"""Which mapping reads which resource, and in what order what belongs together is joined."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypeAlias

from app.imports.domain.reading import AnyItem, FoundDocument
from app.imports.readers.fhir import attachments, care, observations, statements
from app.imports.readers.fhir.adverse import read_adverse_event
from app.imports.readers.fhir.compositions import read_composition
from app.imports.readers.fhir.conditions import read_condition
from app.imports.readers.fhir.decode import BrokenResourceError
from app.imports.readers.fhir.effective import effective_date
from app.imports.readers.fhir.genomics import read_region, read_variant
from app.imports.readers.fhir.graph import Entry
from app.imports.readers.fhir.making import Making, skipped
from app.imports.readers.fhir.procedures import read_procedure
from app.imports.readers.fhir.reports import Reports
from app.imports.readers.fhir.stage_parts import Stages
from app.imports.readers.fhir.stages import read_other_stage, read_stage_group
from app.imports.readers.fhir.therapies import Therapies
from app.imports.readers.fhir.wording import date_of

Read: TypeAlias = Callable[[Entry, Making], Iterator[AnyItem]]

_OBSERVED: Final[Mapping[str, Read]] = {
    "disease_status": statements.read_disease_status,
    "performance": statements.read_performance,
    "deauville": statements.read_deauville,
    "comorbidities": statements.read_comorbidities,
    "metastasis_history": statements.read_metastasis_history,
    "temperature": statements.read_temperature,
    "other_stage": read_other_stage,
}
_READ: Final[Mapping[str, Read]] = {
    "Condition": read_condition,
    "Procedure": read_procedure,
    "AdverseEvent": read_adverse_event,
    "AllergyIntolerance": care.read_allergy,
    "Encounter": care.read_encounter,
    "CarePlan": care.read_care_plan,
    "ServiceRequest": care.read_service_request,
    "Composition": read_composition,
    "DocumentReference": attachments.read_document_reference,
    "Media": attachments.read_media,
    "Binary": attachments.read_binary,
}
_NOT_READ: Final = {
    "social": "It tells of habits or circumstances, not of the disease or its treatment.",
    "implication": "What a variant implies for treatment is for a specialist to say; the variant itself is read.",
}
_PERSON: Final = "It names whoever stands behind other statements; the name is kept with those."
_PART: Final = "It is read as a part of what refers to it, where something of the payload does."
_SUPPORTING: Final = {
    "Patient": "It says who the patient is; the case keeps that.",
    "Practitioner": _PERSON,
    "PractitionerRole": _PERSON,
    "RelatedPerson": _PERSON,
    "Organization": _PERSON,
    "Location": _PERSON,
    "Medication": _PART,
    "Specimen": _PART,
    "BodyStructure": _PART,
}
_NOT_IN_FORCE: Final = frozenset({"entered-in-error", "cancelled", "registered"})
_MEDICINES: Final = frozenset({"MedicationRequest", "MedicationStatement", "MedicationAdministration"})
_JOINED: Final = frozenset({*_MEDICINES, "DiagnosticReport", "ImagingStudy", "Procedure"})


class Mappings:
    """Maps the resources of one payload; what several of them state together is joined before."""

    def __init__(self, making: Making, entries: list[Entry]) -> None:
        self._making = making
        self._kinds: dict[str, str] = {}
        self._presented: dict[str, list[AnyItem]] = {}
        sound = [one for one in entries if one.resource is not None and one.fault is None]
        in_force = []
        for entry in sound:
            if entry.kind == "Observation":
                if entry.resource.status not in _NOT_IN_FORCE and _is_dated(entry):
                    self._kinds[entry.key] = observations.kind_of(entry)
                    in_force.append(entry)
            elif entry.kind in _JOINED and (entry.kind != "DiagnosticReport" or _is_dated(entry)):
                in_force.append(entry)
        of = {
            kind: [one for one in in_force if self._kinds.get(one.key) == kind]
            for kind in ("stage_group", "tnm")
        }
        self._stages = Stages(making.graph, of["stage_group"], of["tnm"])
        self._therapies = Therapies(making, in_force)
        self._reports = Reports(making, in_force, lambda entry: self._kinds.get(entry.key))
        # Documents come first, so that records can name those they rest on, and Binaries know that they are one.
        self._papers = {
            entry.key: papers
            for entry in sound
            if entry.kind in {"DiagnosticReport", "DocumentReference", "Media"}
            and (papers := self._papers_of(entry)) is not None
        }

    def _papers_of(self, entry: Entry) -> list[AnyItem] | None:
        try:
            return self._read_papers(entry)
        except BrokenResourceError as fault:
            entry.fault = fault
            return None

    def _read_papers(self, entry: Entry) -> list[AnyItem]:
        if entry.kind == "DiagnosticReport":
            if not entry.resource.presented_form or entry.resource.status == "entered-in-error":
                return []
            made = attachments.presented(entry, self._making)
        else:
            made = list(_READ[entry.kind](entry, self._making))
        self._making.papers[entry.key] = tuple(one.key for one in made if isinstance(one, FoundDocument))
        return made

    def read(self, entry: Entry) -> Iterator[AnyItem]:
        """Return what a resource says; at least one item."""
        if entry.kind == "Observation":
            yield from self._observation(entry)
        elif entry.kind == "Procedure" and entry.claimed is not None:
            yield skipped(entry, f"It is read as one record with {entry.claimed}.")
        elif entry.kind in _MEDICINES:
            yield from self._therapies.read(entry)
        elif entry.kind == "DiagnosticReport":
            yield from self._reports.read_report(entry)
            yield from self._papers.get(entry.key, ())
        elif entry.kind == "ImagingStudy":
            yield from self._reports.read_study(entry)
        elif entry.key in self._papers:
            yield from self._papers[entry.key]
        elif entry.kind in _READ:
            yield from _READ[entry.kind](entry, self._making)
        else:
            yield skipped(entry, _SUPPORTING.get(entry.kind, f"A {entry.kind} is not read."))

    def _observation(self, entry: Entry) -> Iterator[AnyItem]:
        stands = observations.out_of_force(entry)
        if stands:
            yield from stands
            return
        if entry.claimed is not None:
            yield skipped(entry, f"It is read as a part of the record of {entry.claimed}.")
            return
        kind = self._kinds[entry.key]
        making = self._making
        if kind in _NOT_READ:
            yield skipped(entry, _NOT_READ[kind])
        elif kind in {"stage_group", "tnm"}:
            yield from read_stage_group(entry, making, self._stages)
        elif kind == "variant":
            yield from read_variant(entry, making, self._reports.genomics_report(entry))
        elif kind == "region":
            yield from read_region(entry, making, self._reports.genomics_report(entry))
        elif kind == "pathology":
            yield from self._reports.read_findings(entry)
        elif kind == "tumour_size":
            yield from self._reports.read_sizes(entry)
        elif kind == "measured" and observations.is_imaged(entry.resource):
            yield from self._reports.read_imaged(entry)
        else:
            yield from _OBSERVED.get(kind, observations.read_measured)(entry, making)


def _is_dated(entry: Entry) -> bool:
    """Tell whether the times of an Observation or a report can be read; else it is broken, and joins nothing."""
    try:
        effective_date(entry.resource)
        date_of(entry.resource.issued, f"{entry.kind}.issued")
    except BrokenResourceError as fault:
        entry.fault = fault
        return False
    return True
