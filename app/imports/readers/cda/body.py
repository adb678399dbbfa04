"""Goes through the sections of a body, and through their entries and words."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from app.imports.domain.fitting import Remarks, text, word
from app.imports.domain.reading import AnyItem, FoundRecord, NotUsed
from app.imports.readers.cda.context import Doc, Spot
from app.imports.readers.cda.narrative import title_of, written
from app.imports.readers.cda.notes import text_document
from app.imports.readers.cda.other import read_entry, wishes
from app.imports.readers.cda.people import Author, first_author
from app.imports.readers.cda.reports import Report, report_items, report_of
from app.imports.readers.cda.rules import Rule, handler_of, rule_of, section_code
from app.imports.readers.cda.statements import STATEMENTS, statement_in
from app.imports.readers.cda.tree import Node, child, children, name_of
from app.imports.readers.cda.unsaid import nothing_said, stated_none
from app.records.domain.course import Symptom
from app.records.domain.statements import Opinion

_NAMED_MOST: Final = 20
_DEEPEST: Final = 20
"""Sections nest a few deep in practice; what lies deeper is named, not read."""


@dataclass(slots=True, kw_only=True)
class _Gathered:
    """The words of one author, gathered from the sections that say what was thought and planned."""

    spot: Spot
    author: Author | None
    index: int
    """Where in the items the opinion belongs."""
    said: dict[str, list[str]] = field(default_factory=dict)
    places: list[str] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Body:
    """A body, a section or an entry to go through."""

    doc: Doc
    node: Node
    place: str
    items: list[AnyItem] = field(default_factory=list)
    gathered: dict[str, _Gathered] = field(default_factory=dict)
    report: Report = field(default_factory=Report)


def body_items(body: Body) -> Iterator[AnyItem]:
    """Yield everything that a body holds, in its order."""
    body.report.sort = report_of(body.doc.header)
    _go_through(body)
    if not body.items and not body.gathered and not body.report.parts:
        body.items.append(
            Spot(doc=body.doc, node=body.node, place=body.place).skipped(
                "There is no section in it.", "Send the document with its sections."
            )
        )
    front = list(report_items(body.report, body.doc))
    late: dict[int, list[AnyItem]] = {}
    for one in body.gathered.values():
        late.setdefault(one.index, []).extend(_opinion(one))
    yield from front
    for index, item in enumerate(body.items):
        yield from late.pop(index, ())
        yield item
    for left in late.values():
        yield from left


def _go_through(body: Body) -> None:
    name = name_of(body.node)
    author = body.doc.header.author
    if name == "structuredBody":
        _components(body, children(body.node, "component"), body.place, author, 0)
    elif name == "section":
        _section(body, body.node, body.place, author, 0)
    elif name == "component":
        structured = child(body.node, "structuredBody")
        if structured is not None:
            _components(body, children(structured, "component"), f"{body.place}/structuredBody", author, 0)
        else:
            _in_component(body, body.node, body.place, author, 0)
    elif name == "entry":
        _entry(body, Spot(doc=body.doc, node=body.node, place=body.place, author=author))
    elif name in STATEMENTS:
        spot = Spot(doc=body.doc, node=body.node, place=body.place, author=author)
        body.items.extend(read_entry(spot, handler_of(spot.templates) or "other"))


def _components(
    body: Body, components: Iterable[Node], place: str, author: Author | None, depth: int
) -> None:
    for index, component in enumerate(components, 1):
        _in_component(body, component, f"{place}/component[{index}]", author, depth)


def _in_component(body: Body, component: Node, place: str, author: Author | None, depth: int) -> None:
    for section in children(component, "section"):
        _section(body, section, f"{place}/section", author, depth)


def _section(body: Body, section: Node, place: str, author: Author | None, depth: int) -> None:
    spot = Spot(doc=body.doc, node=section, place=place, author=author)
    if depth > _DEEPEST:
        body.items.append(
            spot.rejected("Sections are nested too deeply here.", "Send it less deeply nested.")
        )
        return
    code = section_code(spot.first("code"), spot.templates)
    rule = rule_of(code)
    own = first_author(spot.all("author"), body.doc.header.people, body.doc.narrative) or author
    spot.section, spot.author = code, own
    before = len(body.items)
    has_entries = False
    has_notes = False
    for index, entry in enumerate(spot.all("entry"), 1):
        has_entries = True
        has_notes = _entry(body, spot.to(entry, f"entry[{index}]")) == "note" or has_notes
    if not has_notes:  # the notes are the section's words
        _words(body, spot, rule, has_entries=has_entries, items=body.items[before:])
    if len(body.items) == before and not _is_kept(body, place):
        body.items.append(spot.skipped("The section is empty.", "Send it with its words or entries."))
    _components(body, spot.all("component"), place, own, depth + 1)


def _is_kept(body: Body, place: str) -> bool:
    return place in body.report.places or any(place in one.places for one in body.gathered.values())


def _entry(body: Body, entry: Spot) -> str | None:
    """Read one entry, and return what its templates call it; the spot's section and author are its section's."""
    statement = statement_in(entry.node)
    if statement is None:
        body.items.append(entry.skipped("The entry is empty.", "Send it with its statement."))
        return None
    spot = entry.to(statement, name_of(statement))
    rule = rule_of(entry.section)
    by_section = rule.entries
    # A report's parts belong to it whatever template they follow, except the facts of others that it mentions.
    known = handler_of(spot.templates)
    handler = known if by_section not in {"complication", "none", "imaging_part"} else None
    if (by_section == "procedure_part" and handler != "problem") or by_section == "device":
        handler = by_section
    if statement.get("nullFlavor") in {"NI", "NA"} and not spot.all("entryRelationship"):
        body.items.append(spot.skipped("The sender gives no information here."))
        return known
    if spot.step == "observationMedia":
        handler = "other"
    elif by_section == "none":
        body.items.append(spot.skipped(rule.why or "It is not of use here."))
        return known
    body.items.extend(read_entry(spot, handler or by_section))
    if by_section in {"complication", "imaging_part"}:
        body.report.add_entry(by_section, spot)
    return known


def _words(body: Body, spot: Spot, rule: Rule, *, has_entries: bool, items: list[AnyItem]) -> None:
    """Make of a section's narrative what its rule says."""
    if has_entries and rule.words == "none":
        return
    if has_entries and rule.words == "entries" and not _failed(items):
        return  # where the entries could be read, they say it; visits, say, are left out with their reason
    words = written(spot.first("text"))
    if words is None:
        return
    title = title_of(spot.first("title"), spot.first("code"))
    if nothing_said(words) or (spot.node.get("nullFlavor") and not has_entries):
        if not has_entries:
            body.items.append(spot.skipped("The section says that there is no information."))
        return
    if rule.words == "none":
        body.items.append(spot.skipped(rule.why or "It is not of use here."))
    elif rule.words == "entries":
        _unstructured(body, spot, rule, title, words)
    else:
        _told(body, spot, rule, title, words)


