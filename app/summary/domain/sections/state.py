"""How the patient is: symptoms, medicines, other illness, function, stays in hospital and complications."""

from collections.abc import Iterator

from app.summary.domain.cautions import caution
from app.summary.domain.emergency import Emergency
from app.summary.domain.language import quoted
from app.summary.domain.model import Section, Statement
from app.summary.domain.page import Page, Part, section, state_of
from app.summary.domain.standing import Standing
from app.summary.domain.wording import NO_DATE, listed, plain, sentence, who
from app.timeline.domain.event import SourceRef, TimelineEvent

_BETTER = frozenset({"improving", "resolved"})


def symptoms(page: Page) -> Section:
    """Write symptoms newest first, then medicines, other illness, allergies and performance status."""
    return section(
        "symptoms",
        "Symptoms, medicines and other illness",
        _symptoms(page),
        page.told("symptoms", "medication", "Current medicines", newest_first=True),
        page.told("symptoms", "comorbidity", "Other illness"),
        page.told("symptoms", "allergy", "Allergies"),
        page.told("symptoms", "performance_status", "Performance status", newest_first=True),
        Part("not_found", tuple(_only_possible(page))),
    )


def _only_possible(page: Page) -> Iterator[Statement]:
    """Write, record by record, the emergency words that its words name only as what may come; they raise no alert."""
    writer = page.writer("symptoms")
    by_record: dict[str | None, list[Emergency]] = {}
    for one in page.views.possible:
        by_record.setdefault(one.record_id, []).append(one)
    for record_id, found in by_record.items():
        first = found[0]
        by = who(first.asserted_by, first.author) or "author not stated"
        named = "; ".join(f"{one.label} {quoted(one.quote)}" for one in found)
        yield writer.say(
            f"{record_id}:possible",
            sentence(
                f"{first.date or NO_DATE}, {by}, named as a risk, a condition or an instruction, not as a symptom: "
                f"{named}"
            ),
            "quoted",
            facts={
                "signs": tuple(one.sign for one in found),
                "standing": Standing.POSSIBLE_ONLY.value,
                "quotes": tuple(one.quote for one in found),
                "date": first.date,
                "record_kind": first.kind,
            },
            sources=(SourceRef(record_id=first.record_id, quote=first.quote),),
        )


def _symptoms(page: Page) -> Part:
    writer, events = page.writer("symptoms"), page.of("symptom")
    if not events:
        return Part("not_found", (writer.absent("symptom", "Symptoms"),))
    newest_first = sorted(events, key=_reported, reverse=True)
    return Part(
        state_of(events),
        tuple(writer.tell(event, caution=_symptom_caution(event)) for event in newest_first),
    )


def _reported(event: TimelineEvent) -> str:
    """Return when a symptom was reported, which may be long after it began."""
    return str(event.facts.get("date") or (event.date.text if event.date else ""))


def _symptom_caution(event: TimelineEvent) -> str | None:
    trend = event.facts.get("trend")
    if trend in _BETTER:
        return caution("symptoms_better").text
    return caution("symptoms_worse").text if trend == "worsening" else None


def complications(page: Page) -> Section:
    """Write stays in hospital, then the complications and side effects that treatments state."""
    treatments = tuple(
        statement for event in page.of("treatment") for statement in _of_treatment(page, event)
    )
    return section(
        "complications",
        "Complications and stays in hospital",
        page.told("complications", "admission", "Stays in hospital"),
        Part("stated" if treatments else "not_found", treatments),
    )


def _of_treatment(page: Page, event: TimelineEvent) -> Iterator[Statement]:
    facts = event.facts
    if "complications" in facts:
        said = f"complications: {listed(facts['complications'])}"
    elif "complications" in facts.get("absent", {}):
        said = f"complications: stated as {plain(facts['absent']['complications'])}"
    else:
        return
    when = event.date.text if event.date else NO_DATE
    by = who(event.asserted_by, facts.get("author"))
    yield page.writer("complications").say(
        event.id,
        sentence(f"{when}: {event.title}", said, f"stated by {by}" if by else None),
        facts={
            "complications": facts.get("complications", ()),
            "stated": facts.get("absent", {}).get("complications"),
            "event_id": event.id,
        },
        sources=event.sources,
    )
