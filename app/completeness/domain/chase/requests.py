"""Requests: one for each holder, those that were sent with what became of them.

A thing is asked for by its key. What a request has asked is never asked again by another one while it stands; what is
no longer asked is answered, whatever else came to be asked since: an answer reopens nothing.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from app.completeness.domain.chase.asks import parts_of, request_id
from app.completeness.domain.chase.model import (
    Ask,
    AskStanding,
    Chase,
    Holder,
    Request,
    RequestState,
    Sent,
)
from app.completeness.domain.report import Item, Report


def requests_of(
    case_id: str, chased: Chase, as_of: date, sent: Sequence[tuple[Sent, Chase, Report]] = ()
) -> tuple[Request, ...]:
    """Merge what is to be asked into one request for each holder, after those that were sent, the oldest first.

    `sent` gives each request that was sent with what is asked, and the report, by the checklist that it was sent by.
    """
    known = tuple(_sent(one, now, report, as_of) for one, now, report in sent)
    asked = {ask.key for request in known for ask in request.waiting}
    return (*known, *_open(case_id, chased, asked))


def _open(case_id: str, chased: Chase, asked: Iterable[str]) -> Iterator[Request]:
    taken = frozenset(asked)
    holders: dict[tuple[str, str], Holder] = {}
    asks: dict[tuple[str, str], list[Ask]] = {}
    for holder, ask in chased.asks:
        if ask.key not in taken:
            holders.setdefault(holder.key, holder)
            asks.setdefault(holder.key, []).append(ask)
    for key, found in asks.items():
        yield Request(
            id=request_id(case_id, holders[key], (ask.key for ask in found)),
            holder=holders[key],
            state="open",
            asks=tuple(AskStanding(ask=ask, state="waiting") for ask in found),
        )


def _sent(sent: Sent, now: Chase, report: Report, as_of: date) -> Request:
    standing = {ask.key: ask for ask in (*(ask for _, ask in now.asks), *now.held)}
    items = {item.key: item for item in report.items}
    asks = tuple(_standing(ask, standing.get(ask.key), items.get(ask.item)) for ask in sent.asks)
    state: RequestState = "sent"
    if any(one.state == "settled" or one.answered_by for one in asks):
        state = "answered"
    if all(one.state == "settled" for one in asks):
        state = "settled"
    return Request(
        id=sent.id,
        holder=sent.holder,
        state=state,
        asks=asks,
        sending=sent.sending,
        days_since_sent=max(0, (as_of - date.fromisoformat(sent.sending.on)).days),
    )


def _standing(ask: Ask, still: Ask | None, item: Item | None) -> AskStanding:
    """Say whether what was asked is asked still: then as it is today, for less may be lacking than when it was sent."""
    known = {part.id for part in ask.evidence}
    counts = parts_of(item) if item else ()
    new = tuple(part for part in counts if part.id not in known)
    if still is not None:
        # What came in beside a single record or paper that is asked about doesn't answer for it.
        return AskStanding(ask=still, state="waiting", answered_by=() if ask.subject else new)
    amended = tuple(part for part in counts if ask.subject is not None and part.id == ask.subject.id)
    return AskStanding(ask=ask, state="settled", answered_by=new or amended)
