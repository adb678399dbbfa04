"""Work that goes on beside the requests, in a thread of its own."""

import threading
from abc import ABC, abstractmethod
from datetime import timedelta


class Background(ABC):
    """Does its rounds for as long as the service runs; what fails in one is tried again in the next."""

    def __init__(self, name: str, *, first_after: timedelta, every: timedelta) -> None:
        self._first_after = first_after
        self._every = every
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin; the first round comes later, so that a start is not slowed."""
        self._thread.start()

    def stop(self) -> None:
        """End, after what is under way."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join()

    def _rest(self, seconds: float) -> bool:
        """Rest within a round; True where the end has come meanwhile."""
        return self._stopped.wait(seconds)

    def _run(self) -> None:
        wait = self._first_after
        while not self._stopped.wait(wait.total_seconds()):
            wait = self._every
            try:
                self._round()
            except Exception as failure:  # noqa: BLE001 (the next round tries again)
                self._tell(failure)

    @abstractmethod
    def _round(self) -> None:
        """Do what is to be done now."""

    @abstractmethod
    def _tell(self, failure: Exception) -> None:
        """Log that a round failed: by the kind of failure alone, since a traceback may hold content."""
