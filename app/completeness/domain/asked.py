"""Whether an item is asked of a case, and for how long what is there counts as current."""

from app.completeness.domain.checklist import ItemRule, MaxAge
from app.completeness.domain.conditions import holds
from app.completeness.domain.facts import Facts


def is_asked_of(rule: ItemRule, facts: Facts) -> bool | None:
    """Say whether an item is asked of this case; None where its condition can't be decided."""
    if rule.unless is not None and holds(rule.unless, facts):
        return False
    return True if rule.when is None else holds(rule.when, facts)


def age_limit(max_age: MaxAge | None, facts: Facts) -> int | None:
    """Return for how many days evidence counts as current in this case; None where it doesn't age.

    Nothing ages once the patient has died: no newer one can be had.
    """
    if max_age is None or facts.has_died:
        return None
    return next((days for condition, days in max_age.cases if holds(condition, facts)), max_age.days)
