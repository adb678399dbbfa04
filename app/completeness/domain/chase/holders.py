"""Who holds something: named by the case's newest relevant records and documents, else a kind of holder."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from heapq import merge
from operator import itemgetter
from typing import Final, TypeAlias

from app.casefile.domain.case_file import CaseFile, Entry
from app.completeness.domain.chase.asking import Asking
from app.completeness.domain.chase.model import Holder, HolderKind, Part
from app.completeness.domain.facts import Facts
from app.completeness.domain.future import DATE_FIELDS
from app.completeness.domain.rules import RecordKind
from app.documents.domain.document import Document
from app.records.domain.base import Record
from app.records.domain.course import Admission, Treatment
from app.records.domain.kinds import AnyRecord
from app.records.domain.statements import Opinion
from app.timeline.domain.measurement import MEASURED, measurements
from app.values.dates import PartialDate

_DOCTORS_PAPERS: Final = frozenset({"oncology_note", "consultation", "progress_note", "prescription"})
_TREATING: Final[tuple[RecordKind, ...]] = (Treatment, Admission, Opinion)
_LETTERS: Final = frozenset({"treatment_summary", "treatment_record", "discharge_summary", "oncology_note"})

_Recency: TypeAlias = tuple[int, int]
_Told: TypeAlias = tuple[_Recency, str, Part]
"""A record or document with its id, and how new it is."""
_PLACE: Final = itemgetter(0, 1)


class Holders:
    """Finds the holders of one case's papers."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._documents: Mapping[str, Document] = {one.id: one for one in facts.case_file.documents}
        self._usual: dict[tuple[HolderKind, int], Holder] = {}

    def of_subject(self, kind: HolderKind, subject: Part, asking: Asking | None) -> Holder:
        """Name who holds what belongs to one record or document, else who usually holds such things."""
        if kind == "family":
            return Holder(kind=kind)
        found = next((one for one in self._named_by(kind, subject) if _is_named(one)), None)
        return found or self.usual(kind, asking)

    def usual(self, kind: HolderKind, asking: Asking | None) -> Holder:
        """Name the holder of this kind by the newest record or document that tells of one."""
        if kind == "family":
            return Holder(kind=kind)
        place = (kind, id(asking))
        if place not in self._usual:
            found = (one for one in self._candidates(kind, asking) if _is_named(one))
            self._usual[place] = next(found, Holder(kind=kind))
        return self._usual[place]

    def _candidates(self, kind: HolderKind, asking: Asking | None) -> Iterator[Holder]:
        """Go through what may name the holder: what the item's own records say, then who treats the patient."""
        if kind == "treating_doctor":
            yield from self._newest(kind, (Opinion,), {}, _DOCTORS_PAPERS)
            return
        if asking is not None and (asking.records or asking.documents):
            yield from self._newest(kind, asking.records, asking.where, asking.documents)
        if kind == "facility":
            yield from self._newest(kind, _TREATING, {}, _LETTERS)

    def _newest(
        self,
        kind: HolderKind,
        records: tuple[RecordKind, ...],
        where: Mapping[str, frozenset[str]],
        documents: frozenset[str],
    ) -> Iterator[Holder]:
        """Go through the records and documents of these kinds from the newest on, each as it names a holder."""
        told = [self._newest_of(record_kind, where) for record_kind in records]
        for _, _, part in merge(*told, self._newest_papers(documents), key=_PLACE, reverse=True):
            yield from self._named_by(kind, part)

    def _newest_of(self, kind: RecordKind, where: Mapping[str, frozenset[str]]) -> Iterator[_Told]:
        """Go through the records of a kind from the newest on; of the many values only as far as is asked."""
        dates = DATE_FIELDS.get(kind, ("date",))
        by_day: defaultdict[_Recency, list[Entry[AnyRecord]]] = defaultdict(list)
        if kind in MEASURED:
            for text, entries in self._facts.case_file.once(measurements).by_date.items():
                for alike in (entries,) if text else ([entry] for entry in entries):
                    when = self._facts.date_of(alike[0].record, dates)
                    by_day[self._facts.recency(when)].extend(alike)  # type: ignore[arg-type]  # values are records
        else:
            for entry in self._facts.of(kind):
                by_day[self._facts.recency(self._facts.date_of(entry.record, dates))].append(entry)
        for day in sorted(by_day, reverse=True):
            for entry in sorted(by_day[day], key=lambda one: one.id, reverse=True):
                if isinstance(entry.record, kind) and _passes(entry.record, where):
                    yield day, entry.id, Part(record_id=entry.id)

    def _newest_papers(self, kinds: frozenset[str]) -> list[_Told]:
        found = [
            (
                self._facts.recency(PartialDate.parse(one.body.dated) if one.body.dated else None),
                one.id,
                Part(document_id=one.id),
            )
            for one in self._facts.case_file.papers(kinds)
        ]
        return sorted(found, key=_PLACE, reverse=True)

    def _named_by(self, kind: HolderKind, part: Part) -> Iterator[Holder]:
        """Go through the holders that a record names, and the papers that it was read from, or a document."""
        papers = [part.document_id]
        entry = entry_of(self._facts.case_file, part.record_id) if part.record_id else None
        if entry is not None:
            yield _named_by_record(kind, entry.record, part)
            papers = [source.document_id for source in entry.record.sources]
        for document_id in papers:
            paper = self._documents.get(document_id or "")
            if paper is not None:
                yield _named_by_paper(kind, paper, Part(document_id=paper.id))


def entry_of(case_file: CaseFile, record_id: str) -> Entry[AnyRecord] | None:
    """Return a record of the case by its id."""
    return case_file.once(_by_id).get(record_id)


def _by_id(case_file: CaseFile) -> Mapping[str, Entry[AnyRecord]]:
    return {entry.id: entry for entry in case_file.entries}


def _named_by_record(kind: HolderKind, record: Record, part: Part) -> Holder:
    facility = record.facility or getattr(record, "institution", None)
    if kind == "treating_doctor":
        is_doctor = record.asserted_by not in ("patient_caregiver", "laboratory", "unknown")
        name = record.author if is_doctor else None
        return Holder(kind=kind, name=name, facility=facility if is_doctor else None, known_from=part)
    if kind == "laboratory":
        name = getattr(record, "laboratory", None)
        return Holder(kind=kind, name=name or facility, known_from=part)
    return Holder(kind=kind, facility=facility, known_from=part)


def _named_by_paper(kind: HolderKind, paper: Document, part: Part) -> Holder:
    body = paper.body
    if kind == "treating_doctor":
        return Holder(kind=kind, name=body.author, facility=body.facility, known_from=part)
    if kind == "laboratory":
        return Holder(kind=kind, name=body.facility, known_from=part)
    return Holder(kind=kind, facility=body.facility, known_from=part)


def _is_named(holder: Holder) -> bool:
    return bool(holder.name or holder.facility)


def _passes(record: Record, where: Mapping[str, frozenset[str]]) -> bool:
    return all(getattr(record, name, None) in values for name, values in where.items())
