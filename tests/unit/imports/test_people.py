"""Who stands behind a statement, by the specialty that senders give."""

import pytest

from app.imports.domain.people import language_of, role_of


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


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("en-US", "en-US"),
        ("eng", "en"),
        ("DEU", "de"),
        ("fr_CA", "fr-CA"),
        ("gsw", "gsw"),
        ("ELL", "el"),
        ("english", None),
        ("en-bcdefghi-bcdefghi-bcdefghi-bcdefghi", None),
        ("", None),
        ("e n", None),
    ],
)
def test_a_language_is_written_as_its_standard_says(text: str, language: str | None) -> None:
    assert language_of(text) == language
