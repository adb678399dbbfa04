"""Migrations on both databases: one head, no drift, down and up again; a stale schema stops the service."""

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from fastapi.testclient import TestClient

from app.config import Settings
from app.infra.database import Base, Database
from app.infra.schema import StaleSchemaError, config_for, require_current
from app.main import create_app


def test_there_is_one_head() -> None:
    assert len(ScriptDirectory.from_config(config_for("")).get_heads()) == 1


def test_the_tables_are_what_the_code_declares(database_url: str) -> None:
    database = Database(database_url)
    with database.connect() as connection:
        differences = compare_metadata(
            MigrationContext.configure(connection, opts={"compare_type": True}), Base.metadata
        )
    database.dispose()
    assert differences == []


def test_the_schema_goes_down_to_nothing_and_up_again(database_url: str) -> None:
    command.downgrade(config_for(database_url), "base")
    database = Database(database_url)
    with pytest.raises(StaleSchemaError, match="python -m app migrate"):
        require_current(database)
    command.upgrade(config_for(database_url), "head")
    require_current(database)
    database.dispose()


def test_the_service_refuses_to_start_on_a_stale_schema(settings: Settings) -> None:
    command.downgrade(config_for(settings.database_url), "-1")
    with pytest.raises(StaleSchemaError), TestClient(create_app(settings)):
        pass
