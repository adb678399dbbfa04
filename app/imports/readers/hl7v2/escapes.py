"""Escape sequences of HL7 v2 texts. Source: HL7 v2.8, chapter 2, section 2.7."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_NUMBER: Final = re.compile(r"[+-]?\d+")
_MOST_LINES: Final = 50
_MOST_BLANKS: Final = 80


@dataclass(frozen=True, slots=True)
class Delimiters:
    """The characters that a message is divided by, as MSH-1 and MSH-2 name them; an empty one is not used."""

    field: str = "|"
    component: str = "^"
    repetition: str = "~"
    escape: str = "\\"
    subcomponent: str = "&"

    def unescaped(self, text: str) -> str:
        """Return a text with its escape sequences carried out."""
        escape = self.escape
        if not escape or escape not in text:
            return text
        return _unescape(text, self)


USUAL: Final = Delimiters()


@lru_cache(maxsize=64)
def _pattern(escape: str) -> re.Pattern[str]:
    # A lone escape character before anything else is the character itself, as senders write it in file paths.
    mark = re.escape(escape)
    return re.compile(
        mark
        + r"((?:[FSTREPHN]|X[0-9A-Fa-f]*|Z[^\r\n"
        + mark
        + r"]{0,200}|[CM][0-9A-Fa-f]{4,6}|\.[a-z]{2}\s?[+-]?\d*))"
        + mark
    )


def _unescape(text: str, marks: Delimiters) -> str:
    def stand(match: re.Match[str]) -> str:
        return _meaning(match[1], marks)

    text = text.replace(f"{marks.escape}.br{marks.escape}", "\n")  # most of all there are
    return _pattern(marks.escape).sub(stand, text) if marks.escape in text else text


def _meaning(code: str, marks: Delimiters) -> str:
    match code[0]:
        case "F":
            return marks.field
        case "S":
            return marks.component
        case "T":
            return marks.subcomponent
        case "R":
            return marks.repetition
        case "E":
            return marks.escape
        case "P":
            return "#"
        case "X":
            return _hex(code)
        case ".":
            return _layout(code)
        case _:
            return (
                ""  # highlighting, character sets (carried out before) and what the sender alone understands
            )


def _hex(code: str) -> str:
    if len(code) % 2 == 0:
        return ""
    content = bytes.fromhex(code[1:])
    try:
        written = content.decode("utf-8")
    except UnicodeDecodeError:
        written = content.decode("cp1252", "replace")
    return written.replace("\r\n", "\n").replace("\r", "\n")


def _layout(code: str) -> str:
    number = _NUMBER.search(code)
    count = int(number[0]) if number else 0
    match code[1:3]:
        case "br" | "ce":
            return "\n"
        case "sp":
            return "\n" * min(max(count, 1), _MOST_LINES)
        case "sk":
            return " " * min(max(count, 1), _MOST_BLANKS)
        case _:
            return ""  # .in, .ti, .fi, .nf: indents and filling
