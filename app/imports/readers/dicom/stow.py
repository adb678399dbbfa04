"""Storing over the web (STOW-RS): what an instance is before it is stored, and the answer that the standard asks for.

Source: DICOM PS3.18 2024e, 10.5 (Store transaction), I.1 and I.2 (response module, reasons), F.2 (JSON model).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

CANNOT_UNDERSTAND: Final = 0xC000
DOES_NOT_MATCH: Final = 0xA900
NOT_PROCESSED: Final = 0x0110
"""Failure reasons: cannot understand; the data set does not match; processing failure."""

OK: Final = 200
SOME_STORED: Final = 202
NONE_STORED: Final = 409


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """One instance of a request, as it says of itself."""

    sop_class: str | None = None
    sop_instance: str | None = None
    study: str | None = None
    failure: int | None = None
    """Why it is not stored; None where nothing is wrong with it."""


def status_of(instances: Iterable[Instance]) -> int:
    """Return the HTTP status for what became of the instances, at least one."""
    failed = {one.failure is not None for one in instances}
    if failed == {False}:
        return OK
    return NONE_STORED if failed == {True} else SOME_STORED


def answer_of(instances: Iterable[Instance]) -> Mapping[str, Any]:
    """Return the response module as application/dicom+json. No retrieve URL is named: nothing is served back."""
    stored: list[dict[str, Any]] = []
    failed: list[dict[str, Any]] = []
    others: list[dict[str, Any]] = []
    for one in instances:
        if one.failure is None:
            stored.append(_reference(one))
        elif one.sop_class is None or one.sop_instance is None:
            others.append(_reason(one.failure))
        else:
            failed.append({**_reference(one), **_reason(one.failure)})
    sequences = {"0008119A": others, "00081198": failed, "00081199": stored}
    return {tag: {"vr": "SQ", "Value": items} for tag, items in sequences.items() if items}


def _reference(one: Instance) -> dict[str, Any]:
    return {
        "00081150": {"vr": "UI", "Value": [one.sop_class]},
        "00081155": {"vr": "UI", "Value": [one.sop_instance]},
    }


def _reason(reason: int) -> dict[str, Any]:
    return {"00081197": {"vr": "US", "Value": [reason]}}
