"""YAML or JSON that knows where each value stands, so that an error can name file, line and key."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import yaml

VALUES_MOST: Final = 20_000
"""How many values a text may hold, those that an alias repeats counted again."""
DEPTH_MOST: Final = 40
NUMBER_MOST: Final = 36_500
"""No number of a checklist is larger: a hundred years in days."""

TEXT_MOST: Final = 2_000


class ChecklistError(ValueError):
    """A checklist or profile is wrong: `file`, `line` (from 1, None for JSON), `path` and `pointer` say where."""

    def __init__(self, problem: str, *, file: str, line: int | None, path: str, pointer: str = "") -> None:
        place = f"{file}, line {line}" if line is not None else file
        super().__init__(f"{place}, {path or 'the whole file'}: {problem}")
        self.problem = problem
        self.file = file
        self.line = line
        self.path = path
        self.pointer = pointer
        self.others: tuple[ChecklistError, ...] = ()
        """What else is wrong in the same file, in the order in which it stands."""

    def with_others(self, others: Sequence["ChecklistError"]) -> "ChecklistError":
        """Return this error, with what else is wrong."""
        self.others = (*self.others, *(one for other in others for one in (other, *other.others)))
        return self


_SCALARS: Final[Mapping[str, type]] = {
    "tag:yaml.org,2002:str": str,
    "tag:yaml.org,2002:int": int,
    "tag:yaml.org,2002:bool": bool,
}
_TRUTHS: Final = {"true": True, "false": False}
_DIGITS_MOST: Final = 9
_SCALAR_WANTED: Final = "write a text in quotes, a whole number, true or false"


@dataclass(frozen=True, slots=True)
class Located:
    """One value of a file: a text, number or switch, a list, or a mapping.

    `path` names it by its keys for people, `pointer` by RFC 6901; `line` is None where the value came as JSON.
    """

    value: Any
    file: str
    line: int | None
    path: str
    pointer: str = ""

    def fail(self, problem: str) -> ChecklistError:
        """Make the error that says what is wrong here."""
        return ChecklistError(problem, file=self.file, line=self.line, path=self.path, pointer=self.pointer)

    def text(self) -> str:
        """Give a text that is not empty."""
        if not isinstance(self.value, str) or not self.value.strip():
            raise self.fail("write a text")
        if len(self.value) > TEXT_MOST:
            raise self.fail(f"write at most {TEXT_MOST} signs")
        return self.value.strip()

    def name(self, pattern: str, wanted: str) -> str:
        """Give a text that is written like that, whole."""
        text = self.text()
        if re.fullmatch(pattern, text) is None:
            raise self.fail(wanted)
        return text

    def number(self, least: int = 0) -> int:
        """Give a whole number, not below `least` and not beyond a hundred years in days."""
        value = self.value
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= NUMBER_MOST:
            raise self.fail(f"write a whole number, {least} or more, at most {NUMBER_MOST}")
        return value

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
        """Give the value as plain lists and mappings, to be hashed or stored."""
        if isinstance(self.value, tuple):
            return [item.plain() for item in self.value]
        if isinstance(self.value, dict):
            return {key: item.plain() for key, item in self.value.items()}
        return self.value


def read_located(text: str, file: str) -> Located:
    """Read a YAML (or JSON) text of texts, whole numbers, switches, lists and mappings.

    Raises:
        ChecklistError: it is no YAML, a key stands twice, a value is of another type, or there is too much of it.
    """
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "this is no YAML"
        raise ChecklistError(str(problem), file=file, line=mark.line + 1 if mark else 1, path="") from None
    except RecursionError:
        raise ChecklistError("the lists lie too deep in each other", file=file, line=1, path="") from None
    if node is None:
        raise ChecklistError("the file is empty", file=file, line=1, path="")
    return _Reading(file).node(node, "", "", DEPTH_MOST)


def from_plain(value: Any, file: str) -> Located:  # noqa: ANN401 (any JSON value)
    """Read a JSON value that was decoded already; there are no lines to name.

    Raises:
        ChecklistError: a value is of another type, or there is too much of it.
    """
    return _Reading(file).plain(value, "", "", DEPTH_MOST)


@dataclass(slots=True)
class _Reading:
    """One reading of a file; it counts values, so that aliases of aliases come to an end."""

    file: str
    left: int = VALUES_MOST

    def count(self, line: int | None, path: str, pointer: str, depth: int) -> None:
        self.left -= 1
        if self.left < 0 or depth < 0:
            problem = (
                "there is too much in this file" if self.left < 0 else "the lists lie too deep in each other"
            )
            raise ChecklistError(problem, file=self.file, line=line, path=path, pointer=pointer)

    def node(self, node: yaml.Node, path: str, pointer: str, depth: int) -> Located:
        line = node.start_mark.line + 1
        self.count(line, path, pointer, depth)
        value: Any
        if isinstance(node, yaml.SequenceNode):
            value = tuple(
                self.node(item, f"{path}[{place}]", f"{pointer}/{place}", depth - 1)
                for place, item in enumerate(node.value)
            )
        elif isinstance(node, yaml.MappingNode):
            value = dict(self._pairs(node, path, pointer, depth))
        else:
            value = self._scalar(node, path, pointer)
        return Located(value, self.file, line, path, pointer)

    def _pairs(
        self, node: yaml.MappingNode, path: str, pointer: str, depth: int
    ) -> Iterator[tuple[str, Located]]:
        seen: set[str] = set()
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if not _is_sound(key):
                raise ChecklistError(
                    _SCALAR_WANTED,
                    file=self.file,
                    line=key_node.start_mark.line + 1,
                    path=path,
                    pointer=pointer,
                )
            inner, inner_pointer = _below(path, pointer, key)
            if key in seen:
                raise ChecklistError(
                    "the key stands here twice",
                    file=self.file,
                    line=key_node.start_mark.line + 1,
                    path=inner,
                    pointer=inner_pointer,
                )
            seen.add(key)
            yield key, self.node(value_node, inner, inner_pointer, depth - 1)

    def _scalar(self, node: yaml.Node, path: str, pointer: str) -> str | int | bool:
        kind = _SCALARS.get(node.tag)
        if kind is bool and node.value in _TRUTHS:
            return _TRUTHS[node.value]
        if kind is int and node.value.isdigit() and len(node.value) <= _DIGITS_MOST:
            return int(node.value)
        if kind is str and _is_sound(str(node.value)):
            return str(node.value)
        line = node.start_mark.line + 1
        raise ChecklistError(_SCALAR_WANTED, file=self.file, line=line, path=path, pointer=pointer)

    def plain(self, value: Any, path: str, pointer: str, depth: int) -> Located:  # noqa: ANN401 (any JSON value)
        self.count(None, path, pointer, depth)
        found: Any = value
        if isinstance(value, list | tuple):
            found = tuple(
                self.plain(item, f"{path}[{place}]", f"{pointer}/{place}", depth - 1)
                for place, item in enumerate(value)
            )
        elif isinstance(value, dict):
            found = {
                key: self.plain(item, *_below(path, pointer, key), depth - 1) for key, item in value.items()
            }
        elif not isinstance(value, str | int):
            raise ChecklistError(_SCALAR_WANTED, file=self.file, line=None, path=path, pointer=pointer)
        return Located(found, self.file, None, path, pointer)


def _is_sound(text: str) -> bool:
    """Say whether a text can be stored and sent: no half of a pair of surrogates, no null character."""
    return "\0" not in text and not any("\ud800" <= sign <= "\udfff" for sign in text)


def _below(path: str, pointer: str, key: str) -> tuple[str, str]:
    escaped = key.replace("~", "~0").replace("/", "~1")
    return f"{path}.{key}" if path else key, f"{pointer}/{escaped}"
