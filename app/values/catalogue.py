"""Markers, laboratory tests and biomarkers: read from tables, found by any spelling."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Generic, TypeVar

from app.values.coding import CodeTextError, Loinc, NciThesaurus
from app.values.data_tables import Row, read_table


@dataclass(frozen=True, slots=True, kw_only=True)
class TestCode:
    """One code of a test.

    `variant` says how it differs from the test's other codes, `unit` (UCUM) what it measures in.
    """

    __test__ = False  # no test case, whatever pytest thinks of the name

    code: Loinc | NciThesaurus
    variant: str | None
    unit: str | None
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Analyte:
    """A test with a name of its own.

    `unit` (UCUM) is the first choice and `units` all that it is reported in, that one first; `part_of` names
    the wider tests, by key, that it belongs to.
    """

    key: str
    display: str
    aliases: tuple[str, ...]
    codes: tuple[TestCode, ...]
    unit: str | None
    units: tuple[str, ...]
    local_code: str | None
    part_of: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker(Analyte):
    """A tumour marker."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lab(Analyte):
    """A laboratory value of organ function, or a vital measurement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Biomarker(Analyte):
    """A biomarker of tissue or genes."""


_GREEK: Final = str.maketrans(
    {"α": "alpha", "β": "beta", "γ": "gamma", "κ": "kappa", "λ": "lambda", "%": "percent"}
)


@lru_cache(maxsize=16_384)  # the same tests come again and again
def fold_name(name: str) -> str:
    """Fold a name so that case, accents, punctuation and Greek letters make no difference; `%` does."""
    beta = name.replace("ß", "β")  # typed for β on German keyboards
    letters = unicodedata.normalize("NFKD", beta).casefold().translate(_GREEK)
    return "".join(letter for letter in letters if letter.isalnum())


A = TypeVar("A", bound=Analyte)


_CODE_TYPES: Final[Mapping[str, type[Loinc | NciThesaurus]]] = {
    Loinc.system: Loinc,
    NciThesaurus.system: NciThesaurus,
}


class Catalogue(Generic[A]):
    """The analytes of one table, found by key, by any spelling of a name, and by code.

    Raises:
        TableError: two analytes share a name or a code, or a row is wrong.
    """

    def __init__(self, table: str, type_: type[A]) -> None:
        whole = read_table(table)
        self._sources = frozenset(whole.row("sources"))
        self._by_name: dict[str, A] = {}
        self._by_code: dict[str, A] = {}
        self.by_key: Mapping[str, A] = {
            key: self._read(key, whole.row(key), type_) for key in whole if key != "sources"
        }

    def find(self, name_or_code: str) -> A | None:
        """Find an analyte; `None` where none has that name or code."""
        found = self._by_code.get(name_or_code)
        return self._by_name.get(fold_name(name_or_code)) if found is None else found

    def _read(self, key: str, row: Row, type_: type[A]) -> A:
        unit = row.maybe_text("unit")
        codes = tuple(self._read_code(code) for code in row.rows("codes"))
        if not codes:
            self._source(row)
        analyte = type_(
            key=key,
            display=row.text("display"),
            aliases=row.texts("aliases"),
            codes=codes,
            unit=unit,
            units=(*(() if unit is None else (unit,)), *row.texts("units")),
            local_code=row.maybe_text("local_code"),
            part_of=row.texts("part_of"),
        )
        for name in (key, analyte.display, *analyte.aliases):
            if self._by_name.setdefault(fold_name(name), analyte) is not analyte:
                raise row.fail(f"the name {name} stands for something else already")
        for test in codes:
            if self._by_code.setdefault(test.code.code, analyte) is not analyte:
                raise row.fail(f"the code {test.code} stands for something else already")
        return analyte

    def _read_code(self, row: Row) -> TestCode:
        code = row.text("code")
        type_ = _CODE_TYPES.get(row.maybe_text("system") or Loinc.system)
        if type_ is None:
            raise row.fail("codes of this system are not read here")
        try:
            checked = type_(code)
        except CodeTextError as error:
            raise row.fail(f"{code} is no code of its system") from error
        return TestCode(
            code=checked,
            variant=row.maybe_text("variant"),
            unit=row.maybe_text("unit"),
            source=self._source(row),
        )

    def _source(self, row: Row) -> str:
        source = row.text("source")
        if source not in self._sources:
            raise row.fail("its source is not among the sources of the table")
        return source


MARKERS: Final = Catalogue("markers", Marker)
LABS: Final = Catalogue("labs", Lab)
BIOMARKERS: Final = Catalogue("biomarkers", Biomarker)


@lru_cache(maxsize=4_096)  # a payload names the same tests thousands of times
def find_marker(name_or_code: str) -> Marker | None:
    """Find a tumour marker by any spelling of its name, or by code."""
    return MARKERS.find(name_or_code)


@lru_cache(maxsize=4_096)  # a payload names the same tests thousands of times
def find_lab(name_or_code: str) -> Lab | None:
    """Find a laboratory test by any spelling of its name, or by code."""
    return LABS.find(name_or_code)


@lru_cache(maxsize=4_096)  # a payload names the same tests thousands of times
def find_biomarker(name_or_code: str) -> Biomarker | None:
    """Find a biomarker by any spelling of its name, or by code."""
    return BIOMARKERS.find(name_or_code)


def find_analytes(name_or_code: str) -> tuple[Analyte, ...]:
    """Find all that a name or code can stand for: `EGFR` is a gene and `eGFR` a laboratory value."""
    found = (find_marker(name_or_code), find_lab(name_or_code), find_biomarker(name_or_code))
    return tuple(analyte for analyte in found if analyte is not None)
