"""Reads a FHIR R4 payload: takes it apart, finds the patients, and maps each resource to what it says."""

from collections.abc import Iterator
from typing import Final

from app.imports.domain.reading import AnyItem, Options, Reading
from app.imports.readers.fhir.decode import BrokenResourceError
from app.imports.readers.fhir.graph import Entry, Graph
from app.imports.readers.fhir.making import NOT_HELD, Making, rejected, skipped
from app.imports.readers.fhir.mapping import Mappings
from app.imports.readers.fhir.payloads import message_of, payloads_of
from app.imports.readers.fhir.people import People
from app.imports.readers.fhir.resources import NOT_READ, READ
from app.imports.readers.fhir.subjects import Subjects
from app.imports.readers.fhir.unpack import unpack
from app.imports.readers.fhir.versions import passed_over

_STATING: Final = frozenset({"Observation", "DiagnosticReport", "DocumentReference"})


def read(content: bytes, options: Options) -> Reading:
    """Return what a FHIR R4 payload holds: a Bundle of any type, one resource, or one a line; plain or gzip.

    Raises:
        UnreadablePayloadError: it is no FHIR JSON, or larger than is read.
    """
    unpacked = unpack(content, options)
    graph = Graph(unpacked.parts)
    not_read = passed_over(graph)
    graph.index(not_read)
    subjects = Subjects(graph, frozenset(not_read))
    making = Making(graph, People(graph))
    entries = [
        one
        for entry in graph.entries
        if entry.index not in not_read and entry.index not in subjects.problems
        for one in (entry, *stated_within(entry))
    ]
    mappings = Mappings(making, entries)
    return Reading(
        format="fhir",
        items=tuple(_items(graph, not_read, subjects, mappings)),
        payloads=payloads_of(unpacked.bundle, graph, subjects, options),
        patients=subjects.patients,
        kind=None if unpacked.bundle is None else unpacked.bundle.type,
        message=message_of(unpacked.bundle),
    )


def _items(
    graph: Graph, not_read: dict[int, AnyItem], subjects: Subjects, mappings: Mappings
) -> Iterator[AnyItem]:
    for entry in graph.entries:
        done = not_read.get(entry.index)
        if done is not None:
            yield done
        else:
            yield from _of(entry, subjects, mappings)
            for inner in stated_within(entry):
                yield from _of(inner, subjects, mappings)


def stated_within(entry: Entry) -> Iterator[Entry]:
    """Return the contained resources that state facts of their own, such as the results within a report."""
    return (inner for inner in entry.contained.values() if inner.kind in _STATING)


def _of(entry: Entry, subjects: Subjects, mappings: Mappings) -> Iterator[AnyItem]:
    if entry.fault is not None:
        yield rejected(entry, entry.fault.detail, entry.fault.fix)
    elif not entry.kind:
        yield rejected(entry, "It has no `resourceType`.", "Send FHIR R4 resources.")
    elif entry.kind not in READ:
        yield skipped(
            entry, NOT_READ.get(entry.kind, f"Resources of the type {entry.kind} are not read."), NOT_HELD
        )
    elif entry.index in subjects.problems:
        yield rejected(
            entry, subjects.problems[entry.index], "Send it together with the patient it is about."
        )
    else:
        try:
            # What is half made when a resource turns out broken must not stay.
            made = list(mappings.read(entry))
        except BrokenResourceError as fault:
            yield rejected(entry, fault.detail, fault.fix)
        else:
            yield from made
