"""Rows of what was imported: under which key of the sender which record or document of a case stands."""

from sqlalchemy import Boolean, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.database import Base


class ImportedRow(Base):
    """A row of `imported`: the newest that a sender said under one of its keys, so that a repeat stores nothing."""

    __tablename__ = "imported"

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True)
    key_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    subject_id: Mapped[str] = mapped_column(String(36))
    kind: Mapped[str] = mapped_column(String(40))
    """The record's kind, `document`, `proposal` or `message`."""
    digest: Mapped[str] = mapped_column(String(64))
    stated_at: Mapped[str | None] = mapped_column(String(40))
    """The moment of the sender's version, ISO 8601 in UTC: text, since it is only compared."""
    version: Mapped[int]
    is_withdrawn: Mapped[bool] = mapped_column(Boolean)


class ImportedInstanceRow(Base):
    """A row of `imported_instances`: one image of a study, so that a study in several payloads is counted right."""

    __tablename__ = "imported_instances"

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True)
    record_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    """The study's record: one that was taken back and came again has another."""
    instance: Mapped[str] = mapped_column(String(32), primary_key=True)
    """Hash of the SOP Instance UID."""
    series: Mapped[str] = mapped_column(String(32))
    """Hash of the Series Instance UID."""
