"""Documents attached to results and notifications."""

from app.imports.domain.reading import FoundDocument
from app.imports.readers.hl7v2.attachments import UnreadableAttachmentError, attachments_of
from app.imports.readers.hl7v2.fields import coded_field, interpreter, people
from app.imports.readers.hl7v2.groups import Group, Row
from app.imports.readers.hl7v2.papers import body_of, file_name, paper_for
from app.imports.readers.hl7v2.reports import stated_at
from app.imports.readers.hl7v2.sent import TAKEN_BACK, Sent
from app.imports.readers.hl7v2.status import Status

UNREADABLE_FIX = "Send the document again as base64 in OBX-5.5, with its type in OBX-5.2 and OBX-5.3."


_SECTIONS = {
    "laboratory": "laboratory_report", "imaging": "imaging_report", "pathology": "pathology_report",
}  # fmt: skip


def read_attachment(sent: Sent, group: Group, row: Row, status: Status, sort: str | None) -> None:
    """Read the documents in one OBX of type ED."""
    obx = row.obx
    key = sent.key(group.key, row.key, "document")
    if status.use == "withdraw":
        sent.withdraw(obx, key, status.why or TAKEN_BACK, stated_at=group.stated_at)
        return
    found = attachments_of(obx)
    if not found:
        sent.reject(obx, "It holds no data.", UNREADABLE_FIX)
    entry = coded_field(obx, 3)
    title = entry.text or group.service.text or None
    author = (interpreter(group.obr, 32) if group.obr else None) or people(obx, 16)
    for index, attachment in enumerate(found):
        if isinstance(attachment, UnreadableAttachmentError):
            sent.reject(obx, str(attachment), UNREADABLE_FIX)
            continue
        sent.items.append(
            FoundDocument(
                place=sent.place(obx),
                patient=sent.patient,
                body=body_of(
                    sent.message,
                    paper_for(entry, group.service, _SECTIONS.get(sort or "")),
                    title=title,
                    words=group.service.text,
                    dated=group.reported or group.collected or sent.sent_on,
                    author=author,
                    facility=obx.part(23) or sent.facility,
                ),
                content=attachment.content,
                key=key if index == 0 else f"{key}#{index + 1}",
                stated_at=stated_at(sent, group),
                file_name=file_name(title, attachment.extension),
                remarks=(status.note,) if status.note else (),
            )
        )
