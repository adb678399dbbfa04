"""Endpoints of the case summary."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from app.access.dependencies import ClinicalReaderDep
from app.cases import service as cases
from app.cases.domain import CaseNotFoundError
from app.completeness.service import ChecklistNotFoundError, choose_checklist
from app.summary import service
from app.summary.domain.identity import Identity
from app.summary.schemas import SummaryRead
from app.summary.service import RULES_VERSION
from app.web.conditional import unless_seen, view_tag
from app.web.dependencies import AsOfDep, ReadingDep, SettingsDep
from app.web.jsonroute import JsonRoute
from app.web.problems import problems

router = APIRouter(prefix="/v1/cases/{case_id}", tags=["6 Summary"], route_class=JsonRoute)

CaseId = Annotated[str, Path(max_length=36, description="The case's id.")]


@router.get(
    "/summary", response_model=SummaryRead, responses=problems(CaseNotFoundError, ChecklistNotFoundError)
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
    identity: Annotated[
        Identity,
        Query(
            description="`none` leaves out name and identifiers, and gives the age instead of the birth date."
        ),
    ] = "full",
    checklist_id: Annotated[
        str | None,
        Query(alias="checklist", max_length=60, description="The checklist behind gaps and questions."),
    ] = None,
) -> Response:
    """Read the ordered case summary: every statement with its sources, cautions in their places.

    The same revision and day give the same bytes. What a section cannot say, it says plainly.
    """
    case = cases.get_case_at(session, reader.access, case_id, revision)
    checklist = choose_checklist(case, checklist_id)

    def build() -> Response:
        content = service.case_summary(
            session,
            reader.access,
            case_id,
            revision=case.revision,
            checklist=checklist,
            as_of=as_of,
            identity=identity,
            zone=settings.timezone,
        )
        return Response(content, media_type="application/json")

    tag = view_tag("summary", case_id, case.revision, RULES_VERSION, checklist.sha256, as_of, identity)
    answer = unless_seen(request, tag, build)
    reader.note("summary", case_id)
    return answer
