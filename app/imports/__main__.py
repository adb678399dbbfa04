"""Shows what a reader makes of a file: `python -m app.imports FILE ...`. Nothing is stored.

It prints clinical content to the terminal of whoever holds the file anyway; it is for looking at readers, not for logs.
"""

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from app.documents.inspection.inspector import Inspector
from app.errors import DomainError
from app.imports.checking import faults_of
from app.imports.domain.reading import FoundDocument, FoundRecord, NotUsed, Options, Reading, Withdrawn
from app.imports.formats import read
from app.imports.sending import look_at_payload
from app.records.domain.stored import encode_record

MOST = 2 * 1024**3


def _lines(reading: Reading) -> Iterator[str]:
    yield f"{reading.format}: message {reading.message!r}, {len(reading.payloads)} payload(s)"
    for patient in reading.patients:
        yield f"patient {patient.key} at {patient.place}: {patient.patient}"
    for item in reading.items:
        match item:
            case FoundRecord():
                yield f"{item.place}\n    {item.record.kind} {encode_record(item.record).decode()}"
                yield from (f"    link {link.field}: {', '.join(link.keys)}" for link in item.links)
                yield from (f"    quote: {item.quote}" for _ in range(item.quote is not None))
                yield from (f"    remark: {remark}" for remark in item.remarks)
                yield from (f"    FAULT {one.pointer}: {one.detail}" for one in faults_of(item.record))
            case FoundDocument():
                yield f"{item.place}\n    document {item.body.kind} {item.body.title!r}, {len(item.content)} bytes"
                yield from (f"    remark: {remark}" for remark in item.remarks)
            case Withdrawn():
                yield f"{item.place}\n    withdrawn: {item.reason}"
            case NotUsed():
                yield f"{item.place}\n    {item.outcome}: {item.detail} {item.fix}"
            case _:
                yield f"{item.place}\n    {item}"
    counts = Counter(
        item.record.kind if isinstance(item, FoundRecord) else type(item).__name__ for item in reading.items
    )
    yield ", ".join(f"{count} {name}" for name, count in sorted(counts.items()))


def main(arguments: list[str]) -> int:
    """Show each file, and return 1 when one cannot be read."""
    status = 0
    with Inspector() as inspector, TemporaryDirectory() as folder:
        for number, name in enumerate(arguments):
            sys.stdout.write(f"== {name}\n")
            try:
                sent = look_at_payload(
                    Path(name), Path(folder) / str(number), inspector, Options(file_name=name)
                )
                for line in _lines(read(sent, bytes_most=MOST)):
                    sys.stdout.write(f"{line}\n")
            except DomainError as error:
                sys.stdout.write(f"{type(error).__name__}: {error}\n")
                status = 1
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
