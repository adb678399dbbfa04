"""What makes a record sound, beyond the shapes of its fields."""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, get_args

from msgspec.structs import fields

from app.errors import FieldError
from app.records.domain.base import Coding, DateText, Record
from app.records.domain.course import Admission, Medication, PerformanceStatus, Treatment
from app.records.domain.disease import Biomarker, MrdResult, PathologyReport
from app.records.domain.findings import LabResult, MarkerResult, Measured
from app.records.domain.kinds import KINDS, AnyRecord
from app.records.domain.part import Part
from app.records.domain.statements import Decision
from app.values.codes import CodeProblem, check_code, check_marker_code
from app.values.coding import find_system
from app.values.dates import DateTextError, PartialDate, certainly_before

COMMON: frozenset[str] = frozenset(Record.__struct_fields__)

SUBJECT: Mapping[str, tuple[str, ...]] = {
    "biomarker": ("name", "gene", "method", "panel", "genes_tested", "laboratory"),
    "marker_result": ("marker", "laboratory"),
    "lab_result": ("test", "laboratory"),
    "treatment": ("category", "regimen", "drugs", "procedure", "setting", "site"),
    "performance_status": ("scale", "assessor"),
    "disease_status": ("axis", "words"),
    "symptom": ("symptom", "words"),
    "mrd_result": ("method", "timepoint", "specimen"),
    "imaging_study": ("modality", "regions"),
    "diagnosis": ("tumour",),
}
"""Fields that say what a record is about: they may stand beside `stated`; every other one would contradict it."""

ESSENTIAL: Mapping[str, tuple[str, ...]] = {
    "diagnosis": ("site", "histology", "site_code", "histology_code", "codes"),
    "stage": ("group", "t", "n", "m", "extent"),
    "pathology_report": (
        "histology", "conclusion", "ihc", "ancillary", "margins", "residual", "specimen", "grade", "pt", "pn",
        "procedure",
    ),
    "biomarker": ("result", "interpretation", "value", "hgvs_c", "hgvs_p", "vaf_percent"),
    "imaging_study": ("modality", "regions", "impression", "study_uid", "lesions"),
    "marker_result": ("value", "value_text"),
    "lab_result": ("value", "value_text"),
    "treatment": ("regimen", "drugs", "procedure", "site", "technique", "dose_gy", "codes"),
    "medication": ("name", "codes"),
    "symptom": ("symptom", "words", "temperature_c"),
    "performance_status": ("score",),
    "admission": ("facility", "started", "ended", "reason", "emergency", "icu"),
    "opinion": ("statement", "status_words", "plan", "prescription", "question", "aim"),
    "disease_status": ("value", "words"),
    "mrd_result": ("result", "value_percent", "blasts_percent"),
    "follow_up_plan": ("tests", "symptoms_to_report", "triggers", "coordinator", "late_effect_checks"),
    "comorbidity": ("condition", "codes"),
    "allergy": ("substance", "codes"),
    "planning": (
        "consent", "goals", "review_language", "translation", "travel_planned", "destination_country",
        "destination_hospital", "fitness_to_travel", "arrangements",
    ),
}  # fmt: skip
"""Fields of which a record states at least one, or says in `absent` or `stated` why not."""

NEVER_STATED: frozenset[str] = frozenset({"main_question", "decision"})

CHOICES: Mapping[str, frozenset[str]] = {
    "waiver": frozenset({"waived", "withdrawn"}),
    "conflict": frozenset({"first_holds", "second_holds", "both_stand", "same_patient", "withdrawn"}),
}

SCORES: Mapping[str, tuple[range, str]] = {
    "ECOG": (range(6), "Send a whole number from 0 to 5."),
    "Karnofsky": (range(0, 101, 10), "Send 0 to 100, by tens."),
    "Lansky": (range(0, 101, 10), "Send 0 to 100, by tens."),
}
"""Source: clinical.md section 2, performance status."""


def check_record(record: AnyRecord) -> list[FieldError]:
    """Return everything that is unsound in a record; empty when it can be stored."""
    return [error for check in _CHECKS for error in check(record)]


def flags_of(record: AnyRecord) -> list[FieldError]:
    """Return what a person should look at in a record that can be stored all the same."""
    return [
        FieldError(pointer, problem.detail, problem.fix)
        for pointer, problem in _code_problems(record)
        if problem.severity == "flag"
    ]


def _date_fields(kind: type[AnyRecord]) -> tuple[str, ...]:
    wanted = get_args(DateText | None)[0]
    return tuple(
        field.name
        for field in fields(kind)
        if wanted in get_args(field.type) or any(wanted in get_args(part) for part in get_args(field.type))
    )


_DATE_FIELDS = {name: _date_fields(kind) for name, kind in KINDS.items()}


def _check_dates(record: AnyRecord) -> Iterator[FieldError]:
    for name in _DATE_FIELDS[record.kind]:
        value = getattr(record, name)
        if value is None:
            continue
        several = isinstance(value, tuple)
        for index, text in enumerate(value if several else (value,)):
            try:
                PartialDate.parse(text)
            except DateTextError as error:
                yield FieldError(f"/{name}/{index}" if several else f"/{name}", error.detail, error.fix)


def _codings(value: object, pointer: str) -> Iterator[tuple[str, Coding]]:
    if isinstance(value, Coding):
        yield pointer, value
    elif isinstance(value, tuple):
        for index, part in enumerate(value):
            yield from _codings(part, f"{pointer}/{index}")
    elif isinstance(value, Part):
        for name in value.__struct_fields__:
            yield from _codings(getattr(value, name), f"{pointer}/{name}")


