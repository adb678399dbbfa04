"""Typed identifiers: UUIDv7 as text, made in the shell and only carried here."""

from typing import NewType

OrganisationId = NewType("OrganisationId", str)
KeyId = NewType("KeyId", str)
CaseId = NewType("CaseId", str)
RecordId = NewType("RecordId", str)
DocumentId = NewType("DocumentId", str)
EventId = NewType("EventId", str)
