"""The page on arithmetic names every rule, and no rule that there isn't."""

import re
from pathlib import Path

from app.timeline.domain.computed import Rule
from app.timeline.domain.intervals import PLATINUM_INTERVAL
from app.timeline.domain.lesion_changes import LESION_CHANGES
from app.timeline.domain.lines import LINES
from app.timeline.domain.recist import RECIST
from app.timeline.domain.status_times import STATUS_TIMES
from app.timeline.domain.thresholds import RULE_BOOKS

PAGE = Path(__file__).parents[3] / "docs" / "arithmetic.md"
RULES: tuple[Rule, ...] = (
    RECIST,
    LESION_CHANGES,
    LINES,
    PLATINUM_INTERVAL,
    STATUS_TIMES,
    *(book.rule for book in RULE_BOOKS.values()),
)


def test_every_rule_stands_on_the_page_once() -> None:
    named = re.findall(r"^\| `(\w+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(named) == sorted(rule.id for rule in RULES)


def test_every_rule_has_a_version_and_a_source() -> None:
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", rule.version) and rule.source for rule in RULES)
