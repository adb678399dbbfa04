"""HL7 v2, versions 2.1 to 2.8, as hospitals send it."""

from app.imports.readers.hl7v2.reader import read

__all__ = ["read"]
