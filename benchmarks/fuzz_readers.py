"""Breaks payloads in every way that chance finds, and looks whether a reader still only reads or refuses them.

`make fuzz ARGS="--seconds 600 [--format fhir] [--seed 7] [--keep FOLDER]"`. What it breaks are payloads made here, and
those of the folder of real files (`CASELINE_TEST_DATA`) where there is one. A finding is anything that a reader raises
beside `UnreadablePayloadError`, takes more than 5 seconds of processor time, grows the process by more than 500 MB, or
says in a text that cannot be stored (a NUL, half of a surrogate pair). Findings are named by the place that raised
them, never by content; `--keep` writes the payloads down. The same seed over the same files tries the same.
"""

import argparse
import dataclasses
import io
import json
import os
import random
import resource
import signal
import sys
import time
import traceback
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Final, get_args

import msgspec
from pydantic import TypeAdapter, ValidationError

from app.cases.domain import Identifier, Patient
from app.documents.domain.document import DocumentBody
from app.imports.checking import faults_of
from app.imports.domain.fitting import PLACE_MOST, QUOTE_MOST
from app.imports.domain.planning import digest_of
from app.imports.domain.reading import (
    Format,
    FoundDocument,
    FoundMerge,
    FoundRecord,
    Options,
    Reading,
    UnreadablePayloadError,
)
from app.imports.domain.storable import storable

ADDRESSES_BYTES: Final = 3 * 1024**3
"""So that a reader that takes without bound is a finding, and not the end of the machine."""
CPU_SECONDS: Final = 5.0
MEMORY_BYTES: Final = 500 * 1024 * 1024
_GROWN_MOST: Final = 50_000
"""By how much one step may let a payload grow."""
SEED_BYTES_MOST: Final = 200_000
"""Larger files take so long to read that little else would be tried."""
FOLDERS: Final[Mapping[str, Sequence[str]]] = {
    "fhir": ("fhir_mcode", "fhir_r4"),
    "hl7v2": ("hl7v2",),
    "cda": ("ccda",),
    "dicom": ("dicom",),
    "tabular": ("mcode_csv", "tumour_markers", "timelines"),
}
ODD_BYTES: Final = (
    b"", b"\0", b"\xff", b"\xfe\xff", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\\u0000", b"\\ud800", b"1e999999", b"-0",
    b"9" * 400, b"0000-00-00", b"99991231", b"20260230", b"2026-02-30T25:61:61+99:99", b"'", b'"', b"|", b"^~\\&",
    b"\\X00\\", b"\\X\\", b"\\C2842\\", b"\r", b"\n", b"<", b">", b"&#0;", b"&#xD800;", b"&amp;", b"<!DOCTYPE a>",
    b"<![CDATA[", b"nullFlavor='NI'", b"{", b"[", b"}", b"]", b"[" * 5000, b"A" * 10_000, b"%", b"=", b"\t", b";",
    b"\xfe\xff\x00\xe0\xff\xff\xff\xff", b"\xfe\xff\xdd\xe0\0\0\0\0", b"SQ\0\0\xff\xff\xff\xff", b"\xff\xff\xff\x7f",
    "\uff12\uff10".encode(), "İ".encode(), "\u202e".encode(), "٣".encode(), "½".encode(), "²".encode(),
)  # fmt: skip
ODD_VALUES: Final = (
    None, True, False, 0, -1, 1e308, 10**30, "", " ", "x", "\u0000", "\ud800", "A" * 10_001, "é" * 21_000, "2026",
    "2026-02-30", "9999-12-31T23:59:60Z", "0000", "entered-in-error", "#", "#x", "Patient/", "urn:uuid:", [], {}, [[]],
    [None], [{}], {"": None}, {"reference": "#"}, {"value": "1e400"}, {"coding": [{"code": "\u0000"}]}, "²", "٣",
)  # fmt: skip

NAME_MOST: Final = 255
_PATIENTS: Final = TypeAdapter(Patient)
_BODIES: Final = TypeAdapter(DocumentBody)
_IDENTIFIERS: Final = TypeAdapter(tuple[Identifier, ...])


class HungError(BaseException):
    """Too much processor time was used; no reader catches this."""


