"""Endpoints of the checklists and of the completeness report."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from app.access.dependencies import ClinicalReaderDep, ReaderDep
from app.cases import service as cases
from app.cases.domain import CaseNotFoundError
from app.completeness import service
from app.completeness.domain.library import load_checklists
from app.completeness.domain.report import Report
from app.completeness.schemas import ChecklistList, ChecklistRead, ItemExplained
from app.completeness.service import RULES_VERSION, ChecklistNotFoundError, ItemNotFoundError
from app.web.conditional import unless_seen, view_tag
from app.web.dependencies import AsOfDep, ReadingDep, SettingsDep
from app.web.jsonroute import JsonRoute, json_answer
from app.web.problems import problems

router = APIRouter(prefix="/v1", tags=["4 Completeness"], route_class=JsonRoute)

CaseId = Annotated[str, Path(max_length=36, description="The case's id.")]
ChecklistId = Annotated[
    str | None,
    Query(
        alias="checklist",
        max_length=60,
        description="`response`, `progression`, `recurrence` or `remission`; left out, the case's first purpose.",
    ),
]


@router.get("/checklists", response_model=ChecklistList)
def list_checklists(access: ReaderDep) -> Response:
    """List the checklists: one for each review, each with its version and its source."""
    del access
    shown = tuple(ChecklistRead.of(checklist) for checklist in load_checklists().values())
    return json_answer(ChecklistList(items=shown, next_cursor=None))


@router.get(
    "/checklists/{checklist_id}", response_model=ChecklistRead, responses=problems(ChecklistNotFoundError)
)
def get_checklist(checklist_id: Annotated[str, Path(max_length=60)], access: ReaderDep) -> Response:
    """Read one checklist: its items, why each matters, and where it comes from."""
    del access
    checklist = load_checklists().get(checklist_id)
    if checklist is None:
        message = "GET /v1/checklists lists those that there are."
        raise ChecklistNotFoundError(message)
    return json_answer(ChecklistRead.of(checklist))


@router.get(
    "/cases/{case_id}/completeness",
    response_model=Report,
    responses=problems(CaseNotFoundError, ChecklistNotFoundError),
)
def read_completeness(
    case_id: CaseId,
    request: Request,
    reader: ClinicalReaderDep,
    session: ReadingDep,
    settings: SettingsDep,
    as_of: AsOfDep,
    checklist_id: ChecklistId = None,
) -> Response:
    """Read what the case holds and lacks, item by item: why it matters, what is there, and the one next thing to do.

    `present`, `partial`, `stale`, `missing`, `not_applicable`, `unknown` and `waived` are different things. The score
    is about papers and fields, and says nothing about the patient.
    """
    case = cases.get_case(session, reader.access, case_id)
    checklist = service.choose_checklist(case, checklist_id)

    def build() -> Response:
        return json_answer(
            service.case_report(
                session, reader.access, case_id, checklist=checklist, as_of=as_of, zone=settings.timezone
            )
        )

    tag = view_tag("completeness", case_id, case.revision, RULES_VERSION, checklist.sha256, as_of)
    answer = unless_seen(request, tag, build)
    reader.note("completeness", case_id)
    return answer


@router.get(
    "/cases/{case_id}/completeness/items/{key}",
    response_model=ItemExplained,
    responses=problems(CaseNotFoundError, ChecklistNotFoundError, ItemNotFoundError),
)
def explain_item(
    case_id: CaseId,
    key: Annotated[str, Path(max_length=60, description="The item's key.")],
    request: Request,
    reader: ClinicalReaderDep,
    session: ReadingDep,
    settings: SettingsDep,
    as_of: AsOfDep,
    checklist_id: ChecklistId = None,
) -> Response:
    """Read one item of the report."""
    case = cases.get_case(session, reader.access, case_id)
    checklist = service.choose_checklist(case, checklist_id)

    def build() -> Response:
        report = service.case_report(
            session, reader.access, case_id, checklist=checklist, as_of=as_of, zone=settings.timezone
        )
        return json_answer(
            ItemExplained(
                case_id=case_id,
                revision=report.revision,
                as_of=report.as_of,
                checklist=report.checklist,
                item=service.explained_item(report, key),
            )
        )

    tag = view_tag("item", key, case_id, case.revision, RULES_VERSION, checklist.sha256, as_of)
    answer = unless_seen(request, tag, build)
    reader.note("completeness.item", case_id)
    return answer
