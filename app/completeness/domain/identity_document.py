"""Papers held against the identity document, where a destination wants name and birth date as they stand on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from app.casefile.domain.case_file import CaseFile
from app.completeness.domain.findings import IDENTITY_NOT_AS_ON_DOCUMENT, IDENTITY_UNCHECKED
from app.completeness.domain.record_tests import words_of
from app.documents.domain.document import Document
from app.values.dates import PartialDate

_IDENTITY: Final = "identity"


@dataclass(frozen=True, slots=True)
class _Person:
    """Who a paper is about: the words of a name without case and accents, and a birth date as written."""

    name: frozenset[str]
    born: str | None


def unlike_identity(case_file: CaseFile) -> Mapping[str, str]:
    """Return the papers that don't show name and birth date as on the identity document, each with its finding.

    Where the case has no identity document that states them, what the case says of the patient stands for it. A paper
    of which nobody stated what is printed on it is `identity_unchecked`, and so is every paper while there is nothing
    to compare with. Initials and other spellings differ: this is about papers, not about who the patient is.

    Source: clinical.md section 1.2, `admin` (an intake that demands an ID-matching name and birth date).
    """
    known = _known(case_file)
    findings = (
        (document.id, _finding(_printed(document), known))
        for document in case_file.documents
        if document.body.kind != _IDENTITY
    )
    return {document_id: finding for document_id, finding in findings if finding is not None}


def _known(case_file: CaseFile) -> _Person:
    patient = case_file.case.body.patient
    papers = [_printed(document) for document in case_file.documents if document.body.kind == _IDENTITY]
    return _Person(
        next((one.name for one in papers if one.name), frozenset(words_of(patient.name or ""))),
        next((one.born for one in papers if one.born), _date(patient.birth_date)),
    )


def _printed(document: Document) -> _Person:
    facts = document.body.facts
    return _Person(frozenset(words_of(facts.printed_name or "")), _date(facts.printed_birth_date))


def _date(text: str | None) -> str | None:
    return PartialDate.parse(text).text if text else None


def _finding(printed: _Person, known: _Person) -> str | None:
    pairs = ((printed.name, known.name), (printed.born, known.born))
    if any(one and other and one != other for one, other in pairs):
        return IDENTITY_NOT_AS_ON_DOCUMENT
    return None if all(one and other for one, other in pairs) else IDENTITY_UNCHECKED
