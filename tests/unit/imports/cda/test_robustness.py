"""Whatever the bytes are, they are read or refused with words: nothing is expanded, fetched or left to run."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.imports.checking import faults_of
from app.imports.domain.reading import FoundDocument, FoundRecord, Options, UnreadablePayloadError
from app.imports.readers.cda import read
from app.imports.readers.cda.parsing import MOST_ELEMENTS
from tests.unit.imports.cda.documents import (
    SNOMED,
    T,
    a_battery,
    a_code,
    a_document,
    a_medicine,
    a_problem,
    a_procedure,
    a_result,
    a_section,
    an_allergy,
    found_in,
    items_of,
    left_out,
    reading_of,
)

WHOLE = a_document(
    a_section(
        "11450-4", a_problem(a_code("363406005", "Colon cancer")), text='<list><item ID="p">x</item></list>'
    ),
    a_section(
        "30954-2",
        a_battery(a_result("2039-6", '<value xsi:type="PQ" value="5" unit="ng/mL"/>', display="CEA")),
    ),
    a_section("10160-0", a_medicine(a_code("32592", "oxaliplatin", element="code"))),
    a_section("48765-2", an_allergy(a_code("70618", "Penicillin", element="code"))),
    a_section("47519-4", a_procedure(a_code("359571009", "Left hemicolectomy", element="code"))),
    a_section("51848-0", text="Stable."),
)


def refusal_of(content: bytes) -> str:
    with pytest.raises(UnreadablePayloadError) as caught:
        reading_of(content)
    return str(caught.value.detail)


def with_doctype(declared: str, inside: str = "") -> bytes:
    return WHOLE.replace(b'encoding="UTF-8"?>', f'encoding="UTF-8"?>\n{declared}'.encode()).replace(
        b"Stable.", inside.encode()
    )


@pytest.mark.parametrize(
    "content",
    [
        with_doctype("<!DOCTYPE ClinicalDocument>"),
        with_doctype(
            '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>', "&b;&b;&b;"
        ),
        with_doctype('<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>', "&f;"),
        with_doctype('<!DOCTYPE x SYSTEM "http://localhost/x.dtd">'),
        with_doctype('<!DOCTYPE x [<!ENTITY % p SYSTEM "http://localhost/p"> %p;]>'),
        with_doctype("<!DOCTYPE ClinicalDocument>").decode().replace("UTF-8", "UTF-16").encode("utf-16"),
        with_doctype("<!DOCTYPE ClinicalDocument>").replace(b"UTF-8", b"ISO-8859-1"),
        with_doctype("<!DOCTYPE ClinicalDocument>")
        .decode()
        .replace(' encoding="UTF-8"', "")
        .encode("utf-8-sig"),
        b"<!-- " + b"x" * 10_000 + b" --><!DOCTYPE x><ClinicalDocument xmlns='urn:hl7-org:v3'/>",
    ],
)
def test_a_doctype_is_refused_before_anything_is_expanded(content: bytes) -> None:
    assert "DOCTYPE" in refusal_of(content)


def test_an_entity_that_nobody_declared_is_refused() -> None:
    assert "no well-formed XML" in refusal_of(WHOLE.replace(b"Stable.", b"&stable;"))


@pytest.mark.parametrize("length", [0, 1, 60, 500, len(WHOLE) // 2, len(WHOLE) - 3])
def test_a_truncated_document_says_where_it_breaks_off(length: int) -> None:
    assert "line" in refusal_of(WHOLE[:length])


def test_deep_nesting_is_refused() -> None:
    deep = "<entryRelationship><observation>" * 5_000

    assert "nested too deeply" in refusal_of(a_document(a_section("11450-4", deep)))


def test_nesting_that_is_still_read_does_no_harm() -> None:
    opening = (
        f'<act classCode="ACT" moodCode="EVN"><templateId root="{T}.4.3"/><entryRelationship typeCode="SUBJ">'
    )
    entry = opening * 110 + "<act/>" + "</entryRelationship></act>" * 110
    sections = "<section><component>" * 60 + "</component></section>" * 60

    assert items_of(a_document(a_section("11450-4", entry)))
    assert items_of(a_document(sections))


def test_more_elements_than_anybody_sends_are_refused() -> None:
    many = "<entry/>" * (MOST_ELEMENTS + 1)

    assert "Send it in parts" in refusal_of(a_document(a_section("11450-4", many)))


def test_as_many_elements_as_are_allowed_are_answered_one_by_one() -> None:
    items = items_of(a_document(a_section("11450-4", *["<act/>"] * 20_000)))

    assert len(items) == 20_000


def test_more_attributes_than_anybody_sends_are_refused() -> None:
    many = " ".join(f'a{index}=""' for index in range(1_500_001))

    assert "Send it in parts" in refusal_of(f"<section xmlns='urn:hl7-org:v3' {many}/>".encode())


def test_what_many_entries_refer_to_is_written_out_once() -> None:
    words = '<originalText><reference value="#t"/></originalText>'
    value = f'<value xsi:type="CD" code="195967001" codeSystem="{SNOMED}">{words}</value>'
    entries = [a_problem(value, ids=f"p{index}") for index in range(3)]
    found = found_in(
        a_document(a_section("11450-4", *entries, text=f'<paragraph ID="t">{"word " * 9_000}</paragraph>'))
    )

    assert len(found) == 3
    assert found[0].quote is found[1].quote is found[2].quote


def test_one_long_text_of_many_notes_is_one_document() -> None:
    text = '<text><reference value="#t"/></text>'
    note = f'<act classCode="ACT" moodCode="EVN"><templateId root="{T}.4.202"/>{text}</act>'
    items = items_of(
        a_document(a_section("34109-9", *[note] * 3, text=f'<paragraph ID="t">{"word " * 9_000}</paragraph>'))
    )

    assert [isinstance(item, FoundDocument) for item in items] == [True, False, False]


def test_many_sections_of_one_author_are_one_opinion_that_names_some_of_them() -> None:
    (found,) = found_in(a_document(*[a_section("51848-0", text="Stable.")] * 50))

    assert found.remarks[0].endswith("component[20]/section and 30 more.")


def test_refusals_never_repeat_what_was_sent() -> None:
    secret = "Zappelphilipp"
    broken = WHOLE.replace(b"Ada", secret.encode())[:-40]

    assert secret not in refusal_of(broken)


def test_reasons_and_places_never_hold_what_was_sent() -> None:
    secret = "Zappelphilipp"
    document = a_document(
        a_section(
            "11450-4",
            a_problem(f'<value xsi:type="CD" codeSystem="{SNOMED}" code="1" displayName="{secret}"/>'),
        ),
        a_section(
            "10160-0", a_medicine(a_code("1", secret, element="code"), attributes='negationInd="true"')
        ),
        a_section("29762-2", text=secret, title=secret),
        a_section("89247-1", a_result("89247-1", f'<value xsi:type="ST">{secret}</value>', display="ECOG")),
    )

    said = [f"{item.place} {item.detail} {item.fix}" for item in left_out(document)]
    said += [f"{item.place} {item.key} {item.remarks}" for item in found_in(document)]

    assert said
    assert all(secret not in one for one in said)


def is_sound(content: bytes) -> bool:
    """Tell whether bytes are read to sound records or refused with words; anything else fails the test."""
    try:
        reading = read(content, Options())
    except UnreadablePayloadError:
        return True
    keys = [item.key for item in reading.items if isinstance(item, FoundRecord)]
    return len(keys) == len(set(keys)) and all(
        faults_of(item.record) == [] for item in reading.items if isinstance(item, FoundRecord)
    )


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    assert is_sound(content)


PIECES = (
    *(b"", b"<", b">", b"/>", b'"', b"&", b"\0", b"\xff", b"999", "“".encode()),
    *(b'nullFlavor="UNK"', b'nullFlavor="NI"', b'negationInd="true"', b'moodCode="INT"', b'code=""'),
    *(b"<value/>", b"<code/>", b"<id/>", b"<low/>", b"<entryRelationship>", b"</act>", b'xsi:type="IVL_PQ"'),
    *(b'value="99999999999999"', b'value="20241399"', b'value="1e999"', b'code="nullified"'),
)


@settings(max_examples=300)
@given(st.data())
def test_a_document_changed_anywhere_is_read_or_refused(data: st.DataObject) -> None:
    content = WHOLE
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(content)))
        end = data.draw(st.integers(start, min(len(content), start + 40)))
        content = content[:start] + data.draw(st.sampled_from(PIECES)) + content[end:]
    assert is_sound(content)


def test_nothing_outside_is_opened(tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text("outside")
    body = f'<nonXMLBody><text mediaType="text/plain"><reference value="{outside.as_uri()}"/></text></nonXMLBody>'

    assert [item.outcome for item in left_out(a_document(body=body))] == ["skipped"]
