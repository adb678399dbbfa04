"""The chase list of one case: what to ask of whom, with what became of the requests that were sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, tzinfo

from sqlalchemy.orm import Session

from app.access import service as access_service
from app.access.domain import Access
from app.casefile.domain.case_file import CaseFile
from app.casefile.service import load_case_file
from app.cases.domain import Case
from app.completeness.domain.chase.asks import chase
from app.completeness.domain.chase.letters import About
from app.completeness.domain.chase.model import Chase, Identity, Request, Sent, Task
from app.completeness.domain.chase.requests import requests_of
from app.completeness.domain.report import Report
from app.completeness.domain.rule_files import ChecklistNotFoundError, ProfileNotFoundError
from app.completeness.sent import load_sent
from app.completeness.service import Rules, choose_rules, report_on, tag_of
from app.errors import NotFoundError


class RequestNotFoundError(NotFoundError):
    """The case has no such request now, and none such was sent."""

    slug = "request-not-found"
    title = "The case has no such request"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChaseList:
    """The requests of a case on a day, and what is to be done without asking anybody."""

    case_file: CaseFile
    report: Report
    rules: Rules
    requests: tuple[Request, ...]
    tasks: tuple[Task, ...]

    def find(self, request_id: str) -> Request:
        """Return one request.

        Raises:
            RequestNotFoundError: there is none of this id.
        """
        found = next((one for one in self.requests if one.id == request_id), None)
        if found is None:
            message = (
                "What a case lacks changes with what arrives and with the day, and its requests with it: list them "
                "anew with the same checklist, profile and day."
            )
            raise RequestNotFoundError(message)
        return found


def case_requests(
    session: Session, access: Access, case_id: str, *, rules: Rules, as_of: date, zone: tzinfo
) -> ChaseList:
    """Return the chase list of a case as it is now, on a day.

    Raises:
        CaseNotFoundError: there is no such case that the key opens.
    """
    case_file = load_case_file(session, access, case_id, zone=zone)
    case = case_file.case
    sent = [(one, rules_of(session, access, case, rules, one)) for one in load_sent(session, case_id)]
    return chase_list(case_file, rules, as_of, sent)


def chase_list(
    case_file: CaseFile, rules: Rules, as_of: date, sent: Sequence[tuple[Sent, Rules]] = ()
) -> ChaseList:
    """Return what a case file leaves to ask; each request that was sent is judged by the rules that it was sent by."""
    judged: dict[str, tuple[Chase, Report]] = {}

    def judge(by: Rules) -> tuple[Chase, Report]:
        if by.tag not in judged:
            report = report_on(case_file, by.checklist, as_of, profile=by.profile)
            judged[by.tag] = (chase(case_file, by.checklist, report), report)
        return judged[by.tag]

    chased, report = judge(rules)
    return ChaseList(
        case_file=case_file,
        report=report,
        rules=rules,
        requests=requests_of(case_file.case.id, chased, as_of, [(one, *judge(by)) for one, by in sent]),
        tasks=chased.tasks,
    )


def rules_of(session: Session, access: Access, case: Case, rules: Rules, sent: Sent) -> Rules:
    """Return the rules that a request was sent by; those given where they are the same, or are no longer to be had."""
    named = tag_of(sent.checklist, sent.profile)
    if named == rules.tag:
        return rules
    checklist = f"{sent.checklist.id}@{sent.checklist.sha256}"
    profile = f"{sent.profile.id}@{sent.profile.sha256}" if sent.profile else None
    try:
        return choose_rules(session, access, case, checklist=checklist, profile=profile)
    except (ChecklistNotFoundError, ProfileNotFoundError):
        return rules


def about(
    session: Session, access: Access, found: ChaseList, *, identity: Identity, answer_to: str | None
) -> About:
    """Return what the letters of a chase list are about; `answer_to` holds lines."""
    case = found.case_file.case
    name = access_service.organisation_name(session, access.organisation_id)
    return About(
        case_id=case.id,
        case=case.body,
        as_of=date.fromisoformat(found.report.as_of),
        sender=None if name == access_service.UNNAMED else name,
        answer_to=tuple(line for part in (answer_to or "").splitlines() if (line := part.strip())),
        regions=found.rules.checklist.regions,
        identity=identity,
    )
