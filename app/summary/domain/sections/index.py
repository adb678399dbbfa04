"""What leads back: the timeline in short, the papers, the cautions."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from app.casefile.domain.case_file import Entry
from app.casefile.domain.resting import resting
from app.documents.domain.document import Document
from app.records.domain.findings import LabResult, MarkerResult, Measured
from app.records.domain.kinds import KINDS
from app.summary.domain.due import due_cautions
from app.summary.domain.language import quoted
from app.summary.domain.model import Section, Statement
from app.summary.domain.page import Page, Part, section
from app.summary.domain.wording import NO_DATE, plain, readable, sentence
from app.summary.domain.writer import WITHHELD, WORDING_CHECK, Writer
from app.timeline.domain.build import event_of, record_title
from app.timeline.domain.drafts import draft_of
from app.timeline.domain.event import SourceRef, TimelineEvent
from app.timeline.domain.event_kinds import EVENT_KINDS
from app.timeline.domain.in_short import Item, Results
from app.timeline.domain.titles import measured_name

_TITLES: Final = 6
_RUN: Final = 8
"""So many dates of measured values in a row are one line, so that they don't hide what happened."""
_HASH_LENGTH: Final = 12


def timeline(page: Page) -> Section:
    """Write each event in one short line, measured values of one date together; undated ones last."""
    writer, short = page.writer("timeline"), page.views.in_short
    statements = tuple(
        statement for items in (short.items, short.undated) for statement in _lines(items, page, writer)
    )
    if not statements:
        return section("timeline", "Timeline", Part("not_found", (writer.absent("events", "Dated events"),)))
    return section("timeline", "Timeline", Part("stated", statements))


def _lines(items: Sequence[Item], page: Page, writer: Writer) -> Iterator[Statement]:
    seen: set[str] = set()
    day = page.as_of.isoformat()
    for is_run, together in groupby(items, key=lambda item: _is_past_result(item, day)):
        run = tuple(together)
        if is_run and len(run) >= _RUN:
            yield _many(run, writer)
            continue
        for item in run:
            if not isinstance(item, Results):
                yield _line(item, day, writer)
            elif len(item.entries) == 1:
                draft = draft_of(page.case_file, item.entries[0])
                yield _line(event_of(draft, is_uncertain=item.order_uncertain), day, writer)
            else:
                yield _results(item, seen, writer)


def _is_past_result(item: Item, day: str) -> bool:
    if not isinstance(item, Results) or item.date is None:
        return False
    return item.date.earliest is None or item.date.earliest <= day


def _many(run: Sequence[Item], writer: Writer) -> Statement:
    """Write the measured values of many dates with nothing between them in one line; each stands in its series."""
    results = [item for item in run if isinstance(item, Results)]
    entries = [entry for one in results for entry in one.entries]
    days = [one.date.text for one in results if one.date]
    named = Counter(map(_test, entries))
    first = ", ".join(
        f"{name} ({count})"
        for name, count in sorted(named.items(), key=lambda one: (-one[1], one[0]))[:_TITLES]
    )
    more = len(named) - _TITLES
    return writer.say(
        f"results-{days[0]}-to-{days[-1]}",
        sentence(
            f"{days[0]} to {days[-1]}: {len(entries)} results of {len(days)} dates: {first}",
            f"other tests: {more}" if more > 0 else None,
        ),
        facts={
            "kind": "results",
            "lanes": tuple(
                sorted({EVENT_KINDS[kind].lane for kind in {type(entry.record) for entry in entries}})
            ),
            "order_uncertain": any(one.order_uncertain for one in results),
            "count": len(entries),
        },
        sources=tuple([SourceRef(record_id=entry.id) for entry in entries]),
    )


def _test(entry: Entry[Measured]) -> str:
    record = entry.record
    return measured_name(record) if isinstance(record, MarkerResult | LabResult) else "result"


def _line(event: TimelineEvent, day: str, writer: Writer) -> Statement:
    when = event.date
    is_future = when is not None and when.earliest is not None and when.earliest > day
    marks = (" (order uncertain)" if event.order_uncertain else "") + (
        " (after this day)" if is_future else ""
    )
    return writer.say(
        event.id,
        sentence(f"{when.text if when else NO_DATE}: {event.title}{marks}"),
        facts={
            "event_id": event.id,
            "kind": event.kind,
            "lane": event.lane,
            "order_uncertain": event.order_uncertain,
            "future_dated": is_future,
        },
        sources=event.sources[:1],
    )


