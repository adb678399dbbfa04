"""Endpoints of the timeline, the series and the conflicts."""

from typing import Annotated, Literal

from fastapi import APIRouter, Body, Path, Query, Request
from fastapi.openapi.models import Example
from starlette.responses import Response

from app.access.dependencies import ClinicalReaderDep, WritingDep
from app.cases import service as cases
from app.cases.domain import CaseNotFoundError
from app.records.schemas import RecordKind
from app.timeline import service
from app.timeline.domain.deciding import Chosen, DecisionNotFittingError
from app.timeline.schemas import ConflictRead, ConflictsRead, DecisionCreate, SeriesRead, TimelineRead
from app.timeline.service import RULES_VERSION, ConflictNotFoundError, Window
from app.web.conditional import StaleError, quoted, require_match, unless_seen, view_tag
from app.web.dependencies import AsOfDep, ReadingDep, SettingsDep, TodayDep, new_id
from app.web.jsonroute import JsonRoute, json_answer
from app.web.pagination import BadCursorError, Cursor, Number, decode_cursor, encode_cursor, link_header
from app.web.problems import problems
from app.web.validation import Day

router = APIRouter(prefix="/v1/cases/{case_id}", tags=["6 Timeline"], route_class=JsonRoute)

CaseId = Annotated[str, Path(max_length=36, description="The case's id.")]
EventKindName = RecordKind | Literal["document"]
MOST = 100_000
DECISION_EXAMPLES: dict[str, Example] = {
    "one side holds": Example(
        summary="The second side holds",
        value={
            "choice": "second_holds",
            "reason": "The laboratory confirmed the addendum by telephone.",
            "decided_by": "Case coordinator",
        },
    ),
    "undo": Example(
        summary="The conflict is open again",
        value={"choice": "withdrawn", "reason": "Decided on the wrong report."},
    ),
}


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


@router.post(
    "/conflicts/{conflict_id}/decision",
    status_code=201,
    response_model=ConflictRead,
    responses={
        200: {"model": ConflictRead, "description": "A dry run: sound, and nothing stored"},
        **problems(CaseNotFoundError, ConflictNotFoundError, DecisionNotFittingError, StaleError),
    },
)
def decide_conflict(
    case_id: CaseId,
    conflict_id: Annotated[str, Path(max_length=60, description="The conflict's id in the ledger.")],
    body: Annotated[DecisionCreate, Body(openapi_examples=DECISION_EXAMPLES)],
    request: Request,
    writing: WritingDep,
    settings: SettingsDep,
    as_of: AsOfDep,
    today: TodayDep,
    dry_run: Annotated[bool, Query(description="Check and answer the same, and store nothing.")] = False,
) -> Response:
    """Decide which side of a conflict holds, or that both stand, and why; `withdrawn` undoes it.

    The decision is a record of the case: it stands in the audit trail, and the conflict stays in the ledger as decided,
    with who, when and why. Nothing in the records themselves is changed. With `If-Match` (the case's revision) it is
    made only if nothing has changed since.
    """
    case = cases.lock_case(writing.session, writing.access, case_id)
    require_match(request, str(case.revision))
    decided = service.decide_conflict(
        writing.session,
        writing.access,
        case_id,
        conflict_id,
        chosen=Chosen(
            choice=body.choice,
            reason=body.reason,
            holds=body.holds,
            by=body.decided_by or writing.access.actor.person,
        ),
        as_of=as_of,
        today=today,
        zone=settings.timezone,
        new_id=new_id,
        now=writing.now,
        dry_run=dry_run,
    )
    shown = ConflictRead(
        case_id=case_id,
        revision=decided.revision,
        as_of=as_of.isoformat(),
        decision_id=decided.decision_id,
        item=decided.conflict,
    )
    if dry_run:
        return json_answer(shown)
    headers = {
        "ETag": quoted(str(decided.revision)),
        "Location": f"/v1/cases/{case_id}/records/{decided.decision_id}",
    }
    return writing.answer(shown, status=201, headers=headers, case_id=case_id)
