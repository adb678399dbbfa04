"""What every answer carries, whatever the endpoint; on both databases where it matters."""

import json
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.config import Settings, SettingsError, settings_from
from app.main import create_app
from tests.conftest import ADMIN_KEY, Api, add_key


def test_every_answer_is_private_not_sniffed_and_has_an_id(api: Api) -> None:
    answer = api.get("/v1/cases", status=200)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Request-Id"] != api.get("/v1/cases").headers["X-Request-Id"]


@pytest.mark.parametrize("path", ["/nothing", "/v1/nothing", "/v1/cases/a/b/c"])
def test_a_path_that_is_none_gets_a_problem(api: Api, path: str) -> None:
    answer = api.get(path, status=404)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["type"] == "/problems/not-found"


def test_an_address_with_a_null_character_is_refused(api: Api) -> None:
    assert api.get("/v1/cases?text=%00", status=400).json()["type"] == "/problems/null-character"
    assert api.get("/v1/cases/%00", status=400).json()["type"] == "/problems/null-character"


def test_a_body_past_the_bound_is_refused(settings: Settings) -> None:
    add_key(settings.database_url, secret=ADMIN_KEY)
    app = create_app(settings)
    app.state.max_body_bytes = 1_000
    with TestClient(app) as client:
        api = Api(client, ADMIN_KEY)
        answer = api.post("/v1/cases", json={"question": "x" * 1_000}, status=413)
        assert answer.json()["type"] == "/problems/body-too-large"
        api.post("/v1/cases", json={"question": "x" * 100}, status=201)


def test_an_unexpected_error_says_nothing_of_the_content(
    api: Api, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> None:
        message = "a very private value"
        raise RuntimeError(message)

    monkeypatch.setattr("app.cases.service.open_case", fail)
    answer = api.post("/v1/cases", json={"question": "private question"}, status=500)
    assert answer.json()["type"] == "/problems/unexpected-error"
    logged = capsys.readouterr()
    assert "private" not in answer.text + logged.err + logged.out
    assert "RuntimeError" in logged.err + logged.out


def test_logs_hold_routes_and_never_ids_or_content(api: Api, capsys: pytest.CaptureFixture[str]) -> None:
    case_id = api.open_case(reference="secret-reference", patient={"name": "Secret Person"})
    api.get("/v1/cases", params={"text": "secret-words"})
    api.get(f"/v1/cases/{case_id}")
    logged = capsys.readouterr()
    text = logged.err + logged.out
    assert "/v1/cases/{case_id}" in text
    for secret in ("secret-reference", "Secret Person", "secret-words", ADMIN_KEY):
        assert secret not in text


def test_a_front_end_of_a_named_origin_may_read_the_headers_that_it_needs(
    settings: Settings, tmp_path: Path
) -> None:
    add_key(settings.database_url, secret=ADMIN_KEY)
    changed = settings_from(
        {
            "CASELINE_DATA_DIR": str(tmp_path / "data"),
            "CASELINE_DATABASE_URL": settings.database_url,
            "CASELINE_CORS_ORIGINS": "https://front.example, https://other.example",
            "CASELINE_ROOT_PATH": "/caseline/",
        }
    )
    with TestClient(create_app(changed), root_path="/caseline") as client:
        answer = client.get("/healthz", headers={"Origin": "https://front.example"})
        assert answer.headers["Access-Control-Allow-Origin"] == "https://front.example"
        exposed = answer.headers["Access-Control-Expose-Headers"]
        assert all(name in exposed for name in ("ETag", "Location", "Link", "Retry-After"))
        asked = {"Origin": "https://front.example", "Access-Control-Request-Method": "POST"}
        assert client.options("/v1/cases", headers=asked).status_code == 200
        stranger = client.get("/healthz", headers={"Origin": "https://stranger.example"})
        assert "Access-Control-Allow-Origin" not in stranger.headers
        assert 'data-openapi="/caseline/openapi.json"' in client.get("/docs").text
        assert json.loads(client.get("/openapi.json").text)["servers"] == [{"url": "/caseline"}]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CASELINE_PORT", "http"),
        ("CASELINE_PORT", "70000"),
        ("CASELINE_TIMEZONE", "Mars/Olympus"),
        ("CASELINE_DATABASE_URL", "mysql://x"),
        ("CASELINE_BLOB_URL", "ftp://x"),
        ("CASELINE_ADMIN_KEY", "short"),
        ("CASELINE_MAX_UPLOAD_BYTES", "-1"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        settings_from({name: value})


def test_the_service_says_that_it_lives_and_is_ready(api: Api) -> None:
    assert api.client.get("/healthz").json() == {"status": "ok"}
    assert api.client.get("/readyz").json() == {"status": "ok"}
