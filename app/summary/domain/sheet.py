"""The summary as a page to read and print: what stands where, which link leads where; a template writes it as HTML."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Final

from app.summary.domain.cautions import CAUTIONS
from app.summary.domain.drawing.given import Given, given_of
from app.summary.domain.figures import Figure, figures_of
from app.summary.domain.language import QUOTATION
from app.summary.domain.model import Digest, DigestEntry, Section, Statement, StatementKind, Summary
from app.summary.domain.page import CASE, Page
from app.timeline.domain.event import SourceRef

SOURCES_SHOWN: Final = 6
"""Sources of one statement that stand open; further ones are folded away."""
_NO_ANCHOR: Final = re.compile(r"[^A-Za-z0-9_-]+")
KINDS: Final[Mapping[StatementKind, str]] = {
    "recorded": "recorded",
    "quoted": "quoted",
    "computed": "computed",
    "generated": "by the service",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of a sentence; quoted ones stand by themselves, in the language of their paper where it is known."""

    text: str
    is_quoted: bool = False
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One source: its short name, where it leads (None: it is not in the case), and what it is."""

    name: str
    href: str | None
    tip: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One statement on the page. `caution` is its own; `shared` are numbers of those that its section says once."""

    anchor: str
    pieces: tuple[Piece, ...]
    kind: str
    links: tuple[Link, ...]
    folded: tuple[Link, ...]
    caution: str | None
    shared: tuple[int, ...]
    lane: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One section on the page; `cautions` are those that several of its statements share, numbered from 1."""

    key: str
    title: str
    note: str | None
    cautions: tuple[str, ...]
    lines: tuple[Line, ...]
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestLine:
    """One entry of the digest, and the place on the page that says it in full."""

    anchor: str
    pieces: tuple[Piece, ...]
    is_cut: bool
    is_computed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestLeaf:
    """One part of the digest."""

    key: str
    title: str
    note: str | None
    lines: tuple[DigestLine, ...]
    more: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The whole page; `reference` is None where the patient is left out."""

    case_id: str
    reference: str | None
    revision: int
    as_of: str
    content_sha256: str
    is_masked: bool
    digest: Digest
    parts: tuple[DigestLeaf, ...]
    leaves: tuple[Leaf, ...]
    given: tuple[Given, ...]


class _Places:
    """Where the records and papers of a case are found, and the short name of each: R and D with a number."""

    def __init__(self, page: Page, base: str) -> None:
        file = page.case_file
        self._case = f"{base}/v1/cases/{file.case.id}"
        self._records = {entry.id: number for number, entry in enumerate(file.entries, start=1)}
        self._kinds = {entry.id: entry.record.kind for entry in file.entries}
        self._papers = {document.id: number for number, document in enumerate(file.documents, start=1)}
        self.languages = {document.id: document.body.language for document in file.documents}

    def link(self, source: SourceRef) -> Link:
        """Return the link to one source."""
        if source.record_id is not None:
            number = self._records.get(source.record_id)
            return Link(
                name=f"R{number}" if number else "record",
                href=f"{self._case}/records/{source.record_id}",
                tip=self._kinds.get(source.record_id, "record").replace("_", " "),
            )
        if source.document_id is not None:
            number = self._papers.get(source.document_id)
            page = f" p. {source.page}" if source.page else ""
            place = f"#page={source.page}" if source.page else ""
            return Link(
                name=f"D{number}{page}" if number else f"paper{page}",
                href=f"{self._case}/documents/{source.document_id}/content{place}",
                tip="paper",
            )
        if source.title == CASE:
            return Link(name="case", href=self._case, tip="the case as its caller described it")
        return Link(name=source.title or "quoted", href=None, tip="not in the case")

    def language(self, sources: Sequence[SourceRef]) -> str | None:
        """Return the language of the one paper that a statement rests on, None where it is not known."""
        known = {self.languages.get(source.document_id) for source in sources if source.document_id}
        return known.pop() if len(known) == 1 else None


