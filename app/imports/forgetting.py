"""Readers remember words and codes that they worked out, since a payload says the same ones thousands of times.

What they remember is bounded in number, not in length: a few payloads of long words would fill the memory for good. So
it is forgotten once that much was read; what is worked out anew costs milliseconds. It also keeps what patients'
payloads said no longer than it serves.
"""

import sys
import threading
from collections.abc import Iterator
from functools import _lru_cache_wrapper
from typing import Any, Final

FORGET_BYTES: Final = 32 * 1024 * 1024
"""Bytes of payloads after which everything is forgotten; no more than a few times that is ever remembered."""
_FEW: Final = 256
"""Caches of up to so many entries hold tables and patterns, not words of payloads."""
_REMEMBERING: Final = ("app.imports.", "app.values.", "app.records.")


class Forgetting:
    """Counts what is read, and forgets in time."""

    def __init__(self, every_bytes: int = FORGET_BYTES) -> None:
        self._every_bytes = every_bytes
        self._read_bytes = 0
        self._lock = threading.Lock()

    def have_read(self, size_bytes: int) -> None:
        """Note that a payload was read, and forget where enough were."""
        with self._lock:
            self._read_bytes += size_bytes
            is_enough = self._read_bytes >= self._every_bytes
            if is_enough:
                self._read_bytes = 0
        if is_enough:
            for one in remembered():
                one.cache_clear()


def remembered() -> "Iterator[_lru_cache_wrapper[Any]]":
    """Yield every cache of words in the code that reads and checks payloads."""
    for name, module in tuple(sys.modules.items()):
        if name.startswith(_REMEMBERING):
            for one in tuple(vars(module).values()):
                if isinstance(one, _lru_cache_wrapper):
                    most = one.cache_parameters()["maxsize"] or sys.maxsize  # none: without a bound
                    if most > _FEW:
                        yield one
