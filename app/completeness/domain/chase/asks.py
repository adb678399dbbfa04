"""From a report to what is asked: item by item, of whom, and what exactly."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from typing import Final

from app.casefile.domain.case_file import CaseFile, as_if_confirmed
from app.completeness.domain.chase.asking import Asking, AskingTable, asking_table
from app.completeness.domain.chase.holders import Holders, entry_of
from app.completeness.domain.chase.model import Ask, Chase, Holder, HolderKind, Part, Study, Task, Wanted
from app.completeness.domain.check import check
from app.completeness.domain.checklist import STATUSES, Checklist, ItemRule
from app.completeness.domain.evidence import read
from app.completeness.domain.facts import Facts
from app.completeness.domain.findings import UNCONFIRMED
from app.completeness.domain.future import DATE_FIELDS
from app.completeness.domain.needs import Documents, Each, Earlier, Files, Newest, One, Series, TestResults
from app.completeness.domain.papers import Paper
from app.completeness.domain.report import Item, Report
from app.documents.domain.document import Document
from app.records.domain.findings import ImagingStudy, MarkerResult
from app.values.catalogue import MARKERS

_ASKED: Final = frozenset({"missing", "partial", "stale", "unknown"})
_NOT_ASKED_FOR: Final = frozenset({*STATUSES, UNCONFIRMED})
_UNREAD: Final = frozenset({"content_not_read", "not_read"})
_ABOUT_ONE: Final = (One, Each, Newest, Files, TestResults, Earlier, Documents)
"""Needs that single records or papers satisfy: what is lacking is lacking in one of them."""
_IMAGING: Final = frozenset({"imaging_latest", "imaging_prior", "imaging_files"})


def chase(case_file: CaseFile, checklist: Checklist, report: Report) -> Chase:
    """Say what a report leaves to ask, of whom, and what it leaves to do here, in the order of the checklist.

    `checklist` is the one that the report is on, its profile laid over it. Waived and inactive items ask nothing.
    """
    as_of = date.fromisoformat(report.as_of)
    facts = Facts(case_file, checklist, as_of)
    asker = _Asker(facts)
    asks: list[tuple[Holder, Ask]] = []
    tasks: list[Task] = []
    held: list[Ask] = []
    then = _if_confirmed(case_file, checklist, as_of, report)
    for rule, item in zip(checklist.items, report.items, strict=True):
        for cause in _causes(rule, item):
            settled = item.key in then and _is_settled(cause, then[item.key])
            if not asker.is_own(item, cause):
                found = list(asker.asks(rule, item, cause))
                held.extend(ask for _, ask in found if settled)
                asks.extend(one for one in found if not settled)
            elif not settled:
                tasks.append(_task(item, cause, rule))
    return Chase(asks=tuple(asks), tasks=tuple(tasks), held=tuple(held))


def _if_confirmed(
    case_file: CaseFile, checklist: Checklist, as_of: date, report: Report
) -> Mapping[str, Item]:
    """Return the items for which something waits for a person, as they would be if all that waits were accepted."""
    waiting = {item.key for item in report.items if item.unconfirmed}
    if not waiting:
        return {}
    then = check(case_file.once(as_if_confirmed), checklist, as_of)
    return {item.key: item for item in then.items if item.key in waiting}


def _is_settled(cause: str, then: Item) -> bool:
    """Say whether a person's word on what was read from the papers would leave nothing to ask for."""
    if cause == UNCONFIRMED:
        return False
    return then.status not in _ASKED if cause in STATUSES else cause not in then.findings


def _causes(rule: ItemRule, item: Item) -> Iterator[str]:
    """Go through why an item is asked for: what the report's next action answers, and what a paper here can't mend."""
    if item.status in ("waived", "not_applicable"):
        return
    if UNCONFIRMED in item.findings:
        yield UNCONFIRMED
    named = [code for code in rule.actions if code in item.findings and code not in _NOT_ASKED_FOR]
    first = named[0] if named else item.status
    if first != "present":
        yield first
    is_lacking = item.status == "stale" or (item.status == "partial" and item.lacking)
    if first in _UNREAD and is_lacking:
        yield item.status


def _task(item: Item, cause: str, rule: ItemRule) -> Task:
    action = rule.actions.get(cause) or item.next_action or item.why
    return Task(
        item=item.key,
        label=item.label,
        cause=cause,
        action=action,
        rule=item.rule,
        proposals=item.unconfirmed if cause == UNCONFIRMED else (),
    )


