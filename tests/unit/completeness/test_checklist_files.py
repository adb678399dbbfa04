"""The checklists as files: what they hold, and what is said when one is wrong."""

from typing import Any

import pytest

from app.completeness.checklists import ChecklistError
from app.completeness.checklists.assemble import Shared, assemble
from app.completeness.checklists.located import read_located
from app.completeness.domain.checklist import Checklist
from app.completeness.domain.library import load_checklists

HEAD = 'id: mine\nversion: "1"\nlabel: Mine\nsource: "S1"\n'
ITEMS = """\
version: "1"
actions: {missing: Ask.}
regions: {chest: [thorax]}
items:
  symptoms:
    label: Symptoms
    why: Because.
    source: "S4"
    max_age_days: 14
    need:
      each:
        kind: symptom
        minimum:
          symptom: [symptom]
"""
DISEASES = 'version: "1"\ndiseases: {ovary: {markers: [ca-125]}}\n'


def put_together(
    review: str = HEAD + "items: {symptoms: required}\n", items: str = ITEMS, diseases: str = DISEASES
) -> Checklist:
    shared = Shared(read_located(items, "items.yaml"), read_located(diseases, "diseases.yaml"))
    return assemble(read_located(review, "mine.yaml"), shared)


def test_the_four_reviews_are_there_each_with_version_and_hash() -> None:
    checklists = load_checklists()
    assert list(checklists) == ["response", "progression", "recurrence", "remission"]
    assert len({one.sha256 for one in checklists.values()}) == 4
    assert all(one.version and len(one.sha256) == 64 for one in checklists.values())


REQUIREMENTS = {
    # key: response, progression, recurrence, remission. Source: clinical.md section 1.2.
    "diagnosis_core": "RRRR",
    "oncologist_note_latest": "RRrR",
    "pathology_ihc": "RRRr",
    "postop_pathology": "-CRC",
    "operative_note": "-CR-",
    "imaging_latest": "RRRR",
    "imaging_prior": "RRRr",
    "imaging_files": "rrrr",
    "marker_trend": "CCCC",
    "molecular": "CCCr",
    "treatment_history": "RRRR",
    "labs_organ": "RRrr",
    "medications": "RRrr",
    "symptoms": "RRRR",
    "performance_status": "rRrr",
    "complications": "CCCC",
    "progression_detail": "-R--",
    "recurrence_claim": "--R-",
    "remission_statement": "---R",
    "followup_plan": "--RR",
    "mrd_marrow": "CCCC",
    "late_effects": "---C",
    "comorbid_allergy": "rrrr",
    "main_question": "RRRR",
    "admin": "rrrr",
}


@pytest.mark.parametrize("key", REQUIREMENTS)
def test_each_item_is_asked_as_the_merged_checklist_says(key: str) -> None:
    short = {"required": "R", "recommended": "r", "conditional": "C"}
    found = ""
    for checklist in load_checklists().values():
        rule = next((one for one in checklist.items if one.key == key), None)
        found += short[rule.requirement] if rule else "-"
    assert found == REQUIREMENTS[key]


def test_no_item_is_asked_that_the_merged_checklist_does_not_have() -> None:
    assert {rule.key for checklist in load_checklists().values() for rule in checklist.items} == set(
        REQUIREMENTS
    )


def test_every_item_says_why_it_matters_what_to_do_and_where_it_comes_from() -> None:
    for checklist in load_checklists().values():
        for rule in checklist.items:
            assert rule.why.endswith(".")
            assert rule.actions["missing"]
            assert rule.when is None or "unknown" in rule.actions
            assert rule.source


UNSAFE = (
    "diagnose",
    "cured",
    "failing",
    "responding",
    "eligible",
    "should start",
    "should stop",
    "prognosis",
    "safe to travel",
)


def test_no_checklist_uses_an_unsafe_word() -> None:
    for checklist in load_checklists().values():
        for rule in checklist.items:
            text = " ".join((rule.label, rule.why, *rule.actions.values())).casefold()
            assert not [word for word in UNSAFE if word in text]


def test_a_checklist_is_put_together_from_its_files() -> None:
    found = put_together()
    assert (found.id, found.version, [rule.key for rule in found.items]) == ("mine", "1", ["symptoms"])


