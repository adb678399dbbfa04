import json
import re
from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import Any, get_args

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from app.casefile.domain.case_file import CaseFile
from app.cases.domain import Identifier, Patient
from app.completeness.domain.library import load_checklists
from app.records.domain.kinds import AnyRecord
from app.summary.domain.assemble import assemble
from app.summary.domain.encoding import encode
from app.summary.domain.identity import Identity
from app.summary.domain.language import unsafe_words
from app.summary.domain.model import SectionKey, Statement, Summary
from app.summary.domain.writer import WITHHELD
from app.timeline.domain.build import build_timeline
from tests.builders import a_case_file, a_proposed
from tests.unit.summary.any_case import case_files, record_lists
from tests.worked_cases import LUNG, OVARY, worked_case

A_DAY = date(2026, 3, 20)
CHECKLISTS = load_checklists()

laws = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def summary(case_file: CaseFile, identity: Identity = "full") -> Summary:
    return assemble(case_file, CHECKLISTS["progression"], A_DAY, identity=identity)


def statements(written: Summary) -> list[Statement]:
    return [statement for section in written.sections for statement in section.statements]


@laws
@given(case_files())
@example(worked_case(LUNG))
@example(worked_case(OVARY))
def test_all_sections_stand_in_their_order(case_file: CaseFile) -> None:
    assert tuple(section.key for section in summary(case_file).sections) == get_args(SectionKey)


@laws
@given(case_files(), st.randoms(), st.sampled_from(["full", "none"]))
def test_the_order_of_records_and_documents_never_matters(
    case_file: CaseFile, chance: Any, identity: Identity
) -> None:
    entries, papers = list(case_file.entries), list(case_file.documents)
    chance.shuffle(entries)
    chance.shuffle(papers)
    shuffled = CaseFile(case_file.case, tuple(entries), tuple(papers))

    assert encode(summary(shuffled, identity)) == encode(summary(case_file, identity))


@laws
@given(case_files())
@example(worked_case(LUNG))
@example(worked_case(OVARY))
def test_every_id_stands_once_and_names_its_section(case_file: CaseFile) -> None:
    written = summary(case_file)
    ids = [statement.id for statement in statements(written)]

    assert len(ids) == len(set(ids))
    assert all(
        statement.id.startswith(f"{section.key}/")
        for section in written.sections
        for statement in section.statements
    )


@laws
@given(case_files())
@example(worked_case(LUNG))
@example(worked_case(OVARY))
def test_every_statement_but_the_services_own_has_sources_and_every_source_is_in_the_case(
    case_file: CaseFile,
) -> None:
    records = {entry.id for entry in case_file.entries}
    papers = {document.id for document in case_file.documents} | {"document-0"}

    for statement in statements(summary(case_file)):
        assert statement.sources or statement.kind == "generated" or statement.id.startswith("computed/")
        for source in statement.sources:
            assert source.record_id is None or source.record_id in records
            assert source.document_id is None or source.document_id in papers


@laws
@given(case_files())
@example(worked_case(LUNG))
@example(worked_case(OVARY))
def test_no_sentence_of_ours_holds_an_unsafe_word(case_file: CaseFile) -> None:
    for statement in statements(summary(case_file)):
        assert WITHHELD not in statement.facts
        assert unsafe_words(statement.text) == ()
        assert unsafe_words(statement.caution or "") == ()


@laws
@given(case_files())
def test_every_event_of_the_timeline_stands_in_it_once(case_file: CaseFile) -> None:
    told = build_timeline(case_file)
    section = summary(case_file).section("timeline")
    written = [
        source.record_id or source.document_id
        for statement in section.statements
        for source in statement.sources
    ]

    assert sorted(written, key=str) == sorted(
        (event.id.removesuffix(":end") for event in (*told.items, *told.undated)), key=str
    )


@laws
@given(case_files())
@example(worked_case(LUNG))
def test_the_hash_is_that_of_everything_else(case_file: CaseFile) -> None:
    body = encode(summary(case_file))
    named = json.loads(body)
    rest = re.sub(rb'"content_sha256":"[0-9a-f]{64}",', b"", body, count=1)

    members = ["schema", "case_id", "revision", "as_of", "content_sha256", "sections", "digest"]
    assert list(named) == members
    assert named["content_sha256"] == sha256(rest).hexdigest()


@laws
@given(case_files())
def test_another_revision_has_another_hash(case_file: CaseFile) -> None:
    later = CaseFile(replace(case_file.case, revision=2), case_file.entries, case_file.documents)

    assert (
        json.loads(encode(summary(later)))["content_sha256"]
        != json.loads(encode(summary(case_file)))["content_sha256"]
    )


# Letters that no word and no hash of ours is made of, so that a name can't stand in the answer by chance.
_PARTS = st.text(alphabet="ghjkmnpqvwxzłñčřö", min_size=4, max_size=8).filter(lambda part: part[0].isascii())


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data(), st.lists(_PARTS, min_size=1, max_size=3, unique=True))
def test_without_identity_no_text_of_the_answer_holds_name_identifier_or_birth_date(
    data: st.DataObject, parts: list[str]
) -> None:
    name = " ".join(part.capitalize() for part in parts)
    patient = Patient(
        name=name, birth_date="1961-04-02", identifiers=(Identifier(system="clinic", value="MRN 884421"),)
    )
    texts = st.sampled_from(
        [
            f"Seen {name} at noon, born 02.04.1961",
            f"{parts[-1].upper()}, {parts[0]}",
            f"ct_{'_'.join(parts)}_mrn884421.pdf",
            f"MRN-884421: {parts[0]}'s severe chest pain since April 2, 1961",
            "no bleeding",
        ]
    )
    case_file = data.draw(case_files(texts, patient))

    body = encode(summary(case_file, "none")).decode().lower()

    assert name.lower() in encode(summary(case_file)).decode().lower()
    for part in parts:
        assert part.lower() not in body
    assert "884421" not in body
    assert not re.search(r"1961-04|02\.04\.1961|april 2, 1961", body)


@settings(suppress_health_check=list(HealthCheck), max_examples=40)
@given(case_files(), record_lists(st.text(min_size=1, max_size=5), most=4))
def test_what_waits_for_a_person_is_counted_and_nothing_of_it_is_told(
    case_file: CaseFile, waiting: list[AnyRecord]
) -> None:
    proposals = a_case_file(*map(a_proposed, waiting)).proposals
    before, after = summary(case_file), summary(replace(case_file, proposals=proposals))
    for one, then in zip(before.sections, after.sections, strict=True):
        if one.key == "gaps":
            asked = [part for part in then.statements if part.id != "gaps/unconfirmed"]
            assert [(part.id, part.sources) for part in asked] == [
                (part.id, part.sources) for part in one.statements
            ]
            assert len(then.statements) - len(asked) == bool(waiting)
        else:
            assert then == one
