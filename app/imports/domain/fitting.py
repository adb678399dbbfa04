"""Texts and codes of senders, fitted to what a record can keep; what does not fit is said, never cut in silence."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from app.records.domain.base import Coding
from app.values.codes import canonical_system, check_code

WORD_MOST: Final = 200
TEXT_MOST: Final = 20_000
QUOTE_MOST: Final = 4_000
PLACE_MOST: Final = 500


class Remarks:
    """Gathers what could not be used of one item."""

    __slots__ = ("_said",)

    def __init__(self) -> None:
        self._said: list[str] = []

    def add(self, remark: str) -> None:
        """Say something, once."""
        if remark not in self._said:
            self._said.append(remark)

    def all(self) -> tuple[str, ...]:
        """Return what was said, in order."""
        return tuple(self._said)


def word(text: str | None, remarks: Remarks, name: str) -> str | None:
    """Return a short text with single blanks; None where it is empty, or too long for a `Word`, which is remarked."""
    if text is None:
        return None
    plain = " ".join(text.replace("\0", "").split())
    if len(plain) > WORD_MOST:
        remarks.add(f"`{name}` is longer than {WORD_MOST} characters; it stands in the payload only.")
        return None
    return plain or None


def text(value: str | None, remarks: Remarks, name: str) -> str | None:
    """Return a long text, its lines kept; None where it is empty, or too long for a `Text`, which is remarked."""
    if value is None:
        return None
    plain = value.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(plain) > TEXT_MOST:
        remarks.add(f"`{name}` is longer than {TEXT_MOST} characters; it stands in the payload only.")
        return None
    return plain or None


def quote(value: str | None) -> str | None:
    """Return words of the payload as a quotation, ended by an ellipsis where they are longer than one may be."""
    plain = " ".join((value or "").replace("\0", "").split())
    if len(plain) <= QUOTE_MOST:
        return plain or None
    return plain[: QUOTE_MOST - 2].rstrip() + " …"


def place(value: str) -> str:
    """Return a place, shortened in the middle where it is too long."""
    if len(value) <= PLACE_MOST:
        return value
    half = (PLACE_MOST - 1) // 2
    return f"{value[:half]}…{value[-half:]}"


@lru_cache(maxsize=16_384)  # a payload names the same codes again and again
def coding(system: str | None, code: str | None, display: str | None = None) -> Coding | None:
    """Return a code under its system's short name, its display as sent; None where there is no code."""
    if not code or not code.strip() or len(code.strip()) > WORD_MOST:
        return None
    named = canonical_system(system.strip()) if system and system.strip() else "local"
    shown = display.strip()[:1_000] if display and display.strip() else None
    return Coding(system=named[:WORD_MOST], code=code.strip(), display=shown)


@lru_cache(maxsize=4_096)  # a payload repeats a few codes thousands of times
def _is_refused(system: str, code: str) -> bool:
    return any(problem.severity == "refuse" for problem in check_code(system, code))


def usable(codings: Iterable[Coding | None], remarks: Remarks, most: int = 50) -> tuple[Coding, ...]:
    """Return the codes that a record can keep, each once; one that its system cannot have is remarked."""
    kept: dict[tuple[str, str], Coding] = {}
    for one in codings:
        if one is None:
            continue
        if _is_refused(one.system, one.code):
            remarks.add(f"A code is no code of {one.system}; it stands in the payload only.")
            continue
        kept.setdefault((one.system, one.code), one)
    if len(kept) > most:
        remarks.add(f"Only the first {most} codes are kept; all stand in the payload.")
    return tuple(kept.values())[:most]
