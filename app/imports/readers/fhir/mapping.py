"""Which mapping reads which resource, and in what order what belongs together is joined."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypeAlias

from app.imports.domain.reading import AnyItem
from app.imports.readers.fhir import observations, statements
from app.imports.readers.fhir.conditions import read_condition
from app.imports.readers.fhir.genomics import read_region, read_variant
from app.imports.readers.fhir.graph import Entry
from app.imports.readers.fhir.making import Making, skipped
from app.imports.readers.fhir.stage_parts import Stages
from app.imports.readers.fhir.stages import read_other_stage, read_stage_group

Read: TypeAlias = Callable[[Entry, Making], Iterator[AnyItem]]

_OBSERVED: Final[Mapping[str, Read]] = {
    "disease_status": statements.read_disease_status,
    "performance": statements.read_performance,
    "deauville": statements.read_deauville,
    "comorbidities": statements.read_comorbidities,
    "metastasis_history": statements.read_metastasis_history,
    "temperature": statements.read_temperature,
    "other_stage": read_other_stage,
    "measured": observations.read_measured,
}
_NOT_READ: Final = {
    "social": "It tells of habits or circumstances, not of the disease or its treatment.",
    "implication": "What a variant implies for treatment is for a specialist to say; the variant itself is read.",
}
_PERSON: Final = "It names whoever stands behind other statements; the name is kept with those."
_SUPPORTING: Final = {
    "Patient": "It says who the patient is; the case keeps that.",
    "Practitioner": _PERSON,
    "PractitionerRole": _PERSON,
    "RelatedPerson": _PERSON,
    "Organization": _PERSON,
    "Location": _PERSON,
}


class Mappings:
    """Maps the resources of one payload; what several of them state together is joined before."""

    def __init__(self, making: Making, entries: list[Entry]) -> None:
        self._making = making
        self._kinds: dict[str, str] = {}
        in_force = []
        for entry in entries:
            if entry.kind == "Observation" and entry.resource is not None:
                self._kinds[entry.key] = observations.kind_of(entry)
                if entry.resource.status not in {"entered-in-error", "cancelled", "registered"}:
                    in_force.append(entry)
        of = {
            kind: [one for one in in_force if self._kinds[one.key] == kind] for kind in ("stage_group", "tnm")
        }
        self._stages = Stages(making.graph, of["stage_group"], of["tnm"])

    def read(self, entry: Entry) -> Iterator[AnyItem]:
        """Return what a resource says; at least one item."""
        if entry.kind == "Condition":
            yield from read_condition(entry, self._making)
        elif entry.kind == "Observation":
            yield from self._observation(entry)
        else:
            yield skipped(entry, _SUPPORTING.get(entry.kind, f"A {entry.kind} is not read."))

    def _observation(self, entry: Entry) -> Iterator[AnyItem]:
        stands = observations.out_of_force(entry)
        if stands is not None:
            yield stands
            return
        if entry.claimed is not None:
            yield skipped(entry, f"It is read as a part of the record of {entry.claimed}.")
            return
        kind = self._kinds[entry.key]
        if kind in _NOT_READ:
            yield skipped(entry, _NOT_READ[kind])
        elif kind in {"stage_group", "tnm"}:
            yield from read_stage_group(entry, self._making, self._stages)
        elif kind == "variant":
            yield from read_variant(entry, self._making, None)
        elif kind == "region":
            yield from read_region(entry, self._making, None)
        else:
            yield from _OBSERVED.get(kind, observations.read_measured)(entry, self._making)
