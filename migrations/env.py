"""Runs migrations on SQLite and PostgreSQL, impatiently: a migration that cannot have its locks gives up."""

import os

from alembic import context
from sqlalchemy import Connection, text

from app.access import tables as access_tables
from app.cases import tables as cases_tables
from app.completeness import tables as completeness_tables
from app.config import settings_from
from app.documents import tables as documents_tables
from app.events import tables as events_tables
from app.imports import tables as imports_tables
from app.infra import doomed
from app.infra.database import Base, Database
from app.proposals import tables as proposals_tables
from app.records import tables as records_tables
from app.worklist import tables as worklist_tables

TABLES = (
    access_tables,
    cases_tables,
    completeness_tables,
    documents_tables,
    doomed,
    events_tables,
    imports_tables,
    proposals_tables,
    records_tables,
    worklist_tables,
)
"""Imported so that every slice's tables are in the metadata."""

MIGRATION_LOCK = 7_202_611
"""Advisory lock: two processes never migrate one database at the same time."""


def run(connection: Connection) -> None:
    """Migrate over an open connection."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL lock_timeout = '4s'"))
        connection.execute(text("SET LOCAL statement_timeout = '10s'"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        context.run_migrations()


given: Connection | None = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    database = Database(context.config.attributes.get("url") or settings_from(os.environ).database_url)
    with database.connect() as opened:
        run(opened)
    database.dispose()
