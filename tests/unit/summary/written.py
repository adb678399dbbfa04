"""Summaries as tests read them: a section's sentences by what they are about."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.cases.domain import Case
from app.completeness.domain.library import load_checklists
from app.documents.domain.document import Document
from app.proposals.domain import RecordContent
from app.records.domain.kinds import AnyRecord
from app.summary.domain.assemble import assemble
from app.summary.domain.identity import Identity
from app.summary.domain.model import Section, SectionKey, Statement, Summary
from tests.builders import A_DAY, a_case_file


def a_summary(
    *contents: AnyRecord | Document | RecordContent,
    case: Case | None = None,
    checklist: str = "response",
    as_of: date = A_DAY,
    identity: Identity = "full",
) -> Summary:
    """Return the summary of a case with just these records, documents and proposals."""
    return assemble(a_case_file(*contents, case=case), load_checklists()[checklist], as_of, identity=identity)


def a_section(key: SectionKey, *contents: AnyRecord | Document | RecordContent, **options: Any) -> Section:
    """Return one section of such a summary."""
    return a_summary(*contents, **options).section(key)


def by_about(section: Section) -> Mapping[str, Statement]:
    """Return the statements of a section by what they are about: the rest of their ids."""
    return {statement.id.partition("/")[2]: statement for statement in section.statements}


def sentences(section: Section) -> Mapping[str, str]:
    """Return the sentences of a section by what they are about."""
    return {about: statement.text for about, statement in by_about(section).items()}
