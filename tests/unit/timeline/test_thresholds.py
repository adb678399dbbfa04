"""The table of thresholds: read as it is written, to the last digit."""

import tomllib
from decimal import Decimal
from importlib.resources import files

import pytest

import app.timeline.domain
from app.timeline.domain.computed import Rule
from app.timeline.domain.thresholds import RULE_BOOKS, RuleBook, read_rule_books

TABLE = tomllib.loads(files(app.timeline.domain).joinpath("thresholds.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", TABLE)
def test_every_rule_has_the_version_source_diseases_and_limits_of_its_row(name: str) -> None:
    row = TABLE[name]
    about = {"version", "source", "diseases"}
    assert read_rule_books()[name] == RuleBook(
        Rule(id=name, version=row["version"], source=row["source"]),
        {limit: Decimal(text) for limit, text in row.items() if limit not in about},
        frozenset(row.get("diseases", [])),
    )


def test_no_rule_is_left_out_and_none_is_added() -> None:
    assert list(read_rule_books()) == list(TABLE)
    assert read_rule_books() == RULE_BOOKS


def test_a_limit_is_exact_and_days_are_whole() -> None:
    assert RULE_BOOKS["mrd_limit"]["negative_below_percent"] == Decimal("0.01")
    days = RULE_BOOKS["irecist"].days("earliest_days")
    assert (days, type(days)) == (28, int)
