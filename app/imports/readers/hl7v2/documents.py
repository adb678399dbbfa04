"""MDM: documents as they are written, completed, edited, replaced and cancelled."""

from app.imports.domain.papers import paper_of
from app.imports.domain.reading import FoundDocument
from app.imports.readers.hl7v2.attached import UNREADABLE_FIX
from app.imports.readers.hl7v2.attachments import UnreadableAttachmentError, attachments_of
from app.imports.readers.hl7v2.fields import Coded, coded_field, people, when
from app.imports.readers.hl7v2.groups import Row, entity
from app.imports.readers.hl7v2.message import Segment
from app.imports.readers.hl7v2.narrative import lines_of, narrative_of
from app.imports.readers.hl7v2.papers import body_of, file_name, paper_for
from app.imports.readers.hl7v2.sent import TAKEN_BACK, Sent
from app.imports.readers.hl7v2.status import result_status
from app.imports.readers.hl7v2.tables import table

_REPLACING = frozenset({"T09", "T10"})
_ADDENDA = frozenset({"T05", "T06"})
_POINTERS = frozenset({"RP", "HD", "EI", "OG"})


def read_documents(sent: Sent) -> None:
    """Read the documents of a notification: one for each TXA, or one in all where there is none."""
    sent.used |= {"OBX", "NTE", "OBR", "ORC"}
    blocks = _blocks(sent)
    if not blocks:
        sent.reject(
            "TXA", "The message names no document (TXA).", "Send the document's TXA and its content in OBX."
        )
    for txa, rows, obr in blocks:
        _Notification(sent, txa, rows, coded_field(obr, 4) if obr else Coded("", (), "", "", "")).read()


def _blocks(sent: Sent) -> list[tuple[Segment, list[Row], Segment | None]]:
    blocks: list[tuple[Segment, list[Row], Segment | None]] = []
    early: list[Row] = []
    obr: Segment | None = None
    for segment in sent.segments:
        match segment.id:
            case "OBR":
                obr = obr or segment
            case "TXA":
                blocks.append((segment, early if not blocks else [], obr))
            case "OBX":
                (blocks[-1][1] if blocks else early).append(
                    Row(segment, key=coded_field(segment, 3).identity)
                )
            case _:
                pass
    return blocks


class _Notification:
    """One document, and what is said of it."""

    def __init__(self, sent: Sent, txa: Segment, rows: list[Row], service: Coded) -> None:
        self.sent = sent
        self.txa = txa
        self.rows = rows
        self.service = service
        event = sent.first("EVN")
        self.event = sent.message.header.part(9, 2) or (event.part(1) if event else "")
        first = self.event in {
            "",
            "T01",
            "T02",
        }  # a first version has no parent: what stands there is its own number
        number = entity(txa, 12) or (entity(txa, 13) if first else "") or txa.text(16)
        number = number or entity(txa, 15) or entity(txa, 14) or sent.control_id
        self.type = coded_field(txa, 2)
        self.known = table("events")["documents"].get(self.type.code.upper(), {})
        self.key = sent.key("document", number)

    def read(self) -> None:
        """Add what the notification says."""
        if self.event == "T11" or self.txa.text(19).upper() == "CA":
            self.sent.withdraw(self.txa, self.key, "The sender cancels the document.")
            return
        lines: list[tuple[Row, str]] = []
        found = 0
        for row in self.rows:
            type_ = row.type
            status = result_status(row.obx.text(11).upper(), "")
            if type_ == "ED":
                found += self._attachments(row, found)
            elif type_ in _POINTERS:
                self.sent.skip(
                    row.obx,
                    "It points to something kept elsewhere, which is not fetched.",
                    "Send the content itself (ED), or upload it to the case.",
                )
            elif status.use == "withdraw":
                self.sent.skip(row.obx, status.why or TAKEN_BACK, "Nothing has to be done.")
            else:
                lines.append((row, lines_of(row)))
        if lines:
            self._text(lines, found)
        elif not self.rows:
            self.sent.skip(
                self.txa,
                "The notification comes without the document's content.",
                "Send it with content (T02, T04, T06, T08 or T10), or upload the document to the case.",
            )

    def _attachments(self, row: Row, before: int) -> int:
        added = 0
        for attachment in attachments_of(row.obx) or [UnreadableAttachmentError("It holds no data.")]:
            if isinstance(attachment, UnreadableAttachmentError):
                self.sent.reject(row.obx, str(attachment), UNREADABLE_FIX)
                continue
            title = self._title(row)
            self._add(row, attachment.content, file_name(title, attachment.extension), before + added)
            added += 1
        return added

    def _text(self, lines: list[tuple[Row, str]], before: int) -> None:
        whole = narrative_of(lines, None).text
        if not whole:
            self.sent.skip(self.txa, "The document has no words.", "Send the document's text in OBX-5.")
            return
        row = lines[0][0]
        self._add(row, (whole + "\n").encode("utf-8", "replace"), file_name(self._title(row), "txt"), before)

    def _title(self, row: Row) -> str | None:
        entry = coded_field(row.obx, 3)
        said = entry.text if any(code.system == "loinc" for code in entry.codings) else ""
        words = self.type.text if self.type.text != self.type.code else ""
        name = self.known.get("title", "")
        names = (
            (self.service.text, name) if self.known.get("ordered") or not name else (name, self.service.text)
        )
        return next(filter(None, (self.txa.text(25), said, words, *names, entry.text)), None)

    def _add(self, row: Row, content: bytes, name: str | None, index: int) -> None:
        parent = entity(self.txa, 13)
        remarks = [table("events")["completion"].get(self.txa.text(17).upper())]
        if self.event in _ADDENDA:
            remarks.append("It is an addendum to another document of the sender.")
        paper = paper_for(
            *(
                one
                for one in (coded_field(row.obx, 3), self.type)
                if paper_of(one.codings).kind != "unclassified"
            ),
            self.txa.text(25),
            self.type.text if self.type.text != self.type.code else None,
            self.known.get("kind"),
            self.service,
            coded_field(row.obx, 3),
        )
        sent = self.sent
        sent.items.append(
            FoundDocument(
                place=sent.place(row.obx),
                patient=sent.patient,
                body=body_of(
                    sent.message,
                    paper,
                    title=self._title(row),
                    words=self.service.text,
                    dated=when(self.txa.part(4)) or when(self.txa.part(6)) or sent.sent_on,
                    author=people(self.txa, 9) or people(self.txa, 5) or people(self.txa, 10),
                    facility=sent.facility,
                ),
                content=content,
                key=self.key if index == 0 else f"{self.key}#{index + 1}",
                stated_at=sent.sent_at,
                file_name=name,
                replaces=sent.key("document", parent) if parent and self.event in _REPLACING else None,
                remarks=tuple(remark for remark in remarks if remark),
            )
        )
