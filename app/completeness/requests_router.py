"""Endpoints of the chase list: what to ask of whom, as data and as letters."""

from datetime import date
from typing import Annotated, Final

from fastapi import APIRouter, Body, Path, Query
from fastapi.openapi.models import Example
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from app.access.dependencies import ClinicalReaderDep, WritingDep
from app.cases import service as cases
from app.cases.domain import CaseNotFoundError
from app.completeness import chasing, service
from app.completeness import sending as marking
from app.completeness.chasing import ChaseList, RequestNotFoundError
from app.completeness.domain.chase.catalogue import (
    SOURCE,
    Catalogue,
    LanguageNotFoundError,
    catalogue_in,
    languages,
)
from app.completeness.domain.chase.letters import About, letter_of, text_of
from app.completeness.domain.chase.model import Identity, Sending
from app.completeness.domain.chase.model import Request as Asked
from app.completeness.domain.rule_files import ChecklistNotFoundError, ProfileNotFoundError
from app.completeness.letter_paper import paper_of
from app.completeness.parameters import CaseId, ChecklistId, ProfileId
from app.completeness.request_schemas import (
    LetterFormat,
    RequestList,
    RequestRead,
    RequestSent,
    notes_on,
    request_read,
)
from app.completeness.sending import AlreadySentError, SentLaterError
from app.web.accepting import preferred
from app.web.conditional import StaleError, quoted, require_match
from app.web.dependencies import AsOfDep, ReadingDep, SettingsDep, TodayDep
from app.web.jsonroute import JsonRoute, json_answer
from app.web.problems import problems

router = APIRouter(prefix="/v1/cases/{case_id}/requests", tags=["4 Completeness"], route_class=JsonRoute)

RequestId = Annotated[str, Path(max_length=60, description="The request's id.")]
Language = Annotated[
    str,
    Query(
        max_length=35,
        description="The language of the letters (BCP 47). Those that no speaker has reviewed yet say so in `notes`.",
        json_schema_extra={"enum": list(languages())},
    ),
]
IdentityParameter = Annotated[
    Identity,
    Query(description="`none` leaves out name, birth date and identifiers; the reference stands for them."),
]
Format = Annotated[
    LetterFormat | None,
    Query(
        alias="format",
        description="`json`; `text` or `html` for the letters of what is still open. Left out, by `Accept`.",
    ),
]
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
            "language": "en",
            "note": "With the signed consent.",
        },
    ),
}
_OFFERS: Final[dict[str, LetterFormat]] = {
    "application/json": "json",
    "text/html": "html",
    "text/plain": "text",
}
_FORMS: Final = {
    "text/html": {"schema": {"type": "string"}},
    "text/plain": {"schema": {"type": "string"}},
}
_NEXT_LETTER: Final = "\f\n"


@router.get(
    "",
    response_model=RequestList,
    responses={
        200: {
            "description": "The requests as data with their letters, or the letters alone",
            "content": _FORMS,
        },
        **problems(CaseNotFoundError, ChecklistNotFoundError, ProfileNotFoundError, LanguageNotFoundError),
    },
)
def list_requests(
    case_id: CaseId,
    request: Request,
    reader: ClinicalReaderDep,
    session: ReadingDep,
    settings: SettingsDep,
    as_of: AsOfDep,
    checklist: ChecklistId = None,
    profile: ProfileId = None,
    language: Language = "en",
    identity: IdentityParameter = "full",
    wanted: Format = None,
) -> Response:
    """List what to ask for, merged by who holds it, each request with its letter; what was sent, and what came of it.

    A holder is named by the newest records and documents that tell of one, else by its kind. A request keeps its id
    while it asks the same. As `text/html` or `text/plain` the letters of the open requests are answered, one after the
    other; in HTML each begins on a page of its own.
    """
    words = catalogue_in(language)
    case = cases.get_case(session, reader.access, case_id)
    rules = service.choose_rules(session, reader.access, case, checklist=checklist, profile=profile)
    found = chasing.case_requests(
        session, reader.access, case_id, rules=rules, as_of=as_of, zone=settings.timezone
    )
    told = chasing.about(session, reader.access, found, identity=identity)
    reader.note("requests", case_id)
    shape = wanted or preferred(request.headers.get("accept"), _OFFERS)
    if shape == "json":
        return json_answer(RequestList.of(found, told, words), headers={"Vary": "Accept"})
    return _letters([one for one in found.requests if one.state == "open"], told, words, shape)


