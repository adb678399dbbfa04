"""Requests made from the API's own description meet no server error, and no answer that it does not describe.

A real server process for each database is asked. Every operation gets its examples, the boundaries of each of its
parameters and fields (coverage), and drawn requests (fuzzing), valid and invalid. What is sent depends on nothing but
this file and the description; `CASELINE_FUZZ_EXAMPLES` says how many requests fuzzing draws for each operation.
"""

import json
import os
import shutil
import socket
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation.meta import TestPhase
from schemathesis.specs.openapi import checks as openapi_checks

from app.config import settings_from
from app.main import create_app
from app.records.domain.base import Record
from app.records.domain.kinds import KINDS
from app.records.examples import RECORD_EXAMPLES
from tests import kept_process

if TYPE_CHECKING:
    from tests.postgres import Cluster

Case: TypeAlias = schemathesis.Case[Any]

KEY = "schemathesis-admin-key-0123456789"
USUAL_EXAMPLES = 20
EXAMPLES = int(os.environ.get("CASELINE_FUZZ_EXAMPLES", USUAL_EXAMPLES))
START_SECONDS = 60
MENDINGS = 4
"""How often a record is changed as the problem asks for, so that odd ones are stored too."""

NOT_FOR_FORMS: list[Any] = [openapi_checks.negative_data_rejection]
"""A form says everything as text and an empty field nothing, so that much of what is wrong in JSON is right in it."""

RECORDS = "/v1/cases/{case_id}/records"
STANDING_FOR_ALL = ("MarkerResult", "Treatment", "Decision")
EVERY = 10 if EXAMPLES <= USUAL_EXAMPLES else 1
"""Of the thousands of boundary cases of records each tenth is sent, others on each database; or all."""

CONFIG = schemathesis.Config.from_dict(
    {
        "seed": 1,
        "generation": {
            "max-examples": EXAMPLES,
            "deterministic": True,
            "database": "none",
            "with-security-parameters": False,  # every request has its key; `ignored_auth` tries without
            "no-shrink": EXAMPLES
            <= 20,  # the run that finds something is made again with more, to see it small
        },
        "phases": {
            "examples": {"enabled": True},
            "coverage": {"enabled": True},
            "fuzzing": {"enabled": True},
        },
        "checks": {
            # A description cannot say all of what makes a record sound: dates that are EDTF, codes with a right
            # check digit, a document of the same case. So what fits the description may still be refused.
            "positive_data_acceptance": {"enabled": False},
        },
    }
)


def _drawn_description() -> dict[str, Any]:
    """Return the description without what it says of records many times over.

    Fields that all kinds share, batches and amendments are read in the same way for each kind: there a few kinds stand
    for all. The fields of its own are left to each kind.
    """
    description: dict[str, Any] = json.loads(json.dumps(create_app(settings_from({})).openapi()))
    schemas = description["components"]["schemas"]
    amendment = description["paths"][f"{RECORDS}/{{record_id}}"]["put"]["requestBody"]
    batch = schemas["RecordBatch"]["properties"]["records"]
    for union in (amendment["content"]["application/json"]["schema"], batch["items"]):
        union["oneOf"] = [one for one in union["oneOf"] if one["$ref"].endswith(STANDING_FOR_ALL)]
        del union["discriminator"]
    schemas["ReadRecord"]["properties"]["record"] = {"$ref": f"#/components/schemas/{STANDING_FOR_ALL[0]}"}
    accepted = schemas["AcceptBody"]["properties"]["record"]
    accepted["anyOf"] = [{"$ref": f"#/components/schemas/{STANDING_FOR_ALL[0]}"}, {"type": "null"}]
    for kind in KINDS.values():
        if kind.__name__ not in STANDING_FOR_ALL:
            fields = schemas[kind.__name__]["properties"]
            schemas[kind.__name__]["properties"] = {
                name: one
                for name, one in fields.items()
                if name not in Record.__struct_fields__ or name in {"kind", "date"}
            }
    return description


DESCRIPTION = _drawn_description()


def _as_it_is(_context: object, value: object) -> bytes:
    """Send what was drawn for a payload: bytes, or another value as JSON, which is no payload either."""
    data = getattr(value, "data", value)
    return data if isinstance(data, bytes) else json.dumps(data).encode()


PAYLOAD_TYPES = sorted(
    {
        media_type
        for operations in DESCRIPTION["paths"].values()
        for operation in operations.values()
        for media_type, content in operation.get("requestBody", {}).get("content", {}).items()
        if content["schema"].get("format") == "binary"
    }
)
schemathesis.serializer(*PAYLOAD_TYPES)(_as_it_is)

SCHEMA = schemathesis.openapi.from_dict(DESCRIPTION, config=CONFIG)


