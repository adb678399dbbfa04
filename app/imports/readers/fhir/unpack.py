"""Takes a payload apart: gzip, character set, Bundles, lines of NDJSON; the resources themselves stay undecoded."""

import codecs
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import msgspec

from app.imports.domain.reading import Options, UnreadablePayloadError
from app.imports.readers.fhir.model import Element, Identifier

MOST_BYTES: Final = 64 * 1024 * 1024
"""Of a payload after decompression."""
MOST_ENTRIES: Final = 50_000
MOST_DEPTH: Final = 3
"""How deep Bundles may stand in Bundles."""
MOST_OBJECTS: Final = 2_500_000
"""JSON objects of a payload, so that a small text cannot fill the memory."""

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class Request(Element):
    """What the sender asks a server to do with an entry."""

    method: str | None = None
    url: str | None = None


class BundleEntry(Element):
    """One entry, its resource as it was sent."""

    full_url: str | None = None
    resource: msgspec.Raw = msgspec.Raw(b"")
    request: Request | None = None


class Bundle(Element):
    """A container of resources."""

    resource_type: str = ""
    id: str | None = None
    identifier: Identifier | None = None
    type: str | None = None
    timestamp: str | None = None
    implicit_rules: str | None = None
    entry: tuple[BundleEntry, ...] = ()


class _Named(Element):
    resource_type: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One resource of a payload, or an entry without one."""

    place: str
    raw: bytes
    kind: str | None
    """Its resource type; None where it says none."""
    full_url: str | None = None
    request: Request | None = None
    fault: str | None = None
    """Why it cannot be read at all."""
    is_history: bool = False


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A payload taken apart."""

    parts: tuple[Part, ...]
    bundle: Bundle | None = None


_BUNDLE: Final = msgspec.json.Decoder(Bundle)
_NAMED: Final = msgspec.json.Decoder(_Named)
_SPACES: Final = re.compile(rb"\s*")


def unpack(content: bytes, options: Options) -> Unpacked:
    """Return the resources of a payload, in its order.

    Raises:
        UnreadablePayloadError: it is no FHIR JSON, or larger than is read.
    """
    text = _in_utf8(_inflated(content), options)
    if text.count(b"{") > MOST_OBJECTS:
        raise UnreadablePayloadError(f"The payload holds more than {MOST_OBJECTS:,} JSON objects.")
    first = text[:1]
    if first == b"<":
        raise UnreadablePayloadError("This is XML; FHIR is read as JSON (application/fhir+json or NDJSON).")
    if first != b"{":
        raise UnreadablePayloadError("FHIR JSON is an object that begins with a brace; this is not one.")
    try:
        kind = _NAMED.decode(text).resource_type
    except msgspec.ValidationError as error:
        raise UnreadablePayloadError("`resourceType` is not a text; this is no FHIR resource.") from error
    except msgspec.DecodeError as error:
        if _looks_like_lines(text):
            return Unpacked(tuple(_lines(text)))
        raise UnreadablePayloadError(f"The payload is no JSON: {_syntax(error)}") from error
    except RecursionError as error:
        raise UnreadablePayloadError("The payload is nested too deeply.") from error
    if kind is None:
        raise UnreadablePayloadError("The object has no `resourceType`; this is no FHIR resource.")
    if kind != "Bundle":
        return Unpacked((Part("", text, kind),))
    bundle = _bundle(text)
    return Unpacked(tuple(_entries(bundle, "Bundle", 1)), bundle)


def _inflated(content: bytes) -> bytes:
    if content[:2] != b"\x1f\x8b":
        return _bounded(content)
    inflate = zlib.decompressobj(wbits=31)
    parts: list[bytes] = []
    size, rest = 0, content
    try:
        while rest:
            part = inflate.decompress(rest, MOST_BYTES + 1 - size)
            parts.append(part)
            size += len(part)
            _refuse_past(size)
            rest = inflate.unconsumed_tail
            if inflate.eof:
                # A gzip file may hold several members one after another.
                rest = inflate.unused_data.lstrip(b"\0")
                if rest:
                    inflate = zlib.decompressobj(wbits=31)
    except zlib.error as error:
        raise UnreadablePayloadError("The gzip stream is damaged.") from error
    if not inflate.eof:
        raise UnreadablePayloadError("The gzip stream is cut off.")
    return b"".join(parts)


def _bounded(content: bytes) -> bytes:
    _refuse_past(len(content))
    return content


def _refuse_past(size: int) -> None:
    if size > MOST_BYTES:
        raise UnreadablePayloadError(
            f"The payload is larger than {MOST_BYTES // 1024 // 1024} MiB uncompressed; send it in parts."
        )


