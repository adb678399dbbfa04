"""What is kept of a payload for each patient: the whole, or a Bundle of the patient's own entries."""

from typing import Final

import msgspec

from app.documents.domain.document import DocumentBody
from app.imports.domain import moments
from app.imports.domain.reading import Options, Payload
from app.imports.readers.fhir.graph import Entry, Graph
from app.imports.readers.fhir.subjects import Subjects
from app.imports.readers.fhir.unpack import Bundle

_TITLE: Final = "FHIR payload"


def payloads_of(
    bundle: Bundle | None, graph: Graph, subjects: Subjects, options: Options
) -> tuple[Payload, ...]:
    """Return one payload, or one for each patient, put together from the bytes of the patient's entries."""
    body = DocumentBody(
        kind="import_payload",
        title=f"FHIR Bundle ({bundle.type})"
        if bundle is not None and (bundle.type or "").isalpha()
        else _TITLE,
        dated=moments.from_iso(bundle.timestamp) if bundle is not None and bundle.timestamp else None,
    )
    if not subjects.several:
        return (Payload(body=body, file_name=options.file_name),)
    own: dict[str, list[Entry]] = {one.key: [] for one in subjects.patients}
    for entry in graph.entries:
        if entry.patient in own and entry.part.raw:
            own[entry.patient].append(entry)
    shared = list(subjects.shared())
    return tuple(
        Payload(
            patient=key,
            content=_joined(sorted((*entries, *shared), key=lambda entry: entry.index)),
            body=body,
            file_name=options.file_name,
        )
        for key, entries in own.items()
    )


def _joined(entries: list[Entry]) -> bytes:
    parts = []
    for entry in entries:
        url = entry.part.full_url
        head = b'{"fullUrl":' + msgspec.json.encode(url) + b"," if url else b"{"
        parts.append(head + b'"resource":' + entry.part.raw + b"}")
    return b'{"resourceType":"Bundle","type":"collection","entry":[' + b",".join(parts) + b"]}"


def message_of(bundle: Bundle | None) -> str | None:
    """Return the sender's identity of a Bundle."""
    if bundle is None or bundle.identifier is None or not bundle.identifier.value:
        return None
    return f"{bundle.identifier.system or ''}|{bundle.identifier.value}"
