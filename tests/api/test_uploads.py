"""Uploads over HTTP, on both databases: what is stored, what is refused, and that it is all or nothing."""

import errno
import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.config import Settings
from app.documents import upload as uploading
from app.documents.staging import CHUNK_BYTES, StagedFile
from app.errors import UnavailableError
from app.infra.blobs import StorageError
from app.infra.local_blobs import LocalBlobs
from app.main import create_app
from tests.conftest import ADMIN_KEY, Api, add_key
from tests.files import (
    a_clinical_document,
    a_csv,
    a_dicom,
    a_docx,
    a_heic,
    a_jpeg,
    a_json,
    a_pdf,
    a_png,
    a_rtf,
    a_text,
    a_tiff,
    a_truncated_pdf,
    a_webp,
    a_windows_program,
    a_zip,
    an_encrypted_pdf,
    an_hl7_message,
    an_html,
    an_xlsx,
    an_xml,
)
from tests.forms import FORM, File, a_form, upload, upload_one


def items(response: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = response.json()["items"]
    return found


def outcomes(response: Any) -> list[str]:
    return [item["outcome"] for item in items(response)]


def staging(api: Api) -> list[Path]:
    settings: Settings = api.client.app.state.settings  # type: ignore[attr-defined]  # Starlette's app
    return list(settings.staging_dir.iterdir())


def stored_keys(api: Api) -> set[str]:
    return {blob.key for blob in api.client.app.state.blobs.listed()}  # type: ignore[attr-defined]


def listed(api: Api, case_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = api.get(f"/v1/cases/{case_id}/documents", status=200).json()["items"]
    return found


# --- what is stored -----------------------------------------------------------------------------------------


def test_one_file_is_stored_under_the_type_found_in_it_and_answered_with_its_place(api: Api) -> None:
    case_id, content = api.open_case(), a_pdf(pages=2)
    answer = upload(api, case_id, File(content, name="CT report.pdf"), status=201)
    (item,) = items(answer)
    assert item["outcome"] == "created"
    assert item["place"] == "/files/0"
    assert item["problem"] is None
    document = item["document"]
    assert answer.headers["Location"] == f"/v1/cases/{case_id}/documents/{item['id']}"
    assert document["kind"] == "unclassified"
    assert document["media"] == "pdf"
    assert document["media_type"] == "application/pdf"
    assert document["file_name"] == "CT report.pdf"
    assert document["size_bytes"] == len(content)
    assert document["sha256"] == hashlib.sha256(content).hexdigest()
    assert document["facts"]["pages"] == 2
    assert document["methods"] == {"pages": "inspected", "readable": "inspected"}
    assert api.get(answer.headers["Location"], status=200).json() == document


OF_EVERY_KIND = (
    ("dicom", a_dicom()),
    ("pdf", a_pdf()),
    ("jpeg", a_jpeg()),
    ("png", a_png()),
    ("tiff", a_tiff()),
    ("webp", a_webp()),
    ("heic", a_heic()),
    ("docx", a_docx()),
    ("xlsx", an_xlsx()),
    ("rtf", a_rtf()),
    ("html", an_html()),
    ("txt", a_text()),
    ("csv", a_csv()),
    ("xml", an_xml()),
    ("xml", a_clinical_document()),
    ("json", a_json()),
    ("hl7", an_hl7_message()),
    ("zip", a_zip()),
)


def test_a_file_is_what_its_content_says_whatever_its_name_and_header_claim(api: Api) -> None:
    case_id = api.open_case()
    files = [File(content, name="holiday.mp4", media_type="video/mp4") for _, content in OF_EVERY_KIND]
    found = items(upload(api, case_id, *files, status=201))
    assert [item["document"]["media"] for item in found] == [media for media, _ in OF_EVERY_KIND]
    for item, (_, content) in zip(found, OF_EVERY_KIND, strict=True):
        fetched = api.get(f"/v1/cases/{case_id}/documents/{item['id']}/content", status=200)
        assert fetched.content == content
        assert fetched.headers["Content-Type"].split(";")[0] == item["document"]["media_type"]


def test_fields_hold_for_the_files_after_them_until_they_are_replaced_or_emptied(api: Api) -> None:
    case_id = api.open_case()
    answer = upload(
        api,
        case_id,
        ("kind", "laboratory_report"),
        ("author", "Dr Example"),
        File(a_text(text="one")),
        ("kind", "imaging_report"),
        ("modality", "CT"),
        ("regions", "chest, abdomen"),
        ("dated", "2026-03"),
        File(a_text(text="two")),
        ("author", ""),
        ("regions", "brain"),
        ("regions", "neck"),
        File(a_text(text="three")),
        status=201,
    )
    one, two, three = (item["document"] for item in items(answer))
    assert (one["kind"], one["author"], one["dated"]) == ("laboratory_report", "Dr Example", None)
    assert (two["kind"], two["author"], two["dated"]) == ("imaging_report", "Dr Example", "2026-03")
    assert two["regions"] == ["chest", "abdomen"]
    assert (three["author"], three["modality"], three["regions"]) == (None, "CT", ["brain", "neck"])


def test_a_document_gets_the_most_specific_code_of_its_kind_modality_and_regions(api: Api) -> None:
    case_id = api.open_case()
    told = upload_one(api, case_id, a_text(), kind="imaging_report", modality="CT", regions="chest")
    assert told["code"] == "24627-2"
    assert upload_one(api, case_id, a_pdf())["code"] is None


def test_what_the_caller_declares_stands_beside_what_was_found_and_each_says_how_it_is_known(
    api: Api,
) -> None:
    document = upload_one(
        api,
        api.open_case(),
        a_pdf(pages=3),
        pages="4",
        pages_stated="4",
        printed_name="Example, Ada",
        printed_birth_date="1970-01",
    )
    assert document["facts"]["pages"] == 4
    assert document["facts"]["readable"] is True
    assert document["methods"] == {
        "pages": "declared",
        "pages_stated": "declared",
        "printed_name": "declared",
        "printed_birth_date": "declared",
        "readable": "inspected",
    }


def test_an_encrypted_or_damaged_file_is_stored_and_says_so(api: Api) -> None:
    case_id = api.open_case()
    for finding, content in (("encrypted", an_encrypted_pdf()), ("damaged", a_truncated_pdf())):
        document = upload_one(api, case_id, content)
        assert finding in document["findings"]
        assert document["facts"]["readable"] is False
        assert document["facts"]["unreadable_reason"] == finding
        assert document["methods"]["unreadable_reason"] == "inspected"


def test_many_files_are_one_revision_and_one_event_each(api: Api) -> None:
    case_id = api.open_case()
    files = [File(a_text(text=f"report {number}")) for number in range(20)]
    answer = upload(api, case_id, *files, status=201)
    assert outcomes(answer) == ["created"] * 20
    assert "Location" not in answer.headers
    assert api.get(f"/v1/cases/{case_id}").json()["revision"] == 2
    events = api.get(f"/v1/cases/{case_id}/events").json()["items"]
    stored = [event for event in events if event["kind"] == "document.stored"]
    assert [event["subject_id"] for event in stored] == [item["id"] for item in items(answer)]
    assert {event["revision"] for event in stored} == {2}


def test_documents_come_in_the_order_in_which_they_were_sent(api: Api) -> None:
    case_id = api.open_case()
    files = [File(a_text(text=f"report {number}"), name=f"{number}.txt") for number in range(12)]
    upload(api, case_id, *files, status=201)
    assert [one["file_name"] for one in listed(api, case_id)] == [f"{number}.txt" for number in range(12)]


# --- duplicates ---------------------------------------------------------------------------------------------


def test_the_same_bytes_again_are_answered_with_the_first_ones_id_and_stored_once(api: Api) -> None:
    case_id = api.open_case()
    first = upload_one(api, case_id, a_pdf())
    again = upload(api, case_id, File(a_pdf(), name="another name.pdf"), status=200)
    (item,) = items(again)
    assert (item["outcome"], item["id"], item["document"]) == ("duplicate", first["id"], None)
    assert api.get(f"/v1/cases/{case_id}").json()["revision"] == 2
    assert stored_keys(api) == {f"{case_id}/{first['id']}"}


def test_the_same_bytes_twice_in_one_upload_are_stored_once(api: Api) -> None:
    case_id = api.open_case()
    answer = upload(api, case_id, File(a_pdf()), File(a_text()), File(a_pdf()), status=201)
    assert outcomes(answer) == ["created", "created", "duplicate"]
    assert items(answer)[2]["id"] == items(answer)[0]["id"]
    assert len(listed(api, case_id)) == len(stored_keys(api)) == 2


def test_the_same_bytes_in_another_case_are_another_document(api: Api) -> None:
    one, two = (upload_one(api, api.open_case(), a_pdf()) for _ in range(2))
    assert one["id"] != two["id"]
    assert one["sha256"] == two["sha256"]


# --- refusals -----------------------------------------------------------------------------------------------


REFUSED = (
    ("empty", b"", 422, "empty-file"),
    ("blank", b" \r\n", 422, "empty-file"),
    ("program", a_windows_program(), 415, "program"),
    ("unsupported", b"GIF89a" + bytes(100), 415, "unsupported-type"),
    ("unknown", bytes(range(256)) * 4, 415, "unsupported-type"),
)


def test_a_file_that_cannot_be_taken_is_a_problem_of_its_own_kind(
    api: Api, subtests: pytest.Subtests
) -> None:
    case_id = api.open_case()
    for name, content, status, slug in REFUSED:
        with subtests.test(name):
            disguised = File(content, name="scan.pdf", media_type="application/pdf")
            refused = upload(api, case_id, disguised, status=status)
            problem = refused.json()
            assert refused.headers["Content-Type"] == "application/problem+json"
            assert problem["type"] == f"/problems/{slug}"
            assert problem["errors"][0]["pointer"] == "/files/0"
            assert problem["errors"][0]["fix"]
            (item,) = problem["items"]
            assert item["outcome"] == "rejected"
            assert (item["problem"]["type"], item["problem"]["status"]) == (f"/problems/{slug}", status)
    assert listed(api, case_id) == []
    assert api.get(f"/v1/cases/{case_id}").json()["revision"] == 1


def test_a_refused_file_does_not_keep_the_others_from_being_stored(api: Api) -> None:
    case_id = api.open_case()
    answer = upload(
        api, case_id, File(a_pdf()), File(b""), File(a_windows_program()), File(a_text()), status=201
    )
    assert outcomes(answer) == ["created", "rejected", "rejected", "created"]
    assert [item["place"] for item in items(answer)] == [f"/files/{number}" for number in range(4)]
    assert [item["problem"] and item["problem"]["status"] for item in items(answer)] == [None, 422, 415, None]
    assert len(listed(api, case_id)) == 2


def test_when_every_file_is_refused_nothing_is_stored_and_each_is_named(api: Api) -> None:
    case_id = api.open_case()
    problem = upload(api, case_id, File(b""), File(a_windows_program()), status=422).json()
    assert problem["type"] == "/problems/nothing-stored"
    assert [error["pointer"] for error in problem["errors"]] == ["/files/0", "/files/1"]
    assert [item["outcome"] for item in problem["items"]] == ["rejected", "rejected"]
    assert stored_keys(api) == set()


@pytest.fixture
def small_api(settings: Settings) -> Iterator[Api]:
    add_key(settings.database_url, secret=ADMIN_KEY)
    with TestClient(create_app(replace(settings, max_upload_bytes=4_000))) as client:
        yield Api(client, ADMIN_KEY)


def test_a_file_that_is_too_large_is_refused_and_the_others_are_stored(small_api: Api) -> None:
    case_id = small_api.open_case()
    large = File(a_text(text="word " * 1_000))
    answer = upload(small_api, case_id, File(a_text(text="one")), large, File(a_text(text="two")), status=201)
    assert outcomes(answer) == ["created", "rejected", "created"]
    assert items(answer)[1]["problem"]["status"] == 413
    alone = upload(small_api, case_id, large, status=413).json()
    assert alone["type"] == "/problems/file-too-large"
    assert staging(small_api) == []


def test_a_file_of_just_the_largest_size_is_stored(small_api: Api) -> None:
    case_id = small_api.open_case()
    upload(small_api, case_id, File(b"a" * 3_999 + b"\n"), status=201)
    upload(small_api, case_id, File(b"a" * 4_000 + b"\n"), status=413)


def test_what_is_too_large_without_end_is_not_read_to_its_end(
    small_api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.documents.receiving.USELESS_BYTES_LEAST", 10_000)
    case_id = small_api.open_case()
    refused = upload(small_api, case_id, File(a_text(text="one")), File(bytes(50_000)), status=413)
    assert refused.json()["type"] == "/problems/upload-too-large"
    assert listed(small_api, case_id) == []


# --- forms that cannot be used ------------------------------------------------------------------------------


NO_FORMS: tuple[tuple[str, dict[str, str], bytes, int, str], ...] = (
    ("not a form", {"Content-Type": "application/pdf"}, a_pdf(), 415, "not-multipart"),
    ("no content type", {}, b"", 415, "not-multipart"),
    ("no boundary", {"Content-Type": "multipart/form-data"}, b"", 422, "malformed-form"),
    (
        "endless boundary",
        {"Content-Type": f"multipart/form-data; boundary={'b' * 300}"},
        b"",
        422,
        "malformed-form",
    ),
    ("nothing", FORM, b"", 422, "malformed-form"),
    ("other bytes", FORM, b"no form at all", 422, "malformed-form"),
    ("cut short", FORM, a_form(File(a_pdf()))[:-20], 422, "malformed-form"),
    ("nameless part", FORM, a_form(File(a_pdf())).replace(b'name="files"', b""), 422, "malformed-form"),
    ("long field", FORM, a_form(("title", "x" * 70_000), File(a_pdf())), 422, "malformed-form"),
    (
        "many headers",
        FORM,
        a_form(File(a_pdf())).replace(b"\r\n\r\n", b"\r\nX: y" * 99),
        422,
        "malformed-form",
    ),
    ("many parts", FORM, a_form(*[("kind", "other")] * 10_001), 422, "malformed-form"),
    ("no parts", FORM, a_form(), 422, "no-files"),
    ("no files", FORM, a_form(("kind", "other")), 422, "no-files"),
    ("a file field left empty", FORM, a_form(File(b"", name="")), 422, "no-files"),
)


def test_what_is_no_form_of_files_is_a_clear_problem(api: Api, subtests: pytest.Subtests) -> None:
    case_id = api.open_case()
    path = f"/v1/cases/{case_id}/documents"
    for name, headers, content, status, slug in NO_FORMS:
        with subtests.test(name):
            problem = api.post(path, content=content, headers=headers, status=status).json()
            assert problem["type"] == f"/problems/{slug}"
    assert listed(api, case_id) == []
    assert staging(api) == []


WRONG_FIELDS = {
    "kind": "holiday_photo",
    "pages": "lots of them",
    "pages_stated": "0",
    "readable": "perhaps",
    "printed_sex": "unheard-of",
}
UNSOUND_FIELDS = {
    "dated": "day before yesterday",
    "language": "spoken by some",
    "translation_of": "no id at all!",
    "printed_birth_date": "1970-13",
}


def test_every_field_that_cannot_be_is_named_with_its_mending_and_nothing_is_stored(api: Api) -> None:
    case_id = api.open_case()
    for fields in (WRONG_FIELDS, UNSOUND_FIELDS):
        problem = upload(api, case_id, *fields.items(), File(a_pdf()), status=422).json()
        assert {error["pointer"] for error in problem["errors"]} == {f"/{name}" for name in fields}
        assert all(error["detail"] and error["fix"] for error in problem["errors"])
        assert not any(value in str(problem) for value in fields.values() if value != "0")
    assert listed(api, case_id) == []


def test_a_null_character_in_a_field_is_named(api: Api) -> None:
    case_id = api.open_case()
    problem = upload(api, case_id, ("title", "CT\0"), File(a_pdf()), status=422).json()
    assert [error["pointer"] for error in problem["errors"]] == ["/title"]


def test_a_field_that_no_form_has_is_named(api: Api) -> None:
    case_id = api.open_case()
    problem = upload(api, case_id, ("flavour", "sweet"), File(a_pdf()), status=422).json()
    assert [error["pointer"] for error in problem["errors"]] == ["/flavour"]
    assert listed(api, case_id) == []


def test_fields_after_the_last_file_hold_for_the_files_that_nothing_said_them_of(api: Api) -> None:
    case_id = api.open_case()
    upload(
        api,
        case_id,
        File(a_pdf()),
        ("kind", "referral"),
        File(a_text()),
        ("title", "CT"),
        ("kind", "other"),
        status=201,
    )
    assert [(each["kind"], each["title"]) for each in listed(api, case_id)] == [
        ("other", "CT"),
        ("referral", "CT"),
    ]


def test_a_field_after_the_last_file_that_says_nothing_of_any_is_refused_rather_than_lost(api: Api) -> None:
    case_id = api.open_case()
    parts = (("kind", "referral"), File(a_pdf()), ("kind", "other"), ("title", ""))
    problem = upload(api, case_id, *parts, status=422).json()
    assert [error["pointer"] for error in problem["errors"]] == ["/kind"]
    assert listed(api, case_id) == []


def test_a_translation_names_a_document_of_its_own_case(api: Api) -> None:
    case_id = api.open_case()
    original = upload_one(api, case_id, a_text(text="Befund"))
    elsewhere = upload_one(api, api.open_case(), a_text(text="Befund"))
    translated = upload_one(api, case_id, a_text(text="report"), translation_of=original["id"])
    assert translated["translation_of"] == original["id"]
    problem = upload(
        api, case_id, ("translation_of", elsewhere["id"]), File(a_text(text="other")), status=422
    ).json()
    assert problem["type"] == "/problems/unknown-original"
    assert len(listed(api, case_id)) == len([key for key in stored_keys(api) if key.startswith(case_id)]) == 2


NAMES = (
    ("C:\\\\scans\\\\CT.pdf", "CT.pdf"),
    ("../../etc/passwd", "passwd"),
    ("Befund Müller.pdf", "Befund Müller.pdf"),
    ("a\u202efdp.exe", "afdp.exe"),
    ("%22quoted%22.pdf", '"quoted".pdf'),
    ("x" * 400 + ".pdf", "x" * 251 + ".pdf"),
    ("...", None),
    (None, None),
)


def test_a_files_name_is_kept_for_people_and_leads_nowhere(api: Api) -> None:
    files = [File(a_text(text=str(index)), name=sent) for index, (sent, _) in enumerate(NAMES)]
    found = items(upload(api, api.open_case(), *files, status=201))
    assert [item["document"]["file_name"] for item in found] == [kept for _, kept in NAMES]


# --- who may, and when --------------------------------------------------------------------------------------


@dataclass
class Conversation:
    """One request to the bare application, whose body comes message by message."""

    api: Api
    messages: list[dict[str, Any]]
    asked: int = 0
    status: int | None = None

    def hold(self, path: str, headers: dict[str, str]) -> None:
        """Send the request and wait for the end of its answer."""
        whole = {"Authorization": f"Bearer {self.api.key}", **FORM, **headers}
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "POST",
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "scheme": "http",
            "query_string": b"",
            "headers": [(name.lower().encode(), value.encode()) for name, value in whole.items()],
            "client": ("test", 1),
            "server": ("test", 80),
            "state": {},
        }
        assert self.api.client.portal is not None
        self.api.client.portal.call(self.api.client.app, scope, self._receive, self._send)

    async def _receive(self) -> dict[str, Any]:
        self.asked += 1
        return self.messages.pop(0)

    async def _send(self, message: Any) -> None:
        self.status = message.get("status", self.status)


def test_who_may_not_upload_is_told_before_the_files_are_read(
    api: Api, other_api: Api, subtests: pytest.Subtests
) -> None:
    case_id = api.open_case()
    senders: tuple[tuple[str, Api, str, dict[str, str], int], ...] = (
        ("no key", api.with_key("wrong"), case_id, {}, 401),
        ("no scope", api.make_key("read"), case_id, {}, 403),
        ("no case", api, "none", {}, 404),
        ("another organisation", other_api, case_id, {}, 404),
        ("stale", api, case_id, {"If-Match": '"7"'}, 412),
    )
    for name, sender, target, headers, status in senders:
        with subtests.test(name):
            conversation = Conversation(sender, messages=[])
            conversation.hold(f"/v1/cases/{target}/documents", headers)
            assert conversation.status == status
            assert conversation.asked == 0


def test_an_upload_that_breaks_off_stores_nothing_and_leaves_nothing(api: Api) -> None:
    case_id = api.open_case()
    whole = a_form(File(a_pdf()), File(a_png(size=(900, 900))))
    start = {"type": "http.request", "body": whole[: len(whole) * 3 // 4], "more_body": True}
    Conversation(api, [start, {"type": "http.disconnect"}]).hold(f"/v1/cases/{case_id}/documents", {})
    assert listed(api, case_id) == []
    assert stored_keys(api) == set()
    assert staging(api) == []


def test_a_stale_if_match_stores_nothing_and_a_true_one_stores(api: Api) -> None:
    case_id = api.open_case()
    upload(api, case_id, File(a_pdf()), headers={"If-Match": '"1"'}, status=201)
    refused = upload(api, case_id, File(a_text()), headers={"If-Match": '"1"'}, status=412)
    assert refused.headers["ETag"] == '"2"'
    assert len(listed(api, case_id)) == 1


def test_an_upload_leaves_nothing_in_the_staging_folder(api: Api) -> None:
    case_id = api.open_case()
    upload(api, case_id, File(a_pdf()), File(b""), status=201)
    upload(api, case_id, File(a_pdf()), status=200)
    upload(api, case_id, File(b""), status=422)
    assert staging(api) == []


# --- repeats ------------------------------------------------------------------------------------------------


def test_an_upload_repeated_under_its_key_gets_the_first_answer_and_stores_nothing(api: Api) -> None:
    case_id = api.open_case()
    key = {"Idempotency-Key": "upload-1"}
    parts = (("kind", "other"), File(a_pdf()), File(a_text()))
    first = upload(api, case_id, *parts, headers=key, status=201)
    again = upload(api, case_id, *parts, headers=key, status=201)
    assert again.json() == first.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    assert api.get(f"/v1/cases/{case_id}").json()["revision"] == 2
    assert len(stored_keys(api)) == 2


OTHER_UPLOADS: dict[str, tuple[File | tuple[str, str], ...]] = {
    "another file": (("kind", "other"), File(a_text())),
    "another field": (("kind", "consent"), File(a_pdf())),
    "another name": (("kind", "other"), File(a_pdf(), name="other.pdf")),
    "one more": (("kind", "other"), File(a_pdf()), File(a_text())),
}


def test_another_upload_under_the_same_key_is_refused(api: Api, subtests: pytest.Subtests) -> None:
    case_id = api.open_case()
    key = {"Idempotency-Key": "upload-1"}
    upload(api, case_id, ("kind", "other"), File(a_pdf()), headers=key, status=201)
    for name, parts in OTHER_UPLOADS.items():
        with subtests.test(name):
            refused = upload(api, case_id, *parts, headers=key, status=422)
            assert refused.json()["type"] == "/problems/idempotency-key-reused"
    assert len(listed(api, case_id)) == len(stored_keys(api)) == 1


def test_a_repeat_is_known_whatever_its_boundary(api: Api) -> None:
    case_id = api.open_case()
    path, key = f"/v1/cases/{case_id}/documents", {"Idempotency-Key": "upload-1"}
    first = api.post(path, files=[("files", ("a.pdf", a_pdf()))], headers=key, status=201)
    again = api.post(path, files=[("files", ("a.pdf", a_pdf()))], headers=key, status=201)
    assert again.json() == first.json()


# --- failures -----------------------------------------------------------------------------------------------


def test_a_store_that_fails_keeps_no_rows_and_no_bytes(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    case_id = api.open_case()
    really_put = LocalBlobs.put

    def put_first_only(self: LocalBlobs, staged: Path, key: str) -> None:
        if staged.name != "0":
            raise StorageError("The disk is full.")
        really_put(self, staged, key)

    monkeypatch.setattr(LocalBlobs, "put", put_first_only)
    refused = upload(api, case_id, File(a_pdf()), File(a_text()), status=503)
    assert refused.json()["type"] == "/problems/storage-unavailable"
    assert listed(api, case_id) == []
    assert stored_keys(api) == set()


def test_bytes_are_deleted_again_when_the_rows_cannot_be_stored(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id = api.open_case()

    def fail(*_: object, **__: object) -> None:
        raise UnavailableError("not now")

    monkeypatch.setattr(uploading, "store_documents", fail)
    upload(api, case_id, File(a_pdf()), status=503)
    assert stored_keys(api) == set()
    assert listed(api, case_id) == []


def test_a_full_disk_is_told_and_leaves_nothing(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(*_: object) -> None:
        raise OSError(errno.ENOSPC, "no space left")

    case_id = api.open_case()
    monkeypatch.setattr(StagedFile, "_store", no_room)
    large = a_text(text="word " * CHUNK_BYTES)
    for content in (a_pdf(), large):
        refused = upload(api, case_id, File(content), status=503)
        assert refused.json()["type"] == "/problems/storage-unavailable"
        assert refused.headers["Retry-After"]
    assert staging(api) == []
    assert listed(api, case_id) == []


def test_a_staging_folder_that_cannot_be_written_is_told(api: Api) -> None:
    case_id = api.open_case()
    settings: Settings = api.client.app.state.settings  # type: ignore[attr-defined]
    settings.staging_dir.rmdir()
    settings.staging_dir.write_bytes(b"in the way")
    assert upload(api, case_id, File(a_pdf()), status=503).json()["type"] == "/problems/storage-unavailable"


def test_bytes_put_long_ago_are_looked_for_again_before_their_rows_are_stored(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploading, "SURELY_THERE", timedelta(seconds=-1))
    case_id = api.open_case()
    upload(api, case_id, File(a_pdf()), status=201)
    monkeypatch.setattr(LocalBlobs, "holds", lambda *_: False)  # swept as an orphan meanwhile
    upload(api, case_id, File(a_text()), status=503)
    assert len(listed(api, case_id)) == 1


def test_bytes_that_cannot_be_deleted_again_do_not_change_the_answer(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise StorageError("not now")

    case_id = api.open_case()
    monkeypatch.setattr(LocalBlobs, "delete", fail)
    refused = upload(api, case_id, ("translation_of", "none"), File(a_pdf()), status=422)
    assert refused.json()["type"] == "/problems/unknown-original"


def test_uploads_of_the_same_bytes_at_the_same_time_store_them_once(api: Api) -> None:
    case_id = api.open_case()
    files = [File(a_text(text=f"report {number}")) for number in range(5)]
    with ThreadPoolExecutor(4) as senders:
        answers = list(senders.map(lambda _: upload(api, case_id, *files), range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 201]
    assert len({tuple(item["id"] for item in items(answer)) for answer in answers}) == 1
    assert stored_keys(api) == {f"{case_id}/{document['id']}" for document in listed(api, case_id)}
    assert len(stored_keys(api)) == 5


def test_a_name_in_an_older_character_set_is_understood(api: Api) -> None:
    case_id = api.open_case()
    form = a_form(File(a_pdf(), name="Befund Müller.pdf")).replace("ü".encode(), "ü".encode("latin-1"))
    answer = api.post(f"/v1/cases/{case_id}/documents", content=form, headers=FORM, status=201)
    assert items(answer)[0]["document"]["file_name"] == "Befund Müller.pdf"
