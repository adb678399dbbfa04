"""How fast payloads of each format become durable records, in a real server process, and how fast they are read.

Every payload is made here. What is imported over HTTP is on disk when the answer comes; a message of a hospital is a
request of its own, and so a commit of its own.
"""

import argparse
import io
import json
import statistics
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from app.imports.domain.reading import Options, Reading
from app.infra.runtime import settle_memory
from benchmarks.place import Place
from benchmarks.reporting import Benchmark, Figure, alone, interleaved
from benchmarks.server import Server, a_server, ask, exchange

AIM_RESOURCES: Final = 5_000
LEAST_RESOURCES: Final = 3_000
AIM_SLICES: Final = 785
AIM_DOCUMENT_MS: Final = 5.0
AIM_PER_MB: Final = 30.0
LEAST_READS: Final = 25
"""How often a document is read at least: one takes a millisecond or two."""
REPEATS: Final = 5
RESOURCES: Final = 5_000
SLICES: Final = 1_000
SLICE_PIXELS: Final = 128 * 128
MESSAGES: Final = 300
OBSERVATIONS: Final = 20


def a_bundle(count: int, run: int) -> bytes:
    """Return a Bundle of one patient and measured values, another patient at each run."""
    entries: list[dict[str, object]] = [
        {
            "resource": {
                "resourceType": "Patient",
                "id": "p",
                "identifier": [{"system": "urn:example:mrn", "value": f"bundle-{run}"}],
                "name": [{"family": "Example", "given": ["Ana"]}],
            }
        }
    ]
    entries += [
        {
            "fullUrl": f"urn:example:o{index}",
            "resource": {
                "resourceType": "Observation",
                "id": f"o{index}",
                "meta": {"versionId": "1", "lastUpdated": "2026-01-01T00:00:00Z"},
                "status": "final",
                "code": {
                    "coding": [{"system": "http://loinc.org", "code": "2039-6", "display": "CEA"}],
                    "text": "CEA",
                },
                "subject": {"reference": "Patient/p"},
                "effectiveDateTime": f"20{10 + index % 15}-0{1 + index % 9}-1{index % 9}T0{index % 9}:15:00Z",
                "valueQuantity": {"value": index % 500 / 10, "unit": "ng/mL", "code": "ng/mL"},
                "referenceRange": [{"high": {"value": 5, "unit": "ng/mL"}}],
            },
        }
        for index in range(count - 1)
    ]
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}).encode()


def a_message(number: int) -> bytes:
    """Return an ORU^R01 of twenty values."""
    lines = [
        rf"MSH|^~\&|LAB|HOSP|||20260303080000||ORU^R01|{number}|P|2.5",
        f"PID|1||m-{number % 20}^^^HOSP^MR||Example^Ana||19610402|F",
        f"OBR|1||F-{number}|24331-1^Panel^LN|||20260303073000",
    ]
    lines += [
        f"OBX|{index}|NM|{index}^Test {index}^L||{index + number % 7}.{index % 10}|mg/L|0-{index + 5}|N|||F"
        for index in range(1, OBSERVATIONS + 1)
    ]
    return "\r".join(lines).encode() + b"\r"


def a_study(slices: int, run: int) -> bytes:
    """Return a ZIP of one CT study, its slices stored as they are."""
    from benchmarks.dicom_files import a_slice  # noqa: PLC0415 (pydicom)

    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for number in range(slices):
            archive.writestr(f"study/{number:05}.dcm", a_slice(run, number, pixels=SLICE_PIXELS))
    return target.getvalue()


def measure(place: Place, options: argparse.Namespace) -> Iterator[Figure]:
    """Post payloads of each format, and read documents in this process."""
    repeats = options.repeats or REPEATS
    with a_server(place) as server:
        yield _bundles(server, repeats)
        yield _messages(server)
        yield _studies(server, repeats)
    yield from _documents(options.data, repeats)


def _timed_post(server: Server, content: bytes, content_type: str, created: int) -> float:
    connection = server.connect()
    begun = time.perf_counter()
    answer = ask(connection, "POST", "/v1/imports", content, {"Content-Type": content_type})
    took = time.perf_counter() - begun
    assert answer["counts"]["created"] == created, answer["counts"]
    for case in answer["cases"]:
        ask(connection, "DELETE", f"/v1/cases/{case['case_id']}")
    return took


