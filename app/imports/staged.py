"""A payload and the documents in it, written down and looked at, before anything is stored."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from app.documents.domain.document import DocumentBody, DocumentFacts, Method
from app.documents.domain.media import Refused
from app.documents.inspection.inspector import Inspector
from app.documents.service import blob_key
from app.documents.staging import Looked, look_at
from app.documents.storing import NewDocument, document_of, known_by
from app.errors import FieldError
from app.imports.domain.reading import (
    AnyItem,
    FoundDocument,
    Options,
    Payload,
    Reading,
    ReadPatient,
    UnreadablePayloadError,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What a caller sent, written down."""

    path: Path
    size_bytes: int
    sha256: str
    looked: Looked
    options: Options


@dataclass(frozen=True, slots=True, kw_only=True)
class Staged:
    """A document to be, its bytes on the disk."""

    id: str
    path: Path
    size_bytes: int
    sha256: str
    looked: Looked
    body: DocumentBody
    methods: Mapping[str, Method]
    file_name: str | None

    def key(self, case_id: str) -> str:
        """Return the key under which its bytes are kept."""
        return blob_key(case_id, self.id)

    def as_new(self) -> NewDocument:
        """Return what is stored of it."""
        return document_of(
            self.looked,
            document_id=self.id,
            body=self.body,
            methods=self.methods,
            sha256=self.sha256,
            size_bytes=self.size_bytes,
            file_name=self.file_name,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What of a payload goes into one case."""

    patient: ReadPatient | None
    numbered: tuple[tuple[int, AnyItem], ...]
    """The items with their places in the whole answer."""
    payload: Staged
    papers: Mapping[str, Staged] = field(default_factory=dict)
    """Documents by key."""
    unfit: Mapping[str, FieldError] = field(default_factory=dict)
    """Documents, by key, whose bytes are not taken, and why."""

    @property
    def items(self) -> tuple[AnyItem, ...]:
        """The items alone."""
        return tuple(item for _, item in self.numbered)


class Stager:
    """Writes down what a reading holds, in a folder that goes when the import ends."""

    def __init__(self, folder: Path, inspector: Inspector, new_id: Callable[[], str]) -> None:
        self._folder = folder
        self._inspector = inspector
        self._new_id = new_id

    def parts(self, sent: Sent, reading: Reading, *, together: bool) -> tuple[Part, ...]:
        """Return the parts of a reading, one for each patient; one in all where none or a single one is named.

        `together`, all of it is one part, the payload whole: somebody said that it is of one case.
        """
        patients: tuple[ReadPatient | None, ...] = reading.patients or (None,)
        if together or len(patients) == 1:
            whole = Payload(body=reading.payloads[0].body, file_name=reading.payloads[0].file_name)
            payload = reading.payloads[0] if len(reading.payloads) == 1 else whole
            return (self._part(sent, payload, patients[0], tuple(enumerate(reading.items))),)
        numbered: dict[str | None, list[tuple[int, AnyItem]]] = {_key(one): [] for one in patients}
        for number, item in enumerate(reading.items):
            if item.patient in numbered:
                numbered[item.patient].append((number, item))
        return tuple(
            self._part(sent, _payload_of(reading, one), one, tuple(numbered[_key(one)])) for one in patients
        )

    def _part(
        self,
        sent: Sent,
        payload: Payload,
        patient: ReadPatient | None,
        numbered: tuple[tuple[int, AnyItem], ...],
    ) -> Part:
        kept = self._payload(
            sent, payload, patient
        )  # first, since documents are listed in the order of their ids
        papers: dict[str, Staged] = {}
        unfit: dict[str, FieldError] = {}
        for _, item in numbered:
            if isinstance(item, FoundDocument) and item.key not in papers:
                staged = self._paper(item)
                if isinstance(staged, Staged):
                    papers[item.key] = staged
                else:
                    unfit[item.key] = staged
        return Part(
            patient=patient,
            numbered=numbered,
            payload=kept,
            papers=papers,
            unfit=unfit,
        )

    def _payload(self, sent: Sent, payload: Payload, patient: ReadPatient | None) -> Staged:
        body = replace(payload.body, facts=_printed(payload.body.facts, patient))
        methods: dict[str, Method] = dict.fromkeys(known_by(body), "read")
        name = payload.file_name or sent.options.file_name
        if payload.content is None:
            return Staged(
                id=self._new_id(),
                path=sent.path,
                size_bytes=sent.size_bytes,
                sha256=sent.sha256,
                looked=sent.looked,
                body=body,
                methods=methods,
                file_name=name,
            )
        staged = self._write(payload.content, body, methods, name)
        if isinstance(staged, FieldError):
            raise _INSEPARABLE
        return staged

    def _paper(self, item: FoundDocument) -> Staged | FieldError:
        return self._write(
            item.content, item.body, dict.fromkeys(known_by(item.body), "read"), item.file_name
        )

    def _write(
        self, content: bytes, body: DocumentBody, methods: Mapping[str, Method], file_name: str | None
    ) -> Staged | FieldError:
        document_id = self._new_id()
        path = self._folder / document_id
        path.write_bytes(content)
        path.chmod(0o600)
        looked = look_at(path, len(content), self._inspector)
        if isinstance(looked, Refused):
            path.unlink()
            return FieldError("", looked.detail, looked.fix)
        return Staged(
            id=document_id,
            path=path,
            size_bytes=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            looked=looked,
            body=body,
            methods=methods,
            file_name=file_name,
        )


_INSEPARABLE = UnreadablePayloadError(
    "The payload holds several patients whose parts cannot be kept apart. Send each patient alone."
)


def _payload_of(reading: Reading, patient: ReadPatient | None) -> Payload:
    """Return what of the payload is kept for a patient: never a byte of another one's."""
    own = [one for one in reading.payloads if one.patient == _key(patient) and one.content is not None]
    if not own:
        raise _INSEPARABLE
    return own[0]


def _key(patient: ReadPatient | None) -> str | None:
    return None if patient is None else patient.key


def _printed(facts: DocumentFacts, patient: ReadPatient | None) -> DocumentFacts:
    """Add whom the payload names, so that a paper in the wrong case shows."""
    if patient is None:
        return facts
    named = patient.patient
    return replace(
        facts,
        printed_name=facts.printed_name or named.name,
        printed_birth_date=facts.printed_birth_date or named.birth_date,
        printed_sex=facts.printed_sex or named.sex,
    )
