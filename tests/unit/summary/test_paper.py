"""The summary as a page: what stands on it, that nothing in a record can act on it, and that it leaves nothing out."""

import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.casefile.domain.case_file import CaseFile
from app.cases.domain import Identifier, Patient
from app.records.domain.base import Source
from app.summary.domain.assemble import open_case
from app.summary.domain.build import write_summary
from app.summary.domain.identity import Identity
from app.summary.domain.model import Summary
from app.summary.domain.sheet import Sheet, anchor_of, links_on, pieces_of, sheet_of
from app.summary.paper import Paper, paper_of
from tests.builders import a_case, a_case_file, a_document, a_record
from tests.unit.summary.any_case import case_files
from tests.unit.summary.test_laws import A_DAY, CHECKLISTS, laws
from tests.worked_cases import LUNG, OVARY, worked_case

HASH = "0" * 64
VOID = {"meta"}
TAGS = frozenset(
    (
        *("html", "head", "meta", "title", "style", "body", "header", "main", "nav", "section", "footer"),
        *("a", "h1", "h2", "h3", "dl", "div", "dt", "dd", "bdi", "p", "ol", "ul", "li", "span", "b"),
        *("details", "summary", "figure", "figcaption", "svg", "desc", "path", "rect", "text"),
        *("table", "caption", "thead", "tbody", "tr", "th", "td"),
    )
)


