"""The rule language: every member both ways, and undecided where it can be."""

from datetime import timedelta
from typing import Any

import pytest

from app.cases.domain import Cancer, Patient
from app.completeness.checklists.conditions import read_condition, read_test
from app.completeness.checklists.located import read_located
from app.completeness.checklists.needs import read_need
from app.completeness.domain.conditions import holds
from app.completeness.domain.facts import Facts
from app.completeness.domain.library import load_checklists
from app.completeness.domain.meet import meet
from app.completeness.domain.record_tests import compiled
from app.documents.domain.document import DocumentFacts
from app.records.domain.kinds import KINDS
from tests.builders import A_DAY, a_case, a_case_file, a_document, a_record
from tests.unit.completeness.checking import AML, a_case_with, a_plan, a_regimen


def truth(condition: str, *contents: Any, group: str | None = None, **case: Any) -> bool | None:
    """Read a condition as it stands in a file, and ask it of a case."""
    case_file = a_case_file(*contents, case=a_case_with(group, **case))
    return holds(
        read_condition(read_located(condition, "test")),
        Facts(case_file, load_checklists()["response"], A_DAY),
    )


SURGERY = {"category": "surgery"}


@pytest.mark.parametrize(
    ("condition", "contents", "expected"),
    [
        ("recorded: symptom", (a_record("symptom"),), True),
        ("recorded: symptom", (), False),
        ("recorded: symptom", (a_record("symptom", stated="none"),), False),
        ("recorded: {treatment: {category: surgery}}", (a_record("treatment", category="systemic"),), False),
        ("paper: [icu_note]", (a_document(kind="icu_note"),), True),
        ("paper: [icu_note]", (a_document(kind="icu_note", facts=DocumentFacts(readable=False)),), True),
        ("paper: [icu_note]", (a_document(kind="other"),), False),
        ("stated_none: admission", (a_record("admission", stated="none"),), True),
        ("stated_none: admission", (a_record("admission", stated="unknown"),), False),
        ("stated_none: admission", (), False),
        ("known: admission", (a_record("admission"),), True),
        ("known: admission", (a_record("admission", stated="not_done"),), False),
        ("known: admission", (a_record("admission", stated="unknown"),), None),
        ("known: admission", (), None),
        (
            "known: {treatment: {category: surgery}}",
            (a_record("treatment", category="other", stated="none"),),
            None,
        ),
        ("says: {planning.travel_planned: true}", (a_record("planning", travel_planned=True),), True),
        ("says: {planning.travel_planned: true}", (a_record("planning", travel_planned=False),), False),
        ("says: {planning.travel_planned: true}", (a_record("planning"),), None),
        ("advanced: true", (a_record("diagnosis", metastatic=True),), True),
        ("advanced: true", (a_record("diagnosis", metastatic=False),), False),
        ("advanced: true", (), None),
        ("treatment_over: {days: 30}", (a_regimen(ended="2026-02-18"),), True),
        ("treatment_over: {days: 30}", (a_regimen(ended="2026-02-19"),), False),
        ("treatment_over: {days: 30}", (a_regimen(ended="2026-02"),), None),
        ("treatment_over: {days: 30}", (a_regimen(ended=None, ongoing=True),), False),
        ("treatment_over: {days: 30}", (a_regimen(ended=None),), None),
        ("treatment_over: {days: 30}", (), None),
        ("treatment_over: {days: 30, where: {category: radiation}}", (a_regimen(),), None),
    ],
)
def test_conditions_of_records(condition: str, contents: Any, expected: object) -> None:
    assert truth(condition, *contents) is expected


@pytest.mark.parametrize(
    ("patient", "expected"),
    [
        (Patient(), None),
        (Patient(vital_status="unknown"), None),
        (Patient(vital_status="alive"), False),
        (Patient(vital_status="dead"), True),
        (Patient(deceased=A_DAY.isoformat()), True),
        (Patient(deceased=(A_DAY + timedelta(days=1)).isoformat()), False),
        (Patient(deceased=f"{A_DAY.year}"), True),
        (Patient(deceased="../2030"), True),
    ],
)
def test_a_death_counts_from_its_first_possible_day(patient: Patient, expected: object) -> None:
    assert truth("died: true", patient=patient) is expected


