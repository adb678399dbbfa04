"""What changed in a report: items whose status, findings, lacking fields or evidence differ, in words and ids."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from app.completeness.domain.report import Block, ChecklistRef, Item, Report, Requirement, Status, Weights


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a case stood: at which revision, on which day, with which score."""

    revision: int
    as_of: str
    score: float | None
    weights: Weights
    ready: bool
    blocking: tuple[Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What came to a list and what left it."""

    added: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemChange:
    """One item that changed."""

    key: str
    label: str
    requirement: Requirement
    status_before: Status | None
    """Null where the item was not asked then."""
    status_now: Status | None
    """Null where the item is no longer asked."""
    findings: Difference
    lacking: Difference
    """Fields of the minimum that nothing states."""
    records: Difference
    """Ids of records that it rests on."""
    documents: Difference
    """Ids of documents that it rests on."""
    unconfirmed: Difference
    """Proposals that wait."""
    words: tuple[str, ...]
    """The same for people to read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What changed between two revisions of a case, or two days, against the same rules."""

    case_id: str
    checklist: ChecklistRef
    profile: ChecklistRef | None
    before: Standing
    now: Standing
    items: tuple[ItemChange, ...]
    """In checklist order; items that did not change are left out."""
    blocking: Difference
    """What keeps the case from being ready: keys of items, ids of conflicts and documents."""
    words: tuple[str, ...]
    """Score and readiness, for people to read."""


def changes_between(before: Report, now: Report) -> Changes:
    """Compare two reports of one case; items stand in the order of the newer one."""
    then = {item.key: item for item in before.items}
    keys = dict.fromkeys((*(item.key for item in now.items), *then))
    pairs = ((then.get(key), now.item(key)) for key in keys)
    return Changes(
        case_id=now.case_id,
        checklist=now.checklist,
        profile=now.profile,
        before=_standing(before),
        now=_standing(now),
        items=tuple(change for one, other in pairs if (change := _change(one, other)) is not None),
        blocking=_difference(_names(before.blocking), _names(now.blocking)),
        words=tuple(_whole(before, now)),
    )


def _standing(report: Report) -> Standing:
    return Standing(
        revision=report.revision,
        as_of=report.as_of,
        score=report.score,
        weights=report.weights,
        ready=report.ready,
        blocking=report.blocking,
    )


def _names(blocking: tuple[Block, ...]) -> list[str]:
    return [block.item or block.conflict or block.document_id or block.reason for block in blocking]


def _difference(before: Sequence[str], now: Sequence[str]) -> Difference:
    return Difference(
        added=tuple(one for one in now if one not in before),
        removed=tuple(one for one in before if one not in now),
    )


def _change(before: Item | None, now: Item | None) -> ItemChange | None:
    newer = now or before
    if newer is None:
        return None
    parts = {
        "findings": _difference(_findings(before), _findings(now)),
        "lacking": _difference(before.lacking if before else (), now.lacking if now else ()),
        "records": _difference(_records(before), _records(now)),
        "documents": _difference(_documents(before), _documents(now)),
        "unconfirmed": _difference(before.unconfirmed if before else (), now.unconfirmed if now else ()),
    }
    status_before, status_now = before.status if before else None, now.status if now else None
    if status_before == status_now and not any(one.added or one.removed for one in parts.values()):
        return None
    return ItemChange(
        key=newer.key,
        label=newer.label,
        requirement=newer.requirement,
        status_before=status_before,
        status_now=status_now,
        **parts,
        words=tuple(_words(status_before, status_now, parts)),
    )


def _findings(item: Item | None) -> tuple[str, ...]:
    """Return the findings beside the status itself, which is told by itself."""
    return tuple(code for code in item.findings if code != item.status) if item else ()


def _records(item: Item | None) -> list[str]:
    return [one.record_id for one in item.evidence if one.record_id] if item else []


def _documents(item: Item | None) -> list[str]:
    return [one.document_id for one in item.evidence if one.document_id] if item else []


def _words(before: Status | None, now: Status | None, parts: dict[str, Difference]) -> Iterator[str]:
    if before != now:
        yield f"Was {_plain(before)}, is {_plain(now)}."
    for name, added, removed in _TOLD_BY_NAME:
        if parts[name].added:
            yield f"{added}: {_list(parts[name].added)}."
        if parts[name].removed:
            yield f"{removed}: {_list(parts[name].removed)}."
    for name, one in _TOLD_BY_NUMBER:
        if parts[name].added:
            yield f"{_count(len(parts[name].added), one)} counted now and not before."
        if parts[name].removed:
            yield f"{_count(len(parts[name].removed), one)} counted before and not now."


_TOLD_BY_NAME: Final = (
    ("lacking", "Now lacking", "No longer lacking"),
    ("findings", "Found", "No longer found"),
)
_TOLD_BY_NUMBER: Final = (("records", "record"), ("documents", "document"), ("unconfirmed", "proposal"))


def _whole(before: Report, now: Report) -> Iterator[str]:
    if before.score != now.score:
        yield f"Score {_score(before.score)}, now {_score(now.score)}."
    if before.ready != now.ready:
        yield "Is ready now." if now.ready else "Is no longer ready."


def _score(score: float | None) -> str:
    return "none" if score is None else f"{score:g}"


def _plain(status: Status | None) -> str:
    return "not asked" if status is None else status.replace("_", " ")


def _list(names: tuple[str, ...]) -> str:
    return ", ".join(name.replace("_", " ") for name in names)


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
