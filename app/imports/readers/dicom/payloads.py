"""What is kept of the payload: the archive or file as it was sent, or each patient's part of it."""

import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import BinaryIO, Final

from app.documents.domain.document import SHORT_MOST, DocumentBody, DocumentFacts
from app.documents.domain.zip_content import UNREADABLE
from app.imports.domain.moments import period
from app.imports.domain.reading import Options, Payload, UnreadablePayloadError
from app.imports.readers.dicom.files import Budget, shown_name
from app.imports.readers.dicom.gather import Gathered
from app.imports.readers.dicom.patients import Person, Persons
from app.imports.readers.dicom.study import OwnedStudy, StudySoFar

APART_MOST: Final = 64 * 1024 * 1024
"""The largest archive that is taken apart by patient: the parts are made in memory."""
UNPACKED_APART_MOST: Final = 512 * 1024 * 1024
_CHUNK: Final = 1024 * 1024
_WORD_MOST: Final = 100


def payloads_of(
    gathered: Gathered,
    persons: Persons,
    studies: Sequence[OwnedStudy],
    content: BinaryIO,
    options: Options,
) -> tuple[Payload, ...]:
    """Return the payload, or one for each patient where there are several.

    Raises:
        UnreadablePayloadError: there are several patients, and it is too large to be taken apart.
    """
    if not persons.are_several:
        body = body_of([one.study for one in studies], persons.all[:1])
        return (Payload(body=body, file_name=options.file_name),)
    message = (
        f"The archive holds studies of {len(persons.all)} patients and is too large to be taken apart, or damaged. "
        "Send an archive for each patient."
    )
    if content.seek(0, io.SEEK_END) > APART_MOST:
        raise UnreadablePayloadError(message)
    budget = Budget(UNPACKED_APART_MOST)
    try:
        return tuple(
            _part(person, gathered=gathered, persons=persons, studies=studies, content=content, budget=budget)
            for person in persons.all
        )
    except (*UNREADABLE, UnreadablePayloadError) as error:
        raise UnreadablePayloadError(message) from error


def _part(
    person: Person,
    *,
    gathered: Gathered,
    persons: Persons,
    studies: Sequence[OwnedStudy],
    content: BinaryIO,
    budget: Budget,
) -> Payload:
    own = {name for name, number in gathered.owners.items() if persons.of(number) is person}
    part = io.BytesIO()
    content.seek(0)
    with zipfile.ZipFile(content) as whole, zipfile.ZipFile(part, "w") as target:
        for info in whole.infolist():
            if shown_name(info.filename) in own:
                # The same files always give the same bytes, so that the part is known when it comes again.
                entry = zipfile.ZipInfo(info.filename, info.date_time)
                entry.compress_type = zipfile.ZIP_DEFLATED
                with whole.open(info) as source, target.open(entry, "w") as copy:
                    while chunk := source.read(_CHUNK):
                        budget.take(len(chunk))
                        copy.write(chunk)
    number = person.key.rpartition(" ")[2]
    return Payload(
        patient=person.key,
        content=part.getvalue(),
        body=body_of([one.study for one in studies if one.person is person], [person]),
        file_name=f"patient-{number}.zip",
    )


def body_of(studies: Iterable[StudySoFar], persons: list[Person]) -> DocumentBody:
    """Return what a payload is as a document: images, and of what, where they are of one examination."""
    imaged = [study for study in studies if study.images]
    if not imaged:
        return DocumentBody(kind="import_payload", title="DICOM objects without images")
    records = [study.record() for study in imaged]
    modalities = {record.modality for record in records}
    dates = sorted({record.date[:10] for record in records if record.date})
    regions = dict.fromkeys(region[:_WORD_MOST] for record in records for region in record.regions)
    facilities = {record.facility for record in records}
    title = next((one for study in imaged if (one := study.title())), None) if len(imaged) == 1 else None
    return DocumentBody(
        kind="imaging_file",
        title=(title or f"{len(imaged)} imaging studies" if len(imaged) > 1 else title or "Imaging study")[
            :SHORT_MOST
        ],
        dated=period(dates[0], dates[-1]) if dates else None,
        facility=facilities.pop() if len(facilities) == 1 else None,
        modality=modalities.pop() if len(modalities) == 1 else None,
        regions=tuple(regions)[:50],
        facts=_facts(imaged, persons),
    )


def _facts(imaged: list[StudySoFar], persons: list[Person]) -> DocumentFacts:
    readable = any(study.readable() for study in imaged)
    reasons = sorted({reason for study in imaged for reason in study.unreadable})
    facts = DocumentFacts(
        readable=readable,
        unreadable_reason=None if readable else f"no image can be shown: {'; '.join(reasons)}",
    )
    if not persons:
        return facts
    patient = persons[0].read().patient
    return replace(
        facts, printed_name=patient.name, printed_birth_date=patient.birth_date, printed_sex=patient.sex
    )