@dataclass(frozen=True, slots=True)
class Server:
    """A server that answers, and a connection to it."""

    url: str
    session: requests.Session
    offset: int
    """Tells the databases apart where they share work."""

    def send(self, method: str, path: str, **options: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {KEY}"}
        return self.session.request(method, self.url + path, headers=headers, timeout=60, **options)

    def ask(self, method: str, path: str, **options: Any) -> requests.Response:
        answer = self.send(method, path, **options)
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text[:1000]}"
        return answer


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    folder = kept_process.make_folder("fuzzed")
    cluster: Cluster | None = None
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("migrated_sqlite"), folder / "caseline.db")
        database_url = f"sqlite:///{folder / 'caseline.db'}"
    else:
        cluster = request.getfixturevalue("postgres_cluster")
        database_url = cluster.create_database(template=request.getfixturevalue("migrated_postgres"))
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    environment = {"DATA_DIR": folder, "DATABASE_URL": database_url, "PORT": port, "ADMIN_KEY": KEY}
    variables = [f"CASELINE_{name}={value}" for name, value in environment.items()]
    process = kept_process.start(["env", *variables, sys.executable, "-m", "app", "serve"], folder=folder)
    try:
        with requests.Session() as session:
            url = f"http://127.0.0.1:{port}"
            _wait(session, url, process)
            yield Server(url, session, offset=len(request.param))
    finally:
        process.stop()
        if cluster is not None:
            cluster.drop_database(database_url)


def _wait(session: requests.Session, url: str, process: kept_process.KeptProcess) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.is_running():
        try:
            if session.get(f"{url}/readyz", timeout=5).ok:
                return
        except requests.ConnectionError:
            time.sleep(0.05)
    pytest.fail(f"the server did not start: {process.last_words()}")


DATES = ("2024", "2024-05", "2024-05-07", "2024-05~", "2024-05/2024-07", "../2024-05-07", "2024-13", "later")
DATE_FIELDS = frozenset(
    {
        "date", "started", "ended", "onset", "since", "until", "dated", "birth_date", "deceased", "specimen_date",
        "signed_on", "reported_on", "report_study_date", "response_date", "printed_birth_date",
    }
)  # fmt: skip


