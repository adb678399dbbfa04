"""The answer to an HL7 v2 sender: an ACK in the sender's own separators, version and character set.

Source: HL7 v2.8, chapter 2, sections 2.9 (processing rules), 2.14.1 to 2.14.8 (ACK, BHS, BTS, ERR, MSA); tables 0008,
0155, 0357, 0516.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from app.imports.domain.reading import UnreadablePayloadError
from app.imports.readers.hl7v2.charsets import CharsetError, codec_of, decoded
from app.imports.readers.hl7v2.escapes import USUAL, Delimiters
from app.imports.readers.hl7v2.framing import Envelope, Payloads, take_apart
from app.imports.readers.hl7v2.message import Segment, delimiters_of

Verdict = Literal["accepted", "error", "rejected"]
Condition = Literal["207", "100", "101", "102", "103", "200", "201", "203", "204", "205"]

_APPLICATION: Final[dict[Verdict, str]] = {"accepted": "AA", "error": "AE", "rejected": "AR"}
_COMMIT: Final[dict[Verdict, str]] = {"accepted": "CA", "error": "CE", "rejected": "CR"}
_CONDITIONS: Final[dict[str, str]] = {
    "100": "Segment sequence error",
    "101": "Required field missing",
    "102": "Data type error",
    "103": "Table value not found",
    "200": "Unsupported message type",
    "201": "Unsupported event code",
    "203": "Unsupported version id",
    "204": "Unknown key identifier",
    "205": "Duplicate key identifier",
    "207": "Application internal error",
}
"""Table 0357."""
_PLACE: Final = re.compile(r"(?:MSH\[\d+\]/)?([A-Z][A-Z0-9]{2})(?:\[(\d+)(?:\.\.\d+)?\])?(?:-(\d+))?")
_MOST_PROBLEMS: Final = 20
_LONGEST_TEXT: Final = 250
_LONGEST_OLD_TEXT: Final = 80
_NEW_ERRORS: Final = (2, 5)
"""From this version on ERR says where, what and how grave; before, MSA-3 says it in words."""
_WITH_STRUCTURE: Final = (2, 4)
_WITH_EVENT: Final = (2, 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that the sender should know."""

    text: str
    """What is wrong and how to mend it, in words; never the value."""
    place: str | None = None
    """Where, such as `OBX[3]` or `MSH-9`."""
    condition: Condition = "207"
    """Table 0357."""
    severity: Literal["E", "W", "I"] = "E"
    """Table 0516: error, warning, information."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one message."""

    verdict: Verdict
    """`accepted`: stored. `error`: nothing of it is stored, and it must be mended or sent again. `rejected`: it is none
    that is read here, or could not be read at all."""
    problems: tuple[Problem, ...] = ()


def acknowledge(
    message: bytes, outcomes: Outcome | Sequence[Outcome], *, control_id: str, moment: datetime
) -> bytes:
    """Return the answer to a message, or to a batch of them as a batch; empty where the sender wants none.

    `outcomes` are one for all messages, or one for each in order. `control_id` becomes MSH-10, followed by a number
    where there are several answers.
    """
    payloads = _taken(message)
    each = (outcomes,) if isinstance(outcomes, Outcome) else tuple(outcomes)
    answers = []
    for number, envelope in enumerate(payloads.messages):
        outcome = each[min(number, len(each) - 1)]
        own_id = control_id if len(payloads.messages) == 1 else f"{control_id}-{number + 1}"
        answers.append(_answer(envelope, outcome, own_id, moment))
    if len(answers) == 1 and not _is_batch(message):
        return answers[0]
    return _batch(payloads.messages[0], answers, control_id, moment)


def _taken(message: bytes) -> Payloads:
    try:
        return take_apart(message)
    except UnreadablePayloadError:
        return Payloads((Envelope(b"MSH|^~\\&|", ()),), None, None, prelude=False)


def _is_batch(message: bytes) -> bool:
    return message.lstrip(b"\x0b\r\n \t\xef\xbb\xbf")[:3] in {b"FHS", b"BHS"}


@dataclass(frozen=True, slots=True)
class _Sender:
    """The header of a message, as its answer needs it."""

    header: Segment
    marks: Delimiters
    codec: str
    version: tuple[int, int]

    def field(self, number: int) -> str:
        """Return a field as it was sent, to be sent back."""
        return self.header.raw(number)


def _sender(envelope: Envelope) -> _Sender:
    line = re.split(rb"[\r\n]", envelope.content, maxsplit=1)[0]
    try:
        text = decoded(line, envelope.declared, None)
        known = next(filter(None, map(codec_of, (name for name in envelope.declared if name))), "utf-8")
    except CharsetError:
        text, known = line.decode("latin-1"), "latin-1"
    codec = "utf-8" if known in {"unicode", "ascii"} else known
    separator = text[3:4] or USUAL.field
    parts = text.split(separator, 2)
    marks = delimiters_of(separator, parts[1] if len(parts) > 1 else "")
    header = Segment(text, marks, 1)
    numbers = re.match(r"(\d+)\.(\d+)", header.part(12))
    return _Sender(header, marks, codec, (int(numbers[1][:3]), int(numbers[2][:3])) if numbers else (2, 3))


