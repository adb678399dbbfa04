"""What is not taken, and what to do instead: the words for each."""

from enum import Enum

from app.documents.domain.media_types import Reason, Refused

_TAKEN = (
    "PDF, JPEG, PNG, TIFF, WebP, HEIC, DICOM, DOCX, XLSX, RTF, HTML, plain text, CSV, XML, JSON, HL7 or ZIP"
)
_AS_PICTURE = "Save it as JPEG, PNG or PDF and send that."
_AS_DOCX = "Open it, save it as DOCX or PDF, and send that."
_AS_XLSX = "Open it, save it as XLSX, CSV or PDF, and send that."
_AS_PDF = "Open it, save or print it as PDF, and send that."
_UNPACK = "Unpack it and send the files, or pack them as ZIP."
_NO_PROGRAMS = "Send the document itself; programs and scripts are never stored."
_AS_WORDS = "Sound and film are not taken. Send what was said as text or PDF."
_AS_DICOM = "Send the original DICOM files of the study."


def _program(looks_like: str) -> Refused:
    detail = f"This looks like {looks_like}, not a medical document."
    return Refused(reason=Reason.PROGRAM, looks_like=looks_like, detail=detail, fix=_NO_PROGRAMS)


def _unsupported(looks_like: str, fix: str) -> Refused:
    detail = f"This looks like {looks_like}, a kind of file that is not taken."
    return Refused(reason=Reason.UNSUPPORTED, looks_like=looks_like, detail=detail, fix=fix)


def _empty(detail: str) -> Refused:
    fix = "Check the file where it came from, and send it again."
    return Refused(reason=Reason.EMPTY, looks_like=None, detail=detail, fix=fix)


class Refusal(Enum):
    """Every kind of file that is known and not taken."""

    EMPTY = _empty("The file is empty.")
    BLANK = _empty("The file holds nothing but white space.")
    UNKNOWN = Refused(
        reason=Reason.UNSUPPORTED,
        looks_like=None,
        detail="This is not a kind of file that is recognised.",
        fix=f"Send it as one of: {_TAKEN}.",
    )

    WINDOWS_PROGRAM = _program("a Windows program")
    LINUX_PROGRAM = _program("a Linux program")
    APPLE_PROGRAM = _program("a macOS program")
    JAVA_PROGRAM = _program("a Java program")
    ANDROID_PROGRAM = _program("an Android program")
    WEB_PROGRAM = _program("a WebAssembly program")
    INSTALLER = _program("a software package")
    SCRIPT = _program("a script")
    SHORTCUT = _program("a shortcut")
    HIDDEN_PROGRAM = _program("a program hidden in a DICOM file")

    GIF = _unsupported("a GIF picture", _AS_PICTURE)
    BMP = _unsupported("a BMP picture", _AS_PICTURE)
    AVIF = _unsupported("an AVIF picture", _AS_PICTURE)
    JPEG_2000 = _unsupported("a JPEG 2000 picture", _AS_PICTURE)
    JPEG_XL = _unsupported("a JPEG XL picture", _AS_PICTURE)
    SVG = _unsupported("an SVG drawing", _AS_PICTURE)
    PHOTOSHOP = _unsupported("a Photoshop picture", _AS_PICTURE)
    ICON = _unsupported("an icon", _AS_PICTURE)
    DJVU = _unsupported("a DjVu document", _AS_PDF)
    POSTSCRIPT = _unsupported("a PostScript document", _AS_PDF)

    LEGACY_WORD = _unsupported("a Word document of the old kind (DOC)", _AS_DOCX)
    LEGACY_EXCEL = _unsupported("an Excel workbook of the old kind (XLS)", _AS_XLSX)
    LEGACY_OFFICE = _unsupported("an Office file of the old kind", _AS_DOCX)
    BINARY_EXCEL = _unsupported("a binary Excel workbook (XLSB)", _AS_XLSX)
    POWERPOINT = _unsupported("a PowerPoint presentation", _AS_PDF)
    OUTLOOK = _unsupported(
        "a saved Outlook message", "Save the message as PDF, and send it and its attachments."
    )
    MAIL = _unsupported("a saved mail or web archive", "Save it as PDF, and send that and any attachments.")
    VISIO = _unsupported("a Visio drawing", _AS_PDF)
    OPEN_DOCUMENT = _unsupported(
        "an OpenDocument file", "Open it, save it as DOCX, XLSX or PDF, and send that."
    )
    APPLE_DOCUMENT = _unsupported("an Apple Pages, Numbers or Keynote document", _AS_PDF)
    ELECTRONIC_BOOK = _unsupported("an electronic book", _AS_PDF)
    XPS = _unsupported("an XPS document", _AS_PDF)
    HELP_FILE = _unsupported("a help file", _AS_PDF)

    GZIP = _unsupported("a gzip archive", _UNPACK)
    BZIP2 = _unsupported("a bzip2 archive", _UNPACK)
    XZ = _unsupported("an xz archive", _UNPACK)
    ZSTANDARD = _unsupported("a Zstandard archive", _UNPACK)
    SEVEN_ZIP = _unsupported("a 7-Zip archive", _UNPACK)
    RAR = _unsupported("a RAR archive", _UNPACK)
    TAR = _unsupported("a tar archive", _UNPACK)
    CABINET = _unsupported("a cabinet archive", _UNPACK)
    DISC_IMAGE = _unsupported("a disc image", "Open the disc and send its files, or pack them as ZIP.")

    AUDIO = _unsupported("a sound recording", _AS_WORDS)
    VIDEO = _unsupported("a film", _AS_WORDS)

    NIFTI = _unsupported("a NIfTI image", _AS_DICOM)
    NRRD = _unsupported("an NRRD image", _AS_DICOM)
    HOLLOW_DICOM = _unsupported("a DICOM file without a readable header", _AS_DICOM)

    DATABASE = _unsupported("a database", "Export what matters as CSV or PDF.")
    APPLE_SIDE_FILE = _unsupported(
        "a side file that macOS keeps (its name starts with a dot)",
        "Send the document itself; leave this file out.",
    )
