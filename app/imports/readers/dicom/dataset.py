"""One DICOM file's header, and the values in it."""

import re
import zlib
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from pydicom.uid import UID

from app.documents.domain.dicom_header import PREAMBLE_BYTES, PREFIX, bare_header, has_prefix
from app.imports.readers.dicom import tags
from app.imports.readers.dicom.elements import (
    IMPLICIT,
    Element,
    Encoding,
    MalformedError,
    MoreNeededError,
    Scan,
    encoding_at,
    items_of,
    scan,
)
from app.imports.readers.dicom.texts import Charsets, charsets_of, clean, decode

INFLATED_MOST: Final = 32 * 1024 * 1024
DEFLATED: Final = frozenset({"1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.4.95", "1.2.840.10008.1.2.4.205"})
BIG_ENDIAN: Final = "1.2.840.10008.1.2.2"

_META: Final = Encoding(explicit=True, little=True)
_META_TAGS: Final = frozenset({tags.TRANSFER_SYNTAX, tags.MEDIA_STORAGE_CLASS})
_UID: Final = re.compile(r"[0-2](?:\.[0-9]+)+")
_UID_MOST: Final = 64
_ITEM_TAGS: Final = frozenset(
    {
        tags.CODE, tags.CODE_SCHEME, tags.CODE_MEANING, tags.PATIENT_ID, tags.PATIENT_ID_ISSUER,
        tags.PATIENT_ID_QUALIFIERS,
        tags.UNIVERSAL_ID, tags.RADIOPHARMACEUTICAL, tags.CHARACTER_SET,
    }
)  # fmt: skip


@dataclass(frozen=True)
class DataSet:
    """Elements of a data set or of an item, and what is needed to read them."""

    elements: dict[int, Element]
    charsets: Charsets = ()

    def raw(self, tag: int) -> bytes | None:
        """Return the bytes of a value; None where the element is not there."""
        element = self.elements.get(tag)
        return None if element is None else element.value

    def text(self, tag: int) -> str | None:
        """Return a value as text; None where it is absent, empty or not of the character set stated."""
        element = self.elements.get(tag)
        if element is None or not element.value:
            return None
        text = decode(element.value, self.charsets)
        return (clean(text) or None) if text is not None else None

    def is_undecodable(self, tag: int) -> bool:
        """Tell whether a value is there that the character sets stated cannot have."""
        element = self.elements.get(tag)
        return element is not None and decode(element.value, self.charsets) is None

    def texts(self, tag: int) -> list[str]:
        """Return the values of an element that may have several, without the empty ones."""
        text = self.text(tag)
        return [part for part in (clean(one) for one in text.split("\\")) if part] if text else []

    def first(self, tag: int) -> str | None:
        """Return the first value of an element."""
        return next(iter(self.texts(tag)), None)

    def uid(self, tag: int) -> str | None:
        """Return a UID; None where it is absent or none."""
        element = self.elements.get(tag)
        if element is None:
            return None
        text = element.value.rstrip(b"\0 ").decode("ascii", "replace").strip()
        return text if len(text) <= _UID_MOST and _UID.fullmatch(text) else None

    def items(self, tag: int, wanted: frozenset[int] = _ITEM_TAGS, depth: int = 0) -> list["DataSet"]:
        """Return the items of a sequence; none where it is absent or broken."""
        element = self.elements.get(tag)
        if element is None:
            return []
        try:
            found = items_of(element, wanted, depth)
        except MalformedError:
            return []
        return [DataSet(elements, _charsets(elements, self.charsets)) for elements, _ in found]


def _charsets(elements: dict[int, Element], inherited: Charsets = ()) -> Charsets:
    stated = elements.get(tags.CHARACTER_SET)
    return inherited if stated is None else charsets_of(stated.value)


@dataclass(frozen=True)
class Header(DataSet):
    """The header of one file."""

    transfer_syntax: str | None = None
    pixels: tuple[int, int] | None = None
    is_cut: bool = False
    """The file ends before its header does."""
    inflated: int = 0
    """How many bytes were inflated to read it."""

    @cached_property
    def sop_class(self) -> str | None:
        """SOP Class UID."""
        return self.uid(tags.SOP_CLASS)

    @property
    def is_deflated(self) -> bool:
        """Tell whether places and lengths are those of the inflated file."""
        return self.transfer_syntax in DEFLATED

    @property
    def has_known_syntax(self) -> bool:
        """Tell whether the transfer syntax is one of the standard; decided by its name, nothing is decoded."""
        return UID(self.transfer_syntax or "").type == "Transfer Syntax"


def is_dicom(head: bytes) -> bool:
    """Tell whether a file begins as DICOM does, with or without its preamble."""
    return has_prefix(head) or bare_header(head) is not None


def read_header(data: bytes, *, is_whole: bool, wanted: frozenset[int] = tags.HEADER) -> Header:
    """Return what the header says, up to the pixel data, of which no byte is looked at.

    Raises:
        MoreNeededError: the header goes on beyond these bytes.
        MalformedError: the bytes are no data set.
    """
    at, has_meta = 0, has_prefix(data)
    syntax: str | None = None
    if has_meta:
        meta, at = _meta(data, PREAMBLE_BYTES + len(PREFIX), is_whole=is_whole)
        syntax = DataSet(meta.elements).uid(tags.TRANSFER_SYNTAX)
    inflated = 0
    if syntax in DEFLATED:
        found, inflated = _inflated(data, at, wanted, is_whole=is_whole)
    else:
        encoding = encoding_at(data, at, little=syntax != BIG_ENDIAN)
        found = scan(data, at, encoding, wanted, is_whole=is_whole)
    if syntax is None and not has_meta:
        syntax = _syntax_of(encoding_at(data, at, little=True))
    return Header(
        elements=found.elements,
        charsets=_charsets(found.elements),
        transfer_syntax=syntax,
        pixels=found.pixels,
        is_cut=found.is_cut,
        inflated=inflated,
    )


def _meta(data: bytes, at: int, *, is_whole: bool) -> tuple[Scan, int]:
    """Read the file meta group, element by element, whatever it says of its own length."""
    end = at
    while data[end : end + 2] == b"\x02\0":
        representation = data[end + 4 : end + 6]
        is_long = representation in {b"OB", b"UN", b"UT", b"SQ", b"OW"}
        size_at, size = (end + 8, 4) if is_long else (end + 6, 2)
        end = size_at + size + int.from_bytes(data[size_at : size_at + size], "little")
        if end > len(data):
            end = len(data)
            break
    return scan(data[:end], at, _META, _META_TAGS, is_whole=is_whole or end < len(data)), end


def _syntax_of(encoding: Encoding) -> str:
    if encoding == IMPLICIT:
        return "1.2.840.10008.1.2"
    return "1.2.840.10008.1.2.1" if encoding.little else BIG_ENDIAN


def _inflated(data: bytes, at: int, wanted: frozenset[int], *, is_whole: bool) -> tuple[Scan, int]:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        plain = inflater.decompress(data[at:], INFLATED_MOST)
    except zlib.error:
        raise MalformedError from None
    is_all = is_whole or inflater.eof or len(plain) >= INFLATED_MOST
    try:
        return scan(plain, 0, encoding_at(plain, 0, little=True), wanted, is_whole=is_all), len(plain)
    except MoreNeededError:
        raise MoreNeededError(len(data) + 1) from None  # in bytes of the file, not of what they inflate to
