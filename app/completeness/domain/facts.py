"""What the rules may ask of a case file on one day, each found once."""

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Final, TypeVar

from app.casefile.domain.case_file import CaseFile, Entry
from app.casefile.domain.disease import age_at_diagnosis, is_advanced, possible_groups, recorded_cancers
from app.casefile.domain.resting import resting
from app.cases.domain import has_died
from app.completeness.domain.checklist import Checklist, DiseaseRules
from app.completeness.domain.decided import decisions_of
from app.completeness.domain.future import DATE_FIELDS, without_future
from app.completeness.domain.identity_document import unlike_identity
from app.completeness.domain.needs import Event
from app.completeness.domain.papers import Paper, paper_of, primary_language, translated_documents
from app.completeness.domain.record_tests import values_of
from app.completeness.domain.rules import RecordKind
from app.records.domain.base import Absence, Record
from app.records.domain.course import Treatment
from app.records.domain.kinds import AnyRecord
from app.records.domain.statements import Decision, DiseaseStatus, Planning
from app.timeline.domain.analytes import Key, Values, group_values
from app.timeline.domain.conflict import Conflict
from app.timeline.domain.conflict_identity import identities
from app.timeline.domain.measurement import measurements
from app.timeline.domain.order import in_order_of_ids
from app.values.dates import AgeRange, PartialDate, age_days

RecordT = TypeVar("RecordT", bound=Record)

_NO_RULES: Final = DiseaseRules()
_UNDATED: Final = (0, 0)
"""Older than every date."""


