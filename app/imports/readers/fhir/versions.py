"""Which entries of a payload are overtaken by others of it, deleted, or no data at all."""

import re
from collections import defaultdict
from typing import Final

from app.imports.domain import moments
from app.imports.domain.fitting import place as fitted_place
from app.imports.domain.reading import AnyItem, Withdrawn
from app.imports.readers.fhir.graph import Entry, Graph
from app.imports.readers.fhir.making import rejected, skipped

_NUMBER: Final = re.compile(r"[0-9]{1,9}")
_READS: Final = frozenset({"GET", "HEAD"})


def passed_over(graph: Graph) -> dict[int, AnyItem]:
    """Return, by entry, what became of those that are not read themselves."""
    found: dict[int, AnyItem] = {}
    by_key: dict[str, list[Entry]] = defaultdict(list)
    deleted: dict[str, int] = {}
    for entry in graph.entries:
        if not entry.part.raw:
            item = _without_resource(entry, deleted)
            if item is not None:
                found[entry.index] = item
        elif _method(entry) == "PATCH":
            found[entry.index] = rejected(
                entry, "It is a patch of a resource that is not known here.", "Send the whole resource."
            )
        elif entry.key:
            by_key[entry.key].append(entry)
    for key, entries in by_key.items():
        _judge(key, entries, deleted, found)
    return found


def _method(entry: Entry) -> str | None:
    return entry.part.request.method if entry.part.request is not None else None


def _without_resource(entry: Entry, deleted: dict[str, int]) -> AnyItem | None:
    request = entry.part.request
    method = _method(entry)
    if method == "DELETE" and request is not None:
        address = (request.url or "").partition("?")
        key = _address_key(entry.part.full_url, address[0])
        if address[1] or key is None:
            return rejected(
                entry, "It deletes by a search, and does not say which resource.", "Delete by type and id."
            )
        if key in deleted:
            return skipped(entry, "The payload deletes the resource once more.")
        deleted[key] = entry.index
        return Withdrawn(place=fitted_place(entry.place), key=key, reason="The sender deleted it.")
    if method in _READS:
        return skipped(entry, "It asks for data and holds none.")
    if entry.part.fault is not None:
        return None
    return skipped(entry, "The entry holds no resource.")


def _address_key(full_url: str | None, url: str) -> str | None:
    for address in (full_url, url):
        if address and "/" in address and not address.startswith("urn:"):
            return address.partition("/_history/")[0]
    return None


def _judge(key: str, entries: list[Entry], deleted: dict[str, int], found: dict[int, AnyItem]) -> None:
    gone = deleted.get(key)
    if gone is not None:
        # A history tells the newest first; a delete behind another version was followed by it.
        if entries[0].part.is_history and entries[0].index < gone:
            found[gone] = skipped(entries[0], "A newer version of the resource follows its deletion.")
        else:
            for entry in entries:
                found[entry.index] = skipped(entry, "The payload deletes the resource.")
            return
    if len(entries) == 1:
        return
    if len({entry.part.raw for entry in entries}) == 1:
        for entry in entries[1:]:
            found[entry.index] = skipped(entry, "The same resource stands in the payload before.")
        return
    newest = _newest(entries)
    for entry in entries:
        if newest is None:
            found[entry.index] = rejected(
                entry,
                "The payload holds this resource twice, with different content and nothing that tells which is newer.",
                "Send one of them, or give each its `meta.lastUpdated`.",
            )
        elif entry is not newest:
            found[entry.index] = skipped(entry, "A newer version of the resource is in the payload.")


def _newest(entries: list[Entry]) -> Entry | None:
    if all(entry.part.is_history for entry in entries):
        ranked = sorted(entries, key=lambda entry: (_rank(entry), -entry.index))
        return ranked[-1]
    ranks = sorted((_rank(entry), entry.index) for entry in entries)
    if ranks[-1][0] == ranks[-2][0]:
        return None
    return next(entry for entry in entries if entry.index == ranks[-1][1])


def _rank(entry: Entry) -> tuple[str, int]:
    meta = getattr(entry.resource, "meta", None)
    if meta is None:
        return "", -1
    version = meta.version_id or ""
    return moments.instant(meta.last_updated) or "", int(
        version
    ) if version.isdecimal() and version.isascii() and len(version) < 10 else -1  # noqa: PLR2004 (a number, not an id)
