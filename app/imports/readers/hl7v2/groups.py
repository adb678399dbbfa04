"""The results of a message, gathered: each OBR with its order, its observations, their comments and its specimen."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from app.imports.domain.moments import instant
from app.imports.readers.hl7v2.fields import Coded, coded_field, when
from app.imports.readers.hl7v2.message import Segment
from app.imports.readers.hl7v2.sent import Sent, apart
from app.imports.readers.hl7v2.tables import codes

_SPECIMEN_FIRST: Final = frozenset({"OUL"})
"""Messages whose specimen comes before its orders."""


@dataclass(slots=True)
class Row:
    """One observation and the comments on it."""

    obx: Segment
    notes: list[Segment] = field(default_factory=list)
    key: str = ""
    """What it is called within its group."""
    type: str = field(init=False)
    """The type of its value (OBX-2)."""

    def __post_init__(self) -> None:
        self.type = self.obx.raw(2).strip().upper()


@dataclass
class Group:
    """Observations of one order; without an OBR, those that stand together."""

    obr: Segment | None = None
    orc: Segment | None = None
    specimen: Segment | None = None
    rows: list[Row] = field(default_factory=list)
    notes: list[Segment] = field(default_factory=list)
    key: str = ""
    """What it is called among all of the sender's."""

    @cached_property
    def service(self) -> Coded:
        """What was ordered (OBR-4)."""
        return coded_field(self.obr, 4) if self.obr else Coded("", (), "", "", "")

    @cached_property
    def collected(self) -> str | None:
        """When the specimen was taken or the examination done: OBR-7, else SPM-17."""
        found = when(self.obr.part(7)) if self.obr else None
        return found or self.specimen_taken

    @cached_property
    def specimen_taken(self) -> str | None:
        """When the specimen was taken, as its own segment says."""
        return when(self.specimen.part(17)) if self.specimen else None

    @cached_property
    def reported(self) -> str | None:
        """When the report was made (OBR-22)."""
        return when(self.obr.part(22)) if self.obr else None

    @cached_property
    def comments(self) -> tuple[str, ...]:
        """The comments on the whole."""
        return tuple(comments_of(self.notes))

    @cached_property
    def stated_at(self) -> str | None:
        """When the report was made or changed (OBR-22), as a moment that compares."""
        return instant(self.obr.part(22)) if self.obr else None

    @cached_property
    def number(self) -> str:
        """The filler's number of the order, else the placer's; empty where there is none."""
        for segment, fields in ((self.obr, (3, 2)), (self.orc, (3, 2))):
            for one in fields if segment else ():
                text = entity(segment, one) if segment else ""
                if text:
                    return text
        return ""

    @cached_property
    def accession(self) -> str | None:
        """The filler's number without its namespace, else the placer's."""
        return self.number.split("^", 1)[0] or None

    @cached_property
    def specimen_name(self) -> str | None:
        """What was examined: SPM-4, else OBR-15."""
        if self.specimen is not None:
            return _named_specimen(coded_field(self.specimen, 4))
        if self.obr is None or not self.obr.raw(15):
            return None
        text = self.obr.part(15, 1, 2) or self.obr.part(15, 1, 1)
        known = codes("specimens").get(text.upper())
        return known or text or self.obr.part(15, 3) or None

    @cached_property
    def specimen_site(self) -> str | None:
        """Where it was taken from: SPM-8, else the fourth component of OBR-15."""
        if self.specimen is not None and self.specimen.raw(8):
            return coded_field(self.specimen, 8).text or None
        if self.obr is None:
            return None
        return self.obr.part(15, 4, 2) or self.obr.part(15, 4, 1) or None


def _named_specimen(entry: Coded) -> str | None:
    return (
        (codes("specimens").get(entry.text.upper()) if entry.text == entry.code else None)
        or entry.text
        or None
    )