def test_a_checklist_may_be_written_as_json() -> None:
    review = (
        '{"id": "mine", "version": "1", "label": "Mine", "source": "S1", "items": {"symptoms": "required"}}'
    )
    assert put_together(review) == put_together()


@pytest.mark.parametrize(
    "changes",
    [
        {"items": ITEMS.replace("max_age_days: 14", "max_age_days: 15")},
        {"items": ITEMS.replace("symptom: [symptom]", "symptom: [symptom, words]")},
        {"items": ITEMS.replace("Because.", "For a reason.")},
        {"items": ITEMS.replace("missing: Ask.", "missing: Please ask.")},
        {"items": ITEMS.replace("[thorax]", "[thorax, lung]")},
        {"diseases": DISEASES.replace("ca-125", "he4")},
        {"review": HEAD + "items: {symptoms: recommended}\n"},
        {"review": HEAD + "items: {symptoms: {requirement: required, max_age_days: 7}}\n"},
        {"review": HEAD.replace("S1", "S2") + "items: {symptoms: required}\n"},
    ],
)
def test_the_hash_covers_whatever_decides_an_answer(changes: Any) -> None:
    assert put_together(**changes).sha256 != put_together().sha256


def test_the_hash_ignores_comments_layout_and_items_that_are_not_asked() -> None:
    other = ITEMS + "  unused: {label: x, why: x, source: x, need: {series: {values: 2}}}\n"
    spaced = HEAD + "# a comment\nitems:\n  symptoms: required\n"
    assert put_together(spaced, other).sha256 == put_together().sha256


def test_a_review_may_change_an_item_and_drop_parts_of_it() -> None:
    review = HEAD + "items: {symptoms: {requirement: recommended, drop: [max_age_days]}}\n"
    (rule,) = put_together(review).items
    assert (rule.requirement, rule.max_age) == ("recommended", None)


def wrong(**changes: str) -> ChecklistError:
    with pytest.raises(ChecklistError) as caught:
        put_together(**changes)
    return caught.value


@pytest.mark.parametrize(
    ("changes", "file", "line", "path"),
    [
        pytest.param(
            {"items": ITEMS.replace("[symptom]", "[sympton]")},
            "items.yaml",
            14,
            "symptom[0]",
            id="a field that is not",
        ),
        pytest.param(
            {"items": ITEMS.replace("kind: symptom", "kind: feeling")},
            "items.yaml",
            12,
            "kind",
            id="a kind that is not",
        ),
        pytest.param(
            {"items": ITEMS.replace("days: 14", "days: soon")},
            "items.yaml",
            9,
            "max_age_days",
            id="no number",
        ),
        pytest.param(
            {"items": ITEMS.replace("each:", "every:")}, "items.yaml", 12, "every", id="no such need"
        ),
        pytest.param(
            {"items": ITEMS.replace("why:", "because:")}, "items.yaml", 7, "because", id="no such key"
        ),
        pytest.param(
            {"items": ITEMS.replace("    why: Because.\n", "")},
            "items.yaml",
            6,
            "label",
            id="a key that is lacking",
        ),
        pytest.param(
            {"items": ITEMS.replace("14", "14\n    label: Again")},
            "items.yaml",
            10,
            "label",
            id="a key twice",
        ),
        pytest.param({"items": ITEMS.replace("14", "1.5")}, "items.yaml", 9, "max_age_days", id="a fraction"),
        pytest.param(
            {"review": HEAD + "items: {symtoms: required}\n"},
            "mine.yaml",
            5,
            "items.symtoms",
            id="an item that is not",
        ),
        pytest.param(
            {"review": HEAD + "items: {symptoms: wanted}\n"},
            "mine.yaml",
            5,
            "items.symptoms",
            id="no requirement",
        ),
        pytest.param({"review": "items: {symptoms: required}\n"}, "mine.yaml", 1, "", id="no id"),
        pytest.param(
            {"review": HEAD + "items: {symptoms: {requirement: required, drop: [need]}}\n"},
            "mine.yaml",
            5,
            "drop[0]",
            id="not to be dropped",
        ),
        pytest.param(
            {"review": HEAD + "items: {symptoms: {max_age_days: 3}}\n"},
            "mine.yaml",
            5,
            "symptoms",
            id="no requirement given",
        ),
        pytest.param(
            {"review": HEAD.replace("Mine", '""') + "items: {}\n"},
            "mine.yaml",
            3,
            "label",
            id="an empty text",
        ),
        pytest.param(
            {"items": ITEMS.replace("{chest: [thorax]}", "{chest: [thorax], lung: [thorax]}")},
            "items.yaml",
            3,
            "lung[0]",
            id="a word twice",
        ),
        pytest.param(
            {"diseases": DISEASES.replace("markers: [ca-125]", "molecular: [{label: x}]")},
            "diseases.yaml",
            2,
            "molecular[0]",
            id="a test without names",
        ),
        pytest.param({"review": "items: {a: [\n"}, "mine.yaml", 2, "", id="no YAML"),
        pytest.param({"review": ""}, "mine.yaml", 1, "", id="an empty file"),
        pytest.param(
            {"diseases": DISEASES.replace("ca-125", "ca-126")},
            "diseases.yaml",
            2,
            "markers[0]",
            id="no such marker",
        ),
        pytest.param(
            {"diseases": DISEASES.replace("ovary", "ovaries")},
            "diseases.yaml",
            2,
            "ovaries",
            id="no such disease",
        ),
    ],
)
def test_an_error_names_file_line_and_key(changes: dict[str, str], file: str, line: int, path: str) -> None:
    error = wrong(**changes)
    assert (error.file, error.line) == (file, line)
    assert error.path.endswith(path)
    assert file in str(error)
    assert f"line {line}" in str(error)


