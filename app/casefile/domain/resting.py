"""What the records of a case rest on."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from app.casefile.domain.case_file import CaseFile


class Resting(NamedTuple):
    """What records rest on: papers of the case, by id; the records that rest on one; papers that are only cited."""

    papers: frozenset[str]
    records: frozenset[str]
    cited: Mapping[str, Sequence[tuple[str, int]]]
    """By title: the id of each record that cites it, with the place among the record's sources."""


def resting(case_file: CaseFile) -> Resting:
    """Find what the records of a case rest on; ask for it by `case_file.once`."""
    papers: set[str] = set()
    records: set[str] = set()
    cited: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
    for entry in case_file.entries:
        for place, source in enumerate(entry.record.sources):
            if source.document_id:
                papers.add(source.document_id)
                records.add(entry.id)
            elif source.title and source.document_id is None:
                cited[source.title].append((entry.id, place))
    return Resting(frozenset(papers), frozenset(records), dict(cited))
