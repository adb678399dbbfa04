"""Size, pages and damage of pictures, without decoding what would not fit into memory."""

import time
import warnings
from collections.abc import Mapping
from pathlib import Path

import pi_heif
from PIL import Image, TiffImagePlugin, UnidentifiedImageError

from app.documents.domain.media_types import Finding, MediaType
from app.documents.inspection.report import Inspection, Problem

pi_heif.register_heif_opener(thumbnails=False)

_FORMATS: Mapping[MediaType, tuple[str, ...]] = {
    MediaType.JPEG: ("JPEG", "MPO"),
    MediaType.PNG: ("PNG",),
    MediaType.TIFF: ("TIFF",),
    MediaType.WEBP: ("WEBP",),
    MediaType.HEIC: ("HEIF",),
}
_OF_SEVERAL_PAGES = frozenset({MediaType.TIFF, MediaType.HEIC})
_MAX_PIXELS: Mapping[MediaType, int] = {
    MediaType.JPEG: 250_000_000,  # decoded at an eighth of its size
    MediaType.PNG: 100_000_000,
    MediaType.TIFF: 150_000_000,  # a page scanned at 1200 dpi
    MediaType.WEBP: 50_000_000,  # its lossless kind takes some 16 bytes a point to decode
    MediaType.HEIC: 100_000_000,
}
_MAX_PROGRESSIVE_PIXELS = 100_000_000
"""A progressive JPEG is held whole while it is decoded, some six bytes a point, however small the result."""
_REDUCED = 8
_MAX_PAGES = 5000
_MAX_SECONDS_OF_PAGES = 6.0
_NEW_SUBFILE_TYPE, _REDUCED_COPY = 254, 1
_WIDTH, _HEIGHT, _COMPRESSION = 256, 257, 259

_TOO_LARGE = "The picture is too large to be opened here."
_DAMAGED = "The picture is damaged: it does not open whole."
_UNKNOWN_VARIANT = "The picture is stored in a way that cannot be opened here."


def inspect_picture(path: Path, media: MediaType) -> Inspection:
    """Open and decode a picture."""
    Image.MAX_IMAGE_PIXELS = _MAX_PIXELS[media]
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(path, formats=_FORMATS[media]) as image:
                return _inspect_open(image, media)
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            return Inspection().with_problem(Problem.TOO_COMPLEX, _TOO_LARGE)
        except UnidentifiedImageError:
            return _unidentified(path, media)
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001  a decoder given a broken file raises whatever it meets
            return Inspection().with_problem(Problem.DAMAGED, _DAMAGED)


def _inspect_open(image: Image.Image, media: MediaType) -> Inspection:
    if media in _OF_SEVERAL_PAGES:
        return _inspect_pages(image)
    width, height = image.size
    known = Inspection(readable=True, width_px=width, height_px=height, pages=1)
    if media is MediaType.JPEG:
        if image.info.get("progressive") and width * height > _MAX_PROGRESSIVE_PIXELS:
            return known.with_problem(Problem.TOO_COMPLEX, _TOO_LARGE)
        image.draft(None, (max(1, width // _REDUCED), max(1, height // _REDUCED)))
    return known if _decodes(image) else known.with_problem(Problem.DAMAGED, _DAMAGED)


def _inspect_pages(image: Image.Image) -> Inspection:
    """Go through the pages, decoding them while time allows; reduced copies of a page do not count."""
    (width, height), pages, decoded, damaged = image.size, 0, 0, 0
    until = time.monotonic() + _MAX_SECONDS_OF_PAGES
    is_whole = False
    for frame in range(_MAX_PAGES):
        try:
            image.seek(frame)
        except EOFError:
            is_whole = True
            break
        if _is_reduced_copy(image):
            continue
        pages += 1
        if time.monotonic() < until:
            decoded += 1
            damaged += not _decodes(image)
    known = Inspection(
        readable=True,
        width_px=width,
        height_px=height,
        pages=pages if is_whole else None,
        findings=() if decoded == pages else (Finding.NOT_ALL_CHECKED,),
    )
    if damaged:
        return known.with_problem(
            Problem.DAMAGED, f"{damaged} of {decoded} pages of the picture are damaged."
        )
    if not is_whole:
        return known.with_problem(Problem.TOO_COMPLEX, f"The picture has more than {_MAX_PAGES:,} pages.")
    return known


def _is_reduced_copy(image: Image.Image) -> bool:
    if not isinstance(image, TiffImagePlugin.TiffImageFile):
        return False
    return bool(image.tag_v2.get(_NEW_SUBFILE_TYPE, 0) & _REDUCED_COPY)


def _decodes(image: Image.Image) -> bool:
    try:
        image.load()
    except (MemoryError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise
    except Exception:  # noqa: BLE001  a decoder given a broken file raises whatever it meets
        return False
    return True


def _unidentified(path: Path, media: MediaType) -> Inspection:
    """Tell a damaged picture from one of a variant that is not known here, where the format allows it."""
    if media is MediaType.TIFF and _has_sound_directory(path):
        return Inspection().with_problem(Problem.UNSUPPORTED, _UNKNOWN_VARIANT)
    return Inspection().with_problem(Problem.DAMAGED, _DAMAGED)


def _has_sound_directory(path: Path) -> bool:
    """Say whether a TIFF names its size and a compression, which then is one that is not known here."""
    try:
        with path.open("rb") as file:
            directory = TiffImagePlugin.ImageFileDirectory_v2(file.read(8))
            file.seek(directory.next)
            directory.load(file)
    except Exception:  # noqa: BLE001  a reader given a broken file raises whatever it meets
        return False
    return all(tag in directory for tag in (_WIDTH, _HEIGHT, _COMPRESSION))
