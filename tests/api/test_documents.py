"""Documents over HTTP, on both databases: read, amend, fetch, move, remove."""

from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from app.documents.content import TEXT_BYTES_MOST
from tests.conftest import Api
from tests.files import (
    a_csv,
    a_jpeg,
    a_json,
    a_pdf,
    a_text,
    an_hl7_message,
    an_html,
    an_xml,
)
from tests.forms import File, upload, upload_one

A_TEXT = "Pathology report: no tumour at the margins.\n" * 20


def place(document: dict[str, Any], *further: str) -> str:
    return "/".join((f"/v1/cases/{document['case_id']}/documents/{document['id']}", *further))


def revision(api: Api, case_id: str) -> int:
    return int(api.get(f"/v1/cases/{case_id}", status=200).json()["revision"])


def event_kinds(api: Api, case_id: str) -> list[str]:
    return [event["kind"] for event in api.get(f"/v1/cases/{case_id}/events", status=200).json()["items"]]


def stored_keys(api: Api) -> set[str]:
    return {blob.key for blob in api.client.app.state.blobs.listed()}  # type: ignore[attr-defined]


def an_opinion_on(*documents: dict[str, Any]) -> dict[str, Any]:
    return {
        "kind": "opinion",
        "statement": "Seen.",
        "sources": [{"document_id": document["id"]} for document in documents],
    }


# --- reading and amending -----------------------------------------------------------------------------------


def test_a_document_is_read_with_its_version_as_etag_and_not_again_when_unchanged(api: Api) -> None:
    document = upload_one(api, api.open_case(), a_pdf())
    read = api.get(place(document), status=200)
    assert read.json() == document
    assert read.headers["ETag"] == f'"{document["id"]}.1"'
    api.get(place(document), headers={"If-None-Match": read.headers["ETag"]}, status=304)


def test_documents_are_listed_by_kind_page_by_page(api: Api) -> None:
    case_id = api.open_case()
    for number in range(5):
        kind = "consent" if number % 2 else "other"
        upload_one(api, case_id, a_text(text=f"number {number}"), kind=kind, title=str(number))
    path = f"/v1/cases/{case_id}/documents"
    first = api.get(path, params={"limit": 2}, status=200)
    assert [one["title"] for one in first.json()["items"]] == ["0", "1"]
    assert 'rel="next"' in first.headers["Link"]
    second = api.get(first.headers["Link"].split(">")[0][1:], status=200).json()
    assert [one["title"] for one in second["items"]] == ["2", "3"]
    last = api.get(path, params={"limit": 2, "cursor": second["next_cursor"]}, status=200).json()
    assert ([one["title"] for one in last["items"]], last["next_cursor"]) == (["4"], None)
    consents = api.get(path, params={"kind": "consent"}, status=200).json()
    assert [one["title"] for one in consents["items"]] == ["1", "3"]
    api.get(path, params={"kind": "holiday_photo"}, status=422)
    assert api.get(path, params={"cursor": "??"}, status=422).json()["type"] == "/problems/bad-cursor"


def test_an_amendment_changes_what_it_names_and_null_takes_a_field_away(api: Api) -> None:
    case_id = api.open_case()
    document = upload_one(api, case_id, a_pdf(pages=2), title="CT", author="Dr Example", printed_name="Ada")
    patch = {"kind": "imaging_report", "modality": "CT", "regions": ["chest"], "author": None}
    amended = api.patch(place(document), json=patch, status=200)
    assert amended.headers["ETag"] == f'"{document["id"]}.2"'
    shown = amended.json()
    assert (shown["kind"], shown["title"], shown["author"]) == ("imaging_report", "CT", None)
    assert shown["code"] == "24627-2"
    assert (shown["facts"], shown["sha256"]) == (document["facts"], document["sha256"])
    assert api.get(place(document)).json() == shown
    assert revision(api, case_id) == 3
    assert event_kinds(api, case_id) == ["case.opened", "document.stored", "document.amended"]


