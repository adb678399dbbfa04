"""What a proposal keeps of what was read, and what it becomes."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from app.proposals.domain import (
    RecordContent,
    check_content,
    decode_content,
    edited_fields,
    encode_content,
    fingerprint_of,
    record_of,
)
from app.records.domain.base import Box, ReadingMethod, Source
from tests.builders import a_proposed, a_record
from tests.unit.summary.any_case import record_lists

BOX = Box(left=0.1, top=0.4, right=0.7, bottom=0.45)
METHOD = ReadingMethod(name="letter-reader", version="3.1")
MARKER = a_record("marker_result", marker="CEA", value=Decimal("9.60"), unit="ng/mL", date="2026-03-03")

contents = st.builds(
    RecordContent,
    record=record_lists(st.text(min_size=1, max_size=8)).map(lambda found: found[0] if found else MARKER),
    source=st.builds(
        lambda quote, page, box: replace(a_proposed(MARKER).source, quote=quote, page=page, box=box),
        st.text(min_size=1),
        st.none() | st.integers(1, 99),
        st.sampled_from([None, BOX]),
    ),
    method=st.sampled_from([None, METHOD, ReadingMethod(name="x")]),
)


@given(contents)
def test_what_was_read_is_kept_as_it_was(content: RecordContent) -> None:
    assert decode_content(encode_content(content).decode()) == content


@given(contents, contents)
def test_only_what_says_the_same_of_the_same_words_is_the_same(
    one: RecordContent, other: RecordContent
) -> None:
    def said(content: RecordContent) -> Any:
        where = content.source
        return content.record, where.document_id, where.page, where.quote

    assert (fingerprint_of(one) == fingerprint_of(other)) == (said(one) == said(other))
    assert fingerprint_of(replace(one, method=None, source=replace(one.source, box=None))) == fingerprint_of(
        one
    )


def test_digits_count_for_a_value_read_twice() -> None:
    shorter = msgspec.structs.replace(MARKER, value=Decimal("9.6"))
    assert fingerprint_of(a_proposed(MARKER)) != fingerprint_of(a_proposed(shorter))


@given(contents)
def test_a_record_begins_its_sources_with_the_words_that_it_was_read_from(content: RecordContent) -> None:
    record = record_of(content)
    first, where = record.sources[0], content.source
    assert (first.document_id, first.page, first.quote, first.box, first.method) == (
        where.document_id,
        where.page,
        where.quote,
        where.box,
        content.method,
    )
    assert (record.origin, record.verification) == ("document", "verified")
    assert edited_fields(content, record) == ()


def test_the_same_place_is_named_once_and_others_stay() -> None:
    where = a_proposed(MARKER).source
    same = Source(document_id=where.document_id, page=where.page, quote=where.quote, place="row 3")
    other = Source(title="the letter that it cites")
    proposed = a_proposed(msgspec.structs.replace(MARKER, sources=(same, other)))
    assert [one.title for one in record_of(proposed).sources] == [None, "the letter that it cites"]


def test_an_edit_is_told_by_its_fields_added_changed_and_taken_away() -> None:
    edited = msgspec.structs.replace(MARKER, unit=None, value=Decimal("9.8"), laboratory="Central")
    proposed = a_proposed(MARKER)
    assert edited_fields(proposed, record_of(proposed, edited)) == ("/laboratory", "/unit", "/value")


def test_a_box_that_ends_before_it_begins_is_named_by_its_end() -> None:
    wrong = replace(a_proposed(MARKER).source, box=Box(left=0.5, top=0.9, right=0.5, bottom=0.1))
    found = check_content(replace(a_proposed(MARKER), source=wrong))
    assert [one.pointer for one in found] == ["/source/box/right", "/source/box/bottom"]
