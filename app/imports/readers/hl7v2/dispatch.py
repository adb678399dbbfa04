"""Which messages are read, and how."""

from collections.abc import Callable, Mapping
from typing import Final

from app.imports.readers.hl7v2.results import read_results
from app.imports.readers.hl7v2.sent import Sent
from app.imports.readers.hl7v2.tables import codes, table

_READERS: Final[Mapping[str, Callable[[Sent], None]]] = {"ORU": read_results, "OUL": read_results}


def read_part(sent: Sent) -> None:
    """Read a message, or the part of it that is about one patient."""
    kind = sent.message.header.part(9).upper()
    reader = _READERS.get(kind)
    if reader is None:
        _say_unused(sent, kind)
        return
    reader(sent)
    _say_unused_segments(sent)
    if not sent.items:
        sent.skip(
            "MSH[1]",
            "The message holds nothing that could be kept beside the patient's own data.",
            "Send the segments that its type stands for.",
        )


def _say_unused(sent: Sent, kind: str) -> None:
    if not kind:
        sent.reject(
            "MSH-9",
            "The message does not say what it is (MSH-9).",
            "Name the message type and its event in MSH-9.",
        )
        return
    unused = table("messages")["unused"].get(kind)
    fixes = table("messages")["fix"]
    fix = fixes["order"] if unused and "order" in unused else fixes["other"]
    sent.skip("MSH-9", unused or "Messages of this type are not read here.", fix)


def _say_unused_segments(sent: Sent) -> None:
    """Name the segments that were not read, once for each name."""
    segments = codes("segments")
    counts: dict[str, int] = {}
    for segment in sent.segments:
        if segment.id not in sent.used and segment.id not in segments["context"]:
            counts[segment.id] = counts.get(segment.id, 0) + 1
    for name, count in counts.items():
        place = f"{name}[1]" if count == 1 else f"{name}[1..{count}]"
        if name.startswith("Z"):
            sent.skip(
                place,
                "It is a segment of the sender's own (Z), whose meaning no standard tells.",
                "Send what it says in segments of the standard, or as a record.",
            )
            continue
        what = segments["unused"].get(name)
        sent.skip(
            place,
            f"What it holds ({what}) is not kept here."
            if what
            else "It is not used in this kind of message.",
            "Nothing has to be done.",
        )
