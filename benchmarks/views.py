"""How long completeness, timeline and summary take at growing sizes of a case, as the service builds them.

The floor is what cannot be left out: the driver's SELECT of the same rows, `json.loads` of their bodies and
`json.dumps` of the lot, in one process.
"""

import argparse
import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC

import msgspec

from app.access import service as access
from app.access.domain import Access
from app.casefile.domain.case_file import CaseFile
from app.casefile.service import load_case_file
from app.cases import service as cases
from app.cases.domain import CaseBody
from app.completeness.service import Rules, case_report, choose_checklist
from app.documents.domain.document import DocumentBody
from app.documents.storing import NewDocument, store_documents
from app.infra.database import Database
from app.infra.runtime import settle_memory
from app.records import service as records
from app.records.domain.kinds import KINDS, AnyRecord
from app.summary.domain.assemble import assemble
from app.summary.domain.encoding import encode as encode_summary
from app.summary.service import case_summary
from app.timeline.service import Window, case_series, case_timeline
from app.web.dependencies import new_id, now
from app.web.jsonroute import encode
from benchmarks.case_contents import LAST_DAY, a_long_course
from benchmarks.place import Place
from benchmarks.reporting import Benchmark, Figure, alone, interleaved, milliseconds, sizes
from benchmarks.server import KEY

AIM_RATIOS = {"building": 1.0, "summary": 2.0}
"""Of time to that of the floor, at the largest size."""
AIM_GROWTH = 1.1
"""The ratio to the floor, against that at the size before: 1 is linear, and a tenth is left to chance.

The floor is linear by its nature, and yet its own time for each record grows by a tenth from 10,000 records to 100,000,
as a processor's caches no longer hold them. What grows no more than it does is linear too.
"""
REPEATS = 9
SIZES = (100, 1_000, 10_000)
RECORDS_PER_DOCUMENT = 40
BATCH = 5_000
CHECKLIST = "progression"

SELECT = """
SELECT record_id, version, kind, body, recorded_at FROM record_versions
WHERE case_id = {} AND status = 'active' AND until_revision IS NULL ORDER BY record_id
"""

