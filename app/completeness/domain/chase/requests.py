"""Requests: one for each holder, those that were sent with what became of them.

A thing is asked for by its key. What a request has asked is never asked again by another one while it stands; what is
no longer asked is answered, whatever else came to be asked since: an answer reopens nothing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from app.completeness.domain.chase.asks import request_id
from app.completeness.domain.chase.model import (
    Ask,
    AskStanding,
    Chase,
    Holder,
    Part,
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
    standing = {ask.key: ask for _, ask in now.asks}
    items = {item.key: item for item in report.items}
    asks = tuple(_standing(ask, standing, items) for ask in sent.asks)
    is_answered = any(one.state == "answered" or one.answered_by for one in asks)
    state: RequestState = "answered" if is_answered else "sent"
    if all(one.state == "answered" for one in asks):
        state = "settled"
    return Request(
        id=sent.id,
        holder=sent.holder,
        state=state,
        asks=asks,
        sending=sent.sending,
        days_since_sent=max(0, (as_of - date.fromisoformat(sent.sending.on)).days),
    )


def _standing(ask: Ask, standing: Mapping[str, Ask], items: Mapping[str, Item]) -> AskStanding:
    still = standing.get(ask.key)
    item = items.get(ask.item)
    known = {part.id for part in ask.evidence}
    new = tuple(
        part
        for part in (
            Part(record_id=one.record_id, document_id=one.document_id)
            for one in (item.evidence if item else ())
        )
        if part.id not in known
    )
    # What is asked still, is asked as it is today: fewer fields may be lacking than when it was sent.
    return AskStanding(ask=still or ask, state="waiting" if still else "answered", answered_by=new)