def seeds(format_: str) -> list[bytes]:
    """Return payloads of a format: those made here, and real ones."""
    found = list(MADE[format_]())
    folder = os.environ.get("CASELINE_TEST_DATA")
    for name in FOLDERS[format_] if folder else ():
        paths = sorted((Path(folder or "") / name).rglob("*"))
        found += [
            one.read_bytes() for one in paths if one.is_file() and one.stat().st_size <= SEED_BYTES_MOST
        ]
    return found


def mutations(chance: random.Random, pool: Sequence[bytes], format_: str) -> Iterator[bytes]:
    """Yield broken payloads without end."""
    while True:
        content = chance.choice(pool)
        if format_ == "fhir" and chance.random() < 0.6:  # noqa: PLR2004 (a taste)
            content = _json(chance, content, pool)
        elif format_ in {"hl7v2", "tabular", "cda"} and chance.random() < 0.5:  # noqa: PLR2004
            content = _pieces(
                chance, content, pool, {"hl7v2": b"\r\n|^~&", "cda": b"<>"}.get(format_, b"\n,;\t")
            )
        if chance.random() < 0.6:  # noqa: PLR2004
            content = _bytes(chance, content, pool)
        if format_ in {"dicom", "tabular"} and chance.random() < 0.1:  # noqa: PLR2004
            content = _zipped(chance, content, pool, format_)
        yield content


def _bytes(chance: random.Random, content: bytes, pool: Sequence[bytes]) -> bytes:
    changed = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 3, 8, 30))):
        at = chance.randrange(len(changed) + 1)
        upto = min(len(changed), at + chance.choice((1, 1, 2, 4, 16, 300)))
        match chance.randrange(7):
            case 0 if at < len(changed):
                changed[at] ^= 1 << chance.randrange(8)
            case 1:
                changed[at:upto] = chance.choice(ODD_BYTES)
            case 2:
                changed[at:at] = chance.choice(ODD_BYTES)
            case 3:
                del changed[at:upto]
            case 4:
                changed[at:at] = changed[at:upto] * chance.choice((1, 2, 50))
            case 5:
                other = chance.choice(pool)
                start = chance.randrange(len(other) + 1)
                changed[at:upto] = other[start : start + chance.choice((4, 60, 2_000))]
            case _ if chance.random() < 0.2:  # noqa: PLR2004
                del changed[at:]
    return bytes(changed)


def _pieces(chance: random.Random, content: bytes, pool: Sequence[bytes], marks: bytes) -> bytes:
    """Move, repeat, swap and drop what stands between two marks of the format."""
    mark = bytes([chance.choice(marks)])
    pieces = content.split(mark)
    for _ in range(chance.choice((1, 1, 2, 5))):
        at = chance.randrange(len(pieces))
        match chance.randrange(6):
            case 0:
                pieces[at] = chance.choice(ODD_BYTES)
            case 1:
                pieces.insert(at, chance.choice(pieces))
            case 2 if len(pieces) > 1:
                del pieces[at]
            case 3:
                other = chance.randrange(len(pieces))
                pieces[at], pieces[other] = pieces[other], pieces[at]
            case 4:
                pieces[at] = chance.choice(chance.choice(pool).split(mark))
            case _:
                pieces[at:at] = [pieces[at]] * chance.choice((1, 3, 200))
    return mark.join(pieces)


def _json(chance: random.Random, content: bytes, pool: Sequence[bytes]) -> bytes:  # noqa: C901 (a way a case)
    try:
        value = json.loads(content)
        donor = chance.choice(pool)
        json.loads(donor)
    except (ValueError, RecursionError):
        return content
    for _ in range(chance.choice((1, 1, 2, 4, 10))):
        holders = _holders(value)
        if not holders:
            break
        holder, key = chance.choice(holders)
        match chance.randrange(7):
            case 0:
                holder[key] = chance.choice(ODD_VALUES)
            case 1:
                del holder[key]
            case 2:
                text, repeats = json.dumps(holder[key]), chance.choice((1, 2, 30))
                if len(text) * repeats <= _GROWN_MOST:
                    holder[key] = [json.loads(text) for _ in range(repeats)]
            case 3:
                holder[key] = {chance.choice(("value", "extension", "coding", "_x", "\u0000")): holder[key]}
            case 4:
                others = _holders(json.loads(donor))
                _graft(holder, key, *chance.choice(others or holders))
            case 5:
                _graft(holder, key, *chance.choice(holders))
            case _ if isinstance(holder, dict):
                # A copy, and a small one: the same part in many places would double with each round.
                new = chance.choice(("_" + key, key + "x", "modifierExtension", "contained", "id"))
                _graft(holder, new, holder, key)
    return json.dumps(value, ensure_ascii=chance.random() < 0.5).encode("utf-8", "surrogatepass")  # noqa: PLR2004


