"""Gives a document's bytes out: whole or in part, never so that a browser would run them."""

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import quote

import structlog
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from app.documents.domain.errors import RangeError
from app.documents.domain.media_types import MediaType
from app.documents.domain.names import download_name
from app.documents.schemas import DocumentText
from app.documents.service import Original
from app.infra.blobs import BlobStore
from app.web.conditional import quoted, require_match, unless_seen

log = structlog.get_logger("caseline.documents")

SHOWN_BY_BROWSERS = frozenset({MediaType.PDF, MediaType.JPEG, MediaType.PNG, MediaType.WEBP})
"""What may be shown in place, where the caller asks for it; the rest is always a download."""

_LOCKED_UP = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
# Browsers refuse to show a PDF in a sandbox; scripts in it cannot reach the site anyway.
_FOR_PDF = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"

_PLAIN_IN_HEADERS = "!#$&+-.^_`|~"
"""Beside letters and digits. Source: RFC 8187, section 3.2.1 (attr-char)."""

_RANGE = re.compile(r"bytes[ \t]*=[ \t]*(\d{0,18})-(\d{0,18})[ \t]*", re.IGNORECASE | re.ASCII)

_TEXTS = frozenset({MediaType.TXT, MediaType.CSV, MediaType.HL7, MediaType.XML, MediaType.JSON})
TEXT_BYTES_MOST = 4 * 1024**2
_USUAL_CHARSET = "cp1252"


@dataclass(frozen=True, slots=True)
class Part:
    """Which bytes are asked for: from `start` up to and excluding `end`."""

    start: int
    end: int
    is_whole: bool


def part_asked_for(request: Request, tag: str, size: int) -> Part:
    """Return the one range that the request asks for, or the whole.

    Several ranges, other units and ranges of something that has changed are answered with the whole, as they may be.

    Raises:
        RangeError: the range lies outside.

    Source: RFC 9110, sections 13.1.5, 14.1.2 and 14.2.
    """
    whole = Part(0, size, is_whole=True)
    if_range = request.headers.get("if-range")
    match = _RANGE.fullmatch(request.headers.get("range", ""))
    if (
        match is None
        or match[1] == match[2] == ""
        or (if_range is not None and if_range.strip() != quoted(tag))
    ):
        return whole
    if match[1] == "":
        start, end = max(0, size - int(match[2])), size
    else:
        start = int(match[1])
        last = int(match[2]) if match[2] else max(start, size - 1)
        if last < start:
            return whole
        end = min(last + 1, size)
    if start >= size:
        message = f"The document has {size} bytes."
        raise RangeError(message, headers={"Content-Range": f"bytes */{size}"})
    return Part(start, end, is_whole=False)


def content_answer(request: Request, original: Original, blobs: BlobStore, *, inline: bool) -> Response:
    """Answer a GET or HEAD of a document's bytes.

    Raises:
        BlobMissingError: they are not in the store.
        RangeError: the range asked for lies outside.
        StaleError: the caller expects other bytes.
    """
    require_match(request, original.sha256)

    def build() -> Response:
        part = part_asked_for(request, original.sha256, original.size_bytes)
        headers = _headers(original, inline=inline)
        headers["Content-Length"] = str(part.end - part.start)
        status = 200
        if not part.is_whole:
            headers["Content-Range"] = f"bytes {part.start}-{part.end - 1}/{original.size_bytes}"
            status = 206
        if request.method == "HEAD":
            return Response(None, status, headers)
        return StreamingResponse(blobs.open(original.key, part.start, part.end), status, headers)

    return unless_seen(request, original.sha256, build)


def _headers(original: Original, *, inline: bool) -> dict[str, str]:
    media = MediaType(original.media)
    shown = inline and media in SHOWN_BY_BROWSERS
    name = download_name(original.file_name, media)
    charset = f"; charset={original.charset}" if original.charset and media in _TEXTS else ""
    return {
        "Content-Type": original.media_type + charset,
        "Content-Disposition": content_disposition(name, inline=shown),
        "Content-Security-Policy": _FOR_PDF if shown and media is MediaType.PDF else _LOCKED_UP,
        "X-Content-Type-Options": "nosniff",
        "Accept-Ranges": "bytes",
    }


def content_disposition(name: str, *, inline: bool) -> str:
    """Return the header that names a download, for old readers in ASCII and for others in full.

    Source: RFC 6266, sections 4.2, 4.3 and appendix D.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = "".join("_" if letter in '"\\%;' else letter for letter in plain).strip() or "document"
    way = "inline" if inline else "attachment"
    return f"{way}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe=_PLAIN_IN_HEADERS)}"


def text_of(document_id: str, original: Original, blobs: BlobStore) -> DocumentText:
    """Return a text file's characters; of other kinds, say that nobody has read them.

    Raises:
        BlobMissingError: the bytes are not in the store.
    """
    if MediaType(original.media) not in _TEXTS:
        return DocumentText(
            document_id=document_id,
            state="not_read",
            detail="Nobody has read the text of this kind of file yet; fetch the content itself.",
            charset=None,
            charset_is_certain=None,
            text=None,
        )
    charset, is_certain = original.charset or _USUAL_CHARSET, original.charset is not None
    if original.size_bytes > TEXT_BYTES_MOST:
        return DocumentText(
            document_id=document_id,
            state="too_long",
            detail=f"The text has more than {TEXT_BYTES_MOST} bytes; fetch the content itself.",
            charset=charset,
            charset_is_certain=is_certain,
            text=None,
        )
    text = b"".join(blobs.open(original.key, 0, original.size_bytes)).decode(charset, "replace")
    return DocumentText(
        document_id=document_id,
        state="decoded",
        detail="These are the file's own characters.",
        charset=charset,
        charset_is_certain=is_certain,
        # Zero bytes stand between the letters of torn UTF-16, and belong to no text.
        text=text.removeprefix("\ufeff").replace("\0", ""),
    )