_CODED_FIELDS = {
    name: tuple(
        field.name
        for field in fields(kind)
        if any(mark in str(field.type) for mark in ("Coding", "Drug", "Stain"))
    )
    for name, kind in KINDS.items()
}
"""The fields of a kind that may hold codes, so that plain text is not searched for them."""


# A batch repeats a few codes thousands of times.
_problems_of = lru_cache(maxsize=4_096)(check_code)
_problems_of_test = lru_cache(maxsize=4_096)(check_marker_code)


def _code_problems(record: AnyRecord) -> Iterator[tuple[str, CodeProblem]]:
    for name in _CODED_FIELDS[record.kind]:
        value = getattr(record, name)
        if not value:
            continue
        for pointer, coding in _codings(value, f"/{name}"):
            for problem in _problems_of(coding.system, coding.code, coding.display):
                yield f"{pointer}/code", problem
            system = find_system(coding.system)
            if (
                system is not None
                and system.name == "loinc"
                and isinstance(record, MarkerResult | LabResult | Biomarker)
            ):
                for problem in _problems_of_test(_subject(record), coding.code):
                    yield f"{pointer}/code", problem


def _subject(record: MarkerResult | LabResult | Biomarker) -> str:
    match record:
        case MarkerResult():
            return record.marker
        case LabResult():
            return record.test
        case Biomarker():
            return record.name


def _check_codes(record: AnyRecord) -> Iterator[FieldError]:
    seen: set[tuple[str, str]] = set()
    for pointer, problem in _code_problems(record):
        if problem.severity == "refuse" and (pointer, problem.detail) not in seen:
            seen.add((pointer, problem.detail))
            yield FieldError(pointer, problem.detail, problem.fix)


def _check_absences(record: AnyRecord) -> Iterator[FieldError]:
    kind_fields = frozenset(record.__struct_fields__) - COMMON - {"kind"}
    for name in record.absent:
        if name not in kind_fields and name != "date":
            yield FieldError(
                f"/absent/{name}", "This kind of record has no such field.", "Name a field of the record."
            )
        elif getattr(record, name) not in (None, ()):
            yield FieldError(
                f"/absent/{name}", "The field has a value and is said to be absent.", "Keep one of the two."
            )
    if record.stated is None:
        return
    if record.kind in NEVER_STATED:
        yield FieldError("/stated", "This kind of record always says something.", "Leave `stated` out.")
    beside = SUBJECT.get(record.kind, ())
    for field in fields(record):
        name = field.name
        if name in kind_fields and name not in beside and getattr(record, name) != field.default:
            yield FieldError(
                f"/{name}",
                "The record as a whole is stated to be none, unknown or not done, and this field says something.",
                "Leave this field out, or leave `stated` out and use `absent` for single fields.",
            )


def _check_substance(record: AnyRecord) -> Iterator[FieldError]:
    names = ESSENTIAL.get(record.kind, ())
    if record.stated is not None or not names:
        return
    if all(getattr(record, name) in (None, ()) and name not in record.absent for name in names):
        listed = ", ".join(f"`{name}`" for name in names)
        yield FieldError(
            f"/{names[0]}",
            "The record says nothing yet.",
            f"State at least one of {listed}; or say in `stated` that there is none, that it is unknown or not done.",
        )


def _check_periods(record: AnyRecord) -> Iterator[FieldError]:
    if (
        not isinstance(record, Treatment | Medication | Admission)
        or record.started is None
        or record.ended is None
    ):
        return
    try:
        backwards = certainly_before(PartialDate.parse(record.ended), PartialDate.parse(record.started))
    except DateTextError:
        return
    if backwards:
        yield FieldError("/ended", "It ends before it starts.", "Check both dates.")


def _check_numbers(record: AnyRecord) -> Iterator[FieldError]:
    match record:
        case PerformanceStatus(score=int(score)):
            allowed, fix = SCORES[record.scale]
            if score not in allowed:
                yield FieldError("/score", f"The {record.scale} scale has no such score.", fix)
        case PathologyReport(nodes_examined=int(examined), nodes_positive=int(positive)) if (
            positive > examined
        ):
            yield FieldError(
                "/nodes_positive", "More nodes are involved than were examined.", "Check both numbers."
            )
        case Measured(reference_low=low, reference_high=high) if (
            low is not None and high is not None and low > high
        ):
            yield FieldError(
                "/reference_low", "The reference range ends before it begins.", "Check both ends."
            )
        case _:
            pass
    if isinstance(record, Measured | Biomarker) and record.comparator and record.value is None:
        yield FieldError(
            "/comparator", "A comparator without a value says nothing.", "Add `value`, or leave it out."
        )
    if isinstance(record, MrdResult) and record.comparator and record.value_percent is None:
        yield FieldError(
            "/comparator",
            "A comparator without a value says nothing.",
            "Add `value_percent`, or leave it out.",
        )


def _check_decisions(record: AnyRecord) -> Iterator[FieldError]:
    if isinstance(record, Decision) and record.choice not in CHOICES[record.topic]:
        allowed = ", ".join(sorted(CHOICES[record.topic]))
        yield FieldError(
            "/choice", f"This choice does not belong to a {record.topic}.", f"Use one of {allowed}."
        )


_CHECKS: tuple[Callable[[Any], Iterator[FieldError]], ...] = (
    _check_dates,
    _check_codes,
    _check_absences,
    _check_substance,
    _check_periods,
    _check_numbers,
    _check_decisions,
)
