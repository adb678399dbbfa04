"""Any case at all: records of every kind with every field, drawn from the kinds' own annotations."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from annotated_types import Ge, Le
from hypothesis import strategies as st

from app.casefile.domain.case_file import CaseFile, Entry
from app.cases.domain import Cancer, Case, CaseBody, Patient
from app.documents.domain.document import Document, DocumentBody, DocumentFacts
from app.records.domain.base import Absence, DateText
from app.records.domain.kinds import KINDS, AnyRecord
from app.records.domain.part import Part
from tests.builders import a_case, a_document

WORDS = (
    "lung",
    "adenocarcinoma",
    "CEA",
    "Haemoglobin",
    "ng/mL",
    "carboplatin",
    "pembrolizumab",
    "no bleeding",
    "severe chest pain",
    "2025-11-24",
    "planned completion",
)
DATES = (
    "2024",
    "2024-05",
    "2025-11-24",
    "2025-11-24",
    "2026-01-19",
    "2026-03~",
    "2025-01/2025-03",
    "2027-01-01",
)
_DATE_FIELDS = frozenset({"deceased"})


def record_lists(texts: st.SearchStrategy[str], *, most: int = 8) -> st.SearchStrategy[list[AnyRecord]]:
    """Draw records of any kinds, each with any of its fields."""
    return st.lists(st.sampled_from(sorted(KINDS)).flatmap(lambda kind: _records(kind, texts)), max_size=most)


def documents(texts: st.SearchStrategy[str]) -> st.SearchStrategy[Document]:
    """Draw a document whose every text is one of the texts."""
    facts = st.builds(
        DocumentFacts,
        readable=st.sampled_from([None, True, False]),
        unreadable_reason=st.none() | texts,
        pages=st.sampled_from([None, 2]),
        pages_stated=st.sampled_from([None, 2, 4]),
        printed_name=st.none() | texts,
        printed_birth_date=st.none(),
        printed_sex=st.sampled_from([None, "female", "male"]),
    )
    body = st.builds(
        DocumentBody,
        kind=st.sampled_from(["imaging_report", "laboratory_report", "translation", "imaging_file", "other"]),
        title=st.none() | texts,
        dated=st.none() | st.sampled_from(DATES),
        author=st.none() | texts,
        facility=st.none() | texts,
        language=st.sampled_from([None, "en", "zh"]),
        modality=st.none() | texts,
        regions=st.lists(texts, max_size=1).map(tuple),
        facts=facts,
    )
    return st.builds(lambda body, name: a_document(body=body, file_name=name), body, st.none() | texts)


@st.composite
def case_files(
    draw: st.DrawFn, texts: st.SearchStrategy[str] | None = None, patient: Patient | None = None
) -> CaseFile:
    """Draw a case with any records and documents, some records read from some documents."""
    texts = st.sampled_from(WORDS) if texts is None else texts
    papers = [
        _numbered(document, f"document-{number}")
        for number, document in enumerate(draw(st.lists(documents(texts), max_size=3)))
    ]
    entries = tuple(
        Entry(f"record-{number:02}", 1, record, date(2026, 1, 1))
        for number, record in enumerate(draw(record_lists(texts)))
    )
    body = draw(
        st.builds(
            CaseBody,
            reference=st.none() | texts,
            patient=st.just(patient or Patient(birth_date="1961-04", sex="female")),
            cancer=st.builds(Cancer, text=st.none() | texts),
            purposes=st.sampled_from([(), ("response",), ("progression", "recurrence")]),
            question=st.none() | texts,
            languages=st.sampled_from([(), ("en",)]),
        )
    )
    return CaseFile(_case(body), entries, tuple(papers))


def _case(body: CaseBody) -> Case:
    return a_case(body=body)


def _numbered(document: Document, document_id: str) -> Document:
    return a_document(id=document_id, body=document.body, file_name=document.file_name)


@cache
def _records(kind: str, texts: st.SearchStrategy[str]) -> st.SearchStrategy[AnyRecord]:
    return _built(KINDS[kind], texts)


def _built(type_: type[Part], texts: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    hints = get_type_hints(type_, include_extras=True)
    values = {
        name: _values(hints[name], name, texts)
        for name in type_.__struct_fields__
        if hints[name] is not NoneType
    }
    return st.builds(type_, **values)


def _values(hint: Any, name: str, texts: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    if hint == DateText or name in _DATE_FIELDS:
        return st.sampled_from(DATES)
    if name == "absent":
        return st.sampled_from([{}, {"response": Absence.UNKNOWN}, {"side_effects": Absence.NONE}])
    if name == "stated":
        return st.sampled_from([None, None, None, *Absence])
    if name == "document_id":
        return st.sampled_from([None, "document-0"])
    if name == "evidence_ids":
        return st.just(())
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _annotated(hint, name, texts)
    if origin in (Union, UnionType):
        return st.one_of(*(_values(one, name, texts) for one in arguments))
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin is tuple:
        return st.lists(_values(arguments[0], name, texts), max_size=2).map(tuple)
    return _plain(hint, texts)


def _annotated(hint: Any, name: str, texts: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    inner, *marks = get_args(hint)
    bounds: list[Any] = [mark.ge for mark in marks if isinstance(mark, Ge)] or [0]
    bounds += [mark.le for mark in marks if isinstance(mark, Le)] or [100]
    if inner is int:
        return st.integers(*bounds)
    if inner is float:
        return st.floats(*bounds)
    return st.decimals(*bounds, places=1) if inner is Decimal else _values(inner, name, texts)


def _plain(hint: Any, texts: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    if issubclass(hint, Part):
        return _built(hint, texts)
    strategies: Mapping[Any, st.SearchStrategy[Any]] = {
        str: texts,
        bool: st.booleans(),
        int: st.integers(0, 100),
        Decimal: st.decimals(0, 100, places=1),
        NoneType: st.none(),
    }
    return strategies[hint]
