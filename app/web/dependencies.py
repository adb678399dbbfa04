"""The clock, new ids and the database, handed to whoever needs them; the only place that makes them."""

import secrets
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Annotated

import structlog
from fastapi import Depends, Query
from sqlalchemy.orm import Session
from starlette.requests import Request

from app.config import Settings
from app.infra.blobs import BlobStore
from app.infra.database import Database
from app.infra.sweeping import bury
from app.web.validation import Day

log = structlog.get_logger("caseline.burial")


def new_id() -> str:
    """Make a new id: a UUID of version 7 (RFC 9562).

    The time goes down to a quarter of a microsecond (RFC 9562 section 6.2, method 3), so that ids sort in the order
    in which they were made, within one batch too.
    """
    milliseconds, rest = divmod(time.time_ns(), 1_000_000)
    value = (
        milliseconds << 80 | 0x7 << 76 | (rest * 4096 // 1_000_000) << 64 | 0b10 << 62 | secrets.randbits(62)
    )
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def now() -> datetime:
    """Read the clock, in UTC."""
    return datetime.now(UTC)


# What neither waits nor computes is `async`: a plain function would be handed to another thread, and back.


async def get_settings(request: Request) -> Settings:
    """Return the application's settings."""
    settings: Settings = request.app.state.settings
    return settings


async def get_now() -> datetime:
    """Return the moment of the request."""
    return now()


async def get_database(request: Request) -> Database:
    """Return the application's database."""
    database: Database = request.app.state.database
    return database


SettingsDep = Annotated[Settings, Depends(get_settings)]
DatabaseDep = Annotated[Database, Depends(get_database)]
NowDep = Annotated[datetime, Depends(get_now)]


def get_reading(database: DatabaseDep) -> Iterator[Session]:
    """Open a session that only reads, on one snapshot."""
    with database.read() as session:
        yield session


# `scope="function"` closes the session before the answer is sent; the default scope would keep its connection until
# the last byte has left.
ReadingDep = Annotated[Session, Depends(get_reading, scope="function")]


async def get_today(settings: SettingsDep, moment: NowDep) -> date:
    """Return today, where the service is."""
    return moment.astimezone(settings.timezone).date()


TodayDep = Annotated[date, Depends(get_today)]


FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2200, 12, 31)
"""Days that an answer may be asked for."""


async def get_as_of(
    today: TodayDep,
    as_of: Annotated[
        Day | None,
        Query(
            ge=FIRST_DAY,
            le=LAST_DAY,
            description="The day that the answer is for; today when left out, and echoed in the answer.",
        ),
    ] = None,
) -> date:
    """Return the day that an answer is for."""
    return as_of or today


AsOfDep = Annotated[date, Depends(get_as_of)]


async def get_blobs(request: Request) -> BlobStore:
    """Return the store of the documents' bytes."""
    blobs: BlobStore = request.app.state.blobs
    return blobs


BlobsDep = Annotated[BlobStore, Depends(get_blobs)]


def bury_after(database: DatabaseDep, blobs: BlobsDep) -> Iterator[None]:
    """Delete the bytes whose rows the request deleted, between its commit and its answer.

    An endpoint names this before its `WritingDep`: what comes first ends last. What cannot be deleted now stays in the
    queue for the sweeper.
    """
    yield
    try:
        bury(database, blobs)
    except Exception as failure:  # noqa: BLE001 (the change itself is committed, and is answered)
        log.error("burial_failed", error=type(failure).__name__)  # noqa: TRY400 (a traceback may hold content)


BurialDep = Annotated[None, Depends(bury_after, scope="function")]
