"""The words of a document that people read: section texts, and the parts of them that entries refer to."""

from typing import Final, cast

from lxml import etree

from app.imports.domain.fitting import quote
from app.imports.readers.cda.tree import V3, Node, both_ways, child

_LINES: Final = both_ways(
    "paragraph", "item", "tr", "br", "caption", "list", "table", "thead", "tbody", "tfoot", "text"
)
_CELLS: Final = both_ways("td", "th")
_BREAK: Final = "\0"
"""Between lines; XML holds no such character."""
_LINE_MOST: Final = 2_000
_SECTIONS: Final = "v:component/v:structuredBody/v:component/v:section"
_IN_TEXTS: Final = etree.XPath(
    f"({_SECTIONS} | {_SECTIONS}/v:component/v:section)/v:text/descendant-or-self::*/@ID/..",
    namespaces={"v": V3.strip("{}")},
)
_ANYWHERE: Final = etree.XPath("descendant-or-self::*/@ID/..")


class Narrative:
    """Finds the words that `<reference value="#id"/>` points to.

    They stand in the sections' texts; the whole document is looked through only for what is not there, and both once,
    when first asked. What many entries refer to is written out once, so that a long text and many references to it
    stay cheap.
    """

    def __init__(self, root: Node) -> None:
        self._root = root
        self._in_texts: dict[str, Node] | None = None
        self._anywhere: dict[str, Node] | None = None
        self._written: dict[str, str | None] = {}
        self._quoted: dict[str, str | None] = {}

    def find(self, reference: str | None) -> Node | None:
        """Return the element that a reference within the document means; None where it means none."""
        if not reference or not reference.startswith("#"):
            return None
        if self._in_texts is None:
            self._in_texts = _by_id(_IN_TEXTS, self._root)
        found = self._in_texts.get(reference[1:])
        if found is not None:
            return found
        if self._anywhere is None:
            self._anywhere = _by_id(_ANYWHERE, self._root)
        return self._anywhere.get(reference[1:])

    def words(self, text: Node | None) -> str | None:
        """Return the words of a `text` or `originalText`: those it refers to, else its own."""
        if text is None:
            return None
        found, words = self._at(_reference(text))
        return words if found else written(text)

    def line(self, text: Node | None) -> str | None:
        """Return the same words on one line; of very long ones only the start, which is too long for a name anyway."""
        words = self.words(text)
        return " ".join(words[:_LINE_MOST].split()) or None if words else None

    def quoted(self, text: Node | None) -> str | None:
        """Return the words of the narrative that a text refers to, as a quotation; None where it refers to none."""
        reference = _reference(text)
        if text is None or reference is None:
            return None
        if reference not in self._quoted:
            self._quoted[reference] = quote(self._at(reference)[1])
        return self._quoted[reference]

    def _at(self, reference: str | None) -> tuple[bool, str | None]:
        """Return whether a reference means words of the document, and those words."""
        node = self.find(reference)
        if reference is None or node is None:
            return False, None
        if reference not in self._written:
            self._written[reference] = written(node)
        return True, self._written[reference]


def _by_id(search: etree.XPath, root: Node) -> dict[str, Node]:
    """Return the elements that a search finds by their ids; of several with one id the first."""
    return {node.get("ID", ""): node for node in reversed(cast("list[Node]", search(root)))}


def _reference(text: Node | None) -> str | None:
    if text is None or not len(text):
        return None
    reference = child(text, "reference")
    if reference is not None:
        return reference.get("value")
    return None


def written(node: Node | None) -> str | None:
    """Return an element's words as a person sees them: a line each for paragraphs, items and rows, cells parted."""
    if node is None:
        return None
    if not len(node):
        return " ".join((node.text or "").split()) or None
    pieces: list[str] = []
    _gather(node, pieces)
    # A line's end in the source is no line's end on the page.
    lines = [" ".join(line.split()).strip("| ") for line in "".join(pieces).split(_BREAK)]
    return "\n".join([line for line in lines if line]) or None


def _gather(node: Node, pieces: list[str]) -> None:
    """Add the texts of an element and the breaks between them; the parser lets none nest more than 256 deep."""
    name = node.tag
    is_line = name in _LINES
    if is_line:
        pieces.append(_BREAK)
    if text := node.text:
        pieces.append(text)
    if len(node):
        for part in node:
            _gather(part, pieces)
            if text := part.tail:
                pieces.append(text)
    if is_line:
        pieces.append(_BREAK)
    elif name in _CELLS:
        pieces.append(" | ")


def title_of(title: Node | None, code: Node | None) -> str | None:
    """Return a section's title, else the display of its code."""
    words = written(title)
    if words:
        return words
    return None if code is None else code.get("displayName")
