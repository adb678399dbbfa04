"""Whether the first bytes of a file really are a DICOM header, and of which sort.

`DICM` in the right place proves nothing: random bytes can follow it, and another kind of file can carry it.
What counts is a UID that names the class of the object, or a file meta group, in well-formed elements.

Source: DICOM PS3.5 2024e, 7.1 (data elements); PS3.10 2024e, 7.1 (preamble, prefix, file meta).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from app.documents.domain.media_types import Flavour

PREAMBLE_BYTES = 128
PREFIX = b"DICM"

_META_LENGTH = (0x0002, 0x0000)
_MEDIA_STORAGE_CLASS = (0x0002, 0x0002)
_TRANSFER_SYNTAX = (0x0002, 0x0010)
_SOP_CLASS = (0x0008, 0x0016)
_LAST_GROUP_OF_INTEREST = 0x0008
_UID = re.compile(rb"[0-2](?:\.(?:0|[1-9][0-9]*))+")
_STANDARD_ROOT = b"1.2.840.10008."
_MAX_UID_BYTES = 64
_MIN_ELEMENTS = 3

_SHORT_LENGTH = frozenset(
    b"AE AS AT CS DA DS DT FL FD IS LO LT PN SH SL SS ST TM UI UL US".split(),
)
_LONG_LENGTH = frozenset(b"OB OD OF OL OV OW SQ SV UC UN UR UT UV".split())

_FLAVOURS: Mapping[bytes, Flavour] = {
    b"1.2.840.10008.1.3.10": Flavour.DICOMDIR,
    b"1.2.840.10008.5.1.4.1.1.104.1": Flavour.ENCAPSULATED_PDF,
    b"1.2.840.10008.5.1.4.1.1.104.2": Flavour.ENCAPSULATED_CDA,
}
_STRUCTURED_REPORTS = b"1.2.840.10008.5.1.4.1.1.88."


@dataclass(frozen=True, slots=True)
class DicomHeader:
    """What the header says it is the header of."""

    sop_class: bytes | None

    @property
    def flavour(self) -> Flavour | None:
        """What sort of object it is, where that matters before it is read."""
        if self.sop_class is None:
            return None
        if self.sop_class.startswith(_STRUCTURED_REPORTS):
            return Flavour.STRUCTURED_REPORT
        return _FLAVOURS.get(self.sop_class)


@dataclass(frozen=True, slots=True)
class _Element:
    tag: tuple[int, int]
    value: bytes

    @property
    def uid(self) -> bytes | None:
        value = self.value.rstrip(b"\0 ")
        return value if len(value) <= _MAX_UID_BYTES and _UID.fullmatch(value) else None


def has_prefix(head: bytes) -> bool:
    """Say whether the bytes that mark a DICOM file stand where they should."""
    return head.startswith(PREFIX, PREAMBLE_BYTES)


def file_header(head: bytes) -> DicomHeader | None:
    """Read the header after preamble and prefix; None where none is there."""
    if not has_prefix(head):
        return None
    start = PREAMBLE_BYTES + len(PREFIX)
    meta = tuple(
        element
        for element in _elements(head, start, byte_order="little", explicit=True)
        if element.tag[0] == _MEDIA_STORAGE_CLASS[0]
    )
    named = _uid(meta, _MEDIA_STORAGE_CLASS)
    has_meta = len(meta) >= _MIN_ELEMENTS and meta[0].tag == _META_LENGTH
    if named or has_meta or _uid(meta, _TRANSFER_SYNTAX):
        return DicomHeader(named)
    return _data_set(head, start, min_elements=1)


def bare_header(head: bytes) -> DicomHeader | None:
    """Read a header that starts at the first byte, without preamble and prefix.

    Conservative: several well-formed elements in order, one of which names a class of the standard.
    """
    if head[:2] not in {b"\x02\0", b"\x08\0", b"\0\x08"}:
        return None
    return _data_set(head, 0, min_elements=_MIN_ELEMENTS)


def _data_set(head: bytes, start: int, *, min_elements: int) -> DicomHeader | None:
    encodings: tuple[tuple[Literal["little", "big"], bool], ...] = (
        ("little", True),
        ("little", False),
        ("big", True),
    )
    for byte_order, explicit in encodings:
        elements = tuple(_elements(head, start, byte_order=byte_order, explicit=explicit))
        named = _uid(elements, _SOP_CLASS) or _uid(elements, _MEDIA_STORAGE_CLASS)
        if named and named.startswith(_STANDARD_ROOT) and len(elements) >= min_elements:
            return DicomHeader(named)
    return None


def _uid(elements: tuple[_Element, ...], tag: tuple[int, int]) -> bytes | None:
    return next((element.uid for element in elements if element.tag == tag), None)


def _elements(
    head: bytes, start: int, *, byte_order: Literal["little", "big"], explicit: bool
) -> Iterator[_Element]:
    """Yield the elements of the first groups, as far as they are well-formed, whole and in order."""

    def number(at: int, size: int) -> int:
        return int.from_bytes(head[at : at + size], byte_order)

    at, before = start, (0, -1)
    while at + 8 <= len(head):
        tag = (number(at, 2), number(at + 2, 2))
        if tag <= before or tag[0] > _LAST_GROUP_OF_INTEREST:
            return
        if not explicit:
            value_at, length = at + 8, number(at + 4, 4)
        elif (representation := head[at + 4 : at + 6]) in _SHORT_LENGTH:
            value_at, length = at + 8, number(at + 6, 2)
        elif representation in _LONG_LENGTH and at + 12 <= len(head):
            value_at, length = at + 12, number(at + 8, 4)
        else:
            return
        if value_at + length > len(head):
            return
        yield _Element(tag, head[value_at : value_at + length])
        at, before = value_at + length, tag
