"""Reads FHIR R4."""

from app.imports.readers.fhir.reader import read

__all__ = ["read"]
