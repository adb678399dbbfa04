"""DICOM: files, discs and exports become one imaging study each, their reports documents; no pixel is decoded."""

from typing import BinaryIO

from app.imports.domain.reading import Options, Reading


def read(content: bytes | BinaryIO, options: Options) -> Reading:
    """Return what a DICOM file, or an archive of such files, holds; an open file need not fit into memory.

    Raises:
        UnreadablePayloadError: it is neither, does not open, is past a bound, or mixes patients and is too large to
            be taken apart.
    """
    from app.imports.readers.dicom import reader  # noqa: PLC0415 (pydicom, which only a payload of this kind needs)

    return reader.read(content, options)


__all__ = ["read"]