@router.get(
    "/{request_id}",
    response_model=RequestRead,
    responses={
        200: {"description": "The request as data with its letter, or the letter alone", "content": _FORMS},
        **problems(
            CaseNotFoundError,
            RequestNotFoundError,
            ChecklistNotFoundError,
            ProfileNotFoundError,
            LanguageNotFoundError,
        ),
    },
)
def read_request(
    case_id: CaseId,
    request_id: RequestId,
    request: Request,
    reader: ClinicalReaderDep,
    session: ReadingDep,
    settings: SettingsDep,
    as_of: AsOfDep,
    checklist: ChecklistId = None,
    profile: ProfileId = None,
    language: Language = "en",
    identity: IdentityParameter = "full",
    wanted: Format = None,
) -> Response:
    """Read one request: as data with its letter, or the letter alone to send or print.

    The letter of a request that was sent asks for what is still waiting.
    """
    words = catalogue_in(language)
    case = cases.get_case(session, reader.access, case_id)
    rules = service.choose_rules(session, reader.access, case, checklist=checklist, profile=profile)
    found = chasing.case_requests(
        session, reader.access, case_id, rules=rules, as_of=as_of, zone=settings.timezone
    )
    one = found.find(request_id)
    told = chasing.about(session, reader.access, found, identity=identity)
    reader.note("request", case_id, request_id)
    shape = wanted or preferred(request.headers.get("accept"), _OFFERS)
    if shape == "json":
        return json_answer(request_read(one, told, words), headers={"Vary": "Accept"})
    return _letters([one], told, words, shape)


@router.post(
    "/{request_id}/sent",
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
    sending = _sending(body, writing.access.actor.person or writing.access.key_name, today)

    def listed() -> ChaseList:
        rules = service.choose_rules(
            writing.session, writing.access, case, checklist=checklist, profile=profile
        )
        return chasing.case_requests(
            writing.session, writing.access, case_id, rules=rules, as_of=as_of, zone=settings.timezone
        )

    revision, is_new = marking.mark_sent(
        writing.session, writing.access, listed(), request_id, sending=sending, now=writing.now
    )
    found = listed()
    told = chasing.about(writing.session, writing.access, found, identity="full")
    shown = request_read(found.find(request_id), told, catalogue_in(sending.language or SOURCE))
    headers = {"ETag": quoted(str(revision)), "Location": f"/v1/cases/{case_id}/requests/{request_id}"}
    return writing.answer(shown, status=201 if is_new else 200, headers=headers, case_id=case_id)


@router.delete(
    "/{request_id}/sent",
    status_code=204,
    response_class=Response,
    responses=problems(CaseNotFoundError, RequestNotFoundError, StaleError),
)
def withdraw_mark(case_id: CaseId, request_id: RequestId, request: Request, writing: WritingDep) -> Response:
    """Take back the mark that a request was sent, made by mistake: what it asks is open again."""
    case = cases.lock_case(writing.session, writing.access, case_id)
    require_match(request, str(case.revision))
    marking.withdraw_mark(writing.session, writing.access, case_id, request_id, now=writing.now)
    return writing.answer(status=204, case_id=case_id)


def _sending(body: RequestSent, by: str, today: date) -> Sending:
    day = body.on or today
    marking.check_day(day, today)
    if body.language is not None:
        catalogue_in(body.language)
    return Sending(
        to=body.to, on=day.isoformat(), how=body.how, note=body.note, language=body.language, by=by
    )


def _letters(requests: list[Asked], told: About, words: Catalogue, shape: LetterFormat) -> Response:
    letters = [letter for one in requests if (letter := letter_of(one, told, words)) is not None]
    headers = {"Vary": "Accept", "Content-Language": words.language}
    if shape == "text":
        return PlainTextResponse(_NEXT_LETTER.join(map(text_of, letters)), headers=headers)
    paper = paper_of(
        letters,
        words,
        reference=told.case.reference or told.case_id,
        notes=notes_on(tuple(requests), words),
    )
    return HTMLResponse(paper.html, headers={**headers, "Content-Security-Policy": paper.policy})
