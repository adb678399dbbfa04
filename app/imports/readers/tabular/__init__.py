"""Tables: CSV and its like, XLSX, archives of them."""

from app.imports.readers.tabular.reader import read

__all__ = ["read"]