def test_a_fact_that_the_caller_changes_is_declared_and_the_others_are_known_as_before(api: Api) -> None:
    document = upload_one(api, api.open_case(), a_pdf(pages=2))
    facts = {"pages_stated": 4, "readable": False, "unreadable_reason": "faded"}
    amended = api.patch(place(document), json={"facts": facts}, status=200).json()
    assert amended["facts"]["pages"] == 2
    assert amended["methods"] == {
        "pages": "inspected",
        "pages_stated": "declared",
        "readable": "declared",
        "unreadable_reason": "declared",
    }
    silent = api.patch(place(document), json={"facts": {"pages": None}}, status=200).json()
    assert "pages" not in silent["methods"]


def test_saying_the_same_again_changes_nothing(api: Api) -> None:
    case_id = api.open_case()
    document = upload_one(api, case_id, a_pdf(), title="CT")
    assert api.patch(place(document), json={"title": "CT"}, status=200).json() == document
    assert revision(api, case_id) == 2


def test_a_stale_amendment_is_refused_and_changes_nothing(api: Api) -> None:
    document = upload_one(api, api.open_case(), a_pdf())
    tag = {"If-Match": f'"{document["id"]}.1"'}
    api.patch(place(document), json={"title": "first"}, headers=tag, status=200)
    refused = api.patch(place(document), json={"title": "second"}, headers=tag, status=412)
    assert refused.headers["ETag"] == f'"{document["id"]}.2"'
    assert api.get(place(document)).json()["title"] == "first"


def test_an_amendment_that_cannot_be_is_named_by_its_places(api: Api) -> None:
    document = upload_one(api, api.open_case(), a_pdf())
    patch = {
        "dated": "some day",
        "language": "German, mostly",
        "facts": {"printed_birth_date": "1970-13", "readable": True, "unreadable_reason": "faded"},
    }
    problem = api.patch(place(document), json=patch, status=422).json()
    assert {error["pointer"] for error in problem["errors"]} == {
        "/dated",
        "/language",
        "/facts/printed_birth_date",
        "/facts/unreadable_reason",
    }
    wrong = api.patch(place(document), json={"kind": "?", "facts": {"pages": -1}, "sha256": "0"}, status=422)
    assert {error["pointer"] for error in wrong.json()["errors"]} == {"/kind", "/facts/pages", "/sha256"}
    assert api.get(place(document)).json() == document


def test_a_document_is_no_translation_of_itself_nor_of_another_cases(api: Api) -> None:
    case_id = api.open_case()
    document, original = (upload_one(api, case_id, a_text(text=text)) for text in ("report", "Befund"))
    elsewhere = upload_one(api, api.open_case(), a_text())
    for wrong in (document["id"], elsewhere["id"], "none"):
        problem = api.patch(place(document), json={"translation_of": wrong}, status=422).json()
        assert problem["errors"][0]["pointer"] == "/translation_of"
    api.patch(place(document), json={"translation_of": original["id"]}, status=200)


def test_another_organisations_documents_are_not_there(api: Api, other_api: Api) -> None:
    case_id = api.open_case()
    document = upload_one(api, case_id, a_text())
    own = upload_one(other_api, other_api.open_case(), a_text())
    requests: list[tuple[str, str, dict[str, Any]]] = [
        ("GET", f"/v1/cases/{case_id}/documents", {}),
        ("GET", place(document), {}),
        ("PATCH", place(document), {"json": {"title": "mine"}}),
        ("DELETE", place(document), {}),
        ("GET", place(document, "content"), {}),
        ("HEAD", place(document, "content"), {}),
        ("GET", place(document, "text"), {}),
        ("POST", place(document, "move"), {"json": {"case_id": own["case_id"]}}),
        ("POST", place(own, "move"), {"json": {"case_id": case_id}}),
        ("GET", f"/v1/cases/{own['case_id']}/documents/{document['id']}", {}),
        ("GET", f"/v1/cases/{own['case_id']}/documents/{document['id']}/content", {}),
    ]
    for method, path, options in requests:
        assert other_api(method, path, **options).status_code == 404, (method, path)
    assert api.get(place(document)).json() == document


def test_a_key_for_one_case_cannot_move_a_document_out_of_it(api: Api) -> None:
    case_id, target = api.open_case(), api.open_case()
    document = upload_one(api, case_id, a_text())
    limited = api.make_key("read", "write", case_id=case_id)
    limited.get(place(document), status=200)
    limited.post(place(document, "move"), json={"case_id": target}, status=404)


