"""What the disease is: diagnosis and stage, pathology and biomarkers."""

from collections.abc import Iterator

from app.summary.domain.cautions import caution
from app.summary.domain.language import quoted
from app.summary.domain.model import Section, Statement
from app.summary.domain.page import CASE, Page, Part, section
from app.summary.domain.wording import told, when
from app.timeline.domain.event import SourceRef, TimelineEvent


def diagnosis(page: Page) -> Section:
    """Write the cancer in the caller's words, then every recorded diagnosis and stage."""
    return section(
        "diagnosis",
        "Diagnosis and stage",
        Part("not_found", tuple(_in_the_callers_words(page))),
        page.told("diagnosis", "diagnosis", "Diagnosis"),
        page.told("diagnosis", "stage", "Stage"),
    )


def _in_the_callers_words(page: Page) -> Iterator[Statement]:
    cancer = page.case_file.case.body.cancer
    if not cancer.text and not cancer.codes:
        return
    codes = tuple(
        {"system": code.system, "code": code.code, "display": code.display} for code in cancer.codes
    )
    named = " ".join(
        part
        for part in (
            quoted(cancer.text) if cancer.text else "",
            f"({', '.join(f'{code.system} {code.code}' for code in cancer.codes)})" if cancer.codes else "",
        )
        if part
    )
    yield page.writer("diagnosis").say(
        CASE,
        f"The case is about: {named}.",
        facts={"text": cancer.text, "codes": codes},
        sources=(SourceRef(title=CASE),),
    )


def pathology(page: Page) -> Section:
    """Write every pathology report with its conclusion, then biomarkers and tests for residual disease."""
    return section(
        "pathology", "Pathology and biomarkers", _reports(page), _biomarkers(page), _residual_disease(page)
    )


def _reports(page: Page) -> Part:
    part = page.told("pathology", "pathology_report", "Pathology report")
    conclusions = tuple(
        statement for event in page.of("pathology_report") for statement in _conclusion(page, event)
    )
    return Part(part.state, (*part.statements, *conclusions))


def _conclusion(page: Page, event: TimelineEvent) -> Iterator[Statement]:
    words = event.facts.get("conclusion")
    if words:
        yield page.writer("pathology").say(
            f"{event.id}:conclusion",
            f"Pathology report dated {_report_date(event)} states: {quoted(words)}",
            "quoted",
            facts={"conclusion": words, "event_id": event.id},
            sources=event.sources,
        )


def _report_date(event: TimelineEvent) -> str:
    return str(event.facts.get("signed_on") or event.facts.get("date") or when(event))


def _biomarkers(page: Page) -> Part:
    return page.told("pathology", "biomarker", "Biomarker results")


def _residual_disease(page: Page) -> Part:
    """Write tests for residual disease; where there are none nothing is said, since most diseases have none."""
    writer = page.writer("pathology")
    text = caution("residual_disease").text
    statements = tuple(
        writer.say(event.id, told(event), facts=event.facts, sources=event.sources, caution=text)
        for event in page.of("mrd_result")
    )
    return Part("stated" if statements else "not_found", statements)
