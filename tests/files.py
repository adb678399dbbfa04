"""Small, valid files of every kind the product takes, and of kinds that it refuses.

Every builder returns the file's bytes. The people in them are made up.
"""

import base64
import hashlib
import io
import json
import struct
import zlib
from collections.abc import Iterable, Sequence

from PIL import Image

from tests.office_files import (
    a_compound_file,
    a_docx,
    a_legacy_doc,
    a_zip,
    an_encrypted_docx,
    an_xlsx,
)
from tests.pdf_files import (
    A_LINE_OF_TEXT,
    a_pdf,
    a_pdf_bomb,
    a_scanned_pdf,
    a_truncated_pdf,
    an_encrypted_pdf,
)

__all__ = [
    "A_LINE_OF_TEXT",
    "a_big_tiff",
    "a_clinical_document",
    "a_compound_file",
    "a_csv",
    "a_dicom",
    "a_dicomdir",
    "a_docx",
    "a_fhir_bundle",
    "a_heic",
    "a_jpeg",
    "a_json",
    "a_legacy_doc",
    "a_pdf",
    "a_pdf_bomb",
    "a_png",
    "a_png_bomb",
    "a_rtf",
    "a_scanned_pdf",
    "a_text",
    "a_tiff",
    "a_truncated_pdf",
    "a_webp",
    "a_windows_program",
    "a_zip",
    "an_encrypted_docx",
    "an_encrypted_pdf",
    "an_hl7_message",
    "an_html",
    "an_xlsx",
    "an_xml",
]

CT_IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.2"
MEDIA_STORAGE_DIRECTORY = "1.2.840.10008.1.3.10"
EXPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2.1"
A_STUDY_UID = "2.25.305828488182831875890203105390285383139"

# 64 by 64 points of one colour, coded beforehand: what the product reads them with writes none.
_A_HEIC = (
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAVZtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAA"
    "ACJpbG9jAAAAAERAAAEAAQAAAAABegABAAAAAAAAABkAAAAjaWluZgAAAAAAAQAAABVpbmZlAgAAAAABAABodmMxAAAAAA5waXRt"
    "AAAAAAABAAAA1mlwcnAAAAC3aXBjbwAAAHhodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMA"
    "AAMAHroCQGEAAQArQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbqSSmubgIaDAgAAAMAyAAAAwAIQGIAAQAHRAHBcrAiQAAAABNjb2xy"
    "bmNseAABAA0ABoAAAAAUaXNwZQAAAAAAAABAAAAAQAAAABBwaXhpAAAAAAMICAgAAAAXaXBtYQAAAAAAAAABAAEEgQIDBAAAACFt"
    "ZGF0AAAAFSgBrxmA93yFN7Tp5X9YC/wYFeLRwA=="
)


def a_jpeg(*, size: tuple[int, int] = (64, 48), progressive: bool = False) -> bytes:
    """Build a photograph-like JPEG: noise enough that cutting it short shows."""
    return _saved(_a_picture(size), "JPEG", quality=90, progressive=progressive)


def a_png(*, size: tuple[int, int] = (64, 48)) -> bytes:
    """Build a PNG in true colour."""
    return _saved(_a_picture(size), "PNG")


