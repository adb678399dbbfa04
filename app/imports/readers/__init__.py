"""One reader for each format: bytes in; records, documents, and what could not be used and why, out."""
