import pytest

from app.cases.domain import CaseBody, Patient, VitalStatus
from app.imports.domain.identity import completed
from app.imports.domain.reading import ReadPatient


@pytest.mark.parametrize(
    ("known", "new", "expected"),
    [
        (None, None, None),
        (None, "unknown", "unknown"),
        ("unknown", "alive", "alive"),
        ("alive", "unknown", "alive"),
        ("alive", "dead", "dead"),
        ("dead", "alive", "dead"),
        ("dead", None, "dead"),
    ],
)
def test_a_death_that_is_learnt_outlasts_an_earlier_word(
    known: VitalStatus | None, new: VitalStatus | None, expected: VitalStatus | None
) -> None:
    found = ReadPatient(key="1", place="", patient=Patient(vital_status=new))

    assert completed(CaseBody(patient=Patient(vital_status=known)), found).patient.vital_status == expected


def test_a_learnt_date_of_death_never_stands_beside_the_word_that_the_patient_lives() -> None:
    found = ReadPatient(key="1", place="", patient=Patient(deceased="2024-05-01"))

    silent, alive = (
        completed(CaseBody(patient=Patient(vital_status=known)), found).patient for known in (None, "alive")
    )

    assert (silent.deceased, silent.vital_status) == ("2024-05-01", None)
    assert (alive.deceased, alive.vital_status) == ("2024-05-01", "dead")
