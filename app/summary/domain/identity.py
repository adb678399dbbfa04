"""Leaving the patient out: names, identifiers and birth dates in any text are replaced by what they are."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, Final, Literal, TypeVar

from app.casefile.domain.case_file import CaseFile
from app.summary.domain.name_patterns import (
    birth_dates_pattern,
    folded,
    has_pairs,
    identifiers_pattern,
    letters_of_name,
    longest_run,
    names_pattern,
    year_of,
)
from app.timeline.domain.event import SourceRef

Identity = Literal["full", "none"]
PartT = TypeVar("PartT")

NAME: Final = "[name]"
IDENTIFIER: Final = "[identifier]"
BIRTH_DATE: Final = "[birth date]"

IDENTIFYING_FACTS: Final = frozenset(
    {"accession", "study_uid", "external_id", "identifiers", "reference", "birth_date", "file_name"}
)
"""Facts that are left out whole where the patient is."""

_REPEATED: Final = re.compile(r"\[name\](?:[\s,.'’-]+\[name\])+")


class Mask:
    """Takes the patient out of a text; most texts hold none of the letters looked for and are passed over."""

    __slots__ = ("_letters", "_pairs", "_patterns")

    def __init__(self, patterns: Iterable[tuple[str, str]], letters: Iterable[str]) -> None:
        """Hold what to look for, each with what stands for it, and runs of letters of which a find holds one."""
        runs = tuple(dict.fromkeys(letters))
        self._patterns = tuple((re.compile(pattern, re.IGNORECASE), word) for pattern, word in patterns)
        self._pairs = any(map(has_pairs, runs))
        self._letters = tuple(folded(run, pairs=self._pairs) for run in runs)

    def __call__(self, text: str) -> str:
        """Return the text without the patient."""
        return self.thorough(text) if self.may_touch(text) else text

    def thorough(self, text: str) -> str:
        """Return the text without the patient, looked through in every case."""
        for pattern, word in self._patterns:
            text = pattern.sub(word, text)
        return _REPEATED.sub(NAME, text)

    def may_touch(self, text: str) -> bool:
        """Tell whether a text may hold anything of the patient; seldom true where it does not."""
        plain = folded(text, pairs=self._pairs)
        return any(letters in plain for letters in self._letters)


def mask_of(case_file: CaseFile) -> Mask:
    """Return what takes the patient out of a text of this case."""
    body = case_file.case.body
    names = [body.patient.name, *(document.body.facts.printed_name for document in case_file.documents)]
    dates = [
        body.patient.birth_date,
        *(document.body.facts.printed_birth_date for document in case_file.documents),
    ]
    identifiers = [*(identifier.value for identifier in body.patient.identifiers), body.reference]
    patterns = (
        (identifiers_pattern(identifiers), IDENTIFIER),
        (birth_dates_pattern(dates), BIRTH_DATE),
        (names_pattern(names), NAME),
    )
    letters = (
        *(found for name in names if name for found in letters_of_name(name)),
        *(longest_run(value) for value in identifiers if value),
        *(year_of(date) for date in dates if date),
    )
    return Mask(((pattern, word) for pattern, word in patterns if pattern), letters)


def masked(value: Any, mask: Mask) -> Any:  # noqa: ANN401 (any plain JSON value)
    """Return a JSON-plain value with every text in it masked."""
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, Mapping):
        return {mask(key): masked(item, mask) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return tuple(masked(item, mask) for item in value)
    return value


def without_identifying(facts: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return facts without those that name a patient or one of the patient's papers."""
    if IDENTIFYING_FACTS.isdisjoint(facts):
        return facts
    return {name: value for name, value in facts.items() if name not in IDENTIFYING_FACTS}


def masked_sources(sources: tuple[SourceRef, ...], mask: Mask) -> tuple[SourceRef, ...]:
    """Return the sources with their quotes and titles masked; ids and pages stay."""
    if all(source.quote is None and source.title is None for source in sources):
        return sources
    return tuple(
        SourceRef(
            record_id=source.record_id,
            document_id=source.document_id,
            page=source.page,
            quote=source.quote and mask(source.quote),
            title=source.title and mask(source.title),
        )
        for source in sources
    )


def without_patient(part: PartT, mask: Mask, *, keep: frozenset[str]) -> PartT:
    """Return an answer, or any part of one, with every text in it masked, but for the fields that are no words."""
    if isinstance(part, str):
        return mask(part)  # type: ignore[return-value]  # a text for a text
    if isinstance(part, Mapping):
        return masked(part, mask)  # type: ignore[no-any-return]  # plain JSON for plain JSON
    if isinstance(part, tuple):
        return tuple(without_patient(one, mask, keep=keep) for one in part)  # type: ignore[return-value]  # as above
    if is_dataclass(part) and not isinstance(part, type):
        names = (field.name for field in fields(part) if field.name not in keep)
        return replace(
            part, **{name: without_patient(getattr(part, name), mask, keep=keep) for name in names}
        )
    return part
