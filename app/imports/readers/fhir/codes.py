"""What single codes mean to the reader; the tables are in `codes.toml` beside this module."""

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any, Final

from app.records.domain.base import Absence

_TABLES: Final[Mapping[str, Any]] = tomllib.loads(
    (files("app.imports.readers.fhir") / "codes.toml").read_text(encoding="utf-8")
)

NEGATIONS: Final[Mapping[str, tuple[Absence, str]]] = {
    code: (Absence(said), about) for code, (said, about) in _TABLES["negations"].items()
}
OBSERVATIONS: Final[Mapping[str, str]] = _TABLES["observations"]
PROFILES: Final[Mapping[str, str]] = _TABLES["profiles"]
PATHOLOGY: Final[Mapping[str, str]] = {**_TABLES["pathology"], **_TABLES["pathology_profiles"]}
DISEASE_STATUS: Final[Mapping[str, tuple[str, str]]] = {
    code: (axis, value) for code, (axis, value) in _TABLES["disease_status"].items()
}
DISEASE_STATUS_IN: Final[Mapping[str, Mapping[str, tuple[str, str]]]] = {
    system: {code: (axis, value) for code, (axis, value) in table.items()}
    for system, table in _TABLES["disease_status_in"].items()
}
"""By the last part of the system's address, then by the code."""
EVIDENCE: Final[Mapping[str, str]] = _TABLES["evidence"]
STAGE_SYSTEMS: Final[Mapping[str, str]] = _TABLES["stage_systems"]
STAGE_METHODS: Final[Mapping[str, tuple[str, str]]] = {
    code: (system, edition) for code, (system, edition) in _TABLES["stage_methods"].items()
}
TIMINGS: Final[Mapping[str, str]] = _TABLES["timings"]
CATEGORIES: Final[Mapping[str, str]] = _TABLES["categories"]
NAMES: Final[Mapping[str, str]] = _TABLES["names"]
GENES: Final[Mapping[str, str]] = _TABLES["genes"]
INTENTS: Final[Mapping[str, str]] = _TABLES["intents"]
INTENTS_IN: Final[Mapping[str, Mapping[str, str]]] = _TABLES["intents_in"]
"""By the last part of the system's address, then by the code."""
ENDS: Final = frozenset(_TABLES["ends"]["systems"])
SCALES: Final[Mapping[str, str]] = _TABLES["scales"]
FLAGS: Final[Mapping[str, str]] = _TABLES["flags"]
READINGS: Final[Mapping[str, str]] = _TABLES["readings"]
