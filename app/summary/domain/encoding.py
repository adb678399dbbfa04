"""The summary as bytes: the same for the same summary, with the hash of everything but itself."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from msgspec import Raw
from msgspec.json import Encoder

from app.summary.domain.model import Digest, Summary

_ENCODER: Final = Encoder(decimal_format="number", order="deterministic")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Content:
    """Everything of a summary but its hash, in the order of the shape."""

    schema: str
    case_id: str
    revision: int
    as_of: str
    sections: Raw
    digest: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    schema: str
    case_id: str
    revision: int
    as_of: str
    content_sha256: str
    sections: Raw
    digest: Digest


def encode(summary: Summary) -> bytes:
    """Write the summary as canonical JSON, with `content_sha256` before the sections.

    UTF-8 without spaces, members in the order of the shape, those of `facts` in alphabetical order, numbers as they
    were recorded. The hash is the SHA-256, lower-case hex, of the same JSON without the member `content_sha256`.
    """
    content = _content(summary)
    return _ENCODER.encode(
        _Answer(
            schema=summary.schema,
            case_id=summary.case_id,
            revision=summary.revision,
            as_of=summary.as_of,
            content_sha256=_hash(content),
            sections=content.sections,
            digest=summary.digest,
        )
    )


def content_hash(summary: Summary) -> str:
    """Return the hash that `encode` writes into the summary."""
    return _hash(_content(summary))


def _hash(content: _Content) -> str:
    return sha256(_ENCODER.encode(content)).hexdigest()


def _content(summary: Summary) -> _Content:
    return _Content(
        schema=summary.schema,
        case_id=summary.case_id,
        revision=summary.revision,
        as_of=summary.as_of,
        sections=Raw(_ENCODER.encode(summary.sections)),
        digest=summary.digest,
    )
