"""Words of a record that say that something complementary is used instead of treatment; found and never judged.

Source: clinical.md section 1.1, S69.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator
from importlib.resources import files
from typing import Any, Final, NamedTuple

from app.casefile.domain.case_file import CaseFile
from app.records.domain.kinds import KINDS

_MOST: Final = 300
"""Letters of a sentence that are quoted."""
_SENTENCE: Final = re.compile(r"[^.;!?\n]+")


class SaidInstead(NamedTuple):
    """One sentence of a record."""

    record_id: str
    words: str


def said_instead(case_file: CaseFile) -> Iterator[SaidInstead]:
    """Yield the sentences that say so, each once for a record, in the order of the records."""
    for kind, names in TEXTS.items():
        for entry in case_file.of(KINDS[kind]):
            texts = (getattr(entry.record, name) for name in names)
            for words in dict.fromkeys(_sentences(texts)):
                yield SaidInstead(entry.id, words)


def _sentences(texts: Iterable[str | None]) -> Iterator[str]:
    for text in texts:
        if text is None or _SIGNAL.search(text) is None:
            continue
        for found in _SENTENCE.finditer(text):
            sentence = " ".join(found[0].split())
            if says_instead(sentence):
                yield sentence if len(sentence) <= _MOST else sentence[:_MOST].rstrip() + " …"


def says_instead(sentence: str) -> bool:
    """Say whether a sentence names something complementary and says that it takes the place of treatment."""
    return _COMPLEMENTARY.search(sentence) is not None and any(
        pattern.search(sentence) is not None for pattern in (_INSTEAD, _IN_FAVOUR)
    )


_DATA: Final[dict[str, Any]] = tomllib.loads(
    files(__package__).joinpath("instead.toml").read_text(encoding="utf-8")
)
TEXTS: Final[dict[str, list[str]]] = _DATA["texts"]
"""The fields of each kind of record in which somebody's own words stand."""


def _any(key: str) -> str:
    return f"(?:{'|'.join(_DATA[key])})"


_COMPLEMENTARY: Final = re.compile(rf"\b{_any('complementary')}\b", re.IGNORECASE)
_SIGNAL: Final = re.compile(rf"\b(?:{_any('instead')}|{_any('in_favour')})\b", re.IGNORECASE)
_INSTEAD: Final = re.compile(
    rf"(?<!\w)(?<!not )(?<!never )(?<!nor ){_any('instead')}(?: \S+){{0,4}}? {_any('treatment')}\b",
    re.IGNORECASE,
)
_IN_FAVOUR: Final = re.compile(
    rf"\b{_any('treatment')}(?: \S+){{0,4}}? {_any('in_favour')}(?: \S+){{0,4}}? {_any('complementary')}\b",
    re.IGNORECASE,
)
