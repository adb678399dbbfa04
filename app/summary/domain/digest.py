"""The one-page digest: of each section what a reader needs first, by the ids of the statements that say it."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Final

from app.summary.domain.model import (
    Digest,
    DigestEntry,
    DigestPart,
    Readiness,
    Section,
    SectionKey,
    Statement,
)
from app.summary.domain.page import Page
from app.timeline.domain.event import TimelineEvent

LONGEST: Final = 260
"""Characters of an entry; what is longer is cut at a word and says so."""
_SENTENCE: Final = re.compile(r"(?:“[^”]*”|[^.“]|\.(?!\s|$))+\.?")
_CUT: Final = " …"
_BIOMARKERS: Final = 8

_ById = Mapping[str, Statement]
_Chosen = Iterator[tuple[Statement, bool]]
"""Statements of one section, each with whether its first sentence is enough."""


def digest_of(page: Page, sections: Sequence[Section]) -> Digest:
    """Choose the digest of a summary's written sections; the same sections give the same digest.

    Nothing is said in it that no statement of the summary says.
    """
    by_key = {section.key: section for section in sections}
    lines = (
        {statement.id: statement for statement in by_key["timeline"].statements} if _needs_lines(page) else {}
    )
    parts = []
    for key, (most, choose) in _CHOICES.items():
        section = by_key[key]
        chosen = list(choose(page, section, lines)) or list(_nothing(section))
        entries = tuple(_entry(one, is_short=is_short) for one, is_short in chosen[:most])
        more = max(0, _counted(key, page, section, len(chosen)) - len(entries))
        parts.append(DigestPart(key=key, title=section.title, note=section.note, entries=entries, more=more))
    report = page.views.report
    return Digest(
        readiness=Readiness(
            ready=report.ready,
            score=report.score,
            checklist=report.checklist.id,
            profile=report.profile.id if report.profile else None,
            blocking=len(report.blocking),
        ),
        parts=tuple(parts),
    )


def _needs_lines(page: Page) -> bool:
    return any(page.of(kind) for kind in ("biomarker", "treatment"))


def _nothing(section: Section) -> _Chosen:
    """Choose what a section says where it has nothing of the kind: not found, or why nothing was computed."""
    if section.key == "computed":  # what was computed of something else comes before what was not
        return ((one, True) for one in sorted(section.statements, key=_is_not_computed))
    return ((one, True) for one in section.statements if not one.sources)


def _is_not_computed(statement: Statement) -> bool:
    return statement.facts.get("result") is None


def _counted(key: SectionKey, page: Page, section: Section, chosen: int) -> int:
    """Count what the section holds, of which the digest gives some."""
    if key == "pathology":
        return len(page.of("pathology_report")) + len(page.of("biomarker"))
    return len(section.statements) if key in {"conflicts", "gaps", "questions", "alerts"} else chosen


def _entry(statement: Statement, *, is_short: bool) -> DigestEntry:
    text = statement.text
    if is_short and (first := _SENTENCE.match(text)):
        text = first.group().rstrip()
    is_cut = len(text) > LONGEST
    if is_cut:
        text = _cut(text)
    return DigestEntry(statement_id=statement.id, text=text, cut=is_cut, kind=statement.kind)


def _cut(text: str) -> str:
    """Cut at the last word that fits; an open quotation is closed, so that what is quoted stays told apart."""
    kept = text[: LONGEST - len(_CUT) - 1]
    kept = kept.rpartition(" ")[0] or kept
    return f"{kept}{_CUT}{'”' if kept.count('“') > kept.count('”') else ''}"


def _all(_: Page, section: Section, __: _ById) -> _Chosen:
    return ((one, False) for one in section.statements)


def _first_sentences(_: Page, section: Section, __: _ById) -> _Chosen:
    return ((one, True) for one in section.statements)


def _asked(_: Page, section: Section, __: _ById) -> _Chosen:
    return (
        (one, False) for one in section.statements if one.kind == "quoted" or one.id.endswith("/purposes")
    )


_NAMED: Final = frozenset({"name", "identifiers", "reference", "birth_date", "vital_status"})


def _person(_: Page, section: Section, __: _ById) -> _Chosen:
    return ((one, False) for one in section.statements if one.id.partition("/")[2] not in _NAMED)


def _newest(page: Page, kind: str) -> Iterator[TimelineEvent]:
    """Yield the events of a kind, the newest first; one without a date is not taken for the newest."""
    events = page.of(kind)
    yield from (event for event in reversed(events) if event.date is not None)
    yield from (event for event in events if event.date is None)


def _disease(page: Page, section: Section, _: _ById) -> _Chosen:
    """Choose the newest diagnoses and stages; the caller's words where there is none."""
    by_id = {one.id: one for one in section.statements}
    found = [
        by_id[f"diagnosis/{event.id}"]
        for kind in ("diagnosis", "stage")
        for event in islice(_newest(page, kind), 2)
    ]
    return ((one, False) for one in (found or section.statements))


