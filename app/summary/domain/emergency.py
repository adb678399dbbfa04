"""Emergency words in a case: who said what, when, and how sure the sentence is.

Nothing is graded and nothing held back: a word that is denied for certain gives no finding, one that is named as a
risk, a condition or an instruction only stands apart, every other is shown with its quote.

Source: clinical.md section 4 "Emergency", S30 and S51.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, NamedTuple

from app.casefile.domain.case_file import CaseFile, Entry
from app.records.domain.course import Admission, PerformanceStatus, Symptom
from app.records.domain.findings import LabResult
from app.records.domain.kinds import AnyRecord
from app.records.domain.statements import DiseaseStatus, MainQuestion, Opinion, Planning
from app.summary.domain.emergency_words import EMERGENCY_WORDS
from app.summary.domain.mentions import Mention, Read, is_fever, mentions, strongest
from app.summary.domain.standing import Standing
from app.summary.domain.symptom_words import symptom_mentions
from app.timeline.domain.measurement import measurements

_SIGNS: Final = EMERGENCY_WORDS.signs
_ORDER: Final = {sign: place for place, sign in enumerate(_SIGNS)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Emergency:
    """One sign in one record, or in the case's own question where `record_id` is None.

    `date` is the record's, as written; `onset` is since when the source says that it is felt.
    """

    sign: str
    label: str
    standing: Standing
    quote: str
    record_id: str | None
    kind: str
    date: str | None
    onset: str | None
    asserted_by: str | None
    author: str | None
    source: str
    language: str
    """The language whose words were found."""


_TEXTS: Final[Mapping[type[AnyRecord], Callable[[Any], tuple[str | None, ...]]]] = {
    Opinion: lambda record: (record.statement, record.status_words, record.plan, record.question),
    DiseaseStatus: lambda record: (record.words,),
    Admission: lambda record: () if record.ended else (record.reason, *record.complications),
    MainQuestion: lambda record: (record.question,),
    Planning: lambda record: (record.goals, record.fitness_to_travel, *record.arrangements),
    PerformanceStatus: lambda _: (),
}
"""Which fields of a record hold somebody's words on how the patient is. A stay that is over was cared for."""


class Emergencies(NamedTuple):
    """What is shown as an alert, and what the words name as a risk, a condition or an instruction only.

    Both newest date first, undated last, then by the list's order of signs and the record's id; never by urgency.
    """

    shown: tuple[Emergency, ...]
    possible: tuple[Emergency, ...]


def find_emergencies(case_file: CaseFile) -> tuple[Emergency, ...]:
    """Find the emergency words that are shown as alerts, at most one finding for each record and sign."""
    return read_emergencies(case_file).shown


def read_emergencies(case_file: CaseFile) -> Emergencies:
    """Read the emergency words of a case: shown or only possible, of each record one for each sign."""
    read = _reader()
    shown = list(_in_question(case_file, read))
    possible: list[Emergency] = []
    for entry in _spoken(case_file):
        mentioned = tuple(_of_record(entry.record, read))
        found = strongest(mentioned)
        shown.extend(_finding(entry, mention) for mention in found)
        if len(found) < len(mentioned):
            told = {mention.sign for mention in found}
            others = {
                mention.sign: mention
                for mention in reversed(mentioned)
                if mention.standing is Standing.POSSIBLE_ONLY and mention.sign not in told
            }
            possible.extend(_finding(entry, mention) for mention in others.values())
    return Emergencies(_in_order(shown), _in_order(possible))


def _in_order(found: list[Emergency]) -> tuple[Emergency, ...]:
    found.sort(key=lambda one: (_ORDER[one.sign], one.record_id or ""))
    found.sort(key=lambda one: one.date or "", reverse=True)
    return tuple(found)


def _reader() -> Read:
    """Make what reads texts, each once: words and quote of a record are often the same."""

    @cache
    def read(text: str, *, every: bool = False) -> tuple[Mention, ...]:
        return tuple(mentions(text, every=every))

    return read


def _spoken(case_file: CaseFile) -> Iterator[Entry[AnyRecord]]:
    """Yield the records that hold anybody's words on how the patient is, or a temperature; most hold none."""
    spoken = frozenset({Symptom, *_TEXTS})
    for kind in spoken:
        yield from case_file.of(kind)
    for entry in case_file.entries:
        if entry.record.note is not None and type(entry.record) not in spoken:
            yield entry
    for alike in case_file.once(measurements).sent_alike:
        if _names_temperature(alike.sent_as.name) or alike.sent_as.codes:
            for row in (*(one.entry for one in alike.numbers), *alike.others):
                record = row.record
                if isinstance(record, LabResult) and record.note is None and _is_temperature(record):
                    yield row  # type: ignore[misc]  # a laboratory result is a record


def _of_record(record: AnyRecord, read: Read) -> Iterator[Mention]:
    if isinstance(record, Symptom):
        yield from symptom_mentions(record, read)
        return
    if isinstance(record, LabResult):
        yield from _temperature_row(record)
    spoken = _TEXTS.get(type(record))
    if spoken is not None:
        texts = tuple(text for text in spoken(record) if text)
        for text in (*texts, *_only_quoted(record, texts)):
            yield from read(text)
    if record.note is not None:
        yield from read(record.note)


def _only_quoted(record: AnyRecord, texts: Sequence[str]) -> Iterator[str]:
    """Yield the quotations of a record that its texts don't hold word for word: those were read, with their lines."""
    quotes = [source.quote for source in record.sources if source.quote]
    said = " ".join(" ".join(texts).split()) if quotes else ""
    yield from (quote for quote in quotes if " ".join(quote.split()) not in said)


def _in_question(case_file: CaseFile, read: Read) -> Iterator[Emergency]:
    """Yield the signs in the case's question, whose author and day nobody states."""
    for mention in strongest(read(case_file.case.body.question or "")):
        yield Emergency(
            sign=mention.sign,
            label=_SIGNS[mention.sign].label,
            standing=mention.standing,
            quote=mention.quote,
            record_id=None,
            kind="case",
            date=None,
            onset=None,
            asserted_by=None,
            author=None,
            source=_SIGNS[mention.sign].source,
            language=mention.language,
        )


def _finding(entry: Entry[AnyRecord], mention: Mention) -> Emergency:
    record = entry.record
    return Emergency(
        sign=mention.sign,
        label=_SIGNS[mention.sign].label,
        standing=mention.standing,
        quote=mention.quote,
        record_id=entry.id,
        kind=record.kind,
        date=record.date or getattr(record, "started", None),
        onset=getattr(record, "onset", None),
        asserted_by=record.asserted_by,
        author=record.author,
        source=_SIGNS[mention.sign].source,
        language=mention.language,
    )


def _is_temperature(record: LabResult) -> bool:
    codes = EMERGENCY_WORDS.temperature.codes
    return _names_temperature(record.test) or any(code.code in codes for code in record.codes)


def _names_temperature(test: str) -> bool:
    return test.lower() in EMERGENCY_WORDS.temperature.tests


def _temperature_row(record: LabResult) -> Iterator[Mention]:
    """Yield a fever that came in as a measured value."""
    if record.value is None or not _is_temperature(record):
        return
    unit = (record.unit or "").lower().replace("deg", "")
    scale = next((letter for letter in ("c", "f") if letter in unit), "")
    if is_fever(record.value, scale):
        quote = f"{record.test} {record.value}{' ' + record.unit if record.unit else ''}"
        yield Mention(sign="fever", standing=Standing.STATED, severity=None, by_itself=True, quote=quote)
