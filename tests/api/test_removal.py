"""What leaves a case leaves the kept answers too; on both databases."""

from app.access.service import ANSWERS_KEPT, find_answer, forget_old_answers
from app.config import Settings
from app.infra.database import Database
from app.web.dependencies import now
from tests.conftest import Api


def test_a_removed_document_is_not_told_of_by_a_repeated_upload(api: Api) -> None:
    case_id = api.open_case()
    headers = {"Idempotency-Key": "upload-1"}
    files = {"files": ("letter.txt", b"Dear colleague, this page is of somebody else.\n", "text/plain")}
    url = f"/v1/cases/{case_id}/documents"
    first = api.post(url, data={"title": "Somebody else"}, files=files, headers=headers, status=201).json()
    api.delete(f"{url}/{first['items'][0]['id']}", status=204)
    again = api.post(url, data={"title": "Somebody else"}, files=files, headers=headers, status=201).json()
    assert again["items"][0]["id"] != first["items"][0]["id"]


def test_answers_are_kept_for_seven_days_and_then_forgotten(api: Api, settings: Settings) -> None:
    api.post("/v1/cases", json={}, headers={"Idempotency-Key": "old"}, status=201)
    key_id = api.get("/v1/whoami").json()["key_id"]
    database = Database(settings.database_url)
    with database.write() as session:
        forget_old_answers(session, now())
        assert find_answer(session, key_id, "old") is not None
        forget_old_answers(session, now() + ANSWERS_KEPT)
        assert find_answer(session, key_id, "old") is None
    database.dispose()
