"""Inspects files in a process of its own, so that no file can bring the service down."""

import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from app.documents.domain.media_types import MediaType
from app.documents.inspection.process import WorkerEndedError, WorkerLateError, WorkerProcess
from app.documents.inspection.report import Inspection, Problem

__all__ = ["Inspection", "Inspector", "Problem"]

MEMORY_BYTES = 1536 * 1024 * 1024
TIMEOUT_SECONDS = 15.0
FILES_PER_WORKER = 500

_INSPECTED = frozenset(
    {
        MediaType.PDF,
        MediaType.JPEG,
        MediaType.PNG,
        MediaType.TIFF,
        MediaType.WEBP,
        MediaType.HEIC,
        MediaType.ZIP,
        MediaType.DOCX,
        MediaType.XLSX,
    }
)
_KNOWN_WITHOUT_OPENING: Mapping[MediaType, Inspection] = {
    MediaType.OFFICE_ENCRYPTED: Inspection().with_problem(
        Problem.ENCRYPTED, "A password is needed to open this document."
    ),
}
_NOT_LOOKED_AT = Inspection()
_LATE = Inspection().with_problem(Problem.TIMED_OUT, "Opening the file took too long and was given up.")
_CRASHED = Inspection().with_problem(
    Problem.READER_FAILED, "The reader broke down over this file: it is damaged, or far too large."
)


class Inspector:
    """Asks one worker process, which starts with the first file and is replaced when it fails or grows old.

    Safe for several threads, which then wait for one another. Close it when the service ends.
    """

    def __init__(
        self,
        *,
        timeout_seconds: float = TIMEOUT_SECONDS,
        memory_bytes: int = MEMORY_BYTES,
        files_per_worker: int = FILES_PER_WORKER,
    ) -> None:
        self._timeout_seconds = timeout_seconds
        self._memory_bytes = memory_bytes
        self._files_per_worker = files_per_worker
        self._lock = threading.Lock()
        self._worker: WorkerProcess | None = None

    def inspect(self, path: Path, media: MediaType) -> Inspection:
        """Say whether the file can be opened, and what there is to know of it.

        Takes at most twice the time limit: a worker that ends is asked again once, afresh, before the file is
        blamed. Kinds that need no opening, or that are read elsewhere, are answered at once.

        Raises:
            FileNotFoundError: there is no such file.
        """
        if media not in _INSPECTED:
            return _KNOWN_WITHOUT_OPENING.get(media, _NOT_LOOKED_AT)
        if not path.exists():
            raise FileNotFoundError
        with self._lock:
            return self._ask(path, media)

    def close(self) -> None:
        """End the worker. A later inspection starts another."""
        with self._lock:
            self._drop_worker()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _ask(self, path: Path, media: MediaType) -> Inspection:
        worker = self._worker_of_today()
        try:
            return worker.ask(path, media)
        except WorkerLateError:
            self._drop_worker()
            return _LATE
        except WorkerEndedError:
            self._drop_worker()
            # What went before may have worn it out; a fresh worker can only blame the file.
            return self._ask(path, media) if worker.answered else _CRASHED

    def _worker_of_today(self) -> WorkerProcess:
        """Return the worker, a new one where there is none or it has done its share."""
        if self._worker is not None and self._worker.answered >= self._files_per_worker:
            self._drop_worker()
        if self._worker is None:
            self._worker = WorkerProcess(
                memory_bytes=self._memory_bytes, timeout_seconds=self._timeout_seconds
            )
        return self._worker

    def _drop_worker(self) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.end()
