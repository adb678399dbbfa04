"""Treatments, medicines and the other kinds of facts that a coordinator keeps in a sheet."""

from decimal import Decimal

import pytest

from app.imports.domain.reading import Options, UnreadablePayloadError
from app.imports.readers.tabular import read
from app.records.domain.base import Absence
from tests.unit.imports.tabular.tables import found_in, only_record, reading_of, records_of, unused_in


def test_a_row_for_each_treatment_is_read_with_what_was_said_to_be_none_or_unknown() -> None:
    first, second = records_of(
        reading_of(
            "Regimen,Start,End,Cycles,Line,Response,Side effects,Reason stopped\n"
            'FOLFOX,2025-01-13,ongoing,6,1st,PR,"neuropathy grade 2, nausea",\n'
            "carboplatin + paclitaxel,2024-06-05,2024-12-01,6,1,unknown,none,completed\n"
        )
    )
    assert (first.category, first.regimen, first.started, first.ongoing) == (
        "systemic",
        "FOLFOX",
        "2025-01-13",
        True,
    )
    assert (first.cycles_given, first.line, first.response_status) == (6, 1, "PR")
    assert [(effect.what, effect.grade) for effect in first.side_effects] == [
        ("neuropathy", 2),
        ("nausea", None),
    ]
    assert second.ended == "2024-12-01"
    assert second.absent == {"response": Absence.UNKNOWN, "side_effects": Absence.NONE}


def test_radiation_and_surgery_are_told_by_their_columns() -> None:
    radiation = only_record(
        "Type,Site,Start,Total dose Gy,Fractions\nRadiotherapy,breast,2024-05-01,50.4,28\n"
    )
    assert (radiation.category, radiation.dose_gy, radiation.fractions) == ("radiation", Decimal("50.4"), 28)
    surgery = only_record("Surgery,Date,Margins,Side\nLeft mastectomy,2024-04-01,clear,left\n")
    assert (surgery.category, surgery.procedure, surgery.margins) == ("surgery", "Left mastectomy", "clear")
    assert surgery.laterality == "left"


def test_a_medicine_against_the_cancer_is_a_treatment_and_any_other_a_medicine() -> None:
    ramipril, letrozole, none = records_of(
        reading_of(
            "Drug,Dose,Frequency,Start,Reason\nRamipril,5 mg,daily,2020,hypertension\n"
            "Letrozole,2.5 mg,daily,2024-03-01,breast cancer\nnone,,,,\n"
        )
    )
    assert (ramipril.kind, ramipril.dose, ramipril.started) == ("medication", "5 mg", "2020")
    assert (letrozole.kind, letrozole.category) == ("treatment", "systemic")
    assert (none.kind, none.stated) == ("medication", Absence.NONE)


DAYS = "Patient,Drug,Start,End\n1,carboplatin,2024-01-01,2024-01-01\n1,carboplatin,2024-01-22,2024-01-22\n"


def test_days_on_which_a_drug_was_given_are_one_course_with_its_days_and_no_end() -> None:
    reading = reading_of(DAYS)
    (item,) = found_in(reading)
    assert item.record.cycle_dates == ("2024-01-01", "2024-01-22")
    assert (item.record.started, item.record.ended) == ("2024-01-01", None)
    assert item.place == "rows 2, 3"
    longer = found_in(reading_of(DAYS + "1,carboplatin,2024-02-12,2024-02-12\n"))
    assert [one.key for one in longer] == [item.key]
    assert longer[0].record.cycle_dates[-1] == "2024-02-12"


def test_days_of_a_drug_more_than_half_a_year_apart_are_two_courses() -> None:
    reading = reading_of(DAYS + "1,carboplatin,2024-09-01,2024-09-01\n")
    assert [record.started for record in records_of(reading)] == ["2024-01-01", "2024-09-01"]


def test_days_of_two_patients_are_never_one_course() -> None:
    reading = reading_of(DAYS + "2,carboplatin,2024-02-12,2024-02-12\n")
    assert [item.patient for item in found_in(reading)] == ["patient_id 1", "patient_id 2"]


