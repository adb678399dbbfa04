"""Rows of cases and of what was said of them at each revision."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.database import Base, Instant


class CaseRow(Base):
    """A row of `cases`: the case as it is now."""

    __tablename__ = "cases"
    __table_args__ = (
        UniqueConstraint("organisation_id", "reference"),
        Index("ix_cases_organisation_id_id", "organisation_id", "id"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"))
    reference: Mapped[str | None] = mapped_column(String(200))
    purposes: Mapped[str] = mapped_column(String(120))
    """Purposes between spaces, for filtering."""
    search_text: Mapped[str] = mapped_column(Text)
    """Reference, name and cancer in lower case, for filtering."""
    body: Mapped[str] = mapped_column(Text)
    revision: Mapped[int]
    opened_at: Mapped[datetime] = mapped_column(Instant)
    changed_at: Mapped[datetime] = mapped_column(Instant)


class CaseVersionRow(Base):
    """A row of `case_versions`: what was said of a case from one revision on."""

    __tablename__ = "case_versions"

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    body: Mapped[str] = mapped_column(Text)
    salt: Mapped[str] = mapped_column(String(32))
    """With the body, gives the hash that the audit trail holds."""
    recorded_at: Mapped[datetime] = mapped_column(Instant)


class CaseIdentifierRow(Base):
    """A row of `case_identifiers`: one identifier of the patient of a case, folded for finding the case by it."""

    __tablename__ = "case_identifiers"
    __table_args__ = (
        Index("ix_case_identifiers_organisation_id_value_system", "organisation_id", "value", "system"),
    )

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True)
    system: Mapped[str] = mapped_column(String(200), primary_key=True)
    value: Mapped[str] = mapped_column(String(200), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(String(36))
