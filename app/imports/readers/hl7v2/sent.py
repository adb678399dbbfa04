"""What everything that comes of one message shares: its sender, its patient, its moment; and the items so far."""

from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Final

from app.imports.domain.fitting import Remarks
from app.imports.domain.fitting import place as fitted_place
from app.imports.domain.moments import instant
from app.imports.domain.reading import AnyItem, FoundRecord, NotUsed, Withdrawn
from app.imports.readers.hl7v2.fields import named_place, when
from app.imports.readers.hl7v2.message import Message, Segment
from app.records.domain.kinds import AnyRecord

TAKEN_BACK: Final = "The sender takes it back."
_LONGEST_KEY: Final = 240
_KEPT_OF_KEY: Final = 160


@dataclass(kw_only=True)
class Sent:
    """One message, or the part of it that is about one patient."""

    message: Message
    segments: list[Segment]
    """The segments about this patient; those before the first patient among them."""
    number: int | None
    """Which message of the payload, from 1; None where there is only one."""
    patient: str | None
    identity: str = ""
    """What tells this patient from others of the sender, for facts that have no number of their own."""
    items: list[AnyItem] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    """Names of the segments that were read."""

    @cached_property
    def sender(self) -> str:
        """The sending application and facility."""
        header = self.message.header
        return f"{header.part(3, 2) or header.part(3)}|{header.part(4, 2) or header.part(4)}"

    @cached_property
    def facility(self) -> str | None:
        """The sending facility, in words."""
        return named_place(self.message.header, 4) or None

    @property
    def control_id(self) -> str:
        """MSH-10."""
        return self.message.header.text(10)

    @cached_property
    def sent_on(self) -> str | None:
        """When the message was made, EDTF."""
        return when(self.message.header.part(7))

    @cached_property
    def sent_at(self) -> str | None:
        """When the message was made, as a moment that compares."""
        return instant(self.message.header.part(7))

    def named(self, name: str) -> list[Segment]:
        """Return the segments of a name, and count them as read."""
        self.used.add(name)
        return [segment for segment in self.segments if segment.id == name]

    def first(self, name: str) -> Segment | None:
        """Return the first segment of a name, and count those of that name as read."""
        return next(iter(self.named(name)), None)

    def place(self, segment: Segment | str) -> str:
        """Return where a segment stands in the payload."""
        inside = segment if isinstance(segment, str) else segment.place
        return fitted_place(inside if self.number is None else f"MSH[{self.number}]/{inside}")

    def key(self, *parts: str) -> str:
        """Return the sender's identity of a fact; one too long to keep ends in a digest of the whole."""
        whole = "/".join((self.sender, *parts))
        if len(whole) <= _LONGEST_KEY and whole.isprintable():
            return whole
        digest = sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()[:32]
        return "".join(letter for letter in whole[:_KEPT_OF_KEY] if letter.isprintable()) + "…" + digest

    def found(
        self,
        segment: Segment,
        record: AnyRecord,
        key: str,
        remarks: Remarks,
        *,
        stated_at: str | None = None,
        papers: tuple[str, ...] = (),
        adds: bool = False,
    ) -> None:
        """Say that a segment tells a fact; `stated_at` is the moment of its version where that is not the message's."""
        self.items.append(
            FoundRecord(
                place=self.place(segment),
                patient=self.patient,
                record=record,
                key=key,
                stated_at=stated_at or self.sent_at,
                papers=papers,
                adds=adds,
                remarks=remarks.all(),
            )
        )

    def withdraw(self, segment: Segment, key: str, reason: str, *, stated_at: str | None = None) -> None:
        """Say that a segment takes back what was sent under a key; `stated_at` as above."""
        self.items.append(
            Withdrawn(
                place=self.place(segment),
                patient=self.patient,
                key=key,
                stated_at=stated_at or self.sent_at,
                reason=reason,
            )
        )

    def skip(self, segment: Segment | str, detail: str, fix: str) -> None:
        """Say of a segment that it is understood and not of use here."""
        self.items.append(
            NotUsed(
                place=self.place(segment), patient=self.patient, outcome="skipped", detail=detail, fix=fix
            )
        )

    def reject(self, segment: Segment | str, detail: str, fix: str) -> None:
        """Say of a segment that it is broken, or cannot be understood without guessing."""
        self.items.append(
            NotUsed(
                place=self.place(segment), patient=self.patient, outcome="rejected", detail=detail, fix=fix
            )
        )


def apart(wanted: list[tuple[str, str]]) -> list[str]:
    """Return keys that differ: where several want the same, each takes its second name too, then its number.

    All of those that clash are told apart, not all but the first: a later message that repeats only one of them must
    never take over from another.
    """
    counts: dict[str, int] = {}
    for first, _ in wanted:
        counts[first] = counts.get(first, 0) + 1
    named = [f"{first}@{second}" if counts[first] > 1 and second else first for first, second in wanted]
    again: dict[str, int] = {}
    result = []
    for name in named:
        again[name] = number = again.get(name, 0) + 1
        result.append(name if number == 1 else f"{name}#{number}")
    return result
