"""Checklists and destination profiles of an organisation over the API, on both databases."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.completeness import drafts
from app.completeness.domain.rule_files import RuleFile
from app.infra.database import Database
from app.infra.local_blobs import LocalBlobs
from app.main import tidy
from app.verification import verify
from app.web.dependencies import now
from tests.conftest import Api

YAML = {"Content-Type": "application/yaml"}
MINE = """\
id: mine
version: "1"
label: Mine
source: written for a test
items:
  symptoms: required
  letter:
    requirement: recommended
    label: A letter
    why: Because.
    source: written for a test
    need:
      documents: {kinds: [referral]}
"""
THERE = 'id: there\nversion: "1"\nlabel: There\nsource: their letter\nitems: {symptoms: {max_age_days: 3}}\n'


def send(api: Api, kind: str, text: str, status: int = 201, **params: Any) -> dict[str, Any]:
    answer = api.post(f"/v1/{kind}s", content=text.encode(), headers=YAML, status=status, params=params)
    body: dict[str, Any] = answer.json()
    return body


# --- adding and reading -------------------------------------------------------------------------------------------


def test_a_checklist_is_added_and_read_by_id_version_and_hash(api: Api) -> None:
    answer = api.post("/v1/checklists", content=MINE.encode(), headers=YAML, status=201)
    assert answer.headers["Location"] == "/v1/checklists/mine?version=1"
    added = answer.json()
    assert (added["id"], added["version"], added["origin"], added["versions"]) == (
        "mine",
        "1",
        "organisation",
        ["1"],
    )
    assert [one["key"] for one in added["items"]] == ["symptoms", "letter"]
    for params in ({}, {"version": "1"}, {"version": added["sha256"]}):
        assert api.get("/v1/checklists/mine", params=params, status=200).json() == added
    assert api.get(answer.headers["Location"], status=200).json() == added


def test_the_same_as_json_is_the_same(api: Api) -> None:
    first = send(api, "checklist", MINE)
    again = api.post("/v1/checklists", json=yaml.safe_load(MINE), status=200).json()
    assert again == first


def test_a_version_never_changes(api: Api) -> None:
    first = send(api, "checklist", MINE)
    changed = MINE.replace("Because.", "For another reason.")
    problem = send(api, "checklist", changed, status=409)
    assert problem["type"] == "/problems/version-taken"
    assert api.get("/v1/checklists/mine", status=200).json() == first
    second = send(api, "checklist", changed.replace('"1"', '"2"'))
    assert second["versions"] == ["1", "2"]
    assert api.get("/v1/checklists/mine", status=200).json()["version"] == "2"
    assert api.get("/v1/checklists/mine?version=1", status=200).json()["items"] == first["items"]


def test_a_profile_is_added_read_and_kept_in_the_same_way(api: Api) -> None:
    first = send(api, "profile", THERE)
    assert (first["items"][0]["max_age_days"], first["origin"]) == (3, "organisation")
    assert send(api, "profile", THERE, status=200) == first
    assert send(api, "profile", THERE.replace("3", "4"), status=409)["type"] == "/problems/version-taken"
    assert api.get("/v1/profiles/there?version=1", status=200).json() == first


def test_the_id_of_one_of_the_products_own_is_taken(api: Api) -> None:
    problem = send(api, "checklist", MINE.replace("id: mine", "id: response"), status=409)
    assert problem["type"] == "/problems/id-taken"
    problem = send(api, "profile", THERE.replace("id: there", "id: fox-chase"), status=409)
    assert problem["type"] == "/problems/id-taken"


def test_lists_begin_with_the_products_own_and_page(api: Api) -> None:
    for name in ("b-mine", "a-mine"):
        send(api, "checklist", MINE.replace("id: mine", f"id: {name}"))
    wanted = ["response", "progression", "recurrence", "remission", "a-mine", "b-mine"]
    whole = api.get("/v1/checklists", status=200).json()
    assert [one["id"] for one in whole["items"]] == wanted
    assert whole["next_cursor"] is None
    found: list[str] = []
    cursor: str | None = None
    while True:
        page = api.get("/v1/checklists", params={"limit": 1, **({"cursor": cursor} if cursor else {})}).json()
        found += [one["id"] for one in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert found == wanted
    profiles = api.get("/v1/profiles", status=200).json()["items"]
    assert [(one["id"], one["origin"]) for one in profiles] == [
        ("city-of-hope", "product"),
        ("fox-chase", "product"),
    ]


@pytest.mark.parametrize("path", ["/v1/checklists/remission", "/v1/profiles/fox-chase"])
def test_one_of_the_products_own_can_be_taken_changed_and_sent(api: Api, path: str) -> None:
    text = api.get(path, params={"format": "yaml"}, status=200)
    assert text.headers["Content-Type"].startswith("application/yaml")
    own = text.text.replace("id: ", "id: my-", 1)
    kind = "checklist" if "checklists" in path else "profile"
    added = send(api, kind, own)
    original = api.get(path, status=200).json()
    assert added["items"] == original["items"]
    definition = {**original["definition"], "id": f"my-{original['id']}"}
    assert added["definition"] == definition
    assert api.post(f"/v1/{kind}s", json=definition, status=200).json() == added


@pytest.mark.parametrize("kind", ["checklist", "profile"])
def test_what_is_not_there_is_a_problem(api: Api, kind: str) -> None:
    for path in (
        f"/v1/{kind}s/nothing",
        f"/v1/{kind}s/{'response' if kind == 'checklist' else 'fox-chase'}?version=0",
    ):
        assert api.get(path, status=404).json()["type"] == f"/problems/{kind}-not-found"


# --- what is refused ------------------------------------------------------------------------------------------------


def test_a_mistake_in_yaml_is_named_by_line_and_pointer_all_of_them_at_once(api: Api) -> None:
    text = MINE.replace("symptoms: required", "symptoms: wanted").replace("documents:", "papers:")
    problem = send(api, "checklist", text, status=422)
    assert problem["type"] == "/problems/rules-invalid"
    assert [one["pointer"] for one in problem["errors"]] == ["/items/symptoms", "/items/letter/need/papers"]
    assert problem["errors"][0]["detail"].startswith("Line 6: `items.symptoms`")
    assert "write one of" in problem["errors"][0]["fix"].lower()


def test_a_mistake_in_json_is_named_by_its_pointer(api: Api) -> None:
    body = {
        **yaml.safe_load(MINE),
        "items": {"symptoms": {"requirement": "required", "max_age_days": "soon"}},
    }
    problem = api.post("/v1/checklists", json=body, status=422).json()
    assert [one["pointer"] for one in problem["errors"]] == ["/items/symptoms/max_age_days"]
    assert "Line" not in problem["errors"][0]["detail"]


BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join(['*' + before] * 10)}]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "- a\n- b",
        "just words",
        "id: [",
        "{" * 3000,
        "[" * 3000,
        "&a [*a]",
        BOMB,
        'id: "\\0"',
        'id: "\\ud800"',
        '"\\ud800": x',
        "id: 2026-01-01",
        "id: 1.5",
        "id: 99999999999999999999999999999999",
        "id: null",
        "? [a]\n: b",
        "id: !!python/object/apply:os.system ['true']",
        "\tid: x",
        MINE.replace("symptoms: required", "symptoms: {requirement: required, max_age_days: 99999999}"),
    ],
)
def test_whatever_is_sent_as_yaml_is_read_or_refused(api: Api, text: str) -> None:
    assert send(api, "checklist", text, status=422)["errors"]
    assert send(api, "profile", text, status=422)["errors"]


@pytest.mark.parametrize(
    ("body", "media", "status"),
    [
        (b"\xff\xfe", "application/yaml", 422),
        (b"{", "application/json", 422),
        (b"", "application/json", 422),
        (b"[1]", "application/json", 422),
        (b'{"id": "a", "id": "b"}', "application/json", 422),
        (b'{"id": 1.5}', "application/json", 422),
        (b'{"id": null}', "application/json", 422),
        (b"[" * 100_000, "application/json", 422),
        (b"<a/>", "application/xml", 415),
        (b"a: " + b"x" * 200_000, "application/yaml", 413),
    ],
)
def test_whatever_is_sent_is_read_or_refused(api: Api, body: bytes, media: str, status: int) -> None:
    answer = api.post("/v1/checklists", content=body, headers={"Content-Type": media}, status=status)
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_dry_run_stores_nothing(api: Api) -> None:
    found = send(api, "checklist", MINE, status=200, dry_run=True)
    assert found["id"] == "mine"
    api.get("/v1/checklists/mine", status=404)
    send(api, "checklist", MINE)
    send(api, "checklist", MINE.replace("Because.", "Else."), status=409, dry_run=True)


def test_only_an_admin_of_the_whole_organisation_adds(api: Api) -> None:
    case_id = api.open_case()
    for scopes, limits in ((("read", "write"), {}), (("admin",), {"case_id": case_id})):
        answer = api.make_key(*scopes, **limits).post("/v1/checklists", json=yaml.safe_load(MINE), status=403)
        assert answer.json()["type"] == "/problems/scope-missing"
    assert api.make_key("read").get("/v1/checklists", status=200).json()["items"]


def test_another_organisation_sees_none_of_them_and_has_its_own(api: Api, other_api: Api) -> None:
    send(api, "checklist", MINE)
    send(api, "profile", THERE)
    other_api.get("/v1/checklists/mine", status=404)
    other_api.get("/v1/profiles/there", status=404)
    case_id = other_api.open_case()
    other_api.get(f"/v1/cases/{case_id}/completeness?checklist=mine", status=404)
    other_api.get(f"/v1/cases/{case_id}/completeness?profile=there", status=404)
    theirs = send(other_api, "checklist", MINE.replace("label: Mine", "label: Theirs"))
    assert theirs["versions"] == ["1"]
    assert api.get("/v1/checklists/mine", status=200).json()["label"] == "Mine"
    assert len(other_api.get("/v1/checklists", status=200).json()["items"]) == 5


def test_a_repeated_request_gets_its_first_answer(api: Api) -> None:
    headers = {**YAML, "Idempotency-Key": "once"}
    first = api.post("/v1/checklists", content=MINE.encode(), headers=headers, status=201)
    again = api.post("/v1/checklists", content=MINE.encode(), headers=headers, status=201)
    assert (again.json(), again.headers["Idempotent-Replayed"]) == (first.json(), "true")


def test_what_is_added_is_in_the_audit_trail_and_is_verified(
    api: Api, database_url: str, tmp_path: Path
) -> None:
    send(api, "checklist", MINE)
    send(api, "profile", THERE)
    kinds = [event["kind"] for event in api.get("/v1/events", status=200).json()["items"]]
    assert kinds[-2:] == ["checklist.added", "profile.added"]
    database, blobs = Database(database_url), LocalBlobs(tmp_path / "blobs")
    try:
        assert list(verify(database, blobs)) == []
        with database.write() as session:
            session.connection().exec_driver_sql("UPDATE rule_files SET body = '{}' WHERE id = 'mine'")
        assert [one.reason for one in verify(database, blobs)] == [
            "the stored content is not what the trail says was written"
        ]
    finally:
        database.dispose()


# --- reports ----------------------------------------------------------------------------------------------------------


def test_a_report_takes_a_checklist_and_a_profile_and_names_the_exact_ones(api: Api) -> None:
    checklist, profile = send(api, "checklist", MINE), send(api, "profile", THERE)
    case_id = api.open_case()
    api.add(case_id, {"kind": "symptom", "symptom": "cough", "trend": "stable", "date": "2026-03-10"})
    path = f"/v1/cases/{case_id}/completeness"
    params = {"checklist": "mine", "as_of": "2026-03-20"}
    plain = api.get(path, params=params, status=200)
    found = api.get(path, params={**params, "profile": "there"}, status=200)
    assert plain.headers["ETag"] != found.headers["ETag"]
    for one in ("id", "version", "sha256"):
        assert found.json()["checklist"][one] == checklist[one]
        assert found.json()["profile"][one] == profile[one]
    assert plain.json()["profile"] is None
    assert [one["status"] for one in plain.json()["items"]] == ["present", "missing"]
    assert [one["status"] for one in found.json()["items"]] == ["stale", "missing"]
    assert found.json()["items"][0]["rule"]["tightened_by"] == "there@1"


def test_an_old_report_can_be_had_again_word_for_word(api: Api) -> None:
    send(api, "checklist", MINE)
    send(api, "profile", THERE)
    case_id = api.open_case()
    path = f"/v1/cases/{case_id}/completeness"
    old = api.get(path, params={"checklist": "mine", "profile": "there", "as_of": "2026-03-20"}, status=200)
    send(api, "checklist", MINE.replace('"1"', '"2"').replace("symptoms: required", "symptoms: recommended"))
    send(api, "profile", THERE.replace('"1"', '"2"').replace("3", "2"))
    api.add(case_id, {"kind": "symptom", "symptom": "cough", "trend": "stable", "date": "2026-03-20"})
    new = api.get(path, params={"checklist": "mine", "profile": "there", "as_of": "2026-03-20"}, status=200)
    assert new.json()["checklist"]["version"] == new.json()["profile"]["version"] == "2"
    said = old.json()
    again = api.get(
        path,
        params={
            "checklist": f"mine@{said['checklist']['version']}",
            "profile": f"there@{said['profile']['sha256']}",
            "as_of": said["as_of"],
            "revision": said["revision"],
        },
        status=200,
    )
    assert again.content == old.content
    assert again.headers["ETag"] == old.headers["ETag"]


def test_an_old_version_of_the_products_own_is_still_there_after_an_update(
    api: Api, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    current = api.get("/v1/checklists/response", status=200).json()
    database = Database(database_url)
    try:
        with database.write() as session:
            tidy(session, now())
            tidy(session, now())
    finally:
        database.dispose()
    product = find_product("response")
    body = product.body.replace(current["version"], "2099.1", 1)
    newer = replace(product, version="2099.1", body=body, sha256=drafts.checklist_in(body).sha256)
    monkeypatch.setattr(
        drafts, "product_files", lambda kind: {"response": newer} if kind == "checklist" else {}
    )
    versions = api.get("/v1/checklists/response", status=200).json()["versions"]
    assert versions == [current["version"], "2099.1"]
    old = api.get("/v1/checklists/response", params={"version": current["version"]}, status=200).json()
    assert (old["sha256"], old["items"], old["origin"]) == (current["sha256"], current["items"], "product")


def find_product(name: str) -> RuleFile:
    return drafts.product_files("checklist")[name]


def test_a_summary_rests_on_an_own_checklist_where_it_is_asked_to(api: Api) -> None:
    send(api, "checklist", MINE)
    case_id = api.open_case()
    for view in ("summary", "changes"):
        params = {"checklist": "mine@1", "from": 1, "to": 1}
        answer = api.get(f"/v1/cases/{case_id}/{view}", params=params)
        assert answer.status_code == 200, (view, answer.text)
    assert api.get(f"/v1/cases/{case_id}/summary?checklist=theirs", status=404).json()["type"] == (
        "/problems/checklist-not-found"
    )


def test_a_summary_rests_on_a_profile_and_names_it_as_the_report_does(api: Api) -> None:
    case_id = api.open_case(purposes=["response"])
    base = f"/v1/cases/{case_id}"
    laid = {"profile": "city-of-hope", "as_of": "2026-03-01"}
    report = api.get(f"{base}/completeness", params=laid, status=200).json()

    plain = api.get(f"{base}/summary", params={"as_of": laid["as_of"]}, status=200)
    over = api.get(f"{base}/summary", params=laid, status=200)
    readiness = over.json()["digest"]["readiness"]

    assert readiness["profile"] == report["profile"]["id"] == "city-of-hope"
    assert (readiness["score"], readiness["blocking"]) == (report["score"], len(report["blocking"]))
    assert plain.json()["digest"]["readiness"]["profile"] is None
    assert over.headers["ETag"] != plain.headers["ETag"]
    gaps = {section["key"]: section for section in over.json()["sections"]}["gaps"]
    assert f"the profile city-of-hope, version {report['profile']['version']}" in gaps["note"]
    assert (
        "with the profile “city-of-hope”" in api.get(f"{base}/summary", params=laid | {"format": "html"}).text
    )
    changed = api.get(f"{base}/changes", params=laid, status=200).json()
    assert changed["readiness"]["after"]["profile"] == "city-of-hope"
    for view in ("summary", "changes"):
        refused = api.get(f"{base}/{view}", params={"profile": "nowhere"}, status=404).json()
        assert refused["type"] == "/problems/profile-not-found"


# --- by the documentation alone --------------------------------------------------------------------------------------

PAGE = (Path(__file__).parents[2] / "docs" / "checklists.md").read_text(encoding="utf-8")
EXAMPLES = {
    text.split("\n", 1)[0]: text for text in re.findall(r"```yaml\n(id: .*?)```", PAGE, flags=re.DOTALL)
}


def test_a_newcomer_adds_the_pages_checklist_and_profile_and_gets_the_report_they_describe(api: Api) -> None:
    own = send(api, "checklist", EXAMPLES["id: short-remission"])
    there = send(api, "profile", EXAMPLES["id: university-hospital"])
    case_id = api.open_case()
    report = api.get(
        f"/v1/cases/{case_id}/completeness?checklist=short-remission@1&profile=university-hospital",
        status=200,
    ).json()
    assert (report["checklist"]["sha256"], report["profile"]["sha256"]) == (own["sha256"], there["sha256"])
    found = {one["key"]: one for one in report["items"]}
    assert list(found)[:3] == ["remission_statement", "imaging_latest", "dental_check"]
    assert found["dental_check"]["next_action"] == "Ask whether a dentist has looked at the teeth."
    assert found["imaging_latest"]["max_age_days"] == 28
    assert found["performance_status"]["rule"]["id"] == "university-hospital/performance_status"
    assert found["insurance_letter"]["next_action"] == "Ask the family for the insurer's letter."


def test_a_newcomer_takes_a_review_changes_it_and_raises_the_version(api: Api) -> None:
    """As the page says: take `?format=yaml`, give it an id of its own, change it, send it; then a new version."""
    text = api.get("/v1/checklists/remission?format=yaml", status=200).text
    mine = text.replace("id: remission", "id: my-remission", 1).replace(
        "max_age_days: 180", "max_age_days: 90", 1
    )
    first = send(api, "checklist", mine)
    assert send(api, "checklist", mine.replace("max_age_days: 90", "max_age_days: 60", 1), status=409)
    changed = mine.replace("max_age_days: 90", "max_age_days: 60", 1)
    second = send(api, "checklist", changed.replace(f"version: '{first['version']}'", "version: '2'", 1))
    assert second["versions"] == [first["version"], "2"]
    case_id = api.open_case()
    for version, days in ((first["version"], 90), ("2", 60)):
        url = f"/v1/cases/{case_id}/completeness?checklist=my-remission@{version}"
        items = api.get(url, status=200).json()["items"]
        assert next(one for one in items if one["key"] == "imaging_latest")["max_age_days"] == days
