"""Papers that name another patient than the case, or than each other."""

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from app.casefile.domain.case_file import CaseFile
from app.documents.domain.document import Document
from app.timeline.domain.conflict import Conflict, Side, conflict
from app.timeline.domain.order import place
from app.values.dates import may_overlap

RULE: Final = "identity_differs"
_SEXES: Final = frozenset({"female", "male"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Feature:
    name: str
    printed: str
    known: str
    agree: Callable[[str, str], bool]


def same_name(one: str, other: str) -> bool:
    """Tell whether two names can be of one person: the words of one all in the other, initials included.

    Accents, case, order and punctuation make no difference; another spelling is for a person to decide.
    """
    shorter, longer = sorted((_name_words(one), _name_words(other)), key=len)
    return all(any(_same_word(word, known) for known in longer) for word in shorter)


def same_birth_date(one: str, other: str) -> bool:
    """Tell whether two birth dates, as precise as they are, can be the same day."""
    return may_overlap(place(one).when, place(other).when)


def same_sex(one: str, other: str) -> bool:
    """Tell whether two entries of sex don't contradict; only female and male do."""
    return one == other or not {one, other} <= _SEXES


_FEATURES: Final = (
    _Feature(name="name", printed="printed_name", known="name", agree=same_name),
    _Feature(name="birth date", printed="printed_birth_date", known="birth_date", agree=same_birth_date),
    _Feature(name="sex", printed="printed_sex", known="sex", agree=same_sex),
)


def identities(case_file: CaseFile) -> Iterator[Conflict]:
    """Find papers on which name, birth date or sex contradict the case; where it has none, the other papers."""
    for feature in _FEATURES:
        printed = [
            (document, value)
            for document in case_file.documents
            if (value := getattr(document.body.facts, feature.printed))
        ]
        if not printed:
            continue
        known = getattr(case_file.case.body.patient, feature.known)
        reference = Side(field=feature.known, stated=known) if known else _commonest(feature, printed)
        for document, value in printed:
            if document.id != reference.document_id and not feature.agree(value, reference.stated):
                yield conflict(
                    RULE,
                    "block",
                    f"The {feature.name} printed on a document differs from that of "
                    f"{'the case' if known else 'other documents of the case'}.",
                    (reference, _side(feature, document, value)),
                    "Is this document of the same patient?",
                    about=(feature.name, document.id),
                )


def _commonest(feature: _Feature, printed: list[tuple[Document, str]]) -> Side:
    counts = Counter(value for _, value in printed)
    document, value = min(printed, key=lambda one: (-counts[one[1]], one[0].id))
    return _side(feature, document, value)


def _side(feature: _Feature, document: Document, value: str) -> Side:
    return Side(document_id=document.id, field=feature.printed, stated=value, date=document.body.dated)


def _same_word(one: str, other: str) -> bool:
    return one == other or (1 in (len(one), len(other)) and one[0] == other[0])


def _name_words(name: str) -> frozenset[str]:
    letters = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return frozenset("".join(letter if letter.isalnum() else " " for letter in plain).split())
