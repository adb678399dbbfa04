"""Real files over HTTP: each is stored as what it is or refused in words, and comes back byte for byte."""

import csv
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Api
from tests.forms import File, upload
from tests.real.test_file_types import ENDINGS, NOT_TAKEN, OF_ANOTHER_KIND

FOLDERS = {
    "text/tcga-path-reports": 501,
    "pdf_reports": 8,
    "pdf_generic": 180,
    "images": 15,
    "dicom": 120,
    "whole_cases": 5,
}
"""What is uploaded, and how many files there are at least."""
FILES_AT_ONCE = 100


def dicom_files(folder: Path) -> set[Path]:
    with (folder / "dicom" / "TRUTH_manifest.csv").open(encoding="utf-8") as manifest:
        rows = list(csv.DictReader(manifest))
    return {folder / "dicom" / row["file"] for row in rows if row["pydicom_strict"] == "ok"}


def media_of(path: Path, dicom: set[Path]) -> str | None:
    """Say what others call the file; None where they leave it open."""
    if path in dicom:
        return "dicom"
    media = OF_ANOTHER_KIND.get(path.name) or ENDINGS.get(path.suffix.lower().lstrip("."))
    return None if media is None else media.value


def sent_in_forms(api: Api, case_id: str, paths: list[Path]) -> list[tuple[Path, dict[str, Any]]]:
    """Upload the files, many at a time, and return what became of each."""
    outcomes: list[tuple[Path, dict[str, Any]]] = []
    for start in range(0, len(paths), FILES_AT_ONCE):
        some = paths[start : start + FILES_AT_ONCE]
        answer = upload(api, case_id, *(File(path.read_bytes(), name=path.name) for path in some), status=201)
        outcomes += zip(some, answer.json()["items"], strict=True)
    return outcomes


@pytest.mark.parametrize("folder", FOLDERS)
def test_real_files_are_stored_as_what_they_are_or_refused_in_words(
    api: Api, real_files: Path, folder: str
) -> None:
    paths = [path for path in sorted((real_files / folder).rglob("*")) if path.is_file()]
    assert len(paths) >= FOLDERS[folder]
    case_id, dicom = api.open_case(), dicom_files(real_files)
    sizes: dict[str, int] = {}
    refused: set[str] = set()
    for path, item in sent_in_forms(api, case_id, paths):
        if item["outcome"] == "rejected":
            refused.add(path.name)
            assert item["problem"]["detail"], path.name
            assert item["problem"]["fix"], path.name
            assert item["problem"]["status"] in {415, 422}, path.name
            continue
        sizes[item["id"]] = path.stat().st_size
        if item["outcome"] == "created":
            document = item["document"]
            assert document["file_name"] == path.name
            assert document["media"] == (media_of(path, dicom) or document["media"]), path.name
        fetched = api.get(f"/v1/cases/{case_id}/documents/{item['id']}/content", status=200)
        assert fetched.content == path.read_bytes(), path.name
    taken = {path.name for path in paths if path in dicom or path.suffix.lower().lstrip(".") in ENDINGS}
    assert not refused & (taken - NOT_TAKEN.keys())
    assert len(sizes) > 0.8 * len(paths)
