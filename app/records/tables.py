"""Rows of records, one for each version, and of the documents that they rest on."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.database import Base, Instant


class RecordRow(Base):
    """A row of `record_versions`: one immutable version of one record.

    `until_revision` is the case's revision at which a newer version, or a mark of error, took over; null for the
    newest. So one query gives the records of a case as they are now or as they were at any revision.
    """

    __tablename__ = "record_versions"
    __table_args__ = (
        Index(
            "ix_record_versions_case_id_until_revision_record_id", "case_id", "until_revision", "record_id"
        ),
        Index(
            "uq_record_versions_newest",
            "record_id",
            unique=True,
            sqlite_where=text("until_revision IS NULL"),
            postgresql_where=text("until_revision IS NULL"),
        ),
    )

    record_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(40))
    status: Mapped[str] = mapped_column(String(20))
    since_revision: Mapped[int]
    until_revision: Mapped[int | None]
    body: Mapped[str] = mapped_column(Text)
    salt: Mapped[str] = mapped_column(String(32))
    """With the body, gives the hash that the audit trail holds."""
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    key_id: Mapped[str | None] = mapped_column(String(36))
    person: Mapped[str | None] = mapped_column(String(200))


class RecordSourceRow(Base):
    """A row of `record_sources`: a record's newest version rests on a document."""

    __tablename__ = "record_sources"
    __table_args__ = (Index("ix_record_sources_case_id_document_id", "case_id", "document_id"),)

    record_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    document_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