def _in_utf8(content: bytes, options: Options) -> bytes:
    charset = next((name for mark, name in _MARKS if content.startswith(mark)), None)
    try:
        if charset == "utf-8":
            content = content[len(codecs.BOM_UTF8) :]
            content.decode()
        elif charset is not None:
            content = content.decode(charset).encode()
        elif options.charset and codecs.lookup(options.charset).name not in {"utf-8", "ascii"}:
            content = content.decode(options.charset).encode()
        else:
            # Read once as what JSON has to be, so that no later step meets bytes that are none.
            content.decode()
    except (UnicodeError, LookupError) as error:
        raise UnreadablePayloadError("The text is not in the character set that it is sent as.") from error
    start = _SPACES.match(content)
    return content if start is None or not start.end() else content[start.end() :]


def _syntax(error: msgspec.DecodeError) -> str:
    # The decoder's words give the place and the sort of mistake, never the content.
    return str(error).removeprefix("JSON is malformed: ").rstrip(".") + "."


def _looks_like_lines(text: bytes) -> bool:
    first, _, rest = text.partition(b"\n")
    if not rest.strip():
        return False
    try:
        return _NAMED.decode(first).resource_type is not None
    except (msgspec.DecodeError, RecursionError):
        return False


def _lines(text: bytes) -> Iterator[Part]:
    start, number, found = 0, 0, 0
    while start < len(text):
        end = text.find(b"\n", start)
        end = len(text) if end < 0 else end
        line, number, start = text[start:end].strip(), number + 1, end + 1
        if not line:
            continue
        found += 1
        _refuse_many(found)
        place = f"line {number}"
        try:
            kind = _NAMED.decode(line).resource_type
            if kind == "Bundle":
                yield from _entries(_bundle(line), f"{place}: Bundle", 1)
                continue
        except (msgspec.DecodeError, RecursionError, UnreadablePayloadError):
            yield Part(place, line, None, fault="The line is no JSON resource.")
            continue
        yield Part(place, line, kind)


def _refuse_many(found: int) -> None:
    if found > MOST_ENTRIES:
        raise UnreadablePayloadError(
            f"The payload holds more than {MOST_ENTRIES:,} resources; send it in parts."
        )


def _bundle(text: bytes) -> Bundle:
    try:
        bundle = _BUNDLE.decode(text)
    except msgspec.ValidationError as error:
        raise UnreadablePayloadError(
            f"The Bundle is not built as one: {path_words('Bundle', error)}"
        ) from error
    except msgspec.DecodeError as error:
        raise UnreadablePayloadError(f"The payload is no JSON: {_syntax(error)}") from error
    except RecursionError as error:
        raise UnreadablePayloadError("The payload is nested too deeply.") from error
    _refuse_many(len(bundle.entry))
    if bundle.implicit_rules:
        raise UnreadablePayloadError(
            "`Bundle.implicitRules` may change what everything in it means, and is not understood here."
        )
    return bundle


def _entries(bundle: Bundle, path: str, depth: int) -> Iterator[Part]:
    is_history = bundle.type == "history"
    for index, entry in enumerate(bundle.entry):
        place = f"{path}.entry[{index}]"
        raw = bytes(entry.resource)
        if raw in {b"", b"null"}:
            yield Part(place, b"", None, entry.full_url, entry.request, is_history=is_history)
            continue
        place += ".resource"
        try:
            kind = _NAMED.decode(raw).resource_type
        except (msgspec.DecodeError, RecursionError):
            yield Part(place, raw, None, entry.full_url, entry.request, "The entry holds no resource.")
            continue
        if kind == "Bundle" and depth < MOST_DEPTH:
            try:
                yield from _entries(_bundle(raw), place, depth + 1)
            except UnreadablePayloadError as error:
                yield Part(place, raw, kind, entry.full_url, entry.request, error.detail)
            continue
        yield Part(place, raw, kind, entry.full_url, entry.request, is_history=is_history)


_PATH: Final = re.compile(r"^(?P<words>.*?)(?: - at `\$?(?P<path>[^`]*)`)?$", re.DOTALL)


def path_words(kind: str, error: msgspec.ValidationError) -> str:
    """Return a decoder's complaint as `Observation.valueQuantity.value: expected a number, got a text`."""
    match = _PATH.match(str(error))
    words, path = (match["words"], match["path"] or "") if match else ("", "")
    if not words.startswith(("Expected ", "Object missing", "Invalid ", "Object contains")):
        words = "it is not what the standard allows there"
    words = words[:1].lower() + words[1:].replace("`", "").replace(" | null", "")
    for plain, told in _TYPES:
        words = words.replace(plain, told)
    return f"{kind}{path}: {words}"


_TYPES: Final = (("decimal", "number"), ("str", "text"), ("bool", "true or false"), ("array", "list"))