class _Asker:
    """Words asks on one case."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._table: AskingTable = asking_table()
        self._holders = Holders(facts)

    def is_own(self, item: Item, cause: str) -> bool:
        """Say whether nobody outside is asked."""
        asking = self._table.items.get(item.key)
        return cause in self._table.own or (asking is not None and cause in asking.own_when)

    def asks(self, rule: ItemRule, item: Item, cause: str) -> Iterator[tuple[Holder, Ask]]:
        """Go through what is asked because of one cause: paper by paper, record by record, or once."""
        asking = self._table.items.get(item.key)
        kind = self._kind(rule, asking, cause)
        subjects = self._subjects(rule, item, cause)
        for subject, wanted in subjects:
            yield (
                self._holders.of_subject(kind, subject, asking),
                _ask(rule, item, cause, subject, wanted),
            )
        if not subjects:
            yield (
                self._holders.usual(kind, asking),
                _ask(rule, item, cause, None, self._wanted(rule, item, cause)),
            )

    def _kind(self, rule: ItemRule, asking: Asking | None, cause: str) -> HolderKind:
        if cause in self._table.family:
            return "family"
        if asking is not None:
            return asking.by.get(cause, asking.holder)
        kinds = rule.papers.kinds if rule.papers else frozenset[str]()
        if isinstance(rule.need, Documents | Files):
            kinds |= rule.need.kinds
        known = {self._table.paper_holders[kind] for kind in kinds if kind in self._table.paper_holders}
        return next(iter(known)) if len(known) == 1 else "treating_doctor"

    def _subjects(self, rule: ItemRule, item: Item, cause: str) -> list[tuple[Part, Wanted]]:
        """Return the single records or papers that an ask is about, empty where it is about none of them."""
        if cause in self._table.papers:
            return [
                (Part(document_id=paper.id), Wanted(dated=paper.document.body.dated))
                for paper in self._papers_behind(item)
                if cause in paper.findings
            ]
        if cause in _ASKED - {"partial"} or not isinstance(rule.need, _ABOUT_ONE):
            return []
        return list(self._lacking(rule, item))

    def _lacking(self, rule: ItemRule, item: Item) -> Iterator[tuple[Part, Wanted]]:
        """Go through the evidence that lacks something, each with what it lacks."""
        for evidence in item.evidence:
            part = Part(record_id=evidence.record_id, document_id=evidence.document_id)
            fields = item.lacking
            if isinstance(rule.need, Each) and evidence.record_id is not None:
                entry = entry_of(self._facts.case_file, evidence.record_id)
                lacks = read(entry.record, rule.need.content.minimum, self._facts).lacking if entry else ()
                fields = tuple(name for name in item.lacking if name in lacks)
                if not fields:
                    continue
            yield part, self._about(part, item.key, Wanted(fields=fields))

    def _about(self, part: Part, key: str, wanted: Wanted) -> Wanted:
        entry = entry_of(self._facts.case_file, part.record_id) if part.record_id else None
        if entry is not None and isinstance(entry.record, ImagingStudy):
            return replace(wanted, study=self._study(entry.record))
        if entry is not None:
            when = self._facts.date_of(entry.record, DATE_FIELDS.get(type(entry.record), ("date",)))
            return replace(wanted, dated=when.text if when else None)
        document = self._facts.papers[part.document_id].document if part.document_id else None
        if document is not None and key in _IMAGING:
            return replace(wanted, study=_study_on_paper(document))
        return replace(wanted, dated=document.body.dated if document else None)

    def _wanted(self, rule: ItemRule, item: Item, cause: str) -> Wanted:
        names = tuple(self._markers()) if isinstance(rule.need, Series) else ()
        if cause == "stale" and item.age_days is not None:
            newest = self._facts.as_of - timedelta(days=item.age_days)
            return Wanted(newest=newest.isoformat(), max_age_days=item.max_age_days, names=names)
        study = self._latest_study() if item.key in _IMAGING and item.key != "imaging_latest" else None
        return Wanted(fields=item.lacking if cause == "partial" else (), study=study, names=names)

    def _markers(self) -> Iterator[str]:
        """Go through the markers that are followed, as recorded, else those that usually follow the disease."""
        found = sorted({entry.record.marker for entry in self._facts.of(MarkerResult)})
        usual = self._facts.disease_rules.markers
        yield from found or [MARKERS.by_key[key].display for key in usual if key in MARKERS.by_key]

    def _latest_study(self) -> Study | None:
        for entry in self._facts.newest_first(ImagingStudy):
            record = entry.record
            if isinstance(record, ImagingStudy) and record.stated is None and record.modality != "XR":
                return self._study(record)
        papers = [paper for paper in self._facts.papers.values() if paper.kind == "imaging_report"]
        newest = max(papers, key=lambda paper: self._facts.recency(paper.when), default=None)
        return _study_on_paper(newest.document) if newest else None

    def _study(self, record: ImagingStudy) -> Study:
        when = self._facts.date_of(record, DATE_FIELDS[ImagingStudy])
        return Study(
            modality=record.modality, regions=record.regions, date=when.text if when is not None else None
        )

    def _papers_behind(self, item: Item) -> Iterator[Paper]:
        """Go through the documents that count for an item, and those that its records were read from."""
        seen: set[str] = set()
        for evidence in item.evidence:
            entry = entry_of(self._facts.case_file, evidence.record_id) if evidence.record_id else None
            named = [source.document_id for source in entry.record.sources] if entry else []
            for document_id in (evidence.document_id, *named):
                if document_id is not None and document_id in self._facts.papers and document_id not in seen:
                    seen.add(document_id)
                    yield self._facts.papers[document_id]


def _ask(rule: ItemRule, item: Item, cause: str, subject: Part | None, wanted: Wanted) -> Ask:
    about = subject.id if subject is not None else wanted.newest
    return Ask(
        key=":".join(part for part in (item.key, cause, about) if part),
        item=item.key,
        label=item.label,
        cause=cause,
        requirement=item.requirement,
        subject=subject,
        wanted=wanted,
        why=item.why,
        action=rule.actions.get(cause) or item.next_action or item.label,
        rule=item.rule,
        evidence=parts_of(item),
    )


def parts_of(item: Item) -> tuple[Part, ...]:
    """Return the records and documents that count for an item."""
    return tuple(Part(record_id=one.record_id, document_id=one.document_id) for one in item.evidence)


def _study_on_paper(document: Document) -> Study:
    body = document.body
    return Study(modality=body.modality, regions=body.regions, date=body.dated)


def request_id(case_id: str, holder: Holder, keys: Iterable[str]) -> str:
    """Name a request by its case, its holder and what it asks, so that the same request keeps its name."""
    told = "\n".join((case_id, *holder.key, *sorted(keys)))
    return f"request-{sha256(told.encode()).hexdigest()[:20]}"
