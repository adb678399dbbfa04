"""Whatever rule an organisation writes of any field of any kind, a case can be checked against it."""

from dataclasses import fields
from typing import Any

import pytest
from pydantic import TypeAdapter

from app.cases.domain import CaseBody
from app.completeness.checklists import ChecklistError, build, from_plain, merge, shared_files
from app.completeness.domain.check import check
from app.completeness.domain.explain import explain
from app.records.domain.kinds import KINDS
from app.records.examples import RECORD_EXAMPLES
from app.records.schemas import RecordCreate
from tests.builders import A_DAY, a_case, a_case_file

RECORDS: list[Any] = TypeAdapter(list[RecordCreate]).validate_python(
    [example["value"] for example in RECORD_EXAMPLES.values()]
)


def names_in(kind: type) -> list[str]:
    return [*kind.__struct_fields__]  # type: ignore[attr-defined]  # every kind is a struct


def parts_in(kind: type) -> list[str]:
    """Return dotted names of the parts that the example records of a kind list."""
    found: set[str] = set()
    for record in RECORDS:
        for name in names_in(kind) if type(record) is kind else ():
            value = getattr(record, name)
            for part in value if isinstance(value, tuple) else ():
                found.update(f"{name}.{one}" for one in getattr(part, "__struct_fields__", ()))
    return sorted(found)


def rules_of(kind: str, field: str) -> list[dict[str, Any]]:
    where = [
        {field: {"stated": True}},
        {field: ["x", True]},
        {field: {"not": ["x"]}},
        {field: {"words": ["x"]}},
    ]
    needs: list[dict[str, Any]] = [
        {"one": {"kind": kind, "minimum": {"it": [field]}}},
        {"each": {"kind": kind, "minimum": {"it": {"any": [field], "accepts": ["none"]}}}},
        {"newest": {"kind": kind, "minimum": {"it": [{"field": field, "is": ["x"], "is_not": ["y"]}]}}},
        {"together": {"minimum": {"it": [f"{kind}.{field}"]}}},
        {"earlier": {"kind": kind, "aged_by": [field]}},
        {"each": {"kind": kind, "current_until": field, "minimum": {"it": [field]}}},
    ]
    needs += [{"one": {"kind": kind, "where": one, "minimum": {"it": [field]}}} for one in where]
    return needs


def checked(need: dict[str, Any], when: dict[str, Any] | None = None) -> bool:
    """Check the example records against an item of this need; tell whether the language took it."""
    own = {"requirement": "required", "label": "x", "why": "x", "source": "x", "need": need}
    whole = {
        "id": "x",
        "version": "1",
        "label": "x",
        "source": "x",
        "actions": {},
        "regions": {},
        "diseases": {},
    }
    try:
        rules = build(
            merge(
                from_plain({**whole, "items": {"x": {**own, **({"when": when} if when else {})}}}, "x"),
                shared_files(),
            )
        )
    except ChecklistError:
        return False
    case_file = a_case_file(*RECORDS, case=a_case(question="x"))
    report = check(case_file, rules, A_DAY)
    explain(case_file, rules, A_DAY, report, report.items[0])
    return True


@pytest.mark.parametrize("kind", KINDS)
def test_a_rule_of_any_field_is_refused_or_can_be_checked(kind: str) -> None:
    names = [*names_in(KINDS[kind]), *parts_in(KINDS[kind])]
    taken = [checked(need) for field in names for need in rules_of(kind, field)]
    taken += [
        checked({"series": {"values": 2}}, {"says": {f"{kind}.{field}": ["x", True]}}) for field in names
    ]
    taken += [checked({"series": {"values": 2}}, {"recorded": {kind: {field: ["x"]}}}) for field in names]
    assert any(taken)


def test_a_rule_of_any_field_of_the_case_is_refused_or_can_be_checked() -> None:
    names = [one.name for one in fields(CaseBody)]
    inner = [f"{name}.{part}" for name in names for part in ("name", "text", "codes", "birth_date")]
    assert any(checked({"together": {"minimum": {"it": [f"case.{name}"]}}}) for name in (*names, *inner))


@pytest.mark.parametrize("field", ["modality", "impression", "lesions", "absent"])
def test_only_a_date_can_age_evidence(field: str) -> None:
    need = {"one": {"kind": "imaging_study", "aged_by": [field], "minimum": {"it": ["impression"]}}}
    assert not checked(need)
