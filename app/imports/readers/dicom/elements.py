"""The elements of a data set, found without reading what is not wanted and without trusting any length.

Explicit and implicit, little- and big-endian; sequences of stated and of open length. Pixel data are where it ends.
Only what the bytes in hand bear out is believed: a length that runs past them asks for more, or marks the end.
Source: DICOM PS3.5 2024e, 7.1 to 7.5 (data elements, items); 6.2.2 (UN of open length is implicit little-endian).
"""

from dataclasses import dataclass
from struct import Struct
from struct import error as struct_error
from typing import Final, NamedTuple

from app.imports.readers.dicom.tags import FIRST_OF_PIXELS, LAST_OF_PIXELS

OPEN: Final = 0xFFFFFFFF
DEPTH_MOST: Final = 32
ITEMS_MOST: Final = 200_000

_ITEM: Final = 0xFFFEE000
_ITEM_END: Final = 0xFFFEE00D
_SEQUENCE_END: Final = 0xFFFEE0DD
_SHORT: Final = frozenset(b"AE AS AT CS DA DS DT FL FD IS LO LT PN SH SL SS ST TM UI UL US".split())
_LONG: Final = frozenset(b"OB OD OF OL OV OW SQ SV UC UN UR UT UV".split())


class MoreNeededError(Exception):
    """The header goes on beyond the bytes in hand, at least to `at`."""

    def __init__(self, at: int) -> None:
        super().__init__(at)
        self.at = at


class MalformedError(Exception):
    """The bytes are no data set."""


class Encoding(NamedTuple):
    """How elements are written."""

    explicit: bool
    little: bool


IMPLICIT: Final = Encoding(explicit=False, little=True)


class Element(NamedTuple):
    """One element as it stands: the bytes of its value, of a sequence those of its items."""

    value: bytes
    encoding: Encoding
    """Of the items, where it is a sequence."""


@dataclass(frozen=True, slots=True)
class Scan:
    """What was found."""

    elements: dict[int, Element]
    pixels: tuple[int, int] | None
    """Where the pixel data begin and how long they say they are; None where there are none."""
    is_cut: bool
    """The file ends in the middle of an element."""


class _Structs(NamedTuple):
    head: Struct
    """Group, element, representation, 16-bit length."""
    plain: Struct
    """Group, element, 32-bit length."""
    length: Struct


_STRUCTS: Final = {
    True: _Structs(Struct("<HH2sH"), Struct("<HHI"), Struct("<I")),
    False: _Structs(Struct(">HH2sH"), Struct(">HHI"), Struct(">I")),
}


def encoding_at(data: bytes, at: int, *, little: bool) -> Encoding:
    """Tell how the element at a place is written: whether it names its representation, and in which byte order.

    Looked at rather than believed: writers state one transfer syntax and use another. `little` decides where
    the bytes leave it open.
    """
    representation = data[at + 4 : at + 6]
    group = data[at : at + 2]
    if representation in _SHORT or representation in _LONG:
        # Groups of a data set's start are small: the byte that is zero tells the order.
        if group[:1] == b"\0" and group != b"\0\0":
            return Encoding(explicit=True, little=False)
        if group[1:] == b"\0" and group != b"\0\0":
            return Encoding(explicit=True, little=True)
        return Encoding(explicit=True, little=little)
    return IMPLICIT


def scan(data: bytes, at: int, encoding: Encoding, wanted: frozenset[int], *, is_whole: bool) -> Scan:
    """Return the wanted elements from a place on, up to the pixel data.

    Raises:
        MoreNeededError: the data go on beyond these bytes, and `is_whole` does not say that these are all.
        MalformedError: a sequence is broken or nested too deep.
    """
    found: dict[int, Element] = {}
    end = len(data)
    try:
        while at < end:
            tag, at, length, inner = _element(data, at, encoding)
            if tag >= FIRST_OF_PIXELS:
                is_pixels = tag <= LAST_OF_PIXELS
                return Scan(found, (at, length) if is_pixels else None, is_cut=False)
            if length == OPEN:
                value_end, after = _end_of_items(data, at, inner, 0)
            else:
                value_end = after = at + length
            if after > end:
                if not is_whole:
                    raise MoreNeededError(after)
                return Scan(found, None, is_cut=True)
            if tag in wanted:
                found[tag] = Element(data[at:value_end], inner)
            at = after
    except struct_error:
        if not is_whole:
            raise MoreNeededError(end + 1) from None
        return Scan(found, None, is_cut=True)
    if not is_whole:
        raise MoreNeededError(end + 1)
    return Scan(found, None, is_cut=False)


