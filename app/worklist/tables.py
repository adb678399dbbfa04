"""Rows of what is known of each case for the worklist; worked out anew whenever they do not hold."""

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.database import Base


class DigestRow(Base):
    """A row of `worklist_rows`: one case in codes and numbers, and for what it holds."""

    __tablename__ = "worklist_rows"
    __table_args__ = (Index("ix_worklist_rows_organisation_id", "organisation_id"),)

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True)
    rules: Mapped[str] = mapped_column(String(64), primary_key=True)
    """Hash of everything besides the case that decides the answer."""
    first_day: Mapped[str] = mapped_column(String(10), primary_key=True)
    """A few stretches of days stand beside each other: today's, tomorrow's, one that somebody asked for."""
    organisation_id: Mapped[str] = mapped_column(String(36))
    revision: Mapped[int]
    last_day: Mapped[str] = mapped_column(String(10))
    body: Mapped[str] = mapped_column(Text)
