"""A disc's table of contents (DICOMDIR): which files it names, and which of them are not there.

Source: DICOM PS3.3 2024e, F.3 (Basic Directory Information Object); PS3.10 2024e, 8.2 (file ids).
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from app.imports.readers.dicom import tags
from app.imports.readers.dicom.dataset import DataSet, Header

_RECORD: Final = frozenset(
    {tags.RECORD_TYPE, tags.REFERENCED_FILE, tags.REFERENCED_INSTANCE, tags.CHARACTER_SET}
)
_FILES_MOST: Final = 50_000


@dataclass(frozen=True, slots=True)
class Listed:
    """A file that the table of contents names."""

    path: str
    """As listed, its parts joined by `/`."""
    instance: str | None


def files_of(header: Header) -> list[Listed]:
    """Return the files that a table of contents names, in its order."""
    return [
        Listed("/".join(parts), record.uid(tags.REFERENCED_INSTANCE))
        for record in header.items(tags.DIRECTORY_RECORDS, _RECORD)
        if (parts := record.texts(tags.REFERENCED_FILE))
    ][:_FILES_MOST]


def missing_of(
    listed: list[Listed], folder: str, names: Collection[str], instances: Collection[str]
) -> list[Listed]:
    """Return the files that are not there: neither under their path, however its letters are cased, nor anywhere.

    `folder` is the one that the table of contents stands in; `names` are the files of the payload, `instances` their
    SOP Instance UIDs.
    """
    there = {_plain(name) for name in names}
    known = frozenset(instances)
    prefix = f"{folder}/" if folder else ""
    return [one for one in listed if _plain(f"{prefix}{one.path}") not in there and one.instance not in known]


def _plain(path: str) -> str:
    """Return a path as it is compared: discs write it in capitals, with a version, or without an ending."""
    return path.casefold().partition(";")[0].removesuffix(".dcm").rstrip(".")


def is_directory(header: DataSet) -> bool:
    """Tell whether a header is that of a table of contents, whatever class it names."""
    return header.raw(tags.DIRECTORY_RECORDS) is not None
