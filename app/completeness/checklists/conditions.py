"""Conditions and tests of records, read from a checklist file."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Final, get_args, get_origin, get_type_hints

from app.casefile.domain.disease import FAMILIES, groups_of
from app.casefile.domain.disease_table import GROUPS
from app.completeness.checklists.located import Located
from app.completeness.domain.record_tests import (
    AllOf,
    AnyOf,
    FieldHasWord,
    FieldIs,
    FieldStated,
    Not,
    RecordTest,
)
from app.completeness.domain.rules import (
    Advanced,
    Condition,
    Died,
    DiseaseHas,
    DiseaseIn,
    HasDocument,
    HasRecord,
    HasValue,
    Known,
    RecordKind,
    Says,
    StatedNone,
    TreatmentOver,
    YoungerAtDiagnosis,
)
from app.documents.domain.document import DocumentKind
from app.records.domain.base import DateText
from app.records.domain.course import Treatment
from app.records.domain.kinds import KINDS
from app.records.domain.part import Part
from app.values.catalogue import LABS, MARKERS

DOCUMENT_KINDS: Final[frozenset[str]] = frozenset(get_args(DocumentKind))


def read_kind(at: Located) -> RecordKind:
    """Read the name of a record kind."""
    kind: RecordKind = at.one_of(KINDS)
    return kind


def read_document_kinds(at: Located) -> frozenset[str]:
    """Read names of document kinds."""
    for item in at.items():
        item.one_of(dict.fromkeys(DOCUMENT_KINDS))
    return frozenset(at.texts())


def check_field(field: str, kind: type, at: Located) -> str:
    """Check that a kind has a field, `tests.interval` being a part of one; return it."""
    outer, _, inner = field.partition(".")
    if outer not in _names(kind) or outer in _NO_VALUES:
        raise at.fail(f"there is no such field: {outer}")
    if inner:
        parts = _parts_of(kind, outer)
        if inner not in parts:
            raise at.fail(f"{outer} has no such part: {inner}")
    return field


_NO_VALUES: Final = frozenset({"absent", "stated", "kind", "sources"})
"""Fields of a record that say how it says something, and not what; rules have their own words for them."""


def check_date_field(field: str, kind: type, at: Located) -> str:
    """Check that a field of a kind holds a date, or several; return it."""
    check_field(field, kind, at)
    if "." in field or DateText not in _flat(get_type_hints(kind, include_extras=True)[field]):
        raise at.fail(f"this is no date: {field}")
    return field


def _flat(hint: Any) -> Iterator[Any]:  # noqa: ANN401 (any type hint)
    """Go through a type hint and what it is made of; a date is looked at as a whole."""
    yield hint
    if hint != DateText:
        for inner in get_args(hint):
            yield from _flat(inner)


def _parts_of(kind: type, field: str) -> frozenset[str]:
    """Return the names of the parts of a field that holds a list of values of its own."""
    listed = [hint for hint in _flat(get_type_hints(kind)[field]) if get_origin(hint) is tuple]
    return frozenset(
        name
        for hint in listed
        for inner in get_args(hint)
        if isinstance(inner, type)
        for name in _names(inner)
    )


def _names(kind: type) -> tuple[str, ...]:
    """Return the names of the fields of a record, of a part of one, or of the case."""
    if issubclass(kind, Part):
        return kind.__struct_fields__
    return tuple(one.name for one in fields(kind)) if is_dataclass(kind) else ()


# --- tests of one record -----------------------------------------------------------------------------------------


def read_test(at: Located, kind: type) -> RecordTest:
    """Read a test of a record: each key is a field, `any`, `all` or `not`; several keys must all hold."""
    tests = [_read_one_test(key, value, kind) for key, value in at.mapping().items()]
    if not tests:
        raise at.fail("write at least one field")
    return tests[0] if len(tests) == 1 else AllOf(tuple(tests))


def _read_one_test(key: str, at: Located, kind: type) -> RecordTest:
    match key:
        case "any":
            return AnyOf(tuple(read_test(item, kind) for item in at.items()))
        case "all":
            return AllOf(tuple(read_test(item, kind) for item in at.items()))
        case "not":
            return Not(read_test(at, kind))
        case _:
            return _read_field_test(check_field(key, kind, at), at)


def _read_field_test(field: str, at: Located) -> RecordTest:
    if not isinstance(at.value, dict):
        return FieldIs(field, tuple(item.scalar() for item in at.items()))
    word, value = at.only()
    match word:
        case "stated":
            if value.scalar() is True:
                return FieldStated(field)
            return Not(FieldStated(field))
        case "not":
            return Not(FieldIs(field, tuple(item.scalar() for item in value.items())))
        case "words":
            return FieldHasWord(field, value.texts())
        case _:
            raise value.fail("write a value, a list of values, `stated`, `not` or `words`")


# --- conditions of the case -----------------------------------------------------------------------------------------


def read_condition(at: Located) -> Condition:
    """Read a condition: one key that says which, or `any`, `all`, `not`; several keys must all hold."""
    conditions = [_read_one_condition(key, value) for key, value in at.mapping().items()]
    if not conditions:
        raise at.fail("write at least one condition")
    return conditions[0] if len(conditions) == 1 else AllOf(tuple(conditions))


def _read_one_condition(key: str, at: Located) -> Condition:
    if key not in CONDITIONS:
        raise at.fail(f"write one of: {', '.join(sorted(CONDITIONS))}")
    return CONDITIONS[key](at)


def _read_disease(at: Located) -> Condition:
    groups: frozenset[str] = frozenset()
    for item in at.items():
        name = item.text()
        if name not in FAMILIES | GROUPS:
            raise item.fail("this is no disease group and no family of them")
        groups |= groups_of(name) if name in FAMILIES else {name}
    return DiseaseIn(groups)


def _read_kind_and_test(at: Located) -> tuple[RecordKind, RecordTest | None]:
    """Read `kind`, or `{kind: test}`."""
    if not isinstance(at.value, dict):
        return read_kind(at), None
    name, test = at.only()
    if name not in KINDS:
        raise test.fail("this is no record kind")
    return KINDS[name], read_test(test, KINDS[name])


def _read_says(at: Located) -> Condition:
    name, value = at.only()
    kind_name, _, field = name.partition(".")
    if kind_name not in KINDS:
        raise value.fail("write `kind.field: values`")
    kind = KINDS[kind_name]
    return Says(kind, check_field(field, kind, value), tuple(item.scalar() for item in value.items()))


def _read_measured(at: Located) -> Condition:
    for test in at.items():
        test.one_of({**LABS.by_key, **MARKERS.by_key})
    return HasValue(frozenset(at.texts()))


def _read_treatment_over(at: Located) -> Condition:
    parts = at.mapping(frozenset({"days", "where"}))
    if "days" not in parts:
        raise at.fail("write how many `days`")
    return TreatmentOver(
        parts["days"].number(), read_test(parts["where"], Treatment) if "where" in parts else None
    )


def _read_switch(condition: Condition) -> Callable[[Located], Condition]:
    """Make what reads a condition that has nothing to say but whether it holds."""

    def read(at: Located) -> Condition:
        if at.value is not True:
            raise at.fail("write true; put it under `not` for its opposite")
        return condition

    return read


CONDITIONS: Final[Mapping[str, Callable[[Located], Condition]]] = {
    "disease": _read_disease,
    "disease_has": lambda at: DiseaseHas(at.one_of({"markers": "markers", "molecular": "molecular"})),
    "advanced": _read_switch(Advanced()),
    "died": _read_switch(Died()),
    "recorded": lambda at: HasRecord(*_read_kind_and_test(at)),
    "paper": lambda at: HasDocument(read_document_kinds(at)),
    "measured": _read_measured,
    "stated_none": lambda at: StatedNone(*_read_kind_and_test(at)),
    "known": lambda at: Known(*_read_kind_and_test(at)),
    "says": _read_says,
    "younger_at_diagnosis": lambda at: YoungerAtDiagnosis(at.number()),
    "treatment_over": _read_treatment_over,
    "all": lambda at: AllOf(tuple(read_condition(item) for item in at.items())),
    "any": lambda at: AnyOf(tuple(read_condition(item) for item in at.items())),
    "not": lambda at: Not(read_condition(at)),
}


def maybe(parts: Mapping[str, Located], key: str, read: Callable[[Located], Any]) -> Any:  # noqa: ANN401 (what `read` gives)
    """Read a key where it is there."""
    return read(parts[key]) if key in parts else None
