"""What kind of file something is, by its content alone: never by its name or by what its sender says."""

from collections.abc import Callable
from dataclasses import dataclass

from app.documents.domain import dicom_header
from app.documents.domain.compound_file import kind_of_compound_file
from app.documents.domain.media_types import (
    Detected,
    Finding,
    Flavour,
    MediaType,
    ReadAt,
    Reason,
    Refused,
)
from app.documents.domain.refusals import Refusal
from app.documents.domain.signatures import PDF_HEADER_WITHIN, lead_of, program_of
from app.documents.domain.text_bytes import as_text
from app.documents.domain.text_types import kind_of_text
from app.documents.domain.zip_content import kind_of_zip

__all__ = [
    "HEAD_BYTES",
    "TAIL_BYTES",
    "Detected",
    "Finding",
    "Flavour",
    "MediaType",
    "ReadAt",
    "Reason",
    "Refused",
    "sniff",
    "sniff_bytes",
]

HEAD_BYTES = 64 * 1024
"""So much of the start of a file decides most kinds."""
TAIL_BYTES = 64 * 1024 + 22
"""So much of the end holds the directory's end of every ZIP, whatever comment follows it."""

_PDF = b"%PDF-"
_ZIP_END = b"PK\x05\x06"
_ZIP_END_BYTES = 22
_WHITE_SPACE = b"\xef\xbb\xbf \t\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    head: bytes
    tail: bytes
    size: int
    read: ReadAt


def sniff(*, head: bytes, tail: bytes, size: int, read: ReadAt) -> Detected | Refused:
    """Say what kind of file it is, or why it is not taken.

    A damaged file that starts as one of a kind is of that kind; whether it can be read is for the inspection.

    `head` and `tail` are the first `HEAD_BYTES` and last `TAIL_BYTES` of the file, or all of it; shorter ones
    are filled up by reading. `read` is asked for no more than a decision needs: the directory of a ZIP or
    compound file, and the middle of a text.
    """
    wanted_head, wanted_tail = min(size, HEAD_BYTES), min(size, TAIL_BYTES)
    file = _File(
        head=head[:wanted_head] if len(head) >= wanted_head else read(0, wanted_head),
        tail=tail[-wanted_tail:] if len(tail) >= wanted_tail else read(size - wanted_tail, wanted_tail),
        size=size,
        read=read,
    )
    found = next((kind for step in _STEPS if (kind := step(file)) is not None), Refusal.UNKNOWN)
    return found.value if isinstance(found, Refusal) else found


def sniff_bytes(content: bytes) -> Detected | Refused:
    """Say what kind of file these bytes are."""
    return sniff(
        head=content[:HEAD_BYTES],
        tail=content[-TAIL_BYTES:],
        size=len(content),
        read=lambda offset, length: content[offset : offset + length],
    )


def _nothing(file: _File) -> Refusal | None:
    return None if file.size else Refusal.EMPTY


def _dicom(file: _File) -> Detected | Refusal | None:
    header = dicom_header.file_header(file.head)
    if header is None:
        return None
    # A program can hide in the preamble, which the standard leaves to the writer (CVE-2019-11687).
    if program_of(file.head):
        return Refusal.HIDDEN_PROGRAM
    lead = lead_of(file.head)
    preamble = {
        MediaType.TIFF: Finding.ALSO_TIFF,
        MediaType.PDF: Finding.ALSO_PDF,
        MediaType.ZIP: Finding.ALSO_ZIP,
    }
    findings = tuple(finding for media, finding in preamble.items() if lead is media)
    return Detected(media=MediaType.DICOM, flavour=header.flavour, findings=findings)


def _program(file: _File) -> Refusal | None:
    return program_of(file.head)


def _leading_signature(file: _File) -> Detected | Refusal | None:
    lead = lead_of(file.head)
    if lead is None or isinstance(lead, Refusal):
        return lead
    if lead is MediaType.ZIP:
        return kind_of_zip(file.head, file.size, file.read)
    if lead is MediaType.OFFICE_ENCRYPTED:
        lead = kind_of_compound_file(file.head, file.size, file.read)
        return lead if isinstance(lead, Refusal) else Detected(media=lead)
    flavour = Flavour.BIG_TIFF if lead is MediaType.TIFF and b"+" in file.head[2:4] else None
    return Detected(media=lead, flavour=flavour, findings=_other_kinds(file, lead))


def _pdf_after_junk(file: _File) -> Detected | None:
    """Find the header of a PDF that does not start the file, as some scanners and mail gateways send it."""
    at = file.head.find(_PDF, 0, PDF_HEADER_WITHIN + len(_PDF))
    is_pdf = at >= 0 and (b" obj" in file.head[at:] or b"startxref" in file.tail)
    if not is_pdf or (_starts_as_html(file.head[:at]) and _is_text(file)):
        return None
    junk = () if not file.head[:at].strip(_WHITE_SPACE) else (Finding.LEADING_JUNK,)
    return Detected(media=MediaType.PDF, findings=(*junk, *_other_kinds(file, MediaType.PDF)))


def _dicom_without_prefix(file: _File) -> Detected | None:
    header = dicom_header.bare_header(file.head)
    if header is None:
        return None
    return Detected(media=MediaType.DICOM, flavour=header.flavour, findings=(Finding.NO_PREAMBLE,))


def _text(file: _File) -> Detected | Refusal | None:
    text = as_text(file.head, file.tail, file.size, file.read)
    return None if text is None else kind_of_text(text)


def _hollow_dicom(file: _File) -> Refusal | None:
    return Refusal.HOLLOW_DICOM if dicom_header.has_prefix(file.head) else None


_STEPS: tuple[Callable[[_File], Detected | Refusal | None], ...] = (
    _nothing,
    _dicom,  # before every other signature: its preamble may carry one, and TIFF's often does
    _program,
    _leading_signature,
    _pdf_after_junk,
    _dicom_without_prefix,
    _text,
    _hollow_dicom,
)


def _other_kinds(file: _File, media: MediaType) -> tuple[Finding, ...]:
    """Name what else the file would pass for, were it judged by other bytes than its first."""
    end = file.tail.rfind(_ZIP_END)
    comment = int.from_bytes(file.tail[end + 20 : end + 22], "little")
    is_zip = end >= 0 and end + _ZIP_END_BYTES + comment >= len(file.tail)
    is_pdf = media is not MediaType.PDF and _PDF in file.head[: PDF_HEADER_WITHIN + len(_PDF)]
    is_html = media is MediaType.PDF and _starts_as_html(file.head[:PDF_HEADER_WITHIN])
    named = ((is_zip, Finding.ALSO_ZIP), (is_pdf, Finding.ALSO_PDF), (is_html, Finding.ALSO_HTML))
    return tuple(finding for holds, finding in named if holds)


def _starts_as_html(start: bytes) -> bool:
    lowered = start.lower()
    return any(tag in lowered for tag in (b"<!doctype html", b"<html", b"<script", b"<svg"))


def _is_text(file: _File) -> bool:
    return as_text(file.head, file.tail, file.size, file.read) is not None
