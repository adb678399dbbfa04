"""Rules in words: what a test of a record, a condition of the case or a need asks, for people to read."""

from collections.abc import Iterable
from typing import assert_never

from app.completeness.domain.needs import Flag, Minimum, Way
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
from app.records.domain.kinds import KINDS

_NAMES = {kind: name.replace("_", " ") for name, kind in KINDS.items()}
_EVENTS = {
    "progression": "the newest progression or return",
    "treatment_change": "the last start of a treatment",
}


def words_of_kind(kind: RecordKind) -> str:
    """Name a record kind."""
    return _NAMES[kind]


def words_of_test(test: RecordTest) -> str:
    """Say what a test asks of a record."""
    match test:
        case FieldStated(field):
            return f"{_plain(field)} is stated"
        case FieldIs(field, values):
            return f"{_plain(field)} is {_choice(values)}"
        case FieldHasWord(field, words):
            return f"{_plain(field)} has a word that begins with {_choice(words)}"
        case AllOf(rules):
            return " and ".join(map(words_of_test, rules))
        case AnyOf(rules):
            return "one of these: " + "; ".join(map(words_of_test, rules))
        case Not(FieldStated(field)):
            return f"{_plain(field)} is not stated"
        case Not(FieldIs(field, values)):
            return f"{_plain(field)} is not {_choice(values)}"
        case Not(rule):
            return f"not ({words_of_test(rule)})"
        case _:
            assert_never(test)


def words_of_condition(condition: Condition) -> str:  # noqa: C901, PLR0912 (one line for each member of the closed set)
    """Say what a condition asks of the case; of `all`, `any` and `not` only which it is, their parts have their own."""
    match condition:
        case AllOf():
            return "all of these hold"
        case AnyOf():
            return "one of these holds at least"
        case Not():
            return "this does not hold"
        case DiseaseIn(groups):
            return f"the disease is {_choice(sorted(groups))}"
        case DiseaseHas("markers"):
            return "the disease has markers that follow it"
        case DiseaseHas():
            return "the disease has a list of molecular tests"
        case Advanced():
            return "the disease is advanced, metastatic or has returned"
        case YoungerAtDiagnosis(years):
            return f"the patient was younger than {years} when the first primary tumour was found"
        case Died():
            return "the patient is recorded as having died"
        case TreatmentOver(days, test):
            return f"the last treatment{_where(test)} ended {days} days ago or earlier"
        case HasRecord(kind, test):
            return f"{_a(kind)}{_where(test)} is recorded"
        case HasDocument(kinds):
            return f"a document of this kind is there: {_choice(sorted(kinds))}"
        case HasValue(tests):
            return f"a value is there of {_choice(sorted(tests))}"
        case StatedNone(kind, test):
            return f"it is stated that there is no {_NAMES[kind]}{_where(test)}"
        case Known(kind, test):
            return f"{_a(kind)}{_where(test)} is known"
        case Says(kind, field, values):
            return f"the newest {_NAMES[kind]} that states {_plain(field)} says {_choice(values)}"
        case _:
            assert_never(condition)


def words_of_way(way: Way) -> str:
    """Say where a field of a minimum may be stated."""
    owner = "" if way.kind is None else "of the case, " if way.kind == "case" else f"of {_a(way.kind)}, "
    limits = [
        *([f"being {_choice(way.values)}"] if way.values else []),
        *([f"not being {_choice(way.but_not)}"] if way.but_not else []),
        *([f"where {words_of_test(way.test)}"] if way.test else []),
    ]
    return ", ".join([f"{owner}{_plain(way.field)}", *limits])


def words_of_field(field: Minimum) -> tuple[str, ...]:
    """Say, way by way, how a field may be stated."""
    accepted = [f"stated as {absence.value.replace('_', ' ')}" for absence in sorted(field.accepts)]
    return (*map(words_of_way, field.ways), *accepted)


def words_of_event(flag: Flag) -> str:
    """Name the event that a flag compares with."""
    return _EVENTS[flag.before]


def _a(kind: RecordKind) -> str:
    name = _NAMES[kind]
    return f"an {name}" if name[0] in "aeiou" else f"a {name}"


def _where(test: RecordTest | None) -> str:
    return "" if test is None else f" whose {words_of_test(test)}"


def _plain(field: str) -> str:
    return field.replace("_", " ").replace(".", ", each one's ")


def _choice(values: Iterable[object]) -> str:
    texts = [str(value).lower() if isinstance(value, bool) else str(value) for value in values]
    return " or ".join(text.replace("_", " ") for text in texts)
