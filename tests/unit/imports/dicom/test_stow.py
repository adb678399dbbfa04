"""Instances on their way in: told by their first bytes, packed as they are, answered by the standard."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.imports.readers.dicom.instances import instance_of
from app.imports.readers.dicom.stow import Instance, answer_of, status_of
from app.imports.related import (
    MalformedBodyError,
    NotRelatedError,
    PartBegins,
    PartData,
    RelatedBody,
    boundary_of,
)
from app.imports.stowing import Packer
from tests.unit.imports.dicom.made import CT, STUDY, a_file

PARTS = [a_file(1), a_file(2, PixelData=b"\r\n--cut\r\n" * 2), b"hello", a_file(3, ICCProfile=bytes(200_000))]
GOOD = Instance(sop_class=CT, sop_instance="1.2.3", study="1.2")
BAD = Instance(sop_class=CT, sop_instance="1.2.4", study="1.2", failure=0xC000)


def a_body(parts: list[bytes], boundary: bytes = b"edge") -> bytes:
    head = b"Content-Type: application/dicom; transfer-syntax=*\r\nContent-Location: x\r\n\r\n"
    return (
        b"".join(b"--" + boundary + b"\r\n" + head + part + b"\r\n" for part in parts)
        + b"--"
        + boundary
        + b"--\r\n"
    )


def packed(body: bytes, sizes: list[int]) -> tuple[Packer, bytes]:
    related, packer, out, at = RelatedBody(b"edge"), Packer(None), bytearray(), 0
    for size in [*sizes, len(body)]:
        for event in related.feed(body[at : at + size]):
            for piece in packer.take(event):
                out += piece
        at += size
    related.end()
    for piece in packer.finish():
        out += piece
    return packer, bytes(out)


@given(st.lists(st.integers(1, 70_000), max_size=8))
def test_instances_are_packed_byte_for_byte_however_the_body_is_cut(sizes: list[int]) -> None:
    packer, content = packed(a_body(PARTS), sizes)
    assert [outcome.entry for outcome in packer.outcomes] == ["000001.dcm", "000002.dcm", None, "000004.dcm"]
    assert content == packed(a_body(PARTS), [])[1]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        assert [archive.read(name) for name in archive.namelist()] == [PARTS[0], PARTS[1], PARTS[3]]


def test_a_part_of_another_type_is_not_packed() -> None:
    packer = Packer(None)
    for event in (PartBegins(b"application/xml"), PartData(memoryview(PARTS[0]))):
        packer.take(event)
    assert [(one.entry, one.instance.failure) for one in packer.outcomes] == [(None, 0xC000)]


def test_an_instance_is_told_by_its_first_bytes_as_soon_as_they_suffice() -> None:
    content = a_file(1)
    assert instance_of(content[:100], is_whole=False, study=None) is None
    assert instance_of(content, is_whole=True, study=None) == Instance(
        sop_class=CT, sop_instance=f"{STUDY}.1.1", study=STUDY
    )
    other = instance_of(content, is_whole=True, study="1.2.3")
    assert other is not None
    assert other.failure == 0xA900


@pytest.mark.parametrize(
    "content", [b"", b"hello", bytes(128) + b"DICM", bytes(5_000), a_file(1, SOPClassUID=None)]
)
def test_what_is_no_instance_is_told_too(content: bytes) -> None:
    found = instance_of(content, is_whole=True, study=None)
    assert found is not None
    assert found.failure == 0xC000


@pytest.mark.parametrize(("instances", "status"), [([GOOD], 200), ([GOOD, BAD], 202), ([BAD], 409)])
def test_the_status_says_whether_all_some_or_none_are_stored(instances: list[Instance], status: int) -> None:
    assert status_of(instances) == status


def test_the_answer_names_what_is_stored_and_what_is_not() -> None:
    reference = {"00081150": {"vr": "UI", "Value": [CT]}, "00081155": {"vr": "UI", "Value": ["1.2.3"]}}
    failed = {
        "00081150": {"vr": "UI", "Value": [CT]},
        "00081155": {"vr": "UI", "Value": ["1.2.4"]},
        "00081197": {"vr": "US", "Value": [0xC000]},
    }
    assert answer_of([GOOD, BAD, Instance(failure=0xC000)]) == {
        "00081199": {"vr": "SQ", "Value": [reference]},
        "00081198": {"vr": "SQ", "Value": [failed]},
        "0008119A": {"vr": "SQ", "Value": [{"00081197": {"vr": "US", "Value": [0xC000]}}]},
    }


@pytest.mark.parametrize(
    "content_type", [None, "", "application/dicom", "multipart/related; type=text/xml; boundary=x"]
)
def test_a_body_that_is_no_list_of_instances_is_refused(content_type: str | None) -> None:
    with pytest.raises(NotRelatedError):
        boundary_of(content_type)


def test_a_body_without_boundary_or_end_is_refused() -> None:
    with pytest.raises(MalformedBodyError):
        boundary_of("multipart/related; type=application/dicom")
    related = RelatedBody(b"edge")
    related.feed(a_body(PARTS)[:-10])
    with pytest.raises(MalformedBodyError):
        related.end()
    with pytest.raises(MalformedBodyError):
        RelatedBody(b"edge").feed(b"something else")
