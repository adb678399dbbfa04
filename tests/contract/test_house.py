"""What the project promises about itself before any of its code runs: locks, image, commands, size."""

import ast
import json
import os
import re
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.metadata import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = Path(__file__).parents[2]
PYPROJECT = tomllib.loads((PROJECT / "pyproject.toml").read_text())
BOOTSTRAP_LOCK, RUNTIME_LOCK, DEVELOPMENT_LOCK = LOCKS = (
    "requirements-bootstrap.txt",
    "requirements.txt",
    "requirements-dev.txt",
)


def unfolded(name: str) -> list[str]:
    """Lines of a project file, without comments and with continued lines joined."""
    text = (PROJECT / name).read_text()
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    return [line.strip() for line in "\n".join(lines).replace("\\\n", " ").splitlines() if line.strip()]


def locked(name: str) -> list[Requirement]:
    return [Requirement(line.split("--hash=")[0]) for line in unfolded(name)]


def instructions(keyword: str) -> list[str]:
    """What follows each use of one keyword in the Dockerfile."""
    found = (line.partition(" ") for line in unfolded("Dockerfile"))
    return [rest.strip() for word, _, rest in found if word == keyword]


# --- locks


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_host_to_download_from(name: str) -> None:
    text = (PROJECT / name).read_text()
    assert "://" not in text
    assert "--index-url" not in text
    assert "--find-links" not in text


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_pins_and_hashes_every_library(name: str) -> None:
    lines = unfolded(name)
    assert lines
    assert [line for line in lines if not re.search(r"==\S+.* --hash=sha256:[0-9a-f]{64}", line)] == []


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        (RUNTIME_LOCK, PYPROJECT["project"]["dependencies"]),
        (DEVELOPMENT_LOCK, PYPROJECT["project"]["dependencies"]),
        (DEVELOPMENT_LOCK, PYPROJECT["dependency-groups"]["dev"]),
    ],
)
def test_a_lock_satisfies_what_pyproject_asks_for(name: str, asked: list[str]) -> None:
    pins = {canonicalize_name(pin.name): pin for pin in locked(name)}
    unsatisfied = []
    for requirement in map(Requirement, asked):
        pin = pins.get(canonicalize_name(requirement.name))
        version = next(iter(pin.specifier)).version if pin else None
        if version is None or version not in requirement.specifier:
            unsatisfied.append(str(requirement))
    assert unsatisfied == []


def test_development_runs_on_the_versions_that_are_served() -> None:
    assert {str(pin) for pin in locked(RUNTIME_LOCK)} <= {str(pin) for pin in locked(DEVELOPMENT_LOCK)}


def test_no_library_of_the_product_is_under_gpl_or_agpl() -> None:
    names = [pin.name for pin in locked(RUNTIME_LOCK) if pin.marker is None or pin.marker.evaluate()]
    assert [name for name in names if is_strong_copyleft(licence_of(name))] == []


@pytest.mark.parametrize(
    ("licence", "refused"),
    [
        ("GPL-3.0-only", True),
        ("GNU Affero General Public License v3", True),
        ("License :: OSI Approved :: GNU General Public License v2 (GPLv2)", True),
        ("AGPLv3+", True),
        ("LGPL-3.0-only", False),
        ("GNU Lesser General Public License v3 (LGPLv3)", False),
        ("MIT", False),
    ],
)
def test_the_lesser_gpl_is_told_from_the_gpl(licence: str, *, refused: bool) -> None:
    assert is_strong_copyleft(licence) is refused


def licence_of(name: str) -> str:
    """What a library's metadata says of its licence, in a line (some put the whole text there)."""
    said = metadata(name)
    fields = (*said.get_all("License-Expression", []), *said.get_all("License", []))
    classifiers = (each for each in said.get_all("Classifier", []) if each.startswith("License ::"))
    return "; ".join((*(field[:100] for field in fields), *classifiers))


def is_strong_copyleft(licence: str) -> bool:
    return re.search(r"\bA?GPL|(?<!Lesser )General Public License|Affero", licence) is not None


