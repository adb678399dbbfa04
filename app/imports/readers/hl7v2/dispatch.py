"""Which messages are read, and how."""

import re
from collections.abc import Callable, Mapping
from typing import Final

from app.imports.readers.hl7v2.admissions import read_adt
from app.imports.readers.hl7v2.clinical import read_allergies, read_diagnoses, read_procedures
from app.imports.readers.hl7v2.documents import read_documents
from app.imports.readers.hl7v2.medicines import read_medicines
from app.imports.readers.hl7v2.results import read_results
from app.imports.readers.hl7v2.sent import Sent
from app.imports.readers.hl7v2.tables import codes, table

_ORDER: Final = "an order"
_TYPE: Final = re.compile(r"[A-Z][A-Z0-9]{2}")


def _read_referral(sent: Sent) -> None:
    sent.used |= {"PV1", "PV2", "RF1", "PRD"}
    read_allergies(sent)
    read_diagnoses(sent)
    read_procedures(sent)
    read_results(sent)


def _read_problems(sent: Sent) -> None:
    read_diagnoses(sent)


_READERS: Final[Mapping[str, Callable[[Sent], None]]] = {
    "ADT": read_adt,
    "MDM": read_documents,
    "OMP": read_medicines,
    "ORU": read_results,
    "OUL": read_results,
    "OPU": read_results,
    "PPR": _read_problems,
    "RAS": read_medicines,
    "RDE": read_medicines,
    "RDS": read_medicines,
    "REF": _read_referral,
    "RGV": read_medicines,
    "RRI": _read_referral,
}


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
    if not _TYPE.fullmatch(kind):
        sent.reject(
            "MSH-9", "MSH-9 holds no message type of HL7.", "Name the message type and its event in MSH-9."
        )
        return
    unused = table("messages")["unused"].get(kind)
    fixes = table("messages")["fix"]
    is_order = unused is not None and _ORDER in unused
    fix = fixes["order"] if is_order else fixes["other"]
    if is_order and any(segment.id == "OBX" for segment in sent.segments):
        unused = (
            f"{unused} Its observations (OBX) inform whoever carries it out, and are not read as results."
        )
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
