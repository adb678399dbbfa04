"""The endpoint of the worklist."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.access.dependencies import ClinicalReaderDep
from app.cases.domain import Purpose
from app.web.dependencies import AsOfDep, DatabaseDep, ReadingDep, SettingsDep, TodayDep
from app.web.jsonroute import JsonRoute, json_answer
from app.web.pagination import (
    BadCursorError,
    Cursor,
    Limit,
    Number,
    decode_cursor,
    encode_cursor,
    link_header,
    page_of,
)
from app.web.problems import problems
from app.worklist import service
from app.worklist.domain.order import Filters, Place, Readiness, listed
from app.worklist.schemas import WorklistPage

router = APIRouter(prefix="/v1/worklist", tags=["5 Completeness"], route_class=JsonRoute)


@router.get("", response_model=WorklistPage, responses=problems(BadCursorError))
def read_worklist(
    request: Request,
    reader: ClinicalReaderDep,
    session: ReadingDep,
    database: DatabaseDep,
    settings: SettingsDep,
    today: TodayDep,
    as_of: AsOfDep,
    readiness: Annotated[Readiness | None, Query(description="Only what is ready, or is not.")] = None,
    blocked: Annotated[
        bool | None, Query(description="Only cases with a conflict that blocks, or without.")
    ] = None,
    emergency: Annotated[
        bool | None, Query(description="Only cases with emergency words, or without.")
    ] = None,
    purpose: Annotated[Purpose | None, Query(description="Cases wanted for this review.")] = None,
    waiting_over: Annotated[
        int | None,
        Query(ge=0, le=36_500, description="Cases with a request that waits for more days than this."),
    ] = None,
    reference: Annotated[
        str | None, Query(max_length=200, description="Your own id of the case, exactly.")
    ] = None,
    text: Annotated[
        str | None, Query(max_length=200, description="Words in reference, name or cancer.")
    ] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """List the cases that your key opens by urgency: emergency words first, then conflicts that block.

    Then follows what is not ready, the cases with the least lacking first, and at last what is ready. Each is checked
    by the checklist of its first purpose, on the day asked for. Emergency words are those of the summary: nothing is
    graded, and a row without them rules nothing out.
    """
    after = Place(*decode_cursor(cursor, tuple[Number, Number, str])) if cursor else None
    filters = Filters(
        readiness=readiness, blocked=blocked, emergency=emergency, waiting_over_days=waiting_over
    )
    heads = service.list_heads(session, reader.access, reference=reference, purpose=purpose, words=text)
    rows = service.worklist(
        database, session, reader.access, heads, as_of=as_of, today=today, zone=settings.timezone
    )
    page = page_of(
        listed(rows, filters, after=after, limit=limit), limit, lambda row: encode_cursor(*row.place)
    )
    reader.note("worklist", None)
    shown = WorklistPage(as_of=as_of.isoformat(), items=page.items, next_cursor=page.next_cursor)
    return json_answer(shown, headers=link_header(request, page.next_cursor))