# --- the image


def test_the_image_does_not_run_as_root() -> None:
    *_, last = instructions("USER")
    assert int(last) > 0


def test_the_image_installs_nothing_unpinned() -> None:
    installs = [command for command in instructions("RUN") if "install " in command and "pip" in command]
    assert installs
    assert [command for command in installs if "--require-hashes -r requirements.txt" not in command] == []


def test_what_the_image_copies_is_there_and_reaches_the_build() -> None:
    sent = {line[1:] for line in unfolded(".dockerignore") if line.startswith("!")}
    copied = {
        source
        for copy in instructions("COPY")
        if not copy.startswith("--from=")
        for source in copy.split()[:-1]
    }
    assert copied == sent
    assert [source for source in sorted(copied) if not (PROJECT / source).exists()] == []


def test_the_image_serves_on_every_address_and_keeps_its_data_in_the_volume() -> None:
    settings = dict(pair.split("=", 1) for line in instructions("ENV") for pair in line.split())
    assert settings["CASELINE_HOST"] == "0.0.0.0"  # noqa: S104 (a container's own network)
    assert [settings["CASELINE_DATA_DIR"]] == instructions("VOLUME")
    assert [settings["CASELINE_PORT"]] == instructions("EXPOSE")
    assert json.loads(instructions("CMD")[-1]) == ["python", "-m", "app", "serve"]


@pytest.fixture(params=[200, 503])
def answering_server(request: pytest.FixtureRequest) -> Iterator[tuple[HTTPServer, int]]:
    """A server that gives one status at `/healthz`, and that status."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(request.param if self.path == "/healthz" else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server, request.param
        server.shutdown()
        thread.join()


def test_the_health_check_passes_only_where_the_service_says_that_it_is_well(
    answering_server: tuple[HTTPServer, int],
) -> None:
    server, status = answering_server
    _, *command = json.loads(instructions("HEALTHCHECK")[0].partition("CMD ")[2])
    environment = os.environ | {"CASELINE_PORT": str(server.server_port), "http_proxy": "http://127.0.0.1:9"}
    done = subprocess.run([sys.executable, *command], env=environment, capture_output=True, check=False)
    assert (done.returncode == 0) is (status == 200)


# --- the commands


@pytest.mark.parametrize("command", ["make run", "make test"])
def test_the_readme_names_the_commands_to_start_with(command: str) -> None:
    assert command in (PROJECT / "README.md").read_text()


def test_the_checks_of_a_change_are_lint_and_tests() -> None:
    script = PROJECT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    commands = {line.partition(" ||")[0] for line in unfolded(".ci/run") if line.startswith("make ")}
    assert commands == {"make lint", "make test"}


def test_without_a_fitting_python_make_says_what_it_needs(tmp_path: Path) -> None:
    command = ["make", "dev", f"VENV={tmp_path}/venv", "PYTHON=false"]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "needs Python 3.11 or later with venv and pip" in done.stderr


# --- the code


def modules() -> list[Path]:
    return sorted((PROJECT / "app").rglob("*.py"))


def test_no_module_is_longer_than_three_hundred_lines() -> None:
    lengths = {str(path): len(path.read_text().splitlines()) for path in modules()}
    assert {path: length for path, length in lengths.items() if length > 300} == {}


def test_no_module_is_named_for_holding_anything() -> None:
    vague = {"util", "utils", "helper", "helpers", "common", "misc", "manager"}
    assert [str(path) for path in modules() if path.stem in vague] == []


def test_a_public_domain_value_is_frozen_and_slotted() -> None:
    core = [path for path in modules() if {"domain", "domain.py", "values"} & set(path.parts)]
    declared = [
        (f"{path}: {node.name}", ast.unparse(decorator))
        for path in core
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
        for decorator in node.decorator_list
    ]
    dataclasses = [(name, decorator) for name, decorator in declared if decorator.startswith("dataclass")]
    assert dataclasses
    loose = [name for name, said in dataclasses if not ("frozen=True" in said and "slots=True" in said)]
    assert loose == []
