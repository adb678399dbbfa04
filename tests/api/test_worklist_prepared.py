"""The worklist is worked out before anybody asks, on both databases, and is never needed to be for a right answer."""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import structlog
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from app.access.domain import own_access
from app.infra.database import Database
from app.worklist import keeping, preparing, service, working
from app.worklist.domain.order import WorklistRow
from app.worklist.preparing import Preparer, Preparing
from app.worklist.working import rules_version
from tests.conftest import Api

TODAY = date(2026, 3, 20)
TOMORROW = TODAY + timedelta(days=1)
OPEN_DATE = {"kind": "comorbidity", "condition": "hypertension", "since": "2026", "date": "2026"}
"""A date that may lie on either side of today: what is worked out with it holds for one day alone."""


@pytest.fixture(autouse=True)
def _nothing_else_prepares(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparing, "FIRST_AFTER", timedelta(hours=1))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    made = Database(database_url)
    yield made
    made.dispose()


def prepare(database: Database, day: date = TODAY, *, today: date = TODAY) -> int:
    return sum(Preparing(database, UTC).run(day, today=today))


def kept(database: Database) -> list[tuple[str, str, str]]:
    with database.connect() as connection:
        rows = connection.execute(
            text("SELECT case_id, rules, first_day FROM worklist_rows ORDER BY case_id, first_day, rules")
        )
        return [(str(case_id), str(rules), str(first)) for case_id, rules, first in rows]


def read(database: Database, api: Api, as_of: date = TODAY) -> list[WorklistRow]:
    organisation = api.get("/v1/whoami", status=200).json()["organisation_id"]
    with database.read() as session:
        access = own_access(organisation)
        heads = service.list_heads(session, access, reference=None, purpose=None, words=None)
        return service.worklist(database, session, access, heads, as_of=as_of, today=TODAY, zone=UTC)


def never(*_: Any, **__: Any) -> Any:
    message = "nothing is to be worked out on reading"
    raise AssertionError(message)


