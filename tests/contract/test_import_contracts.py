"""The import rules of pyproject.toml: kept by the code, and each seen to fail where it is broken."""

import shutil
import subprocess
import sysconfig
import tomllib
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).parents[2]
CONTRACTS: list[dict[str, Any]] = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"][
    "importlinter"
]["contracts"]
OWNING_SLICES = [each["id"].removeprefix("tables-") for each in CONTRACTS if each["id"].startswith("tables-")]


def contract(contract_id: str) -> dict[str, Any]:
    return next(each for each in CONTRACTS if each["id"] == contract_id)


def lint(project: Path, *contract_ids: str) -> subprocess.CompletedProcess[str]:
    program = Path(sysconfig.get_path("scripts")) / "lint-imports"
    chosen = (f"--contract={contract_id}" for contract_id in contract_ids)
    command: list[str | Path] = [program, "--no-logo", "--no-cache", *chosen]
    return subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the code in which a violation may be planted."""
    shutil.copytree(PROJECT / "app", tmp_path / "app", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(PROJECT / "pyproject.toml", tmp_path)
    return tmp_path


def plant(project: Path, module: str, *imported: str) -> None:
    """Make a module import others, and make sure that each of them that is ours exists."""
    for name in (module, *(each for each in imported if each.startswith("app."))):
        path = project.joinpath(*name.split("."))
        if not path.is_dir() and not path.with_suffix(".py").exists():
            path.parent.mkdir(exist_ok=True)
            path.parent.joinpath("__init__.py").touch()
            path.with_suffix(".py").touch()
    source = project.joinpath(*module.split("."))
    source = source / "__init__.py" if source.is_dir() else source.with_suffix(".py")
    with source.open("a") as file:
        file.writelines(f"\nimport {each}\n" for each in imported)


def test_the_code_keeps_every_contract() -> None:
    done = lint(PROJECT)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("contract_id", "module", "imported"),
    [
        pytest.param("layers", "app.errors", "app.events", id="the-bottom-imports-a-slice"),
        pytest.param("layers", "app.cases.service", "app.records.service", id="a-slice-imports-one-above-it"),
        pytest.param("layers", "app.documents.service", "app.records.service", id="side-by-side-slices"),
        pytest.param("layers", "app.records.domain", "app.casefile", id="a-domain-imports-a-slice-above"),
        pytest.param("slice", "app.cases.service", "app.cases.schemas", id="a-service-sees-http-shapes"),
        pytest.param("slice", "app.cases.domain", "app.cases.tables", id="a-domain-sees-its-rows"),
        pytest.param("slice", "app.cases.schemas", "app.cases.router", id="a-shape-sees-its-endpoints"),
        pytest.param(
            "slice", "app.documents.service", "app.documents.upload_router", id="a-service-sees-endpoints"
        ),
        pytest.param(
            "slice", "app.documents.content_router", "app.documents.upload_router", id="endpoints-see-others"
        ),
        pytest.param(
            "readers",
            "app.imports.readers.cda.body",
            "app.imports.readers.fhir.codes",
            id="a-reader-sees-another",
        ),
    ],
)
def test_an_import_against_the_direction_is_found(
    copy: Path, contract_id: str, module: str, imported: str
) -> None:
    plant(copy, module, imported)
    done = lint(copy, contract_id)
    assert done.returncode == 1
    assert f"{module} -> {imported}" in done.stdout


def test_a_module_that_no_layer_names_is_found(copy: Path) -> None:
    plant(copy, "app.stray")
    done = lint(copy, "layers")
    assert done.returncode == 1
    assert "- app.stray" in done.stdout


@pytest.mark.parametrize(
    "module",
    [
        "app.cases.domain",
        "app.records.domain",
        "app.completeness.checklists",
        "app.imports.readers",
        "app.values",
        "app.errors",
    ],
)
def test_the_pure_core_is_kept_from_every_forbidden_module(copy: Path, module: str) -> None:
    forbidden = contract("pure-core")["forbidden_modules"]
    plant(copy, module, *forbidden)
    assert found_forbidden(lint(copy, "pure-core"), module) == set(forbidden)


def test_http_shapes_are_kept_from_every_part_of_the_database(copy: Path) -> None:
    forbidden = contract("schemas")["forbidden_modules"]
    plant(copy, "app.cases.schemas", *forbidden)
    assert found_forbidden(lint(copy, "schemas"), "app.cases.schemas") == set(forbidden)


@pytest.mark.parametrize("module", ["app.cases.service", "app.cases.tables"])
def test_services_and_rows_are_kept_from_http(copy: Path, module: str) -> None:
    forbidden = contract("services")["forbidden_modules"]
    plant(copy, module, *forbidden)
    assert found_forbidden(lint(copy, "services"), module) == set(forbidden)


def test_what_decodes_pages_and_pictures_is_kept_to_the_inspection(copy: Path) -> None:
    decoders = contract("decoders")["protected_modules"]
    plant(copy, "app.documents.service", *decoders)
    done = lint(copy, "decoders")
    assert done.returncode == 1
    assert all(f"- app.documents.service -> {one}" in done.stdout for one in decoders)


@pytest.mark.parametrize("owner", OWNING_SLICES)
def test_the_tables_of_a_slice_are_kept_from_every_other(copy: Path, owner: str) -> None:
    plant(copy, "app.main", f"app.{owner}.tables")
    done = lint(copy, f"tables-{owner}")
    assert done.returncode == 1
    assert f"- app.main -> app.{owner}.tables" in done.stdout


def test_slices_declare_rows_only_where_a_contract_protects_them() -> None:
    # What `infra` declares is its adapters' own bookkeeping, behind their functions.
    slices = [path for path in (PROJECT / "app").iterdir() if path.is_dir() and path.name != "infra"]
    modules = [path for each in slices for path in each.rglob("*.py")]
    declaring = [path for path in modules if "__tablename__ =" in path.read_text()]
    protected = {PROJECT / "app" / owner / "tables" for owner in OWNING_SLICES}
    assert declaring
    assert [path for path in declaring if not {path.with_suffix(""), path.parent} & protected] == []


def found_forbidden(done: subprocess.CompletedProcess[str], module: str) -> set[str]:
    """Name the modules that the linter reports `module` for importing."""
    assert done.returncode == 1
    refusal = f"{module} is not allowed to import "
    return {
        line.removeprefix(refusal).removesuffix(":")
        for line in done.stdout.splitlines()
        if line.startswith(refusal)
    }
