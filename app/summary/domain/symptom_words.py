"""Emergency words in a symptom record, its words read together with its fields."""

from collections.abc import Iterator
from typing import Final

from app.records.domain.base import Absence
from app.records.domain.course import Symptom
from app.summary.domain.emergency_words import EMERGENCY_WORDS
from app.summary.domain.mentions import Mention, Read, Severity
from app.summary.domain.standing import Standing

_SEVERE_GRADE: Final = 3
"""CTCAE: grade 3 is severe."""


def symptom_mentions(record: Symptom, read: Read) -> Iterator[Mention]:
    """Yield the signs of one symptom: as measured, in the words, by name, in a function that is lacking."""
    if record.temperature_c is not None and record.temperature_c >= EMERGENCY_WORDS.temperature.celsius:
        quote = f"{record.temperature_c} °C"
        yield Mention(sign="fever", standing=Standing.STATED, severity=None, by_itself=True, quote=quote)
    if record.note is not None:
        yield from read(record.note)
    if record.stated in (Absence.NONE, Absence.NOT_DONE):
        return
    name = record.symptom or next((code.display for code in record.codes if code.display), None)
    named = read(name, every=True) if name else ()
    signs = {mention.sign for mention in named}
    is_severe = record.severity == "severe" or record.grade is not None or record.trend == "worsening"
    for text in (record.words, *(source.quote for source in record.sources)):
        if text and not (
            record.presence == "absent" and name and text.strip().lower() == name.strip().lower()
        ):
            for mention in read(text, every=is_severe):
                yield _with_fields(record, mention) if not name or mention.sign in signs else mention
    for mention in named:
        yield _by_name(record, mention)
    if record.presence == "absent" and name:
        yield from _lacking(record, name)


def _by_name(record: Symptom, mention: Mention) -> Mention:
    """Read a sign in the symptom's name: `absent` denies it, unless other fields speak against that."""
    if record.presence == "present":
        return _with_fields(record, mention)
    contradicted = record.severity == "severe" or record.trend == "worsening"
    return mention._replace(standing=Standing.UNCLEAR if contradicted else Standing.DENIED)


def _with_fields(record: Symptom, mention: Mention) -> Mention:
    """Add what the record's fields say of severity, course and presence to what the words say."""
    standing = mention.standing
    if standing is Standing.STATED and record.trend == "resolved":
        standing = Standing.PAST
    elif standing is Standing.STATED and record.presence == "absent":
        standing = Standing.UNCLEAR
    return mention._replace(standing=standing, severity=_severity(record, mention))


def _severity(record: Symptom, mention: Mention) -> Severity | None:
    if record.severity == "severe" or (record.grade or 0) >= _SEVERE_GRADE:
        return "severe"
    if mention.severity is not None:
        return mention.severity
    if record.trend == "worsening":
        return "severe" if mention.sign in EMERGENCY_WORDS.worsening_counts_for else None
    is_less = record.severity is not None or record.trend in ("improving", "stable")
    return "mild" if is_less else None


def _lacking(record: Symptom, name: str) -> Iterator[Mention]:
    """Yield the signs that lie in a function's recorded absence: passing stool, absent."""
    for language in EMERGENCY_WORDS.languages.values():
        for sign, pattern in language.functions:
            if pattern.fullmatch(name.strip().lower()):
                quote = record.words or f"{name}: absent"
                yield Mention(
                    sign=sign, standing=Standing.UNCLEAR, severity=None, by_itself=True, quote=quote
                )
