"""Endpoints that mark requests as sent, and take the mark back."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Body
from fastapi.openapi.models import Example
from starlette.requests import Request
from starlette.responses import Response

from app.access.dependencies import WritingDep
from app.cases import service as cases
from app.cases.domain import CaseNotFoundError
from app.completeness import chasing, sending, service
from app.completeness.chasing import ChaseList, RequestNotFoundError
from app.completeness.domain.chase.catalogue import SOURCE, LanguageNotFoundError, catalogue_in
from app.completeness.domain.chase.model import Sending
from app.completeness.domain.rule_files import ChecklistNotFoundError, ProfileNotFoundError
from app.completeness.parameters import CaseId, ChecklistId, ProfileId, RequestId
from app.completeness.request_schemas import RequestRead, RequestSent, request_read
from app.completeness.sending import AlreadySentError, SentLaterError
from app.web.conditional import StaleError, quoted, require_match
from app.web.dependencies import AsOfDep, SettingsDep, TodayDep
from app.web.jsonroute import JsonRoute
from app.web.problems import problems

router = APIRouter(
    prefix="/v1/cases/{case_id}/requests/{request_id}/sent", tags=["5 Completeness"], route_class=JsonRoute
)

SENT_EXAMPLES: dict[str, Example] = {
    "by e-mail, today": Example(
        summary="by e-mail, today", value={"to": "records office, City Hospital", "how": "email"}
    ),
    "by post, in another language": Example(
        summary="by post, in another language",
        value={
            "to": "Hospital Central, archivo",
            "how": "post",
            "on": "2026-03-20",
            "language": "es",
            "note": "With the signed consent.",
        },
    ),
}


@router.post(
    "",
    response_model=RequestRead,
    responses={
        201: {"model": RequestRead, "description": "The request is marked as sent now"},
        **problems(
            CaseNotFoundError,
            RequestNotFoundError,
            AlreadySentError,
            SentLaterError,
            ChecklistNotFoundError,
            ProfileNotFoundError,
            LanguageNotFoundError,
            StaleError,
        ),
    },
)
def mark_sent(
    case_id: CaseId,
    request_id: RequestId,
    body: Annotated[RequestSent, Body(openapi_examples=SENT_EXAMPLES)],
    request: Request,
    writing: WritingDep,
    settings: SettingsDep,
    today: TodayDep,
    as_of: AsOfDep,
    checklist: ChecklistId = None,
    profile: ProfileId = None,
) -> Response:
    """Mark a request as sent: to whom, when and how. Sent once more with the same words it changes nothing.

    `checklist`, `profile` and `as_of` are those that the request was listed with. What it asks is not asked by any
    other request while it waits; what comes to be asked later makes a new request. The mark stands in the audit trail.
    """
    case = cases.lock_case(writing.session, writing.access, case_id)
    require_match(request, str(case.revision))
    told = _sending(body, writing.access.actor.person or writing.access.key_name, today)

    def listed() -> ChaseList:
        rules = service.choose_rules(
            writing.session, writing.access, case, checklist=checklist, profile=profile
        )
        return chasing.case_requests(
            writing.session, writing.access, case_id, rules=rules, as_of=as_of, zone=settings.timezone
        )

    revision, is_new = sending.mark_sent(
        writing.session,
        writing.access,
        listed(),
        request_id,
        sending=told,
        is_day_said=body.on is not None,
        now=writing.now,
    )
    found = listed()
    shown_of = chasing.about(writing.session, writing.access, found, identity="full", answer_to=None)
    shown = request_read(found.find(request_id), shown_of, catalogue_in(told.language or SOURCE))
    headers = {"ETag": quoted(str(revision)), "Location": f"/v1/cases/{case_id}/requests/{request_id}"}
    return writing.answer(shown, status=201 if is_new else 200, headers=headers, case_id=case_id)


@router.delete(
    "",
    status_code=204,
    response_class=Response,
    responses=problems(CaseNotFoundError, RequestNotFoundError, StaleError),
)
def withdraw_mark(case_id: CaseId, request_id: RequestId, request: Request, writing: WritingDep) -> Response:
    """Take back the mark that a request was sent, made by mistake: what it asks is open again."""
    case = cases.lock_case(writing.session, writing.access, case_id)
    require_match(request, str(case.revision))
    sending.withdraw_mark(writing.session, writing.access, case_id, request_id, now=writing.now)
    return writing.answer(status=204, case_id=case_id)


def _sending(body: RequestSent, by: str, today: date) -> Sending:
    day = body.on or today
    sending.check_day(day, today)
    if body.language is not None:
        catalogue_in(body.language)
    return Sending(
        to=body.to, on=day.isoformat(), how=body.how, note=body.note, language=body.language, by=by
    )
