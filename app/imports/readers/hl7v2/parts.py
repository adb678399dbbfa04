"""A message divided by its patients: most have one; merges and person queries may list several."""

from dataclasses import dataclass
from typing import Final

from app.imports.readers.hl7v2.message import Message, Segment

_OF_ALL: Final = frozenset({"MSH", "EVN", "SFT", "UAC"})
_MOST_OF_ALL: Final = 20
_PAIRS: Final = frozenset({"A17", "A24", "A37"})
"""Events that speak of two patients at once: read together."""


@dataclass(frozen=True, slots=True)
class Part:
    """What a message says of one patient."""

    pid: Segment | None
    segments: list[Segment]
    is_whole: bool
    """Whether this is the whole message."""

    def text(self) -> str:
        """Return the part as a message of its own."""
        return "\r".join(segment.line for segment in self.segments)


def parts_of(message: Message) -> list[Part]:
    """Return a message's parts, each beginning with what stands before the first patient."""
    segments = message.segments
    starts = [at for at, segment in enumerate(segments) if segment.id == "PID"]
    if len(starts) <= 1 or message.header.part(9, 2) in _PAIRS:
        return [Part(segments[starts[0]] if starts else None, segments, is_whole=True)]
    before = segments[: starts[0]]
    head = [segment for segment in before if segment.id in _OF_ALL][:_MOST_OF_ALL]
    ends = [*starts[1:], len(segments)]
    return [
        Part(segments[start], [*(head if at else before), *segments[start:end]], is_whole=False)
        for at, (start, end) in enumerate(zip(starts, ends, strict=True))
    ]
