"""Endpoints of the completeness report."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from app.access.dependencies import ClinicalReaderDep
from app.cases import service as cases
from app.cases.domain import CaseNotFoundError
from app.completeness import service
from app.completeness.domain.report import Report
from app.completeness.domain.rule_files import ChecklistNotFoundError, ProfileNotFoundError
from app.completeness.parameters import CaseId, ChecklistId, ProfileId, Revision
from app.completeness.rules_router import router as rules_router
from app.completeness.schemas import ItemExplained
from app.completeness.service import RULES_VERSION, ItemNotFoundError
from app.web.conditional import unless_seen, view_tag
from app.web.dependencies import AsOfDep, ReadingDep, SettingsDep
from app.web.jsonroute import JsonRoute, json_answer
from app.web.problems import problems

router = APIRouter(prefix="/v1", tags=["4 Completeness"], route_class=JsonRoute)
router.routes.extend(rules_router.routes)


@router.get(
    "/cases/{case_id}/completeness",
    response_model=Report,
    responses=problems(CaseNotFoundError, ChecklistNotFoundError, ProfileNotFoundError),
)
def read_completeness(
    case_id: CaseId,
    request: Request,
    reader: ClinicalReaderDep,
    session: ReadingDep,
    settings: SettingsDep,
    as_of: AsOfDep,
    checklist: ChecklistId = None,
    profile: ProfileId = None,
    revision: Revision = None,
) -> Response:
    """Read what the case holds and lacks, item by item: why it matters, what is there, and the one next thing to do.

    `present`, `partial`, `stale`, `missing`, `not_applicable`, `unknown` and `waived` are different things. The score
    is about papers and fields, and says nothing about the patient. An old report can be had again: with its `revision`,
    `as_of`, and the `id@version` of the checklist and profile that it names.
    """
    case = cases.get_case_at(session, reader.access, case_id, revision)
    rules = service.choose_rules(session, reader.access, case, checklist=checklist, profile=profile)

    def build() -> Response:
        return json_answer(
            service.case_report(
                session,
                reader.access,
                case_id,
                rules=rules,
                as_of=as_of,
                zone=settings.timezone,
                revision=case.revision,
            )
        )

    tag = view_tag("completeness", case_id, case.revision, RULES_VERSION, rules.tag, as_of)
    answer = unless_seen(request, tag, build)
    reader.note("completeness", case_id)
    return answer


@router.get(
    "/cases/{case_id}/completeness/items/{key}",
    response_model=ItemExplained,
    responses=problems(CaseNotFoundError, ChecklistNotFoundError, ProfileNotFoundError, ItemNotFoundError),
)
def explain_item(
    case_id: CaseId,
    key: Annotated[str, Path(max_length=60, description="The item's key.")],
    request: Request,
    reader: ClinicalReaderDep,
    session: ReadingDep,
    settings: SettingsDep,
    as_of: AsOfDep,
    checklist: ChecklistId = None,
    profile: ProfileId = None,
    revision: Revision = None,
) -> Response:
    """Read one item of the report."""
    case = cases.get_case_at(session, reader.access, case_id, revision)
    rules = service.choose_rules(session, reader.access, case, checklist=checklist, profile=profile)

    def build() -> Response:
        report = service.case_report(
            session,
            reader.access,
            case_id,
            rules=rules,
            as_of=as_of,
            zone=settings.timezone,
            revision=case.revision,
        )
        return json_answer(
            ItemExplained(
                case_id=case_id,
                revision=report.revision,
                as_of=report.as_of,
                checklist=report.checklist,
                profile=report.profile,
                item=service.explained_item(report, key),
            )
        )

    tag = view_tag("item", key, case_id, case.revision, RULES_VERSION, rules.tag, as_of)
    answer = unless_seen(request, tag, build)
    reader.note("completeness.item", case_id)
    return answer
