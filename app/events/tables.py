"""Rows of the audit trail and of the access log."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.database import Base, Instant

Position = BigInteger().with_variant(Integer, "sqlite")


class EventRow(Base):
    """A row of `events`; never changed, never deleted."""

    __tablename__ = "events"
    __table_args__ = (
        UniqueConstraint("chain", "sequence"),
        Index(
            "ix_events_organisation_id_transaction_id_position",
            "organisation_id",
            "transaction_id",
            "position",
        ),
    )

    position: Mapped[int] = mapped_column(Position, primary_key=True, autoincrement=True)
    transaction_id: Mapped[int] = mapped_column(BigInteger)
    """On PostgreSQL the writing transaction's id: the feed goes by it, so that a late commit is never passed over."""
    chain: Mapped[str] = mapped_column(String(36))
    sequence: Mapped[int]
    organisation_id: Mapped[str] = mapped_column(String(36))
    case_id: Mapped[str | None] = mapped_column(String(36))
    kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[str] = mapped_column(String(36))
    subject_kind: Mapped[str | None] = mapped_column(String(40))
    version: Mapped[int | None]
    revision: Mapped[int | None]
    key_id: Mapped[str | None] = mapped_column(String(36))
    person: Mapped[str | None] = mapped_column(String(200))
    at: Mapped[str] = mapped_column(String(32))
    """Text, because the hash is over exactly this."""
    content_hash: Mapped[str | None] = mapped_column(String(64))
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class ChainHeadRow(Base):
    """A row of `chain_heads`: where a chain ends; writers of one case wait for each other here and nowhere else."""

    __tablename__ = "chain_heads"

    chain: Mapped[str] = mapped_column(String(36), primary_key=True)
    length: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))


class FeedClockRow(Base):
    """The one row of `feed_clock`: what is added to the database's transaction ids.

    A restored PostgreSQL cluster counts transactions anew; the offset keeps the feed going forward.
    """

    __tablename__ = "feed_clock"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    transaction_offset: Mapped[int] = mapped_column(BigInteger)


class AccessEntryRow(Base):
    """A row of `access_entries`: somebody read clinical content."""

    __tablename__ = "access_entries"
    __table_args__ = (Index("ix_access_entries_case_id_id", "case_id", "id"),)

    id: Mapped[int] = mapped_column(Position, primary_key=True, autoincrement=True)
    organisation_id: Mapped[str] = mapped_column(String(36))
    case_id: Mapped[str | None] = mapped_column(String(36))
    what: Mapped[str] = mapped_column(String(60))
    subject_id: Mapped[str | None] = mapped_column(String(36))
    key_id: Mapped[str | None] = mapped_column(String(36))
    person: Mapped[str | None] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(Instant)
