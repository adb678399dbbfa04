"""Endpoints of the completeness report."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.access.dependencies import ClinicalReaderDep
from app.cases import service as cases
from app.cases.domain import CaseNotFoundError
from app.completeness import service
from app.completeness.domain.changes import Changes
from app.completeness.domain.explained import ItemExplained
from app.completeness.domain.report import Report
from app.completeness.domain.rule_files import ChecklistNotFoundError, ProfileNotFoundError
from app.completeness.parameters import CaseId, ChecklistId, ItemKey, ProfileId, Revision
from app.completeness.requests_router import router as requests_router
from app.completeness.rules_router import router as rules_router
from app.completeness.service import RULES_VERSION, ItemNotFoundError
from app.completeness.waivers_router import router as waivers_router
from app.web.conditional import unless_seen, view_tag
from app.web.dependencies import FIRST_DAY, LAST_DAY, AsOfDep, ReadingDep, SettingsDep
from app.web.jsonroute import JsonRoute, json_answer
from app.web.problems import problems
from app.web.validation import Day

router = APIRouter(prefix="/v1", tags=["5 Completeness"], route_class=JsonRoute)
router.routes.extend((*rules_router.routes, *waivers_router.routes, *requests_router.routes))


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
    key: ItemKey,
    request: Request,
    reader: ClinicalReaderDep,
    session: ReadingDep,
    settings: SettingsDep,
    as_of: AsOfDep,
    checklist: ChecklistId = None,
    profile: ProfileId = None,
    revision: Revision = None,
) -> Response:
    """Read one item of the report in full: what was asked, what was weighed, and what would change the answer.

    Each condition says what it was decided by, each record and paper what it states and lacks; ages are shown as the
    arithmetic that they are.
    """
    case = cases.get_case_at(session, reader.access, case_id, revision)
    rules = service.choose_rules(session, reader.access, case, checklist=checklist, profile=profile)

    def build() -> Response:
        return json_answer(
            service.explain_item(
                session,
                reader.access,
                case_id,
                key,
                rules=rules,
                as_of=as_of,
                zone=settings.timezone,
                revision=case.revision,
            )
        )

    tag = view_tag("item", key, case_id, case.revision, RULES_VERSION, rules.tag, as_of)
    answer = unless_seen(request, tag, build)
    reader.note("completeness.item", case_id)
    return answer


@router.get(
    "/cases/{case_id}/completeness/changes",
    response_model=Changes,
    responses=problems(CaseNotFoundError, ChecklistNotFoundError, ProfileNotFoundError),
)
def read_changes(
    case_id: CaseId,
    request: Request,
    reader: ClinicalReaderDep,
    session: ReadingDep,
    settings: SettingsDep,
    as_of: AsOfDep,
    since: Annotated[
        int, Query(ge=1, lt=2**31, description="The revision to compare with; left out, the first.")
    ] = 1,
    since_as_of: Annotated[
        Day | None,
        Query(
            ge=FIRST_DAY,
            le=LAST_DAY,
            description="The day for which the case is judged as it was then; left out, the same as `as_of`, so that "
            "only what was recorded since makes a difference, and not the days that passed.",
        ),
    ] = None,
    checklist: ChecklistId = None,
    profile: ProfileId = None,
) -> Response:
    """Read what changed since a revision, in words and ids, with score and readiness before and now.

    It lists the items whose status, findings, lacking fields or evidence differ. Both sides are judged by the same
    checklist and profile.
    """
    case = cases.get_case(session, reader.access, case_id)
    cases.get_case_at(session, reader.access, case_id, since)
    rules = service.choose_rules(session, reader.access, case, checklist=checklist, profile=profile)
    then = since_as_of or as_of

    def build() -> Response:
        return json_answer(
            service.case_changes(
                session,
                reader.access,
                case_id,
                rules=rules,
                since=since,
                since_as_of=then,
                as_of=as_of,
                zone=settings.timezone,
            )
        )

    tag = view_tag("changes", case_id, case.revision, since, RULES_VERSION, rules.tag, then, as_of)
    answer = unless_seen(request, tag, build)
    reader.note("completeness.changes", case_id)
    return answer