@pytest.mark.parametrize(
    ("text", "kind", "fields"),
    [
        (
            "Date,Scan,Region,Impression\n2026-03-05,CT,chest/abdomen,smaller\n",
            "imaging_study",
            {
                "modality": "CT",
                "regions": ("chest", "abdomen"),
                "impression": "smaller",
                "date": "2026-03-05",
            },
        ),
        (
            "Date,Symptom,Severity,Trend\n2026-03-05,Cough,mild,better\n",
            "symptom",
            {"symptom": "Cough", "severity": "mild", "trend": "improving"},
        ),
        ("Date,Symptom\n2026-03-05,none\n", "symptom", {"symptom": None, "stated": Absence.NONE}),
        ("Allergy,Reaction\nPenicillin,rash\n", "allergy", {"substance": "Penicillin", "reaction": "rash"}),
        ("Allergy,Reaction\nNKDA,\n", "allergy", {"substance": None, "stated": Absence.NONE}),
        ("Comorbidity,Since\nDiabetes,2010\n", "comorbidity", {"condition": "Diabetes", "since": "2010"}),
        ("Comorbidity,Since\nHypertension,\n", "comorbidity", {"condition": "Hypertension"}),
        ("Date,ECOG\n2026-03-05,1\n", "performance_status", {"scale": "ECOG", "score": 1}),
        (
            "Date,Scale,Score\n2026-03-05,Karnofsky,80\n",
            "performance_status",
            {"scale": "Karnofsky", "score": 80},
        ),
        (
            "Diagnosis,Date of diagnosis,Side,Grade\nBreast cancer,2024-03,left,G2\n",
            "diagnosis",
            {"site": "Breast", "date": "2024-03", "laterality": "left", "grade": "G2"},
        ),
        (
            "Stage,TNM,Date,Edition\nStage IIIA,cT2 N1 M0,2024-03-01,8\n",
            "stage",
            {"group": "IIIA", "t": "cT2", "n": "N1", "m": "M0", "timing": "clinical", "edition": "8"},
        ),
        (
            "Date,Disease status,Criteria,Role\n2026-03-10,partial response,RECIST 1.1,radiologist\n",
            "disease_status",
            {"axis": "response", "value": "PR", "words": "partial response", "evidence": ("imaging",)},
        ),
    ],
)
def test_each_kind_is_told_by_its_columns(text: str, kind: str, fields: dict[str, object]) -> None:
    record = only_record(text)
    assert record.kind == kind
    assert {name: getattr(record, name) for name in fields} == fields


def test_a_diagnosis_and_its_stage_may_share_a_row() -> None:
    diagnosis, stage = records_of(
        reading_of("Diagnosis,Date,Stage,TNM\nLung cancer,2025-11-18,IVA,cT2bN0M1b\n")
    )
    assert (diagnosis.kind, stage.kind) == ("diagnosis", "stage")
    assert (stage.group, stage.t, stage.n, stage.m) == ("IVA", "cT2b", "N0", "M1b")


def test_a_score_that_its_scale_does_not_have_is_rejected() -> None:
    assert unused_in(reading_of("Date,ECOG\n2026-03-05,7\n")) == [("rejected", "row 2")]


def test_the_kind_that_the_caller_names_decides() -> None:
    assert (
        only_record("Name,Since\nAspirin,2010\n", kind="allergy", mapping={"Name": "substance"}).kind
        == "allergy"
    )


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"kind": "opinion"}, "is not read from tables"),
        ({"kind": "nonsense"}, "does not exist"),
        ({"mapping": {"Nowhere": "date"}}, "names a column"),
        ({"mapping": {"Date": "dat"}}, "no column can hold"),
        ({"charset": "no-such-set"}, "no character set"),
    ],
)
def test_an_option_that_cannot_be_followed_is_refused_with_what_can(
    options: dict[str, str], said: str
) -> None:
    with pytest.raises(UnreadablePayloadError, match=said):
        read(b"Date,Test,Value\n2026-01-19,CEA,5\n", Options(**options))  # type: ignore[arg-type]  # options of texts


def test_a_table_that_nothing_tells_is_refused() -> None:
    with pytest.raises(UnreadablePayloadError, match="No table is recognised"):
        read(b"a,b,c\n1,2,3\n4,5,6\n", Options())


def test_what_stands_beside_a_table_is_answered_and_not_read() -> None:
    reading = reading_of(
        "Date,Test,Value\nHAEMATOLOGY,,\n2026-01-19,Hb,11\nDate,Test,Value\n2026-01-20,Hb,12\n* printed by LIS,,\n"
    )
    assert [record.value for record in records_of(reading)] == [11, 12]
    assert unused_in(reading) == [("skipped", "row 2"), ("skipped", "row 4"), ("skipped", "row 6")]


def test_a_row_that_ends_before_it_starts_is_rejected() -> None:
    assert unused_in(reading_of("Drug,Dose,Start,End\nRamipril,5 mg,2024-05-01,2020-04-01\n")) == [
        ("rejected", "row 2")
    ]
