"""Rows of checklists and profiles, the organisation's own and the product's; and of requests that were sent."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
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


class SentRequestRow(Base):
    """A row of `sent_requests`: a request that somebody has sent, as it was then; gone with its case."""

    __tablename__ = "sent_requests"

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True)
    request_id: Mapped[str] = mapped_column(String(60), primary_key=True)
    revision: Mapped[int]
    """The case's revision that the mark made; the audit trail knows the content by it."""
    sent_on: Mapped[str] = mapped_column(String(10))
    body: Mapped[str] = mapped_column(Text)
    """What was asked of whom, to whom it went, when and how, as JSON."""
    salt: Mapped[str] = mapped_column(String(32))
    """With the body, gives the hash that the audit trail holds."""
    recorded_at: Mapped[datetime] = mapped_column(Instant)
