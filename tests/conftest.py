"""Fixtures: a migrated database of each kind for every test, and a client of the whole application."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response

from app.access import service as access
from app.config import Settings, settings_from
from app.infra.database import Database
from app.infra.schema import migrate
from app.main import create_app
from app.web.dependencies import new_id, now

if TYPE_CHECKING:  # pytest rewrites the assertions of a plugin only if nothing imported it before
    from tests.postgres import Cluster

pytest_plugins = ["tests.postgres", "tests.s3"]

ADMIN_KEY = "test-admin-key-0123456789"

# Examples are drawn anew on a developer's machine; continuous integration draws the same ones each time, so that what
# it says is about the change. Deadlines would measure the machine.
hypothesis.settings.register_profile(
    "everywhere", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.register_profile("ci", hypothesis.settings.get_profile("everywhere"), derandomize=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "everywhere")


@pytest.fixture(scope="session")
def real_files() -> Path:
    """Give the folder of real files, or skip and say so."""
    folder = os.environ.get("CASELINE_TEST_DATA")
    if not folder:
        pytest.skip("CASELINE_TEST_DATA names no folder of real files")
    return Path(folder)


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Migrate one SQLite file that tests copy."""
    path = tmp_path_factory.mktemp("migrated") / "caseline.db"
    migrate(f"sqlite:///{path}")
    database = Database(f"sqlite:///{path}")
    database.forget_deleted()
    database.dispose()
    return path


@pytest.fixture(scope="session")
def migrated_postgres(postgres_cluster: "Cluster") -> str:
    """Migrate one PostgreSQL database that tests clone."""
    url = postgres_cluster.create_database()
    migrate(url)
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give a migrated database of its own to each test, of each kind."""
    if request.param == "sqlite":
        target = tmp_path / "caseline.db"
        shutil.copy(request.getfixturevalue("migrated_sqlite"), target)
        yield f"sqlite:///{target}"
        return
    cluster: Cluster = request.getfixturevalue("postgres_cluster")
    url = cluster.create_database(template=request.getfixturevalue("migrated_postgres"))
    yield url
    cluster.drop_database(url)


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Give the settings of one test's application."""
    return settings_from(
        {
            "CASELINE_DATA_DIR": str(tmp_path / "data"),
            "CASELINE_DATABASE_URL": database_url,
            "CASELINE_ADMIN_KEY": ADMIN_KEY,
        }
    )


@dataclass(frozen=True, slots=True)
class Api:
    """A client of the application with one key, and short ways of saying what tests say often."""

    client: TestClient
    key: str

    def __call__(self, method: str, path: str, *, status: int | None = None, **options: Any) -> Response:
        """Send a request with the key; with `status`, fail unless that is the answer's."""
        headers = {"Authorization": f"Bearer {self.key}", **options.pop("headers", {})}
        response = self.client.request(method, path, headers=headers, **options)
        if status is not None:
            assert response.status_code == status, f"{response.status_code}: {response.text[:2000]}"
        return response

    def get(self, path: str, **options: Any) -> Response:
        """Read."""
        return self("GET", path, **options)

    def post(self, path: str, **options: Any) -> Response:
        """Create."""
        return self("POST", path, **options)

    def put(self, path: str, **options: Any) -> Response:
        """Replace."""
        return self("PUT", path, **options)

    def patch(self, path: str, **options: Any) -> Response:
        """Amend."""
        return self("PATCH", path, **options)

    def delete(self, path: str, **options: Any) -> Response:
        """Remove."""
        return self("DELETE", path, **options)

    def open_case(self, **body: Any) -> str:
        """Open a case and return its id."""
        return str(self.post("/v1/cases", json=body, status=201).json()["id"])

    def add(self, case_id: str, *records: dict[str, Any]) -> list[str]:
        """Add records and return their ids."""
        answer = self.post(f"/v1/cases/{case_id}/records", json={"records": list(records)}, status=201)
        return [item["id"] for item in answer.json()["items"]]

    def with_key(self, key: str) -> "Api":
        """Return the same application seen with another key."""
        return Api(self.client, key)

    def make_key(self, *scopes: str, **body: Any) -> "Api":
        """Make a key of the same organisation and return the application seen with it."""
        made = self.post("/v1/keys", json={"name": "a key", "scopes": scopes, **body}, status=201)
        return self.with_key(made.json()["secret"])


def add_key(database_url: str, *, organisation: str | None = None, secret: str | None = None) -> str:
    """Make an admin key on the machine itself: of a new organisation, or the first one's first key."""
    database = Database(database_url)
    try:
        with database.write() as session:
            if organisation is None:
                access.ensure_first_key(session, wanted=secret, make_id=new_id, now=now())
                return str(secret)
            actor = access.add_organisation(session, organisation_id=new_id(), name=organisation, now=now())
            _, made = access.make_key(
                session, actor=actor, key_id=new_id(), name="admin", scopes=("admin",), now=now()
            )
            return made
    finally:
        database.dispose()


@pytest.fixture(scope="session")
def application() -> FastAPI:
    """Put the application together once; it opens its database each time that it is started."""
    return create_app(settings_from({}))


@pytest.fixture
def api(application: FastAPI, settings: Settings) -> Iterator[Api]:
    """Give the whole application on each database, seen with an admin key."""
    add_key(settings.database_url, secret=ADMIN_KEY)
    application.state.settings = settings
    with TestClient(application) as client:
        yield Api(client, ADMIN_KEY)


@pytest.fixture
def other_api(api: Api, settings: Settings) -> Api:
    """Give the same application seen with the admin key of another organisation."""
    return api.with_key(add_key(settings.database_url, organisation="another organisation"))