def test_every_read_of_content_leaves_an_access_entry(api: Api) -> None:
    case_id = api.open_case()
    document = upload_one(api, case_id, a_text())
    api.get(f"/v1/cases/{case_id}/documents", status=200)
    api.get(place(document), status=200)
    api.get(place(document, "content"), status=200)
    api.get(place(document, "text"), status=200)
    entries = api.get(f"/v1/cases/{case_id}/accesses", status=200).json()["items"]
    assert [(entry["what"], entry["subject_id"]) for entry in entries] == [
        ("documents", None),
        ("document", document["id"]),
        ("document.content", document["id"]),
        ("document.text", document["id"]),
    ]


# --- content ------------------------------------------------------------------------------------------------


def test_the_bytes_come_back_as_they_were_sent_and_are_never_run(api: Api) -> None:
    content = an_html(script="alert(1)")
    document = upload_one(api, api.open_case(), content)
    for path in (place(document, "content"), place(document, "content") + "?disposition=inline"):
        fetched = api.get(path, status=200)
        assert fetched.content == content
        assert fetched.headers["ETag"] == f'"{document["sha256"]}"'
        assert fetched.headers["Content-Length"] == str(len(content))
        assert fetched.headers["Content-Disposition"].startswith("attachment; ")
        assert fetched.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in fetched.headers["Content-Security-Policy"]
        assert fetched.headers["Accept-Ranges"] == "bytes"


@pytest.mark.parametrize("content", [a_pdf(), a_jpeg()], ids=["pdf", "jpeg"])
def test_a_pdf_or_picture_is_shown_in_place_only_when_asked_for(api: Api, content: bytes) -> None:
    document = upload_one(api, api.open_case(), content)
    plain = api.get(place(document, "content"), status=200)
    shown = api.get(place(document, "content"), params={"disposition": "inline"}, status=200)
    assert plain.headers["Content-Disposition"].startswith("attachment; ")
    assert shown.headers["Content-Disposition"].startswith("inline; ")
    assert "default-src 'none'" in shown.headers["Content-Security-Policy"]
    api.get(place(document, "content"), params={"disposition": "elsewhere"}, status=422)


RANGES = (
    ("bytes=0-0", 206, (0, 1)),
    ("bytes=3-9", 206, (3, 10)),
    ("bytes=5-", 206, (5, 860)),
    ("bytes=-7", 206, (853, 860)),
    ("bytes=-9999", 206, (0, 860)),
    ("bytes=850-9999", 206, (850, 860)),
    ("BYTES = 0-1", 206, (0, 2)),
    ("bytes=860-", 416, None),
    ("bytes=-0", 416, None),
    ("bytes=0-1,5-6", 200, (0, 860)),
    ("bytes=9-3", 200, (0, 860)),
    ("bytes=-", 200, (0, 860)),
    ("lines=1-2", 200, (0, 860)),
    ("bytes=" + "9" * 30 + "-", 200, (0, 860)),
)


def test_one_range_is_honoured_and_what_is_none_is_answered_with_the_whole(
    api: Api, subtests: pytest.Subtests
) -> None:
    content = a_text(text=A_TEXT)
    assert len(content) == 880
    content = content[:859] + b"\n"
    document = upload_one(api, api.open_case(), content)
    for asked, status, part in RANGES:
        with subtests.test(asked):
            fetched = api.get(place(document, "content"), headers={"Range": asked}, status=status)
            if part is None:
                assert fetched.headers["Content-Range"] == "bytes */860"
                assert fetched.json()["type"] == "/problems/range-not-satisfiable"
                continue
            start, end = part
            assert fetched.content == content[start:end]
            assert fetched.headers["Content-Length"] == str(end - start)
            expected = f"bytes {start}-{end - 1}/860" if status == 206 else None
            assert fetched.headers.get("Content-Range") == expected


def test_a_range_of_other_bytes_than_the_caller_has_is_answered_with_the_whole(api: Api) -> None:
    document = upload_one(api, api.open_case(), a_text(text=A_TEXT))
    tag = f'"{document["sha256"]}"'
    path, part = place(document, "content"), {"Range": "bytes=0-4"}
    assert len(api.get(path, headers={**part, "If-Range": tag}, status=206).content) == 5
    assert len(api.get(path, headers={**part, "If-Range": '"other"'}, status=200).content) == len(A_TEXT)
    since = "Wed, 21 Oct 2026 07:28:00 GMT"
    assert len(api.get(path, headers={**part, "If-Range": since}, status=200).content) == len(A_TEXT)


