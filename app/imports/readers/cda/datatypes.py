"""CDA's data types as far as facts need them: codes, identifiers, moments and intervals, names.

Source: HL7 Version 3 Standard, Data Types (R1), as used by CDA R2.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from msgspec import Struct

from app.imports.domain.fitting import coding
from app.imports.domain.moments import from_hl7, is_date, period
from app.imports.domain.people import full_name
from app.imports.readers.cda.narrative import Narrative
from app.imports.readers.cda.tree import Node, child, children, children_by_name, own_text
from app.records.domain.base import Absence, Coding

NO_NAMES: Final = frozenset({"unk", "unknown", "ni", "na", "n/a", "null", "none", "-"})
"""What senders write where they have no display."""

ABSENCES: Final = {
    "UNK": Absence.UNKNOWN,
    "ASKU": Absence.UNKNOWN,
    "NASK": Absence.UNKNOWN,
    "NAV": Absence.UNKNOWN,
    "NAVU": Absence.UNKNOWN,
    "TRC": Absence.UNKNOWN,
    "QS": Absence.UNKNOWN,
}
"""What a null flavour says. NI (no information), NA, MSK, OTH and the like say nothing that a record can keep.

Source: HL7 v3 code system NullFlavor.
"""


class Concept(Struct, frozen=True, kw_only=True, gc=False):
    """A coded concept: what it is called, and its codes, the sender's choice first."""

    name: str | None = None
    codes: tuple[Coding, ...] = ()
    null: str | None = None
    """Its null flavour."""

    @property
    def shown(self) -> str | None:
        """What it is called: its name, else the display of a code."""
        return self.name or next((code.display for code in self.codes if code.display), None)

    def has(self, *codes: str) -> bool:
        """Tell whether one of its codes is among these, whatever the system."""
        return any(code.code in codes for code in self.codes)


NOTHING: Final = Concept()


def concept(node: Node | None, narrative: Narrative) -> Concept:
    """Return a CD, CE, CV or CS: its display, else the words that it was coded from, else a translation's display."""
    if node is None:
        return NOTHING
    own = _concept(
        node.get("codeSystem") or node.get("codeSystemName"),
        node.get("code"),
        node.get("displayName"),
        node.get("nullFlavor"),
    )
    if not len(node):  # most codes have neither words nor translations
        return own
    name, codes = own.name, own.codes
    others = children(node, "translation")
    if others:
        codes = (*codes, *[code for one in others if (code := _coding(one)) is not None])
    if name is None:
        name = narrative.line(child(node, "originalText"))
    if name is None:
        name = next((code.display for code in codes if _named(code.display)), None)
    return own if name is own.name and codes is own.codes else Concept(name=name, codes=codes, null=own.null)


@lru_cache(maxsize=16_384)  # a document names the same codes again and again
def _concept(system: str | None, code: str | None, display: str | None, null: str | None) -> Concept:
    name = _named(display)
    own = coding(system, code, name)
    return Concept(name=name, codes=() if own is None else (own,), null=null)


def _coding(node: Node) -> Coding | None:
    return coding(
        node.get("codeSystem") or node.get("codeSystemName"),
        node.get("code"),
        _named(node.get("displayName")),
    )


def _named(text: str | None) -> str | None:
    if text is None:
        return None
    plain = text.strip()
    return None if not plain or plain.casefold() in NO_NAMES else plain


def ids_of(node: Node) -> tuple[str, ...]:
    """Return the identifiers of a thing as `root|extension`, those that say nothing left out."""
    return ids_in(children(node, "id"))


def ids_in(ids: Iterable[Node]) -> tuple[str, ...]:
    """Return identifiers as `root|extension`, those that say nothing left out."""
    found = []
    for one in ids:
        if not one.get("nullFlavor"):
            root, extension = one.get("root"), one.get("extension")
            if root or extension:
                found.append(f"{root}|{extension}" if root and extension else root or extension or "")
    return tuple(found)


class When(Struct, frozen=True, kw_only=True, gc=False):
    """A moment or an interval, each end as precise as it was given."""

    point: str | None = None
    low: str | None = None
    high: str | None = None
    high_null: bool = False
    """Whether the sender says outright that the end is unknown or still open."""
    bad: bool = False
    """Whether something there is no date."""

    @property
    def start(self) -> str | None:
        """The moment, or the interval's start."""
        return self.point or self.low

    @property
    def end(self) -> str | None:
        """The interval's end."""
        return self.high

    @property
    def day(self) -> str | None:
        """The one date of a fact: the moment, the interval between two different ends, or the one end there is."""
        if self.point:
            return self.point
        if self.low and self.high:
            return period(self.low, self.high)
        return self.low or self.high


NEVER: Final = When()
_UNITS: Final = {"d": 1, "wk": 7}


def when(node: Node | None) -> When:
    """Return a TS or IVL_TS: value, or low, high, center and width."""
    if node is None:
        return NEVER
    own = _moment(node.get("value"))
    if not len(node):
        return own
    ends = children_by_name(node)
    center = NEVER if own.point else _end(ends, "center")
    first, last = _end(ends, "low"), _end(ends, "high")
    point, low, high = own.point or center.point, first.point, last.point
    if low and not high and "width" in ends:
        high = _after(low, ends["width"][0])
    if low and high and not is_date(f"{low}/{high}"):
        # It ends before it starts: which of the two is wrong cannot be told.
        return When(point=point, low=low, bad=True)
    if point is None and low is not None and low == high:
        point, low, high = low, None, None
    return When(
        point=point,
        low=low,
        high=high,
        high_null="high" in ends and ends["high"][0].get("nullFlavor") is not None,
        bad=own.bad or center.bad or first.bad or last.bad,
    )


def _end(ends: Mapping[str, Sequence[Node]], name: str) -> When:
    return _moment(ends[name][0].get("value")) if name in ends else NEVER


@lru_cache(maxsize=16_384)  # a document names the same moments again and again
def _moment(text: str | None) -> When:
    if text is None or not text.strip():
        return NEVER
    point = from_hl7(text.strip())
    return When(point=point, bad=point is None)


def _after(low: str, width: Node) -> str | None:
    days, amount = _UNITS.get(width.get("unit") or ""), width.get("value") or ""
    if days is None or not amount.isdigit() or len(amount) > 5:  # noqa: PLR2004  a hundred thousand days
        return None
    try:
        return (date.fromisoformat(low[:10]) + timedelta(days=days * int(amount))).isoformat()
    except (ValueError, OverflowError):
        return None


def person_name(name: Node | None) -> str | None:
    """Return a name as it is read aloud: its parts in the usual order, or the whole where it has none."""
    if name is None or name.get("nullFlavor"):
        return None
    parts = children_by_name(name)
    givens = parts.get("given", ())
    given = [text for one in givens if (text := _part(one))]
    if not given:
        given = [text for one in givens if not one.get("nullFlavor") and (text := own_text(one))]
    families = [text for one in parts.get("family", ()) if (text := _part(one))]
    suffix = next((text for one in parts.get("suffix", ()) if (text := _part(one))), None)
    if not given and not families:
        return own_text(name)
    return full_name(given=given, family=" ".join(families) or None, suffix=suffix)


def _part(node: Node) -> str | None:
    # A nickname stands beside the name; it is a part of it only where there is no other given name.
    return None if node.get("nullFlavor") or "CL" in (node.get("qualifier") or "").split() else own_text(node)
