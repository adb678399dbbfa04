"""Merges: two identifiers that the sender says are one patient's, for a person to confirm."""

from app.cases.domain import Identifier
from app.imports.domain.reading import FoundMerge
from app.imports.readers.hl7v2.patients import identifiers_of
from app.imports.readers.hl7v2.sent import Sent


def read_merge(sent: Sent) -> None:
    """Propose the merge of each retired identifier (MRG-1) into the patient's own (PID-3)."""
    mrg = sent.first("MRG")
    pid = next((segment for segment in sent.segments if segment.id == "PID"), None)
    if mrg is None or pid is None:
        sent.reject(
            "MRG", "The message does not say which identifier is retired (MRG-1).", "Send it in MRG-1."
        )
        return
    kept = identifiers_of(pid, 3, sent.message) or identifiers_of(pid, 2, sent.message)
    retired = [one for one in identifiers_of(mrg, 1, sent.message) if one not in kept]
    if not kept or not retired:
        sent.skip(
            mrg,
            "No identifier of the patient is retired (MRG-1): accounts and visits are not merged here.",
            "Send the retired identifier in MRG-1 and the one that stays in PID-3.",
        )
        return
    for one in retired:
        stays = _partner(one, kept)
        sent.items.append(
            FoundMerge(
                place=sent.place(mrg),
                patient=sent.patient,
                surviving=stays,
                retired=one,
                key=sent.key("merge", f"{stays.system}|{stays.value}", f"{one.system}|{one.value}"),
            )
        )


def _partner(retired: Identifier, kept: tuple[Identifier, ...]) -> Identifier:
    """Return the identifier of the same authority, else the first."""
    return next((one for one in kept if one.system == retired.system), kept[0])
