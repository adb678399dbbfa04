"""The process that opens files: `python -m app.documents.inspection.worker MEMORY_BYTES SECONDS`.

It reads requests (`{"path": ..., "media": ...}`) line by line from standard input and answers each with one
line. Whatever a library prints goes nowhere, since it may be what the file says. A crash here ends one inspection
and nothing else. It knows nothing of the web or the database.
"""

import json
import os
import sys
from pathlib import Path
from typing import BinaryIO

from app.documents.domain.media_types import MediaType
from app.documents.inspection.limits import die_in, limit_this_process, silence_warnings
from app.documents.inspection.report import Inspection, Problem

_OPEN_FILES = 64
_TOO_MUCH_MEMORY = "Opening the file takes more memory than one file may."


def inspect_file(path: Path, media: MediaType) -> Inspection:
    """Inspect one file in this process; the libraries are loaded when the first file needs them."""
    match media:
        case MediaType.PDF:
            from app.documents.inspection.pdfs import inspect_pdf  # noqa: PLC0415

            return inspect_pdf(path)
        case MediaType.JPEG | MediaType.PNG | MediaType.TIFF | MediaType.WEBP | MediaType.HEIC:
            from app.documents.inspection.pictures import inspect_picture  # noqa: PLC0415

            return inspect_picture(path, media)
        case MediaType.ZIP | MediaType.DOCX | MediaType.XLSX:
            from app.documents.inspection.archives import inspect_archive  # noqa: PLC0415

            return inspect_archive(path, media)
        case _:
            return Inspection()


def serve(requests: BinaryIO, answers: BinaryIO, *, seconds: int) -> None:
    """Answer requests until there are no more, or memory has run out once."""
    for line in requests:
        request = json.loads(line)
        die_in(seconds)
        try:
            report = inspect_file(Path(request["path"]), MediaType(request["media"]))
            has_memory = True
        except MemoryError:
            report = Inspection().with_problem(Problem.TOO_COMPLEX, _TOO_MUCH_MEMORY)
            has_memory = False
        answers.write(report.to_line())
        answers.flush()
        die_in(0)
        if not has_memory:
            return


def main() -> None:
    """Serve standard input under the limits named on the command line."""
    memory_bytes, seconds = map(int, sys.argv[1:])
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as answers:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.dup2(nowhere, sys.stderr.fileno())
        silence_warnings()
        limit_this_process(memory_bytes=memory_bytes, open_files=_OPEN_FILES)
        serve(sys.stdin.buffer, answers, seconds=seconds)


if __name__ == "__main__":
    main()
