"""A wrong table stops the product when it starts, with the file and the row named."""

import importlib.util
from collections.abc import Callable
from pathlib import Path
from shutil import copytree

import pytest

from app.values import data_tables
from app.values.data_tables import Row, TableError, read_table

VALUES = Path(data_tables.__file__).parent


def load_afresh(module: str) -> None:
    spec = importlib.util.spec_from_file_location(f"fresh_{module}", VALUES / f"{module}.py")
    assert spec is not None
    assert spec.loader is not None
    spec.loader.exec_module(importlib.util.module_from_spec(spec))


@pytest.fixture
def tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    copytree(VALUES / "tables", tmp_path / "tables")
    monkeypatch.setattr(data_tables, "_FOLDER", tmp_path / "tables")
    return tmp_path / "tables"


@pytest.mark.usefixtures("tables")
@pytest.mark.parametrize("module", ["catalogue", "codes", "coding", "document_codes", "units"])
def test_the_tables_as_they_are_load(module: str) -> None:
    load_afresh(module)


@pytest.mark.parametrize(
    ("module", "table", "right", "wrong", "complaint"),
    [
        ("catalogue", "markers", "[cea]", "[cea", "can't be read"),
        ("catalogue", "markers", '"2039-6"', '"2039-7"', "cea, codes 1: 2039-7 is no code"),
        ("catalogue", "markers", '"2857-1"', '"2039-6"', "psa: the code 2039-6 stands"),
        ("catalogue", "markers", '"MUC16"', '"CEA"', "ca-125: the name CEA stands"),
        ("catalogue", "markers", 'source = "general"', 'source = "somewhere"', "ctdna: its source"),
        ("catalogue", "biomarkers", '"nci-thesaurus"', '"snomed"', "codes of this system"),
        ("coding", "systems", '"NCIT"', '"LN"', "two systems share a name"),
        ("document_codes", "documents", 'modality = "US"', 'modality = "XX"', "its modality or a region"),
        ("document_codes", "documents", 'source = "tw"', 'source = "somewhere"', "its source"),
        ("document_codes", "documents", '"11526-1"', '"11526-2"', "no LOINC code"),
        ("units", "units", '"gm/l"', '"ng/ml"', "the spelling ng/ml stands"),
        ("units", "conversions", '["calcium"]', '["chalk"]', "an analyte"),
        ("units", "conversions", '"mmol/L" = "1"', '"furlong" = "1"', "a unit is not"),
        ("units", "conversions", '["units", "mass"]', '["units", "beauty"]', "a quantity is not"),
        ("units", "conversions", 'source = "practice"', 'source = "somewhere"', "its source"),
    ],
)
def test_a_wrong_table_is_refused_by_file_and_row(
    tables: Path, *, module: str, table: str, right: str, wrong: str, complaint: str
) -> None:
    path = tables / f"{table}.toml"
    text = path.read_text(encoding="utf-8")
    assert right in text
    path.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(TableError, match=rf"^{table}\.toml.*{complaint}"):
        load_afresh(module)


def test_a_table_that_is_not_there_is_named() -> None:
    with pytest.raises(TableError, match="no-such-table"):
        read_table("no-such-table")


@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(lambda row: row.text("number"), id="no-text"),
        pytest.param(lambda row: row.text("nothing"), id="missing"),
        pytest.param(lambda row: row.texts("number"), id="no-list"),
        pytest.param(lambda row: row.texts("mixed"), id="no-list-of-texts"),
        pytest.param(lambda row: row.is_true("number"), id="no-switch"),
        pytest.param(lambda row: row.row("number"), id="no-table"),
        pytest.param(lambda row: row.rows("mixed"), id="no-list-of-tables"),
    ],
)
def test_a_wrong_field_is_named_with_its_file_and_row(ask: Callable[[Row], object]) -> None:
    row = Row("markers.toml, cea", {"number": 1, "mixed": ["a", 1]})
    with pytest.raises(TableError, match=r"markers\.toml, cea: (number|nothing|mixed)"):
        ask(row)