class Read(HTMLParser):
    """What a browser would see of a page: its elements with their attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.texts: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.texts.append(data)

    @property
    def text(self) -> str:
        return plain("".join(self.texts))

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def plain(text: str) -> str:
    return " ".join(text.split())


def laid_out(case_file: CaseFile, identity: Identity = "full", base: str = "") -> tuple[Summary, Sheet]:
    page = open_case(case_file, CHECKLISTS["progression"], A_DAY, identity=identity)
    written = write_summary(page)
    return written, sheet_of(page, written, content_sha256=HASH, base=base)


def a_paper(case_file: CaseFile, **options: Any) -> Paper:
    return paper_of(laid_out(case_file, **options)[1])


def read(case_file: CaseFile, **options: Any) -> Read:
    return Read(a_paper(case_file, **options).html)


@laws
@given(case_files())
@example(worked_case(LUNG))
@example(worked_case(OVARY))
def test_the_page_says_every_statement_and_every_caution_of_the_summary(case_file: CaseFile) -> None:
    written, sheet = laid_out(case_file)
    text = Read(paper_of(sheet).html).text

    for section in written.sections:
        assert section.title in text
        for statement in section.statements:
            assert plain(statement.text) in text
    assert [leaf.key for leaf in sheet.leaves] == [section.key for section in written.sections]
    for leaf, section in zip(sheet.leaves, written.sections, strict=True):
        for line, statement in zip(leaf.lines, section.statements, strict=True):
            said = [*(leaf.cautions[number - 1] for number in line.shared), line.caution or ""]
            assert plain(" ".join(said)) == plain(statement.caution or "")


@laws
@given(case_files())
@example(worked_case(LUNG))
def test_the_page_leads_to_every_source_once_a_statement(case_file: CaseFile) -> None:
    written, sheet = laid_out(case_file, base="/behind")
    targets = {one.get("href") for one in Read(paper_of(sheet).html).of("a")}

    for link in links_on(sheet):
        assert link.href is None or link.href in targets
    for section in written.sections:
        for source in (one for statement in section.statements for one in statement.sources):
            if source.record_id:
                assert f"/behind/v1/cases/{case_file.case.id}/records/{source.record_id}" in targets


@laws
@given(case_files())
@example(worked_case(OVARY))
def test_every_place_is_named_once_and_every_inner_link_leads_somewhere(case_file: CaseFile) -> None:
    page = read(case_file)
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]

    assert len(ids) == len(set(ids))
    for attributes in page.of("a"):
        href = attributes.get("href") or ""
        assert not href.startswith("#") or href[1:] in ids


HOSTILE = (
    '<script>alert("x")</script>',
    '"><img src=x onerror=alert(1)>',
    "</style><style>*{display:none}</style>",
    "</title></svg><svg onload=alert(1)>",
    "javascript:alert(1)",
    "{{ 7 * 7 }}{% include 'x' %}",
    "“a <b>quotation</b>” & 'more'",
    "\u202egnirts desrever",
    "حالة المريض مستقرة",
    "W" * 200,
    "]]>--><!--",
)


@laws
@given(case_files(texts=st.sampled_from(HOSTILE)))
def test_nothing_in_a_record_becomes_part_of_the_page(case_file: CaseFile) -> None:
    page = read(case_file)

    assert {tag for tag, _ in page.elements} <= TAGS
    assert page.open == []
    assert len(page.of("style")) == 1
    for tag, attributes in page.elements:
        assert not any(name.startswith("on") or name == "style" for name in attributes), tag
        href = attributes.get("href") or "#"
        assert href.startswith(("#", "/v1/"))
    assert "49" not in page.text or "{{ 7 * 7 }}" in page.text


@laws
@given(
    case_files(
        texts=st.sampled_from(("Anna Weber", "seen with Weber, Anna", "MRN-4711", "no bleeding")),
        patient=Patient(
            name="Anna Weber",
            birth_date="1961-04-05",
            identifiers=(Identifier(system="mrn", value="MRN-4711"),),
        ),
    )
)
def test_a_page_without_identity_holds_no_name_no_identifier_and_no_birth_date(case_file: CaseFile) -> None:
    html = a_paper(case_file, identity="none").html

    for secret in ("anna", "weber", "4711", "1961-04-05"):
        assert secret not in html.casefold()


def test_the_policy_lets_nothing_load_or_run_and_only_the_pages_own_style_count() -> None:
    paper = a_paper(worked_case(LUNG))
    (style,) = re.findall(r"<style>(.*?)</style>", paper.html, re.DOTALL)
    digest = b64encode(sha256(style.encode()).digest()).decode()

    assert paper.policy.split("; ") == [
        "default-src 'none'",
        f"style-src 'sha256-{digest}'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]
    assert "<script" not in paper.html
    assert "url(" not in style


def test_no_line_of_the_page_ends_inside_a_date() -> None:
    html = a_paper(worked_case(OVARY)).html

    assert '<span class="day">2025-11-10</span>' in html
    assert '<span class="day">' not in html[html.index("<svg") : html.index("</svg>")]


def test_the_page_has_landmarks_one_main_heading_and_named_tables() -> None:
    page = read(worked_case(OVARY))

    assert page.of("html") == [{"lang": "en", "dir": "ltr"}]
    assert [len(page.of(tag)) for tag in ("header", "main", "nav", "footer", "h1")] == [1, 1, 1, 1, 1]
    assert all("aria-labelledby" in attributes for attributes in page.of("section"))
    assert len(page.of("caption")) == len(page.of("table")) > 0
    assert all(attributes.get("scope") in {"row", "col"} for attributes in page.of("th"))
    assert all(attributes.get("role") == "img" for attributes in page.of("svg"))
    assert len(page.of("svg")) == len(page.of("desc")) == 2


def test_headings_never_skip_a_level() -> None:
    levels = [int(tag[1]) for tag, _ in read(worked_case(LUNG)).elements if re.fullmatch(r"h\d", tag)]

    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_alerts_come_before_everything_else_on_the_page_and_are_raised() -> None:
    case_file = a_case_file(
        a_record("symptom", symptom="bleeding", date="2026-03-19", words="bleeding heavily")
    )
    page = read(case_file)
    classes = [attributes["class"] for attributes in page.of("section") if attributes.get("class")]

    assert classes[0] == "part alerts raised"
    assert "leaf alerts raised" in classes
    assert page.text.index("These symptoms may need urgent care") < page.text.index(
        "Question for the reviewer"
    )


def test_a_quotation_carries_the_language_of_the_paper_that_it_stands_in() -> None:
    case_file = a_case_file(
        a_document(kind="imaging_report", language="ar"),
        a_record(
            "imaging_study",
            date="2026-03-01",
            modality="CT",
            impression="كتلة أصغر",
            sources=(Source(document_id="document-001", page=2),),
        ),
    )
    page = read(case_file)
    quoted = [one for one in page.of("span") if one.get("class") == "quoted" and one.get("lang") == "ar"]

    assert quoted[0]["dir"] == "auto"
    assert "/v1/cases/case-1/documents/document-001/content#page=2" in {
        one.get("href") for one in page.of("a")
    }


def test_a_printed_page_names_its_summary_and_nothing_but_ids_gets_into_the_style() -> None:
    case_file = a_case_file(case=a_case(id='x"; } body { display: none } /*', reference="</style>"))
    html = a_paper(case_file).html
    (style,) = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)

    assert 'content: "Case x  body  display: none  , revision 1, 2026-03-20"' in style
    assert 'counter(page) " of " counter(pages)' in style


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("all ours", [("all ours", False)]),
        ("“theirs”", [("“theirs”", True)]),
        (
            "states: “a” and “b”.",
            [("states: ", False), ("“a”", True), (" and ", False), ("“b”", True), (".", False)],
        ),
        ("", []),
    ],
)
def test_a_sentence_is_parted_into_our_words_and_quoted_ones(
    text: str, pieces: list[tuple[str, bool]]
) -> None:
    assert [(piece.text, piece.is_quoted) for piece in pieces_of(text)] == pieces


def test_a_place_is_named_in_letters_that_a_link_may_hold() -> None:
    assert anchor_of("alerts/record-1:severe pain/<x>") == "s-alerts-record-1-severe-pain-x-"
