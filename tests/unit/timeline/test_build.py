"""What becomes an event, where it is placed, and in which order."""

from datetime import date
from typing import Any

import msgspec
import pytest

from app.documents.domain.document import Document
from app.records.domain.base import Absence, Coding, Source
from app.records.domain.kinds import KINDS, AnyRecord
from app.timeline.domain.build import END, build_timeline
from app.timeline.domain.event import Timeline
from app.timeline.domain.event_kinds import EVENT_KINDS
from tests.builders import a_case_file, a_document, a_record
from tests.worked_cases import LUNG, OVARY, worked_case


def a_ct(day: str | None, **fields: Any) -> AnyRecord:
    return a_record("imaging_study", **{"modality": "CT", "regions": ("chest",), "date": day, **fields})


def ids(timeline: Timeline) -> list[str]:
    return [event.id for event in timeline.items]


@pytest.mark.parametrize(
    ("record", "text", "dated_by"),
    [
        pytest.param(
            a_record("pathology_report", specimen_date="2024-06-18", date="2024-06-25"),
            "2024-06-18",
            "specimen_date",
            id="collection-before-report",
        ),
        pytest.param(
            a_record("pathology_report", signed_on="2024-06-25"),
            "2024-06-25",
            "signed_on",
            id="report-when-alone",
        ),
        pytest.param(
            a_record("biomarker", name="EGFR", specimen_date="2024-06", date="2024-07-01"),
            "2024-06",
            "specimen_date",
            id="specimen-even-when-coarser",
        ),
        pytest.param(
            a_ct("2025-01-02", reported_on="2025-01-03"), "2025-01-02", "date", id="scan-before-its-report"
        ),
        pytest.param(
            a_ct(None, reported_on="2025-01-03"), "2025-01-03", "reported_on", id="report-of-a-scan"
        ),
        pytest.param(
            a_record("symptom", symptom="cough", onset="2025", date="2025-05-01"), "2025", "onset", id="onset"
        ),
        pytest.param(
            a_record("medication", name="x", started="2025-04", date="2025-05-01"),
            "2025-04",
            "started",
            id="start",
        ),
        pytest.param(
            a_record("treatment", category="systemic", cycle_dates=("2025-03-01", "2025-02-01")),
            "2025-02-01",
            "cycle_dates",
            id="first-cycle-when-the-start-is-silent",
        ),
        pytest.param(
            a_record("comorbidity", condition="asthma", since="1990", date="2025-01-01"),
            "1990",
            "since",
            id="since",
        ),
    ],
)
def test_the_date_of_the_event_comes_before_the_date_of_its_report(
    record: AnyRecord, text: str, dated_by: str
) -> None:
    (event,) = build_timeline(a_case_file(record)).items
    assert event.date is not None
    assert (event.date.text, event.dated_by) == (text, dated_by)


def test_a_record_without_a_date_is_placed_by_the_paper_that_it_was_read_from() -> None:
    record = a_record(
        "comorbidity", condition="asthma", sources=(Source(document_id="document-001", page=2),)
    )
    case_file = a_case_file(record, a_document(dated="2025-02", kind="oncology_note"))
    (event,) = build_timeline(case_file).items
    assert event.date is not None
    assert (event.date.text, event.dated_by) == ("2025-02", "document")


def test_neither_the_upload_nor_anything_else_dates_what_nobody_dated() -> None:
    case_file = a_case_file(a_record("allergy", substance="penicillin"), a_document(kind="other"))
    timeline = build_timeline(case_file)
    assert timeline.items == ()
    assert [(event.id, event.date, event.dated_by) for event in timeline.undated] == [
        ("document-001", None, None),
        ("record-001", None, None),
    ]


def test_a_date_is_shown_as_written_with_its_bounds() -> None:
    (event,) = build_timeline(a_case_file(a_ct("2024-05~"))).items
    assert msgspec.to_builtins(event.date) == {
        "text": "2024-05~",
        "earliest": "2024-04-01",
        "latest": "2024-06-30",
        "approximate": True,
        "uncertain": False,
    }


