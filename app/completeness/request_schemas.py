"""What the endpoints of the chase list answer."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, ClassVar, Literal

from annotated_types import Ge, Le

from app.completeness.chasing import ChaseList
from app.completeness.domain.chase.catalogue import Catalogue, Review
from app.completeness.domain.chase.letters import About, letter_of, text_of
from app.completeness.domain.chase.model import (
    AskStanding,
    AskState,
    Holder,
    How,
    Identity,
    Part,
    Request,
    RequestState,
    Sending,
    Task,
    Wanted,
)
from app.completeness.domain.chase.wording import details_of, is_known, label_of, what_of, why_of
from app.completeness.domain.report import ChecklistRef, Requirement, RuleRef
from app.records.domain.base import Text, Word
from app.records.schemas import CLOSED
from app.web.dependencies import FIRST_DAY, LAST_DAY

LetterFormat = Literal["json", "text", "html"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestSent:
    """That a request was sent."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = CLOSED

    to: Word
    """To whom it went: a person, an address, a department."""
    how: How = "email"
    """By which way."""
    on: Annotated[date, Ge(FIRST_DAY), Le(LAST_DAY)] | None = None
    """The day on which it went out; left out, today."""
    note: Text | None = None
    """A remark."""
    language: Word | None = None
    """The language of the letter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestItemRead:
    """One thing that a request asks for, in the words of the letter."""

    key: str
    """Stays the same while the same is asked."""
    item: str
    """The checklist item's key."""
    label: str
    cause: str
    """The item's status or finding that it is asked because of."""
    requirement: Requirement
    what: str
    details: tuple[str, ...]
    why: str
    wanted: Wanted
    """The same as data."""
    subject: Part | None
    """The record or document that it is about."""
    state: AskState
    answered_by: tuple[Part, ...]
    """Records and documents that count for the item now, and did not when the request was sent."""
    rule: RuleRef


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterRead:
    """A ready letter as plain text."""

    subject: str
    language: str
    direction: Literal["ltr", "rtl"]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRead:
    """All that one holder is asked for at a time."""

    id: str
    holder: Holder
    state: RequestState
    """`open`: not sent. `sent`: nothing has come. `answered`: something has. `settled`: nothing of it is asked now."""
    sending: Sending | None
    days_since_sent: int | None
    items: tuple[RequestItemRead, ...]
    letter: LetterRead | None
    """Null once nothing of it waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestList:
    """What to ask of whom, and what became of it."""

    case_id: str
    revision: int
    as_of: str
    checklist: ChecklistRef
    profile: ChecklistRef | None
    language: str
    review: Review
    """Whether a speaker has read the letters' language: `source`, `reviewed` or `unreviewed`."""
    identity: Identity
    notes: tuple[str, ...]
    """For whoever sends the letters; none of it stands in them."""
    requests: tuple[RequestRead, ...]
    tasks: tuple[Task, ...]
    """What the papers at hand already tell, so that nobody outside is asked."""

    @classmethod
    def of(cls, found: ChaseList, about: About, words: Catalogue) -> "RequestList":
        """Show a chase list in one language."""
        report = found.report
        return cls(
            case_id=report.case_id,
            revision=report.revision,
            as_of=report.as_of,
            checklist=report.checklist,
            profile=report.profile,
            language=words.language,
            review=words.review,
            identity=about.identity,
            notes=notes_on(found.requests, about, words),
            requests=tuple(request_read(one, about, words) for one in found.requests),
            tasks=found.tasks,
        )


def request_read(request: Request, about: About, words: Catalogue) -> RequestRead:
    """Show one request in one language."""
    letter = letter_of(request, about, words)
    return RequestRead(
        id=request.id,
        holder=request.holder,
        state=request.state,
        sending=request.sending,
        days_since_sent=request.days_since_sent,
        items=tuple(_item(one, about, words) for one in request.asks),
        letter=None
        if letter is None
        else LetterRead(
            subject=f"{letter.title}, {about.case.reference or about.case_id}",
            language=letter.language,
            direction=letter.direction,
            text=text_of(letter),
        ),
    )


def _item(standing: AskStanding, about: About, words: Catalogue) -> RequestItemRead:
    ask = standing.ask
    return RequestItemRead(
        key=ask.key,
        item=ask.item,
        label=label_of(ask, words),
        cause=ask.cause,
        requirement=ask.requirement,
        what=what_of(ask, words),
        details=tuple(details_of(ask, words, about.regions)),
        why=why_of(ask, words),
        wanted=ask.wanted,
        subject=ask.subject,
        state=standing.state,
        answered_by=standing.answered_by,
        rule=ask.rule,
    )


def notes_on(requests: tuple[Request, ...], told: About, words: Catalogue) -> tuple[str, ...]:
    """Say what whoever sends the letters has to know of them."""
    return tuple(_notes(requests, told, words))


def _notes(requests: tuple[Request, ...], told: About, words: Catalogue) -> Iterator[str]:
    if not told.answer_to:
        yield (
            "The letters do not say where answers go: write it on their empty lines, or pass `answer_to`, and they say "
            "it themselves."
        )
    if words.review == "unreviewed":
        yield (
            f"No speaker of the language has reviewed the {words.name} words of these letters yet. Let somebody who "
            "reads it look through a letter before it is sent."
        )
    own = {one.item for request in requests for one in request.waiting if not is_known(one, words)}
    if own and words.review != "source":
        yield (
            f"These items are your organisation's own and stand in its words, not translated: "
            f"{', '.join(sorted(own))}."
        )
