"""From bytes to elements: no DTD, no entity, no network, and bounds on size, depth and number.

A DOCTYPE is refused by a parser that expands nothing, before the parser that builds the tree sees the bytes.
"""

import re
from typing import Final
from xml.parsers import expat

from lxml import etree

from app.imports.domain.reading import UnreadablePayloadError
from app.imports.readers.cda.tree import V3, Node

MOST_BYTES: Final = 64 * 1024 * 1024
MOST_ELEMENTS: Final = 300_000
MOST_ATTRIBUTES: Final = 1_500_000
_CHUNK: Final = 4_096
_ROOT_TAG: Final = re.compile(
    rb"(?P<before>\A(?:\xef\xbb\xbf)?(?:\s|<\?.*?\?>|<!--.*?-->)*+<[A-Za-z_][\w.:-]*)(?P<attributes>[^<>]*)",
    re.DOTALL,
)
_PLAIN: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*<(?:[A-Za-z]|!--|\?xml\s(?:(?!encoding)[^>?])*(?:\?>|encoding\s*=\s*[\"'](?:utf-8|us-ascii|iso-8859-1|windows-1252)[\"']))",
    re.IGNORECASE,
)
"""The start of a document in one of the character sets of nearly all, UTF-8 where it names none."""
_PREFIXES: Final = {
    b"xsi": b"http://www.w3.org/2001/XMLSchema-instance",
    b"sdtc": b"urn:hl7-org:sdtc",
    b"voc": b"urn:hl7-org:v3/voc",
}


def parse(content: bytes, charset: str | None = None) -> Node:
    """Return the root element, its names in CDA's namespace.

    Raises:
        UnreadablePayloadError: it is too large, declares a DOCTYPE, or is no well-formed XML.
    """
    _check_size(content)
    _refuse_doctype(content)
    try:
        root = _tree(content, None)
    except etree.XMLSyntaxError as error:
        root = _second_try(content, charset, error)
    if root.getroottree().docinfo.internalDTD is not None:
        raise _doctype_error()
    if not str(root.tag).startswith(V3):
        _adopt(root)
    return root


def _check_size(content: bytes) -> None:
    if len(content) > MOST_BYTES:
        raise UnreadablePayloadError(
            f"The document is larger than {MOST_BYTES // 1024 // 1024} MiB. Send big attachments as documents of the "
            "case, and the rest of the document without them."
        )
    if len(content) < MOST_ELEMENTS * len("<a/>"):
        return  # too short for too many
    tags, ends = content.count(b"<"), content.count(b"</")
    if tags - ends > MOST_ELEMENTS or content.count(b"=") > MOST_ATTRIBUTES:
        raise UnreadablePayloadError(
            f"The document has more than {MOST_ELEMENTS} elements or {MOST_ATTRIBUTES} attributes. Send it in parts."
        )


class _RootSeenError(Exception):
    """Ends the look at the document's start."""


def _refuse_doctype(content: bytes) -> None:
    if _PLAIN.match(content) and b"<!DOCTYPE" not in content:
        return  # in a character set that holds ASCII as it is, it would be seen
    parser = expat.ParserCreate()
    seen = []

    def doctype(*_: object) -> None:
        seen.append(True)
        raise _RootSeenError

    def element(*_: object) -> None:
        raise _RootSeenError

    parser.StartDoctypeDeclHandler = doctype
    parser.StartElementHandler = element
    try:
        for start in range(0, len(content), _CHUNK):
            parser.Parse(content[start : start + _CHUNK], False)  # noqa: FBT003  the parser knows no keywords
    except _RootSeenError:
        pass
    except (expat.ExpatError, LookupError, ValueError):
        if b"<!DOCTYPE" in content[: 64 * 1024]:
            raise _doctype_error() from None
        # What is wrong is said by the parser that builds the tree, which also knows more character sets.
    if seen:
        raise _doctype_error()


def _doctype_error() -> UnreadablePayloadError:
    return UnreadablePayloadError(
        "The document declares a document type (DOCTYPE). Clinical documents have none, and it could make the reader "
        "open other files or grow without bound, so it is refused. Send the document without it."
    )


def _tree(content: bytes, encoding: str | None) -> Node:
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        strip_cdata=True,
        collect_ids=False,
        encoding=encoding,
    )
    return etree.fromstring(content, parser)


def _second_try(content: bytes, charset: str | None, error: etree.XMLSyntaxError) -> Node:
    """Read a part of a document that lacks the declarations of its prefixes, or bytes of another character set."""
    for candidate, encoding in ((_with_prefixes(content), None), (content, charset)):
        if candidate is content and encoding is None:
            continue
        try:
            return _tree(candidate, encoding)
        except (etree.XMLSyntaxError, LookupError):
            continue
    line, column = error.position
    raise UnreadablePayloadError(
        f"The document is no well-formed XML: it breaks off or goes wrong at line {line}, column {column}, or it is "
        "nested too deeply, or holds one text of more than ten million characters. Send the whole document as it was "
        "made, in the character set that its first line names."
    ) from None


def _with_prefixes(content: bytes) -> bytes:
    match = _ROOT_TAG.match(content)
    if match is None:
        return content
    missing = b"".join(
        b' xmlns:%s="%s"' % (prefix, uri)
        for prefix, uri in _PREFIXES.items()
        if b"xmlns:%s" % prefix not in match["attributes"]
    )
    return match["before"] + missing + content[match.end("before") :]


def _adopt(root: Node) -> None:
    """Put elements without a namespace, as parts of documents are often sent, into CDA's."""
    for node in root.iter():
        if not str(node.tag).startswith("{"):
            node.tag = f"{V3}{node.tag}"
