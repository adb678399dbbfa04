"""Goes through the files of a payload once, and keeps what is needed of each."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from app.imports.readers.dicom import tags
from app.imports.readers.dicom.dataset import Header, is_dicom, read_header
from app.imports.readers.dicom.directory import Listed, files_of, is_directory
from app.imports.readers.dicom.elements import MalformedError, MoreNeededError
from app.imports.readers.dicom.files import (
    DAMAGED,
    ClosedFile,
    DamagedFileError,
    OpenedFile,
    TooLargeHeaderError,
)
from app.imports.readers.dicom.patients import HeaderPatient, People, patient_of
from app.imports.readers.dicom.reports import ENCAPSULATED, REPORT, Paper, encapsulated_of, report_of
from app.imports.readers.dicom.study import StudySoFar
from app.imports.readers.dicom.words import Role, sort_of

PAPERS_BYTES_MOST: Final = 128 * 1024 * 1024
"""Of all documents inside objects together; they are held in memory until they are stored."""

THE_FILE: Final = "the file"
"""The place of a payload that is one file."""
AGAIN: Final = "Export the study again from the archive (PACS) that it came from."


@dataclass(frozen=True, slots=True)
class Fault:
    """A file that is broken, and what to do."""

    name: str
    number: int
    detail: str
    fix: str


@dataclass(frozen=True, slots=True)
class Found:
    """A paper or an object that is only named, and the study it belongs to."""

    name: str
    number: int
    study: str
    patient: int | None
    instance: str
    what: str
    paper: Paper | None = None


@dataclass(frozen=True, slots=True)
class Contents:
    """A table of contents, as found."""

    name: str
    number: int
    listed: list[Listed]


@dataclass(slots=True)
class Gathered:
    """Everything that the files of a payload are."""

    people: People = field(default_factory=People)
    studies: dict[tuple[int | None, str], StudySoFar] = field(default_factory=dict)
    found: list[Found] = field(default_factory=list)
    contents: list[Contents] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    strangers: list[tuple[str, int, bytes]] = field(default_factory=list)
    """Files that are no DICOM files: name, number, first bytes."""
    names: list[str] = field(default_factory=list)
    owners: dict[str, int | None] = field(default_factory=dict)
    """The number of the patient whom each DICOM file names."""
    instances: set[str] = field(default_factory=set)
    _patients: dict[tuple[bytes | None, ...], tuple[HeaderPatient, int | None]] = field(default_factory=dict)
    _papers_bytes: int = 0

    def take(self, file: OpenedFile | ClosedFile) -> None:
        """Take the next file.

        Raises:
            UnreadablePayloadError: the payload is past a bound.
        """
        self.names.append(file.name)
        if isinstance(file, ClosedFile):
            self.faults.append(Fault(file.name, file.number, file.detail, file.fix))
        elif not is_dicom(file.data):
            self.strangers.append((file.name, file.number, file.data[:8]))
        else:
            try:
                fault = self._take_object(file)
            except MalformedError:
                fault = "The header is broken: its elements do not follow each other."
            except DamagedFileError:
                fault = DAMAGED
            except TooLargeHeaderError:
                fault = "The header is larger than any that is read."
            if fault is not None:
                self.faults.append(Fault(file.name, file.number, fault, AGAIN))

    def _take_object(self, file: OpenedFile) -> str | None:
        header = header_of(file, tags.HEADER | {tags.DIRECTORY_RECORDS})
        if is_directory(header):
            self.contents.append(Contents(file.name, file.number, files_of(header)))
            return None
        fault = fault_of_identity(header)
        if fault is not None:
            return fault
        patient, number = self._patient(header, file.name)
        self.owners[file.name] = number
        self.instances.add(header.uid(tags.SOP_INSTANCE) or "")
        sort = sort_of(header.sop_class or "", has_pixels=header.pixels is not None)
        study = self._study(header, number, file)
        if sort.role == "image":
            study.take_image(header, file.size, sort)
            return None
        study.take_other(header, sort.name)
        paper: Paper | None = None
        if sort.role in _PAPERS:
            wanted, read = _PAPERS[sort.role]
            paper = read(header_of(file, wanted), patient)
            if paper is None:
                return f"There is no content in {sort.name}, or it is broken."
            self._papers_bytes += len(paper.content)
            if self._papers_bytes > PAPERS_BYTES_MOST:
                return "There are more documents inside these objects than are taken at once."
        instance = header.uid(tags.SOP_INSTANCE) or ""
        self.found.append(Found(file.name, file.number, study.uid, number, instance, sort.name, paper))
        return None

    def _study(self, header: Header, number: int | None, file: OpenedFile) -> StudySoFar:
        uid = header.uid(tags.STUDY) or ""
        study = self.studies.get((number, uid))
        if study is None:
            study = StudySoFar(uid=uid, number=file.number)
            self.studies[number, uid] = study
        return study

    def _patient(self, header: Header, place: str) -> tuple[HeaderPatient, int | None]:
        facts = tuple(header.raw(tag) for tag in (*tags.PATIENT_FACTS, tags.CHARACTER_SET))
        known = self._patients.get(facts)
        if known is None:
            patient = patient_of(header)
            known = patient, self.people.take(patient, place or THE_FILE)
            self._patients[facts] = known
        return known


_PAPERS: Final[dict[Role, tuple[frozenset[int], Callable[[Header, HeaderPatient], Paper | None]]]] = {
    "report": (REPORT, report_of),
    "encapsulated": (ENCAPSULATED, encapsulated_of),
}


def header_of(file: OpenedFile, wanted: frozenset[int]) -> Header:
    """Read a file's header, and no more of the file than that needs.

    Raises:
        MalformedError: it is broken.
        TooLargeHeaderError: it has no end within reason.
    """
    while True:
        try:
            header = read_header(file.data, is_whole=file.is_whole, wanted=wanted)
        except MoreNeededError as more:
            file.grow(more.at)
        else:
            file.budget.take(header.inflated)
            return header


def fault_of_identity(header: Header) -> str | None:
    """Say what a header lacks to be that of an object of a study; None where it lacks nothing."""
    if header.is_cut and (header.sop_class is None or header.uid(tags.STUDY) is None):
        return "The file ends before its header says what it is."
    if header.sop_class is None:
        return "The header names no class of object (SOP Class UID)."
    if header.uid(tags.STUDY) is None:
        return "The header names no study (Study Instance UID)."
    if header.uid(tags.SOP_INSTANCE) is None:
        return "The header does not say which object of the study it is (SOP Instance UID)."
    return None