def test_bytes_that_the_caller_has_are_not_sent_again(api: Api) -> None:
    document = upload_one(api, api.open_case(), a_text())
    path, tag = place(document, "content"), f'"{document["sha256"]}"'
    unchanged = api.get(path, headers={"If-None-Match": tag, "Range": "bytes=0-1"}, status=304)
    assert unchanged.headers["ETag"] == tag
    assert unchanged.content == b""
    api.get(path, headers={"If-Match": '"other"'}, status=412)
    api.get(path, headers={"If-Match": tag}, status=200)


def test_the_head_of_a_document_says_what_its_content_would(api: Api) -> None:
    document = upload_one(api, api.open_case(), a_text(text=A_TEXT))
    path = place(document, "content")
    for headers, status in (({}, 200), ({"Range": "bytes=0-4"}, 206)):
        got, head = (
            api.get(path, headers=headers, status=status),
            api("HEAD", path, headers=headers, status=status),
        )
        assert head.content == b""
        for name in ("ETag", "Content-Length", "Content-Type", "Content-Disposition", "Accept-Ranges"):
            assert head.headers[name] == got.headers[name]
        assert head.headers.get("Content-Range") == got.headers.get("Content-Range")


def test_a_download_is_named_as_it_was_sent_with_the_ending_of_what_it_is(api: Api) -> None:
    case_id = api.open_case()
    names = {
        "CT report.pdf": ("CT report.pdf", "CT report.pdf"),
        "Befund Müller 报告.PDF": ("Befund Muller .PDF", "Befund Müller 报告.PDF"),
        "a%22; filename=b.exe": ("a__ filename=b.exe.pdf", 'a"; filename=b.exe.pdf'),
        "报告.exe": (".exe.pdf", "报告.exe.pdf"),
    }
    for index, (sent, (plain, full)) in enumerate(names.items()):
        answer = upload(api, case_id, File(a_pdf(pages=index + 1), name=sent), status=201).json()
        header = api.get(place(answer["items"][0]["document"], "content")).headers["Content-Disposition"]
        assert header.isascii()
        assert header == f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(full, safe='')}"


def test_a_file_without_a_name_is_downloaded_as_document(api: Api) -> None:
    answer = upload(api, api.open_case(), File(a_jpeg(), name=None), status=201).json()
    header = api.get(place(answer["items"][0]["document"], "content")).headers["Content-Disposition"]
    assert 'filename="document.jpg"' in header


def test_bytes_that_are_lost_are_told_as_lost(api: Api, tmp_path: Path) -> None:
    document = upload_one(api, api.open_case(), a_text())
    (tmp_path / "data" / "blobs" / document["case_id"] / document["id"]).unlink()
    for part in ("content", "text"):
        assert api.get(place(document, part), status=503).json()["type"] == "/problems/content-missing"


# --- text ---------------------------------------------------------------------------------------------------


def test_the_text_of_a_text_file_is_its_characters(api: Api) -> None:
    case_id = api.open_case()
    texts = {
        "utf-8": a_text(text="Größe: 3 µm"),
        "utf-16": a_text(text="Größe: 3 µm", charset="utf-16"),
        "csv": a_csv(),
        "xml": an_xml(),
        "json": a_json({"note": "3 µm"}),
        "hl7": an_hl7_message(),
    }
    for name, content in texts.items():
        answer = api.get(place(upload_one(api, case_id, content), "text"), status=200).json()
        assert answer["state"] == "decoded"
        assert answer["text"] == content.decode("utf-16" if name == "utf-16" else "utf-8")
        assert answer["charset_is_certain"] is True


def test_where_the_bytes_leave_the_character_set_open_the_answer_says_so(api: Api) -> None:
    content = a_text(text="Größe des Tumors: 3 mm, Ränder frei. " * 4, charset="latin-1")
    answer = api.get(place(upload_one(api, api.open_case(), content), "text"), status=200).json()
    assert answer["text"].startswith("Größe des Tumors")
    assert answer["charset_is_certain"] is False


def test_what_nobody_has_read_has_no_text_and_says_so(api: Api) -> None:
    answer = api.get(place(upload_one(api, api.open_case(), a_pdf()), "text"), status=200).json()
    assert (answer["state"], answer["text"]) == ("not_read", None)


