"""What the words and codes of a header mean, by tables beside this module."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final, Literal, cast, get_args

from app.imports.readers.dicom.texts import folded
from app.records.domain.base import Laterality
from app.records.domain.findings import Modality

Role = Literal["image", "report", "encapsulated", "index", "other"]


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads((files("app.imports.readers.dicom") / name).read_text(encoding="utf-8"))


_OBJECTS: Final = _table("objects.toml")
_WORDS: Final = _table("words.toml")


@dataclass(frozen=True, slots=True)
class Sort:
    """What an object is."""

    role: Role
    name: str
    is_secondary: bool = False
    """A picture of a screen or of paper, rather than what a scanner made."""


_SORTS: Final[Mapping[str, Sort]] = {
    row["uid"]: Sort(row.get("role", "other"), row["name"]) for row in _OBJECTS["object"]
}
_IMAGE: Final = Sort("image", "an image")
_SECONDARY: Final = Sort("image", "a secondary capture", is_secondary=True)
_UNKNOWN: Final = Sort("other", "an object that is no image")


@lru_cache(maxsize=1_024)
def sort_of(sop_class: str, *, has_pixels: bool) -> Sort:
    """Tell what an object is by its SOP class; one that is not known is an image if it has pixels."""
    parts = sop_class.split(".")
    for length in range(len(parts), 0, -1):
        known = _SORTS.get(".".join(parts[:length]))
        if known is not None:
            return known
    if sop_class == _OBJECTS["secondary"] or sop_class.startswith(f"{_OBJECTS['secondary']}."):
        return _SECONDARY
    return _IMAGE if has_pixels or sop_class.startswith(_OBJECTS["images"]) else _UNKNOWN


_MODALITIES: Final[Mapping[str, Modality]] = {
    code: cast("Modality", name) for name, codes in _OBJECTS["modalities"].items() for code in codes
}
_SILENT: Final = frozenset(_OBJECTS["silent"]["codes"])
_TOGETHER: Final[Mapping[frozenset[str], Modality]] = {
    frozenset(row["of"]): row["modality"] for row in _OBJECTS["together"]
}
if not {*_MODALITIES.values(), *_TOGETHER.values()} <= set(get_args(Modality)):
    raise RuntimeError("objects.toml: a modality is none of a record's")


def code_of_class(sop_class: str) -> str | None:
    """Return the modality's code that an image class implies."""
    return cast("str | None", _OBJECTS["by_class"].get(sop_class))


def modality_of(codes: Iterable[str], descriptions: Iterable[str]) -> Modality | None:
    """Return how a study was imaged, by the codes of its images; None where they say nothing of it."""
    stated = [code.upper() for code in codes]
    ours = {_MODALITIES.get(code, "other") for code in stated if code not in _SILENT}
    if not ours:
        return "other" if stated else None
    if len(ours) == 1:
        (only,) = ours
        is_bone = only == "NM" and any(_BONE_SCAN.names_in(text) for text in descriptions)
        return "bone_scan" if is_bone else only
    return _TOGETHER.get(frozenset(ours), "other")


class _Phrases:
    """Finds phrases in words."""

    def __init__(self, rows: Iterable[Mapping[str, Any]]) -> None:
        names: dict[str, tuple[str, ...]] = {}
        parts: dict[str, tuple[str, ...]] = {}
        for row in rows:
            named = tuple(row.get("names", ())) or (row["name"],)
            names |= {folded(word): named for word in row.get("words", ())}
            parts |= {folded(part): named for part in row.get("parts", ())}
        self._names, self._parts = names, parts
        self._words_pattern = re.compile(_alternatives(names, r"(?<!\w)(?:{})(?!\w)"))
        self._parts_pattern = re.compile(_alternatives(parts, "{}"))

    def names_in(self, text: str) -> tuple[str, ...]:
        """Return what a text names, in its order, each once; a longer phrase hides the shorter ones in it."""
        plain = _NO_REGION.sub(" ", folded(text))
        found = [
            name
            for pattern, table in ((self._words_pattern, self._names), (self._parts_pattern, self._parts))
            for match in pattern.finditer(plain)
            for name in table[match[0]]
        ]
        return tuple(dict.fromkeys(found))


def _alternatives(phrases: Iterable[str], frame: str) -> str:
    longest_first = sorted((re.escape(phrase) for phrase in phrases if phrase), key=len, reverse=True)
    return frame.format("|".join(longest_first)) if longest_first else r"(?!)"


_NO_REGION: Final = re.compile(
    _alternatives([folded(word) for word in _WORDS["not_a_region"]["words"]], r"(?<!\w)(?:{})(?!\w)")
)
_REGIONS: Final = _Phrases(_WORDS["region"])
_SIDES: Final = _Phrases(_WORDS["side"])
_BONE_SCAN: Final = _Phrases([{"name": "bone_scan", **_WORDS["bone_scan"]}])


def regions_in(text: str) -> tuple[str, ...]:
    """Return the body regions that a text names."""
    return _REGIONS.names_in(text)


_SIDE_CODES: Final = {"L": "left", "R": "right", "B": "bilateral"}


def side_of(codes: Iterable[str], descriptions: Iterable[str]) -> Laterality | None:
    """Return the side examined, by the codes of the images, else by the words of the study; both are `bilateral`."""
    coded = _one_side(tuple(dict.fromkeys(_SIDE_CODES[code] for code in codes if code in _SIDE_CODES)))
    if coded is not None:
        return coded
    return _one_side(tuple(name for text in descriptions for name in _SIDES.names_in(text)))


def _one_side(names: tuple[str, ...]) -> Laterality | None:
    unique = set(names)
    if not unique:
        return None
    return cast("Laterality", unique.pop()) if len(unique) == 1 else "bilateral"
