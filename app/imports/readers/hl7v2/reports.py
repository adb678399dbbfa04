"""Narrative reports: a pathology report or an imaging study from its lines, and the text itself as a document."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from app.imports.domain.fitting import Remarks, text, usable, word
from app.imports.domain.measured import Measurement, result_record
from app.imports.domain.oncology import laterality_of, modality_of, regions_of
from app.imports.domain.papers import paper_of
from app.imports.domain.reading import FoundDocument
from app.imports.readers.hl7v2.fields import coded_field, interpreter, people
from app.imports.readers.hl7v2.groups import Group, Row, comments_of
from app.imports.readers.hl7v2.narrative import Narrative, narrative_of
from app.imports.readers.hl7v2.papers import body_of, file_name, paper_for
from app.imports.readers.hl7v2.sent import TAKEN_BACK, Sent
from app.imports.readers.hl7v2.status import Status, report_status
from app.records.domain.disease import PathologyReport
from app.records.domain.findings import ImagingStudy

_SHORT = 200


@dataclass(frozen=True, slots=True)
class Line:
    """One observation of a narrative, with its words and status."""

    row: Row
    words: str
    status: Status


def read_report(
    sent: Sent,
    group: Group,
    lines: Sequence[Line],
    sort: Literal["laboratory", "imaging", "pathology"] | None,
) -> None:
    """Read the lines of one report as one record, and as a text where the record does not hold all of it."""
    kept = [line for line in lines if line.status.use != "withdraw"]
    key = sent.key(group.key, "report")
    if not kept:
        taken = group.obr or lines[0].row.obx
        sent.withdraw(taken, key, lines[0].status.why or TAKEN_BACK, stated_at=group.stated_at)
        return
    narrative = narrative_of(
        [(line.row, line.words) for line in kept],
        sort if sort in {"imaging", "pathology"} else None,
    )
    if not narrative.text:
        sent.skip(
            group.obr or kept[0].row.obx,
            "The report has no words.",
            "Send the report's text in OBX-5, or its status X where there is none.",
        )
        return
    report = _Report(sent, group, kept, narrative, key)
    if len(kept) < len(lines):
        report.remarks.add("Lines that the sender takes back are left out.")
    if sort == "pathology":
        report.add_record(report.pathology())
    elif sort == "imaging":
        report.add_record(report.imaging())
    elif not report.add_short():
        report.add_text(sort)


def stated_at(sent: Sent, group: Group) -> str | None:
    """Return the moment of a report's version: when it was made or changed (OBR-22), else the message."""
    return group.stated_at or sent.sent_at


