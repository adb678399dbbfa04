"""How far a file is opened: files that would take more than their share are told from broken ones."""

from pathlib import Path
from types import ModuleType

import pytest
from PIL import Image

from app.documents.domain.media import Detected, Finding, sniff_bytes
from app.documents.inspection import archives, pdfs, pictures
from app.documents.inspection.report import Inspection, Problem
from app.documents.inspection.worker import inspect_file
from tests import files


@pytest.fixture(autouse=True)
def _own_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take back the limit that the picture reader sets for its process, which here is the tests' own."""
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", Image.MAX_IMAGE_PIXELS)


def opened(folder: Path, content: bytes) -> Inspection:
    path = folder / "file"
    path.write_bytes(content)
    found = sniff_bytes(content)
    assert isinstance(found, Detected)
    return inspect_file(path, found.media)


def a_zip_bomb() -> bytes:
    """Say in the directory of a small archive that its file unpacks to four gigabytes."""
    content = bytearray(files.a_zip({"zeros": bytes(1000)}))
    at = content.index(b"PK\x01\x02") + 24
    content[at : at + 4] = b"\xf0\xff\xff\xff"
    return bytes(content)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(files.a_png_bomb(), id="png"),
        pytest.param(files.a_png_bomb(width=2_000_000_000, height=2_000_000_000), id="png-of-more-than-fits"),
        pytest.param(a_zip_bomb(), id="zip"),
    ],
)
def test_a_file_that_would_grow_without_bound_is_too_complex_and_nobody_could_tell(
    tmp_path: Path, content: bytes
) -> None:
    found = opened(tmp_path, content)
    assert (found.readable, found.problem) == (None, Problem.TOO_COMPLEX)


@pytest.mark.parametrize(
    ("content", "limit", "to"),
    [
        pytest.param(files.a_pdf(pages=3), (pdfs, "_MAX_SECONDS_OF_PAGES"), -1, id="pdf"),
        pytest.param(files.a_tiff(pages=3), (pictures, "_MAX_SECONDS_OF_PAGES"), -1, id="tiff"),
        pytest.param(files.a_zip(), (archives, "_MAX_UNPACKED"), 10, id="zip"),
        pytest.param(files.a_docx(), (archives, "_MAX_SECONDS"), -1, id="docx"),
    ],
)
def test_where_time_or_room_runs_out_the_rest_is_left_unchecked_and_said_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, limit: tuple[ModuleType, str], to: int
) -> None:
    monkeypatch.setattr(*limit, to)
    found = opened(tmp_path, content)
    assert (found.readable, found.findings) == (True, (Finding.NOT_ALL_CHECKED,))


@pytest.mark.parametrize(
    ("content", "limit", "pages"),
    [
        pytest.param(files.a_tiff(pages=3), "_MAX_PAGES", None, id="tiff-of-too-many-pages"),
        pytest.param(
            files.a_jpeg(progressive=True),
            "_MAX_PROGRESSIVE_PIXELS",
            1,
            id="jpeg-too-large-to-hold",
        ),
    ],
)
def test_a_picture_beyond_its_limit_is_too_complex(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, limit: str, pages: int | None
) -> None:
    monkeypatch.setattr(pictures, limit, 2)
    found = opened(tmp_path, content)
    assert (found.width_px, found.height_px) == (64, 48)
    assert (found.readable, found.problem, found.pages) == (None, Problem.TOO_COMPLEX, pages)
