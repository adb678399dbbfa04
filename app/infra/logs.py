"""Logs as JSON lines on standard error: ids, routes, counts and times, never content."""

import logging
import sys

import structlog

ALLOWED = frozenset(
    {
        "event",
        "level",
        "timestamp",
        "request",
        "method",
        "path",
        "status",
        "ms",
        "error",
        "at",
        "count",
        "case",
        "document",
        "statement",
        "url",
    }
)


def _allow_listed(_: object, __: str, entry: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Drop every field that is not known to be free of content."""
    return {name: value for name, value in entry.items() if name in ALLOWED}


def configure_logs() -> None:
    """Send every log line through one renderer and one allow-list."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _allow_listed,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
