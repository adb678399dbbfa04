"""Shows what a reader makes of files; nothing is stored.

`python -m app.imports FILE ...` prints everything that was found, clinical content included, to the terminal of whoever
holds the files anyway: it is for looking at readers, not for logs. `python -m app.imports --table FOLDER ...` counts,
for each folder, what its files became and why something did not, and prints no content.
"""

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from app.documents.inspection.inspector import Inspector
from app.errors import DomainError
from app.imports.checking import faults_of
from app.imports.domain.reading import (
    FoundDocument,
    FoundMerge,
    FoundRecord,
    NotUsed,
    Options,
    Reading,
    Withdrawn,
)
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


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.name.startswith("TRUTH_") and path.suffix != ".md":
            yield path


@dataclass(frozen=True, slots=True)
class _Tally:
    """What the files of a folder became, and why something did not."""

    counts: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    reasons: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, reading: Reading) -> None:
        """Count what a file became."""
        for item in reading.items:
            match item:
                case FoundRecord():
                    self.counts["records"] += 1
                    self.kinds[item.record.kind] += 1
                case FoundDocument():
                    self.counts["documents"] += 1
                case Withdrawn():
                    self.counts["taken back"] += 1
                case FoundMerge():
                    self.counts["merges"] += 1
                case NotUsed():
                    self.counts[item.outcome] += 1
                    self.reasons[item.outcome, item.detail] += 1


_COLUMNS = ("files", "refused", "records", "documents", "merges", "taken back", "skipped", "rejected")


def _table(folders: list[Path], inspector: Inspector, scratch: Path) -> Iterator[str]:
    """Yield a table of what the files of each folder became, then the reasons for what was not used."""
    yield f"| folder | {' | '.join(_COLUMNS)} |"
    yield "|---" * (len(_COLUMNS) + 1) + "|"
    whole = _Tally()
    for folder in folders:
        tally = _Tally(kinds=whole.kinds, reasons=whole.reasons)
        for path in _files(folder):
            tally.counts["files"] += 1
            try:
                sent = look_at_payload(
                    path, scratch / "unpacked", inspector, Options(file_name=path.name), unpacked_most=MOST
                )
                tally.add(read(sent, bytes_most=MOST))
            except DomainError as error:
                tally.counts["refused"] += 1
                tally.reasons["refused", str(error)] += 1
        yield f"| {folder.name} | " + " | ".join(f"{tally.counts[name]:,}" for name in _COLUMNS) + " |"
    yield f"\nRecords: {', '.join(f'{count:,} {kind}' for kind, count in whole.kinds.most_common())}."
    for (outcome, reason), count in sorted(whole.reasons.items(), key=lambda one: (one[0][0], -one[1])):
        yield f"{outcome} {count:6,}  {reason}"


def main(arguments: list[str]) -> int:
    """Show each file, and return 1 when one cannot be read."""
    status = 0
    with Inspector() as inspector, TemporaryDirectory() as folder:
        if arguments[:1] == ["--table"]:
            for line in _table([Path(one) for one in arguments[1:]], inspector, Path(folder)):
                sys.stdout.write(f"{line}\n")
            return 0
        for number, name in enumerate(arguments):
            sys.stdout.write(f"== {name}\n")
            try:
                sent = look_at_payload(
                    Path(name),
                    Path(folder) / str(number),
                    inspector,
                    Options(file_name=name),
                    unpacked_most=MOST,
                )
                for line in _lines(read(sent, bytes_most=MOST)):
                    sys.stdout.write(f"{line}\n")
            except DomainError as error:
                sys.stdout.write(f"{type(error).__name__}: {error}\n")
                status = 1
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
