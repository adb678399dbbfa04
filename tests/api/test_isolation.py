"""No endpoint shows one organisation's data to another, or one case's to a key that is limited to another case.

The endpoints are those of the description, whichever there are: a new one is tried with the rest. A path's parameter
that `Place.ids` does not know fails the test, and asks for its name to be added there.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest
from fastapi import FastAPI
from httpx2 import Response

from app.config import Settings
from tests.api.canaries import CANARY, HOSPITAL, REPEATED, Place, a_request, fill, propose_record
from tests.api.described import Bodies, Operation, operations
from tests.conftest import Api, add_key

NOT_YOURS = frozenset({401, 403, 404})
REFUSED = frozenset({400, 401, 403, 404, 409, 412, 413, 415, 422})
OPEN = frozenset({("get", "/healthz"), ("get", "/readyz"), ("get", "/fhir/metadata")})


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Somebody who may not see the case, and what is their own."""

    name: str
    api: Api
    headers: Mapping[str, str]
    own: Place | None
    said: set[str] = field(default_factory=set)
    """Ids that the caller stored itself, such as in a key for a case that is not its own: it may read them again."""

    def send(self, method: str, path: str, **options: Any) -> Response:
        headers = {**self.headers, **options.pop("headers", {})}
        return self.api.client.request(method.upper(), path, headers=headers, **options)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    description: Mapping[str, Any]
    owner: Api
    place: Place
    elsewhere: Place
    """Another case of the same organisation."""
    callers: tuple[Caller, ...]

    @property
    def operations(self) -> Iterator[Operation]:
        return operations(self.description)

    def snapshot(self) -> dict[str, Any]:
        """Return all that the owner can read of the case, but for who read it."""
        return {
            one.path: (answer.status_code, answer.content)
            for one in self.operations
            if one.method == "get" and {"case_id", "key_id", "proposal_id"} & {*one.parameters}
            if not one.path.endswith("/accesses")
            for answer in [self.owner.get(one.at(self.place.ids))]
        }


@pytest.fixture
def world(application: FastAPI, api: Api, settings: Settings) -> World:
    owner = api.with_key(add_key(settings.database_url, organisation=HOSPITAL))
    place, elsewhere = fill(owner), _plain_place(owner)
    limited = owner.make_key("read", "write", "admin", case_id=elsewhere.ids["case_id"])
    revoked = owner.make_key("admin")
    revoked_id = revoked.get("/v1/whoami", status=200).json()["key_id"]
    owner.delete(f"/v1/keys/{revoked_id}", status=204)

    def caller(name: str, one: Api, own: Place | None) -> Caller:
        return Caller(name=name, api=one, headers={"Authorization": f"Bearer {one.key}"}, own=own)

    return World(
        description=application.openapi(),
        owner=owner,
        place=place,
        elsewhere=elsewhere,
        callers=(
            caller("another organisation", api, _plain_place(api)),
            caller("a key for another case", limited, elsewhere),
            caller("a revoked key", revoked, None),
            Caller(name="nobody", api=api, headers={}, own=None),
        ),
    )


def _plain_place(api: Api) -> Place:
    """Make a case of one's own in which nothing tells of a canary."""
    case_id = api.open_case(purposes=["response"])
    files = {"files": ("own.txt", f"A letter of {case_id}.".encode())}
    document = api.post(f"/v1/cases/{case_id}/documents", status=201, files=files).json()["items"][0][
        "document"
    ]
    record = {"kind": "diagnosis", "site": "lung", "sources": [{"document_id": document["id"]}]}
    (record_id,) = api.add(case_id, record)
    key = api.post("/v1/keys", status=201, json={"name": "a key", "scopes": ["read"]}).json()["key"]
    whoami = api.get("/v1/whoami", status=200).json()
    return Place(
        ids={
            "case_id": case_id, "document_id": document["id"], "record_id": record_id, "key_id": key["id"],
            "proposal_id": propose_record(api, case_id, document["id"], f"own-{case_id}"),
            "key": "main_question", "checklist_id": "response", "kind": "marker_result",
            "conflict_id": "conflict-of-nobody",
            "profile_id": "fox-chase",
            "request_id": a_request(api, case_id, "records office"),
        },
        organisation_id=whoami["organisation_id"], tags=(), cursors=(), posted=(),
        record_ids=(record_id,), sha256=document["sha256"],
    )  # fmt: skip


