"""Endpoints of the case summary."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import HTMLResponse, Response

from app.access.dependencies import ClinicalReaderDep, ReaderDep
from app.cases import service as cases
from app.cases.domain import CaseNotFoundError
from app.completeness.domain.rule_files import ChecklistNotFoundError, ProfileNotFoundError
from app.completeness.service import choose_rules
from app.errors import FieldError
from app.summary import service
from app.summary.domain.changed import Changes
from app.summary.domain.identity import Identity
from app.summary.paper import VERSION as PAPER_VERSION
from app.summary.schemas import SummaryFormat, SummaryRead, summary_schema
from app.summary.service import RULES_VERSION, RevisionsOutOfOrderError
from app.web.accepting import accepted
from app.web.conditional import unless_seen, view_tag
from app.web.dependencies import AsOfDep, ReadingDep, SettingsDep
from app.web.jsonroute import JsonRoute, json_answer
from app.web.problems import problems

router = APIRouter(prefix="/v1", tags=["7 Summary"], route_class=JsonRoute)

CaseId = Annotated[str, Path(max_length=36, description="The case's id.")]
IdentityParameter = Annotated[
    Identity,
    Query(description="`none` leaves out name and identifiers, and gives the age instead of the birth date."),
]
ProfileParameter = Annotated[
    str | None,
    Query(
        alias="profile",
        max_length=120,
        description="A destination profile laid over the checklist, as `id` (the newest) or `id@version`.",
    ),
]
ChecklistParameter = Annotated[
    str | None,
    Query(
        alias="checklist",
        max_length=120,
        description="The checklist behind gaps and questions, as `id` (the newest) or `id@version`.",
    ),
]


@router.get("/schemas/summary.json")
def read_summary_schema(access: ReaderDep) -> dict[str, Any]:
    """Read the JSON Schema (2020-12) of the summary: its names and ids stay, keys may be added."""
    del access
    return summary_schema()


@router.get(
    "/cases/{case_id}/summary",
    response_model=SummaryRead,
    responses={
        200: {
            "description": "The summary, as JSON or as a page to read and print",
            "content": {"text/html": {"schema": {"type": "string"}}},
        },
        **problems(CaseNotFoundError, ChecklistNotFoundError, ProfileNotFoundError),
    },
)
def read_summary(
    case_id: CaseId,
    request: Request,
    reader: ClinicalReaderDep,
    session: ReadingDep,
    settings: SettingsDep,
    as_of: AsOfDep,
    revision: Annotated[
        int | None,
        Query(ge=1, lt=2**31, description="The case as it was at this revision; left out, as it is now."),
    ] = None,
    identity: IdentityParameter = "full",
    checklist_id: ChecklistParameter = None,
    profile_id: ProfileParameter = None,
    wanted: Annotated[
        SummaryFormat | None,
        Query(
            alias="format", description="`json`, or `html` for reading and printing; left out, by `Accept`."
        ),
    ] = None,
) -> Response:
    """Read the ordered case summary: every statement with its sources, cautions in their places.

    The same revision and day give the same bytes. What a section cannot say, it says plainly. As `text/html` it is one
    page without a script, that reads on a phone and prints on A4: the digest first, then every section, with the
    timeline, markers and lesions drawn beside their tables.
    """
    case = cases.get_case_at(session, reader.access, case_id, revision)
    rules = choose_rules(session, reader.access, case, checklist=checklist_id, profile=profile_id)
    shape = wanted or accepted(request.headers.get("accept"))
    base = str(request.scope.get("root_path", ""))

    def build() -> Response:
        asked: service.Asked = {
            "revision": case.revision,
            "rules": rules,
            "as_of": as_of,
            "identity": identity,
            "zone": settings.timezone,
        }
        if shape == "json":
            content = service.case_summary(session, reader.access, case_id, **asked)
            return Response(content, media_type="application/json")
        paper = service.summary_paper(session, reader.access, case_id, **asked, base=base)
        return HTMLResponse(paper.html, headers={"Content-Security-Policy": paper.policy})

    tag = view_tag("summary", case_id, case.revision, RULES_VERSION, rules.tag, as_of, identity)
    if shape == "html":
        tag = view_tag(tag, shape, PAPER_VERSION, base)
    answer = unless_seen(request, tag, build)
    answer.headers["Vary"] = "Accept"
    reader.note("summary", case_id)
    return answer


@router.get(
    "/cases/{case_id}/changes",
    response_model=Changes,
    responses=problems(
        CaseNotFoundError, ChecklistNotFoundError, ProfileNotFoundError, RevisionsOutOfOrderError
    ),
)
def read_changes(
    case_id: CaseId,
    request: Request,
    reader: ClinicalReaderDep,
    session: ReadingDep,
    settings: SettingsDep,
    as_of: AsOfDep,
    from_revision: Annotated[
        int,
        Query(
            alias="from",
            ge=1,
            lt=2**31,
            description="The revision that was seen before; left out, the first.",
        ),
    ] = 1,
    to_revision: Annotated[
        int | None,
        Query(
            alias="to", ge=1, lt=2**31, description="The revision to compare it with; left out, the newest."
        ),
    ] = None,
    identity: IdentityParameter = "full",
    checklist_id: ChecklistParameter = None,
    profile_id: ProfileParameter = None,
) -> Response:
    """Read what has changed between two revisions, in words and by ids: what is new since somebody last looked.

    Both are seen on the same day, so that nothing differs only because time has passed: alerts and conflicts first,
    then records and documents with the fields before and after, then statements of the summary and readiness.
    """
    case = cases.get_case_at(session, reader.access, case_id, to_revision)
    if from_revision > case.revision:
        message = "Send the earlier revision in `from`; without `to` it is compared with the newest."
        raise RevisionsOutOfOrderError(
            message,
            errors=[
                FieldError("/query/from", "This is later than the revision to compare it with.", message)
            ],
        )
    rules = choose_rules(session, reader.access, case, checklist=checklist_id, profile=profile_id)

    def build() -> Response:
        return json_answer(
            service.case_changes(
                session,
                reader.access,
                case_id,
                from_revision=from_revision,
                revision=case.revision,
                rules=rules,
                as_of=as_of,
                identity=identity,
                zone=settings.timezone,
            )
        )

    seen = (from_revision, case.revision)
    tag = view_tag("changes", case_id, *seen, RULES_VERSION, rules.tag, as_of, identity)
    answer = unless_seen(request, tag, build)
    reader.note("changes", case_id)
    return answer
