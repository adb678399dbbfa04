"""The kinds of file the product takes, and what looking at one can end in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

ReadAt = Callable[[int, int], bytes]
"""Returns up to so many bytes from an offset; fewer only at the end of the file."""


class MediaType(StrEnum):
    """The closed set of file kinds that are taken, told by content alone."""

    DICOM = "dicom"
    PDF = "pdf"
    JPEG = "jpeg"
    PNG = "png"
    TIFF = "tiff"
    WEBP = "webp"
    HEIC = "heic"
    DOCX = "docx"
    XLSX = "xlsx"
    OFFICE_ENCRYPTED = "office_encrypted"
    """DOCX or XLSX under a password: which of the two nobody can tell without it."""
    RTF = "rtf"
    HTML = "html"
    TXT = "txt"
    CSV = "csv"
    XML = "xml"
    JSON = "json"
    HL7 = "hl7"
    ZIP = "zip"

    @property
    def iana(self) -> str:
        """The IANA media type, without parameters."""
        return _IANA[self]

    @property
    def suffix(self) -> str:
        """The usual end of a file name, dot included; empty where there is none."""
        return _SUFFIXES.get(self, f".{self.value}")


_OFFICE = "application/vnd.openxmlformats-officedocument"
_IANA: Mapping[MediaType, str] = {
    MediaType.DICOM: "application/dicom",
    MediaType.PDF: "application/pdf",
    MediaType.JPEG: "image/jpeg",
    MediaType.PNG: "image/png",
    MediaType.TIFF: "image/tiff",
    MediaType.WEBP: "image/webp",
    MediaType.HEIC: "image/heic",
    MediaType.DOCX: f"{_OFFICE}.wordprocessingml.document",
    MediaType.XLSX: f"{_OFFICE}.spreadsheetml.sheet",
    # No type is registered for the compound file that wraps an encrypted package; this is its usual name.
    MediaType.OFFICE_ENCRYPTED: "application/x-ole-storage",
    MediaType.RTF: "application/rtf",
    MediaType.HTML: "text/html",
    MediaType.TXT: "text/plain",
    MediaType.CSV: "text/csv",
    MediaType.XML: "application/xml",
    MediaType.JSON: "application/json",
    MediaType.HL7: "x-application/hl7-v2+er7",
    MediaType.ZIP: "application/zip",
}
_SUFFIXES: Mapping[MediaType, str] = {
    MediaType.DICOM: ".dcm",
    MediaType.JPEG: ".jpg",
    MediaType.OFFICE_ENCRYPTED: "",
}


class Flavour(StrEnum):
    """What a file of a kind is in particular, where that is plain to see."""

    CDA = "c-cda"
    """An HL7 clinical document (CDA), of which C-CDA is the usual sort."""
    FHIR = "fhir"
    FHIR_NDJSON = "fhir-ndjson"
    NDJSON = "ndjson"
    """JSON values, one a line."""
    HL7_V2_XML = "hl7v2-xml"
    HL7_BATCH = "hl7-batch"
    DICOMDIR = "dicomdir"
    """The table of contents of an imaging disc: names files and holds none."""
    ENCAPSULATED_PDF = "encapsulated-pdf"
    ENCAPSULATED_CDA = "encapsulated-cda"
    STRUCTURED_REPORT = "structured-report"
    TAB_SEPARATED = "tab-separated"
    SEMICOLON_SEPARATED = "semicolon-separated"
    PIPE_SEPARATED = "pipe-separated"
    BIG_TIFF = "bigtiff"
    TEMPLATE = "template"


class Finding(StrEnum):
    """What was noticed in a file, beside its kind: facts for whoever reads it next, not faults."""

    MACROS = "macros"
    SCRIPT = "script"
    JAVASCRIPT = "javascript"
    EMBEDDED_FILES = "embedded_files"
    ENTITIES = "declares_entities"
    """XML that declares entities of its own, which no reader here expands."""
    LEADING_JUNK = "leading_junk"
    """Bytes before the header that do not belong to the format."""
    NO_PREAMBLE = "no_preamble"
    """DICOM without the preamble and file meta that a file should start with."""
    STRAY_ZEROS = "stray_zeros"
    """Zero bytes between the letters, as UTF-16 is left with when it is cut into lines byte by byte."""
    ALSO_ZIP = "also_zip"
    ALSO_PDF = "also_pdf"
    ALSO_HTML = "also_html"
    ALSO_TIFF = "also_tiff"
    OPENS_WITHOUT_PASSWORD = "opens_without_password"  # noqa: S105
    """Encrypted, but the empty password opens it."""
    REPAIRED = "repaired"
    """Its table of contents was broken and had to be rebuilt to open it."""
    XFA_FORM = "xfa_form"
    """A form whose pages only some programs can draw; others show a page asking to wait."""
    NOT_ALL_CHECKED = "not_all_checked"
    """Too many pages, frames or entries to look at each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Detected:
    """A file of a kind that is taken."""

    media: MediaType
    flavour: Flavour | None = None
    charset: str | None = None
    """The character set of a text where its bytes prove it; None where they leave a choice."""
    findings: tuple[Finding, ...] = ()

    @property
    def media_type(self) -> str:
        """The IANA media type, without parameters."""
        return self.media.iana


class Reason(StrEnum):
    """Why a file is not taken; permanent slugs."""

    EMPTY = "empty"
    PROGRAM = "program"
    UNSUPPORTED = "unsupported-type"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A file that is not taken, in words that a coordinator understands; never a word of its content."""

    reason: Reason
    looks_like: str | None
    """With its article, such as `a Windows program`; None where it looks like nothing known."""
    detail: str
    fix: str
