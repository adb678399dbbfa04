"""What was reported and what was computed: statements of others first, then arithmetic, never one as the other."""

from collections.abc import Mapping
from typing import Any, Final

from msgspec import to_builtins

from app.records.domain.base import CLINICIANS
from app.summary.domain.cautions import caution
from app.summary.domain.computed_words import told
from app.summary.domain.language import quoted
from app.summary.domain.model import Section, Statement
from app.summary.domain.page import Page, Part, section, state_of
from app.summary.domain.wording import NO_DATE, details, plain, sentence, when, who
from app.summary.domain.writer import Writer
from app.timeline.domain.computed import Computed
from app.timeline.domain.event import TimelineEvent
from app.timeline.domain.status import ReportedStatus

_SPOKEN: Final = (
    ("status_words", "the state of the disease in the author's words"),
    ("statement", "statement"),
    ("plan", "plan"),
    ("aim", "aim"),
    ("prescription", "prescribed"),
    ("question", "asks"),
)
"""What an opinion says, in the order in which it is shown."""
_AXIS_CAUTIONS: Final[Mapping[str, str]] = {
    "remission": "remission",
    "return": "return",
    "progression": "progression",
    "mrd": "residual_disease",
    "qualifier": "imaging",
}
_VALUE_CAUTIONS: Final[Mapping[str, str]] = {
    "ned": "no_evidence",
    "no evidence of disease": "no_evidence",
    "sd": "stable",
    "stable": "stable",
    "mixed": "mixed",
    "pd": "progression",
}
_TOLD: Final = frozenset({"words", "note", "result"})
_INSUFFICIENT: Final = (
    "Reported status: insufficient information. "
    "No dated statement of a clinician on the state of the disease was found in the files received."
)
_NOTHING_COMPUTED: Final = "Nothing was computed: what the rules need is not recorded."


def status(page: Page) -> Section:
    """Write every reported status verbatim, the newest clinician's first, then opinions and plans."""
    writer = page.writer("status")
    return section(
        "status",
        "Status as reported",
        _statuses(page, writer),
        _term_questions(page, writer),
        _opinions(page, writer),
        page.told("status", "follow_up_plan", "Follow-up plan"),
    )


def _statuses(page: Page, writer: Writer) -> Part:
    report = page.views.status
    unknown = tuple(event for event in page.of("disease_status") if "stated" in event.facts)
    found = (*((report.newest,) if report.newest else ()), *report.others)
    statements = (
        *(_status(one, writer, is_newest=one is report.newest) for one in found),
        *(writer.tell(event) for event in unknown),
    )
    insufficient = () if report.newest else (writer.say("insufficient", _INSUFFICIENT, "generated"),)
    state = "stated" if found else state_of(unknown) if unknown else "not_found"
    return Part(state, (*insufficient, *statements))


def _status(one: ReportedStatus, writer: Writer, *, is_newest: bool) -> Statement:
    by = who(one.asserted_by, one.author)
    value = one.value if one.value not in (one.words, one.axis) else None
    facts = {name: value for name, value in one.facts.items() if name not in _TOLD}
    text = sentence(
        f"{one.date.text if one.date else NO_DATE}: {plain(one.axis)}{': ' if value else ''}{value or ''}",
        f"certainty: {one.certainty}" if one.certainty else None,
        f"in the words: {quoted(one.words)}" if one.words else None,
        *details(one.kind, facts),
        f"stated by {by}" if by else "author not stated",
    )
    key = _VALUE_CAUTIONS.get((one.value or "").casefold()) or _AXIS_CAUTIONS.get(one.axis)
    return writer.say(
        one.id,
        text,
        "quoted" if one.words else "recorded",
        facts={
            **one.facts,
            "axis": one.axis,
            "value": one.value,
            "certainty": one.certainty,
            "words": one.words,
            "date": one.date.text if one.date else None,
            "asserted_by": one.asserted_by,
            "by": one.by,
            "newest_by_clinician": is_newest,
        },
        sources=one.sources,
        caution=caution(key).text if key else None,
    )


def _term_questions(page: Page, writer: Writer) -> Part:
    statements = tuple(
        writer.say(
            one.id,
            f"{one.question} The recorded word {quoted(one.term)} is kept.",
            "generated",
            facts={"code": one.code, "term": one.term, "rule": to_builtins(one.rule)},
            sources=one.sources,
        )
        for one in page.views.status.questions
    )
    return Part("not_found", statements)


def _opinions(page: Page, writer: Writer) -> Part:
    events = page.of("opinion")
    if not events:
        return Part("not_found", (writer.absent("opinion", "A doctor's note or opinion"),))
    by_clinicians = [event for event in events if event.asserted_by in CLINICIANS]
    by_others = [event for event in events if event.asserted_by not in CLINICIANS]
    ordered = (*reversed(by_clinicians), *reversed(by_others))
    return Part(state_of(events), tuple(_opinion(event, writer) for event in ordered))


def _opinion(event: TimelineEvent, writer: Writer) -> Statement:
    facts = event.facts
    said = [f"{label}: {quoted(facts[name])}" for name, label in _SPOKEN if name in facts]
    by = who(event.asserted_by)
    return writer.say(
        event.id,
        sentence(f"{when(event)}: {event.title}", *said, f"stated by {by}" if by else None),
        "quoted" if said else "recorded",
        facts={**facts, "asserted_by": event.asserted_by, "event_id": event.id},
        sources=event.sources,
    )


def computed(page: Page) -> Section:
    """Write each piece of arithmetic with its rule, inputs, steps and limits; where there is none, why."""
    writer, found = page.writer("computed"), page.views.computed
    has_result = any(one.result is not None for one in found)
    return section(
        "computed",
        "Computed from recorded values",
        Part("stated" if has_result else "not_found", tuple(_computed(one, writer) for one in found)),
        note=None if found else _NOTHING_COMPUTED,
    )


def _computed(one: Computed, writer: Writer) -> Statement:
    facts: dict[str, Any] = to_builtins(one)
    del facts["sources"]
    return writer.say(
        one.id,
        " ".join(told(one)),
        "computed",
        facts=facts,
        sources=one.sources,
        caution=" ".join((caution("computed").text, *one.limits)),
    )
