"""Needs and what they must state, read from a checklist file."""

from collections.abc import Callable, Mapping
from typing import Final, Literal

from app.cases.domain import CaseBody
from app.completeness.checklists.conditions import (
    check_date_field,
    check_field,
    maybe,
    read_condition,
    read_document_kinds,
    read_kind,
    read_test,
)
from app.completeness.checklists.located import Located
from app.completeness.domain.needs import (
    Content,
    Documents,
    Each,
    Earlier,
    Files,
    Flag,
    Minimum,
    Need,
    Newest,
    One,
    Panel,
    Selection,
    Series,
    TestResults,
    Together,
    Way,
)
from app.completeness.domain.rules import RecordKind
from app.documents.domain.media_types import MediaType
from app.records.domain.base import Absence
from app.records.domain.disease import Biomarker
from app.records.domain.kinds import KINDS
from app.values.catalogue import LABS

_SELECTION: Final = frozenset({"kind", "where", "aged_by", "accepts", "current_until"})
_CONTENT: Final = frozenset({"minimum", "noted"})
_FIELD: Final = frozenset({"any", "accepts", "of", "when", "unless", "given", "finding"})
_WAY: Final = frozenset({"field", "is", "is_not", "where"})
NAME: Final = r"[a-z][a-z0-9_]{0,59}"
NAME_WANTED: Final = "a key is up to 60 small letters, digits and underlines"
_ABSENCES: Final = {absence.value: absence for absence in Absence}
_EVENTS: Final = {"progression": "progression", "treatment_change": "treatment_change"}


def read_need(at: Located) -> Need:
    """Read a need: one key that says which."""
    name, value = at.only()
    if name not in NEEDS:
        raise value.fail(f"write one of: {', '.join(sorted(NEEDS))}")
    return NEEDS[name](value)


def read_flag(at: Located) -> Flag:
    """Read a flag."""
    at.mapping(_SELECTION | {"finding", "before"})
    return Flag(
        _must(at, "finding").name(NAME, NAME_WANTED), _selection(at), _must(at, "before").one_of(_EVENTS)
    )


def _must(at: Located, key: str) -> Located:
    parts = at.mapping()
    if key not in parts:
        raise at.fail(f"`{key}` is lacking")
    return parts[key]


def _selection(at: Located) -> Selection:
    parts = at.mapping()
    kind = read_kind(_must(at, "kind"))
    aged_by = parts["aged_by"].texts() if "aged_by" in parts else ("date",)
    for field in aged_by:
        check_date_field(field, kind, parts.get("aged_by", at))
    until = parts.get("current_until")
    return Selection(
        kind=kind,
        test=maybe(parts, "where", lambda where: read_test(where, kind)),
        aged_by=aged_by,
        accepts=_absences(parts.get("accepts")),
        current_until=check_date_field(until.text(), kind, until) if until else None,
    )


def _absences(at: Located | None) -> frozenset[Absence]:
    return frozenset(item.one_of(_ABSENCES) for item in at.items()) if at else frozenset()


def _content(at: Located, kind: RecordKind | None) -> Content:
    parts = at.mapping()
    return Content(
        minimum=_fields(_must(at, "minimum"), kind),
        noted=_fields(parts["noted"], kind) if "noted" in parts else (),
    )


def _fields(at: Located, kind: RecordKind | None) -> tuple[Minimum, ...]:
    return tuple(_field(name, value, kind) for name, value in at.mapping().items())


def _field(name: str, at: Located, kind: RecordKind | None) -> Minimum:
    """Read a field: the ways to state it, or a mapping of `any` (the ways) and what limits it."""
    if not isinstance(at.value, dict):
        return Minimum(name, tuple(_way(item, kind) for item in at.items()))
    parts = at.mapping(_FIELD)
    return Minimum(
        name,
        tuple(_way(item, kind) for item in _must(at, "any").items()),
        accepts=_absences(parts.get("accepts")),
        of=maybe(parts, "of", lambda test: read_test(test, kind or _no_kind(test))),
        when=maybe(parts, "when", read_condition),
        unless=maybe(parts, "unless", read_condition),
        given=maybe(parts, "given", read_condition),
        finding=parts["finding"].name(NAME, NAME_WANTED) if "finding" in parts else None,
    )


def _no_kind(at: Located) -> RecordKind:
    raise at.fail("write the test under the way: `{field: kind.field, where: ...}`")


