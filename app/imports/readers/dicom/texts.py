"""Text in the character sets of DICOM, and the names of persons.

The codecs and escape sequences are pydicom's tables; decoding is done here, because what cannot be decoded must be
left out and said, without warnings that quote it.
Source: DICOM PS3.5 2024e, 6.1 (character sets, ISO 2022 escapes), 6.2 (PN); PS3.3 2024e, C.12.1.1.2.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from pydicom.charset import CODES_TO_ENCODINGS, python_encoding

from app.imports.domain.people import full_name

_ESCAPE: Final = b"\x1b"
_FRAGMENTS: Final = re.compile(rb"^[^\x1b]+|\x1b[^\x1b]*")
_RESETS: Final = re.compile(rb"[\r\n\t\f\\^=]")
_KEEPS_ESCAPE: Final = frozenset({"iso2022_jp", "iso2022_jp_2", "iso_ir_58"})
_MISSPELT: Final = re.compile(r"ISO[ _-]?(?P<extended>2022[ _-]?)?IR[ _-]?(?P<number>\d+)", re.IGNORECASE)
_OTHERWISE: Final = {"UTF-8": "UTF8", "UTF8": "UTF8", "ISO8859-1": "latin_1", "ISO-8859-1": "latin_1"}
_CONTROLS: Final = dict.fromkeys([*range(9), 11, 12, *range(14, 32), *range(127, 160)], " ")
_EASTERN: Final = re.compile(
    r"[\u1100-\u11ff\u2e80-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff66-\uff9f]"
)

Charsets = tuple[str, ...]
"""Python's codecs for the values of SpecificCharacterSet; empty where none is stated, `` for one not known."""


def charsets_of(value: bytes | None) -> Charsets:
    """Read SpecificCharacterSet."""
    if value is None or not value.strip(b"\0 "):
        return ()
    return tuple(_codec(term.strip("\0 ")) for term in value.decode("ascii", "replace").split("\\"))


def _codec(term: str) -> str:
    if term in python_encoding:
        return python_encoding[term]
    match = _MISSPELT.fullmatch(term)
    if match is None:
        return _OTHERWISE.get(term.upper(), "")
    spelt = f"ISO 2022 IR {match['number']}" if match["extended"] else f"ISO_IR {match['number']}"
    return python_encoding.get(spelt, "")


def decode(value: bytes, charsets: Charsets) -> str | None:
    """Return a text; None where its bytes are not of the character sets stated."""
    if value.isascii() and _ESCAPE not in value:
        return value.decode("ascii")
    try:
        if _ESCAPE not in value:
            return _plain(value, charsets)
        return "".join(_fragment(part, charsets) for part in _FRAGMENTS.findall(value))
    except (UnicodeError, LookupError):
        return None


def _plain(value: bytes, charsets: Charsets) -> str:
    if charsets and charsets[0] and charsets[0] != "iso8859":
        return value.decode(charsets[0])
    # Nothing that covers these bytes is stated. UTF-8 proves itself; any other reading would be a guess.
    return value.decode("utf-8")


def _fragment(part: bytes, charsets: Charsets) -> str:
    if not part.startswith(_ESCAPE):
        return _plain(part, charsets) if not part.isascii() else part.decode("ascii")
    escape = next((one for one in CODES_TO_ENCODINGS if part.startswith(one)), None)
    if escape is None:
        raise LookupError
    codec = CODES_TO_ENCODINGS[escape]
    if codec in _KEEPS_ESCAPE:
        if codec == "iso_ir_58":
            body = part[len(escape) :]
            return _until_reset(body, "gb2312", charsets)
        return part.decode(codec)
    return _until_reset(part[len(escape) :], codec, charsets)


def _until_reset(body: bytes, codec: str, charsets: Charsets) -> str:
    """Decode what an escape opened; a delimiter of values or of a name's parts takes it back."""
    reset = _RESETS.search(body)
    if reset is None or body.isascii():
        return body.decode(codec)
    rest = body[reset.start() :]
    after = rest.decode("ascii") if rest.isascii() else _later(rest, codec, charsets)
    return body[: reset.start()].decode(codec) + after


def _later(rest: bytes, codec: str, charsets: Charsets) -> str:
    try:
        return _plain(rest, charsets)
    except UnicodeError:
        return rest.decode(codec)  # writers that think the escape still holds


def clean(text: str) -> str:
    """Return a text without control characters and padding; line ends and tabs stay."""
    return text.translate(_CONTROLS).strip()


@dataclass(frozen=True, slots=True)
class PersonName:
    """A name as it is read aloud, in each of its writings."""

    shown: str | None
    others: tuple[str, ...]


def person_name(text: str) -> PersonName:
    """Read a PN: up to three writings (`=`), each of family, given, middle, prefix and suffix (`^`)."""
    writings = [one for one in (_aloud(group) for group in text.split("=")[:3]) if one]
    unique = list(dict.fromkeys(writings))
    return PersonName(unique[0] if unique else None, tuple(unique[1:]))


def _aloud(group: str) -> str | None:
    if not any(char.isalnum() for char in group):
        return None
    family, given, middle, _prefix, suffix = ([clean(part) for part in group.split("^")] + [""] * 5)[:5]
    if _EASTERN.search(family + given):
        return full_name(given=[family, given, middle], suffix=suffix)
    return full_name(given=[given, middle], family=family, suffix=suffix)


def folded(text: str) -> str:
    """Return a text in the form in which names and words are compared: no case, accents or signs."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(char for char in plain if not unicodedata.combining(char))
    return " ".join(re.findall(r"\w+", kept.replace("_", " ")))
