"""Documents inside a message: encapsulated data (ED), by base64, hexadecimal or as text."""

import base64
import re
from dataclasses import dataclass
from typing import Final

from app.imports.readers.hl7v2.message import Segment, part_of

_EXTENSIONS: Final = {
    "pdf": "pdf", "jpeg": "jpg", "jpg": "jpg", "png": "png", "tiff": "tif", "gif": "gif", "rtf": "rtf", "html": "html",
    "plain": "txt", "text": "txt", "xml": "xml", "x-hl7-cda-level-one": "xml", "cda": "xml", "dicom": "dcm",
    "msword": "doc", "word": "docx", "docx": "docx", "zip": "zip",
}  # fmt: skip
"""By table 0291 and the media subtypes that senders write there."""
_BLANKS: Final = re.compile(r"\s+")
_LAYOUT: Final = re.compile(r"\.br|\.sp\d*|X0[AD](?:0A)?", re.IGNORECASE)


class UnreadableAttachmentError(ValueError):
    """The data cannot be turned back into the document; says why."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A document's bytes, and how a file of it is called."""

    content: bytes
    extension: str | None


def attachments_of(obx: Segment) -> list[Attachment | UnreadableAttachmentError]:
    """Return the documents of an OBX, one for each repetition that says what it is."""
    found: list[Attachment | UnreadableAttachmentError] = []
    for raw in _repetitions(obx):
        try:
            found.append(_attachment(raw, obx))
        except UnreadableAttachmentError as error:
            found.append(error)
    return found


def _repetitions(obx: Segment) -> list[str]:
    """Return the repetitions; one that is nothing but data goes on with the one before."""
    whole: list[str] = []
    for raw in obx.repetitions(5):
        if whole and obx.marks.component not in raw:
            whole[-1] += raw
        else:
            whole.append(raw)
    return whole


def _attachment(raw: str, obx: Segment) -> Attachment:
    marks = obx.marks
    parts = raw.split(marks.component, 4)
    type_, subtype, encoding = (part_of(raw, marks, component).casefold() for component in (2, 3, 4))
    data = parts[4] if len(parts) > 4 else ""  # noqa: PLR2004 (ED.5)
    if len(parts) == 1:
        data, encoding = parts[0], encoding or "base64"
    if not data.strip():
        raise UnreadableAttachmentError("It holds no data.")
    return Attachment(_bytes(data, encoding, obx), _EXTENSIONS.get(subtype) or _EXTENSIONS.get(type_))


def _bytes(data: str, encoding: str, obx: Segment) -> bytes:
    if encoding in {"a", "none", "8bit", "7bit"}:
        return obx.marks.unescaped(data).encode("utf-8")
    if encoding == "hex":
        try:
            return bytes.fromhex(_packed(data, obx))
        except ValueError as error:
            raise UnreadableAttachmentError("Its data is not hexadecimal.") from error
    if encoding not in {"base64", ""}:
        raise UnreadableAttachmentError("Its encoding is none of HL7 table 0299 (A, Hex, Base64).")
    return _from_base64(_packed(data, obx))


def _packed(data: str, obx: Segment) -> str:
    """Leave out what stands between the letters of the data: line ends, as they are or escaped."""
    escape = obx.marks.escape
    if escape and escape in data:
        data = re.sub(
            re.escape(escape) + f"(?:{_LAYOUT.pattern})" + re.escape(escape), "", data, flags=re.IGNORECASE
        )
        data = obx.marks.unescaped(data)
    return _BLANKS.sub("", data)


def _from_base64(text: str) -> bytes:
    text = text.rstrip("=")
    if len(text) % 4 == 1:
        raise UnreadableAttachmentError("Its base64 data is cut off.")
    if "-" in text or "_" in text:
        text = text.translate(str.maketrans("-_", "+/"))
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except ValueError as error:
        raise UnreadableAttachmentError("Its data is not base64.") from error
