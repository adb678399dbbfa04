"""Elements of a CDA document: found by name, without the namespace having to be said each time."""

from collections.abc import Iterator
from typing import Final, TypeAlias

from lxml.etree import _Element

Node: TypeAlias = _Element

V3: Final = "{urn:hl7-org:v3}"
SDTC: Final = "{urn:hl7-org:sdtc}"
XSI_TYPE: Final = "{http://www.w3.org/2001/XMLSchema-instance}type"


def child(node: Node | None, *names: str) -> Node | None:
    """Return the first element at the end of a path of names, each first of its name; None where there is none."""
    for name in names:
        if node is None or not len(node):
            return None
        node = next(node.iterchildren(V3 + name), None)
    return node


def children(node: Node | None, name: str) -> Iterator[Node]:
    """Yield the direct children of a name."""
    return iter(()) if node is None else node.iterchildren(V3 + name)


def attribute(node: Node | None, name: str) -> str | None:
    """Return an attribute's text; None where it is missing or blank."""
    if node is None:
        return None
    value = node.get(name)
    return value.strip() or None if value else None


def name_of(node: Node) -> str:
    """Return an element's name without its namespace."""
    return str(node.tag).rpartition("}")[2]


def templates(node: Node) -> tuple[str, ...]:
    """Return the ids of the templates that an element says it follows, without their versions."""
    return tuple(root for one in node.iterchildren(V3 + "templateId") if (root := one.get("root")))


def type_of(value: Node) -> str:
    """Return the data type that a value declares, such as `PQ`; empty where it declares none."""
    return (value.get(XSI_TYPE) or "").rpartition(":")[2]


def own_text(node: Node | None) -> str | None:
    """Return an element's text with single blanks; None where it is blank."""
    if node is None:
        return None
    return " ".join("".join(_texts(node)).split()) or None


def _texts(node: Node) -> Iterator[str]:
    return (str(part) for part in node.itertext(with_tail=False))
