"""Rows of proposals."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.database import Base, Instant


class ProposalRow(Base):
    """A row of `proposals`: something that was read, and what a person made of it."""

    __tablename__ = "proposals"
    __table_args__ = (
        Index("ix_proposals_case_id_status_id", "case_id", "status", "id"),
        Index("ix_proposals_case_id_document_id", "case_id", "document_id"),
        Index("uq_proposals_case_id_fingerprint", "case_id", "fingerprint", unique=True),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(20))
    record_kind: Mapped[str | None] = mapped_column(String(40))
    """Of a proposed record: its kind, for filtering."""
    document_id: Mapped[str | None] = mapped_column(String(36))
    """Of a proposed record: the document that it was read from."""
    fingerprint: Mapped[str | None] = mapped_column(String(64))
    """Of a proposed record: what the same read again from the same words has too."""
    since_revision: Mapped[int | None]
    """Revision of the case from which on it waits; null for merges of before it was noted."""
    until_revision: Mapped[int | None]
    """Revision at which it was decided; null while it waits."""
    status: Mapped[str] = mapped_column(String(20))
    body: Mapped[str] = mapped_column(Text)
    salt: Mapped[str | None] = mapped_column(String(32))
    """Of a proposed record: with the body, gives the hash that the audit trail holds."""
    made_at: Mapped[datetime] = mapped_column(Instant)
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    decided_key_id: Mapped[str | None] = mapped_column(String(36))
    decided_person: Mapped[str | None] = mapped_column(String(200))
    reason: Mapped[str | None] = mapped_column(Text)
    record_id: Mapped[str | None] = mapped_column(String(36))
    """The record that it became."""
    edited: Mapped[str | None] = mapped_column(Text)
    """Fields in which that record was made to differ from what had been read, a JSON array."""