def test_what_is_prepared_is_what_a_reader_would_have_worked_out_and_is_not_worked_out_again(
    api: Api, other_api: Api, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(20):
        case_id = api.open_case(reference=f"R-{number}", purposes=["response"])
        api.add(case_id, {"kind": "symptom", "symptom": "cough", "date": f"2026-03-{number + 1:02}"})
    elsewhere = other_api.open_case()
    anew = read(database, api)
    with database.connect() as connection:
        connection.execute(text("DELETE FROM worklist_rows"))
    assert prepare(database) == 21
    assert elsewhere in {case_id for case_id, _, _ in kept(database)}
    assert prepare(database) == 0, "all of it holds"
    with monkeypatch.context() as patched:
        patched.setattr(service, "work_out", never)
        assert read(database, api) == anew
    api.add(anew[3].case_id, OPEN_DATE)
    assert prepare(database) == 1, "the one that was written to"


def test_the_next_day_is_ready_before_it_begins_and_today_stays(
    api: Api, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id = api.open_case(purposes=["response"])
    api.add(case_id, OPEN_DATE)
    assert prepare(database) == prepare(database, TOMORROW) == 1
    assert [first for _, _, first in kept(database)] == [TODAY.isoformat(), TOMORROW.isoformat()]
    monkeypatch.setattr(service, "work_out", never)
    assert read(database, api)
    assert read(database, api, TOMORROW)


def test_however_many_days_are_asked_for_today_and_tomorrow_stay_and_little_is_kept(
    api: Api, database: Database
) -> None:
    case_id = api.open_case(purposes=["response"])
    api.add(case_id, OPEN_DATE)
    prepare(database)
    prepare(database, TOMORROW)
    for days in (-400, -30, -9, -8, 40, 41, 400):
        read(database, api, TODAY + timedelta(days=days))
        days_kept = {first for _, _, first in kept(database)}
        assert {TODAY.isoformat(), TOMORROW.isoformat()} <= days_kept
        assert len(days_kept) <= 3
    api.add(case_id, OPEN_DATE)
    prepare(database)
    assert [first for _, _, first in kept(database)] == [TODAY.isoformat()], (
        "of older revisions nothing is kept"
    )


def test_two_versions_of_the_service_keep_their_rows_beside_each_other_during_an_update(
    api: Api, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    api.open_case()
    new = rules_version(UTC)
    assert prepare(database) == 1
    with monkeypatch.context() as patched:
        for module in (preparing, service):
            patched.setattr(module, "rules_version", lambda _: "the version before")
        assert prepare(database) == 1
        assert prepare(database) == 0
    assert prepare(database) == 0, "neither drives the other's out"
    assert {rules for _, rules, _ in kept(database)} == {new, "the version before"}
    later = TODAY + timedelta(days=400)
    assert prepare(database, later, today=later) == 1
    assert {rules for _, rules, _ in kept(database)} == {new}, "the old ones go in the days after"


def test_a_case_that_cannot_be_worked_out_keeps_no_other_and_is_named_by_its_id_alone(
    api: Api, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, broken, last = (api.open_case(reference=f"secret-{number}") for number in range(3))
    sound = working.work_out

    def work_out(session: Any, access: Any, case_ids: list[str], **how: Any) -> Any:
        if case_ids == [broken]:
            message = "secret-1"
            raise ValueError(message)
        return sound(session, access, case_ids, **how)

    monkeypatch.setattr(preparing, "work_out", work_out)
    monkeypatch.setattr(preparing, "log", structlog.get_logger())
    made = Preparing(database, UTC)
    with capture_logs() as logs:
        assert sum(made.run(TODAY, today=TODAY)) == 2
        assert sum(made.run(TODAY, today=TODAY)) == 0
    assert [case_id for case_id, _, _ in kept(database)] == [first, last]
    assert logs == [
        {"event": "worklist_case_failed", "case": broken, "error": "ValueError", "log_level": "error"}
    ], "once, not in every round"


def test_one_process_prepares_at_a_time(api: Api, database: Database) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite has no lock that processes share without writing")
    api.open_case()
    with database.connect() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": preparing.LOCK})
        assert prepare(database) == 0
    assert prepare(database) == 1


def test_readers_that_come_together_share_the_work(
    api: Api, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(12):
        api.open_case()
    worked: list[str] = []
    sound = working.work_out

    def work_out(session: Any, access: Any, case_ids: list[str], **how: Any) -> Any:
        time.sleep(0.01)
        worked.extend(case_ids)
        return sound(session, access, case_ids, **how)

    monkeypatch.setattr(service, "work_out", work_out)
    monkeypatch.setattr(service, "_BATCH", 3)
    answers: list[list[WorklistRow]] = []
    readers = [threading.Thread(target=lambda: answers.append(read(database, api))) for _ in range(3)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert len(answers) == 3
    assert answers[0] == answers[1] == answers[2]
    assert len(worked) == len(set(worked)) == 12


def test_a_list_is_right_although_nothing_can_be_kept(
    api: Api, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(4):
        api.open_case()
    tried: list[int] = []

    def store(_: Any, made: Any, *__: Any) -> None:
        tried.append(len(made))
        raise OperationalError("INSERT", {}, Exception("database is locked"))

    monkeypatch.setattr(service, "_BATCH", 2)
    with monkeypatch.context() as patched:
        patched.setattr(keeping, "_store", store)
        rows = read(database, api)
    assert tried == [2], "a reader waits for the database once, not for every case"
    assert kept(database) == []
    assert rows == read(database, api)


def test_the_service_prepares_by_itself_soon_after_its_start_and_ends_at_once(
    api: Api, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparing, "FIRST_AFTER", timedelta(0))
    monkeypatch.setattr(preparing, "INTERVAL", timedelta(milliseconds=20))
    monkeypatch.setattr(preparing, "log", structlog.get_logger())
    case_id = api.open_case()
    api.add(case_id, OPEN_DATE)
    afternoon = datetime(2026, 3, 20, 12, 30, tzinfo=UTC)
    preparer = Preparer(database, clock=lambda: afternoon, zone=UTC)
    before = threading.enumerate()
    with capture_logs() as logs:
        preparer.start()
        _wait_for(lambda: len(kept(database)) == 2)
        another = api.open_case()
        _wait_for(lambda: another in {row[0] for row in kept(database)})
        preparer.stop()
    assert {first for _, _, first in kept(database)} == {"2026-03-20", "2026-03-21"}
    told = [log for log in logs if log["event"] != "request"]
    assert {log["event"] for log in told} == {"worklist_prepared"}
    assert sum(log["count"] for log in told) == len(kept(database)) == 3
    assert "worklist" not in {thread.name for thread in threading.enumerate() if thread not in before}


def test_a_database_that_does_not_answer_ends_one_round_and_not_the_service(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparing, "FIRST_AFTER", timedelta(0))
    monkeypatch.setattr(preparing, "INTERVAL", timedelta(milliseconds=5))
    monkeypatch.setattr(preparing, "log", structlog.get_logger())
    rounds: list[int] = []

    def behind(*_: Any, **__: Any) -> Any:
        rounds.append(1)
        raise OperationalError("SELECT", {}, Exception("secret"))

    monkeypatch.setattr(preparing, "find_behind", behind)
    preparer = Preparer(database, clock=lambda: datetime(2026, 3, 20, 9, tzinfo=UTC), zone=UTC)
    with capture_logs() as logs:
        preparer.start()
        _wait_for(lambda: len(rounds) >= 3)
        preparer.stop()
    assert logs[0] == {"event": "worklist_not_prepared", "error": "OperationalError", "log_level": "error"}


def _wait_for(condition: Any) -> None:
    until = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.02)
