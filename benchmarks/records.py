"""How many records a second a batch stores over HTTP, durably, in a real server process.

The floor is what cannot be left out: `json.loads` of the same request, and one synced transaction in which the driver
alone inserts the same bodies into the same table.
"""

import argparse
import json
import time
from collections.abc import Iterator

from benchmarks.case_contents import a_long_course
from benchmarks.place import Place
from benchmarks.reporting import Benchmark, Figure, alone, interleaved
from benchmarks.server import Server, a_server, ask

AIM_PER_SECOND = 5_000
REPEATS = 7
SIZE = 5_000

INSERT = """
INSERT INTO record_versions
    (record_id, version, case_id, kind, status, since_revision, body, salt, recorded_at)
VALUES ({0}, 1, {0}, {0}, 'active', 1, {0}, '', '2026-01-01 00:00:00.000000')
"""


def measure(place: Place, options: argparse.Namespace) -> Iterator[Figure]:
    """Post the same batch to new cases, and insert it by the driver alone, in turns."""
    count: int = options.batch
    request = json.dumps({"records": list(a_long_course(count))}).encode()

    with a_server(place) as server:

        def posted() -> float:
            case_id = server.open_case()
            connection = server.connect()
            begun = time.perf_counter()
            answer = ask(connection, "POST", f"/v1/cases/{case_id}/records", request)
            took = time.perf_counter() - begun
            assert [item["outcome"] for item in answer["items"]] == ["created"] * count
            _require_stored(place, case_id, count)
            ask(connection, "DELETE", f"/v1/cases/{case_id}")
            return took

        def inserted() -> float:
            return _insert_bare(place, server, request)

        took = interleaved({"service": posted, "floor": inserted}, repeats=options.repeats or REPEATS)
    per_second = count / took["service"]
    yield Figure(
        what=f"records, a batch of {count:,} over HTTP ({len(request) / count:.0f} bytes each)",
        reached=f"{per_second:,.0f}/s",
        floor=f"{count / took['floor']:,.0f}/s",
        ratio=f"{took['floor'] / took['service']:.2f}",
        aim=f"{AIM_PER_SECOND:,}/s",
        holds=per_second >= AIM_PER_SECOND,
    )


def _require_stored(place: Place, case_id: str, count: int) -> None:
    connection = place.connect()
    mark = "?" if place.is_sqlite else "%s"
    found = connection.execute(
        f"SELECT count(*) FROM record_versions WHERE case_id = {mark}",  # noqa: S608 (made of constants)
        (case_id,),
    ).fetchone()
    assert found[0] == count
    connection.close()


def _insert_bare(place: Place, server: Server, request: bytes) -> float:
    case_id = server.open_case()
    connection = place.connect()
    statement = INSERT.format("?" if place.is_sqlite else "%s")
    begun = time.perf_counter()
    rows = [
        (f"{case_id[:24]}{index:012}", case_id, record["kind"], json.dumps(record))
        for index, record in enumerate(json.loads(request)["records"])
    ]
    cursor = connection.cursor()
    cursor.execute("BEGIN")
    cursor.executemany(statement, rows)
    cursor.execute("COMMIT")
    took = time.perf_counter() - begun
    connection.close()
    ask(server.connect(), "DELETE", f"/v1/cases/{case_id}")
    return took


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add how many records a batch has."""
    parser.add_argument("--batch", type=int, default=SIZE, help="records: records of one batch")


BENCHMARK = Benchmark(add_options=add_options, measure=measure)

if __name__ == "__main__":
    alone("records", BENCHMARK)