def test_an_open_end_is_null_and_stands_first() -> None:
    timeline = build_timeline(a_case_file(a_ct("2020-01-01"), a_ct("../2024-05")))
    assert ids(timeline) == ["record-002", "record-001"]
    assert timeline.items[0].date is not None
    assert timeline.items[0].date.earliest is None


def test_filters_keep_what_may_lie_inside_and_everything_undated() -> None:
    case_file = a_case_file(
        a_ct("2024"), a_ct("2024-05-31"), a_ct("2024-06-30"), a_ct("2024-07-01"), a_ct(None)
    )
    kept = build_timeline(case_file, from_=date(2024, 6, 1), to=date(2024, 6, 30))
    assert ids(kept) == ["record-001", "record-003"]
    assert [event.id for event in kept.undated] == ["record-005"]


def test_kinds_keep_those_kinds_and_papers_are_a_kind() -> None:
    case_file = a_case_file(
        a_ct("2024-05-01"), a_record("stage", date="2024-05-02"), a_document(dated="2024-05-03"), a_ct(None)
    )
    assert ids(build_timeline(case_file, kinds={"stage"})) == ["record-002"]
    assert build_timeline(case_file, kinds={"stage"}).undated == ()
    assert ids(build_timeline(case_file, kinds={"document"})) == ["document-001"]


def test_an_event_says_the_same_of_its_order_whatever_is_filtered() -> None:
    case_file = a_case_file(a_ct("2024-05-01"), a_record("stage", date="2024-05"))
    (whole, _), (kept,) = (
        build_timeline(case_file).items,
        build_timeline(case_file, kinds={"imaging_study"}).items,
    )
    assert whole.id == "record-002" or kept == whole
    assert kept.order_uncertain


def test_a_paper_is_an_event_until_a_record_rests_on_it() -> None:
    paper = a_document(kind="imaging_report", dated="2024-05-01", title="CT report")
    (alone,) = build_timeline(a_case_file(paper)).items
    assert (alone.kind, alone.lane, alone.title) == ("document", "documents", "CT report")
    read = build_timeline(
        a_case_file(paper, a_ct("2024-05-01", sources=(Source(document_id="document-001"),)))
    )
    assert ids(read) == ["record-001"]


def test_sources_name_the_record_first_then_page_and_words() -> None:
    source = Source(document_id="document-001", page=3, quote="RUL mass 42 mm")
    letter = Source(title="letter of 14 November 2024")
    (event,) = build_timeline(a_case_file(a_ct("2024-05-01", sources=(source, letter)))).items
    assert [(ref.record_id, ref.document_id, ref.page, ref.quote, ref.title) for ref in event.sources] == [
        ("record-001", None, None, None, None),
        (None, "document-001", 3, "RUL mass 42 mm", None),
        (None, None, None, None, "letter of 14 November 2024"),
    ]


def test_the_last_day_of_a_treatment_is_an_event_of_its_own() -> None:
    treatment = a_record(
        "treatment",
        category="systemic",
        regimen="FOLFOX",
        started="2024-01",
        ended="2024-06",
        reason_ended="completed",
    )
    timeline = build_timeline(a_case_file(treatment))
    assert [(event.id, event.title, event.dated_by) for event in timeline.items] == [
        ("record-001", "FOLFOX", "started"),
        ("record-001" + END, "End of FOLFOX (completed)", "ended"),
    ]
    assert {event.sources for event in timeline.items} == {timeline.items[0].sources}


def test_a_treatment_of_one_day_has_no_end_of_its_own() -> None:
    operation = a_record("treatment", category="surgery", started="2024-01-05", ended="2024-01-05")
    assert ids(build_timeline(a_case_file(operation))) == ["record-001"]


def test_a_treatment_of_which_only_the_end_is_known_has_an_undated_start() -> None:
    timeline = build_timeline(a_case_file(a_record("treatment", category="systemic", ended="2024-06")))
    assert ids(timeline) == ["record-001" + END]
    assert [event.id for event in timeline.undated] == ["record-001"]


