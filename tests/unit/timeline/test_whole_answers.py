"""The whole answer of every rule on the ten invented cases and on empty ones, as it was read and found right.

`python -m tests.unit.timeline.test_whole_answers` writes the file anew after a change that is meant; read what differs.
"""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from app.cases.domain import Cancer
from app.timeline.domain.compute import compute_all
from tests.builders import a_case, a_case_file
from tests.unit.timeline.test_own_cases import CASES, case_file_of

FILE = Path(__file__).with_name("cases") / "answers.json"
EMPTY = ("other_lymphoma", "glioma", "myeloma", "acute_lymphoblastic_leukaemia", "prostate")


def answers() -> Iterator[tuple[str, Any]]:
    for case in CASES:
        found = compute_all(case_file_of(case), date.fromisoformat(case["as_of"]))
        yield case["id"], json.loads(msgspec.json.encode(found))
    for group in EMPTY:
        nothing = a_case_file(case=a_case(cancer=Cancer(text=group, disease_group=group)))  # type: ignore[arg-type]
        found = compute_all(nothing, date(2025, 12, 31))
        yield f"nothing recorded: {group}", json.loads(msgspec.json.encode(found))


def test_every_answer_is_the_one_that_was_read_and_found_right() -> None:
    read = json.loads(FILE.read_text(encoding="utf-8"))
    told = dict(answers())
    assert list(told) == list(read)
    for case, found in told.items():
        assert found == read[case], case


if __name__ == "__main__":
    lines = [f"{json.dumps(case)}: {json.dumps(found, ensure_ascii=False)}" for case, found in answers()]
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
