"""Archives are read within bounds, whatever they claim."""

import io
import stat
import struct
import zipfile

import pytest

from app.imports.domain.reading import FoundRecord, NotUsed, Options, Reading, UnreadablePayloadError
from app.imports.readers.dicom import files as reading_files
from app.imports.readers.dicom import read
from tests.unit.imports.dicom.made import a_file, an_archive


def rejected(reading: Reading) -> dict[str, str]:
    return {
        item.place: item.detail
        for item in reading.items
        if isinstance(item, NotUsed) and item.outcome == "rejected"
    }


def beside_a_good_file(name: str, content: bytes = b"", **changes: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("good.dcm", a_file(1))
        info = zipfile.ZipInfo(name)
        for field, value in changes.items():
            setattr(info, field, value)
        archive.writestr(info, content or a_file(2))
    return out.getvalue()


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/etc/passwd", "C:/x.dcm", "a/../../x.dcm", "x" * 1_500]
)
def test_names_that_lead_out_of_the_archive_are_rejected(name: str) -> None:
    reading = read(beside_a_good_file(name), Options())
    assert sum(isinstance(item, FoundRecord) for item in reading.items) == 1
    (detail,) = rejected(reading).values()
    assert "leads out" in detail


def test_links_are_not_followed() -> None:
    content = beside_a_good_file("link.dcm", b"/etc/passwd", external_attr=(stat.S_IFLNK | 0o777) << 16)
    assert "link" in rejected(read(content, Options()))["link.dcm"]


def test_files_under_a_password_are_named() -> None:
    content = bytearray(beside_a_good_file("locked.dcm"))
    for signature, flags_at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.rindex(signature) + flags_at
        content[at] |= 1
    assert "password" in rejected(read(bytes(content), Options()))["locked.dcm"]


def test_an_archive_inside_the_archive_is_named_and_not_opened() -> None:
    content = beside_a_good_file("more.zip", an_archive({"1": a_file(3)}))
    assert "inside the archive" in rejected(read(content, Options()))["more.zip"]


def test_a_damaged_file_is_named_and_the_others_go_on() -> None:
    content = bytearray(an_archive({"good.dcm": a_file(1), "bad.dcm": a_file(2)}))
    at = content.rindex(b"PK\x03\x04") + 60
    content[at : at + 40] = bytes(40)
    reading = read(bytes(content), Options())
    assert sum(isinstance(item, FoundRecord) for item in reading.items) == 1
    assert list(rejected(reading)) == ["bad.dcm"]


@pytest.mark.parametrize("cut", [10, 100, -30])
def test_an_archive_that_is_cut_short_is_refused(cut: int) -> None:
    with pytest.raises(UnreadablePayloadError):
        read(an_archive({"1": a_file(1)})[:cut], Options())


def test_an_archive_that_would_unpack_to_far_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_files, "DECLARED_MOST", 1024 * 1024)
    bomb = an_archive({f"{n}.dcm": a_file(n) + bytes(1024 * 1024) for n in range(1, 4)})
    with pytest.raises(UnreadablePayloadError, match="far more"):
        read(bomb, Options())


def test_headers_together_are_unpacked_up_to_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    content = an_archive({f"{n}.dcm": a_file(n) for n in range(1, 200)})
    assert read(content, Options()).items
    monkeypatch.setattr(reading_files.Budget.__init__, "__defaults__", (20_000,))
    with pytest.raises(UnreadablePayloadError, match="far more"):
        read(content, Options())


def test_too_many_files_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_files, "ENTRIES_MOST", 3)
    with pytest.raises(UnreadablePayloadError, match="more than"):
        read(an_archive({str(n): a_file(n) for n in range(1, 6)}), Options())


def test_a_table_of_contents_without_end_is_refused_before_it_is_read() -> None:
    entry = b"PK\x01\x02" + bytes(24) + struct.pack("<HHH", 1, 0, 0) + bytes(12) + b"a"
    directory = entry * (9 * 1024 * 1024 // len(entry))
    content = (
        b"PK\x03\x04" + directory + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 9, 9, len(directory), 4, 0)
    )
    with pytest.raises(UnreadablePayloadError, match="table of contents"):
        read(content, Options())


def test_a_deflated_data_set_is_inflated_to_a_bound_only() -> None:
    deflated = a_file(1, syntax="1.2.840.10008.1.2.1.99", PixelData=bytes(64 * 1024 * 1024))
    assert len(deflated) < 100_000
    (found,) = read(deflated, Options()).items
    assert isinstance(found, FoundRecord)


def test_an_element_that_claims_more_than_there_is_ends_the_header() -> None:
    content = a_file(1, PixelData=None) + struct.pack("<HH2sHI", 0x0070, 1, b"OB", 0, 0x7FFFFFFF) + b"abc"
    reading = read(content, Options())
    (found,) = reading.items
    assert isinstance(found, FoundRecord)
    assert any("ends before" in remark for remark in found.remarks)


def test_sequences_nested_without_end_are_rejected() -> None:
    nested = struct.pack("<HH2sHI", 0x0040, 0x0275, b"SQ", 0, 0xFFFFFFFF) + struct.pack(
        "<HHI", 0xFFFE, 0xE000, 0xFFFFFFFF
    )
    content = a_file(1, PixelData=None) + nested * 5_000
    with pytest.raises(UnreadablePayloadError, match="broken"):
        read(content, Options())


def test_broken_files_past_a_number_are_counted_and_not_named() -> None:
    files = {f"{n:04}": a_file(n, StudyInstanceUID=None) for n in range(1, 604)}
    reading = read(an_archive({**files, "good": a_file(1)}), Options())
    assert len(rejected(reading)) == 501
    assert "102 more" in list(rejected(reading).values())[-1]


def test_an_entry_without_a_name_is_left_closed_and_the_others_are_read() -> None:
    nameless = an_archive({"a.dcm": a_file(), "?x": a_file(2)}).replace(b"?x", b"\0x")
    reading = read(nameless, Options())
    assert sorted(type(item).__name__ for item in reading.items) == ["FoundRecord", "NotUsed"]
