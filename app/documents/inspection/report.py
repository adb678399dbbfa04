"""What an inspection answers, and how it travels from the worker."""

import json
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Self

from app.documents.domain.media_types import Finding


class Problem(StrEnum):
    """Why a file cannot be read, or why nobody could tell."""

    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"
    TOO_COMPLEX = "too_complex"
    """Opening it would take more memory than one file may."""
    TIMED_OUT = "timed_out"
    UNSUPPORTED = "unsupported"
    """Sound as far as can be seen, in a variant that the readers here do not know."""
    READER_FAILED = "reader_failed"

    @property
    def readable(self) -> bool | None:
        """False where a person cannot read the file whole; None where it takes a person to tell."""
        return False if self in {Problem.ENCRYPTED, Problem.DAMAGED} else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What is known of a file after it was opened."""

    readable: bool | None = None
    """True: opened whole. False: it cannot be. None: not looked at, or nobody could tell."""
    problem: Problem | None = None
    detail: str | None = None
    """The problem in plain words; never a word of the content."""
    pages: int | None = None
    """Pages of a PDF or TIFF, pictures of a HEIC, 1 for other pictures."""
    has_text_layer: bool | None = None
    """Whether the first pages of a PDF hold letters; without them it is a scan or a drawing."""
    width_px: int | None = None
    height_px: int | None = None
    """Of the first picture, as stored: before it is turned upright."""
    entries: int | None = None
    """Files in a ZIP archive."""
    findings: tuple[Finding, ...] = ()

    def with_problem(self, problem: Problem, detail: str) -> Self:
        """Report what stands in the way, beside what is known anyway."""
        return replace(self, readable=problem.readable, problem=problem, detail=detail)

    def to_line(self) -> bytes:
        """Write the report as one line of JSON."""
        return json.dumps(asdict(self), ensure_ascii=True).encode("ascii") + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> Self:
        """Read a report back.

        Raises:
            ValueError: the line is none that `to_line` writes.
        """
        try:
            fields = json.loads(line)
            problem = fields.pop("problem")
            findings = tuple(Finding(name) for name in fields.pop("findings"))
            return cls(problem=problem and Problem(problem), findings=findings, **fields)
        except (AttributeError, KeyError, TypeError) as error:
            raise ValueError("not a report") from error
