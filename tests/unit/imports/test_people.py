"""Who stands behind a statement, by the specialty that senders give."""

import pytest

from app.imports.domain.people import role_of


@pytest.mark.parametrize(
    ("specialty", "role"),
    [
        ("Radiology, Diagnostic Radiology", "radiologist"),
        ("Radiation Oncology", "oncologist"),
        ("Surgical Oncology", "surgeon"),
        ("Hematology & Oncology", "oncologist"),
        ("Anatomic Pathology", "pathologist"),
        ("Tumor Board", "mdt"),
        ("Family Medicine", "other_clinician"),
        ("Patient", "patient_caregiver"),
        (None, "other_clinician"),
    ],
)
def test_a_specialty_says_who_stands_behind_a_statement(specialty: str | None, role: str) -> None:
    assert role_of(specialty) == role
