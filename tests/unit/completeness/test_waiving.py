"""Decisions to go without an item: what may be decided, and what the record of it says."""

from datetime import date

import pytest

from app.completeness.domain.waiving import (
    UnknownItemError,
    Waived,
    WaiverOverError,
    check_key,
    holds_on,
    is_same,
    waiver_of,
    withdrawal_of,
)

TODAY = date(2026, 3, 20)
WHY = Waived(reason="It has closed.", by="A. Nurse", until="2026-04-01")


def test_a_waiver_says_who_why_until_when_and_on_which_day() -> None:
    found = waiver_of("symptoms", WHY, TODAY)
    assert (found.kind, found.topic, found.about, found.choice) == (
        "decision",
        "waiver",
        "symptoms",
        "waived",
    )
    assert (found.reason, found.author, found.until, found.date) == (
        "It has closed.",
        "A. Nurse",
        "2026-04-01",
        "2026-03-20",
    )


def test_a_withdrawal_says_who_and_why_and_has_no_end() -> None:
    found = withdrawal_of("symptoms", WHY, TODAY)
    assert (found.choice, found.about, found.until, found.author) == (
        "withdrawn",
        "symptoms",
        None,
        "A. Nurse",
    )
    assert (found.reason, found.date) == ("It has closed.", "2026-03-20")
    assert not holds_on(found, TODAY)


@pytest.mark.parametrize("until", ["2026-03-20", "2026-03", "2026", "2027-01-01", None, "2026-03-01/.."])
def test_a_waiver_may_end_today_or_later_or_never(until: str | None) -> None:
    found = waiver_of("symptoms", Waived(reason="x", by=None, until=until), TODAY)
    assert found.until == until
    assert holds_on(found, TODAY)


@pytest.mark.parametrize(
    ("until", "detail"),
    [
        ("2026-03-19", "This day is over."),
        ("2025", "This day is over."),
        ("soon", "This is no date."),
        ("2026-02-30", "This is no date."),
    ],
)
def test_a_waiver_that_would_be_over_or_has_no_date_is_refused(until: str, detail: str) -> None:
    with pytest.raises(WaiverOverError) as caught:
        waiver_of("symptoms", Waived(reason="x", by=None, until=until), TODAY)
    assert str(caught.value) == "Nothing was stored."
    (error,) = caught.value.errors
    assert (error.pointer, error.detail) == ("/until", detail)
    assert error.fix == "Send a date such as 2026-12-31, today or later, or leave `until` out."


@pytest.mark.parametrize(("day", "holds"), [(date(2026, 4, 1), True), (date(2026, 4, 2), False)])
def test_a_waiver_holds_through_its_last_day(day: date, holds: bool) -> None:  # noqa: FBT001 (a row of the table)
    assert holds_on(waiver_of("symptoms", WHY, TODAY), day) is holds


def test_two_decisions_say_the_same_whenever_they_were_made() -> None:
    one = waiver_of("symptoms", WHY, TODAY)
    assert is_same(one, waiver_of("symptoms", WHY, date(2026, 3, 21)))
    for other in (
        Waived(reason="Else.", by="A. Nurse", until="2026-04-01"),
        Waived(reason="It has closed.", by="B. Nurse", until="2026-04-01"),
        Waived(reason="It has closed.", by="A. Nurse", until=None),
    ):
        assert not is_same(one, waiver_of("symptoms", other, TODAY))
    assert not is_same(
        waiver_of("x", Waived(reason="r", by=None), TODAY),
        withdrawal_of("x", Waived(reason="r", by=None), TODAY),
    )


def test_an_unknown_key_names_those_there_are_once_and_in_order() -> None:
    check_key("b", ["b", "a"])
    with pytest.raises(UnknownItemError, match=r"^Use one of: a, b\.$"):
        check_key("c", ["b", "a", "b"])