def a_png_bomb(*, width: int = 30_000, height: int = 30_000) -> bytes:
    """Build a PNG of a few bytes that claims to be `width` by `height` points."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", b""), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_png_chunk(kind, content) for kind, content in chunks)


def a_tiff(*, pages: int = 1, size: tuple[int, int] = (64, 48), big_endian: bool = False) -> bytes:
    """Build an uncompressed grey TIFF of that many pages."""
    if big_endian:
        return _a_big_endian_tiff(size)
    return _tiff_pages(pages, size, big_tiff=False)


def a_big_tiff(*, pages: int = 1, size: tuple[int, int] = (64, 48)) -> bytes:
    """Build a TIFF with 64-bit offsets."""
    return _tiff_pages(pages, size, big_tiff=True)


def a_webp(*, size: tuple[int, int] = (64, 48)) -> bytes:
    """Build a lossless WebP."""
    return _saved(_a_picture(size), "WEBP", lossless=True)


def a_heic() -> bytes:
    """Build a HEIC of 64 by 64 points, such as a telephone makes."""
    return base64.b64decode(_A_HEIC)


def a_dicom(
    *,
    modality: str = "CT",
    patient_name: str = "Example^Ada",
    patient_id: str = "EX-1",
    study_uid: str = A_STUDY_UID,
    sop_class: str = CT_IMAGE_STORAGE,
    preamble: bytes = bytes(128),
    bare: bool = False,
) -> bytes:
    """Build a DICOM header without a picture; `bare` leaves out the preamble and the file meta."""
    data = b"".join(
        _dicom_element(group, element, vr, value)
        for group, element, vr, value in (
            (0x0008, 0x0016, "UI", sop_class),
            (0x0008, 0x0018, "UI", study_uid + ".1.1"),
            (0x0008, 0x0020, "DA", "20240507"),
            (0x0008, 0x0060, "CS", modality),
            (0x0010, 0x0010, "PN", patient_name),
            (0x0010, 0x0020, "LO", patient_id),
            (0x0020, 0x000D, "UI", study_uid),
            (0x0020, 0x000E, "UI", study_uid + ".1"),
        )
    )
    if bare:
        return data
    meta = b"".join(
        _dicom_element(0x0002, element, vr, value)
        for element, vr, value in (
            (0x0002, "UI", sop_class),
            (0x0003, "UI", study_uid + ".1.1"),
            (0x0010, "UI", EXPLICIT_LITTLE_ENDIAN),
            (0x0012, "UI", "2.25.1"),
        )
    )
    length = struct.pack("<HH2sHI", 2, 0, b"UL", 4, len(meta))
    return preamble.ljust(128, b"\0") + b"DICM" + length + meta + data


def a_dicomdir() -> bytes:
    """Build the header of a DICOM directory, the table of contents of an imaging disc."""
    return a_dicom(sop_class=MEDIA_STORAGE_DIRECTORY)


def a_rtf(*, text: str = A_LINE_OF_TEXT) -> bytes:
    """Build a rich text file of one paragraph."""
    return (r"{\rtf1\ansi\deff0{\fonttbl{\f0 Arial;}}\f0\fs24 " + text + r"\par}").encode("ascii")


def an_html(*, text: str = A_LINE_OF_TEXT, script: str = "") -> bytes:
    """Build a web page of one paragraph, and of that script where one is given."""
    inside = f"<script>{script}</script>" if script else ""
    head = f"<head><title>Report</title>{inside}</head>"
    return f"<!DOCTYPE html>\n<html>{head}<body><p>{text}</p></body></html>".encode()


def a_text(*, text: str = f"Pathology report\n\n{A_LINE_OF_TEXT}.\n", charset: str = "utf-8") -> bytes:
    """Build a plain text in that character set."""
    return text.encode(charset)


def a_csv(
    *,
    rows: Iterable[Sequence[str]] = (("date", "marker", "value"), ("2024-05-07", "CEA", "3.1")),
    delimiter: str = ",",
) -> bytes:
    """Build a table of those rows as text."""
    return "".join(delimiter.join(row) + "\r\n" for row in rows).encode()


def an_xml(*, charset: str = "utf-8") -> bytes:
    """Build an XML document that belongs to no standard of medicine."""
    declaration = f'<?xml version="1.0" encoding="{charset}"?>'
    return f"{declaration}\n<letter><line>{A_LINE_OF_TEXT}</line></letter>".encode(charset)


def a_clinical_document() -> bytes:
    """Build the shell of a C-CDA document."""
    return (
        b'<?xml version="1.0"?>\n<ClinicalDocument xmlns="urn:hl7-org:v3">'
        b'<typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>'
        b'<code code="11526-1" codeSystem="2.16.840.1.113883.6.1"/></ClinicalDocument>'
    )


def a_json(content: object = None) -> bytes:
    """Build a JSON document."""
    return json.dumps({"note": A_LINE_OF_TEXT} if content is None else content, indent=1).encode()


def a_fhir_bundle() -> bytes:
    """Build a FHIR Bundle of one patient."""
    patient = {"resourceType": "Patient", "id": "ada", "birthDate": "1970-01"}
    return a_json({"type": "collection", "resourceType": "Bundle", "entry": [{"resource": patient}]})


def an_hl7_message(*, framed: bool = False) -> bytes:
    """Build an HL7 v2 result message, carriage returns and all; `framed` as it travels over MLLP."""
    segments = (
        "MSH|^~\\&|LAB|NORTH|CASELINE|CLINIC|20240507101500||ORU^R01^ORU_R01|M0001|P|2.5.1",
        "PID|1||EX-1^^^NORTH^MR||Example^Ada||19700101|F",
        "OBR|1|||2857-1^PSA^LN|||20240507",
        "OBX|1|NM|2857-1^PSA^LN||4.1|ng/mL|0-4|H|||F",
    )
    message = "\r".join(segments).encode()
    return b"\x0b" + message + b"\r\x1c\r" if framed else message + b"\r"


def a_windows_program() -> bytes:
    """Build the first bytes of a Windows program, enough to know it by."""
    header = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00".ljust(0x3C, b"\0")
    return (header + struct.pack("<I", 0x80)).ljust(0x80, b"\0") + b"PE\0\0" + bytes(200)


def _saved(picture: Image.Image, form: str, **options: object) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, form, **options)
    return stream.getvalue()


def _a_picture(size: tuple[int, int]) -> Image.Image:
    width, height = size
    noise = hashlib.shake_128(b"a picture").digest(3 * width * height)
    return Image.frombytes("RGB", size, noise)


def _png_chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _tiff_pages(pages: int, size: tuple[int, int], *, big_tiff: bool) -> bytes:
    first, *others = [_a_picture(size).convert("L") for _ in range(pages)]
    stream = io.BytesIO()
    first.save(stream, "TIFF", save_all=True, append_images=others, big_tiff=big_tiff)
    return stream.getvalue()


def _a_big_endian_tiff(size: tuple[int, int]) -> bytes:
    width, height = size
    tags = (
        (256, 4, 1, width),
        (257, 4, 1, height),
        (258, 3, 1, 8 << 16),
        (259, 3, 1, 1 << 16),
        (262, 3, 1, 1 << 16),
        (273, 4, 1, 8 + 2 + 12 * 8 + 4),
        (278, 4, 1, height),
        (279, 4, 1, width * height),
    )
    directory = struct.pack(">H", len(tags)) + b"".join(struct.pack(">HHII", *tag) for tag in tags) + bytes(4)
    return b"MM\x00\x2a" + struct.pack(">I", 8) + directory + bytes(width * height)


def _dicom_element(group: int, element: int, vr: str, value: str) -> bytes:
    content = value.encode("ascii")
    content += (b"\0" if vr == "UI" else b" ") * (len(content) % 2)
    return struct.pack("<HH2sH", group, element, vr.encode("ascii"), len(content)) + content
