"""A small PDF writer, so that tests can make locked, cut and odd PDFs without a library that writes them."""

import hashlib
import struct
import zlib
from collections.abc import Sequence

A_LINE_OF_TEXT = "Invasive ductal carcinoma, grade 2"


def a_pdf(
    *,
    pages: int = 1,
    text: str = A_LINE_OF_TEXT,
    password: str | None = None,
    junk: bytes = b"",
    catalog: bytes = b"",
) -> bytes:
    """Build a PDF with one line of text a page; an empty `password` encrypts without locking.

    `junk` is put before the header, as some scanners and mail gateways do; `catalog` is added to the document's
    catalog, for forms, attachments and the like.
    """
    lines = [f"BT /F1 12 Tf 72 720 Td ({text}, page {index + 1}) Tj ET" for index in range(pages)]
    return junk + _pdf([line.encode("latin-1") for line in lines], password=password, catalog=catalog)


def a_scanned_pdf(*, pages: int = 1) -> bytes:
    """Build a PDF that has lines drawn on its pages and no letter of text."""
    return _pdf([b"72 72 m 540 720 l S"] * pages)


def a_pdf_bomb(*, megabytes: int = 64) -> bytes:
    """Build a PDF of some kilobytes whose one page unpacks to so many megabytes of drawing commands."""
    lines = b"0 0 m 9 9 l S\n" * (megabytes * 1024 * 1024 // 14)
    packed = zlib.compress(lines, 9)
    plain = _pdf([b""])
    start = plain.index(b"<< /Length 0 >>")
    stream = b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\n" % (len(packed), packed)
    return plain[:start] + stream + plain[plain.index(b"endstream", start) :]


def an_encrypted_pdf(*, pages: int = 1, password: str = "correct horse") -> bytes:  # noqa: S107
    """Build a PDF that nobody can open without its password."""
    return a_pdf(pages=pages, password=password)


def a_truncated_pdf(*, pages: int = 3) -> bytes:
    """Build a PDF whose second half never arrived."""
    whole = a_pdf(pages=pages)
    return whole[: len(whole) // 2]


_PDF_PADDING = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")
_PDF_FILE_ID = bytes(range(16))


def _pdf(contents: Sequence[bytes], *, password: str | None = None, catalog: bytes = b"") -> bytes:
    """Write a PDF 1.4 with one page for each content stream, locked by revision 2 of the standard handler.

    Source: ISO 32000-1:2008, 7.5 (file structure) and 7.6.3 (algorithms 1, 2, 3 and 4).
    """
    kids = " ".join(f"{4 + 2 * index} 0 R" for index in range(len(contents)))
    objects: dict[int, bytes] = {
        1: b"<< /Type /Catalog /Pages 2 0 R %s>>" % catalog,
        2: f"<< /Type /Pages /Kids [{kids}] /Count {len(contents)} >>".encode(),
        3: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    }
    owner = _rc4(hashlib.md5(_padded(password or "")).digest()[:5], _padded(password or ""))  # noqa: S324
    key = _pdf_key(password or "", owner)
    for index, content in enumerate(contents):
        page, stream = 4 + 2 * index, 5 + 2 * index
        objects[page] = (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> "
            b"/Contents %d 0 R >>" % stream
        )
        kept = content if password is None else _rc4(_pdf_object_key(key, stream), content)
        objects[stream] = b"<< /Length %d >>\nstream\n" % len(kept) + kept + b"\nendstream"
    trailer = b"/Root 1 0 R /ID [<%s> <%s>]" % (_PDF_FILE_ID.hex().encode(), _PDF_FILE_ID.hex().encode())
    if password is not None:
        lock = len(objects) + 1
        objects[lock] = b"<< /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >>" % (
            owner.hex().encode(),
            _rc4(key, _PDF_PADDING).hex().encode(),
        )
        trailer += b" /Encrypt %d 0 R" % lock
    body, offsets = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", []
    for number in sorted(objects):
        offsets.append(len(body))
        body += b"%d 0 obj\n" % number + objects[number] + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    xref = b"xref\n0 %d\n0000000000 65535 f \n" % size + table
    return body + xref + b"trailer\n<< /Size %d %s >>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, len(body))


def _padded(password: str) -> bytes:
    return (password.encode("latin-1") + _PDF_PADDING)[:32]


def _pdf_key(password: str, owner: bytes) -> bytes:
    return hashlib.md5(_padded(password) + owner + struct.pack("<i", -4) + _PDF_FILE_ID).digest()[:5]  # noqa: S324


def _pdf_object_key(key: bytes, number: int) -> bytes:
    return hashlib.md5(key + struct.pack("<I", number)[:3] + bytes(2)).digest()[:10]  # noqa: S324


def _rc4(key: bytes, content: bytes) -> bytes:
    state, swap = list(range(256)), 0
    for index in range(256):
        swap = (swap + state[index] + key[index % len(key)]) % 256
        state[index], state[swap] = state[swap], state[index]
    coded, left, right = bytearray(), 0, 0
    for byte in content:
        left = (left + 1) % 256
        right = (right + state[left]) % 256
        state[left], state[right] = state[right], state[left]
        coded.append(byte ^ state[(state[left] + state[right]) % 256])
    return bytes(coded)
