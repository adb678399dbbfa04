"""Bytes whose rows are gone: queued in the same transaction, deleted after it, retried until they are."""

from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.infra.database import Base, Instant


class DoomedBlobRow(Base):
    """A row of `doomed_blobs`."""

    __tablename__ = "doomed_blobs"

    prefix: Mapped[str] = mapped_column(primary_key=True)
    """One blob's key, or a prefix ending in `/` for everything under it."""
    doomed_at: Mapped[datetime] = mapped_column(Instant)


def doom(session: Session, prefixes: list[str], *, now: datetime) -> None:
    """Queue blobs for deletion once this transaction is committed."""
    if prefixes:
        session.execute(insert(DoomedBlobRow), [{"prefix": prefix, "doomed_at": now} for prefix in prefixes])


def doomed(session: Session) -> list[str]:
    """Return what is still to be deleted."""
    return list(session.scalars(select(DoomedBlobRow.prefix).order_by(DoomedBlobRow.prefix)))


def buried(session: Session, prefixes: list[str]) -> None:
    """Take what has been deleted off the queue."""
    session.execute(delete(DoomedBlobRow).where(DoomedBlobRow.prefix.in_(prefixes)))
