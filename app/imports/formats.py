"""Which reader reads a payload: told by looking, the type that it was sent as only said when it is refused."""

import zipfile
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import BinaryIO, Final, TypeAlias, cast

from app.documents.domain.media_types import Flavour, MediaType
from app.documents.domain.zip_content import UNREADABLE, Cautious, DirectoryTooLargeError
from app.imports.domain.errors import NotImportableError, PayloadTooLargeError
from app.imports.domain.reading import Format, Options, Reading, UnreadablePayloadError
from app.imports.forgetting import Forgetting
from app.imports.staged import Sent

_BY_FLAVOUR: Final[Mapping[tuple[MediaType, Flavour | None], Format]] = {
    (MediaType.JSON, Flavour.FHIR): "fhir",
    (MediaType.JSON, Flavour.FHIR_NDJSON): "fhir",
    (MediaType.XML, Flavour.CDA): "cda",
}
_BY_MEDIA: Final[Mapping[MediaType, Format]] = {
    MediaType.HL7: "hl7v2",
    MediaType.DICOM: "dicom",
    MediaType.CSV: "tabular",
    MediaType.XLSX: "tabular",
}
_ENTRIES_LOOKED_AT: Final = 50
_TABLES: Final = (".csv", ".tsv", ".xlsx", ".txt")
_DIRECTORY_MOST: Final = 8 * 1024 * 1024
_MANY_FILES: Final = (
    "The archive's table of contents is too large. Send each study, or each table, in an archive of its own."
)
_CDA_NAMESPACE: Final = b"urn:hl7-org:v3"
_HEAD_BYTES: Final = 8_192
_DICM: Final = slice(128, 132)

TAKEN: Final = "FHIR R4 (JSON, NDJSON), HL7 v2, C-CDA, DICOM (files, or a folder as ZIP), CSV and XLSX"

_FORGETTING: Final = Forgetting()

AnyReader: TypeAlias = Callable[[bytes | BinaryIO, Options], Reading]


def format_of(sent: Sent) -> Format:
    """Return the format of a payload.

    Raises:
        NotImportableError: it is of none that is read.
        UnreadablePayloadError: it is an archive with a table of contents past all bounds.
    """
    detected = sent.looked.detected
    found = _BY_FLAVOUR.get((detected.media, detected.flavour)) or _BY_MEDIA.get(detected.media)
    if detected.media is MediaType.ZIP:
        found = _format_of_zip(sent.path)
    elif (detected.media, detected.flavour) == (MediaType.XML, None):
        found = "cda" if _is_part_of_a_cda_document(sent.path) else None
    elif detected.media is MediaType.TXT:
        found = "tabular" if _is_said_to_be_a_table(sent.options) else None
    if found is None:
        raise NotImportableError(_refusal(detected.media, detected.flavour))
    return found


def _is_part_of_a_cda_document(path: Path) -> bool:
    """Tell whether XML speaks of itself in CDA's namespace: sections and entries are sent alone too."""
    with path.open("rb") as file:
        return _CDA_NAMESPACE in file.read(_HEAD_BYTES)


def _is_said_to_be_a_table(options: Options) -> bool:
    """Tell whether text that does not look like a table is one by its sender's word: it may have one column only."""
    said = (options.content_type or "").casefold()
    return said.startswith(("text/csv", "text/tab-separated-values")) or (
        (options.file_name or "").casefold().endswith((".csv", ".tsv"))
    )


def _refusal(media: MediaType, flavour: Flavour | None) -> str:
    looks = f"It looks like {media.value.upper()}"
    if flavour is Flavour.HL7_V2_XML:
        return f"HL7 v2 in its XML encoding is not read; send it in the usual encoding with |. Taken are {TAKEN}."
    if media is MediaType.XML:
        return f"{looks}, and is no C-CDA document. FHIR is read as JSON. Taken are {TAKEN}."
    if media is MediaType.JSON:
        return f"{looks}, and holds no FHIR resource (no `resourceType`). Taken are {TAKEN}."
    return f"{looks}. Store it as a document: POST /v1/cases/{{case_id}}/documents. Imported are {TAKEN}."


def _format_of_zip(path: Path) -> Format | None:
    try:
        with path.open("rb") as file, zipfile.ZipFile(Cautious(file, _DIRECTORY_MOST)) as archive:
            entries = [one for one in archive.infolist()[:100_000] if not one.filename.endswith("/")]
            names = [one.filename.rpartition("/")[2].casefold() for one in entries]
            if "dicomdir" in names or any(name.endswith(".dcm") for name in names):
                return "dicom"
            visible = [name for name in names if not name.startswith((".", "__"))]
            if visible and all(name.endswith(_TABLES) for name in visible):
                return "tabular"
            for one in entries[:_ENTRIES_LOOKED_AT]:
                if not one.flag_bits & 1:
                    with archive.open(one) as content:
                        if content.read(_DICM.stop)[_DICM] == b"DICM":
                            return "dicom"
    except DirectoryTooLargeError as error:
        raise UnreadablePayloadError(_MANY_FILES) from error
    except UNREADABLE:
        return None
    return None


def read(sent: Sent, *, bytes_most: int) -> Reading:
    """Read a payload by the reader of its format, which is loaded when its first payload comes.

    Raises:
        NotImportableError: it is of no format that is read.
        PayloadTooLargeError: it is too large to be read whole.
        UnreadablePayloadError: it cannot be read.
    """
    format_ = format_of(sent)
    module = import_module(f"app.imports.readers.{format_}")
    reader = cast("AnyReader", module.read)
    try:
        if format_ == "dicom":  # a study may be far larger than memory: its reader looks at the headers only
            with sent.path.open("rb") as file:
                return reader(file, sent.options)
        if sent.size_bytes > bytes_most:
            message = f"A payload of this format may have at most {bytes_most} bytes; send it in parts."
            raise PayloadTooLargeError(message)
        return reader(sent.path.read_bytes(), sent.options)
    finally:
        _FORGETTING.have_read(sent.size_bytes)