@pytest.mark.parametrize(
    ("condition", "group", "expected"),
    [
        ("disease: leukaemia", AML, True),
        ("disease: [breast, leukaemia]", "breast", True),
        ("disease: leukaemia", "breast", False),
        ("disease: leukaemia", None, None),
        ("disease_has: markers", "ovary", True),
        ("disease_has: markers", "kidney", False),
        ("disease_has: molecular", "nsclc", True),
        ("disease_has: molecular", "prostate", False),
        ("disease_has: molecular", None, None),
    ],
)
def test_conditions_of_the_disease(condition: str, group: str | None, expected: object) -> None:
    assert truth(condition, group=group) is expected


@pytest.mark.parametrize(
    ("born", "found_on", "expected"),
    [
        ("2008-01-11", "2026-01-10", True),
        ("2008-01-10", "2026-01-10", False),
        ("2008", "2026-01-10", None),
        ("2007", "2026-01-10", False),
        ("2008", None, None),
        ("2009", None, True),
        (None, "2026-01-10", None),
    ],
)
def test_who_was_younger_is_decided_by_the_birthdays_that_are_known(
    born: str | None, found_on: str | None, expected: object
) -> None:
    diagnosis = () if found_on is None else (a_record("diagnosis", site="lung", date=found_on),)
    patient = Patient(birth_date=born)
    assert truth("younger_at_diagnosis: 18", *diagnosis, patient=patient) is expected


def test_of_two_cancers_a_condition_is_decided_where_both_agree() -> None:
    prostate = a_record("diagnosis", site="prostate", histology="adenocarcinoma")
    lung = a_record("diagnosis", site="lung", histology="small cell carcinoma")
    unknown = a_record("diagnosis", site="somewhere")

    def of(condition: str, *cancers: Any) -> bool | None:
        facts = Facts(
            a_case_file(*cancers, case=a_case(cancer=Cancer())), load_checklists()["response"], A_DAY
        )
        return holds(read_condition(read_located(condition, "test")), facts)

    assert of("disease: leukaemia", prostate, lung) is False
    assert of("disease: [prostate, sclc]", prostate, lung) is True
    assert of("disease: prostate", prostate, lung) is None
    assert of("disease: leukaemia", unknown) is None


def test_a_condition_is_decided_where_all_diseases_that_are_left_agree() -> None:
    facts = Facts(a_case_file(case=a_case()), load_checklists()["response"], A_DAY)

    def of(condition: str) -> bool | None:
        return holds(read_condition(read_located(condition, "test")), facts)

    assert (of("disease: leukaemia"), of("disease: [nsclc, sclc]"), of("disease: nsclc")) == (
        False,
        True,
        None,
    )


UNDECIDED, TRUE, FALSE = "{advanced: true}", "{not: {recorded: stage}}", "{recorded: stage}"


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (f"not: {UNDECIDED}", None),
        (f"not: {TRUE}", False),
        (f"all: [{TRUE}, {UNDECIDED}]", None),
        (f"all: [{FALSE}, {UNDECIDED}]", False),
        (f"all: [{TRUE}, {TRUE}]", True),
        (f"any: [{TRUE}, {UNDECIDED}]", True),
        (f"any: [{FALSE}, {UNDECIDED}]", None),
        (f"any: [{FALSE}, {FALSE}]", False),
        ("{recorded: stage, advanced: true}", False),
    ],
)
def test_undecided_stays_undecided_where_it_matters(condition: str, expected: object) -> None:
    assert truth(condition) is expected


def test_a_field_may_be_given_by_a_condition_of_the_case() -> None:
    need = read_need(
        read_located(
            "{together: {minimum: {a: [symptom.trend], b: {any: [symptom.note], given: {recorded: stage}}}}}",
            "test",
        )
    )
    symptom = a_record("symptom", trend="stable")

    def lacking(*contents: Any) -> tuple[str, ...]:
        best = meet(
            need, None, Facts(a_case_file(*contents), load_checklists()["response"], A_DAY), None
        ).best
        assert best is not None
        return best.lacking

    assert lacking(symptom) == ("b",)
    assert lacking(symptom, a_record("stage")) == ()


