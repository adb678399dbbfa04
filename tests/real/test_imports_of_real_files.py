"""Every real file of a format that is imported: read into records, or refused with a reason; twice, it adds nothing."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Api

FOLDERS = ("fhir_mcode", "fhir_r4", "hl7v2", "ccda", "dicom", "mcode_csv", "tumour_markers", "timelines")
EVERY_ON_POSTGRESQL = 12
"""What a reader finds is the same on both databases; there a part of the files shows that it is stored alike."""

TRUTHS = ("TRUTH_",)
CHANGES = frozenset({"created", "superseded"})


def files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.name.startswith(TRUTHS) and path.suffix not in {".md", ".py"}:
            yield path


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_file_is_imported_or_refused_in_words_and_the_second_time_adds_nothing(
    api: Api, real_files: Path, folder: str
) -> None:
    step = 1 if "sqlite" in api.client.app.state.settings.database_url else EVERY_ON_POSTGRESQL  # type: ignore[attr-defined]
    wrong: list[str] = []
    taken = 0
    for path in list(files(real_files / folder))[::step]:
        first, place = _post(api, path)
        if first.status_code not in {200, 201}:
            if not (400 <= first.status_code < 500 and first.json()["detail"]):
                wrong.append(f"{path}: {first.status_code} {first.text[:300]}")
            continue
        taken += 1
        wrong += [f"{path}: {fault}" for fault in _faults(first.json())]
        again = api.post(place, content=path.read_bytes(), params={"file_name": path.name})
        added = [item for item in again.json().get("items", ()) if item["outcome"] in CHANGES]
        if again.status_code != 200 or added:
            wrong.append(f"{path}: the second time {again.status_code}, {added[:3]}")
    assert not wrong, "\n".join(wrong[:30])
    assert taken


def _post(api: Api, path: Path) -> tuple[Any, str]:
    """Post a file to the case of its patient, or to a new one where it names no patient by an identifier."""
    content, place = path.read_bytes(), "/v1/imports"
    first = api.post(place, content=content, params={"file_name": path.name})
    if first.status_code == 422 and first.json()["type"] == "/problems/unidentified-patient":
        place = f"/v1/cases/{api.open_case()}/imports"
        first = api.post(place, content=content, params={"file_name": path.name})
    return first, place


def _faults(answer: dict[str, Any]) -> Iterator[str]:
    """Yield what no answer may say: a record that the reader should have made sound, or nothing said of a thing."""
    for item in answer["items"]:
        problem = item["problem"]
        if item["outcome"] in {"skipped", "rejected"} and not (
            problem and problem["detail"] and problem["fix"]
        ):
            yield f"{item['place']} is {item['outcome']} without a reason"
        if problem and problem["errors"]:
            yield f"{item['place']} was read into an unsound record: {problem['errors']}"