def _bundles(server: Server, repeats: int) -> Figure:
    payloads = iter([a_bundle(RESOURCES, run) for run in range(repeats)])
    took = interleaved(
        {"service": lambda: _timed_post(server, next(payloads), "application/fhir+json", RESOURCES - 1)},
        repeats=repeats,
    )["service"]
    per_second = RESOURCES / took
    return Figure(
        what=f"FHIR Bundle of {RESOURCES:,} resources over HTTP, durable",
        reached=f"{per_second:,.0f} resources/s",
        aim=f"{AIM_RESOURCES:,}/s, at least {LEAST_RESOURCES:,}/s",
        holds=per_second >= LEAST_RESOURCES,
    )


def _messages(server: Server) -> Figure:
    connection = server.connect()
    messages = [a_message(number) for number in range(MESSAGES)]
    begun = time.perf_counter()
    for message in messages:
        status, answer = exchange(
            connection, "POST", "/hl7v2", message, {"Content-Type": "x-application/hl7-v2+er7"}
        )
        assert status == 200, status  # noqa: PLR2004 (HTTP: OK)
        assert b"|AA|" in answer
    took = time.perf_counter() - begun
    return Figure(
        what=f"HL7 v2 messages of {OBSERVATIONS} values, one request and one commit each",
        reached=f"{MESSAGES / took:,.0f} messages/s, {MESSAGES * OBSERVATIONS / took:,.0f} values/s",
    )


def _studies(server: Server, repeats: int) -> Figure:
    payloads = iter([a_study(SLICES, run) for run in range(repeats)])
    took = interleaved(
        {"service": lambda: _timed_post(server, next(payloads), "application/zip", 1)}, repeats=repeats
    )["service"]
    per_second = SLICES / took
    return Figure(
        what=f"DICOM study of {SLICES:,} slices in a ZIP over HTTP, durable",
        reached=f"{per_second:,.0f} slices/s",
        aim=f"{AIM_SLICES}/s",
        holds=per_second >= AIM_SLICES,
    )


def _documents(folder: Path | None, repeats: int) -> Iterator[Figure]:
    """Read clinical documents, each as often as asked: those of a folder, whole ones only."""
    if folder is None:
        return
    from app.imports.readers import cda, hl7v2  # noqa: PLC0415 (only here)

    settle_memory()  # as a serving process does
    repeats = max(repeats, LEAST_READS)
    whole = [path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()]
    documents = [content for content in whole if b"<ClinicalDocument" in content[:8_192]]
    if documents:
        took = [_read(cda.read, content, repeats) for content in documents]
        per_mb = [
            seconds * 1000 / (len(content) / 1e6) for seconds, content in zip(took, documents, strict=True)
        ]
        median = statistics.median(took) * 1000
        yield Figure(
            what=f"C-CDA, {len(documents)} whole documents read",
            reached=f"median {median:.1f} ms, at most {max(took) * 1000:.0f} ms; at most {max(per_mb):.0f} ms per MB",
            aim=f"median {AIM_DOCUMENT_MS:g} ms, none over {AIM_PER_MB:g} ms per MB",
            holds=median <= AIM_DOCUMENT_MS and max(per_mb) <= AIM_PER_MB,
        )
    messages = [a_message(number) for number in range(MESSAGES)]
    seconds = statistics.median(_read(hl7v2.read, message, repeats) for message in messages)
    yield Figure(
        what=f"HL7 v2 message of {OBSERVATIONS} values read", reached=f"{1 / seconds:,.0f} messages/s"
    )


def _read(reader: Callable[[bytes, Options], Reading], content: bytes, repeats: int) -> float:
    def once() -> float:
        begun = time.perf_counter()
        reader(content, Options())
        return time.perf_counter() - begun

    once()
    return statistics.median(once() for _ in range(repeats))


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add where documents lie that are read too."""
    parser.add_argument("--data", type=Path, default=None, help="imports: folder of C-CDA documents to read")


BENCHMARK = Benchmark(add_options=add_options, measure=measure)

if __name__ == "__main__":
    alone("imports", BENCHMARK)