def _answer(envelope: Envelope, outcome: Outcome, control_id: str, moment: datetime) -> bytes:
    sender = _sender(envelope)
    code = _code(sender, outcome.verdict)
    if code is None:
        return b""
    lines = [_header(sender, control_id, moment), _msa(sender, code, outcome)]
    if sender.version >= _NEW_ERRORS:
        lines.extend(_err(sender, problem) for problem in _shown(outcome.problems))
    return _encoded(lines, sender)


def _code(sender: _Sender, verdict: Verdict) -> str | None:
    """Return MSA-1: in enhanced mode what MSH-15 and MSH-16 ask for; the fate of the message where both are asked for.

    It is told after the message was stored, so that an application acknowledgment, where it is wanted, says more than
    that the message arrived; None where neither is wanted.
    """
    accept, application = sender.field(15).strip().upper(), sender.field(16).strip().upper()
    if not accept and not application:
        return _APPLICATION[verdict]
    if _wanted(application, verdict):
        return _APPLICATION[verdict]
    return _COMMIT[verdict] if _wanted(accept, verdict) else None


def _wanted(condition: str, verdict: Verdict) -> bool:
    """Tell whether a condition of table 0155 is met; an empty field beside a filled one asks for nothing."""
    match condition:
        case "AL":
            return True
        case "ER":
            return verdict != "accepted"
        case "SU":
            return verdict == "accepted"
        case "NE" | "":
            return False
        case _:
            return True


def _header(sender: _Sender, control_id: str, moment: datetime) -> str:
    marks, component = sender.marks, sender.marks.component
    fields = [
        "MSH",
        sender.field(2) or "^~\\&",
        sender.field(5),
        sender.field(6),
        sender.field(3),
        sender.field(4),
        _time(moment, sender.version),
        "",
        _type(sender, component),
        control_id,
        sender.field(11) or "P",
        sender.field(12) or "2.5",
    ]
    if sender.field(18):
        fields += ["", "", "", "", "", sender.field(18)]
    return marks.field.join(fields)


def _time(moment: datetime, version: tuple[int, int]) -> str:
    zone = moment.strftime("%z")[:5] if version >= _WITH_EVENT else ""
    return moment.strftime("%Y%m%d%H%M%S") + zone


def _type(sender: _Sender, component: str) -> str:
    event = sender.header.part(9, 2)
    if sender.version < _WITH_EVENT or not event or not event.isalnum():
        return "ACK"
    return component.join(("ACK", event, "ACK") if sender.version >= _WITH_STRUCTURE else ("ACK", event))


def _msa(sender: _Sender, code: str, outcome: Outcome) -> str:
    fields = ["MSA", code, sender.field(10)]
    words = next((problem.text for problem in outcome.problems if problem.severity == "E"), "")
    if words and sender.version < (2, 7):
        most = _LONGEST_TEXT if sender.version >= _NEW_ERRORS else _LONGEST_OLD_TEXT
        fields.append(_escaped(_shortened(words, most), sender.marks))
    return sender.marks.field.join(fields)


def _shown(problems: Sequence[Problem]) -> list[Problem]:
    """Return the problems, the gravest first, and how many are left out where there are too many."""
    ordered = sorted(problems, key=lambda problem: "EWI".index(problem.severity))
    if len(ordered) <= _MOST_PROBLEMS:
        return ordered
    more = len(ordered) - _MOST_PROBLEMS
    return [*ordered[:_MOST_PROBLEMS], Problem(text=f"{more} more of these are not listed.", severity="I")]


def _err(sender: _Sender, problem: Problem) -> str:
    marks = sender.marks
    words = _escaped(_shortened(problem.text, _LONGEST_TEXT), marks)
    condition = marks.component.join((problem.condition, _CONDITIONS[problem.condition], "HL70357"))
    return marks.field.join(
        ("ERR", "", _location(problem.place, marks), condition, problem.severity, "", "", "", words)
    )


def _location(place: str | None, marks: Delimiters) -> str:
    """Return ERR-2: segment, its occurrence, and the field where one is named."""
    match = _PLACE.fullmatch(place or "")
    if match is None:
        return ""
    return marks.component.join(filter(None, (match[1], match[2] or "1", match[3])))


def _shortened(text: str, most: int) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= most else plain[: most - 3].rstrip() + "..."


def _escaped(text: str, marks: Delimiters) -> str:
    """Escape the delimiters in a text of ours."""
    escape = marks.escape
    if not escape:
        return "".join(
            " " if letter in (marks.field, marks.component, marks.repetition) else letter for letter in text
        )
    letters = {
        marks.field: "F", marks.component: "S", marks.repetition: "R", marks.subcomponent: "T", escape: "E",
    }  # fmt: skip
    return "".join(f"{escape}{letters[letter]}{escape}" if letter in letters else letter for letter in text)


def _encoded(lines: Sequence[str], sender: _Sender) -> bytes:
    return ("\r".join(lines) + "\r").encode(sender.codec, "replace")


def _batch(first: Envelope, answers: list[bytes], control_id: str, moment: datetime) -> bytes:
    sender = _sender(first)
    given = [answer for answer in answers if answer]
    mark = sender.marks.field
    head = mark.join(
        (
            "BHS", sender.field(2) or "^~\\&", sender.field(5), sender.field(6), sender.field(3), sender.field(4),
            _time(moment, sender.version), "", "", "", control_id,
        )
    )  # fmt: skip
    opening, closing = _encoded([head], sender), _encoded([mark.join(("BTS", str(len(given))))], sender)
    return opening + b"".join(given) + closing
