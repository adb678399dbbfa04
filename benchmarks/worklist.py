"""How long the worklist takes for a thousand cases: again, after a write, an update, as days pass, and worked out anew.

The floor is the driver's SELECT of the same rows and `json.loads` of their bodies, in one process.
"""

import argparse
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from itertools import islice

import msgspec

from app.access import service as access
from app.access.domain import Access
from app.cases import service as cases
from app.cases.domain import CaseBody
from app.infra.database import Database
from app.infra.runtime import settle_memory
from app.records import service as records
from app.records.domain.kinds import KINDS, AnyRecord
from app.web.dependencies import new_id, now
from app.web.jsonroute import encode
from app.worklist.domain.order import Filters, listed
from app.worklist.preparing import REST, Preparing
from app.worklist.schemas import WorklistPage
from app.worklist.service import list_heads, worklist
from benchmarks.case_contents import a_long_course
from benchmarks.place import Place
from benchmarks.reporting import Benchmark, Figure, alone, interleaved, milliseconds
from benchmarks.server import KEY

CASES = 1_000
RECORDS = 60
REPEATS = 9
AIM_SECONDS = 0.5
DAY = date(2017, 9, 20)
"""A day soon after the last of the sixty records, so that days count as they do in a case that somebody works on."""
LAST_OF_YEAR = date(2017, 12, 31)
"""Nothing that is worked out holds beyond a year's end, so that on the next day all of it is out of date at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """An organisation's cases, and how its worklist is read."""

    place: Place
    database: Database
    access: Access
    case_ids: tuple[str, ...]

    def read(self, as_of: date) -> bytes:
        """Read the first page, as the endpoint answers it."""
        with self.database.read() as session:
            heads = list_heads(session, self.access, reference=None, purpose=None, words=None)
            rows = worklist(self.database, session, self.access, heads, as_of=as_of, today=as_of, zone=UTC)
        assert len(rows) == len(self.case_ids)
        page = tuple(listed(rows, Filters(), after=None, limit=50)[:50])
        return encode(WorklistPage(as_of=as_of.isoformat(), items=page, next_cursor=None))

    def write(self, index: int) -> None:
        """Add one record to a case."""
        symptom = {"kind": "symptom", "symptom": "cough", "date": DAY.isoformat(), "trend": "stable"}
        _add(self.database, self.access, self.case_ids[index % len(self.case_ids)], [_record(symptom)])

    def forget(self) -> None:
        """Forget what is kept."""
        connection = self.place.connect()
        connection.execute("DELETE FROM worklist_rows")
        connection.close()

    def prepare(self, day: date, *, today: date) -> None:
        """Prepare a day as the service does in the background, resting in between."""
        since = time.monotonic()
        for _ in Preparing(self.database, UTC).run(day, today=today):
            time.sleep(REST * (time.monotonic() - since))
            since = time.monotonic()

    def floor(self) -> float:
        """Read the kept rows by the driver alone."""
        connection = self.place.connect()
        begun = time.perf_counter()
        rows = connection.execute("SELECT case_id, revision, body FROM worklist_rows").fetchall()
        for _, _, body in rows:
            json.loads(body)
        took = time.perf_counter() - begun
        connection.close()
        return took