class Facts:
    """One case file on one day, under one checklist.

    What lies in the future of that day is left out: its ids are in `future`.
    """

    def __init__(self, case_file: CaseFile, checklist: Checklist, as_of: date) -> None:
        self.as_of = as_of
        self.checklist = checklist
        self._recency: dict[str, tuple[int, int]] = {}
        self._ages: dict[str, AgeRange | None] = {}
        self._newest_first: dict[RecordKind, list[Entry[AnyRecord]]] = {}
        self.case_file, self.future = without_future(in_order_of_ids(case_file), as_of)
        self.case = self.case_file.case.body

    # --- the disease ---------------------------------------------------------------------------------------

    @cached_property
    def groups(self) -> frozenset[str]:
        """The disease groups that are possible, of several cancers those of each; empty where one is not known."""
        one = possible_groups(self.case_file)
        if one:
            return one
        several = recorded_cancers(self.case_file)
        return frozenset[str]().union(*several) if all(several) else frozenset()

    @cached_property
    def disease_rules(self) -> DiseaseRules:
        """What the disease adds, nothing while several diseases are possible."""
        if len(self.groups) != 1:
            return _NO_RULES
        return self.checklist.diseases.get(next(iter(self.groups)), _NO_RULES)

    @cached_property
    def is_advanced(self) -> bool | None:
        """Whether the disease is advanced, metastatic or recurrent, None where the records are silent."""
        return is_advanced(self.case_file)

    @cached_property
    def age_at_diagnosis(self) -> tuple[int, int] | None:
        """Youngest and oldest age in years at the first primary tumour."""
        return age_at_diagnosis(self.case_file)

    @cached_property
    def has_died(self) -> bool | None:
        """Whether the patient is recorded as dead by the day, None where nobody says."""
        return has_died(self.case.patient, self.as_of)

    # --- records -------------------------------------------------------------------------------------------

    def of(self, kind: type[RecordT]) -> tuple[Entry[RecordT], ...]:
        """Return the entries of one kind, in order of id."""
        return self.case_file.of(kind)

    def date_of(self, record: Record, fields: tuple[str, ...]) -> PartialDate | None:
        """Return the first of these dates that is stated, else the date of the paper that the record was read from."""
        for field in fields:
            values = values_of(record, field)
            if values:
                if len(values) == 1:  # nearly always
                    return PartialDate.parse(values[0])
                return max(map(PartialDate.parse, values), key=self.recency)
        papers = (
            self._paper_dates.get(source.document_id) for source in record.sources if source.document_id
        )
        return next(filter(None, papers), None)

    def newest_first(self, kind: RecordKind) -> list[Entry[AnyRecord]]:
        """Return the entries of one kind from the newest to the oldest, undated last, ties by id."""
        known = self._newest_first.get(kind)
        if known is None:
            fields = DATE_FIELDS.get(kind, ("date",))
            known = sorted(
                self.case_file.of(kind),
                key=lambda entry: self.recency(self.date_of(entry.record, fields)),
                reverse=True,
            )
            self._newest_first[kind] = known
        return known

    def recency(self, when: PartialDate | None) -> tuple[int, int]:
        """Return a key that orders dates from old to new: latest possible day, then earliest; undated first."""
        if when is None:
            return _UNDATED
        key = self._recency.get(when.text)
        if key is None:
            latest = min(when.latest or self.as_of, self.as_of)
            key = (latest.toordinal(), (when.earliest or date.min).toordinal())
            self._recency[when.text] = key
        return key

    def age(self, when: PartialDate | None) -> AgeRange | None:
        """Count the days since a date, fewest and most; None where there is no date."""
        if when is None:
            return None
        if when.text not in self._ages:  # an item asks for its age more than once, and items share dates
            self._ages[when.text] = age_days(when, self.as_of)
        return self._ages[when.text]

    @cached_property
    def measured(self) -> Mapping[Key, tuple[Values, ...]]:
        """The marker and laboratory values, by what may stand in one series."""
        return self.case_file.once(group_values)

    @cached_property
    def are_of_full_days(self) -> bool:
        """Whether each of them that is dated is dated to the day."""
        return self.case_file.once(measurements).are_of_full_days

    # --- papers --------------------------------------------------------------------------------------------

    @cached_property
    def papers(self) -> Mapping[str, Paper]:
        """The documents, by id."""
        documents = self.case_file.documents
        if not documents:
            return {}
        translated = translated_documents(documents, self.languages)
        of_others = frozenset(paper for _, paper in self.open_identities)
        destination = self.checklist.destination
        unlike = unlike_identity(self.case_file) if destination.wants_identity else {}
        return {
            document.id: paper_of(
                document,
                languages=self.languages,
                translated=translated,
                of_others=of_others,
                is_read=document.id in self.read_documents,
                wants_certified=destination.wants_certified,
                identity=unlike.get(document.id),
            )
            for document in documents
        }

    @cached_property
    def _paper_dates(self) -> Mapping[str, PartialDate]:
        """The dates on documents, known before anything else is asked of them."""
        return {
            document.id: PartialDate.parse(document.body.dated)
            for document in self.case_file.documents
            if document.body.dated
        }

    @cached_property
    def papers_with_problems(self) -> frozenset[str]:
        """Ids of the documents that are in a foreign language or name somebody else."""
        return frozenset(paper.id for paper in self.papers.values() if paper.problems)

    @cached_property
    def read_documents(self) -> frozenset[str]:
        """Ids of the documents on which a record rests."""
        return self.case_file.once(resting).papers

    @cached_property
    def languages(self) -> frozenset[str]:
        """The languages that the reviewer reads, at the destination where there is one; empty when nobody said."""
        if self.checklist.destination.languages:
            return self.checklist.destination.languages
        stated = [*self.case.languages]
        for entry in self.newest_first(Planning):
            record = entry.record
            if isinstance(record, Planning) and record.review_language:
                stated.append(record.review_language)
                break
        return frozenset(map(primary_language, stated))

    @cached_property
    def open_identities(self) -> tuple[tuple[Conflict, str], ...]:
        """The documents that name another patient, each with its conflict, until a person decides `same_patient`."""
        if not self.case_file.documents:
            return ()
        found = ((conflict, conflict.sides[-1].document_id or "") for conflict in identities(self.case_file))
        return tuple((one, paper) for one, paper in found if not self._is_same_patient({one.id, paper}))

    def _is_same_patient(self, names: set[str]) -> bool:
        """Say what the newest decision says that is about a document or a conflict on it."""
        for entry in self.decisions:
            decision = entry.record
            if decision.topic == "conflict" and names & {decision.about, decision.holds}:
                return decision.choice == "same_patient"
        return False

    @cached_property
    def decisions(self) -> tuple[Entry[Decision], ...]:
        """The decisions, the newest first."""
        return decisions_of(self.case_file)

    # --- events ----------------------------------------------------------------------------------------------

    def event(self, event: Event) -> PartialDate | None:
        """Return the date of an event, None where it is not recorded."""
        return self._progression if event == "progression" else self._treatment_change

    @cached_property
    def _progression(self) -> PartialDate | None:
        """The first assertion of the newest progression or return.

        Assertions belong together until a treatment starts between them.
        """
        said = [
            PartialDate.parse(entry.record.date)
            for entry in self.of(DiseaseStatus)
            if entry.record.date
            and entry.record.stated is None
            and entry.record.certainty != "refuted"
            and (entry.record.axis in ("progression", "return") or entry.record.value == "PD")
        ]
        if not said:
            return None
        newest = max(said, key=self.recency)
        starts = [self.recency(when) for when in self._starts if self.recency(when) <= self.recency(newest)]
        since = max(starts, default=_UNDATED)
        return min((when for when in said if self.recency(when) >= since), key=self.recency)

    @cached_property
    def _treatment_change(self) -> PartialDate | None:
        return max(self._starts, key=self.recency, default=None)

    @cached_property
    def _starts(self) -> tuple[PartialDate, ...]:
        dates = (
            self.date_of(entry.record, ("started", "cycle_dates", "date"))
            for entry in self.of(Treatment)
            if entry.record.stated is None and entry.record.category != "supportive"
        )
        return tuple(when for when in dates if when is not None)

    @cached_property
    def first_treatment(self) -> PartialDate | None:
        """The earliest start of a treatment of the cancer."""
        return min(self._starts, key=lambda when: when.earliest or date.min, default=None)


def is_named(record: Record) -> bool:
    """Say whether the record states a fact, rather than that there is none or that it is not known."""
    return record.stated is None


def says_none(record: Record) -> bool:
    """Say whether the record as a whole says that there is none, or that it was not done."""
    return record.stated in (Absence.NONE, Absence.NOT_DONE)
