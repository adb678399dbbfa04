"""No sentence that the service can say by itself holds an unsafe word, wherever in the code or its data it is written.

Source: clinical.md section 4, "Language". What records say is quoted or is a field, and is not looked at.
"""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.summary.domain.language import unsafe_words

PROJECT = Path(__file__).parents[2]
SLICES = ("summary", "timeline", "completeness", "proposals")
SPOKEN = sorted(
    path for name in SLICES for path in (PROJECT / "app" / name).rglob("*.py") if path.name != "router.py"
)
DATA = sorted(
    path
    for name in SLICES
    for path in (PROJECT / "app" / name).rglob("*")
    if path.suffix in {".toml", ".yaml", ".yml", ".j2"}
)
LOOKED_FOR = re.compile(
    r"emergency|language\.toml|name_patterns|symptom_words|diseases|drugs|analytes|instead\.toml"
)
"""Files of words that are looked for in records, and said by nobody."""


def sentences_of(path: Path) -> Iterator[str]:
    """Yield the texts of a Python file that may be said: literals with a space in them, but no docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documented = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    loose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or id(node) in documented | loose:
            continue
        if isinstance(node.value, str) and " " in node.value.strip():
            yield node.value


def strings_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name not in {
                "source",
                "sources",
                "when",
                "match",
                "words",
                "terms",
                "version",
                "id",
                "any_of",
            }:
                yield from strings_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings_in(inner)


def read(path: Path) -> Iterator[str]:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".toml":
        return strings_in(tomllib.loads(text))
    return iter([text]) if path.suffix == ".j2" else strings_in(yaml.safe_load(text))


@pytest.mark.parametrize("path", SPOKEN, ids=lambda path: str(path.relative_to(PROJECT / "app")))
def test_no_sentence_in_the_code_holds_an_unsafe_word(path: Path) -> None:
    said = {text: found for text in sentences_of(path) if (found := unsafe_words(text))}
    assert said == {} or LOOKED_FOR.search(path.name)


@pytest.mark.parametrize("path", DATA, ids=lambda path: str(path.relative_to(PROJECT / "app")))
def test_no_sentence_in_the_data_holds_an_unsafe_word(path: Path) -> None:
    said = {text: found for text in read(path) if " " in text.strip() and (found := unsafe_words(text))}
    assert said == {} or LOOKED_FOR.search(str(path))


def test_the_check_finds_what_is_planted(tmp_path: Path) -> None:
    planted = tmp_path / "planted.py"
    planted.write_text(
        '"""A docstring may say that nobody is cured."""\nTEXT = f"The patient is cured on {1}."\n'
    )

    assert [unsafe_words(text) for text in sentences_of(planted)] == [("cured",)]
