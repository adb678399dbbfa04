"""Reads DICOM: single files, and archives of them as discs and exports are."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import BinaryIO

from app.documents.domain.document import DocumentBody
from app.imports.domain.fitting import place
from app.imports.domain.reading import (
    AnyItem,
    FoundDocument,
    FoundRecord,
    NotUsed,
    Options,
    Reading,
    UnreadablePayloadError,
)
from app.imports.readers.dicom.directory import missing_of
from app.imports.readers.dicom.files import is_archive, opened
from app.imports.readers.dicom.gather import THE_FILE, Contents, Fault, Found, Gathered
from app.imports.readers.dicom.patients import Person, Persons
from app.imports.readers.dicom.payloads import payloads_of
from app.imports.readers.dicom.strangers import strangers_of
from app.imports.readers.dicom.study import OwnedStudy, StudySoFar

FAULTS_NAMED = 500
"""Broken files that are named one by one; what comes after is counted."""
MISSING_NAMED = 200


_REGION_MOST = 100


def read(content: bytes | BinaryIO, options: Options) -> Reading:
    """Return the studies, reports and other things that a DICOM file, or an archive of such files, holds.

    `content` may be an open, seekable file: an archive is read from it entry by entry, each only as far as its header.

    Raises:
        UnreadablePayloadError: it is neither, does not open, is past a bound, or mixes patients and is too large to
            be taken apart.
    """
    stream = io.BytesIO(content) if isinstance(content, bytes) else content
    gathered = Gathered()
    for file in opened(stream):
        gathered.take(file)
    whole = not is_archive(stream)
    _require_something(gathered, is_single=whole)
    persons = gathered.people.persons()
    studies = owned_studies(gathered, persons)
    return Reading(
        format="dicom",
        items=_Builder(gathered, persons, studies).items(),
        payloads=payloads_of(gathered, persons, studies, stream, options),
        patients=tuple(person.read() for person in persons.all),
    )


def _require_something(gathered: Gathered, *, is_single: bool) -> None:
    if gathered.studies or gathered.contents:
        return
    if is_single and gathered.faults:
        fault = gathered.faults[0]
        raise UnreadablePayloadError(f"{fault.detail} {fault.fix}")
    if is_single:
        message = "The payload is neither a DICOM file nor a ZIP archive. Send the original DICOM files of the study."
        raise UnreadablePayloadError(message)
    if not gathered.faults:
        message = "The archive holds no DICOM file. Send the original DICOM files of the study."
        raise UnreadablePayloadError(message)


class _Builder:
    """Makes the items of a reading."""

    def __init__(self, gathered: Gathered, persons: Persons, studies: Sequence[OwnedStudy]) -> None:
        self._gathered = gathered
        self._persons = persons
        self._studies = studies

    def items(self) -> tuple[AnyItem, ...]:
        """Return one item for each study, document and thing not used, in the order of their first files."""
        numbered = [
            *self._of_studies(),
            *self._of_found(),
            *((contents.number, item) for contents in self._gathered.contents for item in self._of(contents)),
            *_of_faults(self._gathered.faults),
            *strangers_of(self._gathered.strangers),
        ]
        return tuple(item for _, item in sorted(numbered, key=lambda one: one[0]))

    def _key(self, person: Person | None) -> str | None:
        """Return the key of a patient, needed only where there are several."""
        return person.key if person is not None and self._persons.are_several else None

    def _of_studies(self) -> Iterator[tuple[int, AnyItem]]:
        for owned in self._studies:
            study = owned.study
            if not study.images:
                continue
            if owned.person is None and self._persons.are_several:
                yield study.number, _whose(study)
                continue
            papers = self._papers_of(owned)
            conclusions = [one.paper.impression for one in papers if one.paper and one.paper.is_final]
            record = study.record(conclusions[0] if len(conclusions) == 1 else None)
            if owned.person is None and self._persons.all:
                study.remarks.add("The header names no patient.")
            yield (
                study.number,
                FoundRecord(
                    place=_study_place(study.uid),
                    patient=self._key(owned.person),
                    record=record,
                    key=f"Study/{study.uid}",
                    remarks=study.remarks.all(),
                    papers=tuple(_paper_key(one) for one in papers),
                    instances=tuple(study.images),
                ),
            )

    def _papers_of(self, owned: OwnedStudy) -> list[Found]:
        return [
            one
            for one in self._gathered.found
            if one.paper is not None
            and one.study == owned.study.uid
            and self._persons.of(one.patient) is owned.person
        ]

    def _of_found(self) -> Iterator[tuple[int, AnyItem]]:
        named: dict[tuple[str, str], list[Found]] = {}
        studies = {(self._key(one.person), one.study.uid): one.study for one in self._studies}
        seen: set[str] = set()
        for one in self._gathered.found:
            if one.paper is None:
                named.setdefault((one.study, one.what), []).append(one)
            elif one.instance in seen:
                continue
            else:
                seen.add(one.instance)
                person = self._persons.of(one.patient)
                yield one.number, self._document(one, studies[self._key(person), one.study])
        for (study, what), group in named.items():
            first = group[0]
            count = f"{len(group)} objects" if len(group) > 1 else "One object"
            yield (
                first.number,
                NotUsed(
                    place=place(first.name or THE_FILE) if len(group) == 1 else _study_place(study),
                    patient=self._key(self._persons.of(first.patient)),
                    outcome="skipped",
                    detail=f"{count}: {what}. It is no image and no report; it stays in the payload.",
                    fix="Nothing needs doing.",
                ),
            )

    def _document(self, found: Found, study: StudySoFar) -> FoundDocument:
        paper = found.paper
        if paper is None:  # pragma: no cover  (only papers come here)
            raise TypeError
        body = paper.body
        if body.kind in {"imaging_report", "unclassified"}:
            body = _with_study(body, study)
        return FoundDocument(
            place=place(found.name or THE_FILE),
            patient=self._key(self._persons.of(found.patient)),
            body=body,
            content=paper.content,
            key=_paper_key(found),
            remarks=paper.remarks,
        )

    def _of(self, contents: Contents) -> Iterator[NotUsed]:
        listed = contents.listed
        missing = missing_of(
            listed, contents.name.rpartition("/")[0], self._gathered.names, self._gathered.instances
        )
        yield NotUsed(
            place=place(contents.name or THE_FILE),
            outcome="rejected" if missing else "skipped",
            detail=(
                f"The disc's table of contents names {len(listed)} files; {len(missing)} of them are missing."
                if missing
                else f"The disc's table of contents names {len(listed)} files, all of which are here."
            ),
            fix="Copy the whole disc into one archive, with its folders."
            if missing
            else "Nothing needs doing.",
        )
        for one in missing[:MISSING_NAMED] if len(missing) < len(listed) else ():
            yield NotUsed(
                place=place(one.path),
                outcome="rejected",
                detail="The disc's table of contents names this file, and it is not in the archive.",
                fix="Copy the whole disc into one archive, with its folders.",
            )


def owned_studies(gathered: Gathered, persons: Persons) -> list[OwnedStudy]:
    """Return the studies and whose they are, put together where files write one person differently."""
    kept: dict[tuple[str | None, str], OwnedStudy] = {}
    for (number, uid), study in gathered.studies.items():
        person = persons.of(number)
        key = (person.key if person else None, uid)
        if key in kept:
            kept[key].study.join(study)
        else:
            kept[key] = OwnedStudy(person, study)
    return list(kept.values())


def _of_faults(faults: list[Fault]) -> Iterator[tuple[int, AnyItem]]:
    for fault in faults[:FAULTS_NAMED]:
        item = NotUsed(
            place=place(fault.name or THE_FILE), outcome="rejected", detail=fault.detail, fix=fault.fix
        )
        yield fault.number, item
    more = len(faults) - FAULTS_NAMED
    if more > 0:
        first = faults[FAULTS_NAMED]
        yield (
            first.number,
            NotUsed(
                place=place(first.name),
                outcome="rejected",
                detail=f"This file and {more - 1} more could not be read either.",
                fix=first.fix,
            ),
        )


def _whose(study: StudySoFar) -> NotUsed:
    return NotUsed(
        place=_study_place(study.uid),
        outcome="rejected",
        detail="The header names no patient, and the archive holds studies of several.",
        fix="Send this study by itself, to the case that it belongs to.",
    )


def _with_study(body: DocumentBody, study: StudySoFar) -> DocumentBody:
    """Return what a report is, with how and where its study was imaged."""
    regions = tuple(region[:_REGION_MOST] for region in study.regions())
    return replace(body, modality=study.modality(), regions=regions)


def _study_place(uid: str) -> str:
    return f"study {uid}"


def _paper_key(found: Found) -> str:
    return f"Instance/{found.instance}"
