"""Whether a file can be opened, found out in a process of its own that may die without harm."""

from app.documents.inspection.inspector import Inspection, Inspector, Problem

__all__ = ["Inspection", "Inspector", "Problem"]