def _leaks(answer: Response, secrets: frozenset[str]) -> list[str]:
    told = answer.text + json.dumps(dict(answer.headers))
    return [secret for secret in secrets if secret in told]


def _said(body: Mapping[str, Any]) -> frozenset[str]:
    """Return the ids that the caller sent in the body: to hear one's own words again tells nothing."""
    content = body.get("content", b"").decode()
    return frozenset((json.dumps([body.get("json"), body.get("data")]) + content).split('"'))


STRANGE_HEADERS: tuple[dict[str, str], ...] = (
    {},
    {"If-None-Match": "*", "If-Match": "*", "Range": "bytes=0-7", "X-Actor": "somebody else"},
)


def test_nobody_else_is_told_anything_by_any_endpoint_and_nothing_changes(world: World) -> None:
    before = world.snapshot()
    mine = Bodies(world.description, world.place.ids)
    wrong: list[str] = []
    for operation in world.operations:
        for caller in world.callers:
            for body in mine.of(operation):
                wrong += _strangers_attempts(world, operation, caller, body)
                if caller.own is not None:
                    wrong += _attempts_from_inside(world, operation, caller, caller.own, body)
    assert not wrong, "\n".join(wrong[:40])
    assert world.snapshot() == before
    readers = {entry["key_id"] for entry in _accesses(world)}
    assert readers == {world.owner.get("/v1/whoami").json()["key_id"]}


def _strangers_attempts(
    world: World, operation: Operation, caller: Caller, body: Mapping[str, Any]
) -> Iterator[str]:
    """Yield what is wrong with the answers to requests for somebody else's things, or for nothing in particular."""
    own = caller.own.ids if caller.own else {}
    paths = {operation.at(world.place.ids)}
    others = [name for name in operation.parameters if world.place.ids[name] != own.get(name)]
    if {"case_id"} < {*others}:  # their record or document, looked for in one's own case
        paths.add(operation.at({**world.place.ids, "case_id": own.get("case_id", "none")}))
    for path in sorted(paths):
        for headers in STRANGE_HEADERS:
            sent = {**body, "headers": {**headers, **body.get("headers", {})}}
            answer = caller.send(operation.method, path, **sent)
            leaks = _leaks(answer, _secrets(world, caller) - _said(body) - caller.said)
            if answer.is_success:
                caller.said.update(_said(body))
            is_about_them = bool({*operation.parameters} & {"case_id", "key_id", "proposal_id"})
            needs_key = (operation.method, operation.path) not in OPEN
            if leaks:
                yield f"{caller.name}: {operation.method} {operation.path} told {leaks}"
            if (is_about_them or (caller.own is None and needs_key)) and answer.status_code not in NOT_YOURS:
                yield f"{caller.name}: {operation.method} {operation.path} answered {answer.status_code}"


def _attempts_from_inside(
    world: World, operation: Operation, caller: Caller, own: Place, body: Mapping[str, Any]
) -> Iterator[str]:
    """Yield what is wrong with the answers to requests for one's own things that name somebody else's ids."""
    theirs = frozenset(world.place.ids.values()) & _said(body) if "content" not in body else None
    if not theirs or not operation.parameters:
        return
    answer = caller.send(operation.method, operation.at(own.ids), **body)
    leaks = _leaks(answer, _secrets(world, caller) - theirs)
    if leaks:
        yield f"{caller.name}: {operation.method} {operation.path} told {leaks} for a body with their ids"
    if answer.status_code not in REFUSED:
        yield f"{caller.name}: {operation.method} {operation.path} took their ids: {answer.status_code}"


