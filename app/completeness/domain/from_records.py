"""Needs that records satisfy by what they state: one of them, each of them, all together, or the newest."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from app.casefile.domain.case_file import Entry
from app.completeness.domain.checklist import Papers
from app.completeness.domain.conditions import holds
from app.completeness.domain.evidence import (
    Candidate,
    Outcome,
    Reading,
    choose,
    is_asked,
    outcome,
    paper_candidates,
    problems_of,
    read,
    select,
    unique,
)
from app.completeness.domain.facts import Facts, is_named
from app.completeness.domain.findings import IMAGES_WITHOUT_REPORT, STUDY_DATE_DIFFERS, UNDATED
from app.completeness.domain.needs import Content, Each, Minimum, Newest, One, Selection, Together, Way
from app.completeness.domain.record_tests import values_of
from app.completeness.domain.report import Evidence
from app.completeness.domain.studies import images_alone
from app.records.domain.base import Absence, Record
from app.records.domain.kinds import AnyRecord
from app.values.dates import PartialDate, may_overlap


def best_of(need: One | Newest, papers: Papers | None, facts: Facts, max_age_days: int | None) -> Outcome:
    """Let one record or paper decide: the best of all, or the best of the newest day."""
    entries = select(need.of, facts)
    candidates = [
        *(_single(entry, need.of, need.content, facts) for entry in _speaking_first(entries, need.of)),
        *paper_candidates(papers, facts),
    ]
    if isinstance(need, Newest) and need.images:
        candidates = [*_told_of_images(need, entries, candidates, facts), *images_alone(need, papers, facts)]
    if isinstance(need, Newest) and candidates:
        newest = max(facts.recency(candidate.when)[0] for candidate in candidates)
        candidates = [candidate for candidate in candidates if facts.recency(candidate.when)[0] == newest]
    return outcome(candidates, entries, facts, max_age_days)


def _told_of_images(
    need: Newest, entries: Sequence[Entry[AnyRecord]], candidates: list[Candidate], facts: Facts
) -> Iterator[Candidate]:
    """Say of each examination whether its images came without a report, and whether it is dated twice."""
    by_id = {entry.id: entry.record for entry in entries}
    for candidate in candidates:
        record = by_id.get(candidate.evidence[0].record_id or "") if candidate.evidence else None
        found = tuple(_of_study(need, record, candidate, facts)) if record is not None else ()
        yield replace(candidate, findings=(*candidate.findings, *found)) if found else candidate


def _of_study(need: Newest, record: Record, candidate: Candidate, facts: Facts) -> Iterator[str]:
    kinds = {
        facts.papers[source.document_id].kind
        for source in record.sources
        if source.document_id and source.document_id in facts.papers
    }
    if kinds and kinds <= need.images and set(need.report) <= set(candidate.lacking):
        yield IMAGES_WITHOUT_REPORT
    dates = [PartialDate.parse(text) for field in need.of.aged_by[:2] for text in values_of(record, field)]
    if len(dates) > 1 and not may_overlap(dates[0], dates[1]):
        yield STUDY_DATE_DIFFERS


def each_of(need: Each, papers: Papers | None, facts: Facts, max_age_days: int | None) -> Outcome:
    """Ask the minimum of every record; a statement of none counts where it is newer than what is named."""
    entries = select(need.of, facts)
    counting = _speaking_first(entries, need.of)
    if need.newest_within_days is not None:
        counting = _newest_within(counting, need.of, need.newest_within_days, facts)
    named = [entry for entry in counting if is_named(entry.record)]
    candidates = paper_candidates(papers, facts)
    if named:
        candidates.append(_joined(named, need.of, need.content, facts))
    newest = facts.recency(_newest_date(named, need.of.aged_by, facts))
    candidates.extend(
        single
        for entry in counting
        if not is_named(entry.record)
        for single in [_single(entry, need.of, need.content, facts)]
        if not named or facts.recency(single.when) > newest
    )
    return outcome(candidates, entries, facts, max_age_days)


def together(need: Together, papers: Papers | None, facts: Facts, max_age_days: int | None) -> Outcome:
    """Gather the minimum from the records of several kinds, and from the case."""
    stated: dict[str, Entry[AnyRecord] | None] = {}
    lacking, unknown = [], []
    for field in need.content.minimum:
        if not is_asked(field, facts):
            continue
        found, entry, is_unknown = _find(field, facts)
        if found:
            stated[field.name] = entry
        elif field.given is None or not holds(field.given, facts):
            lacking.append(field.name)
            if is_unknown:
                unknown.append(field.name)
    candidates = paper_candidates(papers, facts)
    entries = {entry.id: entry for entry in stated.values() if entry is not None}
    bare = () if stated else tuple(_speaking(need.content, facts))
    if stated or unknown or bare:
        candidates.append(
            Candidate(
                when=_newest_date(entries.values(), ("date",), facts),
                lacking=tuple(lacking),
                stated_unknown=tuple(unknown),
                noted=tuple(
                    field.name
                    for field in need.content.noted
                    if is_asked(field, facts) and not _find(field, facts)[0]
                ),
                evidence=_evidence_of(stated) or tuple(Evidence(record_id=entry_id) for entry_id in bare),
                findings=unique(
                    problem for entry in entries.values() for problem in problems_of(entry, facts)
                ),
            )
        )
    return Outcome(choose(candidates, facts, max_age_days), considered=tuple(candidates))


def _speaking_first(entries: Sequence[Entry[AnyRecord]], selection: Selection) -> list[Entry[AnyRecord]]:
    """Return the records that name something or say what is accepted, else those that say `unknown`."""
    speaking = [
        entry for entry in entries if is_named(entry.record) or entry.record.stated in selection.accepts
    ]
    return speaking or [entry for entry in entries if entry.record.stated == Absence.UNKNOWN]


def _single(entry: Entry[AnyRecord], selection: Selection, content: Content, facts: Facts) -> Candidate:
    when = facts.date_of(entry.record, selection.aged_by)
    if entry.record.stated in selection.accepts:
        reading = Reading(("stated",), (), ())
        noted: tuple[str, ...] = ()
    else:
        reading = read(entry.record, content.minimum, facts)
        noted = read(entry.record, content.noted, facts).lacking
    return Candidate(
        when=when,
        lacking=reading.lacking,
        stated_unknown=reading.unknown,
        noted=noted,
        evidence=(Evidence(record_id=entry.id, fields=reading.stated),),
        findings=(*(() if when else (UNDATED,)), *problems_of(entry, facts)),
    )


def _joined(
    entries: Sequence[Entry[AnyRecord]], selection: Selection, content: Content, facts: Facts
) -> Candidate:
    """Put what every record lacks together, in the order of the minimum."""
    evidence: list[Evidence] = []
    lacking: set[str] = set()
    unknown: set[str] = set()
    noted: set[str] = set()
    for entry in entries:
        reading = read(entry.record, content.minimum, facts)
        lacking.update(reading.lacking)
        unknown.update(reading.unknown)
        noted.update(read(entry.record, content.noted, facts).lacking)
        evidence.append(Evidence(record_id=entry.id, fields=reading.stated))
    when = _newest_date(entries, selection.aged_by, facts)
    return Candidate(
        when=when,
        lacking=_in_order(content.minimum, lacking),
        stated_unknown=_in_order(content.minimum, unknown),
        noted=_in_order(content.noted, noted),
        evidence=tuple(evidence),
        findings=(
            *(() if when else (UNDATED,)),
            *unique(problem for entry in entries for problem in problems_of(entry, facts)),
        ),
    )


def _in_order(fields: Sequence[Minimum], names: set[str]) -> tuple[str, ...]:
    return tuple(field.name for field in fields if field.name in names)


def _newest_within(
    entries: list[Entry[AnyRecord]], selection: Selection, days: int, facts: Facts
) -> list[Entry[AnyRecord]]:
    dates = {entry.id: facts.date_of(entry.record, selection.aged_by) for entry in entries}
    newest = max((facts.recency(when)[0] for when in dates.values()), default=0)
    return [
        entry for entry in entries if facts.recency(dates[entry.id])[0] >= newest - timedelta(days=days).days
    ]


def _newest_date(
    entries: Iterable[Entry[AnyRecord]], fields: tuple[str, ...], facts: Facts
) -> PartialDate | None:
    dates = (facts.date_of(entry.record, fields) for entry in entries)
    return max((when for when in dates if when is not None), key=facts.recency, default=None)


def _find(field: Minimum, facts: Facts) -> tuple[bool, Entry[AnyRecord] | None, bool]:
    """Look a field up in its ways: whether it is stated, by which record, and whether one says that it is unknown.

    Within one way the newest record that speaks of the field decides, so that a later `withdrawn` outweighs an
    earlier `given`. A record from a paper that can't count as it is stands back behind one that states the same.
    """
    is_unknown = False
    troubled: Entry[AnyRecord] | None = None
    for way in field.ways:
        if way.kind is None or way.kind == "case":
            if values_of(facts.case, way.field):
                return True, None, False
            continue
        for entry in facts.newest_first(way.kind):
            record = entry.record
            if not way.passes(record):
                continue
            if way.states(record) or _accepted_absence(field, way, entry):
                if not problems_of(entry, facts):
                    return True, entry, False
                troubled = troubled or entry
                continue
            if record.absence(way.field) == Absence.UNKNOWN and values_of(record, way.field) == ():
                is_unknown = True
            if values_of(record, way.field) and way.values:
                break
    return (True, troubled, False) if troubled else (False, None, is_unknown)


def _accepted_absence(field: Minimum, way: Way, entry: Entry[AnyRecord]) -> bool:
    return entry.record.absence(way.field) in field.accepts


def _speaking(content: Content, facts: Facts) -> tuple[str, ...]:
    """Return the ids of the records that are of a kind asked for, whatever they state."""
    return unique(
        entry.id
        for field in content.minimum
        for way in field.ways
        if way.kind is not None and way.kind != "case"
        for entry in facts.of(way.kind)
        if is_named(entry.record) and way.passes(entry.record)
    )


def _evidence_of(stated: dict[str, Entry[AnyRecord] | None]) -> tuple[Evidence, ...]:
    by_record: dict[str | None, list[str]] = {}
    for name, entry in stated.items():
        by_record.setdefault(entry.id if entry else None, []).append(name)
    return tuple(
        Evidence(record_id=record_id, fields=tuple(names))
        for record_id, names in sorted(by_record.items(), key=lambda item: item[0] or "")
    )
