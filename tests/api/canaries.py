"""A case whose every text can be told from all others, wherever it turns up."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast, get_args, get_type_hints

from app.access import service as access_service
from app.cases import service as cases
from app.cases.domain import Identifier
from app.infra.database import Database
from app.proposals import merging
from app.records.domain.base import Items, Source, Text, Word
from app.records.domain.kinds import KINDS
from app.records.domain.part import Part
from app.records.examples import RECORD_EXAMPLES
from app.web.dependencies import new_id
from tests.conftest import Api

CANARY = "zqcanary"
HOSPITAL = "zqhospital"
"""Name of the organisation that owns the case."""
NUMBER = 918_273.5
AS_ACTOR = {"X-Actor": f"{CANARY} person"}
REPEATED = "idempotency-of-the-canary"


TO_COME = {"kind": "diagnosis", "site": f"{CANARY} site", "date": "2199-01-01"}
"""A record that the ledger asks about, so that there is a conflict to decide."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What somebody owns, by the names that the API's paths and bodies give to ids."""

    ids: Mapping[str, str]
    organisation_id: str
    tags: tuple[str, ...]
    """Entity tags of the case, a record and the document."""
    cursors: tuple[str, ...]
    posted: tuple[Mapping[str, Any], ...]
    """The records of one request, sent under the Idempotency-Key `REPEATED`."""
    record_ids: tuple[str, ...]
    sha256: str

    @property
    def secrets(self) -> frozenset[str]:
        """Everything that nobody else may ever be told."""
        return frozenset(
            {
                *(CANARY, HOSPITAL, str(NUMBER), self.organisation_id, self.sha256),
                *(self.ids["case_id"], self.ids["document_id"], self.ids["key_id"]),
                *self.record_ids,
            }
        )


def fill(api: Api) -> Place:
    """Fill a case: records of every kind, withdrawn and amended ones, a document, a key, answers kept for repeats."""
    whoami = api.get("/v1/whoami", status=200).json()
    case = api.post("/v1/cases", status=201, headers=AS_ACTOR, json=_case())
    place = case.headers["Location"]
    files = {"files": (f"{CANARY}.txt", f"{CANARY} {place}".encode())}
    uploaded = api.post(
        f"{place}/documents", status=201, headers=AS_ACTOR, data=_document(), files=files
    ).json()
    document = uploaded["items"][0]["document"]
    api.patch(f"{place}/documents/{document['id']}", status=200, json={"translation_certified": False})
    records = [{**record, "sources": [_source(document["id"])]} for record in (*marked_records(), TO_COME)]
    stored = api.post(
        f"{place}/records",
        status=201,
        json={"records": records},
        headers={**AS_ACTOR, "Idempotency-Key": REPEATED},
    )
    record_ids = tuple(item["id"] for item in stored.json()["items"])
    api.put(f"{place}/records/{record_ids[0]}", status=200, json={**records[0], "note": f"{CANARY} amended"})
    api.delete(f"{place}/records/{record_ids[1]}", status=204)
    conflicts = api.get(f"{place}/conflicts", status=200).json()["items"]
    key = api.post("/v1/keys", status=201, json={"name": f"{CANARY} key", "scopes": ["read"]}).json()["key"]
    propose_merge(api, place.rpartition("/")[2], f"{CANARY} identifier")
    proposal_id = propose_record(api, place.rpartition("/")[2], document["id"], f"{CANARY} quote")
    pages = [f"{place}/records", f"{place}/events", "/v1/events", "/v1/keys"]
    return Place(
        ids={
            "case_id": place.rpartition("/")[2],
            "document_id": document["id"],
            "record_id": record_ids[0],
            "key_id": key["id"],
            "proposal_id": proposal_id,
            "key": "main_question",
            "checklist_id": "response",
            "kind": "marker_result",
            "conflict_id": conflicts[0]["id"],
            "profile_id": "fox-chase",
            "request_id": a_request(api, place.rpartition("/")[2], f"{CANARY} recipient"),
        },
        organisation_id=whoami["organisation_id"],
        tags=tuple(api.get(one).headers["ETag"] for one in (place, f"{place}/documents/{document['id']}")),
        cursors=tuple(api.get(page, params={"limit": 1}).json()["next_cursor"] for page in pages),
        posted=tuple(records),
        record_ids=record_ids,
        sha256=document["sha256"],
    )


