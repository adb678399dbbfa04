"""What is open: gaps in the case, and the questions for the oncologist."""

from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from msgspec import to_builtins

from app.completeness.domain.report import Item, Report
from app.summary.domain.gaps import gaps_of
from app.summary.domain.language import quoted
from app.summary.domain.model import Section, Statement
from app.summary.domain.page import Page, Part, section
from app.summary.domain.wording import listed, plain
from app.summary.domain.writer import Writer
from app.timeline.domain.event import SourceRef
from app.timeline.domain.questions import Question

_STATUS_WORDS: Final = {
    "missing": "not found in the files received",
    "partial": "found in part",
    "stale": "found, older than wanted",
    "unknown": "not known whether it applies",
    "waived": "set aside by a person",
}
"""What is open, and what a person decided to leave open."""
_NOT_ASKED: Final = (
    "The patient is recorded as having died: how things are now and what to do next is not asked."
)
_NO_GAPS: Final = "Nothing is missing by it."
_NO_QUESTIONS: Final = "No question of the list is raised by what is recorded."


def gaps(page: Page) -> Section:
    """Write what waits for a person, what the checklist finds open, gaps between the records, what is dated later."""
    writer, report = page.writer("gaps"), page.views.report
    statements = (
        *_unconfirmed(page, writer),
        *(_item(item, report, writer) for item in report.items if item.status in _STATUS_WORDS),
        *(_noted(item, report, writer) for item in report.items if item.status == "present" and item.noted),
        *(
            writer.say(
                gap.about, gap.text, "generated", facts={"gap": gap.code, **gap.facts}, sources=gap.sources
            )
            for gap in gaps_of(page)
        ),
        *_future(page, writer),
    )
    used = f"Checked against the checklist {report.checklist.id}, version {report.checklist.version}."
    if report.profile is not None:
        used = f"{used[:-1]}, with the profile {report.profile.id}, version {report.profile.version}, laid over it."
    if page.has_died:
        used = f"{used} {_NOT_ASKED}"
    return section(
        "gaps",
        "Gaps",
        Part("stated" if statements else "not_found", statements),
        note=used if statements else f"{used} {_NO_GAPS}",
    )


def _item(item: Item, report: Report, writer: Writer) -> Statement:
    text = f"{item.label}: {_STATUS_WORDS[item.status]}"
    if item.status == "stale" and item.age_days is not None:
        text += f" ({item.age_days} days old, wanted within {item.max_age_days})"
    if item.lacking:
        text += f"; lacking: {listed(tuple(map(plain, item.lacking)))}"
    if item.stated_unknown:
        text += f"; stated as unknown: {listed(tuple(map(plain, item.stated_unknown)))}"
    parts = [f"{text}.", item.why]
    if item.next_action:
        parts.append(f"Next: {item.next_action}")
    facts: dict[str, Any] = to_builtins(item)
    facts["checklist"] = to_builtins(report.checklist)
    return writer.say(
        f"{report.checklist.id}:{item.key}",
        " ".join(parts),
        "generated",
        facts=facts,
        sources=_evidence(item),
    )


def _noted(item: Item, report: Report, writer: Writer) -> Statement:
    """Say what is not stated in an item that is there."""
    return writer.say(
        f"{report.checklist.id}:{item.key}",
        f"{item.label}: found; not stated: {listed(tuple(map(plain, item.noted)))}.",
        "generated",
        facts={"key": item.key, "status": item.status, "noted": item.noted},
        sources=_evidence(item),
    )


def _evidence(item: Item) -> tuple[SourceRef, ...]:
    return tuple(SourceRef(record_id=one.record_id, document_id=one.document_id) for one in item.evidence)


def _unconfirmed(page: Page, writer: Writer) -> Iterator[Statement]:
    """Say how many records were read from documents and wait for a person; not what they say."""
    waiting = page.case_file.proposals
    if waiting:
        one = len(waiting) == 1
        text = (
            f"{len(waiting)} {'record was' if one else 'records were'} read from documents and "
            f"{'waits' if one else 'wait'} for a person's confirmation. Nothing of {'it' if one else 'them'} is stated "
            "here or counted."
        )
        kinds = Counter(entry.record.kind for entry in waiting)
        read_in = (entry.record.sources[0] for entry in waiting)
        places = dict.fromkeys((source.document_id, source.page) for source in read_in)
        yield writer.say(
            "unconfirmed",
            text,
            "generated",
            facts={
                "gap": "unconfirmed",
                "count": len(waiting),
                "proposals": tuple(entry.id for entry in waiting),
                "kinds": dict(sorted(kinds.items())),
            },
            sources=tuple(SourceRef(document_id=document_id, page=number) for document_id, number in places),
        )


def _future(page: Page, writer: Writer) -> Iterator[Statement]:
    ids = page.views.report.future_dated
    if ids:
        documents = {document.id for document in page.case_file.documents}
        text = f"Dated after {page.as_of.isoformat()} and not counted: {len(ids)}."
        sources = tuple(
            SourceRef(document_id=one) if one in documents else SourceRef(record_id=one) for one in ids
        )
        yield writer.say("future_dated", text, "generated", facts={"count": len(ids)}, sources=sources)


def questions(page: Page) -> Section:
    """Write the questions that the case raises, in the order of their table."""
    writer, found = page.writer("questions"), page.views.questions
    notes = (None if found else _NO_QUESTIONS, _NOT_ASKED if page.has_died else None)
    return section(
        "questions",
        "Questions for the oncologist",
        Part("stated" if found else "not_found", tuple(_question(one, writer) for one in found)),
        note=" ".join(filter(None, notes)) or None,
    )


def _question(question: Question, writer: Writer) -> Statement:
    about = f" (about: {listed(tuple(map(quoted, question.concerns)))})" if question.concerns else ""
    return writer.say(
        question.id,
        f"{question.wording}{about}",
        "generated",
        facts={
            "question_id": question.id,
            "wording": question.wording,
            "concerns": question.concerns,
            "rule": to_builtins(question.rule),
        },
        sources=question.sources,
    )
