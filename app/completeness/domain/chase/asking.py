"""Who holds what, as data: `asking.toml`, read and checked once."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, get_args

from app.completeness.domain.chase.model import HolderKind
from app.completeness.domain.rules import RecordKind
from app.records.domain.kinds import KINDS

KINDS_OF_HOLDER: tuple[HolderKind, ...] = get_args(HolderKind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Of whom one item is asked, and where the case names that holder."""

    holder: HolderKind
    by: Mapping[str, HolderKind]
    """Other holders, by status or finding."""
    own_when: frozenset[str]
    """Statuses and findings that nobody outside is asked about."""
    records: tuple[RecordKind, ...]
    where: Mapping[str, frozenset[str]]
    """Values that a field of the record must have for the record to tell of the holder."""
    documents: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class AskingTable:
    """The whole of `asking.toml`."""

    version: str
    own: frozenset[str]
    papers: frozenset[str]
    family: frozenset[str]
    items: Mapping[str, Asking]
    paper_holders: Mapping[str, HolderKind]


@lru_cache(maxsize=1)
def asking_table() -> AskingTable:
    """Read the table.

    Raises:
        ValueError: a holder is none of the closed set.
        KeyError: a kind of record is none of the closed set.
    """
    data = tomllib.loads(files(__package__).joinpath("asking.toml").read_text(encoding="utf-8"))
    return AskingTable(
        version=data["version"],
        own=frozenset(data["own"]),
        papers=frozenset(data["papers"]),
        family=frozenset(data["family"]),
        items={key: _asking(row) for key, row in data["items"].items()},
        paper_holders={paper: _kind(kind) for paper, kind in data["paper_holders"].items()},
    )


def _asking(row: Mapping[str, Any]) -> Asking:
    return Asking(
        holder=_kind(row["holder"]),
        by={cause: _kind(kind) for cause, kind in row.get("by", {}).items()},
        own_when=frozenset(row.get("own_when", ())),
        records=tuple(KINDS[name] for name in row.get("records", ())),
        where={name: frozenset(values) for name, values in row.get("where", {}).items()},
        documents=frozenset(row.get("documents", ())),
    )


def _kind(name: str) -> HolderKind:
    if name not in KINDS_OF_HOLDER:
        message = f"`{name}` is no kind of holder: {', '.join(KINDS_OF_HOLDER)}"
        raise ValueError(message)
    return name
