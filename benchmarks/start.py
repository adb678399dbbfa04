"""How long the service takes from exec to the first 200 of `/readyz`, on a migrated database.

The floor is the web framework alone: the same interpreter, the same server, and an application of one route.
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence

from benchmarks.place import Place
from benchmarks.reporting import Benchmark, Figure, alone, interleaved
from benchmarks.server import ROOT, environment, free_port, wait_until_ready

AIM_SECONDS = 3
REPEATS = 5
BARE = """
import sys, uvicorn
from fastapi import FastAPI
app = FastAPI()
app.get("/readyz")(lambda: {})
uvicorn.run(app, port=int(sys.argv[1]), log_level="critical")
"""


def measure(place: Place, options: argparse.Namespace) -> Iterator[Figure]:
    """Start and stop the service, and the framework alone, in turns."""

    def started(command: Sequence[str], port: int) -> float:
        begun = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment(place, port),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            wait_until_ready(process, port, pause=0.002)
            return time.perf_counter() - begun
        finally:
            process.terminate()
            process.wait(60)

    def service() -> float:
        return started([sys.executable, "-m", "app", "serve"], free_port())

    def bare() -> float:
        port = free_port()
        return started([sys.executable, "-c", BARE, str(port)], port)

    service()  # the first start compiles the modules and makes the first key
    took = interleaved({"service": service, "floor": bare}, repeats=options.repeats or REPEATS)
    yield Figure(
        what="start, exec to the first 200 of `/readyz`",
        reached=f"{took['service']:.2f} s",
        floor=f"{took['floor']:.2f} s",
        ratio=f"{took['service'] / took['floor']:.1f}",
        aim=f"under {AIM_SECONDS} s",
        holds=took["service"] < AIM_SECONDS,
    )


def add_options(_: argparse.ArgumentParser) -> None:
    """Have none of its own."""


BENCHMARK = Benchmark(add_options=add_options, measure=measure)

if __name__ == "__main__":
    alone("start", BENCHMARK)