@dataclass(slots=True)
class Aim:
    """Things that are there, put into most of the requests in place of what was drawn, so that they get anywhere."""

    server: Server
    drawn: int = 0
    case_id: str = ""
    other_case_id: str = ""
    document_id: str = ""
    record_ids: Mapping[str, str] = field(default_factory=dict)
    """One of each kind."""
    key_id: str = ""
    proposal_id: str = ""
    conflict_id: str = ""
    request_id: str = ""

    def renew(self) -> None:
        """Make a case with a record of every kind, a document and a key."""
        ask = self.server.ask
        self.case_id, self.other_case_id = (ask("POST", "/v1/cases", json={}).json()["id"] for _ in "ab")
        place = f"/v1/cases/{self.case_id}"
        files = {"files": ("letter.txt", f"A letter on {self.case_id}.")}
        uploaded = ask("POST", f"{place}/documents", data={"kind": "consultation"}, files=files).json()
        self.document_id = uploaded["items"][0]["id"]
        records = [example["value"] for example in RECORD_EXAMPLES.values()]
        stored = ask("POST", f"{place}/records", json={"records": records}).json()
        ids = [item["id"] for item in stored["items"]]
        self.record_ids = dict(zip(RECORD_EXAMPLES, ids, strict=True))
        later = {"kind": "diagnosis", "site": "breast", "date": "2199-01-01"}
        ask("POST", f"{place}/records", json=later)
        self.conflict_id = ask("GET", f"{place}/conflicts").json()["items"][0]["id"]
        self._propose()
        self.request_id = ask("GET", f"{place}/requests").json()["requests"][0]["id"]
        made = ask("POST", "/v1/keys", json={"name": "drawn", "scopes": ["read"], "case_id": self.case_id})
        self.key_id = made.json()["key"]["id"]

    def _propose(self) -> None:
        """Propose a record that was not proposed before."""
        record = {"kind": "marker_result", "marker": "CEA", "value": self.drawn, "unit": "ng/mL"}
        source = {"document_id": self.document_id, "page": 1, "quote": f"CEA {self.drawn}"}
        body = {"record": record, "source": source}
        self.proposal_id = self.server.ask("POST", f"/v1/cases/{self.case_id}/proposals", json=body).json()[
            "id"
        ]

    def passes_over(self, case: Case) -> bool:
        """Tell whether a boundary case is left to another run, so that this one ends soon."""
        self.drawn += 1
        is_boundary = case.meta is not None and case.meta.phase.name is TestPhase.COVERAGE
        return is_boundary and _is_record_write(case) and (self.drawn + self.server.offset) % EVERY != 0

    def at(self, case: Case) -> None:
        """Turn most of what is drawn to what is there, by turns and not by chance."""
        meta = case.meta
        is_path_wrong = meta is not None and meta.is_negative_at(ParameterLocation.PATH)
        is_body_wrong = meta is not None and meta.is_negative_at(ParameterLocation.BODY)
        if not is_path_wrong and self.drawn % 8:
            there: Mapping[str, str] = {
                "case_id": self.case_id,
                "document_id": self.document_id,
                "record_id": self.record_ids[_kind(case.body)],
                "key_id": self.key_id,
                "proposal_id": self.proposal_id,
                "checklist_id": "response",
                "profile_id": "fox-chase",
                "key": "main_question",
                "kind": "marker_result",
                "conflict_id": self.conflict_id,
                "request_id": self.request_id,
                "study_uid": "1.2.3",
            }
            for name in case.path_parameters:
                case.path_parameters[name] = there[name]
        if not is_body_wrong and self.drawn % 4 and isinstance(case.body, dict | list):
            self._fill(case.body)

    def _fill(self, part: object) -> None:
        if isinstance(part, list):
            for one in part:
                self._fill(one)
        if isinstance(part, dict):
            for name, value in part.items():
                if not isinstance(value, str):
                    self._fill(value)
                elif name in DATE_FIELDS:
                    part[name] = DATES[(self.drawn + len(value)) % len(DATES)]
                elif name in {"document_id", "translation_of"}:
                    part[name] = self.document_id
                elif name == "case_id":
                    part[name] = self.other_case_id
                elif name == "reference":
                    part[name] = f"{value[:150]}-{self.drawn}"  # each is taken once

    def mend(self, case: Case, problem: Mapping[str, Any]) -> int:
        """Change refused records as their problem asks for, so that odd ones are stored; return the last status."""
        body = json.loads(json.dumps(case.body)) if isinstance(case.body, dict) else None
        for _ in range(MENDINGS):
            if body is None or not _mended(body, problem.get("errors", ())):
                break
            answer = self.server.send(case.method, case.formatted_path, json=body)
            documented = case.operation.definition.raw["responses"]
            assert str(answer.status_code) in documented, (
                f"{answer.status_code} for {json.dumps(body)[:4000]}"
            )
            case.operation.validate_response(answer)
            if answer.ok:
                return answer.status_code
            problem = answer.json()
        return HTTPStatus.UNPROCESSABLE_ENTITY

    def look(self, case: Case, status: int) -> None:
        """After a change: look at every view of what is there now, or begin anew where it is gone."""
        if status >= HTTPStatus.BAD_REQUEST or case.method == "GET":
            return
        if case.method == "DELETE" or case.path.endswith("/move"):
            self.renew()
        elif case.path.endswith(("/accept", "/reject")):
            self._propose()
        elif self.drawn % 10 == 0:
            for view in ("completeness", "requests", "timeline", "markers", "conflicts", "summary"):
                self.server.ask("GET", f"/v1/cases/{self.case_id}/{view}")


def _mended(body: dict[str, Any], errors: Sequence[Mapping[str, str]]) -> bool:
    """Leave out what is wrong and fill in what is missing, in place; tell whether there was anything to do."""
    for error in errors:
        *path, last = error["pointer"].split("/")[1:] or [""]
        target: Any = body
        for step in path:
            inner = target[int(step)] if isinstance(target, list) else target.get(step)
            if not isinstance(inner, dict | list):
                last = step
                break
            target = inner
        if not isinstance(target, dict):
            return False
        if last in target and last != "kind":
            del target[last]
        else:
            target |= {**_example(target), **target}
    return bool(errors)


def _is_record_write(case: Case) -> bool:
    return case.path.startswith(RECORDS) and case.method in {"POST", "PUT"}


def _example(record: object) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", RECORD_EXAMPLES[_kind(record)]["value"])


def _kind(body: object) -> str:
    """Return the kind of a record, or one that is as good as any."""
    kind = str(body.get("kind")) if isinstance(body, dict) else ""
    return kind if kind in RECORD_EXAMPLES else "diagnosis"


@pytest.fixture
def aim(server: Server) -> Aim:
    made = Aim(server)
    made.renew()
    return made


@SCHEMA.parametrize()
@settings(suppress_health_check=list(HealthCheck))  # one case of records serves all requests of an operation
def test_every_answer_is_one_that_the_description_announces(case: Case, aim: Aim) -> None:
    if aim.passes_over(case):
        return
    aim.at(case)
    answer = case.call_and_validate(
        base_url=aim.server.url,
        session=aim.server.session,
        headers={"Authorization": f"Bearer {KEY}"},
        excluded_checks=NOT_FOR_FORMS if case.media_type == "multipart/form-data" else None,
        timeout=60,
    )
    status = answer.status_code
    if status == HTTPStatus.UNPROCESSABLE_ENTITY and _is_record_write(case):
        status = aim.mend(case, answer.json())
    aim.look(case, status)
