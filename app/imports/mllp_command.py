"""`python -m app mllp`: listens for HL7 v2 messages and stores them with the rights of one key."""

import asyncio
import signal
from collections.abc import Callable

from app.config import Settings
from app.documents.inspection import Inspector
from app.imports.hl7_messages import Messages
from app.imports.importing import READ_WHOLE_MOST, Shell
from app.imports.mllp import Limits, Listener
from app.infra.database import Database
from app.infra.schema import require_current
from app.infra.stores import open_blobs
from app.web.dependencies import new_id, now


def listen(settings: Settings, *, host: str, port: int, secret: str, say: Callable[[str], None]) -> None:
    """Serve until the process is told to stop; messages in hand are finished and acknowledged first.

    Raises:
        NoKeyError: the key is unknown, expired or revoked.
        ScopeError: the key may not write.
        StaleSchemaError: the database is not at the schema of this code.
    """
    database = Database(settings.database_url)
    settings.staging_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        require_current(database)
        with Inspector() as inspector:
            shell = Shell(
                database=database,
                blobs=open_blobs(settings),
                inspector=inspector,
                new_id=new_id,
                clock=now,
                read_bytes_most=min(settings.max_body_bytes, READ_WHOLE_MOST),
            )
            messages = Messages(shell=shell, staging_dir=settings.staging_dir)
            messages.require_key(secret)
            asyncio.run(_serve(messages, settings, host, port, secret, say))
    finally:
        database.dispose()


async def _serve(  # noqa: PLR0917 (all of one call)
    messages: Messages, settings: Settings, host: str, port: int, secret: str, say: Callable[[str], None]
) -> None:
    listener = Listener(
        lambda content: messages.take_with_key(content, secret),
        messages.refuse,
        Limits(message_bytes=min(settings.max_body_bytes, READ_WHOLE_MOST)),
    )
    stop = asyncio.Event()
    for one in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(one, stop.set)
    bound = await listener.start(host, port)
    say(f"Listening for HL7 v2 (MLLP) on {host}:{bound}")
    await stop.wait()
    await listener.stop()
