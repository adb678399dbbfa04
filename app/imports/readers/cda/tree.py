"""Elements of a CDA document: found by name, without the namespace having to be said each time."""

from collections.abc import Mapping
from typing import Final, TypeAlias

from lxml.etree import _Element

Node: TypeAlias = _Element

V3: Final = "{urn:hl7-org:v3}"
SDTC: Final = "{urn:hl7-org:sdtc}"
XSI_TYPE: Final = "{http://www.w3.org/2001/XMLSchema-instance}type"
_TEMPLATE: Final = V3 + "templateId"


class _Names(dict[str, str]):
    """The names of a document's vocabulary: a few hundred, said thousands of times."""

    def __missing__(self, tag: str) -> str:
        name = str(tag).rpartition("}")[2]
        if len(self) < _NAMES_MOST:
            self[tag] = name
        return name


_NAMES_MOST: Final = 4_096
_NAMES: Final = _Names()


def child(node: Node | None, *names: str) -> Node | None:
    """Return the first element at the end of a path of names, each first of its name; None where there is none."""
    for name in names:
        if node is None:
            return None
        tag = V3 + name
        # Looking at each is quicker than a search for a name: a clinical element has a handful.
        for one in node:
            if one.tag == tag:
                node = one
                break
        else:
            return None
    return node


def children(node: Node | None, name: str) -> list[Node]:
    """Return the direct children of a name."""
    if node is None:
        return []
    tag = V3 + name
    return [one for one in node if one.tag == tag]


def children_by_name(node: Node) -> dict[str, list[Node]]:
    """Return the children of an element by their names, in their order."""
    found: dict[str, list[Node]] = {}
    for one in node:
        name = _NAMES[one.tag]
        if name in found:
            found[name].append(one)
        else:
            found[name] = [one]
    return found


def at(parts: Mapping[str, list[Node]], name: str, *path: str) -> Node | None:
    """Return the first of an element's children of a name, or the element at the end of a path from there."""
    found = parts.get(name)
    return child(found[0], *path) if found else None


def attribute(node: Node | None, name: str) -> str | None:
    """Return an attribute's text; None where it is missing or blank."""
    if node is None:
        return None
    value = node.get(name)
    return value.strip() or None if value else None


def name_of(node: Node) -> str:
    """Return an element's name without its namespace."""
    return _NAMES[node.tag]


def both_ways(*names: str) -> frozenset[str]:
    """Return the names in CDA's namespace and without one, as elements inside a document may have lost theirs."""
    return frozenset({*names, *(V3 + name for name in names)})


def templates(node: Node) -> tuple[str, ...]:
    """Return the ids of the templates that an element says it follows, without their versions."""
    return tuple([root for one in node if one.tag == _TEMPLATE and (root := one.get("root"))])


def type_of(value: Node) -> str:
    """Return the data type that a value declares, such as `PQ`; empty where it declares none."""
    return (value.get(XSI_TYPE) or "").rpartition(":")[2]


def own_text(node: Node | None) -> str | None:
    """Return an element's text with single blanks; None where it is blank."""
    if node is None:
        return None
    # Most have no element inside.
    text = "".join(map(str, node.itertext(with_tail=False))) if len(node) else node.text or ""
    return " ".join(text.split()) or None