def _way(at: Located, kind: RecordKind | None) -> Way:
    """Read a way: `field`, `kind.field` where several kinds count, or a mapping of it and what limits it."""
    if not isinstance(at.value, dict):
        own, field = _place(at, kind)
        return Way(field, own if kind is None else None)
    parts = at.mapping(_WAY)
    own, field = _place(_must(at, "field"), kind)
    tested = own if kind is None else kind
    return Way(
        field,
        own if kind is None else None,
        values=tuple(item.scalar() for item in parts["is"].items()) if "is" in parts else (),
        but_not=tuple(item.scalar() for item in parts["is_not"].items()) if "is_not" in parts else (),
        test=maybe(parts, "where", lambda test: read_test(test, _tested(tested, test))),
    )


def _place(at: Located, kind: RecordKind | None) -> tuple[RecordKind | Literal["case"] | None, str]:
    text = at.text()
    if kind is not None:
        return None, check_field(text, kind, at)
    name, dot, field = text.partition(".")
    if not dot or (name not in KINDS and name != "case"):
        raise at.fail("write `kind.field`, or `case.field` for the case itself")
    if name == "case":
        return "case", check_field(field, CaseBody, at)
    return KINDS[name], check_field(field, KINDS[name], at)


def _tested(kind: RecordKind | Literal["case"] | None, at: Located) -> RecordKind:
    if isinstance(kind, type):
        return kind
    raise at.fail("the case itself has no tests")


def _one(at: Located) -> Need:
    at.mapping(_SELECTION | _CONTENT)
    of = _selection(at)
    return One(of, _content(at, of.kind))


def _each(at: Located) -> Need:
    parts = at.mapping(_SELECTION | _CONTENT | {"newest_within_days"})
    of = _selection(at)
    return Each(of, _content(at, of.kind), maybe(parts, "newest_within_days", Located.number))


def _together(at: Located) -> Need:
    at.mapping(_CONTENT)
    return Together(_content(at, None))


def _newest(at: Located) -> Need:
    parts = at.mapping(_SELECTION | _CONTENT | {"images"})
    of = _selection(at)
    content = _content(at, of.kind)
    if "images" not in parts:
        return Newest(of, content)
    images = parts["images"].mapping(frozenset({"files", "within_days", "report"}))
    names = {field.name: field.name for field in content.minimum}
    for name in _must(parts["images"], "report").items():
        name.one_of(names)
    return Newest(
        of,
        content,
        read_document_kinds(_must(parts["images"], "files")),
        _must(parts["images"], "within_days").number(),
        images["report"].texts(),
    )


def _earlier(at: Located) -> Need:
    parts = at.mapping(_SELECTION | {"count", "images"})
    count = parts["count"].number(1) if "count" in parts else 1
    if "images" not in parts:
        return Earlier(_selection(at), count)
    images = parts["images"]
    images.mapping(frozenset({"files", "within_days"}))
    return Earlier(
        _selection(at),
        count,
        read_document_kinds(_must(images, "files")),
        _must(images, "within_days").number(),
    )


def _files(at: Located) -> Need:
    parts = at.mapping(frozenset({"files", "of", "reports", "within_days", "media"}))
    of = _must(at, "of")
    of.mapping(_SELECTION)
    return Files(
        read_document_kinds(_must(at, "files")),
        _selection(of),
        read_document_kinds(_must(at, "reports")),
        _must(at, "within_days").number(),
        read_media(parts["media"]) if "media" in parts else frozenset(),
    )


_MEDIA: Final = {media.value: media.value for media in MediaType}


def read_media(at: Located) -> frozenset[str]:
    """Read names of file types, such as `dicom`."""
    return frozenset(item.one_of(_MEDIA) for item in at.items())


def _documents(at: Located) -> Need:
    parts = at.mapping(frozenset({"kinds", "count"}))
    count = parts["count"].number(1) if "count" in parts else 1
    return Documents(read_document_kinds(_must(at, "kinds")), count)


def _panel(at: Located) -> Need:
    groups = []
    for name, tests in at.mapping().items():
        for test in tests.items():
            test.one_of(LABS.by_key)
        groups.append((name, tests.texts()))
    return Panel(tuple(groups))


def _series(at: Located) -> Need:
    at.mapping(frozenset({"values"}))
    return Series(_must(at, "values").number(1))


def _test_results(at: Located) -> Need:
    at.mapping(_CONTENT | {"listed_only"})
    return TestResults(_content(at, Biomarker), _must(at, "listed_only").texts())


NEEDS: Final[Mapping[str, Callable[[Located], Need]]] = {
    "one": _one,
    "each": _each,
    "together": _together,
    "newest": _newest,
    "earlier": _earlier,
    "files": _files,
    "documents": _documents,
    "panel": _panel,
    "series": _series,
    "test_results": _test_results,
}
