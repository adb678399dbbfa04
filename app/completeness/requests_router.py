"""Endpoints of the chase list: what to ask of whom, as data and as letters."""

from datetime import date
from typing import Annotated, Final

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from app.access.dependencies import ClinicalReaderDep
from app.cases import service as cases
from app.cases.domain import Case, CaseNotFoundError
from app.completeness import chasing, service
from app.completeness.chasing import RequestNotFoundError
from app.completeness.domain.chase.asking import asking_table
from app.completeness.domain.chase.catalogue import (
    Catalogue,
    LanguageNotFoundError,
    catalogue_in,
    languages,
)
from app.completeness.domain.chase.letters import About, letter_of, text_of
from app.completeness.domain.chase.model import Identity
from app.completeness.domain.chase.model import Request as Asked
from app.completeness.domain.rule_files import ChecklistNotFoundError, ProfileNotFoundError
from app.completeness.letter_paper import VERSION as PAPER_VERSION
from app.completeness.letter_paper import paper_of
from app.completeness.parameters import CaseId, ChecklistId, ProfileId, RequestId
from app.completeness.request_schemas import (
    LetterFormat,
    RequestList,
    RequestRead,
    notes_on,
    request_read,
)
from app.completeness.sent_router import router as sent_router
from app.completeness.service import RULES_VERSION
from app.web.accepting import preferred
from app.web.conditional import unless_seen, view_tag
from app.web.dependencies import AsOfDep, ReadingDep, SettingsDep
from app.web.jsonroute import JsonRoute, json_answer
from app.web.problems import problems

router = APIRouter(prefix="/v1/cases/{case_id}/requests", tags=["5 Completeness"], route_class=JsonRoute)
router.routes.extend(sent_router.routes)

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
AnswerTo = Annotated[
    str | None,
    Query(
        max_length=500,
        description="Where answers go, line by line (a line break is `%0A`): a name, an address, an email, a telephone "
        "number. It stands in the letters and is kept nowhere; left out, the letters have lines to fill in by hand.",
    ),
]
Format = Annotated[
    LetterFormat | None,
    Query(
        alias="format",
        description="`json`; `text` or `html` for the letters of what is still open. Left out, by `Accept`.",
    ),
]
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
    answer_to: AnswerTo = None,
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
    shape = wanted or preferred(request.headers.get("accept"), _OFFERS)

    def build() -> Response:
        found = chasing.case_requests(
            session, reader.access, case_id, rules=rules, as_of=as_of, zone=settings.timezone
        )
        told = chasing.about(session, reader.access, found, identity=identity, answer_to=answer_to)
        if shape == "json":
            return json_answer(RequestList.of(found, told, words))
        return _letters([one for one in found.requests if one.state == "open"], told, words, shape)

    tag = _tag("requests", case, rules.tag, as_of, words, identity, answer_to, shape)
    answer = unless_seen(request, tag, build)
    answer.headers["Vary"] = "Accept"
    reader.note("requests", case_id)
    return answer


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
    answer_to: AnswerTo = None,
    wanted: Format = None,
) -> Response:
    """Read one request: as data with its letter, or the letter alone to send or print.

    The letter of a request that was sent asks for what is still waiting.
    """
    words = catalogue_in(language)
    case = cases.get_case(session, reader.access, case_id)
    rules = service.choose_rules(session, reader.access, case, checklist=checklist, profile=profile)
    shape = wanted or preferred(request.headers.get("accept"), _OFFERS)

    found = chasing.case_requests(
        session, reader.access, case_id, rules=rules, as_of=as_of, zone=settings.timezone
    )
    one = found.find(request_id)

    def build() -> Response:
        told = chasing.about(session, reader.access, found, identity=identity, answer_to=answer_to)
        if shape == "json":
            return json_answer(request_read(one, told, words))
        return _letters([one], told, words, shape)

    tag = _tag("request", case, f"{request_id} {rules.tag}", as_of, words, identity, answer_to, shape)
    answer = unless_seen(request, tag, build)
    answer.headers["Vary"] = "Accept"
    reader.note("request", case_id, request_id)
    return answer


def _tag(
    what: str,
    case: Case,
    rules: str,
    as_of: date,
    words: Catalogue,
    identity: Identity,
    answer_to: str | None,
    shape: LetterFormat,
) -> str:
    told = (words.language, words.sha256, asking_table().version, PAPER_VERSION, identity, answer_to, shape)
    return view_tag(what, case.id, case.revision, RULES_VERSION, rules, as_of, *told)


def _letters(requests: list[Asked], told: About, words: Catalogue, shape: LetterFormat) -> Response:
    letters = [letter for one in requests if (letter := letter_of(one, told, words)) is not None]
    headers = {"Content-Language": words.language}
    if shape == "text":
        return PlainTextResponse(_NEXT_LETTER.join(map(text_of, letters)), headers=headers)
    paper = paper_of(
        letters,
        words,
        reference=told.case.reference or told.case_id,
        notes=notes_on(tuple(requests), told, words),
    )
    return HTMLResponse(paper.html, headers={**headers, "Content-Security-Policy": paper.policy})
