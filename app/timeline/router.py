"""Endpoints of the timeline, the series and the conflicts."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from app.access.dependencies import ClinicalReaderDep
from app.cases import service as cases
from app.cases.domain import CaseNotFoundError
from app.records.schemas import RecordKind
from app.timeline import service
from app.timeline.schemas import ConflictsRead, SeriesRead, TimelineRead
from app.timeline.service import RULES_VERSION, Window
from app.web.conditional import unless_seen, view_tag
from app.web.dependencies import AsOfDep, ReadingDep, SettingsDep
from app.web.jsonroute import JsonRoute, json_answer
from app.web.pagination import BadCursorError, Cursor, Number, decode_cursor, encode_cursor, link_header
from app.web.problems import problems
from app.web.validation import Day

router = APIRouter(prefix="/v1/cases/{case_id}", tags=["5 Timeline"], route_class=JsonRoute)

CaseId = Annotated[str, Path(max_length=36, description="The case's id.")]
EventKindName = RecordKind | Literal["document"]
MOST = 100_000


@router.get("/timeline", response_model=TimelineRead, responses=problems(CaseNotFoundError, BadCursorError))
def read_timeline(
    case_id: CaseId,
    request: Request,
    reader: ClinicalReaderDep,
    session: ReadingDep,
    settings: SettingsDep,
    kinds: Annotated[
        list[EventKindName] | None, Query(description="Only events of these kinds; repeatable.")
    ] = None,
    start: Annotated[
        Day | None, Query(alias="from", description="First day wanted; an event that may overlap stays.")
    ] = None,
    end: Annotated[
        Day | None, Query(alias="to", description="Last day wanted; an event that may overlap stays.")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=MOST, description="How many dated events at most.")] = MOST,
    cursor: Cursor = None,
) -> Response:
    """Read what happened, in the order that the dates allow.

    Dates stand as they were written, with the days between which they lie; `order_uncertain` marks events whose order
    the dates cannot tell. Undated events are never guessed into the order.
    """
    case = cases.get_case(session, reader.access, case_id)
    window = Window(kinds=tuple(kinds or ()), start=start, end=end)
    offset = decode_cursor(cursor, tuple[Number, Number]) if cursor else (case.revision, 0)
    if offset[0] != case.revision or offset[1] < 0:
        message = "The case has changed since the page before; begin anew without a cursor."
        raise BadCursorError(message)
    tag = view_tag("timeline", case_id, case.revision, RULES_VERSION, window, limit, offset)

    def build() -> Response:
        revision, timeline = service.case_timeline(
            session, reader.access, case_id, window=window, zone=settings.timezone
        )
        stop = offset[1] + limit
        next_cursor = encode_cursor(revision, stop) if stop < len(timeline.items) else None
        shown = TimelineRead(
            case_id=case_id,
            revision=revision,
            items=timeline.items[offset[1] : stop],
            undated=timeline.undated,
            next_cursor=next_cursor,
        )
        return json_answer(shown, headers=link_header(request, next_cursor))

    answer = unless_seen(request, tag, build)
    reader.note("timeline", case_id)
    return answer


@router.get("/markers", response_model=SeriesRead, responses=problems(CaseNotFoundError))
def read_series(
    case_id: CaseId, request: Request, reader: ClinicalReaderDep, session: ReadingDep, settings: SettingsDep
) -> Response:
    """Read the marker and laboratory series: one for each analyte, comparable unit and laboratory.

    What cannot be compared is kept apart, with the reason. A marker never stands alone.
    """
    case = cases.get_case(session, reader.access, case_id)

    def build() -> Response:
        revision, series = service.case_series(session, reader.access, case_id, zone=settings.timezone)
        return json_answer(SeriesRead(case_id=case_id, revision=revision, items=series))

    answer = unless_seen(request, view_tag("markers", case_id, case.revision, RULES_VERSION), build)
    reader.note("markers", case_id)
    return answer


@router.get("/conflicts", response_model=ConflictsRead, responses=problems(CaseNotFoundError))
def read_conflicts(
    case_id: CaseId,
    request: Request,
    reader: ClinicalReaderDep,
    session: ReadingDep,
    settings: SettingsDep,
    as_of: AsOfDep,
) -> Response:
    """Read where the records disagree: both sides, with their sources. A person decides, by a `decision` record."""
    case = cases.get_case(session, reader.access, case_id)

    def build() -> Response:
        revision, found = service.case_conflicts(
            session, reader.access, case_id, as_of=as_of, zone=settings.timezone
        )
        return json_answer(
            ConflictsRead(case_id=case_id, revision=revision, as_of=as_of.isoformat(), items=found)
        )

    tag = view_tag("conflicts", case_id, case.revision, RULES_VERSION, as_of)
    answer = unless_seen(request, tag, build)
    reader.note("conflicts", case_id)
    return answer