def test_a_text_too_long_for_one_answer_says_so(api: Api) -> None:
    content = b"a line of a long report\n" * (TEXT_BYTES_MOST // 24 + 1)
    answer = api.get(place(upload_one(api, api.open_case(), content), "text"), status=200).json()
    assert (answer["state"], answer["text"]) == ("too_long", None)


# --- removing -----------------------------------------------------------------------------------------------


def test_a_removed_document_is_gone_with_its_bytes_and_the_trail_says_so(api: Api) -> None:
    case_id = api.open_case()
    document, other = upload_one(api, case_id, a_pdf()), upload_one(api, case_id, a_text())
    api.delete(place(document), headers={"If-Match": f'"{document["id"]}.7"'}, status=412)
    api.delete(place(document), status=204)
    for path in (place(document), place(document, "content"), place(document, "text")):
        assert api.get(path, status=404).json()["type"] == "/problems/document-not-found"
    assert stored_keys(api) == {f"{case_id}/{other['id']}"}
    assert event_kinds(api, case_id)[-1] == "document.removed"
    assert revision(api, case_id) == 4
    again = upload_one(api, case_id, a_pdf())
    assert again["id"] != document["id"]


def test_a_document_on_which_records_rest_is_not_removed_and_they_are_named(api: Api) -> None:
    case_id = api.open_case()
    document = upload_one(api, case_id, a_pdf())
    resting = api.add(case_id, an_opinion_on(document), an_opinion_on(document))
    refused = api.delete(place(document), status=409).json()
    assert refused["type"] == "/problems/document-rested-on"
    assert sorted(refused["records"]) == sorted(resting)
    for record_id in resting:
        api.delete(f"/v1/cases/{case_id}/records/{record_id}", status=204)
    api.delete(place(document), status=204)


def test_an_original_is_not_removed_from_under_its_translations(api: Api) -> None:
    case_id = api.open_case()
    original = upload_one(api, case_id, a_text(text="Befund"))
    translation = upload_one(api, case_id, a_text(text="report"), translation_of=original["id"])
    refused = api.delete(place(original), status=409).json()
    assert refused["type"] == "/problems/document-translated"
    assert refused["documents"] == [translation["id"]]
    api.patch(place(translation), json={"translation_of": None}, status=200)
    api.delete(place(original), status=204)


def test_erasing_a_case_takes_its_bytes_and_no_other_cases(api: Api) -> None:
    case_id = api.open_case()
    upload_one(api, case_id, a_pdf())
    other = upload_one(api, api.open_case(), a_pdf())
    api.delete(f"/v1/cases/{case_id}", status=204)
    assert stored_keys(api) == {f"{other['case_id']}/{other['id']}"}
    api.get(place(other, "content"), status=200)


# --- moving -------------------------------------------------------------------------------------------------


def test_a_moved_document_is_in_its_new_case_alone(api: Api) -> None:
    case_id, target = api.open_case(), api.open_case()
    document = upload_one(api, case_id, a_pdf(), title="CT")
    moved = api.post(place(document, "move"), json={"case_id": target}, status=200)
    shown = moved.json()
    assert moved.headers["Location"] == place(shown) == f"/v1/cases/{target}/documents/{document['id']}"
    assert moved.headers["ETag"] == f'"{document["id"]}.2"'
    assert {**shown, "case_id": case_id, "version": 1} == document
    api.get(place(document), status=404)
    assert api.get(place(shown)).json() == shown
    assert api.get(place(shown, "content"), status=200).content == a_pdf()
    assert stored_keys(api) == {f"{target}/{document['id']}"}
    assert (revision(api, case_id), revision(api, target)) == (3, 2)
    assert event_kinds(api, case_id)[-1] == "document.moved_out"
    assert event_kinds(api, target)[-1] == "document.moved_in"


def test_a_document_moved_by_mistake_is_moved_back_with_its_bytes(api: Api) -> None:
    case_id, target = api.open_case(), api.open_case()
    document = upload_one(api, case_id, a_pdf())
    there = api.post(place(document, "move"), json={"case_id": target}, status=200).json()
    back = api.post(place(there, "move"), json={"case_id": case_id}, status=200).json()
    assert {**back, "version": 1} == document
    assert stored_keys(api) == {f"{case_id}/{document['id']}"}
    assert api.get(place(back, "content"), status=200).content == a_pdf()


def test_a_document_is_not_moved_from_under_its_records_unless_they_may_come_along(api: Api) -> None:
    case_id, target = api.open_case(), api.open_case()
    document, other = upload_one(api, case_id, a_pdf()), upload_one(api, case_id, a_text())
    alone, on_both = api.add(case_id, an_opinion_on(document), an_opinion_on(document, other))
    path = place(document, "move")
    refused = api.post(path, json={"case_id": target}, status=409).json()
    assert sorted(refused["records"]) == sorted([alone, on_both])
    refused = api.post(path, json={"case_id": target, "with_records": True}, status=409).json()
    assert refused["records"] == [on_both]
    assert stored_keys(api) >= {f"{case_id}/{document['id']}"}
    api.get(place(document, "content"), status=200)

    api.delete(f"/v1/cases/{case_id}/records/{on_both}", status=204)
    api.post(path, json={"case_id": target, "with_records": True}, status=200)
    api.get(f"/v1/cases/{target}/records/{alone}", status=200)
    api.get(f"/v1/cases/{case_id}/records/{alone}", status=404)


def test_a_document_is_not_moved_to_where_its_bytes_are_already(api: Api) -> None:
    case_id, target = api.open_case(), api.open_case()
    document, twin = upload_one(api, case_id, a_pdf()), upload_one(api, target, a_pdf())
    refused = api.post(place(document, "move"), json={"case_id": target}, status=409).json()
    assert (refused["type"], refused["document_id"]) == ("/problems/document-duplicate", twin["id"])
    same = api.post(place(document, "move"), json={"case_id": case_id}, status=409).json()
    assert same["type"] == "/problems/already-in-case"
    api.get(place(document, "content"), status=200)


def test_a_moved_translation_loses_its_original_and_an_original_waits_for_its_translations(api: Api) -> None:
    case_id, target = api.open_case(), api.open_case()
    original = upload_one(api, case_id, a_text(text="Befund"))
    translation = upload_one(api, case_id, a_text(text="report"), translation_of=original["id"])
    refused = api.post(place(original, "move"), json={"case_id": target}, status=409).json()
    assert refused["type"] == "/problems/document-translated"
    moved = api.post(place(translation, "move"), json={"case_id": target}, status=200).json()
    assert moved["translation_of"] is None
    api.post(place(original, "move"), json={"case_id": target}, status=200)
    api.patch(place(moved), json={"translation_of": original["id"]}, status=200)


def test_a_stale_move_changes_nothing(api: Api) -> None:
    case_id, target = api.open_case(), api.open_case()
    document = upload_one(api, case_id, a_pdf())
    stale = {"If-Match": f'"{document["id"]}.7"'}
    api.post(place(document, "move"), json={"case_id": target}, headers=stale, status=412)
    api.post(place(document, "move"), json={"case_id": "none"}, status=404)
    assert api.get(place(document)).json() == document
    assert stored_keys(api) == {f"{case_id}/{document['id']}"}


def test_a_document_whose_bytes_are_lost_stays_where_it_is(api: Api, tmp_path: Path) -> None:
    case_id, target = api.open_case(), api.open_case()
    document = upload_one(api, case_id, a_pdf())
    (tmp_path / "data" / "blobs" / case_id / document["id"]).unlink()
    refused = api.post(place(document, "move"), json={"case_id": target}, status=503).json()
    assert refused["type"] == "/problems/content-missing"
    assert api.get(place(document)).json() == document


def test_ids_that_cannot_be_are_not_found(api: Api) -> None:
    case_id = api.open_case()
    document = upload_one(api, case_id, a_pdf())
    for strange in ("%F0%9F%99%82", "' OR 1=1"):
        for part in ("", "/content", "/text"):
            answer = api.get(f"/v1/cases/{case_id}/documents/{strange}{part}")
            assert answer.status_code == 404, (strange, answer.text)
        assert api.get(f"/v1/cases/{strange}/documents").status_code == 404
        assert upload(api, strange, File(a_text())).status_code == 404
    for strange in ("🙂", "x"):
        api.post(place(document, "move"), json={"case_id": strange}, status=404)
