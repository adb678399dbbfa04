"""The parts of an answer are described in the API's schema like any dataclass."""

import pytest
from pydantic import TypeAdapter

from app.timeline.domain.event import SourceRef, Timeline


def test_a_struct_is_described_by_its_fields() -> None:
    schema = TypeAdapter(Timeline).json_schema()
    event = schema["$defs"]["TimelineEvent"]
    assert event["required"] == list(event["properties"])
    assert event["properties"]["date"] == {"anyOf": [{"$ref": "#/$defs/EventDate"}, {"type": "null"}]}
    assert event["description"].startswith("One event")


def test_an_event_can_not_be_changed() -> None:
    with pytest.raises(AttributeError):
        SourceRef(record_id="a").record_id = "b"  # type: ignore[misc]
