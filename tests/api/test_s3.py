"""The whole life of a document on an S3-compatible store instead of a folder, on both databases."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from app.config import Settings
from app.main import create_app
from app.verification import verify
from tests.conftest import ADMIN_KEY, Api, add_key
from tests.files import a_pdf, a_text
from tests.forms import File, upload, upload_one
from tests.s3 import S3Server


@pytest.fixture
def s3_api(settings: Settings, s3_server: S3Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    for name, value in s3_server.environment.items():
        monkeypatch.setenv(name, value)
    url = f"{s3_server.create_bucket()}/documents"
    add_key(settings.database_url, secret=ADMIN_KEY)
    with TestClient(create_app(replace(settings, blob_url=url, s3_endpoint=s3_server.endpoint))) as client:
        yield Api(client, ADMIN_KEY)


def stored_keys(api: Api) -> set[str]:
    return {blob.key for blob in api.client.app.state.blobs.listed()}  # type: ignore[attr-defined]


def test_a_document_lives_and_goes_on_s3_as_in_a_folder(s3_api: Api) -> None:
    case_id, target = s3_api.open_case(), s3_api.open_case()
    large = b"a line of a very long report\n" * 400_000  # more than one part
    document, other = upload_one(s3_api, case_id, large), upload_one(s3_api, case_id, a_pdf())
    upload(s3_api, case_id, File(large), status=200)
    path = f"/v1/cases/{case_id}/documents/{document['id']}"
    assert s3_api.get(f"{path}/content", status=200).content == large
    part = s3_api.get(f"{path}/content", headers={"Range": "bytes=8388600-8388615"}, status=206)
    assert part.content == large[8388600:8388616]

    s3_api.patch(path, json={"title": "long"}, status=200)
    moved = s3_api.post(f"{path}/move", json={"case_id": target}, status=200)
    assert stored_keys(s3_api) == {f"{target}/{document['id']}", f"{case_id}/{other['id']}"}
    assert s3_api.get(f"{moved.headers['Location']}/content", status=200).content == large
    state = s3_api.client.app.state  # type: ignore[attr-defined]
    assert list(verify(state.database, state.blobs)) == []

    s3_api.delete(moved.headers["Location"], status=204)
    s3_api.delete(f"/v1/cases/{case_id}", status=204)
    assert stored_keys(s3_api) == set()


def test_bytes_changed_behind_the_services_back_are_found(s3_api: Api) -> None:
    case_id = s3_api.open_case()
    document = upload_one(s3_api, case_id, a_text(text="as it was"))
    state = s3_api.client.app.state  # type: ignore[attr-defined]
    assert list(verify(state.database, state.blobs)) == []
    state.blobs.delete(f"{case_id}/{document['id']}")
    (lost,) = verify(state.database, state.blobs)
    assert "missing" in lost.reason
