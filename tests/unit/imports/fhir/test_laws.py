"""What holds of any payload: it is read or refused, twice alike, in any order, and every part of it is answered."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.imports.checking import faults_of
from app.imports.domain.reading import FoundRecord, Options, Reading, UnreadablePayloadError
from app.imports.readers.fhir import read
from tests.unit.imports.fhir import test_mcode, test_papers, test_therapies
from tests.unit.imports.fhir.made import a_condition, a_patient, an_observation, bundle

SEEDS: list[dict[str, Any]] = [
    a_patient(),
    a_condition(
        stage=[{"summary": {"text": "Stage IIIC"}}], clinicalStatus={"coding": [{"code": "remission"}]}
    ),
    an_observation(),
    *test_mcode.a_tnm(),
    test_mcode.a_variant(),
    test_mcode.SPECIMEN,
    test_papers.a_document(),
    test_papers.a_report(),
    test_therapies.given("2024-07-09"),
    test_therapies.given("2024-07-30"),
    test_therapies.ordered(),
]
_WORDS = st.sampled_from(
    [
        "",
        "x",
        "2024-13-45",
        "2024",
        "Patient/",
        "#",
        "final",
        "entered-in-error",
        "é" * 300,
        "a" * 25_000,
        "\u0000",
    ]
)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | _WORDS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["coding", "code", "value", "text", "reference", "extension", "url"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)


def places(value: Any, found: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    for name, inner in (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    ):
        found.append((value, name))
        places(inner, found)
    return found


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """Draw a sound Bundle in which some elements hold something else."""
    payload = json.loads(json.dumps(bundle(*draw(st.lists(st.sampled_from(SEEDS), min_size=1, max_size=6)))))
    for _ in range(draw(st.integers(0, 4))):
        spots = places(payload, [])
        holder, name = spots[draw(st.integers(0, len(spots) - 1))]
        holder[name] = draw(_VALUES)
    return json.dumps(payload).encode()


def reading_of(content: bytes) -> Reading | None:
    try:
        return read(content, Options())
    except UnreadablePayloadError:
        return None


@settings(max_examples=300, deadline=None)
@given(mutated())
def test_whatever_a_bundle_holds_it_is_read_alike_twice_into_sound_records(content: bytes) -> None:
    reading = reading_of(content)

    assert reading == reading_of(content)
    keys = set()
    for item in reading.items if reading else ():
        assert len(item.place) <= 500
        if isinstance(item, FoundRecord):
            assert faults_of(item.record) == []
            assert (item.patient, item.key) not in keys
            keys.add((item.patient, item.key))


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=400)
    | mutated().flatmap(lambda text: st.integers(0, len(text)).map(lambda end: text[:end]))
)
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    reading = reading_of(content)

    assert reading is None or isinstance(reading, Reading)


@settings(max_examples=100, deadline=None)
@given(st.permutations(SEEDS))
def test_the_order_of_entries_does_not_matter(shuffled: list[dict[str, Any]]) -> None:
    def facts(resources: list[dict[str, Any]]) -> set[tuple[str, str]]:
        items = read(json.dumps(bundle(*resources)).encode(), Options()).items
        return {(item.key, repr(item.record)) for item in items if isinstance(item, FoundRecord)}

    assert facts(shuffled) == facts(SEEDS)


@pytest.mark.parametrize("resource", SEEDS, ids=lambda one: f"{one['resourceType']}-{one['id']}")
def test_every_resource_is_answered(resource: dict[str, Any]) -> None:
    assert read(json.dumps(resource).encode(), Options()).items


def test_every_entry_is_answered_in_its_place() -> None:
    items = read(json.dumps(bundle(*SEEDS)).encode(), Options()).items
    answered = [int(item.place.partition("[")[2].partition("]")[0]) for item in items]

    assert answered == sorted(answered)
    assert set(answered) == set(range(len(SEEDS)))