@pytest.mark.parametrize("absence", [Absence.NONE, Absence.UNKNOWN, Absence.NOT_DONE])
def test_what_a_source_calls_none_unknown_or_not_done_is_said_so(absence: Absence) -> None:
    (event,) = build_timeline(a_case_file(a_record("medication", date="2025-01-01", stated=absence))).items
    assert event.title == f"Medicines: stated as {absence.value.replace('_', ' ')}"
    assert event.facts["stated"] == absence.value


def test_a_field_stated_as_none_differs_from_a_silent_one() -> None:
    said = a_record("treatment", category="systemic", started="2025", absent={"dose_changes": Absence.NONE})
    silent = a_record("treatment", category="systemic", started="2025")
    spoken, quiet = build_timeline(a_case_file(said, silent)).items
    assert spoken.facts["absent"] == {"dose_changes": "none"}
    assert "absent" not in quiet.facts


def test_the_question_planning_and_decisions_are_no_events() -> None:
    case_file = a_case_file(
        a_record("main_question", question="What now?", date="2025-01-01"),
        a_record("planning", consent="given", date="2025-01-01"),
        a_record("decision", topic="waiver", about="admin", choice="waived", reason="x", date="2025-01-01"),
    )
    assert build_timeline(case_file) == Timeline(items=(), undated=())


def test_every_other_kind_has_a_row_under_its_own_name() -> None:
    others = {
        kind: name for name, kind in KINDS.items() if name not in {"main_question", "planning", "decision"}
    }
    assert {kind: row.name for kind, row in EVENT_KINDS.items()} == others


@pytest.mark.parametrize("name", [LUNG, OVARY])
def test_every_event_of_a_worked_case_is_plain_json(name: str) -> None:
    timeline = build_timeline(worked_case(name))
    plain = msgspec.json.decode(msgspec.json.encode(timeline))
    assert [event["id"] for event in plain["items"]] == ids(timeline)
    assert all(event["title"] for event in plain["items"])


def test_titles_are_the_recorded_words() -> None:
    titles = {event.title for event in build_timeline(worked_case(LUNG)).items}
    assert titles >= {
        "Diagnosis: right lung, adenocarcinoma",
        "Stage IVA (AJCC 8) cT2b cN0 cM1b",
        "Pathology: adenocarcinoma (CT-guided core biopsy)",
        "KRAS G12C (NGS)",
        "CT chest, abdomen",
        "carboplatin + pemetrexed + pembrolizumab",
        "CEA 18.4 ng/mL",
        "cough: improving",
        "bleeding: absent",
        "Stay in hospital: stated as unknown",
    }


def test_a_paper_says_what_it_is_and_not_what_stands_in_it() -> None:
    paper: Document = a_document(kind="imaging_report", modality="CT", regions=("chest",), dated="2024-05-01")
    (event,) = build_timeline(a_case_file(paper)).items
    assert event.title == "imaging report CT chest"
    assert event.facts["kind"] == "imaging_report"


@pytest.mark.parametrize(
    ("fields", "title"),
    [
        ({"site": "breast", "display": "Malignant neoplasm of breast (disorder)"},
         "Diagnosis: Malignant neoplasm of breast"),
        ({"site": "breast", "laterality": "left", "display": "Malignant neoplasm of breast"},
         "Diagnosis: Malignant neoplasm of breast, left"),
        ({"site": "breast", "histology": "ductal carcinoma", "display": "Malignant neoplasm of breast"},
         "Diagnosis: breast, ductal carcinoma"),
        ({"site": "Ovar", "display": "Bösartige Neubildung"}, "Diagnosis: Ovar"),
    ],
)  # fmt: skip
def test_a_diagnosis_without_a_type_is_named_by_its_code_where_that_names_the_site_too(
    fields: dict[str, str], title: str
) -> None:
    display = fields.pop("display")
    code = Coding(system="snomed", code="254837009", display=display)
    record = a_record("diagnosis", date="2024-05-01", codes=(code,), **fields)

    (event,) = build_timeline(a_case_file(record)).items

    assert event.title == title
