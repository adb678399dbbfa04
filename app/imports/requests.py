"""From an HTTP request to a stored payload: shared by every endpoint that takes one."""

import hashlib
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, TypeVar

import msgspec
from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool

from app.access.dependencies import AccessDep, IdempotencyKey, Repeat, Writing
from app.access.domain import Access
from app.cases.conditional import require_case
from app.config import Settings
from app.documents.dependencies import InspectorDep
from app.documents.staging import staging_folder
from app.imports.cases_of import Target
from app.imports.domain.imported import Imported
from app.imports.domain.reading import Options
from app.imports.importing import READ_WHOLE_MOST, Import, Shell, Wanted
from app.imports.sending import receive_payload
from app.web.conditional import require_match
from app.web.dependencies import BlobsDep, DatabaseDep, SettingsDep, new_id, now

AnswerT = TypeVar("AnswerT")


@dataclass(frozen=True, slots=True, kw_only=True)
class Importer:
    """Takes the payload of one request."""

    request: Request
    access: Access
    settings: Settings
    shell: Shell
    idempotency_key: str | None

    async def take(
        self, wanted: Wanted, options: Options, conclude: Callable[[Writing, Imported], AnswerT]
    ) -> AnswerT:
        """Receive, read and store the payload, and return what `conclude` makes of it in the transaction.

        Raises:
            AnsweredBefore: the very same request was carried out before.
            DomainError: nothing was stored, and why.
        """
        self.access.require("write")
        if wanted.case_id is not None:  # before a byte is read
            await run_in_threadpool(
                require_case, self.shell.database, self.access, wanted.case_id, self.request
            )
        async with self.folder() as folder:
            sent = await receive_payload(
                self.request.stream(),
                folder,
                self.shell.inspector,
                options,
                bytes_most=self.settings.max_upload_bytes,
                unpacked_most=self.settings.max_body_bytes,
            )
            url = self.request.url
            said = msgspec.json.encode(("POST", url.path, url.query, sent.sha256))
            repeat = Repeat(self.access.key_id, self.idempotency_key) if self.idempotency_key else None
            one = Import(shell=self.shell, access=self.access, sent=sent, wanted=wanted, folder=folder)

            def check(targets: Sequence[Target]) -> None:
                if wanted.case_id is not None:
                    require_match(self.request, str(targets[0].case.revision if targets[0].case else 0))

            return await run_in_threadpool(
                lambda: one.store(conclude, fingerprint=_hashed(said), repeat=repeat, check=check)
            )

    def folder(self) -> AbstractAsyncContextManager[Path]:
        """Make a folder for what arrives; it goes when the request ends."""
        return staging_folder(self.settings.staging_dir, new_id())


def _hashed(said: bytes) -> str:
    return hashlib.sha256(said).hexdigest()


def get_importer(
    *,
    request: Request,
    access: AccessDep,
    database: DatabaseDep,
    settings: SettingsDep,
    blobs: BlobsDep,
    inspector: InspectorDep,
    idempotency_key: IdempotencyKey = None,
) -> Importer:
    """Return what takes the payload of this request."""
    shell = Shell(
        database=database,
        blobs=blobs,
        inspector=inspector,
        new_id=new_id,
        clock=now,
        read_bytes_most=min(settings.max_body_bytes, READ_WHOLE_MOST),
    )
    return Importer(
        request=request, access=access, settings=settings, shell=shell, idempotency_key=idempotency_key
    )


ImporterDep = Annotated[Importer, Depends(get_importer)]
