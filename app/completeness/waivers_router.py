"""Endpoints of waivers: going without an item, who decided it, why and until when."""

from typing import Annotated

from fastapi import APIRouter, Body, Query, Request
from fastapi.openapi.models import Example
from starlette.responses import Response

from app.access.dependencies import ClinicalReaderDep, WritingDep
from app.cases import service as cases
from app.cases.domain import CaseNotFoundError
from app.completeness import waivers
from app.completeness.domain.waiving import NotWaivedError, UnknownItemError, Waived, WaiverOverError
from app.completeness.parameters import CaseId, ItemKey
from app.completeness.schemas import WaiverCreate, WaiverList, WaiverRead
from app.web.conditional import StaleError, quoted, require_match
from app.web.dependencies import AsOfDep, ReadingDep, SettingsDep, TodayDep, new_id
from app.web.jsonroute import JsonRoute, json_answer
from app.web.problems import problems

router = APIRouter(prefix="/v1/cases/{case_id}/waivers", tags=["5 Completeness"], route_class=JsonRoute)

WAIVER_EXAMPLES: dict[str, Example] = {
    "not to be had": Example(
        summary="not to be had",
        value={"reason": "The hospital that did the operation has closed.", "decided_by": "A. Coordinator"},
    ),
    "until a day": Example(
        summary="until a day",
        value={"reason": "The scan is booked; the review may begin without it.", "until": "2099-12-31"},
    ),
}
DryRun = Annotated[bool, Query(description="Check and answer the same, and store nothing.")]


@router.get("", response_model=WaiverList, responses=problems(CaseNotFoundError))
def list_waivers(
    case_id: CaseId, reader: ClinicalReaderDep, session: ReadingDep, settings: SettingsDep, as_of: AsOfDep
) -> Response:
    """List the items that the case goes without: who decided it, why, until when, and whether it holds on the day."""
    revision, found = waivers.list_waivers(
        session, reader.access, case_id, as_of=as_of, zone=settings.timezone
    )
    reader.note("waivers", case_id)
    items = tuple(
        WaiverRead.of(case_id, revision, entry.id, entry.record, holds=holds) for entry, holds in found
    )
    return json_answer(
        WaiverList(case_id=case_id, revision=revision, as_of=as_of.isoformat(), items=items, next_cursor=None)
    )


@router.put(
    "/{key}",
    response_model=WaiverRead,
    responses={
        201: {"model": WaiverRead, "description": "The item is waived now"},
        **problems(CaseNotFoundError, UnknownItemError, WaiverOverError, StaleError),
    },
)
def waive_item(
    case_id: CaseId,
    key: ItemKey,
    body: Annotated[WaiverCreate, Body(openapi_examples=WAIVER_EXAMPLES)],
    request: Request,
    writing: WritingDep,
    settings: SettingsDep,
    today: TodayDep,
    dry_run: DryRun = False,
) -> Response:
    """Go without an item: who decides it, why, and through which day. The item leaves the score and no longer blocks.

    The decision is a record of the case and stands in the audit trail; nothing else is changed. Sent once more with
    other words it takes the place of the one before; DELETE withdraws it.
    """
    case = cases.lock_case(writing.session, writing.access, case_id)
    require_match(request, str(case.revision))
    kept = waivers.waive_item(
        writing.session,
        writing.access,
        case_id,
        key,
        waived=Waived(reason=body.reason, until=body.until, by=_by(writing, body.decided_by)),
        today=today,
        zone=settings.timezone,
        new_id=new_id,
        now=writing.now,
        dry_run=dry_run,
    )
    shown = WaiverRead.of(case_id, kept.revision, kept.record_id, kept.decision, holds=True)
    if dry_run:
        return json_answer(shown)
    headers = {
        "ETag": quoted(str(kept.revision)),
        "Location": f"/v1/cases/{case_id}/records/{kept.record_id}",
    }
    return writing.answer(shown, status=201 if kept.is_new else 200, headers=headers, case_id=case_id)


@router.delete(
    "/{key}",
    status_code=204,
    response_class=Response,
    responses=problems(CaseNotFoundError, UnknownItemError, NotWaivedError, StaleError),
)
def withdraw_waiver(
    case_id: CaseId,
    key: ItemKey,
    request: Request,
    writing: WritingDep,
    settings: SettingsDep,
    today: TodayDep,
    reason: Annotated[
        str, Query(min_length=1, max_length=2_000, description="Why, in the person's words.")
    ] = "The waiver is withdrawn.",
    dry_run: DryRun = False,
) -> Response:
    """Withdraw a waiver: the item is asked again as if it had never been waived, and the decision stays readable."""
    case = cases.lock_case(writing.session, writing.access, case_id)
    require_match(request, str(case.revision))
    waivers.withdraw_waiver(
        writing.session,
        writing.access,
        case_id,
        key,
        waived=Waived(reason=reason, by=_by(writing, None)),
        today=today,
        zone=settings.timezone,
        new_id=new_id,
        now=writing.now,
        dry_run=dry_run,
    )
    return Response(status_code=204) if dry_run else writing.answer(status=204, case_id=case_id)


def _by(writing: WritingDep, decided_by: str | None) -> str:
    """Name who decides: as the request says, else the person behind the key, else the key."""
    return decided_by or writing.access.actor.person or writing.access.key_name
