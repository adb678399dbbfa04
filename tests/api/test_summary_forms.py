"""The summary in its two forms: which one is answered, under which tag and policy."""

from typing import Any

import pytest

from tests.api.test_worked_cases import posted
from tests.conftest import Api
from tests.worked_cases import LUNG, day_of

DAY = day_of(LUNG).isoformat()
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "wanted", "media"),
    [
        (None, None, "application/json"),
        ("*/*", None, "application/json"),
        (BROWSER, None, "text/html; charset=utf-8"),
        ("text/html", "json", "application/json"),
        ("application/json", "html", "text/html; charset=utf-8"),
        ("application/json, text/html;q=0.9", None, "application/json"),
        ("text/html;q=0, */*", None, "application/json"),
        ("application/pdf", None, "application/json"),
        ("text/html; q=nonsense, ;;", None, "application/json"),
    ],
)
def test_the_form_is_the_one_asked_for_and_json_where_nothing_is(
    api: Api, accept: str | None, wanted: str | None, media: str
) -> None:
    case_id = posted(api, LUNG)
    answer = api.get(
        f"/v1/cases/{case_id}/summary",
        params={"as_of": DAY} | ({"format": wanted} if wanted else {}),
        headers={"Accept": accept} if accept else {},
        status=200,
    )

    assert answer.headers["Content-Type"] == media
    assert answer.headers["Vary"] == "Accept"


def test_each_form_has_its_own_tag_and_answers_304_to_it(api: Api) -> None:
    url = f"/v1/cases/{posted(api, LUNG)}/summary"
    tags = {}
    for form in ("json", "html"):
        parameters = {"as_of": DAY, "format": form}
        tags[form] = api.get(url, params=parameters, status=200).headers["ETag"]
        again = api.get(url, params=parameters, headers={"If-None-Match": tags[form]}, status=304)
        assert again.headers["Vary"] == "Accept"
        assert not again.content

    assert tags["json"] != tags["html"]
    api.get(url, params={"as_of": DAY, "format": "html"}, headers={"If-None-Match": tags["json"]}, status=200)


def test_the_page_is_served_under_a_strict_policy_and_names_the_hash_of_the_json(api: Api) -> None:
    url = f"/v1/cases/{posted(api, LUNG)}/summary"
    page = api.get(url, params={"as_of": DAY, "format": "html"}, status=200)
    answer: dict[str, Any] = api.get(url, params={"as_of": DAY}, status=200).json()

    policy = page.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert "script-src" not in policy
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert answer["content_sha256"] in page.text
    assert page.text == api.get(url, params={"as_of": DAY, "format": "html"}).text


def test_the_page_honours_the_day_the_revision_and_identity(api: Api) -> None:
    case_id = posted(api, LUNG)
    url = f"/v1/cases/{case_id}/summary"
    before = api.get(url, params={"as_of": DAY, "format": "html", "revision": 2}, status=200).text
    api.add(case_id, {"kind": "symptom", "symptom": "chest pain", "date": "2026-03-19"})
    after = api.get(url, params={"as_of": DAY, "format": "html"}, status=200).text
    hidden = api.get(url, params={"as_of": DAY, "format": "html", "identity": "none"}, status=200).text

    assert "chest pain" not in before
    assert before == api.get(url, params={"as_of": DAY, "format": "html", "revision": 2}).text
    assert "These symptoms may need urgent care" in after
    assert "1961-04" in after
    assert "1961-04" not in hidden
    assert "LUNG-MIXED" not in hidden


def test_an_unknown_form_is_refused(api: Api) -> None:
    case_id = api.open_case()
    answer = api.get(f"/v1/cases/{case_id}/summary", params={"format": "pdf"}, status=422)

    assert answer.json()["errors"][0]["pointer"] == "/query/format"
