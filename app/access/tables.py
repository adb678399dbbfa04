"""Rows of organisations, their keys, and the answers kept for repeated requests."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.database import Base, Instant


class OrganisationRow(Base):
    """A row of `organisations`."""

    __tablename__ = "organisations"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    added_at: Mapped[datetime] = mapped_column(Instant)


class KeyRow(Base):
    """A row of `access_keys`; the key itself is not stored, only its hash."""

    __tablename__ = "access_keys"
    __table_args__ = (Index("ix_access_keys_organisation_id", "organisation_id"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"))
    name: Mapped[str] = mapped_column(String(200))
    secret_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[str] = mapped_column(String(60))
    case_id: Mapped[str | None] = mapped_column(String(36))
    made_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime | None] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)


class AnswerRow(Base):
    """A row of `kept_answers`: the answer to a request that carried an Idempotency-Key."""

    __tablename__ = "kept_answers"
    __table_args__ = (
        Index("ix_kept_answers_case_id", "case_id"),
        Index("ix_kept_answers_kept_at", "kept_at"),
    )

    key_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    idempotency_key: Mapped[str] = mapped_column(String(200), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    """Hash of method, path, query and body."""
    status: Mapped[int]
    headers: Mapped[str]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    case_id: Mapped[str | None] = mapped_column(String(36))
    """The case whose content the answer holds: it is erased with it."""
    kept_at: Mapped[datetime] = mapped_column(Instant)