_NAMES = {"load": "loading alone", "building": "summary, building alone"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One case to be viewed, and how."""

    place: Place
    database: Database
    access: Access
    case_id: str
    count: int

    def views(self) -> Mapping[str, Callable[[], bytes]]:
        """Return each view as the bytes of its answer, loaded, built and encoded anew at each call."""
        return {
            "completeness": self._completeness,
            "timeline": self._timeline,
            "series": self._series,
            "summary": self._summary,
        }

    def floor(self) -> bytes:
        """Select the same rows by the driver alone, and read and write their bodies by the standard library."""
        connection = self.place.connect()
        statement = SELECT.format("?" if self.place.is_sqlite else "%s")
        rows = connection.execute(statement, (self.case_id,)).fetchall()
        content = json.dumps([json.loads(body) for _, _, _, body, _ in rows]).encode()
        connection.close()
        assert len(rows) == self.count
        return content

    def load(self) -> CaseFile:
        """Load the case file alone: what every view begins with."""
        with self.database.read() as session:
            case_file = load_case_file(session, self.access, self.case_id, zone=UTC)
        assert len(case_file.entries) == self.count
        return case_file

    def building(self) -> Callable[[], bytes]:
        """Load the case file once, and return what makes the summary of it and lets go of all it made, each time."""
        loaded = self.load()
        checklist = choose_checklist(loaded.case, CHECKLIST)

        def build() -> bytes:
            # A new case file of the same records, since one remembers what was asked of it.
            case_file = CaseFile(loaded.case, loaded.entries, loaded.documents)
            return encode_summary(assemble(case_file, checklist, LAST_DAY))

        return build

    def _completeness(self) -> bytes:
        with self.database.read() as session:
            case = cases.get_case(session, self.access, self.case_id)
            rules = Rules(choose_checklist(case, CHECKLIST))
            return encode(
                case_report(session, self.access, self.case_id, rules=rules, as_of=LAST_DAY, zone=UTC)
            )

    def _timeline(self) -> bytes:
        with self.database.read() as session:
            return encode(case_timeline(session, self.access, self.case_id, window=Window(), zone=UTC)[1])

    def _series(self) -> bytes:
        with self.database.read() as session:
            return encode(case_series(session, self.access, self.case_id, zone=UTC)[1])

    def _summary(self) -> bytes:
        with self.database.read() as session:
            case = cases.get_case(session, self.access, self.case_id)
            return case_summary(
                session,
                self.access,
                self.case_id,
                revision=case.revision,
                rules=Rules(choose_checklist(case, CHECKLIST)),
                as_of=LAST_DAY,
                identity="full",
                zone=UTC,
            )


def measure(place: Place, options: argparse.Namespace) -> Iterator[Figure]:
    """View cases of each size, the floor in turn with the views."""
    database = Database(place.database_url)
    before: dict[str, float] = {}
    try:
        with database.write() as session:
            access.ensure_first_key(session, wanted=KEY, make_id=new_id, now=now())
        with database.read() as session:
            reader = access.identify(session, KEY, person=None, now=now())
        for count in options.sizes:
            subject = a_subject(place, database, reader, count)
            views = subject.views()
            settle_memory()  # as a serving process does; the floor gains by it too
            shown = {"load": subject.load, "building": subject.building(), **views}
            clock = time.process_time if options.processor else time.perf_counter
            took = interleaved(
                {name: _timed(run, clock) for name, run in {"floor": subject.floor, **shown}.items()},
                repeats=options.repeats or REPEATS,
            )
            for name in shown:
                yield _figure(name, count, took, before, is_largest=count == max(options.sizes))
            before = {name: seconds / took["floor"] for name, seconds in took.items()}
    finally:
        database.dispose()


def _timed(build: Callable[[], object], clock: Callable[[], float]) -> Callable[[], float]:
    def run() -> float:
        begun = clock()
        build()
        return clock() - begun

    build()  # the first time loads tables and fills caches that a running service has
    return run


def _figure(
    name: str, count: int, took: Mapping[str, float], before: Mapping[str, float], *, is_largest: bool
) -> Figure:
    seconds, floor = took[name], took["floor"]
    ratio = seconds / floor
    growth = ratio / before[name] if name in before else None
    aim = AIM_RATIOS.get(name) if is_largest else None
    grown = "" if growth is None else f"; {growth:.2f} of the ratio at the size before"
    return Figure(
        what=f"{_NAMES.get(name, name)}, {count:,} records",
        reached=f"{milliseconds(seconds)} ({seconds / count * 1e6:.1f} µs each{grown})",
        floor=milliseconds(floor),
        ratio=f"{ratio:.2f}",
        aim="" if aim is None else f"ratio {aim:g}, growth {AIM_GROWTH:g}",
        holds=None if aim is None else ratio <= aim and (growth is None or growth <= AIM_GROWTH),
    )


def a_subject(place: Place, database: Database, who: Access, count: int) -> Subject:
    """Store a case of that many records, and of a document for each forty of them."""
    case_id = new_id()
    body = CaseBody(purposes=("progression",))
    papers = [_paper(index) for index in range(max(1, count // RECORDS_PER_DOCUMENT))]
    with database.write() as session:
        cases.open_case(session, who, case_id=case_id, body=body, now=now())
        store_documents(session, who, case_id=case_id, new=papers, now=now())
    course = [
        _record(fields) for fields in a_long_course(count, documents=tuple(paper.id for paper in papers))
    ]
    for start in range(0, count, BATCH):
        with database.write() as session:
            batch = course[start : start + BATCH]
            records.add_records(session, who, case_id=case_id, records=batch, new_id=new_id, now=now())
    return Subject(place=place, database=database, access=who, case_id=case_id, count=count)


def _record(fields: Mapping[str, object]) -> AnyRecord:
    record: AnyRecord = msgspec.json.decode(msgspec.json.encode(fields), type=KINDS[str(fields["kind"])])
    return record


def _paper(index: int) -> NewDocument:
    kinds = ("laboratory_report", "imaging_report", "oncology_note", "pathology_report", "discharge_summary")
    dated = f"20{17 + index % 9}-0{1 + index % 9}-1{index % 9}"
    return NewDocument(
        id=new_id(),
        body=DocumentBody(kind=kinds[index % len(kinds)], dated=dated, title=f"Paper {index}", language="en"),  # type: ignore[arg-type]  # of the closed list
        methods={},
        sha256=f"{index:064x}",
        size_bytes=1,
        media="pdf",
        media_type="application/pdf",
        flavour=None,
        charset=None,
        file_name=f"{index}.pdf",
        findings=(),
    )


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the sizes of the cases, and the clock."""
    parser.add_argument("--sizes", type=sizes, default=SIZES, help="views: records of each case, with commas")
    parser.add_argument(
        "--processor",
        action="store_true",
        help="views: the process's own processor time, where others work too",
    )


BENCHMARK = Benchmark(add_options=add_options, measure=measure)

if __name__ == "__main__":
    alone("views", BENCHMARK)
