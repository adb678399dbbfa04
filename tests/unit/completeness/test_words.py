"""Rules as people read them: one sentence for each member of the rule language."""

import pytest

from app.completeness.checklists.conditions import read_condition, read_test
from app.completeness.checklists.located import read_located
from app.completeness.checklists.needs import read_need
from app.completeness.domain.explain import words_of_need
from app.completeness.domain.needs import Flag, Minimum, Selection, Way
from app.completeness.domain.words import words_of_condition, words_of_event, words_of_field, words_of_test
from app.records.domain.base import Absence
from app.records.domain.kinds import KINDS
from app.records.domain.statements import Planning


@pytest.mark.parametrize(
    ("test", "words"),
    [
        ("{resection: {stated: true}}", "resection is stated"),
        ("{resection: {stated: false}}", "resection is not stated"),
        ("{resection: true}", "resection is true"),
        ("{resection: {not: [true]}}", "resection is not true"),
        ("{specimen_date: '2026'}", "specimen date is 2026"),
        (
            "{specimen: {words: [marrow, bone_core]}}",
            "specimen has a word that begins with marrow or bone core",
        ),
        ("{all: [{specimen: core}, {resection: true}]}", "specimen is core and resection is true"),
        ("{any: [{specimen: core}, {resection: true}]}", "one of these: specimen is core; resection is true"),
        ("{not: {specimen: {words: [core]}}}", "not (specimen has a word that begins with core)"),
    ],
)
def test_a_test_of_a_record_is_told_in_words(test: str, words: str) -> None:
    assert words_of_test(read_test(read_located(test, "test"), KINDS["pathology_report"])) == words


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("all: [{advanced: true}]", "all of these hold"),
        ("any: [{advanced: true}]", "one of these holds at least"),
        ("not: {advanced: true}", "this does not hold"),
        ("disease: [sclc, nsclc]", "the disease is nsclc or sclc"),
        ("disease_has: markers", "the disease has markers that follow it"),
        ("disease_has: molecular", "the disease has a list of molecular tests"),
        ("advanced: true", "the disease is advanced, metastatic or has returned"),
        (
            "younger_at_diagnosis: 18",
            "the patient was younger than 18 when the first primary tumour was found",
        ),
        ("treatment_over: {days: 30}", "the last treatment ended 30 days ago or earlier"),
        (
            "treatment_over: {days: 30, where: {category: surgery}}",
            "the last treatment whose category is surgery ended 30 days ago or earlier",
        ),
        ("died: true", "the patient is recorded as having died"),
        ("recorded: stage", "a stage is recorded"),
        ("recorded: {admission: {icu: true}}", "an admission whose icu is true is recorded"),
        ("recorded: imaging_study", "an imaging study is recorded"),
        ("paper: [icu_note, emergency_note]", "a document of this kind is there: emergency note or icu note"),
        ("measured: [tsh, ldh]", "a value is there of ldh or tsh"),
        ("stated_none: admission", "it is stated that there is no admission"),
        (
            "stated_none: {treatment: {category: surgery}}",
            "it is stated that there is no treatment whose category is surgery",
        ),
        ("known: opinion", "an opinion is known"),
        (
            "says: {planning.travel_planned: true}",
            "the newest planning that states travel planned says true",
        ),
    ],
)
def test_a_condition_of_the_case_is_told_in_words(condition: str, words: str) -> None:
    assert words_of_condition(read_condition(read_located(condition, "test"))) == words


@pytest.mark.parametrize(
    ("need", "words"),
    [
        ("one: {kind: opinion, minimum: {plan: [plan]}}", "One opinion that states every field."),
        (
            "one: {kind: treatment, where: {category: surgery}, minimum: {date: [date]}}",
            "One treatment whose category is surgery that states every field.",
        ),
        (
            "newest: {kind: imaging_study, minimum: {impression: [impression]}}",
            "The newest imaging study, stating every field.",
        ),
        ("each: {kind: symptom, minimum: {trend: [trend]}}", "Every symptom, each stating its fields."),
        (
            "together: {minimum: {trend: [symptom.trend]}}",
            "Records of the case that state every field between them.",
        ),
        (
            "earlier: {kind: imaging_study, count: 1}",
            "At least 1 imaging study before the newest one, of a region not known to differ.",
        ),
        (
            "documents: {kinds: [insurance, consent]}",
            "At least 1 readable document of this kind: consent or insurance.",
        ),
        ("documents: {kinds: [identity], count: 2}", "At least 2 readable documents of this kind: identity."),
        (
            "files: {files: [imaging_file], reports: [imaging_report], within_days: 7, of: {kind: imaging_study}}",
            "A readable imaging file within 7 days of the newest imaging study.",
        ),
        (
            "panel: {blood: [haemoglobin, wbc], liver_values: [alt]}",
            "A dated value in each of these groups: blood (haemoglobin or wbc); liver values (alt).",
        ),
        (
            "series: {values: 2}",
            "At least 2 values of one marker on different days, with a unit, that can be compared.",
        ),
        (
            "test_results: {listed_only: [immunohisto], minimum: {result: [result]}}",
            "One result of a molecular test that states every field.",
        ),
    ],
)
def test_a_need_is_told_in_words(need: str, words: str) -> None:
    assert words_of_need(read_need(read_located(need, "test"))) == words


def test_a_field_is_told_by_all_the_ways_to_state_it() -> None:
    field = Minimum(
        "consent",
        (
            Way("consent", Planning, values=("given", "not_needed")),
            Way("question", "case"),
            Way("tests.interval"),
        ),
        accepts=frozenset({Absence.NONE, Absence.NOT_DONE}),
    )
    assert words_of_field(field) == (
        "of a planning, consent, being given or not needed",
        "of the case, question",
        "tests, each one's interval",
        "stated as none",
        "stated as not done",
    )


def test_an_event_is_told_in_words() -> None:
    of = Selection(Planning)
    assert words_of_event(Flag("x", of, "progression")) == "the newest progression or return"
    assert words_of_event(Flag("x", of, "treatment_change")) == "the last start of a treatment"
