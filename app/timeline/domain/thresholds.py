"""The thresholds of the response rules, read from the table beside this module."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from importlib.resources import files
from typing import Final

from app.timeline.domain.computed import Rule


@dataclass(frozen=True, slots=True)
class RuleBook:
    """One rule with its thresholds, exact, and the disease groups that it is made for; none for a rule for all."""

    rule: Rule
    _limits: Mapping[str, Decimal]
    diseases: frozenset[str] = frozenset()

    def __getitem__(self, name: str) -> Decimal:
        """Return a threshold, in the unit that its name ends on."""
        return self._limits[name]

    def days(self, name: str) -> int:
        """Return a threshold that counts days."""
        return int(self._limits[name])


def read_rule_books() -> Mapping[str, RuleBook]:
    """Return every rule of the table by its id."""
    table = tomllib.loads(files(__package__).joinpath("thresholds.toml").read_text(encoding="utf-8"))
    return {
        name: RuleBook(
            Rule(id=name, version=row.pop("version"), source=row.pop("source")),
            diseases=frozenset(row.pop("diseases", ())),
            _limits={limit: Decimal(value) for limit, value in row.items()},
        )
        for name, row in table.items()
    }


RULE_BOOKS: Final = read_rule_books()
"""Every rule of the table by its id."""
