"""File names: kept for people to read, and given back so that no program stumbles over them."""

import unicodedata
from collections.abc import Mapping

from app.documents.domain.media_types import MediaType

NAME_MOST = 255

_TURNS_TEXT_ROUND = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that make `exe.fdp` read as `pdf.exe` backwards."""
_NOT_FOR_NAMES = frozenset({"Cc", "Cs", "Zl", "Zp"})
_OTHER_SUFFIXES: Mapping[MediaType, tuple[str, ...]] = {
    MediaType.JPEG: (".jpeg", ".jpe", ".jfif"),
    MediaType.TIFF: (".tif",),
    MediaType.HEIC: (".heif",),
    MediaType.HTML: (".htm", ".xhtml"),
    MediaType.DOCX: (".dotx", ".docm", ".dotm"),
    MediaType.XLSX: (".xltx", ".xlsm", ".xltm"),
    MediaType.CSV: (".tsv", ".txt", ".tab"),
    MediaType.TXT: (".text",),
    MediaType.JSON: (".ndjson", ".jsonl"),
}


def safe_name(name: str) -> str | None:
    """Return a file's name without its folders, control characters and direction marks; None where nothing is left."""
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(
        letter
        for letter in last
        if unicodedata.category(letter) not in _NOT_FOR_NAMES and letter not in _TURNS_TEXT_ROUND
    ).strip(" .")
    if len(kept) > NAME_MOST:
        stem, dot, suffix = kept.rpartition(".")
        end = dot + suffix if stem and len(suffix) < 10 else ""  # noqa: PLR2004 (longer than any file type's)
        kept = kept[: NAME_MOST - len(end)] + end
    return kept or None


def download_name(name: str | None, media: MediaType) -> str:
    """Return the name to save a file under: it ends as the file's content says, whatever it was sent as."""
    name = name or "document"
    endings = (media.suffix, *_OTHER_SUFFIXES.get(media, ()))
    return name if name.lower().endswith(endings) else name + media.suffix