@pytest.mark.parametrize(
    "rule",
    [
        "when: {disease: flu}",
        "when: {recorded: {symptom: {colour: red}}}",
        "when: {recorded: feelings}",
        "when: {recorded: {feelings: {trend: stable}}}",
        "when: {recorded: {symptom: {trend: 3}}}",
        "when: {says: {feelings.trend: true}}",
        "when: {says: {planning: true}}",
        "when: {says: {planning.moon: true}}",
        "when: {paper: [letter]}",
        "when: {advanced: maybe}",
        "when: {treatment_over: {weeks: 3}}",
        "when: {treatment_over: {where: {category: surgery}}}",
        "when: {younger_at_diagnosis: young}",
        "when: {disease_has: hope}",
        "when: {nonsense: true}",
        "when: {}",
        "when: {recorded: {symptom: {}}}",
        "when: {recorded: {symptom: {trend: {like: x}}}}",
        "when: {recorded: {symptom: {trend: {stated: true, words: [x]}}}}",
        "when: {recorded: {follow_up_plan: {tests.colour: {stated: true}}}}",
        "when: [1, 2]",
        "actions: {mising: Ask.}",
        "papers: [letter]",
        "papers: {kinds: [other]}",
        "max_age_cases: [{when: {advanced: true}}]",
        "flags: {finding: old, kind: symptom, before: christmas}",
        "flags: {finding: old, kind: symptom}",
    ],
)
def test_a_rule_that_is_not_of_the_language_is_refused(rule: str) -> None:
    assert (wrong(items=ITEMS + f"    {rule}\n").line or 0) >= 15


@pytest.mark.parametrize(
    "need",
    [
        "together: {minimum: {a: [symptom]}}",
        "together: {minimum: {a: [case.colour]}}",
        "together: {minimum: {a: [moon.symptom]}}",
        "together: {minimum: {a: {any: [symptom.trend], of: {trend: stable}}}}",
        "together: {minimum: {a: [{field: case.question, where: {question: x}}]}}",
        "one: {kind: symptom, minimum: {a: {ways: [trend]}}}",
        "one: {kind: symptom, minimum: {a: {any: [trend], accepts: [silence]}}}",
        "one: {kind: symptom, aged_by: [birthday], minimum: {a: [trend]}}",
        "one: {kind: symptom}",
        "panel: {blood: [haemoglobin, sugarr]}",
        "files: {files: [imaging_file], reports: [imaging_report], of: {kind: imaging_study}}",
        "series: {values: many}",
        "one: {kind: symptom, minimum: {a: [trend]}}\n      each: {}",
    ],
)
def test_a_need_that_is_not_of_the_language_is_refused(need: str) -> None:
    assert (wrong(items=ITEMS.partition("      each:")[0] + f"      {need}\n").line or 0) >= 10