def _graft(holder: Any, key: Any, other: Any, name: Any) -> None:  # noqa: ANN401 (any JSON)
    text = json.dumps(other[name])
    if len(text) <= _GROWN_MOST:
        holder[key] = json.loads(text)


def _holders(value: Any) -> list[tuple[Any, Any]]:  # noqa: ANN401 (any JSON)
    found: list[tuple[Any, Any]] = []
    todo = [value]
    while todo:
        one = todo.pop()
        inner = one.items() if isinstance(one, dict) else enumerate(one) if isinstance(one, list) else ()
        for key, each in inner:
            found.append((one, key))
            todo.append(each)
    return found


def _zipped(chance: random.Random, content: bytes, pool: Sequence[bytes], format_: str) -> bytes:
    out = io.BytesIO()
    ending = {"dicom": ".dcm", "tabular": ".csv"}[format_]
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"a{ending}", content)
        for number in range(chance.randrange(4)):
            archive.writestr(
                chance.choice(("DICOMDIR", f"d/{number}{ending}", f"{number}")), chance.choice(pool)
            )
    packed = out.getvalue()
    return _bytes(chance, packed, pool) if chance.random() < 0.5 else packed  # noqa: PLR2004


def texts(value: object) -> Iterator[str]:  # noqa: C901 (a kind of value a case)
    """Yield every text of a reading."""
    match value:
        case str():
            yield value
        case bytes() | None | bool() | int() | float():
            return
        case dict():
            for key, one in value.items():
                yield from texts(key)
                yield from texts(one)
        case tuple() | list() | frozenset() | set():
            for one in value:
                yield from texts(one)
        case msgspec.Struct():
            for name in value.__struct_fields__:
                yield from texts(getattr(value, name))
        case _ if dataclasses.is_dataclass(value):
            for one in dataclasses.fields(value):
                yield from texts(getattr(value, one.name))


def _looked_at(reading: Reading) -> None:  # noqa: C901 (a kind of thing a case)
    """Raise where a reading holds what cannot be stored or answered."""
    for text in texts([reading.items, [one.patient for one in reading.patients]]):
        text.encode()
    for one in reading.patients:
        if "\0" in str(one.patient):
            raise ValueError("a patient of the reading holds NUL")
        _PATIENTS.validate_python(one.patient)
    for one in reading.payloads:
        _BODIES.validate_python(one.body)
    for item in reading.items:
        if len(item.place) > PLACE_MOST:
            raise ValueError("a place of the reading is too long")
        if isinstance(item, FoundRecord):
            digest_of(item)
            if len(item.quote or "") > QUOTE_MOST:
                raise ValueError("a quote of the reading is too long")
            if faults_of(item.record):
                raise ValueError(f"a {item.record.kind} of the reading is unsound")
        if isinstance(item, FoundDocument):
            _BODIES.validate_python(item.body)
            if len(item.file_name or "") > NAME_MOST:
                raise ValueError("a file name of the reading is too long")
        if isinstance(item, FoundMerge):
            _IDENTIFIERS.validate_python((item.surviving, item.retired))


def _out_of_time(_signal: int, _frame: object) -> None:
    raise HungError


def attempt(read: Callable[[bytes, Options], Any], content: bytes, options: Options) -> str | None:
    """Read one payload, and return what is wrong with how that went."""
    signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)
    try:
        _looked_at(storable(read(content, options)))
    except UnreadablePayloadError:
        return None
    except HungError as error:
        return f"hung: {_place(error)}"
    except MemoryError as error:
        return f"memory: {_place(error)}"
    except Exception as error:  # noqa: BLE001 (any other is a finding)
        text = ""
        if isinstance(error, ValidationError):
            text = ", ".join(f"{error.title} {one['loc']} {one['type']}" for one in error.errors())
        elif "of the reading" in str(error):
            text = str(error)
        return f"{type(error).__name__} {text}: {_place(error)}"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return None


