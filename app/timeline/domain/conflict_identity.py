"""Papers that name another patient than the case, or than each other."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from app.casefile.domain.case_file import CaseFile
from app.documents.domain.document import Document
from app.timeline.domain.conflict import Conflict, Side, conflict
from app.values.persons import same_birth_date, same_name, same_sex

RULE: Final = "identity_differs"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Feature:
    name: str
    printed: str
    known: str
    agree: Callable[[str, str], bool]


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
