"""YAML that knows where each value stands, so that an error can name file, line and key."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import yaml


class ChecklistError(ValueError):
    """A checklist file is wrong: `file`, `line` (from 1) and `path` say where, `problem` what."""

    def __init__(self, problem: str, *, file: str, line: int, path: str) -> None:
        super().__init__(f"{file}, line {line}, {path or 'the whole file'}: {problem}")
        self.problem = problem
        self.file = file
        self.line = line
        self.path = path


_SCALARS: Final[Mapping[str, type]] = {
    "tag:yaml.org,2002:str": str,
    "tag:yaml.org,2002:int": int,
    "tag:yaml.org,2002:bool": bool,
}
_TRUTHS: Final = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Located:
    """One value of a file: a text, number or switch, a list, or a mapping; `path` names it by its keys."""

    value: Any
    file: str
    line: int
    path: str

    def fail(self, problem: str) -> ChecklistError:
        """Make the error that says what is wrong here."""
        return ChecklistError(problem, file=self.file, line=self.line, path=self.path)

    def text(self) -> str:
        """Give a text that is not empty."""
        if not isinstance(self.value, str) or not self.value.strip():
            raise self.fail("write a text")
        return self.value.strip()

    def number(self) -> int:
        """Give a whole number that is not negative."""
        if not isinstance(self.value, int) or isinstance(self.value, bool) or self.value < 0:
            raise self.fail("write a whole number, 0 or more")
        return self.value

    def scalar(self) -> str | bool:
        """Give a text or a switch."""
        if isinstance(self.value, str | bool):
            return self.value
        raise self.fail("write a text, true or false")

    def items(self) -> tuple["Located", ...]:
        """Give the values of a list; one value alone is a list of one."""
        return self.value if isinstance(self.value, tuple) else (self,)

    def texts(self) -> tuple[str, ...]:
        """Give a list of texts."""
        return tuple(item.text() for item in self.items())

    def mapping(self, allowed: frozenset[str] | None = None) -> Mapping[str, "Located"]:
        """Give a mapping; with `allowed`, no other keys may stand in it."""
        if not isinstance(self.value, dict):
            raise self.fail("write a mapping of keys to values")
        found: Mapping[str, Located] = self.value
        for key, value in found.items():
            if allowed is not None and key not in allowed:
                raise value.fail(f"the key is none of: {', '.join(sorted(allowed))}")
        return found

    def only(self) -> tuple[str, "Located"]:
        """Give the one key and value of a mapping of one."""
        found = self.mapping()
        if len(found) != 1:
            raise self.fail("write one key only")
        return next(iter(found.items()))

    def one_of(self, choices: Mapping[str, Any]) -> Any:  # noqa: ANN401 (what the choices lead to)
        """Give what a word stands for."""
        word = self.text()
        if word not in choices:
            raise self.fail(f"write one of: {', '.join(sorted(choices))}")
        return choices[word]

    def plain(self) -> Any:  # noqa: ANN401 (any JSON value)
        """Give the value as plain lists and mappings, to be hashed."""
        if isinstance(self.value, tuple):
            return [item.plain() for item in self.value]
        if isinstance(self.value, dict):
            return {key: item.plain() for key, item in self.value.items()}
        return self.value


def read_located(text: str, file: str) -> Located:
    """Read a YAML (or JSON) text of texts, whole numbers, switches, lists and mappings.

    Raises:
        ChecklistError: it is no YAML, a key stands twice, or a value is of another type.
    """
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "this is no YAML"
        raise ChecklistError(str(problem), file=file, line=mark.line + 1 if mark else 1, path="") from None
    if node is None:
        raise ChecklistError("the file is empty", file=file, line=1, path="")
    return _located(node, file, "")


def _located(node: yaml.Node, file: str, path: str) -> Located:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        items = tuple(_located(item, file, f"{path}[{place}]") for place, item in enumerate(node.value))
        return Located(items, file, line, path)
    if isinstance(node, yaml.MappingNode):
        return Located(dict(_pairs(node, file, path)), file, line, path)
    return Located(_scalar(node, file, path), file, line, path)


def _pairs(node: yaml.MappingNode, file: str, path: str) -> Iterator[tuple[str, Located]]:
    seen: set[str] = set()
    for key_node, value_node in node.value:
        key = str(key_node.value)
        inner = f"{path}.{key}" if path else key
        if key in seen:
            raise ChecklistError(
                "the key stands here twice", file=file, line=key_node.start_mark.line + 1, path=inner
            )
        seen.add(key)
        yield key, _located(value_node, file, inner)


def _scalar(node: yaml.Node, file: str, path: str) -> str | int | bool:
    kind = _SCALARS.get(node.tag)
    if kind is bool and node.value in _TRUTHS:
        return _TRUTHS[node.value]
    if kind is int and node.value.isdigit():
        return int(node.value)
    if kind is str:
        return str(node.value)
    raise ChecklistError(
        "write a text in quotes, a whole number, true or false",
        file=file,
        line=node.start_mark.line + 1,
        path=path,
    )
