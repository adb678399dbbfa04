"""Which cautions are due in a case. What they say stands in `cautions.toml`."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from app.casefile.domain.disease import disease_group
from app.records.domain.findings import MarkerResult
from app.records.domain.statements import Planning
from app.summary.domain.cautions import CAUTIONS, Caution
from app.summary.domain.page import Page
from app.timeline.domain.drugs import CHECKPOINT_INHIBITORS, fold_drug

_EASED: Final = frozenset({"improving", "resolved"})
_NO_DISEASE_WORDS: Final = ("ned", "no evidence of disease")
_OWN_CRITERIA: Final = frozenset(
    {"glioma", "gist", "hodgkin_lymphoma", "liver", "myeloma", "other_lymphoma", "prostate"}
)
"""Diseases whose response is read by other criteria than RECIST 1.1. Source: clinical.md S27 and section 3."""


def due_cautions(page: Page) -> Iterator[Caution]:
    """Yield the standing cautions and those that something in the case calls for, in their fixed order."""
    for key, one in CAUTIONS.items():
        if one.always or _DUE[key](page):
            yield one


def _has(*kinds: str) -> Callable[[Page], bool]:
    return lambda page: any(page.of(kind) for kind in kinds)


def _says(kind: str, field: str, *values: Any) -> Callable[[Page], bool]:  # noqa: ANN401 (a field of any type)
    return lambda page: any(event.facts.get(field) in values for event in page.of(kind))


def _status(axis: str, *values: str) -> Callable[[Page], bool]:
    """Tell whether a status on that axis is recorded, with one of the values where some are given."""
    wanted = {value.casefold() for value in values}

    def due(page: Page) -> bool:
        return any(
            event.facts.get("axis") == axis
            and (not wanted or str(event.facts.get("value", "")).casefold() in wanted)
            for event in page.of("disease_status")
        )

    return due


def _response(*values: str) -> Callable[[Page], bool]:
    """Tell whether a response word is recorded anywhere."""
    status, report, given = (
        _status("response", *values),
        _says("imaging_study", "reported_status", *values),
        _says("treatment", "response_status", *values),
    )
    return lambda page: status(page) or report(page) or given(page)


def _any(*conditions: Callable[[Page], bool]) -> Callable[[Page], bool]:
    return lambda page: any(condition(page) for condition in conditions)


def _has_symptom(*trends: str) -> Callable[[Page], bool]:
    return _says("symptom", "trend", *trends)


def _is_translated(page: Page) -> bool:
    return any(
        document.body.kind == "translation" or document.body.translation_of
        for document in page.case_file.documents
    )


def _has_checkpoint_inhibitor(page: Page) -> bool:
    """Tell whether a checkpoint inhibitor is in the newest line of treatment."""
    current = page.views.lines.current
    return current is not None and any(fold_drug(drug) in CHECKPOINT_INHIBITORS for drug in current.drugs)


def imaging_caution(page: Page) -> str:
    """Return what goes with every reading of imaging here, that under immunotherapy a scan can mislead included."""
    due = ("imaging", "immunotherapy") if _has_checkpoint_inhibitor(page) else ("imaging",)
    return " ".join(CAUTIONS[key].text for key in due)


def _plans_travel(page: Page) -> bool:
    return any(
        entry.record.travel_planned or entry.record.destination_country or entry.record.destination_hospital
        for entry in page.case_file.of(Planning)
    )


_DUE: Final[Mapping[str, Callable[[Page], bool]]] = {
    "computed": lambda page: any(one.result is not None for one in page.views.computed),
    "markers": lambda page: page.has_result(MarkerResult),
    "imaging": _has("imaging_study"),
    "own_criteria": lambda page: disease_group(page.case_file) in _OWN_CRITERIA,
    "symptoms_better": _has_symptom(*_EASED),
    "symptoms_worse": _has_symptom("worsening"),
    "immunotherapy": _has_checkpoint_inhibitor,
    "no_evidence": _status("remission", *_NO_DISEASE_WORDS),
    "remission": _status("remission"),
    "residual_disease": _any(_has("mrd_result"), _status("mrd")),
    "return": _status("return"),
    "progression": _any(_status("progression"), _response("PD")),
    "stable": _response("SD"),
    "mixed": _response("mixed"),
    "biomarkers": _has("biomarker"),
    "translation": _is_translated,
    "travel": _plans_travel,
    "late_effects": lambda page: any(
        "late_effect_checks" in event.facts for event in page.of("follow_up_plan")
    ),
}
