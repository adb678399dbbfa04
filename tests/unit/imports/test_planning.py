"""What becomes of each thing that a sender says, given what it said before."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import FieldError
from app.imports.domain.planning import (
    AMENDED_BY_A_PERSON,
    Known,
    Planner,
    Step,
    changes_anything,
    digest_of,
    key_hash,
)
from app.imports.domain.reading import AnyItem, FoundDocument, NotUsed
from app.records.domain.stored import Newest
from tests.unit.imports.found import a_found_document, a_found_record, not_used, withdrawn

SCOPE = "case-1\nfhir"


class World:
    """What is stored, as the planner is told of it; carrying out a plan is left to the reader of the steps."""

    def __init__(self) -> None:
        self.known: dict[str, Known] = {}
        self.newest: dict[str, Newest] = {}
        self.same_bytes: dict[str, str] = {}
        self._ids = count(1)

    def plan(self, *items: AnyItem, **changes: Any) -> list[Step]:
        planner = Planner(
            scope=SCOPE,
            known=self.known,
            newest=self.newest,
            same_bytes=self.same_bytes,
            digest=digest_of,
            faults=changes.pop("faults", lambda _: ()),
            new_id=lambda: f"new-{next(self._ids)}",
            document_ids={
                item.key: f"document-{item.key}" for item in items if isinstance(item, FoundDocument)
            },
        )
        return planner.plan(items, changes.pop("unfit", {}))

    def after(self, *items: AnyItem) -> Sequence[Step]:
        """Carry a plan out, and return it."""
        steps = self.plan(*items)
        for step in steps:
            if step.known is None or isinstance(step.item, NotUsed):
                continue
            self.known[key_hash(SCOPE, step.item.key)] = step.known
            if step.known.kind != "document":
                is_active = not step.known.is_withdrawn
                self.newest[step.known.subject_id] = Newest(version=step.version, is_active=is_active)
        return steps


@pytest.fixture
def world() -> World:
    return World()


def outcomes(steps: Sequence[Step]) -> list[str]:
    return [step.outcome for step in steps]


def test_what_is_new_is_created(world: World) -> None:
    (step,) = world.plan(a_found_record())
    assert (step.outcome, step.act, step.version, step.subject_id) == ("created", "create", 1, "new-1")


def test_the_same_again_is_a_duplicate_of_the_first(world: World) -> None:
    (first,) = world.after(a_found_record())
    (again,) = world.plan(a_found_record())
    assert (again.outcome, again.act, again.subject_id) == ("duplicate", "none", first.subject_id)


def test_a_changed_fact_is_a_new_version_of_the_same_record(world: World) -> None:
    (first,) = world.after(a_found_record(stated_at="2026-03-03T08:00:00.000Z"))
    (changed,) = world.after(a_found_record(value="9.7", stated_at="2026-03-04T08:00:00.000Z"))
    assert (changed.outcome, changed.subject_id, changed.version) == ("superseded", first.subject_id, 2)


def test_an_older_version_never_takes_over_from_a_newer_one(world: World) -> None:
    world.after(a_found_record(stated_at="2026-03-04T08:00:00.000Z"))
    (late,) = world.plan(a_found_record(value="9.7", stated_at="2026-03-03T08:00:00.000Z"))
    assert (late.outcome, late.act) == ("skipped", "none")
    assert late.detail == "A newer version of it is stored already."


def test_what_a_person_amended_is_named_when_the_sender_changes_it(world: World) -> None:
    (first,) = world.after(a_found_record())
    world.newest[first.subject_id or ""] = Newest(version=2, is_active=True)
    (changed,) = world.plan(a_found_record(value="9.7"))
    assert (changed.version, changed.remarks) == (3, (AMENDED_BY_A_PERSON,))


def test_what_a_person_amended_stays_when_the_sender_says_the_same_again(world: World) -> None:
    (first,) = world.after(a_found_record())
    world.newest[first.subject_id or ""] = Newest(version=2, is_active=True)
    assert outcomes(world.plan(a_found_record())) == ["duplicate"]


def test_what_a_person_withdrew_does_not_come_back_unchanged(world: World) -> None:
    (first,) = world.after(a_found_record())
    world.newest[first.subject_id or ""] = Newest(version=2, is_active=False)
    assert outcomes(world.plan(a_found_record())) == ["duplicate"]
    (changed,) = world.plan(a_found_record(value="9.7"))
    assert changed.outcome == "created"
    assert changed.subject_id != first.subject_id


def test_what_a_person_moved_to_another_case_is_left_there(world: World) -> None:
    (first,) = world.after(a_found_record())
    del world.newest[first.subject_id or ""]
    (changed,) = world.plan(a_found_record(value="9.7"))
    assert (changed.outcome, changed.act) == ("skipped", "none")


def test_what_the_sender_takes_back_is_marked_as_entered_in_error(world: World) -> None:
    (first,) = world.after(a_found_record())
    (taken_back,) = world.after(withdrawn())
    assert (taken_back.outcome, taken_back.act, taken_back.subject_id) == (
        "superseded",
        "withdraw",
        first.subject_id,
    )
    assert outcomes(world.plan(withdrawn())) == ["duplicate"]


def test_what_was_taken_back_is_recorded_anew_when_it_comes_changed(world: World) -> None:
    (first,) = world.after(a_found_record())
    world.after(withdrawn())
    assert outcomes(world.plan(a_found_record())) == ["skipped"]
    (anew,) = world.plan(a_found_record(value="9.7"))
    assert (anew.outcome, anew.subject_id != first.subject_id) == ("created", True)


def test_taking_back_what_never_came_changes_nothing(world: World) -> None:
    (step,) = world.plan(withdrawn())
    assert (step.outcome, step.act) == ("skipped", "none")


def test_a_fact_that_becomes_one_of_another_kind_is_a_new_record_and_the_old_one_leaves(world: World) -> None:
    (first,) = world.after(a_found_record())
    (other,) = world.plan(a_found_record(kind="comorbidity"))
    assert (other.outcome, other.act, other.withdraws) == ("superseded", "create", first.subject_id)


def test_an_unsound_record_is_rejected_with_what_is_wrong(world: World) -> None:
    fault = FieldError("/value", "This is not a number.", "Send a number.")
    (step,) = world.plan(a_found_record(), faults=lambda _: [fault])
    assert (step.outcome, step.act, step.errors, step.detail) == ("rejected", "none", (fault,), fault.detail)


def test_several_versions_in_one_payload_follow_each_other(world: World) -> None:
    steps = world.plan(
        a_found_record(), a_found_record(value="9.7"), a_found_record(value="9.7"), withdrawn()
    )
    assert outcomes(steps) == ["created", "superseded", "duplicate", "superseded"]
    assert [step.version for step in steps if step.act != "none"] == [1, 2, 3]
    assert len({step.subject_id for step in steps}) == 1


def test_the_same_bytes_are_one_document_under_whatever_key_they_come(world: World) -> None:
    first, second = world.plan(a_found_document("Binary/1"), a_found_document("Binary/2"))
    assert (first.outcome, second.outcome) == ("created", "duplicate")
    assert first.subject_id == second.subject_id


def test_a_document_with_other_bytes_is_a_new_one_and_the_old_one_stays(world: World) -> None:
    (first,) = world.after(a_found_document())
    (second,) = world.plan(a_found_document(content=b"Another letter."))
    assert (second.outcome, second.remarks) == (
        "created",
        ("It takes over from a document that was sent before, which stays.",),
    )
    assert first.outcome == "created"
    assert outcomes(world.plan(withdrawn("Binary/1"))) == ["skipped"]


def test_bytes_that_are_not_taken_are_rejected_and_the_rest_goes_on(world: World) -> None:
    fault = FieldError("", "It looks like a Windows program.", "Send a document.")
    steps = world.plan(a_found_document(), a_found_record(), unfit={"Binary/1": fault})
    assert outcomes(steps) == ["rejected", "created"]


def test_what_a_reader_could_not_use_is_told_as_it_said_it(world: World) -> None:
    (step,) = world.plan(not_used())
    assert (step.outcome, step.detail, step.fix) == (
        "skipped",
        "Devices are not read.",
        "Nothing has to be done.",
    )
    assert not changes_anything([step])


VALUES = st.decimals(min_value=0, max_value=999, places=1, allow_nan=False)


@given(st.lists(st.tuples(st.integers(1, 4), VALUES), max_size=12))
def test_posting_anything_twice_changes_nothing_the_second_time(facts: list[tuple[int, Decimal]]) -> None:
    newest_last = dict(facts)  # of several values under one key, the last one stands
    items = [a_found_record(f"Observation/{number}", value=value) for number, value in newest_last.items()]
    world = World()
    world.after(*items)
    again = world.plan(*items)
    assert not changes_anything(again)
    assert set(outcomes(again)) <= {"duplicate"}
