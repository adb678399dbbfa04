"""How long the checker takes by itself, a pure function of a case file in memory, at growing sizes of a case."""

import argparse
import time
from collections.abc import Callable, Iterator
from datetime import date

import msgspec

from app.casefile.domain.case_file import CaseFile, Entry
from app.cases.domain import Cancer, Case, CaseBody
from app.completeness.domain.check import check
from app.completeness.domain.library import load_checklists
from app.records.domain.kinds import KINDS, AnyRecord
from benchmarks.case_contents import LAST_DAY, a_long_course
from benchmarks.place import Place
from benchmarks.reporting import Benchmark, Figure, interleaved, milliseconds, sizes

AIM_MS = 1.0
"""For a usual case. A case of ten years is larger; its aim is to be linear."""
USUAL = 200
AIM_GROWTH = 1.5
"""Time per record of the largest case, against that of the one before: 1 is linear."""
REPEATS = 25
SIZES = (200, 1_000, 10_000, 100_000)


def measure(place: Place, options: argparse.Namespace) -> Iterator[Figure]:
    """Check a case of each size against the progression checklist; nothing is stored."""
    del place
    each: list[tuple[int, float]] = []
    for count in options.checker_sizes:
        repeats = options.repeats or (REPEATS if count <= 1_000 else 3)  # noqa: PLR2004 (larger ones take long)
        took = interleaved({"check": _checking(a_case_file(count))}, repeats=repeats)["check"]
        each.append((count, took / count))
        growth = each[-1][1] / each[-2][1] if len(each) > 1 else None
        is_usual, is_largest = count == USUAL, count == max(options.checker_sizes) and growth is not None
        yield Figure(
            what=f"checker alone, {count:,} records",
            reached=milliseconds(took),
            ratio=f"{growth:.2f} per record" if growth else "",
            aim=f"under {AIM_MS:g} ms" if is_usual else f"{AIM_GROWTH:g} per record" if is_largest else "",
            holds=took * 1000 < AIM_MS
            if is_usual
            else growth <= AIM_GROWTH
            if is_largest and growth
            else None,
        )


def a_case_file(count: int) -> CaseFile:
    """Make a case file of so many records in memory."""
    case = Case(
        id="case-1",
        organisation_id="organisation-1",
        body=CaseBody(cancer=Cancer(disease_group="colorectal")),
        revision=1,
        opened_at="2026-01-01T00:00:00Z",
        changed_at="2026-01-01T00:00:00Z",
    )
    entries = tuple(
        Entry(f"record-{number:07}", 1, _record(fields), date(2026, 1, 1))
        for number, fields in enumerate(a_long_course(count))
    )
    return CaseFile(case, entries)


def _record(fields: dict[str, object]) -> AnyRecord:
    record: AnyRecord = msgspec.convert(fields, KINDS[str(fields["kind"])])
    return record


def _checking(case_file: CaseFile) -> Callable[[], float]:
    checklist = load_checklists()["progression"]
    turns = max(
        1, 20_000 // len(case_file.entries)
    )  # reading that clock takes longer than a check of a small case

    def run() -> float:
        begin = time.process_time()  # the process's own time: what else the machine does makes no difference
        for _ in range(turns):
            check(case_file, checklist, LAST_DAY)
        return (time.process_time() - begin) / turns

    run()  # the first time loads tables and fills caches that a running service has
    return run


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--checker-sizes", type=sizes, default=SIZES, help="records, between commas")


BENCHMARK = Benchmark(add_options=_add_options, measure=measure)
