"""The language check: words that no generated or computed sentence may hold.

Source: clinical.md section 4 "Language". Quotations, set in “ ”, are exempt: they are shown as they were said.
"""

import re
import tomllib
from importlib.resources import files
from typing import Final

QUOTATION: Final = re.compile(r"“[^”]*”")
_INNER_MARKS: Final = re.compile("[“”]")


_DATA: Final = tomllib.loads(files(__package__).joinpath("language.toml").read_text(encoding="utf-8"))
UNSAFE: Final = re.compile(
    "|".join(rf"(?<!\w)(?:{pattern})(?!\w)" for pattern in _DATA["unsafe"].values()), re.IGNORECASE
)
STEMS: Final = tuple(_DATA["stems"]["letters"])
"""A text that holds none of these holds no unsafe word: most sentences are passed over by them."""


def unsafe_words(text: str) -> tuple[str, ...]:
    """Return the unsafe words of a sentence as they stand in it, in small letters, in order, each once."""
    own = QUOTATION.sub(" ", text) if "“" in text else text
    lowered = " ".join(own.lower().split())
    if not any(stem in lowered for stem in STEMS):
        return ()
    return tuple(dict.fromkeys(found.group() for found in UNSAFE.finditer(lowered)))


def quoted(words: str) -> str:
    """Set recorded words in quotation marks, so that they read as quoted and are not taken for ours."""
    return "“" + _INNER_MARKS.sub('"', words).strip() + "”"
