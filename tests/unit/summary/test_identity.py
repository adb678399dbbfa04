import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.cases.domain import Identifier, Patient
from app.documents.domain.document import DocumentFacts
from app.summary.domain.identity import Mask, mask_of, masked, masked_sources, without_identifying
from app.summary.domain.name_patterns import folded
from app.timeline.domain.event import SourceRef
from tests.builders import a_case, a_case_file, a_document


def a_mask(name: str | None = None, **changes: object) -> Mask:
    patient = Patient(name=name, **changes)  # type: ignore[arg-type]
    return mask_of(a_case_file(case=a_case(patient=patient)))


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("Anna Weber", "Anna Weber was seen.", "[name] was seen."),
        ("Anna Weber", "WEBER, ANNA", "[name]"),
        ("Anna Weber", "Mrs. Weber's scan", "Mrs. [name]'s scan"),
        ("Anna Weber", "anna_weber_ct.pdf", "[name]_ct.pdf"),
        ("Anna Weber", "annaweber", "[name]"),
        ("Anna Weber", "Annabel Webers", "Annabel Webers"),
        ("Anna Maria Weber", "Anna Weber", "[name]"),
        ("Jürgen Müller", "Juergen Mueller and Jurgen Muller", "[name] and [name]"),
        ("Jurgen Muller", "Jürgen Müller", "[name]"),
        ("Joerg Mueller", "Jörg Müller", "[name]"),
        ("Åse Weiß", "AASE WEISS", "[name]"),
        ("Seán O'Brien", "Sean OBrien", "[name]"),
        ("Ana de la Cruz", "De la Cruz, Ana", "[name]"),
        ("Mrs Anna Weber", "Mrs Klein", "Mrs Klein"),
        ("Kim No", "No bleeding, no fever.", "No bleeding, no fever."),
        ("Kim No", "Mr No was seen.", "[name] was seen."),
        ("Kim No", "NO, KIM", "[name]"),
        ("J. Weber", "J. Weber; J wave", "[name]; J wave"),
        ("王小明", "王小明先生, 小明", "[name]先生, [name]"),
        ("김 철수", "김철수는", "[name]는"),
        (None, "Anna Weber", "Anna Weber"),
    ],
)
def test_a_name_is_taken_out_whole_and_in_parts(name: str | None, text: str, expected: str) -> None:
    assert a_mask(name)(text) == expected


@given(
    st.text(alphabet="aeousnlmüöäßåøæéłñ'-", min_size=1, max_size=6),
    st.text(alphabet="aeousnlmüöäßåøæéłñ'- ,.“", max_size=12),
)
def test_passing_over_texts_without_the_letters_of_the_name_never_changes_them(
    name: str, around: str
) -> None:
    mask = a_mask(f"Berta {name}")
    for text in (f"{around}{name}{around}", f"{name.upper()}berta", f"{around} {folded(name)} {around}"):
        assert mask.may_touch(text) or mask.thorough(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "1961-04-02",
        "02.04.1961",
        "2/4/1961",
        "04/02/1961",
        "19610402",
        "2 April 1961",
        "April 2nd, 1961",
        "2 Apr 1961",
    ],
)
def test_a_birth_date_is_taken_out_however_it_is_written(text: str) -> None:
    assert a_mask(birth_date="1961-04-02")(f"born {text}.") == "born [birth date]."


def test_a_birth_date_known_to_the_month_is_taken_out_and_other_dates_stay() -> None:
    mask = a_mask(birth_date="1961-04")

    assert (
        mask("born 1961-04, April 1961, scan 2026-04-02")
        == "born [birth date], [birth date], scan 2026-04-02"
    )


def test_of_a_birth_date_known_to_a_span_only_the_written_form_is_taken_out() -> None:
    assert a_mask(birth_date="1961/1962")("born 1961/1962; seen 1961-05") == "born [birth date]; seen 1961-05"


@pytest.mark.parametrize("text", ["MRN 00123", "mrn00123", "MRN-00123", "(MRN_00123)"])
def test_an_identifier_is_taken_out_however_it_is_spaced(text: str) -> None:
    mask = a_mask(identifiers=(Identifier(system="clinic", value="MRN 00123"),))

    assert mask(f"file {text}.").strip("()") in ("file [identifier].", "file ([identifier]).")


def test_a_name_printed_on_a_document_is_taken_out_too() -> None:
    document = a_document(facts=DocumentFacts(printed_name="Berta Klein", printed_birth_date="1950-01-31"))

    assert mask_of(a_case_file(document))("Klein, born 31.01.1950") == "[name], born [birth date]"


def test_facts_are_masked_to_their_last_text() -> None:
    facts = {"lesions": ({"label": "Weber node", "mm": 5},), "note": "Anna", "count": 3}

    assert masked(facts, a_mask("Anna Weber")) == {
        "lesions": ({"label": "[name] node", "mm": 5},),
        "note": "[name]",
        "count": 3,
    }


def test_facts_that_identify_are_left_out() -> None:
    assert without_identifying({"accession": "A-1", "study_uid": "1.2", "mm": 5}) == {"mm": 5}


def test_sources_keep_their_ids_and_pages() -> None:
    source = SourceRef(
        record_id="record-1", document_id="document-1", page=2, quote="Weber, Anna", title="CT Weber"
    )

    assert masked_sources((source,), a_mask("Anna Weber")) == (
        SourceRef(record_id="record-1", document_id="document-1", page=2, quote="[name]", title="CT [name]"),
    )
