"""Templates: what is downloaded is read again, and its example is not."""

from typing import get_args

import pytest

from app.imports.readers.tabular.templates import KINDS, MARK, template
from app.imports.router import TemplateKind
from tests.unit.imports.tabular.tables import reading_of, records_of, unused_in


@pytest.mark.parametrize("kind", KINDS)
def test_the_example_of_a_template_posted_back_unchanged_is_skipped(kind: str) -> None:
    content = template(kind)
    assert content is not None
    reading = reading_of(content)
    assert records_of(reading) == []
    assert [outcome for outcome, _ in unused_in(reading)] == ["skipped"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_example_of_a_template_without_its_mark_is_one_record_of_its_kind(kind: str) -> None:
    content = (template(kind) or b"").replace(MARK.encode(), b"")
    (record,) = records_of(reading_of(content))
    assert record.kind == kind
    assert all(not item.remarks for item in reading_of(content).items if hasattr(item, "remarks"))


def test_a_changed_row_that_is_still_marked_is_rejected() -> None:
    content = (template("marker_result") or b"").replace(b"18.4", b"19.4")
    assert [outcome for outcome, _ in unused_in(reading_of(content))] == ["rejected"]


def test_there_is_a_template_for_every_kind_of_the_description_and_no_other() -> None:
    assert get_args(TemplateKind) == KINDS
    assert template("opinion") is None