def items_of(
    element: Element, wanted: frozenset[int], depth: int = 0
) -> list[tuple[dict[int, Element], int]]:
    """Return the items of a sequence, each with its wanted elements and the offset at which it begins in the value.

    Raises:
        MalformedError: the sequence is broken or nested too deep.
    """
    if depth > DEPTH_MOST:
        raise MalformedError
    data, encoding = element
    plain = _STRUCTS[encoding.little].plain
    at, end = 0, len(data)
    items: list[tuple[dict[int, Element], int]] = []
    try:
        while at + 8 <= end:
            group, number, length = plain.unpack_from(data, at)
            if group << 16 | number != _ITEM:
                break
            began = at
            at += 8
            if length == OPEN:
                value_end, after = _end_of_item(data, at, encoding, depth)
            else:
                value_end = after = at + length
            items.append((_in_item(data[at:value_end], encoding, wanted), began))
            if len(items) > ITEMS_MOST:
                raise MalformedError
            at = after
    except struct_error:
        raise MalformedError from None
    return items


def _in_item(data: bytes, encoding: Encoding, wanted: frozenset[int]) -> dict[int, Element]:
    try:
        return scan(data, 0, encoding, wanted, is_whole=True).elements
    except MoreNeededError:  # pragma: no cover  (a whole item never asks for more)
        raise MalformedError from None


def _element(data: bytes, at: int, encoding: Encoding) -> tuple[int, int, int, Encoding]:
    """Return an element's tag, where its value begins, its length, and how its items would be written."""
    structs = _STRUCTS[encoding.little]
    if not encoding.explicit:
        group, number, length = structs.plain.unpack_from(data, at)
        return group << 16 | number, at + 8, length, encoding
    group, number, representation, length = structs.head.unpack_from(data, at)
    tag = group << 16 | number
    if representation in _SHORT:
        return tag, at + 8, length, encoding
    if representation in _LONG or representation.isalpha():
        (length,) = structs.length.unpack_from(data, at + 8)
        is_unknown = representation == b"UN" and length == OPEN
        return tag, at + 12, length, IMPLICIT if is_unknown else encoding
    # An element without a representation among others that have one.
    (length,) = structs.length.unpack_from(data, at + 4)
    return tag, at + 8, length, encoding


def _end_of_items(data: bytes, at: int, encoding: Encoding, depth: int) -> tuple[int, int]:
    """Return where the items of an open sequence end, and where its delimiter does."""
    if depth > DEPTH_MOST:
        raise MalformedError
    plain = _STRUCTS[encoding.little].plain
    while True:
        group, number, length = plain.unpack_from(data, at)
        tag = group << 16 | number
        if tag == _SEQUENCE_END:
            return at, at + 8
        if tag != _ITEM:
            raise MalformedError
        at += 8
        if length == OPEN:
            _, at = _end_of_item(data, at, encoding, depth + 1)
        else:
            at += length


def _end_of_item(data: bytes, at: int, encoding: Encoding, depth: int) -> tuple[int, int]:
    """Return where the elements of an open item end, and where its delimiter does."""
    while True:
        tag, value_at, length, inner = _element_or_end(data, at, encoding)
        if tag == _ITEM_END:
            return at, value_at
        if tag == _SEQUENCE_END:
            raise MalformedError
        if length == OPEN:
            _, at = _end_of_items(data, value_at, inner, depth + 1)
        else:
            at = value_at + length


def _element_or_end(data: bytes, at: int, encoding: Encoding) -> tuple[int, int, int, Encoding]:
    group, number, _length = _STRUCTS[encoding.little].plain.unpack_from(data, at)
    if group == 0xFFFE:  # noqa: PLR2004 (delimiters never state a representation)
        return group << 16 | number, at + 8, 0, encoding
    return _element(data, at, encoding)
