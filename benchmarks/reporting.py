"""What the benchmarks share: their options, interleaved runs, and one table of what was reached."""

import argparse
import gc
import os
import platform
import statistics
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import gettempdir

from benchmarks.place import Place, a_place

MIB = 1024**2


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One line of the table: what was measured, what came out, and against what."""

    what: str
    reached: str
    floor: str = ""
    ratio: str = ""
    aim: str = ""
    holds: bool | None = None
    """Whether the aim is reached; None where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """One benchmark: its own options, and the measurement, which yields its figures as they come."""

    add_options: Callable[[argparse.ArgumentParser], None]
    measure: Callable[[Place, argparse.Namespace], Iterator[Figure]]


def interleaved(runs: Mapping[str, Callable[[], float]], *, repeats: int) -> dict[str, float]:
    """Return the median of what each run answers, usually seconds.

    All runs take a turn before any has its next, so that whatever slows the machine for a while slows all of them.
    """
    answers: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(repeats):
        for name, one in runs.items():
            gc.collect()
            answers[name].append(one())
    return {name: statistics.median(found) for name, found in answers.items()}


def sizes(text: str) -> tuple[int, ...]:
    """Read a list of whole numbers between commas."""
    return tuple(int(part.replace("_", "")) for part in text.split(","))


def run(benchmarks: Mapping[str, Benchmark], arguments: Sequence[str] | None = None) -> int:
    """Run the benchmarks that the command line names, all by default; the exit status is 1 where an aim is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument(
        "--folder", type=Path, default=Path(gettempdir()), help="where the database and the files go"
    )
    parser.add_argument("--repeats", type=int, default=None, help="runs of each; each has its own default")
    if len(benchmarks) > 1:
        parser.add_argument(
            "names", nargs="*", metavar="name", help=f"of {', '.join(benchmarks)}; all when left out"
        )
    for name, benchmark in benchmarks.items():
        benchmark.add_options(parser)
        del name
    chosen = parser.parse_args(arguments)
    wanted = getattr(chosen, "names", None) or list(benchmarks)
    unknown = set(wanted) - set(benchmarks)
    if unknown:
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    missed = False
    with a_place(chosen.database, chosen.folder) as place:
        print(f"{_machine()}\n{place.description}\n", flush=True)
        print("| what | reached | floor | ratio | aim | |\n|---|---|---|---|---|---|", flush=True)
        for name in wanted:
            for figure in benchmarks[name].measure(place, chosen):
                print(_line(figure), flush=True)
                missed = missed or figure.holds is False
    return 1 if missed else 0


def alone(name: str, benchmark: Benchmark) -> None:
    """Run one benchmark and leave the process."""
    sys.exit(run({name: benchmark}))


def _line(figure: Figure) -> str:
    verdict = {True: "reached", False: "missed", None: ""}[figure.holds]
    return (
        f"| {figure.what} | {figure.reached} | {figure.floor} | {figure.ratio} | {figure.aim} | {verdict} |"
    )


def _machine() -> str:
    system = f"{platform.system()} {platform.release()}"
    return f"{os.cpu_count()} CPUs, {system}, {platform.python_implementation()} {platform.python_version()}"


def milliseconds(seconds: float) -> str:
    """Write a duration in milliseconds."""
    return f"{seconds * 1000:,.1f} ms"
