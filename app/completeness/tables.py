"""Rows of checklists and profiles: an organisation's own, and the product's as they were when they were in use."""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.database import Base, Instant


class RuleFileRow(Base):
    """A row of `rule_files`: one version of one checklist or profile; never changed, never deleted."""

    __tablename__ = "rule_files"

    owner: Mapped[str] = mapped_column(String(36), primary_key=True)
    """The organisation's id, or `product`."""
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    """`checklist` or `profile`."""
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """Counts the versions in the order in which they were added, from 1."""
    file_id: Mapped[str] = mapped_column(String(36), unique=True)
    """Names this version in the audit trail, where ids of several organisations meet."""
    version: Mapped[str] = mapped_column(String(20))
    label: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    sent_sha256: Mapped[str] = mapped_column(String(64))
    """Hash of what was sent, before shared items were written out: the same again is no change."""
    body: Mapped[str] = mapped_column(Text)
    """The whole as JSON, everything that it asks for written out."""
    added_at: Mapped[datetime] = mapped_column(Instant)
    key_id: Mapped[str | None] = mapped_column(String(36))
    person: Mapped[str | None] = mapped_column(String(200))
