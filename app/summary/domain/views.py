"""What the views below have answered, for the summary to put in order."""

from dataclasses import dataclass

from app.casefile.domain.case_file import CaseFile
from app.completeness.domain.report import Report
from app.summary.domain.emergency import Emergency
from app.timeline.domain.build import build_timeline
from app.timeline.domain.computed import Computed
from app.timeline.domain.conflict import Conflict
from app.timeline.domain.event import Timeline
from app.timeline.domain.in_short import ShortTimeline
from app.timeline.domain.lines import Lines
from app.timeline.domain.questions import Question
from app.timeline.domain.series import MarkerSeries
from app.timeline.domain.status import StatusReport


@dataclass(frozen=True, slots=True, kw_only=True)
class Views:
    """The answers of one case file on one day, all of the same file and day."""

    case_file: CaseFile
    emergencies: tuple[Emergency, ...]
    possible: tuple[Emergency, ...]
    """Emergency words that are named as a risk, a condition or an instruction only."""
    in_short: ShortTimeline
    lines: Lines
    series: tuple[MarkerSeries, ...]
    computed: tuple[Computed, ...]
    status: StatusReport
    conflicts: tuple[Conflict, ...]
    questions: tuple[Question, ...]
    report: Report

    @property
    def timeline(self) -> Timeline:
        """The whole timeline, each measured value in it; made when it is first asked for."""
        return self.case_file.once(build_timeline)