def _failed(items: Iterable[AnyItem]) -> bool:
    """Tell whether an entry of a section was broken, and none gave a record."""
    if any(isinstance(item, FoundRecord) for item in items):
        return False
    return any(isinstance(item, NotUsed) and item.outcome == "rejected" for item in items)


def _told(body: Body, spot: Spot, rule: Rule, title: str | None, words: str) -> None:
    match rule.words:
        case "symptom":
            body.items.append(_complaint(spot, words))
        case "goals":
            body.items.append(wishes(spot, title, words))
        case "procedure" | "imaging":
            if not body.report.add(rule.words, spot, title, words):
                _gather(body, spot, "statement", title, words)
        case "statement" | "question" if body.report.add("imaging", spot, title, words):
            pass
        case _:
            _gather(body, spot, rule.words, title, words)


def _unstructured(body: Body, spot: Spot, rule: Rule, title: str | None, words: str) -> None:
    none = stated_none(rule.stated, words, spot) if rule.stated else None
    if none is not None:
        body.items.append(none)
    elif not (rule.part and body.report.add(rule.part, spot, title, words)):
        _gather(body, spot, "statement", title, words)


def _complaint(spot: Spot, words: str) -> AnyItem:
    remarks = Remarks()
    said = text(words, remarks, "complaint")
    return spot.found(
        Symptom(
            kind="symptom",
            origin="cda",
            words=said,
            date=spot.doc.header.date,
            asserted_by="patient_caregiver",
        ),
        remarks,
        words=words,
        key=spot.doc.key(spot.doc.header.identity, "complaint"),
    )


def _gather(body: Body, spot: Spot, use: str, title: str | None, words: str) -> None:
    name = (spot.author.name if spot.author else None) or ""
    one = body.gathered.get(name)
    if one is None:
        one = body.gathered[name] = _Gathered(spot=spot, author=spot.author, index=len(body.items))
    one.places.append(spot.place)
    one.said.setdefault(use, []).append(f"{title}\n{words}" if title else words)


def _listed(places: list[str]) -> str:
    named = [one.removeprefix("/ClinicalDocument/component/structuredBody/") for one in places[:_NAMED_MOST]]
    more = len(places) - len(named)
    return ", ".join(named) + (f" and {more} more" if more else "")


def _opinion(one: _Gathered) -> Iterator[AnyItem]:
    """Return what one author wrote as one opinion; what is too long for it as a document."""
    doc, author = one.spot.doc, one.author
    header = doc.header
    remarks = Remarks()
    said: dict[str, str] = {}
    key = doc.key(header.identity or header.id or "part", "opinion", (author.name if author else None) or "")
    for use, parts in one.said.items():
        words = "\n\n".join(parts)
        kept = text(words, Remarks(), use)
        if kept is None:
            yield text_document(one.spot, words, code=header.code, title=header.title, key=f"{key}:{use}")
        else:
            said[use] = kept
    if len(one.places) > 1:
        remarks.add(f"It gathers the words of the sections at {_listed(one.places)}.")
    if not said:
        return
    yield one.spot.found(
        Opinion(
            kind="opinion",
            origin="cda",
            date=header.date,
            author=word(author.name if author else None, remarks, "author"),
            asserted_by=author.stands if author else None,
            role=word(author.role if author else None, remarks, "role"),
            institution=word(
                (author.organisation if author else None) or header.custodian, remarks, "institution"
            ),
            statement=said.get("statement"),
            plan=said.get("plan"),
            question=said.get("question"),
            codes=(),
        ),
        remarks,
        words="\n\n".join(said.values()),
        key=key,
    )
