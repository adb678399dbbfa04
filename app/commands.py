"""What an operator does on the machine itself: `python -m app <command>`."""

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence

import uvicorn

from app.access import service as access
from app.config import Settings, SettingsError, settings_from
from app.documents import service as documents
from app.errors import DomainError
from app.events.domain import Actor
from app.examples import load_examples
from app.infra.database import Database
from app.infra.logs import configure_logs
from app.infra.runtime import settle_memory
from app.infra.schema import StaleSchemaError, migrate, require_current
from app.infra.stores import open_blobs
from app.infra.sweeping import bury, sweep_orphans
from app.main import create_app
from app.verification import verify
from app.web.dependencies import new_id, now


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out one command and return its exit status."""
    parser = _parser()
    chosen = parser.parse_args(arguments)
    try:
        settings = settings_from(os.environ)
        _prepare(settings)
        return COMMANDS[chosen.command](settings, chosen)
    except (SettingsError, StaleSchemaError, DomainError) as error:
        sys.stderr.write(f"{error}\n")
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m app", description="Caseline's commands.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="migrate, load the example cases into a new database, and serve")
    commands.add_parser("serve", help="serve; refuses to start on a stale schema")
    commands.add_parser("migrate", help="bring the database up to the newest schema")
    commands.add_parser("verify", help="check the audit chains, the stored content and the documents' bytes")
    commands.add_parser("sweep", help="delete bytes that no document has")
    mllp = commands.add_parser("mllp", help="listen for HL7 v2 messages (MLLP); the key is CASELINE_MLLP_KEY")
    mllp.add_argument(
        "--host", default="127.0.0.1", help="where to listen; the loopback address when left out"
    )
    mllp.add_argument("--port", type=int, default=2575)
    organisations = commands.add_parser("organisations", help="add an organisation and its first admin key")
    organisations.add_argument("action", choices=["add"])
    organisations.add_argument("name")
    keys = commands.add_parser("keys", help="make an admin key, for when none is left")
    keys.add_argument("action", choices=["add"])
    keys.add_argument("--organisation", default=None, help="name; left out, the first organisation")
    keys.add_argument("--name", default="made on the machine")
    return parser


def _prepare(settings: Settings) -> None:
    configure_logs()
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _migrate(settings: Settings, _: argparse.Namespace) -> int:
    migrate(settings.database_url)
    return 0


def _first_key(settings: Settings) -> str | None:
    database = Database(settings.database_url)
    try:
        require_current(database)
        with database.write() as session:
            return access.ensure_first_key(session, wanted=settings.admin_key, make_id=new_id, now=now())
    finally:
        database.dispose()


def _serve(settings: Settings, _: argparse.Namespace) -> int:
    secret = _first_key(settings)
    if secret is not None and settings.admin_key is None:
        _say(f"The first admin key, shown this once: {secret}")
    _listen(settings)
    return 0


def _listen(settings: Settings) -> None:
    app = create_app(settings)
    settle_memory()
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        log_level="warning",
        root_path=settings.root_path,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=20,
    )


def _run(settings: Settings, _: argparse.Namespace) -> int:
    migrate(settings.database_url)
    secret = _first_key(settings)
    root = f"http://{settings.host}:{settings.port}"
    if secret is None:
        _say("Your key was printed at the first start. For another one: python -m app keys add")
    else:
        database = Database(settings.database_url)
        count = len(load_examples(database, secret=secret, now=now()))
        database.dispose()
        _say(f"{count} example cases are in. Your key (shown this once): {secret}")
    _say(f"Docs and try-out page: {root}/docs    (press Authorize and paste the key)")
    _listen(settings)
    return 0


def _verify(settings: Settings, _: argparse.Namespace) -> int:
    database = Database(settings.database_url)
    try:
        require_current(database)
        breaks = 0
        for broken in verify(database, open_blobs(settings)):
            breaks += 1
            _say(f"{broken.chain} {broken.sequence}: {broken.reason}")
        _say(f"{breaks} break(s) found." if breaks else "Every chain, stored content and document holds.")
        return 1 if breaks else 0
    finally:
        database.dispose()


def _sweep(settings: Settings, _: argparse.Namespace) -> int:
    database, blobs = Database(settings.database_url), open_blobs(settings)
    try:
        require_current(database)
        bury(database, blobs)
        count = sweep_orphans(database, blobs, settings.staging_dir, held=documents.held_keys, now=now())
        _say(f"{count} orphan(s) deleted.")
        return 0
    finally:
        database.dispose()


def _add_organisation(settings: Settings, chosen: argparse.Namespace) -> int:
    database = Database(settings.database_url)
    try:
        require_current(database)
        with database.write() as session:
            moment = now()
            actor = access.add_organisation(session, organisation_id=new_id(), name=chosen.name, now=moment)
            _, secret = access.make_key(
                session, actor=actor, key_id=new_id(), name="first admin key", scopes=("admin",), now=moment
            )
        _say(f"Organisation {actor.organisation_id} added. Its admin key, shown this once: {secret}")
        return 0
    finally:
        database.dispose()


def _add_key(settings: Settings, chosen: argparse.Namespace) -> int:
    database = Database(settings.database_url)
    try:
        require_current(database)
        with database.write() as session:
            organisation_id = access.find_organisation(session, chosen.organisation)
            if organisation_id is None:
                _say("There is no such organisation.")
                return 2
            _, secret = access.make_key(
                session,
                actor=Actor(organisation_id=organisation_id, key_id=None),
                key_id=new_id(),
                name=chosen.name,
                scopes=("admin",),
                now=now(),
            )
        _say(f"Admin key, shown this once: {secret}")
        return 0
    finally:
        database.dispose()


def _mllp(settings: Settings, chosen: argparse.Namespace) -> int:
    from app.imports.mllp_command import listen  # noqa: PLC0415 (readers, which no other command needs)

    secret = settings.mllp_key or settings.admin_key
    if secret is None:
        _say(
            "Set CASELINE_MLLP_KEY to a key with the scope `write`: POST /v1/keys, or python -m app keys add."
        )
        return 2
    listen(settings, host=chosen.host, port=chosen.port, secret=secret, say=_say)
    return 0


COMMANDS: Mapping[str, Callable[[Settings, argparse.Namespace], int]] = {
    "run": _run,
    "serve": _serve,
    "migrate": _migrate,
    "verify": _verify,
    "sweep": _sweep,
    "mllp": _mllp,
    "organisations": _add_organisation,
    "keys": _add_key,
}
