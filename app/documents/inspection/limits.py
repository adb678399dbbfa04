"""How much one worker may use. Where a platform has no such limits, the time limit of the caller remains."""

import importlib
import signal
import warnings
from types import ModuleType


def limit_this_process(*, memory_bytes: int, open_files: int) -> None:
    """Bound the address space and the open files of this process, and leave no memory dump behind."""
    resource = _resource()
    if resource is None:
        return
    for kind, limit in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_NOFILE, open_files),
        (resource.RLIMIT_CORE, 0),  # a dump would hold what is in the file
        (resource.RLIMIT_FSIZE, 0),  # the readers have nothing to write
    ):
        _, hard = resource.getrlimit(kind)
        allowed = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        try:
            resource.setrlimit(kind, (allowed, allowed))
        except (OSError, ValueError):  # macOS refuses to bound the address space
            continue


def die_in(seconds: int) -> None:
    """Have the system end this process in so many seconds, even inside a library's loop; 0 takes it back.

    The caller kills a worker that is late. This is for the worker whose caller is gone.
    """
    if hasattr(signal, "alarm"):
        signal.alarm(seconds)


def silence_warnings() -> None:
    """Keep libraries from writing about what they read."""
    warnings.simplefilter("ignore")


def _resource() -> ModuleType | None:
    try:
        return importlib.import_module("resource")
    except ImportError:
        return None
