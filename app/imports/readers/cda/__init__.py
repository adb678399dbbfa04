"""Reads CDA R2 documents, C-CDA R1.1 and R2.1 among them.

Source: HL7 CDA Release 2.0 (2005); HL7 Consolidated CDA R1.1 (2012) and R2.1 (2015) with its companion guide.
"""

from app.imports.readers.cda.document import read

__all__ = ["read"]