def _place(error: BaseException) -> str:
    frames = [one for one in traceback.extract_tb(error.__traceback__) if "/app/" in one.filename]
    return " < ".join(f"{Path(one.filename).name}:{one.lineno}" for one in reversed(frames[-3:]))


def grown_bytes(since: int) -> int:
    """Return by how much the process was larger at its largest than then."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 - since


def options_of(chance: random.Random, format_: str) -> Options:
    """Return what a caller might say."""
    if format_ != "tabular" or chance.random() < 0.5:  # noqa: PLR2004
        return Options()
    return Options(
        date_order=chance.choice((None, "dmy", "mdy", "ymd")),
        decimal=chance.choice((None, ",", ".")),
        charset=chance.choice((None, "utf-8", "utf-16", "cp1252", "shift_jis", "utf-7", "x")),
        file_name=chance.choice((None, "a.csv", "mcode.csv", "a.xlsx")),
        kind=chance.choice((None, "marker_result", "lab_result", "treatment")),
    )


def fuzz(format_: str, seconds: float, seed: int, keep: Path | None) -> Counter[str]:
    """Try payloads of one format for so long, and return the findings, each with how often it came."""
    read = import_module(f"app.imports.readers.{format_}").read
    pool, chance = seeds(format_), random.Random(f"{format_} {seed}")
    for content in pool:  # what the libraries take for themselves is not the payload's
        attempt(read, content, Options())
    before, tried = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, 0
    found: Counter[str] = Counter()
    until, slowest = time.monotonic() + seconds, 0.0
    for content in mutations(chance, pool, format_):
        if time.monotonic() > until:
            break
        begun = time.process_time()
        finding = attempt(read, content, options_of(chance, format_))
        slowest = max(slowest, time.process_time() - begun)
        tried += 1
        if grown_bytes(before) > MEMORY_BYTES:
            before += MEMORY_BYTES
            finding = finding or "memory: the process grew past 500 MB"
        if finding:
            found[finding] += 1
            if keep is not None and found[finding] == 1:
                (keep / f"{format_}-{len(found)}").write_bytes(content)
    print(
        f"{format_}: {tried:,} payloads of {len(pool)} in {seconds:.0f} s, slowest {slowest:.2f} s of processor time, "
        f"{grown_bytes(before) / 1024**2:.0f} MB over what the payloads unbroken take, {len(found)} findings",
        flush=True,
    )
    for finding, count in found.most_common():
        print(f"    {count:6,}  {finding}", flush=True)
    return found


def _made_fhir() -> Iterator[bytes]:
    patient = {
        "resourceType": "Patient",
        "id": "p",
        "identifier": [{"system": "urn:x", "value": "1"}],
        "name": [{"family": "Roe"}],
    }
    for kind, fields in _FHIR.items():
        one = {"resourceType": kind, "id": kind, "subject": {"reference": "Patient/p"}, **fields}
        entries = [{"fullUrl": f"urn:uuid:{each['id']}", "resource": each} for each in (patient, one)]
        yield json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}).encode()


_CEA: Final = {"coding": [{"system": "http://loinc.org", "code": "2039-6"}], "text": "CEA"}
_FHIR: Final[Mapping[str, dict[str, Any]]] = {
    "Observation": {
        "status": "final",
        "code": _CEA,
        "effectiveDateTime": "2026-03-03",
        "valueQuantity": {"value": 9.6, "unit": "ng/mL"},
    },
    "Condition": {
        "code": {"text": "Breast cancer"},
        "onsetPeriod": {"start": "2024"},
        "stage": [{"summary": {"text": "IIIC"}}],
    },
    "DocumentReference": {
        "status": "current",
        "date": "2026-03-03T08:00:00Z",
        "content": [{"attachment": {"contentType": "text/plain", "data": "QSBsZXR0ZXIu"}}],
    },
    "MedicationStatement": {
        "status": "active",
        "medicationCodeableConcept": {"text": "Tamoxifen"},
        "effectivePeriod": {"start": "2024-05"},
    },
}


def _made_hl7v2() -> Iterator[bytes]:
    head = r"MSH|^~\&|LAB|HOSP|||20260303080000||{}|1|P|2.5" + "\rPID|1||7^^^HOSP^MR||Roe^Jane||19610214|F\r"
    for kind, rest in (
        (
            "ORU^R01",
            "OBR|1||F-1|2039-6^CEA^LN|||20260303\rOBX|1|NM|2039-6^CEA^LN||9.6|ng/mL|0-5|H|||F\rNTE|1||low\r",
        ),
        (
            "MDM^T02",
            "EVN||2026\rTXA|1|CN|TX|20260303||||||||D-1\rOBX|1|ED|PDF||^AP^PDF^Base64^JVBERi0=||||||F\r",
        ),
        ("ADT^A40", "MRG|8^^^HOSP^MR\r"),
        ("RDE^O11", "ORC|NW|1\rRXE|^^^20260303|123^Tamoxifen^L|20||mg\rRXR|PO\r"),
    ):
        yield (head.format(kind) + rest).encode()


def _made_cda() -> Iterator[bytes]:
    yield (
        b'<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        b'<id root="1.2"/>'
        b'<code code="34133-9" codeSystem="2.16.840.1.113883.6.1"/><effectiveTime value="20260303"/><recordTarget>'
        b'<patientRole><id root="1.2.3" extension="7"/><patient><name><given>Jane</given><family>Roe</family></name>'
        b"</patient></patientRole></recordTarget><component><structuredBody><component><section>"
        b'<code code="30954-2" codeSystem="2.16.840.1.113883.6.1"/><text><paragraph ID="r1">CEA 9.6</paragraph></text>'
        b'<entry><observation classCode="OBS" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.2"/>'
        b'<id root="1.2.8" extension="r"/><code code="2039-6" codeSystem="2.16.840.1.113883.6.1" displayName="CEA"/>'
        b'<text><reference value="#r1"/></text><statusCode code="completed"/><effectiveTime value="20260303"/>'
        b'<value xsi:type="PQ" value="9.6" unit="ng/mL"/></observation></entry></section></component></structuredBody>'
        b"</component></ClinicalDocument>"
    )


def _made_dicom() -> Iterator[bytes]:
    from tests.unit.imports.dicom.made import a_file, a_report, an_archive  # noqa: PLC0415 (pydicom, for this one)

    yield a_file()
    yield a_report()
    yield a_file(syntax="1.2.840.10008.1.2")
    yield a_file(syntax="1.2.840.10008.1.2.1.99")
    yield an_archive({"a.dcm": a_file(), "b.dcm": a_file(2), "c.dcm": a_report()})


def _made_tabular() -> Iterator[bytes]:
    from app.imports.readers.tabular.templates import template  # noqa: PLC0415 (the reader, for this one)
    from tests.unit.imports.tabular.books import a_book, a_sheet  # noqa: PLC0415

    for kind in ("marker_result", "lab_result", "treatment", "medication", "diagnosis", "stage", "symptom"):
        yield template(kind).encode() if isinstance(template(kind), str) else template(kind)
    yield b"date;marker;value;unit\n2026-03-03;CEA;9,6;ng/mL\n03.04.2026;CA 125;<0,5;U/mL\n"
    yield b"Patient ID,Date,CEA (ng/mL),CA 125\n1,2026-03-03,9.6,\n1,2026-04-03,1.234,12\n"
    rows = [["date", "marker", "value", "unit"], [(1, 46084.0), "CEA", 9.6, "ng/mL"]]
    yield a_book(("Sheet1", a_sheet(rows)))


MADE: Final[Mapping[str, Callable[[], Iterator[bytes]]]] = {
    "fhir": _made_fhir,
    "hl7v2": _made_hl7v2,
    "cda": _made_cda,
    "dicom": _made_dicom,
    "tabular": _made_tabular,
}


def main() -> int:
    """Try every format, or the one named; return 1 where anything was found."""
    parser = argparse.ArgumentParser(description="Breaks payloads and looks what the readers make of them.")
    parser.add_argument("--seconds", type=float, default=60, help="for all formats together")
    parser.add_argument("--format", choices=get_args(Format), action="append")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="a folder for payloads that were found")
    said = parser.parse_args()
    signal.signal(signal.SIGPROF, _out_of_time)
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESSES_BYTES, ADDRESSES_BYTES))
    formats = said.format or get_args(Format)
    if said.keep is not None:
        said.keep.mkdir(parents=True, exist_ok=True)
    found = [fuzz(one, said.seconds / len(formats), said.seed, said.keep) for one in formats]
    return int(any(found))


if __name__ == "__main__":
    sys.exit(main())
