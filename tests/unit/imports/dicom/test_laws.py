"""Whatever bytes come, there is a reading or a refusal; and a header says here what pydicom reads in it."""

import io
import zipfile
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom import dcmread

from app.imports.checking import faults_of
from app.imports.domain.reading import FoundRecord, Options, UnreadablePayloadError
from app.imports.readers.dicom import read, tags
from app.imports.readers.dicom.dataset import read_header
from app.imports.readers.dicom.elements import MoreNeededError
from tests.unit.imports.dicom.made import a_file, a_report, an_archive

DEFLATED, IMPLICIT, BIG = "1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2", "1.2.840.10008.1.2.2"
SEEDS = (
    a_file(1),
    a_file(1, syntax=DEFLATED),
    a_file(1, syntax=IMPLICIT),
    a_report(),
    an_archive({"1": a_file(1), "sr": a_report(), "README": b"hello"}, compression=zipfile.ZIP_STORED),
    an_archive({"1": a_file(1), "2": a_file(2, PatientID="Q", PatientBirthDate="19990101")}),
)
PIECES = (
    b"\xff\xff\xff\xff",
    b"\xfe\xff\x00\xe0",
    b"\xfe\xff\xdd\xe0",
    b"SQ",
    b"UN",
    b"\x1b$B",
    b"\x1b$)C",
    b"\\",
)


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    content = bytearray(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(content)))
        match draw(st.sampled_from(["put", "insert", "cut", "drop"])):
            case "put":
                piece = draw(st.sampled_from(PIECES) | st.binary(min_size=1, max_size=4))
                content[at : at + len(piece)] = piece
            case "insert":
                content[at:at] = draw(st.sampled_from(PIECES) | st.binary(max_size=16))
            case "drop":
                del content[at : at + draw(st.integers(1, 40))]
            case _:
                del content[at:]
    return bytes(content)


@given(
    mutated()
    | st.binary(max_size=600)
    | st.binary(max_size=400).map(lambda rest: bytes(128) + b"DICM" + rest)
)
def test_any_bytes_give_a_reading_whose_records_are_sound_or_a_refusal(content: bytes) -> None:
    try:
        reading = read(content, Options())
    except UnreadablePayloadError:
        return
    assert reading.items
    assert reading.payloads
    for item in reading.items:
        assert 0 < len(item.place) <= 500
        assert not isinstance(item, FoundRecord) or not faults_of(item.record)


@given(st.sampled_from(SEEDS[:4]), st.integers(0, 2_000))
def test_a_header_that_is_read_bit_by_bit_says_the_same(content: bytes, size: int) -> None:
    whole, part = read_header(content, is_whole=True), None
    while part is None:
        try:
            part = read_header(content[:size], is_whole=size >= len(content))
        except MoreNeededError as more:
            size = max(size + 1, more.at)
    assert {tag: one.value for tag, one in part.elements.items()} == {
        tag: one.value for tag, one in whole.elements.items()
    }
    assert part.pixels == whole.pixels


names = st.text(
    st.characters(codec="utf-8", exclude_characters="\\=^", exclude_categories=["C", "Z"]),
    min_size=1,
    max_size=20,
)


@pytest.mark.parametrize("syntax", ["1.2.840.10008.1.2.1", IMPLICIT, BIG, DEFLATED])
@given(name=names, description=names, number=st.integers(0, 9_999))
def test_a_header_says_what_pydicom_reads_in_it(
    syntax: str, name: str, description: str, number: int
) -> None:
    changes: dict[str, Any] = {"PatientName": name, "StudyDescription": description, "SeriesNumber": number}
    content = a_file(1, syntax=syntax, **changes)
    header, other = read_header(content, is_whole=True), dcmread(io.BytesIO(content))
    assert header.transfer_syntax == other.file_meta.TransferSyntaxUID
    assert header.text(tags.PATIENT_NAME) == str(other.PatientName)
    assert header.text(tags.STUDY_DESCRIPTION) == other.StudyDescription
    assert header.uid(tags.STUDY) == other.StudyInstanceUID
    assert header.first(tags.SERIES_NUMBER) == str(other.SeriesNumber)
