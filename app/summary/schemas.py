"""What the summary endpoint answers."""

from dataclasses import dataclass

from app.summary.domain.model import Summary


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryRead(Summary):
    """The ordered case summary, with the hash of everything else in it."""

    content_sha256: str
