"""What stands first: alerts, then the question that the review is to answer."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from app.cases.domain import Purpose
from app.records.domain.statements import MainQuestion, Planning
from app.summary.domain.emergency import Emergency
from app.summary.domain.emergency_words import EMERGENCY_WORDS
from app.summary.domain.language import quoted
from app.summary.domain.model import Section, SectionState, Statement
from app.summary.domain.page import CASE, Page, Part, section
from app.summary.domain.sections.disagreements import blocking_statements
from app.summary.domain.standing import Standing
from app.summary.domain.wording import NO_DATE, listed, plain, sentence, who
from app.timeline.domain.build import sources_of
from app.timeline.domain.event import SourceRef
from app.timeline.domain.facts import facts_of
from app.timeline.domain.order import place

PURPOSES: Final[dict[Purpose, str]] = {
    "response": "response to treatment",
    "progression": "progression",
    "recurrence": "recurrence",
    "remission": "remission and follow-up",
}
_REMARKS: Final = {
    Standing.UNCLEAR: "The words leave open whether it is denied, or whose it is.",
    Standing.PAST: "The words or the record place it in the past.",
}
_NO_ALERT: Final = (
    "No emergency word was found in what was recorded, and no conflict blocks the review. "
    "This does not rule an emergency out."
)
_DEAD: Final = (
    "The patient is recorded as having died. The banner stands for the case that this is wrong, or that the words are "
    "of somebody else."
)
_ONLY_POSSIBLE: Final = (
    "Emergency words were found only where records name a risk, a condition or an instruction; they stand under the "
    "symptoms. No conflict blocks the review. This does not rule an emergency out."
)
_NOTHING_TO_READ: Final = (
    "No symptom is recorded in which emergency words could stand. This does not rule an emergency out."
)


def alerts(page: Page) -> Section:
    """Write the emergency words, with their banner before them, then the conflicts that block."""
    writer, found = page.writer("alerts"), page.views.emergencies
    statements: list[Statement] = []
    if found:
        sources = dict.fromkeys(_source_of(one) for one in found)
        statements.append(
            writer.say(
                "emergency",
                EMERGENCY_WORDS.banner,
                "generated",
                facts={
                    "signs": tuple(dict.fromkeys(one.sign for one in found)),
                    "rule": {
                        "id": "emergency",
                        "version": EMERGENCY_WORDS.version,
                        "source": EMERGENCY_WORDS.source,
                    },
                },
                sources=tuple(sources),
                caution=_DEAD if page.has_died else None,
            )
        )
    statements.extend(
        writer.say(
            f"{one.record_id or CASE}:{one.sign}",
            _alert_text(one, page.as_of),
            "quoted",
            facts={
                "sign": one.sign,
                "label": one.label,
                "standing": one.standing.value,
                "quote": one.quote,
                "date": one.date,
                "onset": one.onset,
                "asserted_by": one.asserted_by,
                "record_kind": one.kind,
                "source": one.source,
                "language": one.language,
            },
            sources=(_source_of(one),),
            caution=_unreviewed(one),
        )
        for one in found
    )
    statements.extend(blocking_statements(page))
    looked = page.of("symptom") or page.of("opinion")
    note = None if statements else _NO_ALERT if looked else _NOTHING_TO_READ
    if not statements and page.views.possible:
        note = _ONLY_POSSIBLE
    state: SectionState = "stated" if statements else "none_stated" if looked else "not_found"
    return section("alerts", "Alerts", Part(state, tuple(statements)), note=note)


def _unreviewed(emergency: Emergency) -> str | None:
    """Say of a language whose words nobody who speaks it has read that this is so."""
    language = EMERGENCY_WORDS.languages[emergency.language]
    if language.reviewed:
        return None
    return f"Found by a list of {language.name} words that no speaker of the language has reviewed yet."


def _source_of(emergency: Emergency) -> SourceRef:
    if emergency.record_id is None:
        return SourceRef(title=CASE)
    return SourceRef(record_id=emergency.record_id, quote=emergency.quote)


def _alert_text(emergency: Emergency, as_of: date) -> str:
    said_by = who(emergency.asserted_by, emergency.author) or "author not stated"
    since = f", since {emergency.onset}" if emergency.onset else ""
    when = emergency.date or ("in the case's question" if emergency.record_id is None else NO_DATE)
    day = f"{when}{_days_before(emergency.date, as_of)}"
    said = f"{day}, {said_by}, sign {emergency.label}{since}: {quoted(emergency.quote)}"
    remark = _REMARKS.get(emergency.standing)
    return f"{sentence(said)} {remark}" if remark else sentence(said)


def _days_before(text: str | None, as_of: date) -> str:
    """Say how long ago a full day was."""
    placed = place(text) if text else None
    if placed is None or not placed.is_day:
        return ""
    days = as_of.toordinal() - placed.first
    if days < 0:
        return f" (after {as_of.isoformat()})"
    return f" ({days} {'day' if days == 1 else 'days'} before {as_of.isoformat()})"


def question(page: Page) -> Section:
    """Write what is asked, for which review, and what the review needs besides medicine."""
    return section(
        "question",
        "Question for the reviewer",
        _asked(page),
        Part("not_found", tuple(_reviews(page))),
        _planned(page),
    )


def _asked(page: Page) -> Part:
    writer, body = page.writer("question"), page.case_file.case.body
    statements = []
    if body.question:
        statements.append(
            writer.say(
                CASE,
                f"Question: {quoted(body.question)}",
                "quoted",
                facts={"question": body.question},
                sources=(SourceRef(title=CASE),),
            )
        )
    for entry in page.case_file.of(MainQuestion):
        record = entry.record
        asked_by = f", asked by {record.asked_by}" if record.asked_by else ""
        statements.append(
            writer.say(
                entry.id,
                f"Question{asked_by}: {quoted(record.question)}",
                "quoted",
                facts=facts_of(record),
                sources=sources_of(entry.id, record.sources),
            )
        )
    if not statements:
        return Part("not_found", (writer.absent("main_question", "Main question"),))
    return Part("stated", tuple(statements))


def _reviews(page: Page) -> Iterator[Statement]:
    purposes = page.case_file.case.body.purposes
    if purposes:
        yield page.writer("question").say(
            "purposes",
            f"Review wanted: {', '.join(PURPOSES[purpose] for purpose in purposes)}.",
            facts={"purposes": purposes},
            sources=(SourceRef(title=CASE),),
        )


def _planned(page: Page) -> Part:
    writer, entries = page.writer("question"), page.case_file.of(Planning)
    if not entries:
        absent = writer.absent("planning", "Consent, language, goals and travel")
        return Part("not_found", (absent,))
    return Part(
        "stated",
        tuple(
            writer.say(
                entry.id,
                _planning_text(entry.record),
                facts=facts_of(entry.record),
                sources=sources_of(entry.id, entry.record.sources),
            )
            for entry in entries
        ),
    )


def _planning_text(record: Planning) -> str:
    travel = {True: "travel is planned", False: "no travel is planned", None: None}[record.travel_planned]
    where = ", ".join(filter(None, (record.destination_hospital, record.destination_country)))
    fitness = record.fitness_to_travel
    return sentence(
        f"{record.date or NO_DATE}: what the review needs",
        f"stated as {plain(record.stated.value)}" if record.stated else None,
        f"consent to share the records: {record.consent}" if record.consent else None,
        f"goals: {quoted(record.goals)}" if record.goals else None,
        f"language of the review: {record.review_language}" if record.review_language else None,
        f"translation: {plain(record.translation)}" if record.translation else None,
        travel,
        f"destination: {where}" if where else None,
        f"a doctor's words on travel: {quoted(fitness)}" if fitness else None,
        f"arrangements: {listed(record.arrangements)}" if record.arrangements else None,
        *(f"{plain(field)}: stated as {plain(why.value)}" for field, why in sorted(record.absent.items())),
    )
