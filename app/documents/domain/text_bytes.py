"""Whether bytes are text, and in which character set.

Zero bytes and other control characters speak against text; well-formed UTF-8 or UTF-16 speaks for it; older
character sets must show letters and spaces in the measure that writing has.
"""

import codecs
import unicodedata
from dataclasses import dataclass

from app.documents.domain.media_types import ReadAt

EXAMINED_WHOLE = 4 * 1024 * 1024
"""Files up to this size are looked at byte by byte; of larger ones, head, tail and windows between."""
_WINDOW_BYTES = 64 * 1024
_WINDOWS = 16

# Tab, line feed, vertical tab (frames HL7), form feed, carriage return, end of file (DOS), escape (ISO 2022,
# printers), file separator (frames HL7).
_CONTROLS_OF_TEXT = frozenset(b"\t\n\v\f\r\x1a\x1b\x1c")
_CONTROLS = bytes(byte for byte in (*range(0x20), 0x7F) if byte not in _CONTROLS_OF_TEXT)
_LAYOUT = frozenset(map(chr, _CONTROLS_OF_TEXT))
_UNWRITTEN = frozenset({"Cc", "Cn", "Co", "Cs"})
_STRAY_CONTROLS_PER = 200
"""One stray control character in so many is a printer's or a scanner's, not a sign of another format."""

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE_BYTES = 8 * 1024
_CONTINUATIONS = range(0x80, 0xC0)
_ASCII = bytes(range(0x80))
_TORN_SHARE = range(40, 56)
"""Percent of zero bytes in UTF-16 that was cut into lines byte by byte."""
_FEW_FOREIGN = 0.3
"""Up to this share of bytes beyond ASCII a text is in Latin letters, with accents and signs."""
_LATIN_SPACING = 100
_ALPHABET_SPACING = 40
"""At least one space or line end in so many bytes."""
_ALPHABETS = ("cp1251", "cp1253", "cp1255", "cp1256", "koi8-r", "cp866", "iso8859-5", "iso8859-7", "cp874")
_IDEOGRAPHS = ("gb18030", "shift_jis", "euc_kr", "big5", "euc_jp")
_MOSTLY_LETTERS = 0.9
_MANY_LETTERS, _FEW_LETTERS = 40, 6
_LONGEST_CHARACTER = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """The start and the end of a text."""

    start: str
    """Without byte order mark; letters that its character set leaves open stand as Latin-1."""
    end: str
    charset: str | None
    """None where the bytes leave a choice."""
    is_whole: bool
    """Whether `start` is the whole text."""
    has_stray_zeros: bool = False
    """Whether zero bytes between the letters were left out."""


def as_text(head: bytes, tail: bytes, size: int, read: ReadAt) -> Text | None:
    """Read the file as text, None where it is none."""
    mark, charset = _byte_order_mark(head)
    charset = charset or utf16_without_mark(head)
    start, end = head[len(mark) :], tail[(len(tail) - size) % 4 :]  # whole characters of up to four bytes
    windows = _windows(head, end, size, read)
    is_torn = charset is None and all(map(_is_torn_utf16, windows))
    if is_torn:
        start, end, *windows = (part.replace(b"\0", b"") for part in (start, end, *windows))
    if charset in {None, "utf-8"}:
        proven = _charset_of_bytes(windows)
        if proven is False:
            return None
        charset = "utf-8" if proven else None
    elif not all(_is_wide_text(window, charset) for window in windows if charset):
        return None
    return Text(
        start=_decoded(start, charset),
        end=_decoded(end, charset),
        charset=None if is_torn else charset,
        is_whole=size <= len(head),
        has_stray_zeros=is_torn,
    )


def _byte_order_mark(head: bytes) -> tuple[bytes, str | None]:
    return next(((mark, name) for mark, name in _BYTE_ORDER_MARKS if head.startswith(mark)), (b"", None))


def utf16_without_mark(head: bytes) -> str | None:
    """Recognise UTF-16 without its mark, and return its codec: ASCII characters leave every other byte zero."""
    sample = head[:_SAMPLE_BYTES]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if not even and odd * 4 >= len(sample) // 2 > 0:
        return "utf-16-le"
    if not odd and even * 4 >= len(sample) // 2 > 0:
        return "utf-16-be"
    return None


