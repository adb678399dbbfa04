"""DICOM: files, discs and exports become one imaging study each, their reports documents; no pixel is decoded."""

from app.imports.readers.dicom.reader import read

__all__ = ["read"]
