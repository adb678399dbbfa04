"""What is asked, in the words of one language."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from app.completeness.domain.chase.catalogue import SOURCE, Catalogue
from app.completeness.domain.chase.model import Ask, Holder, Study
from app.completeness.domain.record_tests import words_of
from app.values.dates import PartialDate, Precision


def label_of(ask: Ask, words: Catalogue) -> str:
    """Name what is asked for; an organisation's own item as the organisation wrote it."""
    return words.find(f"item.{ask.item}.label") or ask.label


def why_of(ask: Ask, words: Catalogue) -> str:
    """Say why it is asked for."""
    return words.find(f"item.{ask.item}.why") or ask.why


def what_of(ask: Ask, words: Catalogue) -> str:
    """Say what is to be sent or written."""
    own = words.find(f"item.{ask.item}.{ask.cause}")
    if own is None and not is_known(ask, words):
        return ask.action
    return own or words.find(f"ask.{ask.cause}") or words.say("ask.missing")


def is_known(ask: Ask, words: Catalogue) -> bool:
    """Say whether the catalogues have words for the item; an organisation's own item stays in its words."""
    return words.find(f"item.{ask.item}.label") is not None


def details_of(ask: Ask, words: Catalogue, regions: Mapping[str, str]) -> Iterator[str]:
    """Go through what exactly is wanted: which scan, of which day, and what is not stated so far."""
    wanted = ask.wanted
    if wanted.study is not None:
        yield words.say("letter.study", study=study_in_words(wanted.study, words, regions))
    if wanted.names:
        yield words.say("letter.names", names=listed(wanted.names, words))
    if wanted.dated:
        yield words.say("letter.dated", date=day_in_words(wanted.dated, words))
    if wanted.fields:
        fields = words.say("letter.between").join(field_in_words(name, words) for name in wanted.fields)
        yield words.say("letter.lacking", fields=fields)
    if wanted.newest:
        yield words.say("letter.newest", date=day_in_words(wanted.newest, words))
        if wanted.max_age_days is not None:
            yield words.say("letter.current_for", days=words.count("days", wanted.max_age_days))


def field_in_words(name: str, words: Catalogue) -> str:
    """Name a field; one that an organisation added keeps its name."""
    return words.find(f"field.{name}") or name.replace("_", " ")


def study_in_words(study: Study, words: Catalogue, regions: Mapping[str, str]) -> str:
    """Name a scan by how, where and when it was made."""
    how = study.modality and (words.find(f"modality.{study.modality}") or study.modality)
    where = listed([_region(text, words, regions) for text in study.regions], words)
    when = study.date and day_in_words(study.date, words)
    parts = [part for part in (how, where, when) if part]
    return words.say("letter.between").join(parts) or words.say("modality.other")


def _region(text: str, words: Catalogue, regions: Mapping[str, str]) -> str:
    """Name a region in the letter's language, with the record's own word where that says more."""
    if words.language == SOURCE:
        return text
    named = {regions.get(word) for word in words_of(text)}
    label = words.find(f"region.{next(iter(named))}") if len(named) == 1 else None
    if label is None:
        return text
    return label if text.casefold().strip() in named else f"{label} ({text})"


def day_in_words(text: str, words: Catalogue) -> str:
    """Write a date as its language does, as precisely as it is known; a period as it was written."""
    from babel.dates import format_skeleton  # noqa: PLC0415 (loaded when the first letter is written)

    when = PartialDate.parse(text)
    day = when.earliest
    if day is None or when.approximate or when.uncertain:
        return text
    match when.precision:
        case Precision.DAY:
            return full_day(day, words)
        case Precision.MONTH:
            return format_skeleton("yMMMM", day, locale=words.locale)
        case Precision.YEAR:
            return format_skeleton("y", day, locale=words.locale)
        case _:
            return text


def full_day(day: date, words: Catalogue) -> str:
    """Write a day as its language does."""
    from babel.dates import format_date  # noqa: PLC0415 (loaded when the first letter is written)

    return format_date(day, "long", locale=words.locale)


def listed(parts: Iterable[str], words: Catalogue) -> str:
    """List several things as the language does."""
    from babel.lists import format_list  # noqa: PLC0415 (loaded when the first letter is written)

    return format_list([words.apart(part) for part in parts], locale=words.locale)


def holder_in_words(holder: Holder, words: Catalogue) -> tuple[str, ...]:
    """Address a holder, line by line: the person or place, and what it is."""
    role = words.say(f"holder.{holder.kind}")
    names = [name for name in (holder.name, holder.facility) if name]
    return (*names, role) if holder.kind in ("treating_doctor", "laboratory") and names else (role, *names)
