"""Letters: one for each request, in one language, with no more of the patient than the holder needs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from app.cases.domain import CaseBody, Identifier, Patient
from app.completeness.domain.chase.catalogue import Catalogue, isolated
from app.completeness.domain.chase.model import Ask, Holder, Identity, Request
from app.completeness.domain.chase.wording import (
    day_in_words,
    details_of,
    full_day,
    holder_in_words,
    label_of,
    what_of,
    why_of,
)
from app.completeness.domain.record_tests import words_of

_LEAST_LETTERS: Final = 4
"""Words of a holder's name shorter than this tell nothing of whose identifier it is."""
LINES_TO_FILL_IN: Final = 2
"""Empty lines for where the answer goes, where nobody said."""
_TO_FILL_IN: Final = "_" * 60
_COMMON: Final = frozenset({"hospital", "clinic", "centre", "center", "university", "laboratory", "medical"})


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterLine:
    """One line of the head: what it is, and what it says."""

    label: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterItem:
    """One thing asked for, in words."""

    key: str
    title: str
    what: str
    details: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One letter, part by part in the order in which it is read."""

    request_id: str
    language: str
    direction: Literal["ltr", "rtl"]
    title: str
    to: LetterLine
    address: tuple[str, ...]
    head: tuple[LetterLine, ...]
    greeting: str
    intro: str
    asked: str
    items: tuple[LetterItem, ...]
    answer: str
    answer_to: tuple[str, ...]
    """Where the answer goes, line by line; nothing where that is to be filled in by hand."""
    closing: tuple[str, ...]
    thanks: str
    sender: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a letter is about, beside what it asks: the case, the day, who writes, and how much of the patient."""

    case_id: str
    case: CaseBody
    as_of: date
    sender: str | None
    """The organisation's name; None where it has none of its own."""
    answer_to: tuple[str, ...]
    """Where answers go, line by line; nothing where nobody said."""
    regions: Mapping[str, str]
    """Words of body regions, each with the region that it names."""
    identity: Identity


def letter_of(request: Request, about: About, words: Catalogue) -> Letter | None:
    """Write the letter of a request, None where nothing of it waits any more."""
    asks = request.waiting
    if not asks:
        return None
    items = tuple(_items(asks, about, words))
    is_named = about.identity == "full" and about.case.patient.name is not None
    return Letter(
        request_id=request.id,
        language=words.language,
        direction=words.direction,
        title=words.say("letter.title"),
        to=LetterLine(label=words.say("letter.to"), text=""),
        address=holder_in_words(request.holder, words),
        head=tuple(_head(request.holder, about, words)),
        greeting=words.say("letter.greeting"),
        intro=words.say("letter.intro" if is_named else "letter.intro_masked"),
        asked=words.count("asked", len(items)),
        items=items,
        answer=words.say("letter.answer_to"),
        answer_to=about.answer_to,
        closing=tuple(_closing(request.holder, words)),
        thanks=words.say("letter.thanks"),
        sender=about.sender,
    )


def _items(asks: Sequence[Ask], about: About, words: Catalogue) -> Iterator[LetterItem]:
    """Go through what is asked; the same of several records or papers (five treatments) is said once, each detailed."""
    together: dict[tuple[str, str], list[Ask]] = {}
    for ask in asks:
        together.setdefault((ask.item, ask.cause), []).append(ask)
    for alike in together.values():
        first = alike[0]
        yield LetterItem(
            key=first.key,
            title=label_of(first, words),
            what=what_of(first, words),
            details=tuple(part for ask in alike for part in details_of(ask, words, about.regions)),
            why=words.say("letter.why", why=why_of(first, words)),
        )


def _head(holder: Holder, about: About, words: Catalogue) -> Iterator[LetterLine]:
    yield LetterLine(label=words.say("letter.date"), text=full_day(about.as_of, words))
    yield LetterLine(label=words.say("letter.reference"), text=about.case.reference or about.case_id)
    if about.identity == "none":
        return
    patient = about.case.patient
    if patient.name:
        yield LetterLine(label=words.say("letter.patient"), text=patient.name)
    if holder.kind == "family":
        return
    if patient.birth_date:
        text = day_in_words(patient.birth_date, words)
        yield LetterLine(label=words.say("letter.birth_date"), text=text)
    for identifier in identifiers_for(holder, patient):
        text = f"{identifier.value} ({identifier.system})"
        yield LetterLine(label=words.say("letter.identifier"), text=text)


def identifiers_for(holder: Holder, patient: Patient) -> tuple[Identifier, ...]:
    """Return the identifiers that the holder needs to find the papers: its own, where one names it.

    An identifier names its issuer in `system`; one that shares a word with the holder's name is the holder's own. Where
    none does, name and birth date have to do, unless there is but one identifier, or no name.
    """
    names = {
        word
        for text in (holder.name, holder.facility)
        for word in words_of(text or "")
        if len(word) >= _LEAST_LETTERS and word not in _COMMON
    }
    own = tuple(one for one in patient.identifiers if names.intersection(words_of(one.system)))
    is_needed = len(patient.identifiers) == 1 or patient.name is None
    return own or (patient.identifiers if is_needed else ())


def _closing(holder: Holder, words: Catalogue) -> Iterator[str]:
    if holder.kind == "family":
        yield words.say("letter.urgent")
        yield words.say("letter.copies_family")
    else:
        yield words.say("letter.copies")
        yield words.say("letter.consent")
    yield words.say("letter.no_answer_needed")
    yield words.say("letter.purpose")


def text_of(letter: Letter) -> str:
    """Write a letter as plain text."""
    address = ", ".join(_apart(line, letter) for line in letter.address)
    lines = [letter.title, "", f"{letter.to.label}: {address}"]
    lines.extend(f"{line.label}: {_apart(line.text, letter)}" for line in letter.head)
    lines.extend(["", letter.greeting, "", letter.intro, "", letter.asked, ""])
    for number, item in enumerate(letter.items, 1):
        lines.append(f"{number}. {item.title}")
        lines.extend(f"   {text}" for text in (item.what, *item.details, item.why))
        lines.append("")
    to = [_apart(line, letter) for line in letter.answer_to] or [_TO_FILL_IN] * LINES_TO_FILL_IN
    lines.extend([letter.answer, *(f"   {line}" for line in to), ""])
    for text in letter.closing:
        lines.extend([text, ""])
    lines.append(letter.thanks)
    if letter.sender:
        lines.extend(["", letter.sender])
    return "\n".join(lines) + "\n"


def _apart(value: str, letter: Letter) -> str:
    """Keep what a letter from right to left names from being turned round: a number with its issuer in brackets."""
    return isolated(value) if letter.direction == "rtl" else value