def _is_torn_utf16(window: bytes) -> bool:
    """Recognise UTF-16 cut into lines byte by byte, which leaves single zeros between the letters."""
    percent = 100 * window.count(0) // max(1, len(window))
    return percent in _TORN_SHARE and window.count(b"\0\0") * 100 <= len(window)


def _windows(head: bytes, end: bytes, size: int, read: ReadAt) -> list[bytes]:
    if size <= len(head):
        return [head]
    if size <= EXAMINED_WHOLE:
        return [head, read(len(head), size - len(head))]
    step = size // _WINDOWS // 4 * 4
    return [head, *(read(at * step, _WINDOW_BYTES) for at in range(1, _WINDOWS)), end]


def _charset_of_bytes(windows: list[bytes]) -> bool | None:
    """Say whether this is UTF-8 (True), text in an older character set (None) or no text (False)."""
    if any(b"\0" in window for window in windows):
        return False
    length = sum(map(len, windows))
    stray = sum(len(window) - len(window.translate(None, _CONTROLS)) for window in windows)
    if stray > length // _STRAY_CONTROLS_PER:
        return False
    if all(_is_utf8(window) for window in windows):
        return True
    return None if all(_is_older_text(window[:_SAMPLE_BYTES]) for window in windows) else False


def _is_utf8(window: bytes) -> bool:
    """Say whether a window, which may start and end inside a character, is UTF-8."""
    start = next((at for at in range(min(_LONGEST_CHARACTER, len(window))) if not _continues(window[at])), 0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        decoder.decode(window[start:])
    except UnicodeDecodeError:
        return False
    return True


def _continues(byte: int) -> bool:
    """Say whether a byte can only stand inside a character of UTF-8."""
    return byte in _CONTINUATIONS


def _is_wide_text(window: bytes, charset: str) -> bool:
    """Say whether a window of UTF-16 or UTF-32 is writing and not other numbers."""
    for start in (0, 2):  # a window may start with the second half of a pair
        try:
            text = codecs.getincrementaldecoder(charset)().decode(window[start:])
        except UnicodeDecodeError:
            continue
        sample = text[:_SAMPLE_BYTES] + text[-_SAMPLE_BYTES:]
        odd = sum(unicodedata.category(letter) in _UNWRITTEN and letter not in _LAYOUT for letter in sample)
        return odd <= len(sample) // _STRAY_CONTROLS_PER
    return False


def _is_older_text(sample: bytes) -> bool:
    """Say whether the bytes read as writing in any of the character sets from before Unicode."""
    foreign = len(sample.translate(None, _ASCII))
    spaces = sum(sample.count(space) for space in b" \t\r\n")
    if foreign <= len(sample) * _FEW_FOREIGN and (spaces + 1) * _LATIN_SPACING >= len(sample):
        return True
    if (spaces + 1) * _ALPHABET_SPACING >= len(sample) and any(
        _reads_as(sample, name) for name in _ALPHABETS
    ):
        return True
    return any(_reads_as(sample, name) for name in _IDEOGRAPHS)


def _reads_as(sample: bytes, charset: str) -> bool:
    decoder = codecs.getincrementaldecoder(charset)()
    for start in range(min(_LONGEST_CHARACTER, len(sample))):
        decoder.reset()
        try:
            text = decoder.decode(sample[start:])
        except UnicodeDecodeError:
            continue
        foreign = [letter for letter in text if letter > "\x7f"]
        written = sum(unicodedata.category(letter)[0] in "LMNP" for letter in foreign)
        return written >= len(foreign) * _MOSTLY_LETTERS and not _is_padding(foreign)
    return False


def _is_padding(letters: list[str]) -> bool:
    """Say whether the same few letters come over and over, as in no writing."""
    return len(letters) > _MANY_LETTERS and len(set(letters)) < _FEW_LETTERS


def _decoded(part: bytes, charset: str | None) -> str:
    return part.decode(charset or "latin-1", "replace")
