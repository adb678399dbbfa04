"""Endpoints of the change feed and the access log.

They stand here, one layer above the events themselves, because answering needs to know who asks.
"""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.access.dependencies import AdminDep, ReaderDep
from app.access.domain import Access
from app.errors import NotFoundError
from app.events import service
from app.events.domain import Event
from app.events.schemas import AccessPage, EventPage
from app.web.dependencies import ReadingDep
from app.web.jsonroute import JsonRoute, json_answer
from app.web.pagination import BadCursorError, Cursor, Limit, encode_cursor, link_header, page_of
from app.web.problems import problems

router = APIRouter(prefix="/v1", tags=["9 Audit"], route_class=JsonRoute)

CaseId = Annotated[str, Path(max_length=36, description="The case's id.")]


class NoEventsError(NotFoundError):
    """The organisation has no events of this case, or the key does not open it."""

    slug = "case-not-found"
    title = "There is no such case"


@router.get("/events", response_model=EventPage, responses=problems(BadCursorError))
def read_feed(
    request: Request, access: ReaderDep, session: ReadingDep, limit: Limit = 50, cursor: Cursor = None
) -> Response:
    """Page through every change in your organisation, in the order in which the changes were committed.

    Keep `next_cursor` and come back with it for what happened since; a change that commits late is never passed over.
    """
    events = service.read_feed(
        session, access.organisation_id, cursor=cursor, limit=limit, case_id=access.case_id
    )
    return _feed(request, events, limit, cursor)


@router.get(
    "/cases/{case_id}/events", response_model=EventPage, responses=problems(NoEventsError, BadCursorError)
)
def read_case_events(
    case_id: CaseId,
    request: Request,
    access: ReaderDep,
    session: ReadingDep,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Page through every change of one case, also after it was erased: who, what and when, never the content."""
    _open(access, case_id)
    _require_events(session, access, case_id)
    events = service.read_feed(session, access.organisation_id, cursor=cursor, limit=limit, case_id=case_id)
    return _feed(request, events, limit, cursor)


@router.get(
    "/cases/{case_id}/accesses", response_model=AccessPage, responses=problems(NoEventsError, BadCursorError)
)
def read_accesses(
    case_id: CaseId,
    request: Request,
    access: AdminDep,
    session: ReadingDep,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Page through who read what of a case, oldest first. Needs the scope `admin`."""
    _open(access, case_id)
    _require_events(session, access, case_id)
    entries = service.read_accesses(session, access.organisation_id, case_id, cursor=cursor, limit=limit)
    page = page_of(entries, limit, lambda entry: encode_cursor(entry.id))
    return json_answer(page, headers=link_header(request, page.next_cursor))


def _open(access: Access, case_id: str) -> None:
    if access.case_id not in (None, case_id):
        raise _nothing()


def _require_events(session: Session, access: Access, case_id: str) -> None:
    if not service.read_feed(session, access.organisation_id, cursor=None, limit=1, case_id=case_id):
        raise _nothing()


def _nothing() -> NoEventsError:
    return NoEventsError("The organisation has no case of this id that your key opens.")


def _feed(request: Request, events: list[Event], limit: int, cursor: str | None) -> Response:
    page = page_of(events, limit, lambda event: event.position)
    newest = page.items[-1].position if page.items else cursor
    return json_answer(
        EventPage(items=page.items, next_cursor=newest), headers=link_header(request, page.next_cursor)
    )
