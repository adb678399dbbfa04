"""What there is for a need: one function for each member of the closed set."""

from typing import assert_never

from app.completeness.domain.checklist import Papers
from app.completeness.domain.evidence import Outcome
from app.completeness.domain.facts import Facts
from app.completeness.domain.from_records import best_of, each_of, together
from app.completeness.domain.measurements import panel, series
from app.completeness.domain.molecular import test_results
from app.completeness.domain.needs import (
    Documents,
    Each,
    Earlier,
    Files,
    Need,
    Newest,
    One,
    Panel,
    Series,
    TestResults,
    Together,
)
from app.completeness.domain.studies import documents_of, earlier_than_newest, files_of_newest


def meet(need: Need, papers: Papers | None, facts: Facts, max_age_days: int | None) -> Outcome:
    """Find what satisfies a need best, records and papers together."""
    match need:
        case One() | Newest():
            return best_of(need, papers, facts, max_age_days)
        case Each():
            return each_of(need, papers, facts, max_age_days)
        case Together():
            return together(need, papers, facts, max_age_days)
        case Earlier():
            return earlier_than_newest(need, papers, facts, max_age_days)
        case Files():
            return files_of_newest(need, facts, max_age_days)
        case Documents():
            return documents_of(need, facts, max_age_days)
        case Panel():
            return panel(need, papers, facts, max_age_days)
        case Series():
            return series(need, papers, facts, max_age_days)
        case TestResults():
            return test_results(need, papers, facts, max_age_days)
        case _:
            assert_never(need)
