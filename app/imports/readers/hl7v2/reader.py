"""HL7 v2: a payload's messages, each read by what it is."""

from collections.abc import Sequence

from app.documents.domain.document import DocumentBody
from app.imports.domain.reading import (
    AnyItem,
    NotUsed,
    Options,
    Payload,
    Reading,
    ReadPatient,
    UnreadablePayloadError,
)
from app.imports.readers.hl7v2.charsets import CharsetError, decoded
from app.imports.readers.hl7v2.dispatch import read_part
from app.imports.readers.hl7v2.fields import day, named_place
from app.imports.readers.hl7v2.framing import Envelope, take_apart
from app.imports.readers.hl7v2.message import Message, parse
from app.imports.readers.hl7v2.papers import fitted
from app.imports.readers.hl7v2.parts import Part, parts_of
from app.imports.readers.hl7v2.patients import patient_of
from app.imports.readers.hl7v2.sent import Sent


def read(content: bytes, options: Options) -> Reading:
    """Return what an HL7 v2 payload holds: one message, several, or batches of them.

    Raises:
        UnreadablePayloadError: it holds no message, is XML, too large, or its characters cannot be told.
    """
    found = take_apart(content)
    whole = _Whole(several=len(found.messages) > 1)
    for number, envelope in enumerate(found.messages, start=1):
        try:
            message = parse(decoded(envelope.content, envelope.declared, options.charset))
        except CharsetError as error:
            if not whole.several:
                raise UnreadablePayloadError(f"{error.detail} {error.fix}") from error
            whole.reject(f"MSH[{number}]", error.detail, error.fix)
            continue
        whole.add(message, envelope, number)
    if found.prelude:
        whole.skip(
            "before MSH[1]",
            "What stands before the first message is no part of one.",
            "Nothing has to be done.",
        )
    if found.counted is not None and found.counted != len(found.messages):
        whole.reject(
            "BTS-1",
            "The batch says that it holds another number of messages than it does.",
            "Check that the batch was sent whole; what is in it was read.",
        )
    return whole.reading(options, found.batch_id)


class _Whole:
    """What was found so far."""

    def __init__(self, *, several: bool) -> None:
        self.several = several
        self.items: list[AnyItem] = []
        self.patients: dict[str, ReadPatient] = {}
        self.contents: dict[str | None, list[bytes]] = {}
        self.headers: list[Message] = []

    def add(self, message: Message, envelope: Envelope, number: int) -> None:
        """Read one message."""
        self.headers.append(message)
        for part in parts_of(message):
            sent = self._sent(message, part, number)
            text = envelope.content if part.is_whole else part.text().encode("utf-8", "replace")
            self.contents.setdefault(sent.patient, []).append(text)
            read_part(sent)
            self.items.extend(sent.items)
        place = "" if not self.several else f"MSH[{number}]/"
        if message.stray:
            lines = ", ".join(map(str, message.stray[:20]))
            self.reject(
                f"{place}line {message.stray[0]}",
                f"Lines that are no segment were not read: {lines}.",
                "Begin each segment on a line of its own with its three letters; escape line ends in texts as \\.br\\.",
            )

    def _sent(self, message: Message, part: Part, number: int) -> Sent:
        sent = Sent(
            message=message, segments=part.segments, number=number if self.several else None, patient=None
        )
        if part.pid is None:
            return sent
        patient, unused = patient_of(part.pid, message, sent.place(part.pid))
        if patient is not None:
            self._know(patient)
            sent.patient = sent.identity = patient.key
        for complaint in unused:
            sent.reject(
                part.pid, complaint, "Correct it in the sending system and send the patient's data again."
            )
        return sent

    def _know(self, patient: ReadPatient) -> None:
        """Keep a patient; of one named by several messages, what the newest that says anything of them says."""
        self.patients[patient.key] = patient

    def skip(self, place: str, detail: str, fix: str) -> None:
        """Say that something of the payload is not of use."""
        self.items.append(NotUsed(place=place, outcome="skipped", detail=detail, fix=fix))

    def reject(self, place: str, detail: str, fix: str) -> None:
        """Say that something of the payload cannot be used."""
        self.items.append(NotUsed(place=place, outcome="rejected", detail=detail, fix=fix))

    def reading(self, options: Options, batch_id: str | None) -> Reading:
        """Return everything that was found."""
        return Reading(
            format="hl7v2",
            items=tuple(self.items),
            payloads=tuple(self._payloads(options)),
            patients=tuple(self.patients.values()),
            message=_identity(self.headers) if not self.several else batch_id,
        )

    def _payloads(self, options: Options) -> Sequence[Payload]:
        body = _payload_body(self.headers)
        if len(self.patients) <= 1:
            return [Payload(patient=next(iter(self.patients), None), body=body, file_name=options.file_name)]
        return [
            Payload(
                patient=patient,
                content=b"\r".join(part.rstrip(b"\r\n") for part in parts) + b"\r",
                body=body,
                file_name=options.file_name,
            )
            for patient, parts in self.contents.items()
        ]


def _identity(headers: list[Message]) -> str | None:
    """Name a message by its sender, its control id and its moment: control ids begin anew in many systems."""
    header = headers[0].header
    if not header.text(10):
        return None
    return "|".join((header.part(3), header.part(4), header.text(9), header.part(7), header.text(10)))


def _payload_body(headers: list[Message]) -> DocumentBody:
    if not headers:
        return DocumentBody(kind="import_payload", title="HL7 v2")
    header = headers[0].header
    type_ = " ".join(filter(None, (header.part(9), header.part(9, 2))))
    title = f"HL7 v2 {type_}".strip() if len(headers) == 1 else f"HL7 v2, {len(headers)} messages"
    return DocumentBody(
        kind="import_payload",
        title=fitted(title, 200),
        dated=day(header.part(7)),
        facility=fitted(named_place(header, 4)),
    )
