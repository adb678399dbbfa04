"""Runs every benchmark, or those named, and prints one table: `python -m benchmarks [name ...]`."""

import sys

from benchmarks import checker, imports, records, serving, start, upload, views, worklist
from benchmarks.reporting import Benchmark, run

ALL: dict[str, Benchmark] = {
    "records": records.BENCHMARK,
    "imports": imports.BENCHMARK,
    "views": views.BENCHMARK,
    "checker": checker.BENCHMARK,
    "worklist": worklist.BENCHMARK,
    "upload": upload.BENCHMARK,
    "start": start.BENCHMARK,
    "serving": serving.BENCHMARK,
}

if __name__ == "__main__":
    sys.exit(run(ALL))