def sheet_of(page: Page, summary: Summary, *, content_sha256: str, base: str = "") -> Sheet:
    """Lay out a summary written from a page; `base` is what stands before the paths of the API."""
    places, given = _Places(page, base), given_of(page)
    body = page.case_file.case.body
    return Sheet(
        case_id=summary.case_id,
        reference=None if page.mask else body.reference,
        revision=summary.revision,
        as_of=summary.as_of,
        content_sha256=content_sha256,
        is_masked=page.mask is not None,
        digest=summary.digest,
        parts=tuple(
            DigestLeaf(
                key=part.key,
                title=part.title,
                note=part.note,
                lines=tuple(_digest_line(entry) for entry in part.entries),
                more=part.more,
            )
            for part in summary.digest.parts
        ),
        leaves=tuple(
            _leaf(section, places, figures_of(section.key, page, given)) for section in summary.sections
        ),
        given=given,
    )


def anchor_of(statement_id: str) -> str:
    """Return the name of a statement's place on the page: its id in letters that links may hold."""
    return f"s-{_NO_ANCHOR.sub('-', statement_id)}"


def pieces_of(text: str, language: str | None = None) -> tuple[Piece, ...]:
    """Part a sentence into our words and quoted ones; put together again they are the sentence."""
    return tuple(_pieces(text, language))


def _pieces(text: str, language: str | None) -> Iterator[Piece]:
    place = 0
    for found in QUOTATION.finditer(text):
        if found.start() > place:
            yield Piece(text=text[place : found.start()])
        yield Piece(text=found.group(), is_quoted=True, language=language)
        place = found.end()
    if place < len(text):
        yield Piece(text=text[place:])


def _digest_line(entry: DigestEntry) -> DigestLine:
    return DigestLine(
        anchor=anchor_of(entry.statement_id),
        pieces=pieces_of(entry.text),
        is_cut=entry.cut,
        is_computed=entry.kind == "computed",
    )


def _leaf(section: Section, places: _Places, figures: tuple[Figure, ...]) -> Leaf:
    given = (*(one.caution for one in section.statements), *(one.caution for one in figures))
    counts = Counter(text for caution in given if caution for text in _parted(caution))
    shared = (text for text in counts if counts[text] > 1)
    numbers = {text: number for number, text in enumerate(shared, start=1)}
    return Leaf(
        key=section.key,
        title=section.title,
        note=section.note,
        cautions=tuple(numbers),
        lines=tuple(_line(statement, places, numbers) for statement in section.statements),
        figures=tuple(_captioned(figure, numbers) for figure in figures),
    )


def _parted(text: str) -> tuple[str, ...]:
    """Part a caution into a standing one that it begins with and what it adds; the standing one is said once."""
    for one in CAUTIONS.values():
        if text.startswith(f"{one.text} "):
            return one.text, text[len(one.text) + 1 :]
    return (text,)


def _placed(caution: str | None, shared: Mapping[str, int]) -> tuple[str | None, tuple[int, ...]]:
    """Return what of a caution is said here, and the numbers of what its section says once."""
    parts = _parted(caution) if caution else ()
    own = " ".join(part for part in parts if part not in shared)
    return own or None, tuple(shared[part] for part in parts if part in shared)


def _captioned(figure: Figure, shared: Mapping[str, int]) -> Figure:
    own, numbers = _placed(figure.caution, shared)
    return replace(figure, caution=own, shared=numbers)


def _line(statement: Statement, places: _Places, shared: Mapping[str, int]) -> Line:
    links = tuple(dict.fromkeys(map(places.link, statement.sources)))
    own, numbers = _placed(statement.caution, shared)
    return Line(
        anchor=anchor_of(statement.id),
        pieces=pieces_of(statement.text, places.language(statement.sources)),
        kind=KINDS[statement.kind],
        links=links[:SOURCES_SHOWN],
        folded=links[SOURCES_SHOWN:],
        caution=own,
        shared=numbers,
        lane=statement.facts.get("lane"),
    )


def links_on(sheet: Sheet) -> Iterator[Link]:
    """Yield every link of the page that leads to a source."""
    for leaf in sheet.leaves:
        for line in leaf.lines:
            yield from chain(line.links, line.folded)
