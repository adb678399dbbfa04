"""Records that the tests of the timeline are made of."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec

from app.records.domain.base import Coding
from app.records.domain.course import Drug
from app.records.domain.findings import Lesion
from app.records.domain.kinds import AnyRecord
from tests.builders import a_record


def a_marker(day: str | None, value: float | str | None, marker: str = "CEA", **fields: Any) -> AnyRecord:
    """Return a marker value of one laboratory, in ng/mL; `code` is a LOINC code sent with it."""
    code = fields.pop("code", None)
    return a_record(
        "marker_result",
        **{
            "date": day,
            "marker": marker,
            "value": None if value is None else Decimal(str(value)),
            "unit": "ng/mL",
            "laboratory": "Central laboratory",
            "codes": (Coding(system="loinc", code=code),) if code else (),
            **fields,
        },
    )


def a_ca125(day: str, value: float, **fields: Any) -> AnyRecord:
    """Return a CA-125 value with an upper limit of 35 U/mL."""
    return a_marker(
        day, value, **{"marker": "CA-125", "unit": "U/mL", "reference_high": Decimal(35), **fields}
    )


def a_lab(day: str, value: float, test: str = "Platelets", unit: str = "10*9/L", **fields: Any) -> AnyRecord:
    """Return a laboratory value of one laboratory."""
    return a_record(
        "lab_result",
        date=day,
        test=test,
        value=Decimal(str(value)),
        unit=unit,
        laboratory="Central laboratory",
        **fields,
    )


def a_treatment(day: str | None, *drugs: str, **fields: Any) -> AnyRecord:
    """Return a systemic treatment that starts on a day, or of another category."""
    return a_record(
        "treatment",
        **{
            "category": "systemic",
            "started": day,
            "drugs": tuple(Drug(name=name) for name in drugs),
            **fields,
        },
    )


def a_study(day: str | None, *lesions: Mapping[str, Any], **fields: Any) -> AnyRecord:
    """Return a CT study of the day with its lesions."""
    return a_record(
        "imaging_study",
        **{"modality": "CT", "date": day, **fields},
        lesions=tuple(msgspec.convert(lesion, Lesion) for lesion in lesions),
    )


def a_target(label: str, mm: float | None = None, **fields: Any) -> dict[str, Any]:
    """Return a target lesion as JSON."""
    return {"label": label, "role": "target", **({} if mm is None else {"longest_mm": mm}), **fields}


def a_status(day: str | None, axis: str, value: str | None = None, **fields: Any) -> AnyRecord:
    """Return an oncologist's statement on the state of the disease."""
    return a_record(
        "disease_status", **{"date": day, "axis": axis, "value": value, "asserted_by": "oncologist", **fields}
    )