def a_request(api: Api, case_id: str, to: str) -> str:
    """Send a request for what the case lacks, and return its id: what was sent keeps its id, whatever comes."""
    place = f"/v1/cases/{case_id}/requests"
    asked = api.get(place, status=200).json()["requests"]
    request_id = str(asked[0]["id"])
    api.post(f"{place}/{request_id}/sent", status=201, json={"to": to})
    return request_id


def propose_record(api: Api, case_id: str, document_id: str, words: str) -> str:
    """Propose a record that was read from a document, and return the proposal's id."""
    body = {
        "record": {"kind": "symptom", "symptom": words, "date": "2026-03-01"},
        "source": {"document_id": document_id, "page": 1, "quote": words},
        "method": {"name": words},
    }
    return str(api.post(f"/v1/cases/{case_id}/proposals", status=201, json=body).json()["id"])


def propose_merge(api: Api, case_id: str, value: str) -> str:
    """Propose that two identifiers are one patient's, as a message of a hospital does, and return the proposal's id."""
    proposal_id, moment = new_id(), datetime.now(UTC)
    database: Database = api.client.app.state.database  # type: ignore[attr-defined]
    with database.write() as session:
        access = access_service.identify(session, api.key, person=None, now=moment)
        revision = cases.next_revision(session, access, case_id=case_id, now=moment)
        merging.propose_merge(
            session,
            access,
            case_id=case_id,
            proposal_id=proposal_id,
            surviving=Identifier(system="urn:example:mrn", value=value),
            retired=Identifier(system="urn:example:mrn", value=f"{value} of before"),
            source=Source(place="MRG-1"),
            revision=revision,
            now=moment,
        )
    return proposal_id


def marked_records() -> Iterator[dict[str, Any]]:
    """Yield a record of every kind that bears the canary in every free text."""
    for name, kind in KINDS.items():
        example = cast("Mapping[str, Any]", RECORD_EXAMPLES[name]["value"])
        said = {field: value for field, value in example.items() if field not in {"stated", "absent"}}
        whole = _marked(kind, said)
        yield {**whole, "value": NUMBER} if name in {"marker_result", "lab_result"} else whole


def _marked(kind: type, fields: Mapping[str, Any]) -> dict[str, Any]:
    whole = dict(fields)
    for name, hint in get_type_hints(kind, include_extras=True).items():
        members = (hint, *get_args(hint))
        if Word in members or Text in members:
            whole[name] = f"{CANARY} {name}"
        elif Items in members:
            whole[name] = [f"{CANARY} {name}"]
        elif isinstance(whole.get(name), list):
            for part in _parts(hint):
                whole[name] = [_marked(part, one) for one in whole[name]]
    return whole


def _parts(hint: object) -> Iterator[type]:
    """Yield the record parts that a field lists, such as the lesions of a study."""
    for inner in get_args(hint):
        if isinstance(inner, type) and issubclass(inner, Part):
            yield inner
        yield from _parts(inner)


def _case() -> dict[str, Any]:
    return {
        "reference": f"{CANARY}-reference",
        "patient": {
            "name": f"{CANARY} name",
            "birth_date": "1961-04",
            "identifiers": [{"system": f"{CANARY} system", "value": f"{CANARY} value"}],
        },
        "cancer": {"text": f"{CANARY} of the lung"},
        "purposes": ["response"],
        "question": f"{CANARY} question",
        "languages": [f"en-x-{CANARY}"],
    }


def _document() -> dict[str, str]:
    texts = ("title", "author", "facility", "modality", "regions", "unreadable_reason", "printed_name")
    return {"kind": "consultation", **{name: f"{CANARY} {name}" for name in texts}}


def _source(document_id: str) -> dict[str, Any]:
    return {
        "document_id": document_id,
        "page": 1,
        **{name: f"{CANARY} {name}" for name in ("quote", "place", "title")},
    }
