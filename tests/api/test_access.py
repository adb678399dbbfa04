"""Keys, scopes, repeats and the audit trail over HTTP, on both databases."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from app.config import Settings
from app.events import service as events
from app.events.domain import Actor, Change
from app.infra.database import Database
from app.verification import verify
from app.web.dependencies import now
from tests.conftest import Api

A_SYMPTOM = {"kind": "symptom", "symptom": "cough", "date": "2026-01"}


@pytest.mark.parametrize("header", [None, "Bearer nonsense", "Basic abc", "Bearer "])
def test_without_a_valid_key_nothing_is_told(api: Api, header: str | None) -> None:
    answer = api.client.get("/v1/cases", headers={"Authorization": header} if header else {})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.json()["type"] == "/problems/unauthenticated"


def test_a_key_is_shown_once_and_stored_only_as_a_hash(api: Api) -> None:
    made = api.post("/v1/keys", json={"name": "portal", "scopes": ["read"]}, status=201).json()
    assert made["secret"]
    assert made["secret"] not in api.get("/v1/keys").text
    assert api.with_key(made["secret"]).get("/v1/whoami", status=200).json()["key_name"] == "portal"


def test_a_repeated_request_for_a_key_does_not_show_it_again(api: Api) -> None:
    body, headers = {"name": "portal", "scopes": ["read"]}, {"Idempotency-Key": "k-1"}
    first = api.post("/v1/keys", json=body, headers=headers, status=201).json()
    again = api.post("/v1/keys", json=body, headers=headers, status=201).json()
    assert again["key"] == first["key"]
    assert again["secret"] is None


def test_a_key_does_what_its_scopes_say_and_no_more(api: Api) -> None:
    reader, writer = api.make_key("read"), api.make_key("write")
    case_id = writer.post("/v1/cases", json={}, status=201).json()["id"]
    assert writer.get(f"/v1/cases/{case_id}", status=403).json()["type"] == "/problems/scope-missing"
    reader.get(f"/v1/cases/{case_id}", status=200)
    reader.post("/v1/cases", json={}, status=403)
    for limited in (reader, writer):
        limited.get("/v1/keys", status=403)
        limited.post("/v1/keys", json={"name": "more", "scopes": ["admin"]}, status=403)


def test_a_revoked_or_expired_key_opens_nothing(api: Api) -> None:
    made = api.post("/v1/keys", json={"name": "gone", "scopes": ["read"]}, status=201).json()
    api.delete(f"/v1/keys/{made['key']['id']}", status=204)
    api.with_key(made["secret"]).get("/v1/whoami", status=401)
    past = {"name": "past", "scopes": ["read"], "expires_at": "2020-01-01T00:00:00Z"}
    assert api.post("/v1/keys", json=past, status=422).json()["errors"][0]["pointer"] == "/expires_at"


def test_a_key_for_one_case_sees_no_other(api: Api) -> None:
    mine, other = api.open_case(reference="mine"), api.open_case(reference="other")
    key = api.make_key("read", "write", case_id=mine)
    key.get(f"/v1/cases/{mine}", status=200)
    key.get(f"/v1/cases/{other}", status=404)
    key.get(f"/v1/cases/{other}/events", status=404)
    key.post(f"/v1/cases/{other}/records", json=A_SYMPTOM, status=404)
    key.post("/v1/cases", json={}, status=403)
    assert [case["id"] for case in key.get("/v1/cases").json()["items"]] == [mine]
    assert {event["case_id"] for event in key.get("/v1/events").json()["items"]} == {mine}


def test_another_organisations_keys_can_neither_be_seen_nor_revoked(api: Api, other_api: Api) -> None:
    made = api.post("/v1/keys", json={"name": "ours", "scopes": ["read"]}, status=201).json()
    other_api.delete(f"/v1/keys/{made['key']['id']}", status=404)
    assert "ours" not in other_api.get("/v1/keys").text
    api.with_key(made["secret"]).get("/v1/whoami", status=200)


def test_the_same_request_again_gets_its_first_answer(api: Api) -> None:
    headers = {"Idempotency-Key": "once"}
    first = api.post("/v1/cases", json={"reference": "R-1"}, headers=headers, status=201)
    again = api.post("/v1/cases", json={"reference": "R-1"}, headers=headers, status=201)
    assert again.content == first.content
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Idempotent-Replayed"] == "true"
    other = api.post("/v1/cases", json={"reference": "R-2"}, headers=headers, status=422)
    assert other.json()["type"] == "/problems/idempotency-key-reused"
    assert len(api.get("/v1/cases").json()["items"]) == 1


def test_a_refused_request_may_be_mended_and_sent_with_the_same_key(api: Api) -> None:
    headers = {"Idempotency-Key": "mend"}
    api.post("/v1/cases", json={"purposes": ["nonsense"]}, headers=headers, status=422)
    api.post("/v1/cases", json={"purposes": ["response"]}, headers=headers, status=201)


def test_the_same_request_many_times_at_once_is_carried_out_once(api: Api) -> None:
    case_id = api.open_case()

    def send(_: int) -> str:
        headers = {"Idempotency-Key": "storm"}
        return str(
            api.post(f"/v1/cases/{case_id}/records", json=A_SYMPTOM, headers=headers, status=201).json()["id"]
        )

    with ThreadPoolExecutor(max_workers=8) as pool:
        answers = set(pool.map(send, range(24)))
    assert len(answers) == 1
    assert len(api.get(f"/v1/cases/{case_id}/records").json()["items"]) == 1


def test_writers_of_one_case_lose_no_revision(api: Api) -> None:
    case_id = api.open_case()
    with ThreadPoolExecutor(max_workers=8) as pool:
        list(pool.map(lambda _: api.add(case_id, A_SYMPTOM), range(24)))
    assert api.get(f"/v1/cases/{case_id}").json()["revision"] == 25
    trail = api.get(f"/v1/cases/{case_id}/events", params={"limit": 200}).json()["items"]
    assert [event["sequence"] for event in trail] == list(range(1, 26))


def test_every_change_is_in_the_trail_with_who_and_what_and_never_the_content(api: Api) -> None:
    case_id = api.open_case(patient={"name": "Example Person"})
    added = api.post(
        f"/v1/cases/{case_id}/records", json=A_SYMPTOM, headers={"X-Actor": "coordinator 7"}, status=201
    )
    trail = api.get(f"/v1/cases/{case_id}/events")
    event = trail.json()["items"][-1]
    assert (event["kind"], event["subject_id"], event["revision"]) == (
        "record.created",
        added.json()["id"],
        2,
    )
    assert event["person"] == "coordinator 7"
    assert event["key_id"] == api.get("/v1/whoami").json()["key_id"]
    assert "cough" not in trail.text
    assert "Example" not in trail.text


def test_the_feed_gives_every_change_once_and_goes_on_from_its_last_cursor(api: Api) -> None:
    case_id = api.open_case()
    api.add(case_id, *[A_SYMPTOM] * 9)
    seen: list[str] = []
    cursor = None
    for _ in range(10):
        page = api.get("/v1/events", params={"limit": 4, **({"cursor": cursor} if cursor else {})}).json()
        seen += [event["hash"] for event in page["items"]]
        cursor = page["next_cursor"]
    assert len(seen) == len(set(seen))
    api.add(case_id, A_SYMPTOM)
    newer = api.get("/v1/events", params={"cursor": cursor}).json()["items"]
    assert [event["kind"] for event in newer] == ["record.created"]


def test_reads_of_clinical_content_leave_access_entries(api: Api) -> None:
    case_id = api.open_case()
    (record_id,) = api.add(case_id, A_SYMPTOM)
    api.get(f"/v1/cases/{case_id}", headers={"X-Actor": "reader 3"})
    api.get(f"/v1/cases/{case_id}/records/{record_id}")
    entries = api.get(f"/v1/cases/{case_id}/accesses", status=200).json()["items"]
    assert [(entry["what"], entry["subject_id"]) for entry in entries] == [
        ("case", None),
        ("record", record_id),
    ]
    assert entries[0]["person"] == "reader 3"


def test_verification_finds_what_was_tampered_with(api: Api, settings: Settings) -> None:
    case_id = api.open_case()
    (record_id,) = api.add(case_id, A_SYMPTOM)
    database = Database(settings.database_url)
    blobs = api.client.app.state.blobs  # type: ignore[attr-defined]  # the application's own store
    assert list(verify(database, blobs)) == []
    with database.connect() as connection:
        connection.exec_driver_sql(
            'UPDATE record_versions SET body = \'{"symptom":"pain","kind":"symptom"}\''
        )
    assert [broken.chain for broken in verify(database, blobs)] == [record_id]
    with database.connect() as connection:
        connection.exec_driver_sql("DELETE FROM events WHERE kind = 'record.created'")
    assert case_id in [broken.chain for broken in verify(database, blobs)]
    database.dispose()


def test_the_feed_never_passes_over_a_change_that_commits_late(settings: Settings) -> None:
    if settings.is_embedded:
        pytest.skip("SQLite has one writer at a time, so no change commits late")
    database = Database(settings.database_url)
    actor = Actor(organisation_id="o", key_id=None)

    def append(session: object, case_id: str) -> None:
        change = Change(kind="case.opened", subject_id=case_id)
        events.append(session, [change], actor=actor, at=now(), case_id=case_id, revision=1)  # type: ignore[arg-type]

    def read(cursor: str | None) -> list[tuple[str, str]]:
        with database.read() as session:
            found = events.read_feed(session, "o", cursor=cursor, limit=50)
            return [(event.subject_id, event.position) for event in found]

    with database.write() as slow:
        append(slow, "slow")
        with database.write() as quick:
            append(quick, "quick")
        assert read(None) == []
    seen = read(None)
    assert {subject for subject, _ in seen} == {"slow", "quick"}
    assert read(seen[-1][1]) == []
    database.dispose()
