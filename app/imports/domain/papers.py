"""What sort of paper a report or an attached document is, by its codes, else by the words of its title."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Final, cast, get_args

from app.documents.domain.document import DocumentKind
from app.records.domain.base import Coding
from app.values.document_codes import find_document_code

_KINDS: Final = frozenset(get_args(DocumentKind))


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What a paper is; `unclassified` where nothing tells."""

    kind: DocumentKind = "unclassified"
    modality: str | None = None
    regions: tuple[str, ...] = ()


def _read_patterns() -> tuple[tuple[DocumentKind, re.Pattern[str]], ...]:
    rows = tomllib.loads((files("app.imports.domain") / "papers.toml").read_text(encoding="utf-8"))["paper"]
    for row in rows:
        if row["kind"] not in _KINDS:
            message = f"papers.toml: there is no document kind {row['kind']}"
            raise RuntimeError(message)
    return tuple((row["kind"], re.compile(row["pattern"], re.IGNORECASE)) for row in rows)


_PATTERNS: Final = _read_patterns()


def paper_of(codes: Iterable[Coding] = (), title: str | None = None) -> Paper:
    """Return what a paper is. A LOINC document code decides; else the code's display and the title's words."""
    return _paper(tuple(codes), title)


@lru_cache(maxsize=4_096)
def _paper(codes: tuple[Coding, ...], title: str | None) -> Paper:
    said = [title or ""]
    for code in codes:
        known = find_document_code(code.code) if code.system == "loinc" else None
        if known is not None:
            return Paper(
                kind=cast("DocumentKind", known.kind),
                modality=known.modality,
                regions=tuple(sorted(known.regions)),
            )
        said.append(code.display or "")
    return Paper(kind=_by_words(" ".join(said)))


def _by_words(words: str) -> DocumentKind:
    return next((kind for kind, pattern in _PATTERNS if pattern.search(words)), "unclassified")
