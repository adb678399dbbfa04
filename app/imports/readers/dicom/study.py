"""One study, gathered from the headers of its images, and the record of it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from app.imports.domain.fitting import WORD_MOST, Remarks, text, usable, word
from app.imports.domain.moments import from_hl7
from app.imports.readers.dicom import tags
from app.imports.readers.dicom.dataset import Header
from app.imports.readers.dicom.patients import Person
from app.imports.readers.dicom.texts import person_name
from app.imports.readers.dicom.values import codes_of, date_of, fault_of_pixels, meanings_of
from app.imports.readers.dicom.words import Sort, code_of_class, modality_of, regions_in, side_of
from app.records.domain.base import Coding
from app.records.domain.findings import ImagingStudy, Modality

SERIES_SHOWN: Final = 60
_REGIONS_MOST: Final = 50
_SCREEN: Final = frozenset({"SCREEN SAVE", "SCREENSAVE", "SCREENSHOT", "SCREEN SHOT"})
"""Words of ImageType with which scanners mark a picture of the screen."""

_DATES: Final = ("the series'", "the acquisition's", "the image's own")


@dataclass(slots=True)
class SeriesSoFar:
    """One series."""

    number: str | None = None
    modality: str | None = None
    description: str | None = None
    images: int = 0


@dataclass(slots=True)
class StudySoFar:
    """What the headers seen so far say of one study of one patient."""

    uid: str
    number: int
    """The position of its first file, for the order of items."""
    patients: set[int] = field(default_factory=set)
    seen: set[tuple[bytes | None, ...]] = field(default_factory=set)
    """Series facts that were read already; most images of a series repeat them."""
    images: dict[tuple[str, str], None] = field(default_factory=dict)
    repeated: int = 0
    series: dict[str, SeriesSoFar] = field(default_factory=dict)
    codes: Counter[str] = field(default_factory=Counter)
    said: dict[str, dict[str, None]] = field(default_factory=dict)
    """By name, the different things that the headers say, in order."""
    procedures: dict[Coding, None] = field(default_factory=dict)
    unreadable: Counter[str] = field(default_factory=Counter)
    secondary: int = 0
    others: Counter[str] = field(default_factory=Counter)
    """Objects beside the images, by name."""
    remarks: Remarks = field(default_factory=Remarks)

    def take_image(self, header: Header, size: int, sort: Sort) -> None:
        """Count an image, and read what its header says that no other said."""
        series, instance = header.uid(tags.SERIES) or "", header.uid(tags.SOP_INSTANCE) or ""
        if not series:
            self.remarks.add("Some images name no series.")
        if (series, instance) in self.images:
            self.repeated += 1
            return
        self.images[series, instance] = None
        known = self.series.setdefault(series, SeriesSoFar())
        known.images += 1
        fault = fault_of_pixels(header, size)
        if fault is not None:
            self.unreadable[fault] += 1
        if sort.is_secondary or _SCREEN.intersection(header.texts(tags.IMAGE_TYPE)):
            self.secondary += 1
        facts = tuple(header.raw(tag) for tag in _FACTS)
        if facts not in self.seen:
            self.seen.add(facts)
            self._read(header, known)

    def take_other(self, header: Header, name: str) -> None:
        """Count an object that is no image; what it says of the study counts where no image says it."""
        self.others[name] += 1
        facts = tuple(header.raw(tag) for tag in _FACTS)
        if not self.images and facts not in self.seen:
            self.seen.add(facts)
            self._read_study(header)

    def _read(self, header: Header, series: SeriesSoFar) -> None:
        code = header.first(tags.MODALITY) or code_of_class(header.sop_class or "")
        if code is not None:
            self.codes[code] += 1
        series.modality = series.modality or code
        series.number = series.number or header.first(tags.SERIES_NUMBER)
        series.description = series.description or header.text(tags.SERIES_DESCRIPTION)
        self._read_study(header)
        self._say("series", header.text(tags.SERIES_DESCRIPTION), header.text(tags.PROTOCOL))
        self._say("body part", *header.texts(tags.BODY_PART))
        self._say("body part", *meanings_of(header, tags.ANATOMIC_REGIONS))
        self._say("side", header.first(tags.LATERALITY) or header.first(tags.IMAGE_LATERALITY))
        agents: list[str | None] = [*meanings_of(header, tags.CONTRAST_AGENTS)]
        self._say("contrast", *(agents or [header.text(tags.CONTRAST_AGENT)]))
        self._say(
            "tracer",
            *(item.text(tags.RADIOPHARMACEUTICAL) for item in header.items(tags.RADIOPHARMACEUTICALS)),
        )

    def _read_study(self, header: Header) -> None:
        self._say("date", self._date(header))
        self._say("accession", header.text(tags.ACCESSION))
        self._say("institution", header.text(tags.INSTITUTION))
        self._say("description", header.text(tags.STUDY_DESCRIPTION), header.text(tags.REQUESTED_PROCEDURE))
        for name, tag in (
            ("referring", tags.REFERRING),
            ("performing", tags.PERFORMING),
            ("reading", tags.READING),
        ):
            self._say(name, *(person_name(one).shown for one in header.texts(tag)))
        for tag in (tags.PROCEDURE_CODES, tags.REQUESTED_PROCEDURE_CODES):
            for code in codes_of(header, tag):
                self.procedures.setdefault(code)
                self._say("description", code.display)
        if any(header.is_undecodable(tag) for tag in _TEXTS):
            self.remarks.add(
                "Some texts are not in the character set that the header states; they stand in the payload only."
            )

    def _date(self, header: Header) -> str | None:
        date = date_of(header, tags.STUDY_DATE, tags.STUDY_TIME)
        if date is not None:
            return date
        if header.first(tags.STUDY_DATE) is not None:
            self.remarks.add("The study date is no date; it stands in the payload only.")
        for (day, time), whose in zip(tags.FALLBACK_DATES, _DATES, strict=True):
            date = date_of(header, day, time)
            if date is not None:
                self.remarks.add(f"The header has no study date; the date is {whose}.")
                return date
        moment = header.first(tags.ACQUISITION_DATE_TIME)
        return from_hl7(moment) if moment else None

    def _say(self, name: str, *texts: str | None) -> None:
        said = self.said.setdefault(name, {})
        for one in texts:
            if one:
                said.setdefault(one)

    def all(self, name: str) -> list[str]:
        """Return the different things said under a name, in order."""
        return list(self.said.get(name, ()))

    def regions(self) -> tuple[str, ...]:
        """Return the regions that the study's and its body parts' words name, else those of its series."""
        for names in (("body part", "description"), ("series",)):
            found = [region for name in names for one in self.all(name) for region in regions_in(one)]
            if found:
                return tuple(dict.fromkeys(found))[:_REGIONS_MOST]
        return tuple(part.lower()[:WORD_MOST] for part in self.all("body part"))[:_REGIONS_MOST]

    def title(self) -> str | None:
        """Return the study's description."""
        return next(iter(self.all("description")), None)

    def date(self) -> str | None:
        """Return the study's date, the earliest where its files state several."""
        dates = sorted(self.all("date"))
        if len({one[:10] for one in dates}) > 1:
            self.remarks.add("The files of this study state several dates; the earliest is taken.")
        return dates[0] if dates else None

    def readable(self) -> int:
        """Return how many images have pixel data that a viewer can show."""
        return len(self.images) - self.unreadable.total()

    def modality(self) -> Modality | None:
        """Return how the study was imaged."""
        return modality_of(
            [code for code in self.codes if code], [*self.all("description"), *self.all("series")]
        )

    def join(self, other: "StudySoFar") -> None:
        """Take in the same study of the same person, gathered apart because its files write the person differently."""
        for (series, instance), known in other.images.items():
            if (series, instance) in self.images:
                self.repeated += 1
            self.images.setdefault((series, instance), known)
        for uid, series_of_other in other.series.items():
            mine = self.series.setdefault(uid, SeriesSoFar())
            mine.images += series_of_other.images
            mine.number = mine.number or series_of_other.number
            mine.modality = mine.modality or series_of_other.modality
            mine.description = mine.description or series_of_other.description
        for name, texts in other.said.items():
            self._say(name, *texts)
        self.codes.update(other.codes)
        self.procedures.update(other.procedures)
        self.unreadable.update(other.unreadable)
        self.others.update(other.others)
        self.repeated += other.repeated
        self.secondary += other.secondary
        for remark in other.remarks.all():
            self.remarks.add(remark)

    def record(self, impression: str | None = None) -> ImagingStudy:
        """Return the study as a record, with the conclusion that its own report has."""
        remarks = self.remarks
        accessions = self.all("accession")
        if len(accessions) > 1:
            remarks.add(
                "The files of this study state several accession numbers; they stand in the payload only."
            )
        if self.repeated:
            remarks.add(
                f"{self.repeated} of the files are images that are in the payload already; each is counted once."
            )
        for reason, count in self.unreadable.items():
            remarks.add(f"{count} of {_images(len(self.images))} cannot be shown: {reason}.")
        return ImagingStudy(
            kind="imaging_study",
            origin="dicom",
            date=self.date(),
            modality=self.modality(),
            regions=self.regions(),
            laterality=side_of(self.all("side"), self.all("description")),
            accession=word(accessions[0], remarks, "accession number") if len(accessions) == 1 else None,
            study_uid=self.uid,
            external_id=self.uid,
            facility=word(next(iter(self.all("institution")), None), remarks, "institution"),
            impression=text(impression, remarks, "impression"),
            contrast=word(_listed(self.all("contrast")), remarks, "contrast agent"),
            series_count=len(self.series),
            instance_count=len(self.images),
            codes=usable(self.procedures, remarks),
            note=text("\n".join(self._lines()), remarks, "note"),
        )

    def _lines(self) -> Iterable[str]:
        names = (
            ("description", "Study"),
            ("tracer", "Tracer"),
            ("referring", "Referred by"),
            ("performing", "Performed by"),
            ("reading", "Read by"),
        )
        for name, label in names:
            if self.all(name):
                yield f"{label}: {_listed(self.all(name), most=10)}"
        shown = list(self.series.values())[:SERIES_SHOWN]
        yield from (_series_line(series) for series in shown)
        if len(self.series) > SERIES_SHOWN:
            yield f"And {len(self.series) - SERIES_SHOWN} more series"
        if self.secondary:
            yield f"Secondary captures (pictures of a screen or of paper): {self.secondary}"
        for name, count in self.others.items():
            yield f"Beside the images: {name}, {count}"
        yield f"Images with readable pixel data: {self.readable()} of {len(self.images)}"


def _series_line(series: SeriesSoFar) -> str:
    described = ", ".join(one for one in (series.modality, series.description) if one)
    return f"Series {series.number or 'without number'}: {described or 'not described'}, {_images(series.images)}"


def _images(count: int) -> str:
    return "1 image" if count == 1 else f"{count} images"


def _listed(texts: list[str], most: int = 5) -> str | None:
    return "; ".join(one[:WORD_MOST] for one in texts[:most]) or None


@dataclass(frozen=True, slots=True)
class OwnedStudy:
    """A study, and whose it is; None where its header names nobody."""

    person: Person | None
    study: StudySoFar


_FACTS: Final = (*tags.STUDY_FACTS, *tags.SERIES_FACTS, tags.SERIES, tags.CHARACTER_SET)
_TEXTS: Final = (
    tags.STUDY_DESCRIPTION, tags.SERIES_DESCRIPTION, tags.INSTITUTION, tags.REFERRING, tags.PERFORMING, tags.PROTOCOL,
    tags.REQUESTED_PROCEDURE, tags.PATIENT_NAME, tags.PATIENT_ID,
)  # fmt: skip