class _Report:
    """One report on the way to its record and its document."""

    def __init__(self, sent: Sent, group: Group, lines: list[Line], narrative: Narrative, key: str) -> None:
        self.sent = sent
        self.group = group
        self.lines = lines
        self.narrative = narrative
        self.key = key
        self.remarks = Remarks()
        self.first = lines[0].row.obx

    @property
    def author(self) -> str | None:
        return (interpreter(self.group.obr, 32) if self.group.obr else None) or people(self.first, 16)

    @property
    def facility(self) -> str | None:
        return self.first.part(23) or coded_field(self.first, 15).text or self.sent.facility

    @property
    def note(self) -> str | None:
        """What the statuses say, and the comments beside the text."""
        whole = report_status(self.group.obr.text(25).upper() if self.group.obr else "").note
        told = [whole, *(line.status.note for line in self.lines)]
        for notes in (self.group.notes, *(line.row.notes for line in self.lines)):
            told.extend(comments_of(notes))
        return text("\n".join(dict.fromkeys(part for part in told if part)), self.remarks, "note")

    def pathology(self) -> PathologyReport:
        group = self.group
        return PathologyReport(
            kind="pathology_report",
            origin="hl7v2",
            date=group.collected or group.reported,
            specimen=word(group.specimen_name, self.remarks, "specimen"),
            specimen_date=group.specimen_taken or group.collected,
            signed_on=group.reported,
            accession=word(group.accession, self.remarks, "accession"),
            site=word(group.specimen_site, self.remarks, "site"),
            laterality=laterality_of(group.specimen_site or group.specimen_name),
            conclusion=text(self.narrative.conclusion, self.remarks, "conclusion"),
            codes=usable(group.service.codings, self.remarks),
            author=word(self.author, self.remarks, "author"),
            asserted_by="pathologist",
            facility=word(self.facility, self.remarks, "facility"),
            external_id=word(group.accession, self.remarks, "id"),
            note=self.note,
        )

    def imaging(self) -> ImagingStudy:
        group = self.group
        paper = paper_of(group.service.codings)
        words = group.service.words
        section = (group.obr.text(24).upper() if group.obr else "") or None
        return ImagingStudy(
            kind="imaging_study",
            origin="hl7v2",
            date=group.collected or group.reported,
            modality=paper.modality or modality_of(words) or _MODALITIES.get(section or ""),  # type: ignore[arg-type]
            regions=paper.regions or regions_of(words),
            laterality=laterality_of(words),
            accession=word(group.accession, self.remarks, "accession"),
            reported_on=group.reported,
            impression=text(self.narrative.conclusion, self.remarks, "impression"),
            codes=usable(group.service.codings, self.remarks),
            author=word(self.author, self.remarks, "author"),
            asserted_by="radiologist",
            facility=word(self.facility, self.remarks, "facility"),
            external_id=word(group.accession, self.remarks, "id"),
            note=self.note,
        )

    def add_record(self, record: PathologyReport | ImagingStudy) -> None:
        told = record.conclusion if isinstance(record, PathologyReport) else record.impression
        papers: tuple[str, ...] = ()
        if not self.narrative.is_whole or told is None:
            papers = (
                self.add_document(record.kind if isinstance(record, PathologyReport) else "imaging_report"),
            )
        told_in = self.group.obr or self.first
        self.sent.found(
            told_in, record, self.key, self.remarks, stated_at=self.group.stated_at, papers=papers
        )

    def add_short(self) -> bool:
        """Add a text of one short line as a result; False where it is more than that."""
        entry = coded_field(self.first, 3)
        whole = self.narrative.text
        if (
            len(whole) > _SHORT
            or "\n" in whole
            or any(coded_field(line.row.obx, 3).identity != entry.identity for line in self.lines)
        ):
            return False
        record = result_record(
            Measurement(
                name=entry.text or self.group.service.text,
                codes=entry.codings,
                value_text=whole,
                date=self.group.collected or self.group.reported,
                laboratory=self.facility,
                specimen=self.group.specimen_name,
                note=self.note,
                external_id=self.group.accession,
            ),
            "hl7v2",
            self.remarks,
        )
        if record is None:
            return False
        key = self.sent.key(self.group.key, self.lines[0].row.key.split("@", 1)[0])
        self.sent.found(self.first, record, key, self.remarks, stated_at=self.group.stated_at)
        return True

    def add_text(self, sort: str | None) -> None:
        self.add_document("laboratory_report" if sort == "laboratory" else None)

    def add_document(
        self, kind: Literal["pathology_report", "imaging_report", "laboratory_report"] | None
    ) -> str:
        """Add the whole text as a document, and return its key."""
        entry = coded_field(self.first, 3)
        title = self.group.service.text or entry.text or None
        key = f"{self.key}/text"
        note = self.note
        self.sent.items.append(
            FoundDocument(
                place=self.sent.place(self.first),
                patient=self.sent.patient,
                body=body_of(
                    self.sent.message,
                    paper_for(self.group.service, kind or entry, kind),
                    title=title,
                    dated=self.group.reported or self.group.collected or self.sent.sent_on,
                    author=self.author,
                    facility=self.facility,
                ),
                content=(self.narrative.text + (f"\n\n{note}" if note else "") + "\n").encode(
                    "utf-8", "replace"
                ),
                key=key,
                stated_at=stated_at(self.sent, self.group),
                file_name=file_name(title, "txt"),
            )
        )
        return key


_MODALITIES = {
    "CT": "CT", "CTH": "CT", "NMR": "MR", "MRI": "MR", "MR": "MR", "US": "US", "CUS": "US", "OUS": "US", "RUS": "US",
    "VUS": "US", "NMS": "NM", "RX": "XR", "DX": "XR", "MG": "MG", "PET": "PET",
}  # fmt: skip
"""By the section of the service (OBR-24, table 0074)."""
