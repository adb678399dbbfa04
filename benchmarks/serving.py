"""How long small requests take while a few clients ask at once: reading a case, and adding one record durably.

The clients are processes of their own, so that they do not wait for each other's turn in one interpreter; on a machine
of few CPUs they take some of the server's time.
"""

import argparse
import json
import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor

from benchmarks.case_contents import a_long_course
from benchmarks.place import Place
from benchmarks.reporting import Benchmark, Figure, alone, milliseconds
from benchmarks.server import a_server, ask, connect

CLIENTS = 4
SECONDS = 4.0


def measure(place: Place, options: argparse.Namespace) -> Iterator[Figure]:
    """Ask the same for a few seconds, from several processes at once."""
    with a_server(place) as server, ProcessPoolExecutor(options.clients) as pool:
        case_id = server.open_case()
        record = json.dumps(next(iter(a_long_course(1)))).encode()
        for what, method, path, body in (
            ("GET of a case", "GET", f"/v1/cases/{case_id}", None),
            ("POST of one record", "POST", f"/v1/cases/{case_id}/records", record),
        ):
            asked = [
                pool.submit(_ask_for_a_while, server.port, method, path, body) for _ in range(options.clients)
            ]
            took = sorted(seconds for one in asked for seconds in one.result())
            cuts = statistics.quantiles(took, n=100)
            yield Figure(
                what=f"{what}, {options.clients} clients",
                reached=f"{len(took) / SECONDS:,.0f}/s; median {milliseconds(cuts[49])}, 99 % {milliseconds(cuts[98])}",
            )


def _ask_for_a_while(port: int, method: str, path: str, body: bytes | None) -> list[float]:
    connection = connect(port)
    took: list[float] = []
    until = time.perf_counter() + SECONDS
    while (begun := time.perf_counter()) < until:
        ask(connection, method, path, body)
        took.append(time.perf_counter() - begun)
    return took


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add how many clients there are."""
    parser.add_argument("--clients", type=int, default=CLIENTS, help="serving: clients at once")


BENCHMARK = Benchmark(add_options=add_options, measure=measure)

if __name__ == "__main__":
    alone("serving", BENCHMARK)
