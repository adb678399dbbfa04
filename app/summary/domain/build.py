"""The ordered case summary: every section, in one order, from the answers of the views below."""

from collections.abc import Callable
from datetime import date
from typing import Final

from app.casefile.domain.case_file import CaseFile
from app.summary.domain.digest import digest_of
from app.summary.domain.identity import Identity, mask_of
from app.summary.domain.model import SCHEMA, Section, Summary
from app.summary.domain.page import Page, open_page
from app.summary.domain.sections.disagreements import conflicts
from app.summary.domain.sections.disease import diagnosis, pathology
from app.summary.domain.sections.evidence import labs, response
from app.summary.domain.sections.index import cautions, sources, timeline
from app.summary.domain.sections.open import gaps, questions
from app.summary.domain.sections.opening import alerts, question
from app.summary.domain.sections.patient import patient
from app.summary.domain.sections.reported import computed, status
from app.summary.domain.sections.state import complications, symptoms
from app.summary.domain.sections.treatment import treatment
from app.summary.domain.views import Views

SECTIONS: Final[tuple[Callable[[Page], Section], ...]] = (
    alerts,
    question,
    patient,
    diagnosis,
    pathology,
    treatment,
    response,
    labs,
    symptoms,
    complications,
    status,
    computed,
    conflicts,
    gaps,
    questions,
    timeline,
    sources,
)
"""Every section but the last, in order; cautions follow, since they speak of what was written."""


def build_summary(case_file: CaseFile, as_of: date, views: Views, *, identity: Identity = "full") -> Summary:
    """Put a case's answers in order, every statement with its sources.

    `views` are of the same case file and day. `none` leaves name, identifiers and birth date out of every text and
    fact. The same inputs give the same summary, whatever the order of the records.

    Source: design.md, the answers' shapes; clinical.md section 4, one-page order.
    """
    return write_summary(page_of(case_file, as_of, views, identity=identity))


def page_of(case_file: CaseFile, as_of: date, views: Views, *, identity: Identity = "full") -> Page:
    """Open the page that a summary is written from, and drawn from."""
    return open_page(case_file, as_of, views, None if identity == "full" else mask_of(case_file))


def write_summary(page: Page) -> Summary:
    """Write every section of a page, then the digest of them."""
    case = page.case_file.case
    written = tuple(write(page) for write in SECTIONS)
    sections = (*written, cautions(page, written))
    return Summary(
        schema=SCHEMA,
        case_id=case.id,
        revision=case.revision,
        as_of=page.as_of.isoformat(),
        sections=sections,
        digest=digest_of(page, sections),
    )
