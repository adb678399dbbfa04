"""What holds of every report, whatever is in the case."""

from dataclasses import fields, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from app.casefile.domain.case_file import CaseFile, Entry
from app.completeness.checklists import from_plain, merge_profile, read_profile, shared_files
from app.completeness.domain.changes import changes_between
from app.completeness.domain.check import check
from app.completeness.domain.checklist import STATUSES
from app.completeness.domain.explain import explain
from app.completeness.domain.library import load_checklists
from app.completeness.domain.profile import Profile, noted_fields, overlay
from app.completeness.domain.report import Report
from app.records.domain.base import Absence, Source
from app.records.domain.disease import Stain
from app.records.domain.part import Part
from app.values.dates import PartialDate
from tests.builders import A_DAY, a_document, a_record
from tests.unit.completeness.checking import a_case_with, a_waiver

dates = st.one_of(
    st.none(),
    st.dates(date(2020, 1, 1), date(2026, 6, 1)).map(date.isoformat),
    st.sampled_from(["2026", "2026-03", "2026-02~", "2025-11/2026-02", "2024/.."]),
)
stated = st.sampled_from([None, None, None, *Absence])
sources = st.sampled_from([(), (), (Source(document_id="document-1"),), (Source(document_id="document-2"),)])


def records_of(kind: str, **fields: Any) -> st.SearchStrategy[Any]:
    return st.builds(a_record, st.just(kind), date=dates, sources=sources, **fields)


