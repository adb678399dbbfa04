"""Which characters the bytes of a message stand for: MSH-18, what the bytes prove, and what the caller says."""

import codecs
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from app.documents.domain.text_bytes import utf16_without_mark

_NOT_FOLDED: Final = re.compile(r"[^A-Z0-9]")
_NUMBERED: Final = re.compile(r"(?:ISO)?8859(\d{1,2})")
_WINDOWS: Final = re.compile(r"(?:WINDOWS|WIN|CP|MS|IBM)?(125[0-8]|8[5-7]\d|437)")
_SHIFT: Final = re.compile(rb"\\[CM]((?:[0-9A-Fa-f]{2}){2,3})\\")
_ISO_2022: Final = "iso2022_jp_ext"
_WIDE_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE: Final = 4_096
_NO_CHARACTER_SETS: Final = frozenset(
    {"undefined", "unicode_escape", "raw_unicode_escape", "idna", "punycode"}
)


class CharsetError(ValueError):
    """The bytes of a message cannot be told apart as characters; says why and how to mend it."""

    def __init__(self, detail: str, fix: str) -> None:
        super().__init__(detail)
        self.detail = detail
        self.fix = fix


@dataclass(frozen=True, slots=True)
class _Table:
    codecs: Mapping[str, str]
    escaped: Mapping[str, str]


@cache
def _table() -> _Table:
    whole = tomllib.loads((files(__package__) / "charsets.toml").read_text(encoding="utf-8"))
    return _Table(whole["codecs"], whole["escaped"])


@cache
def codec_of(name: str) -> str | None:
    """Return the codec for a character set as MSH-18 or a caller names it; None where it is not known."""
    folded = _NOT_FOLDED.sub("", name.upper())
    known = _table().codecs.get(folded)
    if known is not None:
        return known
    numbered, windows = _NUMBERED.fullmatch(folded), _WINDOWS.fullmatch(folded)
    if numbered is not None:
        return _table().codecs.get(f"8859{numbered[1]}")
    if windows is not None:
        return f"cp{windows[1]}"
    try:
        found = codecs.lookup(name.strip()).name
    except (LookupError, ValueError):
        return None
    if found.startswith(("utf-16", "utf-32")):
        return "unicode"
    return None if found in _NO_CHARACTER_SETS else found


def narrow(content: bytes) -> bytes:
    """Return a payload in UTF-16 or UTF-32 as UTF-8, and any other as it is; a byte order mark is left out.

    Raises:
        CharsetError: it begins as one of them, and is none.
    """
    codec = _wide_codec(content)
    if codec is None:
        return content
    try:
        return content.decode(codec).removeprefix("\ufeff").encode("utf-8")
    except UnicodeError as error:
        raise CharsetError(
            "The payload begins as UTF-16 or UTF-32 and does not go on so.",
            "Send it again as UTF-8, and say so in MSH-18.",
        ) from error


def _wide_codec(content: bytes) -> str | None:
    for mark, codec in _WIDE_MARKS:
        if content.startswith(mark):
            return codec
    return utf16_without_mark(content[:_SAMPLE])


def decoded(content: bytes, declared: tuple[str, ...], told: str | None) -> str:
    """Return a message as text; `declared` are the repetitions of MSH-18, `told` is what the caller says.

    Raises:
        CharsetError: the character set is not known, or the bytes are not of it; nothing is guessed.
    """
    names = [name for name in declared if name.strip()]
    chosen = _chosen(names)
    if chosen == _ISO_2022:
        return _strict(_SHIFT.sub(_escape, content), _ISO_2022)
    if content.isascii():
        return _with_escapes(content, "ascii")
    # Bytes beyond ASCII that are well-formed UTF-8 are UTF-8, whatever single-byte set MSH-18 claims: senders change
    # their encoding and forget the field, and no text of one of these sets comes out so by chance.
    if chosen in {None, "ascii", "unicode", "utf-8"} or _is_single_byte(chosen):
        try:
            return content.decode("utf-8")
        except UnicodeDecodeError:
            pass
    if chosen not in {None, "ascii", "unicode"}:
        return _with_escapes(content, chosen)
    outside = codec_of(told) if told else None
    if outside is not None and outside not in {"ascii", "unicode", "utf-8"}:
        return _with_escapes(content, outside)
    raise CharsetError(
        "The message holds letters beyond ASCII, is not UTF-8, and names no other character set in MSH-18.",
        "Name the character set in MSH-18 (table 0211) or in the content type, or send UTF-8.",
    )


def _chosen(names: list[str]) -> str | None:
    """Return the codec of MSH-18; where it lists a Japanese alternative, that one, which covers the default too."""
    known = [codec_of(name) for name in names]
    if names and None in known:
        raise CharsetError(
            "MSH-18 names a character set that is not known here.",
            "Name one of HL7 table 0211 in MSH-18, such as UNICODE UTF-8 or 8859/1.",
        )
    if _ISO_2022 in known:
        return _ISO_2022
    return known[0] if known else None


@cache
def _is_single_byte(codec: str) -> bool:
    return codec.startswith(("cp125", "cp8", "cp4", "iso8859", "koi8"))


def _escape(match: re.Match[bytes]) -> bytes:
    return b"\x1b" + bytes.fromhex(match[1].decode("ascii"))


def _with_escapes(content: bytes, codec: str) -> str:
    r"""Decode a message in which `\Cxxyy\` may switch to another single-byte set, up to the next one or a new line."""
    if b"\\C2" not in content:
        return _strict(content, codec)
    pieces: list[str] = []
    for line in content.splitlines(keepends=True):
        at, now = 0, codec
        for match in _SHIFT.finditer(line):
            pieces.append(_strict(line[at : match.start()], now))
            now = _table().escaped.get(match[1].decode("ascii").upper(), codec)
            now = codec if now == "ascii" else now
            at = match.end()
        pieces.append(_strict(line[at:], now))
    return "".join(pieces)


def _strict(content: bytes, codec: str) -> str:
    try:
        return content.decode(codec)
    except UnicodeError as error:
        raise CharsetError(
            "The message is not in the character set that MSH-18, or the caller, names.",
            "Name the character set that it is written in, in MSH-18 (table 0211), or send UTF-8.",
        ) from error
