"""Pages, encryption and damage of a PDF, by pdfium."""

import re
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium

from app.documents.domain.media_types import Finding
from app.documents.inspection.report import Inspection, Problem

_NEEDS_PASSWORD = (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY)
_NOT_ENCRYPTED = -1
_XFA_FORMS = (pdfium.FORMTYPE_XFA_FULL, pdfium.FORMTYPE_XFA_FOREGROUND)

_MAX_PAGES_OPENED = 1000
_MAX_SECONDS_OF_PAGES = 6.0
_TEXT_PAGES = 3
_TEXT_CHARACTERS = 2000
_MAX_PADDING = 1024 * 1024
_END_WITHIN = 1024
_LINEARIZED = re.compile(rb"/Linearized\b[^>]{0,200}?/L\s+(\d{1,12})\b")


def inspect_pdf(path: Path) -> Inspection:
    """Open a PDF and its pages, as many as time allows."""
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) in _NEEDS_PASSWORD:
            return Inspection().with_problem(Problem.ENCRYPTED, "A password is needed to open this PDF.")
        return Inspection().with_problem(Problem.DAMAGED, "The PDF is damaged and does not open.")
    with closing(document):
        return _inspect_open(document, path)


def _inspect_open(document: pypdfium2.PdfDocument, path: Path) -> Inspection:
    pages = len(document)
    if not pages:
        return Inspection(pages=0).with_problem(Problem.DAMAGED, "The PDF opens and has no pages.")
    opened, failed, has_text = _open_pages(document)
    has_sound_table = bool(pdfium.FPDF_DocumentHasValidCrossReferenceTable(document))
    findings = _findings(document, is_rebuilt=not has_sound_table, is_sampled=opened + failed < pages)
    known = Inspection(readable=True, pages=pages, has_text_layer=has_text, findings=tuple(findings))
    if failed:
        detail = f"{failed} of {opened + failed} pages of the PDF do not open."
        return known.with_problem(Problem.DAMAGED, detail)
    if _is_cut_off(path, has_sound_table=has_sound_table):
        detail = "The PDF is cut off at its end; some of its content may be missing."
        return known.with_problem(Problem.DAMAGED, detail)
    return known


def _open_pages(document: pypdfium2.PdfDocument) -> tuple[int, int, bool]:
    """Return how many pages opened, how many did not, and whether the first ones hold letters."""
    opened, failed, has_text = 0, 0, False
    until = time.monotonic() + _MAX_SECONDS_OF_PAGES
    for number in range(min(len(document), _MAX_PAGES_OPENED)):
        try:
            page = document[number]
            has_text = has_text or (number < _TEXT_PAGES and _has_letters(page))
            page.close()
            opened += 1
        except pypdfium2.PdfiumError:
            failed += 1
        if time.monotonic() > until:
            break
    return opened, failed, has_text


def _has_letters(page: pypdfium2.PdfPage) -> bool:
    text = page.get_textpage()
    try:
        count = min(text.count_chars(), _TEXT_CHARACTERS)
        return bool(count and text.get_text_range(0, count, errors="ignore").strip())
    finally:
        text.close()


def _findings(document: pypdfium2.PdfDocument, *, is_rebuilt: bool, is_sampled: bool) -> Iterator[Finding]:
    if pdfium.FPDF_GetSecurityHandlerRevision(document) != _NOT_ENCRYPTED:
        yield Finding.OPENS_WITHOUT_PASSWORD
    if is_rebuilt:
        yield Finding.REPAIRED
    if pdfium.FPDFDoc_GetJavaScriptActionCount(document) > 0:
        yield Finding.JAVASCRIPT
    if document.count_attachments() > 0:
        yield Finding.EMBEDDED_FILES
    if document.get_formtype() in _XFA_FORMS:
        yield Finding.XFA_FORM
    if is_sampled:
        yield Finding.NOT_ALL_CHECKED


def _is_cut_off(path: Path, *, has_sound_table: bool) -> bool:
    """Say whether the end of the file is missing, although what is there opens.

    Files made to be shown page by page name their own length in the first bytes.
    Source: ISO 32000-1:2008, 7.5.5 (the end marker) and annex F (linearized files).
    """
    with path.open("rb") as file:
        start = file.read(_END_WITHIN)
        size = file.seek(0, 2)
        file.seek(max(0, size - _MAX_PADDING))
        end = file.read().rstrip(b"\0 \t\r\n")
    if b"%%EOF" in end[-_END_WITHIN:]:
        return False
    linearized = _LINEARIZED.search(start)
    return not has_sound_table or (linearized is not None and size < int(linearized[1]))