def maybe(*values: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from([None, *values])


YES_OR_NO = st.sampled_from([None, True, False])

records = st.one_of(
    records_of("diagnosis", site=maybe("lung"), metastatic=YES_OR_NO, stated=stated),
    records_of("stage", system=maybe("AJCC"), group=maybe("IV", "IIA")),
    records_of(
        "pathology_report",
        resection=YES_OR_NO,
        ihc=st.sampled_from([(), (Stain(marker="ER", result="+"),)]),
    ),
    records_of("biomarker", name=st.sampled_from(["EGFR", "ER"]), method=maybe("NGS", "IHC"), stated=stated),
    records_of(
        "imaging_study", modality=maybe("CT", "XR"), compared_with=maybe("2025"), impression=maybe("x")
    ),
    records_of(
        "marker_result",
        marker=st.sampled_from(["CEA", "PSA"]),
        value=maybe(Decimal(3)),
        unit=maybe("ng/mL", "U/mL"),
    ),
    records_of(
        "lab_result", test=st.sampled_from(["Hb", "PLT", "WBC", "creatinine", "ALT"]), value=maybe(Decimal(3))
    ),
    records_of(
        "treatment",
        category=st.sampled_from(["systemic", "surgery", "radiation", "supportive"]),
        started=dates,
        ended=dates,
        ongoing=YES_OR_NO,
        stated=stated,
    ),
    records_of("medication", name=maybe("x"), ended=dates, stated=stated),
    records_of("symptom", symptom=maybe("pain"), trend=maybe("stable"), stated=stated),
    records_of("admission", reason=maybe("fever"), stated=stated),
    records_of("opinion", author=maybe("A"), plan=maybe("x"), status_words=maybe("x")),
    records_of(
        "disease_status", axis=st.sampled_from(["progression", "return", "remission"]), value=maybe("PD")
    ),
    records_of("planning", consent=maybe("given", "withdrawn"), travel_planned=YES_OR_NO),
    records_of("mrd_result", specimen=maybe("marrow"), result=maybe("negative")),
    records_of("comorbidity", condition=maybe("x"), stated=stated),
    records_of(
        "decision",
        topic=st.just("waiver"),
        about=st.just("symptoms"),
        choice=st.sampled_from(["waived", "withdrawn"]),
        reason=st.just("x"),
    ),
)
documents = st.builds(
    a_document,
    kind=st.sampled_from(
        ["pathology_report", "imaging_report", "imaging_file", "laboratory_report", "discharge_summary"]
    ),
    dated=dates,
    language=maybe("en", "ru"),
)
groups = st.sampled_from([None, "nsclc", "ovary", "acute_myeloid_leukaemia", "other_lymphoma"])
checklists = st.sampled_from(sorted(load_checklists()))


@st.composite
def case_files(draw: st.DrawFn) -> CaseFile:
    entries = tuple(
        Entry(f"record-{number:02}", 1, record, date(2026, 1, 1))
        for number, record in enumerate(draw(st.lists(records, max_size=12)))
    )
    papers = tuple(
        replace(document, id=f"document-{number}")
        for number, document in enumerate(draw(st.lists(documents, max_size=4)), 1)
    )
    return CaseFile(a_case_with(draw(groups), languages=("en",)), entries, papers)


def run(case_file: CaseFile, checklist: str, as_of: date = A_DAY) -> Report:
    return check(case_file, load_checklists()[checklist], as_of)


def plus(case_file: CaseFile, record: Any) -> CaseFile:
    return CaseFile(
        case_file.case, (*case_file.entries, Entry("record-99", 1, record, A_DAY)), case_file.documents
    )


@given(case_files(), checklists)
def test_there_is_one_finding_per_item_in_checklist_order(case_file: CaseFile, checklist: str) -> None:
    found = run(case_file, checklist)
    assert [one.key for one in found.items] == [one.key for one in load_checklists()[checklist].items]


@given(case_files(), checklists, st.randoms())
def test_the_order_of_input_never_matters(case_file: CaseFile, checklist: str, chance: Any) -> None:
    entries, papers = list(case_file.entries), list(case_file.documents)
    chance.shuffle(entries)
    chance.shuffle(papers)
    shuffled = CaseFile(case_file.case, tuple(entries), tuple(papers))
    assert msgspec.json.encode(run(shuffled, checklist)) == msgspec.json.encode(run(case_file, checklist))


@given(case_files(), checklists, st.data())
def test_waiving_changes_only_that_item(case_file: CaseFile, checklist: str, data: st.DataObject) -> None:
    key = data.draw(st.sampled_from([one.key for one in load_checklists()[checklist].items]))
    before, after = (
        run(case_file, checklist),
        run(plus(case_file, a_waiver(key, date="2026-03-20")), checklist),
    )
    assert [one for one in after.items if one.key != key] == [one for one in before.items if one.key != key]
    waived = after.item(key)
    assert waived is not None
    assert waived.status == "waived"


@given(case_files(), checklists)
def test_the_status_is_the_first_that_applies(case_file: CaseFile, checklist: str) -> None:
    for one in run(case_file, checklist).items:
        applies = [name for name in STATUSES if name in one.findings]
        assert one.status == (applies[0] if applies else "present")


@given(case_files(), checklists)
def test_the_score_is_a_share_and_readiness_is_the_absence_of_blocks(
    case_file: CaseFile, checklist: str
) -> None:
    found = run(case_file, checklist)
    assert 0 <= found.weights.earned <= found.weights.possible
    assert found.score is None or 0 <= found.score <= 100
    assert found.ready == (not found.blocking)
    blocked = {block.item for block in found.blocking if block.item}
    assert blocked == {
        one.key
        for one in found.items
        if one.active and one.requirement != "recommended" and one.status in ("missing", "partial", "stale")
    }


@given(case_files(), checklists)
def test_evidence_names_what_is_in_the_case_and_not_in_the_future(
    case_file: CaseFile, checklist: str
) -> None:
    found = run(case_file, checklist)
    known = {one.id for one in case_file.entries} | {one.id for one in case_file.documents}
    named = {one.record_id or one.document_id for item in found.items for one in item.evidence}
    assert named - {None} <= known - set(found.future_dated)


def is_over(value: Any) -> bool:
    """Tell whether every date of a record or paper has surely passed: `2026` in March may be a day to come."""
    names = value.__struct_fields__ if isinstance(value, Part) else (field.name for field in fields(value))
    for name in names:
        text = getattr(value, name)
        if isinstance(text, str) and text[:2] in {"19", "20"}:
            latest = PartialDate.parse(text).latest
            if latest is None or latest > A_DAY:
                return False
    return True


@given(case_files(), checklists, st.integers(0, 400))
def test_as_days_pass_what_was_current_only_ages(case_file: CaseFile, checklist: str, days: int) -> None:
    """Waivers end and what may lie in the future arrives, so a case without either is looked at."""
    kept = tuple(
        entry
        for entry in case_file.entries
        if is_over(entry.record) and entry.record.kind not in ("decision", "treatment", "medication")
    )
    papers = tuple(paper for paper in case_file.documents if is_over(paper.body))
    settled = CaseFile(case_file.case, kept, papers)
    before, after = run(settled, checklist), run(settled, checklist, A_DAY + timedelta(days=days))
    good = {one.key for one in before.items if one.status == "present"}
    for one in after.items:
        if one.status == "present":
            assert one.key in good
        if one.key in good:
            assert one.status in ("present", "stale")


@given(case_files(), checklists)
def test_a_good_record_never_makes_a_present_item_missing(case_file: CaseFile, checklist: str) -> None:
    """The rules' exceptions are items of which a newer statement takes the place of an older one."""
    good = a_record("symptom", symptom="pain", date="2026-03-20", trend="stable")
    before, after = run(case_file, checklist), run(plus(case_file, good), checklist)
    for one, then in zip(before.items, after.items, strict=True):
        if one.status == "present":
            assert then.status == "present"
    symptoms = after.item("symptoms")
    assert symptoms is not None
    assert symptoms.status in ("present", "partial", "waived")


# --- profiles --------------------------------------------------------------------------------------------------

KEYS = sorted({rule.key for one in load_checklists().values() for rule in one.items})
NOTED = {
    rule.key: [field.name for field in noted_fields(rule.need)]
    for one in load_checklists().values()
    for rule in one.items
}
OWN = {
    "requirement": "required",
    "label": "A letter",
    "why": "Because.",
    "source": "a test",
    "need": {"documents": {"kinds": ["referral"]}},
}


YES: st.SearchStrategy[Any] = st.booleans()


@st.composite
def tightenings(draw: st.DrawFn) -> Profile:
    """Draw a profile that only asks more: it drops nothing, replaces no item, and reads no more languages."""
    items: dict[str, Any] = {}
    for key in draw(st.lists(st.sampled_from(KEYS), unique=True, max_size=5)):
        change: dict[str, Any] = {}
        if draw(YES):
            change["requirement"] = draw(st.sampled_from(["recommended", "conditional", "required"]))
        if draw(YES):
            change["max_age_days"] = draw(st.integers(0, 400))
        if NOTED[key] and draw(YES):
            change["must_state"] = draw(st.lists(st.sampled_from(NOTED[key]), unique=True, min_size=1))
        items[key] = change
    if draw(YES):
        items["letter"] = OWN
    wishes: dict[str, Any] = {
        "reads": ["en"],
        "translation": "certified",
        "identity": "as_on_document",
        "images": "dicom",
        "priors": 2,
    }
    chosen = draw(st.lists(st.sampled_from(sorted(wishes)), unique=True))
    whole = {"id": "there", "version": "1", "label": "There", "source": "x", "items": items}
    whole |= {name: wishes[name] for name in chosen}
    return read_profile(merge_profile(from_plain(whole, "profile"), shared_files()))


@given(case_files(), checklists, tightenings())
def test_a_profile_that_only_tightens_never_makes_a_case_readier(
    case_file: CaseFile, checklist: str, profile: Profile
) -> None:
    plain = run(case_file, checklist)
    tightened = check(case_file, overlay(load_checklists()[checklist], profile), A_DAY, profile=profile.ref)
    assert {block.item for block in plain.blocking} <= {block.item for block in tightened.blocking}
    assert plain.ready or not tightened.ready
    for one in tightened.items:
        before = plain.item(one.key)
        if before is not None and before.active and one.status == "present":
            assert before.status == "present"


@given(case_files(), checklists)
def test_a_report_compared_with_itself_has_not_changed(case_file: CaseFile, checklist: str) -> None:
    found = changes_between(run(case_file, checklist), run(case_file, checklist))
    assert (found.items, found.words) == ((), ())


@given(case_files(), case_files(), checklists)
def test_changes_told_forwards_are_those_told_backwards(
    one: CaseFile, other: CaseFile, checklist: str
) -> None:
    before, now = run(one, checklist), run(other, checklist)
    there, back = changes_between(before, now), changes_between(now, before)
    assert [change.key for change in there.items] == [change.key for change in back.items]
    for change, undone in zip(there.items, back.items, strict=True):
        assert (change.status_before, change.status_now) == (undone.status_now, undone.status_before)
        assert (change.records.added, change.records.removed) == (
            undone.records.removed,
            undone.records.added,
        )


@given(case_files(), checklists)
def test_whatever_is_in_a_case_each_item_can_be_explained(case_file: CaseFile, checklist: str) -> None:
    rules, report = load_checklists()[checklist], run(case_file, checklist)
    for item in report.items:
        found = explain(case_file, rules, A_DAY, report, item)
        assert found.item == item
        assert sum(one.decides for one in found.candidates) >= bool(found.candidates)
        assert item.status in ("present", "not_applicable") or found.would_change


GOOD = {
    "diagnosis_core": [
        a_record("diagnosis", site="lung", histology="x", date="2026-01-01"),
        a_record("stage", system="AJCC", group="IV"),
    ],
    "pathology_ihc": [
        a_record("pathology_report", date="2026-03-20", histology="x", ihc=(Stain(marker="ER", result="+"),))
    ],
    "performance_status": [
        a_record("performance_status", scale="ECOG", score=1, date="2026-03-20", assessor="A")
    ],
    "oncologist_note_latest": [
        a_record("opinion", author="A", date="2026-03-20", status_words="x", plan="x")
    ],
    "main_question": [a_record("main_question", question="x")],
    "comorbid_allergy": [a_record("comorbidity", condition="x"), a_record("allergy", substance="x")],
}


@given(case_files(), checklists, st.sampled_from(sorted(GOOD)))
def test_a_whole_current_record_makes_its_item_present_whatever_else_is_there(
    case_file: CaseFile, checklist: str, key: str
) -> None:
    """The rules' exceptions are not drawn: a newest scan, and items of which every record must be whole."""
    entries = (
        *case_file.entries,
        *(Entry(f"record-9{number}", 1, record, A_DAY) for number, record in enumerate(GOOD[key])),
    )
    found = run(CaseFile(case_file.case, entries, case_file.documents), checklist).item(key)
    assert found is None or found.status == "present"