def _results(results: Results, seen: set[str], writer: Writer) -> Statement:
    """Write the measured values of one date in one line; `seen` holds the dates written before."""
    date, entries = results.date, results.entries
    when = readable(date.text) if date else NO_DATE
    about = f"results-{date.text if date else 'undated'}"
    if about in seen:  # values of another date with the same bounds stand between them
        about = f"{about}:{entries[0].id}"
    seen.add(about)
    first = "; ".join(record_title(entry.record) for entry in entries[:_TITLES])
    more = len(entries) - _TITLES
    return writer.say(
        about,
        f"{when}: {len(entries)} results: {first}{f'; and {more} more' if more > 0 else ''}.",
        facts={
            "kind": "results",
            "lanes": tuple(
                sorted({EVENT_KINDS[kind].lane for kind in {type(entry.record) for entry in entries}})
            ),
            "order_uncertain": results.order_uncertain,
            "count": len(entries),
        },
        sources=tuple([SourceRef(record_id=entry.id) for entry in entries]),
    )


def sources(page: Page) -> Section:
    """Write the index of papers, then which records rest on none."""
    writer = page.writer("sources")
    papers = tuple(_paper(document, page, writer) for document in page.case_file.documents)
    return section(
        "sources",
        "Documents and records",
        Part("stated" if papers else "not_found", papers or (writer.absent("documents", "Documents"),)),
        Part("not_found", tuple(_cited(page, writer))),
        Part("not_found", tuple(_without_paper(page, writer))),
    )


def _paper(document: Document, page: Page, writer: Writer) -> Statement:
    body, facts = document.body, document.body.facts
    unreadable = None
    if facts.readable is False:
        unreadable = f"not readable: {facts.unreadable_reason}" if facts.unreadable_reason else "not readable"
    return writer.say(
        document.id,
        sentence(
            f"{body.dated or NO_DATE}: {plain(body.kind)}" + (f", {body.title}" if body.title else ""),
            f"by {body.author}" if body.author else None,
            f"at {body.facility}" if body.facility else None,
            f"language {body.language}" if body.language else None,
            _pages(document),
            unreadable,
            "a translation" if body.translation_of else None,
            None if page.mask or not document.file_name else f"file {document.file_name}",
            f"SHA-256 {document.sha256[:_HASH_LENGTH]}",
        ),
        facts={
            "document_id": document.id,
            "kind": body.kind,
            "code": document.code,
            "dated": body.dated,
            "title": body.title,
            "language": body.language,
            "pages": facts.pages,
            "pages_stated": facts.pages_stated,
            "readable": facts.readable,
            "translation_of": body.translation_of,
            "media": document.media,
            "sha256": document.sha256,
            "file_name": document.file_name,
            "findings": document.findings,
        },
        sources=(SourceRef(document_id=document.id),),
    )


def _pages(document: Document) -> str | None:
    pages, stated = document.body.facts.pages, document.body.facts.pages_stated
    if pages is None:
        return f"{stated} pages by its own count" if stated else None
    counted = f"{pages} {'page' if pages == 1 else 'pages'}"
    return f"{counted} of {stated} by its own count" if stated and stated != pages else counted


def _cited(page: Page, writer: Writer) -> Iterator[Statement]:
    """Name the papers that records cite and that are not in the case."""
    for title, places in sorted(page.case_file.once(resting).cited.items()):
        first, place = min(places)
        ids = sorted({record_id for record_id, _ in places})
        yield writer.say(
            f"cited-{first}-{place}",
            f"Cited by {len(ids)} {'record' if len(ids) == 1 else 'records'}, not in the case: {quoted(title)}.",
            facts={"title": title, "count": len(ids)},
            sources=tuple(SourceRef(record_id=record_id, title=title) for record_id in ids),
        )


def _without_paper(page: Page, writer: Writer) -> Iterator[Statement]:
    """Say for each kind which records rest on no document of the case."""
    on_paper = page.case_file.once(resting).records
    for kind, record_type in KINDS.items():
        record_ids = [entry.id for entry in page.case_file.of(record_type) if entry.id not in on_paper]
        if record_ids:
            yield writer.say(
                f"without-paper-{kind}",
                f"{plain(kind).capitalize()}: {len(record_ids)} without a document in this case.",
                "generated",
                facts={"kind": kind, "count": len(record_ids), "record_ids": tuple(sorted(record_ids))},
            )


def cautions(page: Page, written: Sequence[Section]) -> Section:
    """Write the standing cautions, those due in this case, and how many sentences the wording check held back."""
    writer = page.writer("cautions")
    statements = [
        writer.say(one.key, one.text, "generated", facts={"requirements": one.sources})
        for one in due_cautions(page)
    ]
    held_back = sum(WITHHELD in statement.facts for one in written for statement in one.statements)
    if held_back:
        text = f"Sentences not shown because of the wording check: {held_back}."
        statements.append(writer.say(WORDING_CHECK, text, "generated", facts={"count": held_back}))
    return section("cautions", "Cautions", Part("stated", tuple(statements)))