def test_a_field_that_is_worth_noting_may_be_stated_by_the_case_itself() -> None:
    need = read_need(
        read_located(
            "{together: {minimum: {trend: [symptom.trend]}, noted: {question: [case.question]}}}", "test"
        )
    )

    def noted(**case: Any) -> tuple[str, ...]:
        case_file = a_case_file(a_record("symptom", trend="stable"), case=a_case(**case))
        best = meet(need, None, Facts(case_file, load_checklists()["response"], A_DAY), None).best
        assert best is not None
        return best.noted

    assert noted() == ("question",)
    assert noted(question="What now?") == ()


@pytest.mark.parametrize(
    ("asked", "contents", "lacking"),
    [
        ("when: {recorded: stage}", (), ()),
        ("when: {recorded: stage}", (a_record("stage"),), ("trend",)),
        ("when: {advanced: true}", (), ()),
        ("unless: {recorded: stage}", (), ("trend",)),
        ("unless: {recorded: stage}", (a_record("stage"),), ()),
        ("unless: {advanced: true}", (), ("trend",)),
        ("of: {symptom: cough}", (), ("trend",)),
        ("of: {symptom: pain}", (), ()),
    ],
)
def test_a_field_of_a_record_is_asked_only_in_the_cases_that_its_condition_names(
    asked: str, contents: Any, lacking: tuple[str, ...]
) -> None:
    need = read_need(
        read_located(
            f"{{one: {{kind: symptom, minimum: "
            f"{{symptom: [symptom], trend: {{any: [trend], {asked}}}, note: [note]}}}}}}",
            "test",
        )
    )
    facts = Facts(
        a_case_file(a_record("symptom", symptom="cough"), *contents), load_checklists()["response"], A_DAY
    )
    best = meet(need, None, facts, None).best
    assert best is not None
    assert best.lacking == (*lacking, "note")


@pytest.mark.parametrize(
    ("test", "kind", "fields", "expected"),
    [
        ("{site: {stated: true}}", "diagnosis", {"site": "lung"}, True),
        ("{site: {stated: true}}", "diagnosis", {}, False),
        ("{site: {stated: false}}", "diagnosis", {}, True),
        ("{metastatic: true}", "diagnosis", {"metastatic": True}, True),
        ("{metastatic: true}", "diagnosis", {}, False),
        ("{category: [surgery, procedure]}", "treatment", {"category": "procedure"}, True),
        ("{category: {not: [surgery]}}", "treatment", {"category": "surgery"}, False),
        ("{asserted_by: {not: [patient_caregiver]}}", "opinion", {}, True),
        (
            "{method: {words: [immunohisto]}}",
            "biomarker",
            {"name": "ER", "method": "Immunohistochemistry (4B5)"},
            True,
        ),
        ("{method: {words: [immunohisto]}}", "biomarker", {"name": "ER", "method": "NGS"}, False),
        ("{specimen: {words: [marrow]}}", "pathology_report", {"specimen": "Bone-marrow trephine"}, True),
        (
            "{evidence: pathology}",
            "disease_status",
            {"axis": "return", "evidence": ("imaging", "pathology")},
            True,
        ),
        ("{evidence: pathology}", "disease_status", {"axis": "return", "evidence": ("imaging",)}, False),
        ("{tests.interval: {stated: true}}", "follow_up_plan", {"tests": a_plan().tests}, True),
        ("{tests.interval: {stated: true}}", "follow_up_plan", {}, False),
        ("{tests.interval: 3 months}", "follow_up_plan", {"tests": a_plan().tests}, True),
        ("{tests.interval: 6 months}", "follow_up_plan", {"tests": a_plan().tests}, False),
        ("{any: [{site: lung}, {site: liver}]}", "diagnosis", {"site": "liver"}, True),
        ("{all: [{site: lung}, {metastatic: true}]}", "diagnosis", {"site": "lung"}, False),
        ("{not: {site: lung}}", "diagnosis", {"site": "lung"}, False),
    ],
)
def test_tests_of_one_record(test: str, kind: str, fields: Any, expected: object) -> None:
    run = compiled(read_test(read_located(test, "test"), KINDS[kind]))
    assert run(a_record(kind, **fields)) is expected
