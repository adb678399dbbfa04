"""Where the messages of a payload begin and end: line ends, MLLP's framing bytes, batches, marks at the start."""

import re
from dataclasses import dataclass
from typing import Final

from app.imports.domain.reading import UnreadablePayloadError
from app.imports.readers.hl7v2.charsets import CharsetError, narrow

MOST_BYTES: Final = 64 * 1024 * 1024
MOST_MESSAGES: Final = 10_000
MOST_LINES: Final = 150_000

_MANY: Final = (
    f"More than {MOST_MESSAGES:,} messages or {MOST_LINES:,} lines in one payload are not read. Send fewer."
)
_START: Final = re.compile(
    rb"(?:\A|[\r\n\x0b\x1c\x1a\x00])[ \t\x0b]*(?:\xef\xbb\xbf)?[ \t\x0b]*(MSH|FHS|BHS|BTS|FTS)(?=[^\sA-Za-z0-9])"
)
_FRAMING: Final = b"\x0b\x1c\x1a\x00\r\n \t"
_XML: Final = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<")


@dataclass(frozen=True, slots=True)
class Envelope:
    """One message, as bytes without its framing."""

    content: bytes
    declared: tuple[str, ...]
    """The repetitions of MSH-18."""


@dataclass(frozen=True, slots=True)
class Payloads:
    """What a payload is made of."""

    messages: tuple[Envelope, ...]
    batch_id: str | None
    """The sender's id of the batch or file: FHS-11, else BHS-11, with its sender."""
    counted: int | None
    """Messages that the batch trailers say there are."""
    prelude: bool
    """Whether anything but framing stands before the first message."""


def take_apart(content: bytes) -> Payloads:
    """Find the messages of a payload.

    Raises:
        UnreadablePayloadError: there are none, it is XML, or larger than is read.
    """
    if len(content) > MOST_BYTES:
        raise UnreadablePayloadError(
            f"An HL7 v2 payload of more than {MOST_BYTES // 1024 // 1024} MiB is not read. Send fewer messages in "
            "one, or large documents by the documents' own address."
        )
    try:
        plain = narrow(content)
    except CharsetError as error:
        raise UnreadablePayloadError(f"{error.detail} {error.fix}") from error
    if _XML.match(plain):
        raise UnreadablePayloadError(
            "HL7 v2 in XML is not read. Send the message in its usual encoding, whose first line begins with `MSH|`."
        )
    if plain.count(b"\r") + plain.count(b"\n") > MOST_LINES:
        raise UnreadablePayloadError(_MANY)
    starts = list(_START.finditer(plain))
    if not any(start[1] == b"MSH" for start in starts):
        raise UnreadablePayloadError(
            "No line begins with `MSH` and a field separator, so this is no HL7 v2 message. Send each message from "
            "its MSH segment on."
        )
    if len(starts) > MOST_MESSAGES:
        raise UnreadablePayloadError(_MANY)
    return _collected(plain, starts)


def _collected(plain: bytes, starts: list[re.Match[bytes]]) -> Payloads:
    messages: list[Envelope] = []
    batch_id, counted = None, None
    for at, start in enumerate(starts):
        end = starts[at + 1].start() if at + 1 < len(starts) else len(plain)
        part = plain[start.start(1) : end].rstrip(_FRAMING)
        if start[1] == b"MSH":
            messages.append(Envelope(part, _declared(part)))
        elif start[1] in {b"FHS", b"BHS"}:
            batch_id = batch_id or _batch_id(part)
        elif start[1] == b"BTS":
            counted = _counted(part, counted)
    before = plain[: starts[0].start(1)].strip(_FRAMING + b"\xef\xbb\xbf")
    return Payloads(tuple(messages), batch_id, counted, prelude=bool(before))


def _header(part: bytes) -> list[bytes]:
    line = re.split(rb"[\r\n]", part, maxsplit=1)[0]
    return line.split(part[3:4], 25)


def _declared(part: bytes) -> tuple[str, ...]:
    fields = _header(part)
    if len(fields) < 18:  # noqa: PLR2004 (MSH-18)
        return ()
    mark = fields[1][1:2] or b"~"
    return tuple(name.decode("ascii", "replace").strip() for name in fields[17].split(mark))


def _batch_id(part: bytes) -> str | None:
    fields = [field.decode("utf-8", "replace").strip() for field in _header(part)]
    number = fields[10] if len(fields) > 10 else ""  # noqa: PLR2004 (FHS-11, BHS-11)
    return "|".join((*fields[2:4], fields[6] if len(fields) > 6 else "", number)) if number else None  # noqa: PLR2004


def _counted(part: bytes, before: int | None) -> int | None:
    fields = _header(part)
    number = fields[1].strip() if len(fields) > 1 else b""
    if not number.isdigit() or len(number) > 9:  # noqa: PLR2004 (no count of messages is longer)
        return before
    return int(number) + (before or 0)
