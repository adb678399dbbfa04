"""What several views need to know of every record of a case, found in one pass.

In one, because ten thousand records are more than a processor keeps at hand: fetching them again costs as much time as
what is done with them.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple, TypeAlias

from app.casefile.domain.case_file import CaseFile, Entry
from app.records.domain.base import Coding
from app.records.domain.findings import LabResult, MarkerResult, Measured
from app.records.domain.kinds import KINDS, AnyRecord

MEASURED: Final[tuple[type[Measured], ...]] = (MarkerResult, LabResult)
"""The kinds of which a case may hold ten thousand, on a few hundred days."""
_OTHERS: Final = tuple(kind for kind in KINDS.values() if kind not in MEASURED)

SentAs: TypeAlias = tuple[str, tuple[Coding, ...], str | None, str | None, str | None, str | None]
"""What was sent with a measured value: its name, codes, unit, specimen, laboratory and assay, each as written."""


class Survey(NamedTuple):
    """The records that name what they were read from, those with a remark, and the measured values in two indices."""

    sourced: Sequence[Entry[AnyRecord]]
    noted: Sequence[Entry[AnyRecord]]
    by_date: Mapping[str | None, Sequence[Entry[Measured]]]
    """By the date as written: markers before laboratory values, each in order of id."""
    sent_alike: Mapping[SentAs, Sequence[Entry[Measured]]]
    """In the same order."""


class Resting(NamedTuple):
    """What records rest on: papers of the case, by id; the records that rest on one; papers that are only cited."""

    papers: frozenset[str]
    records: frozenset[str]
    cited: Mapping[str, Sequence[tuple[str, int]]]
    """By title: the id of each record that cites it, with the place among the record's sources."""


def survey(case_file: CaseFile) -> Survey:
    """Look at each record of a case once; ask for it by `case_file.once`."""
    sourced: list[Entry[AnyRecord]] = []
    noted: list[Entry[AnyRecord]] = []
    by_date: defaultdict[str | None, list[Entry[Measured]]] = defaultdict(list)
    alike: defaultdict[SentAs, list[Entry[Measured]]] = defaultdict(list)
    for kind in MEASURED:
        for entry in case_file.of(kind):
            record = entry.record
            name = record.test if isinstance(record, LabResult) else record.marker  # type: ignore[attr-defined]  # one of the two
            alike[name, record.codes, record.unit, record.specimen, record.laboratory, record.assay].append(
                entry
            )
            by_date[record.date].append(entry)
            if record.sources:
                sourced.append(entry)  # type: ignore[arg-type]  # each is of a kind of record
            if record.note is not None:
                noted.append(entry)  # type: ignore[arg-type]  # as above
    for other in _OTHERS:
        for told in case_file.of(other):
            if told.record.sources:
                sourced.append(told)
            if told.record.note is not None:
                noted.append(told)
    return Survey(sourced, noted, dict(by_date), dict(alike))


def resting(case_file: CaseFile) -> Resting:
    """Find what the records of a case rest on; ask for it by `case_file.once`."""
    papers: set[str] = set()
    records: set[str] = set()
    cited: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
    for entry in case_file.once(survey).sourced:
        for place, source in enumerate(entry.record.sources):
            if source.document_id:
                papers.add(source.document_id)
                records.add(entry.id)
            elif source.title and source.document_id is None:
                cited[source.title].append((entry.id, place))
    return Resting(frozenset(papers), frozenset(records), dict(cited))
