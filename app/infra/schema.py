"""The database's schema: brought up to date by a command, and checked before the service starts."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from app.infra.database import Database

MIGRATIONS = Path(__file__).parent.parent.parent / "migrations"


class StaleSchemaError(Exception):
    """The database is not at the schema that this code works with."""


def config_for(url: str = "") -> Config:
    """Return how Alembic reaches the migrations, and the database of that URL."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["url"] = url
    return config


def migrate(url: str) -> None:
    """Bring a database up to the newest schema."""
    command.upgrade(config_for(url), "head")


def require_current(database: Database) -> None:
    """Go on only if the database is at the newest schema.

    Raises:
        StaleSchemaError: it is not; the message says what to do.
    """
    newest = ScriptDirectory.from_config(config_for()).get_current_head()
    with database.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    if found != newest:
        message = f"The database's schema is {found or 'empty'}, this code needs {newest}: run `python -m app migrate`."
        raise StaleSchemaError(message)
