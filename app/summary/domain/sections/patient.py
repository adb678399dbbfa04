"""Who the patient is, as far as the summary may say, and how well the patient manages daily life."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from app.summary.domain.model import Section, Statement
from app.summary.domain.page import CASE, Page, Part, section, state_of
from app.summary.domain.writer import Writer
from app.timeline.domain.event import SourceRef
from app.values.dates import PartialDate

_FROM_CASE = (SourceRef(title=CASE),)
_LEFT_OUT = "Name, identifiers and birth date are left out of this summary."


def patient(page: Page) -> Section:
    """Write name and identifiers, unless they are left out, a death, then age, sex and performance status."""
    return section(
        "patient",
        "Patient",
        _person(page),
        _performance(page),
        note=_LEFT_OUT if page.mask else None,
    )


def _person(page: Page) -> Part:
    writer = page.writer("patient")
    statements = (
        *(() if page.mask else _identity(page, writer)),
        *_death(page, writer),
        *_age(page, writer),
        *_sex(page, writer),
    )
    if not statements:
        return Part("not_found", (writer.absent("person", "Age and sex"),))
    return Part("stated", tuple(statements))


def _identity(page: Page, writer: Writer) -> Iterator[Statement]:
    body = page.case_file.case.body
    person = body.patient
    said: tuple[tuple[str, str, Any, str], ...] = (
        ("name", "Name", person.name, person.name or ""),
        (
            "identifiers",
            "Identifiers",
            tuple({"system": one.system, "value": one.value} for one in person.identifiers),
            "; ".join(f"{one.value} ({one.system})" for one in person.identifiers),
        ),
        ("reference", "Case reference", body.reference, body.reference or ""),
        ("birth_date", "Born", person.birth_date, person.birth_date or ""),
    )
    for about, label, value, words in said:
        if value:
            yield writer.say(about, f"{label}: {words}.", facts={about: value}, sources=_FROM_CASE)


def _age(page: Page, writer: Writer) -> Iterator[Statement]:
    person = page.case_file.case.body.patient
    is_dead = page.has_died
    if not person.birth_date or (is_dead and not person.deceased):
        return
    born = PartialDate.parse(person.birth_date)
    died = PartialDate.parse(person.deceased) if is_dead and person.deceased else None
    first, last = (died.earliest, died.latest) if died else (page.as_of, page.as_of)
    if born.earliest is None or born.latest is None or first is None or last is None:
        return
    least, most = _full_years(born.latest, first), _full_years(born.earliest, last)
    if least < 0:
        return
    years = (
        str(most) if least == most else f"{least} or {most}" if most == least + 1 else f"{least} to {most}"
    )
    day = died.text if died else page.as_of.isoformat()
    yield writer.say(
        "age",
        f"Age {f'at death ({day})' if died else f'on {day}'}: {years} {'year' if most == 1 else 'years'}.",
        "computed",
        facts={"years_min": least, "years_max": most, "on": day},
        sources=_FROM_CASE,
    )


def _full_years(start: date, end: date) -> int:
    return end.year - start.year - ((end.month, end.day) < (start.month, start.day))


def _sex(page: Page, writer: Writer) -> Iterator[Statement]:
    person = page.case_file.case.body.patient
    if person.sex:
        yield writer.say("sex", f"Sex: {person.sex}.", facts={"sex": person.sex}, sources=_FROM_CASE)


def _death(page: Page, writer: Writer) -> Iterator[Statement]:
    """Say what is said of a death by the day; that the patient is alive was so on a day that nobody states."""
    person = page.case_file.case.body.patient
    if page.has_died:
        on = f" on {person.deceased}" if person.deceased else "; the date of death is not stated"
        facts = {"deceased": person.deceased} if person.deceased else {"vital_status": person.vital_status}
        yield writer.say("deceased", f"Recorded as having died{on}.", facts=facts, sources=_FROM_CASE)
    elif person.vital_status in _VITAL:
        text, facts = _VITAL[person.vital_status], {"vital_status": person.vital_status}
        yield writer.say("vital_status", text, facts=facts, sources=_FROM_CASE)


_VITAL: Final[Mapping[str | None, str]] = {
    "alive": "Stated to be alive, without a date.",
    "unknown": "Whether the patient is alive is stated as not known.",
}


def _performance(page: Page) -> Part:
    """Write the newest performance status; earlier ones stand among the symptoms."""
    writer, events = page.writer("patient"), page.of("performance_status")
    if not events:
        return Part("not_found", (writer.absent("performance_status", "Performance status"),))
    dated = [event for event in events if event.date]
    newest = (dated or list(events))[-1]
    return Part(state_of(events), (writer.tell(newest),))