def entity(segment: Segment, field_: int) -> str:
    """Return an entity identifier with its namespace, `RES805^PATHO`; older versions put it into later components."""
    number = segment.part(field_)
    namespace = segment.part(field_, 2) or segment.part(field_, 4) or segment.part(field_, 3)
    return f"{number}^{namespace}" if number and namespace else number


def comments_of(notes: list[Segment]) -> Iterator[str]:
    """Yield the words of comments (NTE-3), one for each segment."""
    for note in notes:
        lines = [note.marks.unescaped(part).strip() for part in note.repetitions(3)]
        if any(lines):
            yield "\n".join(line for line in lines if line)


def groups_of(sent: Sent) -> list[Group]:
    """Return the groups of a message's observations, in order, each with a key of its own."""
    groups = _gathered(sent)
    wanted = [(_key(group, sent), group.specimen_taken or group.collected or "") for group in groups]
    for group, key in zip(groups, apart(wanted), strict=True):
        group.key = key
        rows = [(_row_key(row), when(row.obx.part(14)) or "") for row in group.rows]
        for row, name in zip(group.rows, apart(rows), strict=True):
            row.key = name
    return groups


def _key(group: Group, sent: Sent) -> str:
    """Name a group by its number and what was ordered; without a number by what, when and on what it was done."""
    ordered = group.service.identity
    if group.number:
        return f"{group.number}/{ordered}"
    specimen = entity(group.specimen, 2) if group.specimen else ""
    if group.collected or specimen:
        return f"{sent.identity}/{ordered}/{specimen}/{group.collected or ''}"
    return f"{sent.identity}/{ordered}/{sent.control_id}"


def _row_key(row: Row) -> str:
    return f"{coded_field(row.obx, 3).identity}/{row.obx.text(4)}"


class _Gathering:
    """Where the walk over the segments stands."""

    def __init__(self, *, specimen_first: bool) -> None:
        self.groups: list[Group] = []
        self.group: Group | None = None
        self.order: Segment | None = None
        self.specimen: Segment | None = None
        self.specimen_first = specimen_first
        self.notes: list[Segment] = []

    def open(self, obr: Segment | None) -> Group:
        group = Group(obr=obr, orc=self.order, specimen=self.specimen if self.specimen_first else None)
        self.order = None
        self.groups.append(group)
        self.group = group
        self.notes = group.notes
        return group

    def take(self, segment: Segment) -> None:
        match segment.id:
            case "ORC":
                self._take_order(segment)
            case "OBR":
                self.open(segment)
            case "SPM":
                self._take_specimen(segment)
            case "OBX":
                row = Row(segment)
                (self.group or self.open(None)).rows.append(row)
                self.notes = row.notes
            case "NTE":
                self.notes.append(segment)
            case "PID" | "PV1" | "TXA":
                self.notes, self.group = [], None
            case _:
                pass

    def _take_order(self, segment: Segment) -> None:
        group = self.group
        if (
            self.specimen_first
            and group is not None
            and group.obr is not None
            and group.orc is None
            and not group.rows
        ):
            group.orc = segment
            return
        self.order = segment
        self.notes = []

    def _take_specimen(self, segment: Segment) -> None:
        self.specimen = segment
        group = self.group
        if self.specimen_first:
            self.group, self.notes = None, []
            return
        if group is None:
            self.notes = []
        elif group.specimen is None:
            group.specimen = segment
            if group.rows:  # what follows is observed on the specimen itself
                self.group, self.notes = None, []


def _gathered(sent: Sent) -> list[Group]:
    sent.used |= {"OBR", "OBX", "NTE", "SPM", "ORC"}
    walk = _Gathering(specimen_first=sent.message.header.part(9) in _SPECIMEN_FIRST)
    for segment in sent.segments:
        walk.take(segment)
    for group in walk.groups:  # a specimen that stands before the only order of a message is that order's
        if group.specimen is None and walk.specimen is not None and len(walk.groups) == 1:
            group.specimen = walk.specimen
    return walk.groups
