"""From a case file and a checklist to the summary: asks every view below once."""

from datetime import date
from typing import Final

from app.casefile.domain.case_file import CaseFile
from app.completeness.domain.check import check
from app.completeness.domain.checklist import Checklist
from app.completeness.domain.conditions import holds
from app.completeness.domain.facts import Facts
from app.completeness.domain.report import Block, ChecklistRef, Report
from app.summary.domain.build import page_of, write_summary
from app.summary.domain.emergency import read_emergencies
from app.summary.domain.identity import Identity
from app.summary.domain.model import Summary
from app.summary.domain.page import Page
from app.summary.domain.views import Views
from app.timeline.domain.compute import compute_all
from app.timeline.domain.conflicts import find_conflicts
from app.timeline.domain.in_short import shorten
from app.timeline.domain.lines import lines_of
from app.timeline.domain.order import in_order_of_ids
from app.timeline.domain.question_triggers import Reported
from app.timeline.domain.questions import questions_for
from app.timeline.domain.series import build_series
from app.timeline.domain.status import reported_statuses

_MOLECULAR: Final = "molecular"


def assemble(
    case_file: CaseFile, checklist: Checklist, as_of: date, *, identity: Identity = "full"
) -> Summary:
    """Build the ordered summary of a case on a day; gaps and questions follow the checklist.

    The same case file, checklist, day and identity give the same summary, whatever the order of the records.
    """
    return write_summary(open_case(case_file, checklist, as_of, identity=identity))


def open_case(
    case_file: CaseFile,
    checklist: Checklist,
    as_of: date,
    *,
    identity: Identity = "full",
    profile: ChecklistRef | None = None,
) -> Page:
    """Return the page that the summary of a case is written and drawn from.

    `profile` names an overlay that is already in the checklist.
    """
    ordered = in_order_of_ids(case_file)
    return page_of(ordered, as_of, views_of(ordered, checklist, as_of, profile=profile), identity=identity)


def views_of(
    case_file: CaseFile, checklist: Checklist, as_of: date, *, profile: ChecklistRef | None = None
) -> Views:
    """Ask every view below for its answer on the case."""
    series = build_series(case_file, as_of=as_of)
    computed = compute_all(case_file, as_of, series=series)
    conflicts = find_conflicts(case_file, as_of, series=series)
    blocking = tuple(
        Block(conflict=conflict.id, reason=conflict.what)
        for conflict in conflicts
        if conflict.severity == "block" and conflict.settled is None
    )
    report = check(case_file, checklist, as_of, profile=profile, blocking_conflicts=blocking)
    questions = questions_for(
        case_file,
        as_of,
        {item.key: Reported(item.active, item.requirement, item.status) for item in report.items},
        tests=_tests(case_file, checklist, as_of, report),
        series=series,
        computed=computed,
    )
    emergencies = read_emergencies(case_file)
    return Views(
        case_file=case_file,
        emergencies=emergencies.shown,
        possible=emergencies.possible,
        in_short=shorten(case_file),
        lines=lines_of(case_file, as_of),
        series=series,
        computed=computed,
        status=reported_statuses(case_file, as_of),
        conflicts=conflicts,
        questions=questions,
        report=report,
    )


def _tests(case_file: CaseFile, checklist: Checklist, as_of: date, report: Report) -> tuple[str, ...]:
    """Name the molecular tests of the disease, where none was found."""
    item = report.item(_MOLECULAR)
    if item is None or item.status != "missing":
        return ()
    facts = Facts(case_file, checklist, as_of)
    return tuple(
        test.label
        for test in facts.disease_rules.molecular
        if not test.optional and (test.when is None or holds(test.when, facts) is True)
    )
