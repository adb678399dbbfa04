"""How computed observations read: coded parts in words, signs and units, what lacks, and no endless list of steps."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from app.summary.domain import computed_words
from app.summary.domain.computed_words import told
from app.timeline.domain.computed import Computed, Rule
from app.timeline.domain.scope import ANOTHER, NO_CANCER, NOT_CERTAIN
from app.timeline.domain.thresholds import RULE_BOOKS
from app.timeline.domain.trend import NOT_RISING, OVER_TEN_YEARS

TABLE = tomllib.loads(
    Path(computed_words.__file__).with_name("computed_words.toml").read_text(encoding="utf-8")
)
TIMELINE = Path(computed_words.__file__).parents[2] / "timeline" / "domain"


def text(result: Mapping[str, Any] | None, rule: str = "marker_trend", **fields: Any) -> str:
    computed = Computed(
        **{
            "id": rule,
            "title": "A title",
            "rule": Rule(id=rule, version="1.0.0", source="a source"),
            "result": result,
            "reason": None,
            "inputs": (),
            "steps": (),
            "flags": (),
            "limits": (),
            "sources": (),
            **fields,
        }
    )
    *sentences, by = told(computed)
    assert by == f"Rule: {rule} 1.0.0."
    return " ".join(sentences)


@pytest.mark.parametrize(
    ("rule", "result", "sentence"),
    [
        ("marker_trend", {"unit": "U/mL", "change": -5}, "A title: change -5 U/mL."),
        ("marker_trend", {"change": 5}, "A title: change +5."),
        ("marker_trend", {"fold_over_nadir": 1.0}, "A title."),
        ("marker_trend", {"fold_over_nadir": 1.1}, "A title: the newest is 1.1 times the lowest."),
        ("marker_trend", {"doubling_days": 89.4}, "A title: doubling in 89 days."),
        ("marker_trend", {"doubling_days": 142.4}, "A title: doubling in 142 days (5 months)."),
        (
            "marker_trend",
            {"unit": "ng/mL", "latest": {"record_id": "r", "date": "2025-01-02", "value": 3}},
            "A title: newest 3 ng/mL on 2025-01-02.",
        ),
        ("recist_1_1", {"percent_from_baseline": 20.6, "overall": None}, "A title: from baseline +20.6 %."),
        ("imwg", {"word": "below_PR", "confirmed": None}, "A title: the arithmetic gives a fall short of PR."),
        ("imwg", {"confirmed": False}, "A title: confirmed by a second assessment: no."),
        ("imwg", {"confirmed": True}, "A title: confirmed by a second assessment: yes."),
        ("lugano", {"deauville": 3, "metabolic_lacking": "scan_6_weeks_later"},
         "A title: no metabolic word: a scan six weeks or more later is not recorded."),
        ("a_new_rule", {"some_part": 4, "a_list": [1], "a_word": "so_it_is"}, "A title: some part 4; a word so it is."),
    ],
)  # fmt: skip
def test_the_parts_of_a_result_read_as_words(rule: str, result: Mapping[str, Any], sentence: str) -> None:
    assert text(result, rule) == sentence


def test_what_was_not_computed_and_what_has_no_last_word_says_what_lacks() -> None:
    assert text(None, reason="no_treatment_start") == (
        "A title: not computed (no systemic treatment with a date is recorded)."
    )
    assert text(None, reason="some_new_code") == "A title: not computed (some new code)."
    assert text(None) == "A title: not computed (no reason given)."
    assert text({}, reason="second_assessment_not_recorded", flags=("under_28_days", "a_new_flag")) == (
        "A title. No last word: a second assessment is not recorded. "
        "To know: the doubling time rests on less than 28 days; a new flag."
    )
    assert text(None, reason="x", flags=(NO_CANCER,)).endswith(
        "no cancer is recorded, so whether this rule fits is not known."
    )


def test_of_many_steps_the_first_and_the_last_are_told() -> None:
    few = tuple(f"Step {number}." for number in range(10))
    many = (*few, "Step 10.")
    assert text({}, steps=few) == "A title. " + " ".join(few)
    assert text({}, steps=many) == (
        "A title. Step 0. Further steps, not listed here: 2. " + " ".join(many[-8:])
    )


def test_every_code_that_has_words_is_one_that_the_arithmetic_uses() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in TIMELINE.glob("*.py"))
    named = [*TABLE["reasons"], *TABLE["flags"]]
    assert [one for one in named if f'"{one}"' not in code] == []
    rules = set(TABLE["parts"]) - {"*"}
    assert [one for one in rules if f'"{one}"' not in code and one not in RULE_BOOKS] == []
    assert {NOT_RISING, OVER_TEN_YEARS, NO_CANCER, NOT_CERTAIN, ANOTHER} <= set(TABLE["flags"])


def test_every_template_takes_what_it_is_given() -> None:
    fields = {
        field
        for templates in TABLE["parts"].values()
        for template in templates.values()
        for field in re.findall(r"{([^}]*)}", template)
    }
    assert fields == {"", ":+", "unit", "days"}
