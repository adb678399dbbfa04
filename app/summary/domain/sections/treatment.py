"""What was given: every treatment in order of time, each with the line that it belongs to."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from app.summary.domain.language import quoted
from app.summary.domain.model import Section, Statement
from app.summary.domain.page import Page, Part, section, state_of
from app.summary.domain.wording import details, listed, plain, sentence, side_effects, when, who
from app.summary.domain.writer import Writer
from app.timeline.domain.event import SourceRef, TimelineEvent
from app.timeline.domain.lines import Line
from app.timeline.domain.naming import drug_words

_SUGGESTED: Final = (
    "Suggested by rule from drugs and dates; a clinician's own numbering comes first, "
    "and no rule knows what was planned."
)
_ASKED: Final[Mapping[str, tuple[tuple[str, tuple[str, ...]], ...]]] = {
    "systemic": (
        ("cycles", ("cycles_given", "cycle_dates", "continuous")),
        ("dose changes", ("dose_changes",)),
        ("response", ("response", "response_status")),
        ("side effects", ("side_effects",)),
    ),
    "radiation": (
        ("site", ("site",)),
        ("dose", ("dose_gy",)),
        ("fractions", ("fractions",)),
        ("response", ("response", "response_status")),
        ("side effects", ("side_effects",)),
    ),
    "surgery": (
        ("margins or residual disease", ("margins", "residual")),
        ("complications", ("complications",)),
    ),
}
"""What is said to be missing where nothing states it. Source: clinical.md section 7, rulings 2 and 17."""
_DATES_IN_FULL: Final = 6
_BETWEEN: Final = re.compile(r"[,+/;]| and ")
_ENDS_WITHOUT_REASON: Final = frozenset({"surgery", "procedure", "local_ablation"})
"""Source: clinical.md section 7, ruling 22."""


def treatment(page: Page) -> Section:
    """Write each line of therapy before its treatments, and every other treatment in its place in time."""
    writer, events = page.writer("treatment"), page.of("treatment")
    if not events:
        return section(
            "treatment", "Treatment", Part("not_found", (writer.absent("treatment", "Treatment history"),))
        )
    line_of = {record_id: line for line in page.views.lines.lines for record_id in line.treatments}
    statements: list[Statement] = []
    written: set[int] = set()
    for event in events:
        line = line_of.get(event.id)
        if line is not None and line.number not in written:
            written.add(line.number)
            statements.append(_line(line, writer))
        statements.append(_told(event, line, writer))
    return section("treatment", "Treatment", Part(state_of(events), tuple(statements)))


def _line(line: Line, writer: Writer) -> Statement:
    is_stated = line.basis == "stated"
    how = "as stated" if is_stated else f"suggested by rule, confidence {line.confidence}"
    end = "recorded as ongoing" if line.ongoing else f"until {line.ended}" if line.ended else "no end stated"
    drugs = listed(tuple(dict.fromkeys(map(drug_words, line.drugs)))) or "drugs not stated"
    return writer.say(
        f"line-{line.number}",
        sentence(
            f"Line {line.number} ({how}): {drugs}",
            f"from {line.started}, {end}",
            f"intent {line.intent}" if line.intent else None,
        ),
        "recorded" if is_stated else "computed",
        facts={
            "line": line.number,
            "basis": line.basis,
            "confidence": line.confidence,
            "reasons": line.reasons,
            "drugs": line.drugs,
            "started": line.started,
            "ended": line.ended,
            "ongoing": line.ongoing,
            "intent": line.intent,
            "rule": {"id": line.rule.id, "version": line.rule.version, "source": line.rule.source},
        },
        sources=tuple(SourceRef(record_id=record_id) for record_id in line.treatments),
        caution=None if is_stated else _SUGGESTED,
    )


def _told(event: TimelineEvent, line: Line | None, writer: Writer) -> Statement:
    facts = event.facts
    by = who(event.asserted_by, facts.get("author"))
    silent = listed(tuple(_silent(facts)))
    text = sentence(
        f"{when(event)}: {event.title}",
        plain(facts["category"]),
        f"line {line.number}" if line else None,
        *_course(facts),
        *_doses(facts),
        *details("treatment", facts, without=_same_regimen(facts) | _same_side(facts)),
        *_outcome(facts),
        f"not stated: {silent}" if silent else None,
        f"stated by {by}" if by else None,
        f"at {facts['facility']}" if "facility" in facts else None,
        f"remark: {quoted(facts['note'])}" if "note" in facts else None,
    )
    return writer.say(
        event.id,
        text,
        facts={**facts, "event_id": event.id, "in_line": line.number if line else None},
        sources=event.sources,
    )


def _same_regimen(facts: Mapping[str, Any]) -> frozenset[str]:
    """Leave the regimen out where it only names the drugs again."""
    drugs = {drug["name"].casefold() for drug in facts.get("drugs", ())}
    words = {word.strip().casefold() for word in _BETWEEN.split(facts.get("regimen", ""))}
    return frozenset({"regimen"}) if words <= drugs else frozenset()


def _same_side(facts: Mapping[str, Any]) -> frozenset[str]:
    """Leave the side out where the site or the procedure names it."""
    said = f"{facts.get('site', '')} {facts.get('procedure', '')}".casefold()
    return frozenset({"laterality"}) if facts.get("laterality", "-") in said else frozenset()


def _doses(facts: Mapping[str, Any]) -> Iterator[str]:
    """Say the dose of each drug as written, with its name where there are several."""
    drugs = facts.get("drugs", ())
    told = [
        f"{drug_words(drug['name'])} {drug['dose']}" if len(drugs) > 1 else drug["dose"]
        for drug in drugs
        if "dose" in drug
    ]
    if told:
        yield f"dose as written: {listed(tuple(told))}"


def _cycles(dates: Sequence[str], start: str | None) -> str:
    """Name the days of a few cycles; of many how many there are, the first and the last."""
    if len(dates) == 1 and dates[0] == start:
        return "given on one day as recorded"
    if len(dates) <= _DATES_IN_FULL:
        return f"cycle dates: {listed(tuple(dates))}"
    return f"cycle dates: {len(dates)}, from {dates[0]} to {dates[-1]}"


def _course(facts: Mapping[str, Any]) -> Iterator[str]:
    """Say from when to when, and in how many cycles."""
    if "ended" in facts:
        yield f"until {facts['ended']}"
    elif facts.get("ongoing"):
        yield "recorded as ongoing"
    if "cycles_given" in facts or "cycles_planned" in facts:
        given, planned = facts.get("cycles_given", "not stated"), facts.get("cycles_planned", "not stated")
        yield f"cycles given: {given}, planned: {planned}"
    if facts.get("cycle_dates"):
        yield _cycles(sorted(facts["cycle_dates"]), facts.get("started"))
    if facts.get("continuous"):
        yield "given without cycles"


def _outcome(facts: Mapping[str, Any]) -> Iterator[str]:
    """Say what was changed, what was seen, and why it ended."""
    if "dose_changes" in facts:
        yield f"dose changes: {listed(facts['dose_changes'])}"
    if "response" in facts or "response_status" in facts:
        words = quoted(facts["response"]) if "response" in facts else ""
        marks = ", ".join(filter(None, (facts.get("response_status"), facts.get("response_date"))))
        yield f"response as recorded: {' '.join(filter(None, (words, f'({marks})' if marks else '')))}"
    if "side_effects" in facts:
        yield f"side effects: {side_effects(facts['side_effects'])}"
    if "complications" in facts:
        yield f"complications: {listed(facts['complications'])}"
    if "reason_ended" in facts:
        yield f"reason ended: {quoted(facts['reason_ended'])}"


def _silent(facts: Mapping[str, Any]) -> Iterator[str]:
    """Name what the record doesn't state, neither as a value nor as none, unknown or not done."""
    if "stated" in facts:
        return
    absent = facts.get("absent", {})
    for label, fields in _ASKED.get(facts["category"], ()):
        if not any(field in facts or field in absent for field in fields):
            yield label
    if (
        "ended" in facts
        and facts["category"] not in _ENDS_WITHOUT_REASON
        and "reason_ended" not in facts
        and "reason_ended" not in absent
    ):
        yield "why it ended"
