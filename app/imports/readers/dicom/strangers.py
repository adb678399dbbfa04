"""The files beside the images: viewers, web pages, texts; named by folder, so that nobody has to read a thousand."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from app.imports.domain.fitting import place
from app.imports.domain.reading import NotUsed

_PAPERS: Final = (
    (b"%PDF", "A PDF beside the images is not read here."),
    (b"{\\rtf", "A document beside the images is not read here."),
    (b"\xd0\xcf\x11\xe0", "A document beside the images is not read here."),
)
PAPERS_NAMED: Final = 100
_FOLDERS_NAMED: Final = 50


@dataclass(slots=True)
class _Folder:
    number: int
    names: list[str] = field(default_factory=list)


def strangers_of(files: list[tuple[str, int, bytes]]) -> Iterator[tuple[int, NotUsed]]:
    """Yield what is said of the files that are no DICOM files: possible reports each, the rest by top folder."""
    folders: dict[str, _Folder] = {}
    papers = 0
    for name, number, head in files:
        detail = next((detail for magic, detail in _PAPERS if head.startswith(magic)), None)
        if detail is not None and papers < PAPERS_NAMED:
            papers += 1
            yield (
                number,
                NotUsed(
                    place=place(name),
                    outcome="skipped",
                    detail=detail,
                    fix="If it is a report, upload it as a document of the case.",
                ),
            )
            continue
        top = name.partition("/")[0] if "/" in name else ""
        key = top if top in folders or len(folders) < _FOLDERS_NAMED else ""
        folders.setdefault(key, _Folder(number)).names.append(name)
    for top, folder in folders.items():
        count = len(folder.names)
        yield (
            folder.number,
            NotUsed(
                place=place(folder.names[0] if count == 1 else f"{top}/" if top else "/"),
                outcome="skipped",
                detail=(
                    "This is no DICOM file, such as a viewer, a web page or a text."
                    if count == 1
                    else f"{count} files here are no DICOM files, such as a viewer, web pages and texts."
                ),
                fix="Nothing needs doing; a report among them can be uploaded as a document of the case.",
            ),
        )
