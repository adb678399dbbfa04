"""What clinical statements of every kind hold inside: parts, comments, statuses, reasons, instructions."""

from collections.abc import Iterator
from typing import Final

from app.imports.domain.reading import AnyItem
from app.imports.readers.cda.context import Spot
from app.imports.readers.cda.datatypes import NOTHING, Concept
from app.imports.readers.cda.tree import Node, attribute, both_ways, name_of

STATEMENTS: Final = frozenset(
    {
        "act",
        "encounter",
        "observation",
        "observationMedia",
        "organizer",
        "procedure",
        "regionOfInterest",
        "substanceAdministration",
        "supply",
    }
)
"""The choices of a clinical statement. Source: CDA R2, section 4.3.6."""
_STATEMENTS: Final = both_ways(*STATEMENTS)
_HOLDERS: Final = ("entryRelationship", "component")
_COMMENT: Final = "2.16.840.1.113883.10.20.22.4.64"
_FAILED: Final = "103709008"
"""SNOMED CT: failed attempted procedure."""
_STATUS: Final = "33999-4"
_INDICATION: Final = "2.16.840.1.113883.10.20.22.4.19"


def statement_in(holder: Node) -> Node | None:
    """Return the clinical statement in an entry, an entry relationship or a component."""
    for one in holder:
        if one.tag in _STATEMENTS:
            return one
    return None


def parts_of(spot: Spot) -> tuple[Spot, ...]:
    """Return the statements directly inside a statement, each with its place."""
    if spot.parts is None:
        spot.parts = tuple(_parts(spot))
    return spot.parts


def _parts(spot: Spot) -> Iterator[Spot]:
    for name in _HOLDERS:
        for index, holder in enumerate(spot.all(name), 1):
            statement = statement_in(holder)
            if statement is not None:
                yield spot.to(statement, f"{name}[{index}]/{name_of(statement)}")


def inner(spot: Spot, name: str) -> bool:
    """Tell whether a part of that name is inside."""
    return any(part.step == name for part in parts_of(spot))


_FACTS: Final = frozenset({"observation", "substanceAdministration"})


def taken_back(spot: Spot) -> Iterator[AnyItem]:
    """Yield that a statement is taken back; of a concern, a group or an act around others, each of those."""
    inside = (
        [part for part in parts_of(spot) if part.step in _FACTS] if spot.step in {"act", "organizer"} else []
    )
    for part in inside or (spot,):
        yield part.withdrawn()


def comment_of(spot: Spot) -> str | None:
    """Return the comments that were made on a statement."""
    said: list[str] = []
    for part in parts_of(spot):
        if part.step != "act":
            continue
        if _COMMENT in part.templates:
            said.extend(filter(None, (part.words(),)))
        elif (code := part.code).has(_FAILED):
            said.append(": ".join(filter(None, (code.shown, part.words()))))
    return "\n".join(said) or None


def noted_on(spot: Spot, concern: Spot | None) -> str | None:
    """Return when a fact was noted down: when its concern began to be followed, else when its author wrote it."""
    if concern is not None:
        since = concern.when()
        if since.start is not None:
            return since.start
    return spot.written_on() or (concern.written_on() if concern is not None else None)


def status_value(spot: Spot) -> Concept:
    """Return the value of a statement's status observation, as R1.1 and CCD write it."""
    for part in parts_of(spot):
        if part.step == "observation":
            code = part.first("code")
            if code is not None and code.get("code") == _STATUS:
                return part.concept("value")
    return NOTHING


def reason_of(spot: Spot) -> str | None:
    """Return what something is for: its indication."""
    for part in parts_of(spot):
        if part.step == "observation" and (
            _INDICATION in part.templates or attribute(part.node.getparent(), "typeCode") == "RSON"
        ):
            shown = part.concept("value").shown
            if shown:
                return shown
    return None