def _tissue(page: Page, section: Section, lines: _ById) -> _Chosen:
    """Choose the newest report, then each biomarker in one line."""
    by_id = {one.id: one for one in section.statements}
    for event in islice(_newest(page, "pathology_report"), 1):
        yield by_id[f"pathology/{event.id}"], True
    for event in page.of("biomarker")[-_BIOMARKERS:]:
        line = lines.get(f"timeline/{event.id}")
        if line:
            yield line, True


def _treated(page: Page, section: Section, lines: _ById) -> _Chosen:
    """Choose the lines, the newest first, then operations and radiation, the newest of each name in one line."""
    listed = [one for one in section.statements if one.id.startswith("treatment/line-")]
    yield from ((one, True) for one in reversed(listed))
    in_lines = {record_id for line in page.views.lines.lines for record_id in line.treatments}
    others = [event for event in _newest(page, "treatment") if event.id not in in_lines]
    newest = {event.title: event for event in reversed(others)}
    for event in sorted(others, key=lambda one: newest[one.title] is not one):
        if line := lines.get(f"timeline/{event.id}"):
            yield line, True


def _evidence(page: Page, section: Section, _: _ById) -> _Chosen:
    """Choose the newest report's words, the newest comparable sizes, then each marker."""
    by_id = {one.id: one for one in section.statements}
    for event in islice(_newest(page, "imaging_study"), 1):
        told = by_id.get(f"response/{event.id}:impression") or by_id.get(f"response/{event.id}")
        if told:
            yield told, False
    for one in section.statements:
        if one.id == "response/lesion-pair" or one.id.startswith("response/series-"):
            yield one, False


def _computed(_: Page, section: Section, __: _ById) -> _Chosen:
    """Choose what was computed of the response; trends of markers and lines of treatment stand in other parts."""
    elsewhere = (
        "computed/marker_trend",
        "computed/lesion_changes",
        "computed/lines_of_therapy",
        "computed/days_",
    )
    for one in section.statements:
        if one.facts.get("result") is not None and not one.id.startswith(elsewhere):
            yield one, True


def _felt(page: Page, section: Section, _: _ById) -> _Chosen:
    by_id = {one.id: one for one in section.statements}
    for event in _newest(page, "symptom"):
        if told := by_id.get(f"symptoms/{event.id}"):
            yield told, False


def _reported(page: Page, section: Section, _: _ById) -> _Chosen:
    """Choose the newest clinician's statement and those beside it, or that there is none."""
    wanted = {one.id for one in (page.views.status.newest, *page.views.status.others) if one}
    for one in section.statements:
        about = one.id.partition("/")[2]
        if about in wanted or about == "insufficient":
            yield one, False


_CHOICES: Final[Mapping[SectionKey, tuple[int, Callable[[Page, Section, _ById], _Chosen]]]] = {
    "alerts": (6, _all),
    "question": (3, _asked),
    "patient": (4, _person),
    "diagnosis": (3, _disease),
    "pathology": (1 + _BIOMARKERS, _tissue),
    "treatment": (5, _treated),
    "response": (4, _evidence),
    "computed": (3, _computed),
    "symptoms": (3, _felt),
    "status": (2, _reported),
    "conflicts": (3, _first_sentences),
    "gaps": (9, _first_sentences),
    "questions": (8, _all),
}
"""What each part gives, and how many at most."""
