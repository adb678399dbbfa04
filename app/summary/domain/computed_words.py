"""How a computed observation reads: its parts, steps, what has no last word, what to know. The words are data."""

import tomllib
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any, Final

from app.summary.domain.wording import plain
from app.timeline.domain.computed import Computed

_TABLE: Final[Mapping[str, Any]] = tomllib.loads(
    files(__package__).joinpath("computed_words.toml").read_text(encoding="utf-8")
)
_PARTS: Final[Mapping[str, Mapping[str, str]]] = _TABLE["parts"]
_VALUES: Final[Mapping[str, Mapping[str, str]]] = _TABLE["values"]
_REASONS: Final[Mapping[str, str]] = _TABLE["reasons"]
_FLAGS: Final[Mapping[str, str]] = _TABLE["flags"]
_MOST_STEPS: Final = 10
_LAST_STEPS: Final = 8
_DAYS_IN_DAYS: Final = 90
_DAYS_OF_A_MONTH: Final = 30.4375


def told(one: Computed) -> Iterator[str]:
    """Yield the sentences of a computed observation, its rule last; of many steps the first one and the last."""
    if one.result is None:
        yield f"{one.title}: not computed ({_reason(one.reason or 'no reason given')})."
    else:
        parts = "; ".join(_parts(one.rule.id, one.result))
        yield f"{one.title}{': ' if parts else ''}{parts}."
        yield from _steps(one.steps)
        if one.reason:
            yield f"No last word: {_reason(one.reason)}."
    if one.flags:
        yield f"To know: {'; '.join(_FLAGS.get(flag, plain(flag)) for flag in one.flags)}."
    yield f"Rule: {one.rule.id} {one.rule.version}."


def _steps(steps: tuple[str, ...]) -> Iterator[str]:
    if len(steps) <= _MOST_STEPS:
        yield from steps
        return
    yield steps[0]
    yield f"Further steps, not listed here: {len(steps) - _LAST_STEPS - 1}."
    yield from steps[-_LAST_STEPS:]


def _reason(code: str) -> str:
    return _REASONS.get(code, plain(code))


def _parts(rule: str, result: Mapping[str, Any]) -> Iterator[str]:
    templates = {**_PARTS["*"], **_PARTS.get(rule, {})}
    unit = result.get("unit") or ""
    for name, value in result.items():
        template = templates.get(name, f"{plain(name)} {{}}")
        if template and (words := _part(name, value, template, unit)):
            yield words


def _part(name: str, value: Any, template: str, unit: str) -> str | None:  # noqa: ANN401 (a part of a rule's own result)
    """Give one part of a result its words; None for what no sentence holds: lists, tables, nothing."""
    if isinstance(value, Mapping) and {"date", "value"} <= value.keys():
        return template.format(f"{value['value']}{' ' + unit if unit else ''} on {value['date']}")
    if isinstance(value, bool):
        return template.format("yes" if value else "no")
    if isinstance(value, str):
        return template.format(_VALUES.get(name, {}).get(value) or _REASONS.get(value) or plain(value))
    if isinstance(value, int | float):
        if name == "fold_over_nadir" and value == 1:
            return None  # the newest is the lowest
        return template.format(value, unit=unit, days=_days(value)).rstrip()
    return None


def _days(days: float) -> str:
    """Give a span in whole days, from three months on with its months."""
    if days < _DAYS_IN_DAYS:
        return f"{days:.0f} days"
    return f"{days:.0f} days ({days / _DAYS_OF_A_MONTH:.0f} months)"
