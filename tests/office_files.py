"""Office documents and archives, written part by part."""

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence

from tests.pdf_files import A_LINE_OF_TEXT, a_pdf

_OFFICE = "vnd.openxmlformats-officedocument"


def a_docx(*, text: str = A_LINE_OF_TEXT, macros: bool = False) -> bytes:
    """Build a Word document of one paragraph; with `macros`, what Word calls a DOCM."""
    kind = f"{_OFFICE}.wordprocessingml.document" if not macros else "vnd.ms-word.document.macroEnabled"
    namespace = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    paragraph = f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"
    body = f'<w:document xmlns:w="{namespace}"><w:body>{paragraph}</w:body></w:document>'
    main = "word/document.xml"
    return _an_office_file(main, kind, {main: body}, macros="word" if macros else None)


def an_xlsx(
    *, rows: Sequence[Sequence[str]] = (("marker", "value"), ("CA 15-3", "31")), macros: bool = False
) -> bytes:
    """Build an Excel workbook of one sheet with those rows; with `macros`, what Excel calls an XLSM."""
    kind = f"{_OFFICE}.spreadsheetml.sheet" if not macros else "vnd.ms-excel.sheet.macroEnabled"
    namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    lines = ("".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in row) for row in rows)
    data = "".join(f"<row>{line}</row>" for line in lines)
    parts = {
        "xl/workbook.xml": f'<workbook xmlns="{namespace}" xmlns:r="{relations}">'
        '<sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _relations({"rId1": ("worksheet", "worksheets/sheet1.xml")}),
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{namespace}">'
        f"<sheetData>{data}</sheetData></worksheet>",
    }
    return _an_office_file("xl/workbook.xml", kind, parts, macros="xl" if macros else None)


def an_encrypted_docx() -> bytes:
    """Build what Office saves under a password: a compound file that wraps an encrypted package."""
    return a_compound_file("EncryptionInfo", "EncryptedPackage")


def a_legacy_doc() -> bytes:
    """Build the shell of a Word 97 document."""
    return a_compound_file("WordDocument", "1Table")


def a_compound_file(*streams: str) -> bytes:
    """Build an OLE compound file (512-byte sectors) whose directory names these streams, three at most."""
    end, free, fat_sector, none = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, 0xFFFFFFFF
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<10I", 0, 1, 1, 0, 4096, end, 0, end, 0, 0) + struct.pack("<108I", *([free] * 108))
    fat = struct.pack("<128I", fat_sector, end, *([free] * 126))
    entries = b""
    for kind, name in ((5, "Root Entry"), *((2, name) for name in streams)):
        encoded = name.encode("utf-16-le")
        child = 1 if kind == 5 and streams else none
        entries += encoded.ljust(64, b"\0")
        entries += struct.pack("<HBBIII36xIQ", len(encoded) + 2, kind, 1, none, none, child, end, 0)
    return header + fat + entries.ljust(512, b"\0")


def a_zip(files: Mapping[str, bytes] | None = None, *, encrypted: bool = False) -> bytes:
    """Build a ZIP of those files; `encrypted` marks every entry as locked, and nothing can be read then."""
    contents = {"report.pdf": a_pdf(), "note.txt": b"Two reports.\n"} if files is None else files
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    packed = bytearray(stream.getvalue())
    if encrypted:
        for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            at = packed.find(signature)
            while at >= 0:
                packed[at + offset] |= 1
                at = packed.find(signature, at + 4)
    return bytes(packed)


def _an_office_file(main: str, kind: str, parts: Mapping[str, str], *, macros: str | None) -> bytes:
    schema = "http://schemas.openxmlformats.org/package/2006/content-types"
    types = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<Types xmlns="{schema}">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/{main}" ContentType="application/{kind}.main+xml"/></Types>'
    )
    relations = _relations({"rId1": ("officeDocument", main)})
    files = {"[Content_Types].xml": types, "_rels/.rels": relations, **parts}
    packed = {name: text.encode() for name, text in files.items()}
    if macros:
        packed[f"{macros}/vbaProject.bin"] = a_compound_file("VBA")
    return a_zip(packed)


def _relations(targets: Mapping[str, tuple[str, str]]) -> str:
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    inside = "".join(
        f'<Relationship Id="{key}" Type="{kinds}/{kind}" Target="{target}"/>'
        for key, (kind, target) in targets.items()
    )
    schema = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<Relationships xmlns="{schema}">{inside}</Relationships>'