def _secrets(world: World, caller: Caller) -> frozenset[str]:
    """Return what the caller may not be told; a key of the same organisation may know whose it is."""
    if caller.own is world.elsewhere:
        return world.place.secrets - {world.place.organisation_id, HOSPITAL}
    return world.place.secrets


def _accesses(world: World) -> Iterator[dict[str, Any]]:
    page: dict[str, Any] = {"next_cursor": None}
    while True:
        params = {"limit": 200, **({"cursor": page["next_cursor"]} if page["next_cursor"] else {})}
        page = world.owner.get(f"/v1/cases/{world.place.ids['case_id']}/accesses", params=params).json()
        yield from page["items"]
        if page["next_cursor"] is None:
            return


def test_the_owner_gets_from_the_same_requests_what_others_do_not(world: World) -> None:
    """Show that the attempts of the test above fail because of who asks, and not because they are senseless."""
    inside = Bodies(world.description, {**world.place.ids, "case_id": world.elsewhere.ids["case_id"]})
    order = {"get": 0, "head": 1, "post": 2, "patch": 3, "put": 4, "delete": 5}
    for operation in sorted(world.operations, key=lambda one: (order[one.method], -len(one.path))):
        for body in inside.of(operation):
            answer = world.owner(operation.method.upper(), operation.at(world.place.ids), **body)
            assert answer.status_code not in NOT_YOURS, (operation.method, operation.path, answer.text[:500])
            if operation.method == "get" and "case_id" in operation.parameters:
                assert answer.status_code == 200, (operation.path, answer.text[:500])
                assert _leaks(answer, world.place.secrets), operation.path


def test_a_key_made_for_a_case_of_another_organisation_opens_nothing(world: World) -> None:
    stranger = world.callers[0].api
    made = stranger.post(
        "/v1/keys", json={"name": "k", "scopes": ["admin"], "case_id": world.place.ids["case_id"]}
    )
    if made.status_code in REFUSED:
        return
    key = stranger.with_key(made.json()["secret"])
    for operation in world.operations:
        if operation.method == "get" and "case_id" in operation.parameters:
            assert key.get(operation.at(world.place.ids)).status_code in NOT_YOURS, operation.path


def test_whoever_repeats_the_request_of_another_gets_none_of_its_first_answer(world: World) -> None:
    records = {"records": world.place.posted}
    for caller in world.callers:
        path = f"/v1/cases/{world.place.ids['case_id']}/records"
        answer = caller.send("post", path, json=records, headers={"Idempotency-Key": REPEATED})
        assert answer.status_code in NOT_YOURS
        assert not _leaks(answer, _secrets(world, caller))


def test_no_query_makes_an_endpoint_tell(world: World) -> None:
    chance = Random("queries")
    for operation in (*world.operations, *world.operations, *world.operations):
        for caller in world.callers if operation.query else ():
            values = {name: _values(schema, world.place) for name, schema in operation.query.items()}
            names = chance.sample(list(values), chance.randint(1, len(values)))
            query = {name: chance.choice(values[name]) for name in names}
            answer = caller.send(operation.method, operation.at(world.place.ids), params=query)
            said = {str(value) for value in query.values()}
            told = (operation.method, operation.path, query)
            assert not _leaks(answer, _secrets(world, caller) - said), told
            is_about_them = "case_id" in operation.parameters
            assert answer.status_code in REFUSED or (caller.own and not is_about_them), told


def _values(schema: Mapping[str, Any], place: Place) -> Sequence[Any]:
    """Return values that a query may hold: those that the schema names, and all that could lead to the canary."""
    kinds = [one for one in schema.get("anyOf", [schema]) if one.get("type") != "null"]
    match kinds[0]:
        case {"enum": [*named]}:
            return named
        case {"type": "boolean"}:
            return (True, False)
        case {"type": "integer"}:
            return (1, 2, 200)
        case {"format": "date"}:
            return ("1900-01-01", "2026-03-20", "2200-12-31")
        case _:
            texts = (CANARY, f"{CANARY}-reference", "", "%", "_", "' OR 1=1 --", "\N{SNOWMAN}")
            return (*texts, *place.cursors, *place.ids.values())