def measure(place: Place, options: argparse.Namespace) -> Iterator[Figure]:
    """Read the worklist of many usual cases."""
    database = Database(place.database_url)
    try:
        with database.write() as session:
            access.ensure_first_key(session, wanted=KEY, make_id=new_id, now=now())
        with database.read() as session:
            reader = access.identify(session, KEY, person=None, now=now())
        subject = _subject(place, database, reader, options.cases)
        settle_memory()
        anew = _timed(lambda: subject.read(DAY))
        what = f"worklist of {options.cases:,} cases of {RECORDS} records"
        yield Figure(what=f"{what}, all worked out anew", reached=milliseconds(anew))
        runs = {"again": lambda: _timed(lambda: subject.read(DAY)), "floor": subject.floor}
        took = interleaved(runs, repeats=options.repeats or REPEATS)
        yield Figure(
            what=f"{what}, read again",
            reached=milliseconds(took["again"]),
            floor=milliseconds(took["floor"]),
            ratio=f"{took['again'] / took['floor']:.1f}",
            aim=milliseconds(AIM_SECONDS),
            holds=took["again"] <= AIM_SECONDS,
        )
        for index in range(10):
            subject.write(index)
        after = _timed(lambda: subject.read(DAY))
        yield Figure(
            what=f"{what}, after a write to ten of them",
            reached=milliseconds(after),
            aim=milliseconds(AIM_SECONDS),
            holds=after <= AIM_SECONDS,
        )
        for days in (1, 7, 30):
            took_then = _timed(lambda day=DAY + timedelta(days=days): subject.read(day))  # type: ignore[misc]
            yield Figure(what=f"{what}, {days} days on", reached=milliseconds(took_then))
        yield from _first_readings(subject, what)
    finally:
        database.dispose()


def _first_readings(subject: Subject, what: str) -> Iterator[Figure]:
    """Read for the first time after an update, and on a day for which no row holds from the day before."""
    subject.forget()
    prepared = _timed(lambda: subject.prepare(DAY, today=DAY))
    yield Figure(what=f"{what}, prepared in the background after an update", reached=milliseconds(prepared))
    yield _first_reading(subject, f"{what}, first reading after an update, prepared", DAY)
    subject.forget()
    subject.prepare(LAST_OF_YEAR, today=LAST_OF_YEAR)
    new_year = LAST_OF_YEAR + timedelta(days=1)
    anew = _timed(lambda: subject.read(new_year))
    yield Figure(what=f"{what}, first reading of a year, not prepared", reached=milliseconds(anew))
    subject.forget()
    subject.prepare(LAST_OF_YEAR, today=LAST_OF_YEAR)
    subject.prepare(new_year, today=LAST_OF_YEAR)
    yield _first_reading(subject, f"{what}, first reading of a year, prepared the day before", new_year)


def _first_reading(subject: Subject, what: str, day: date) -> Figure:
    took = _timed(lambda: subject.read(day))
    return Figure(
        what=what, reached=milliseconds(took), aim=milliseconds(AIM_SECONDS), holds=took <= AIM_SECONDS
    )


def _timed(run: Callable[[], object]) -> float:
    begun = time.perf_counter()
    run()
    return time.perf_counter() - begun


def _subject(place: Place, database: Database, who: Access, count: int) -> Subject:
    """Store cases of a usual size, each a stretch of one long course, so that no two are the same."""
    course = [_record(fields) for fields in a_long_course(RECORDS * 4)]
    case_ids = tuple(new_id() for _ in range(count))
    for index, case_id in enumerate(case_ids):
        with database.write() as session:
            body = CaseBody(purposes=("progression",), reference=f"R-{index}")
            cases.open_case(session, who, case_id=case_id, body=body, now=now())
            start = index % RECORDS
            batch = [*course[:20], *islice(course, 20 + start, start + RECORDS)]
            records.add_records(session, who, case_id=case_id, records=batch, new_id=new_id, now=now())
    return Subject(place=place, database=database, access=who, case_ids=case_ids)


def _add(database: Database, who: Access, case_id: str, batch: list[AnyRecord]) -> None:
    with database.write() as session:
        records.add_records(session, who, case_id=case_id, records=batch, new_id=new_id, now=now())


def _record(fields: object) -> AnyRecord:
    assert isinstance(fields, dict)
    record: AnyRecord = msgspec.json.decode(msgspec.json.encode(fields), type=KINDS[str(fields["kind"])])
    return record


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add how many cases there are."""
    parser.add_argument("--cases", type=int, default=CASES, help="worklist: cases of the organisation")


BENCHMARK = Benchmark(add_options=add_options, measure=measure)

if __name__ == "__main__":
    alone("worklist", BENCHMARK)
