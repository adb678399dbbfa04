"""The API's description: what FastAPI finds, with problems, keys and record kinds put right."""

import json
from decimal import Decimal
from typing import Any, get_args, get_type_hints

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import iter_route_contexts
from pydantic import TypeAdapter

from app.records.domain.base import Record
from app.records.domain.kinds import KINDS
from app.web.problems import MEDIA_TYPE, Problem

TAGS = [
    {"name": "1 Cases", "description": "Open a case, find it, amend it, erase it."},
    {
        "name": "2 Documents",
        "description": "Upload the papers and scans; fetch, describe, move and remove them.",
    },
    {
        "name": "3 Records",
        "description": "Enter dated facts, one or thousands at once; amend them; keep their history.",
    },
    {
        "name": "4 Imports",
        "description": "Post what other systems emit, and see of each thing what became of it. Propose what was "
        "read from documents; accept, correct or reject it: nothing proposed counts before.",
    },
    {
        "name": "5 Completeness",
        "description": "What is missing, against the checklist of the review that is wanted.",
    },
    {
        "name": "6 Timeline",
        "description": "What happened, in the order that the dates allow; marker series; conflicts.",
    },
    {
        "name": "7 Summary",
        "description": "The ordered case summary for the reviewer, every statement with its sources.",
    },
    {"name": "8 Access", "description": "Keys of your organisation."},
    {"name": "9 Audit", "description": "Every change, in order; who read what."},
    {"name": "10 Operations", "description": "Whether the service lives and is ready."},
]

DESCRIPTION = """
Caseline turns a cancer patient's heap of reports, scans and lists into a case that a specialist can review.
Put **documents** and **records** in; ask what is **missing**, what happened **in order**, and for the **case summary**.

It organises and quotes. It never diagnoses, recommends or grades; statements are quoted from records, or are arithmetic
on recorded values with its rule, inputs and caution. Doctors decide.

**To begin:** press *Authorize*, paste your key once, and work down the groups in their order. Every list pages with
`limit` and `cursor`; every write takes an `Idempotency-Key`; errors are problem documents (RFC 9457) that say what is
wrong, where, and how to mend it.
"""

USUAL = {
    "400": "The request could not be read",
    "401": "No valid key came with the request",
    "403": "The key does not allow this",
    "422": "The request says something that cannot be",
    "503": "The database did not answer in time",
}
OPEN_PATHS = ("/healthz", "/readyz", "/fhir/metadata")
OUTCOME = {"application/fhir+json": {"schema": {"type": "object", "required": ["resourceType", "issue"]}}}
"""How errors are answered below `/fhir`: an OperationOutcome."""
WRITES = frozenset({"post", "put", "patch", "delete"})


def describe(app: FastAPI) -> dict[str, Any]:
    """Return the API's description, made once."""
    if app.openapi_schema is None:
        schema = get_openapi(
            title="Caseline",
            version=app.version,
            description=DESCRIPTION.strip(),
            routes=app.routes,
            tags=TAGS,
        )
        schemas = schema["components"]["schemas"]
        problem = TypeAdapter(Problem).json_schema(ref_template="#/components/schemas/{model}")
        schemas.update(problem.pop("$defs", {}))
        schemas["Problem"] = problem
        _describe_numbers(schemas, app)
        _add_kinds_to_answers(schemas)
        _add_kinds_to_proposals(schemas)
        _describe_common_fields(schemas)
        for path, operations in schema["paths"].items():
            for method, operation in operations.items():
                _put_right(path, method, operation)
        for unused in ("HTTPValidationError", "ValidationError"):
            schemas.pop(unused, None)
        app.openapi_schema = schema
    return app.openapi_schema


def _put_right(path: str, method: str, operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    usual = dict(USUAL) if path not in OPEN_PATHS else {"400": USUAL["400"]}
    if method in WRITES:
        usual |= {
            "409": "What is stored stands against it",
            "413": "The request is too large",
        }
    for status, description in usual.items():
        if status == "422" or status not in responses:
            responses[status] = {"description": responses.get(status, {}).get("description") or description}
            if responses[status]["description"] == "Validation Error":
                responses[status]["description"] = description
    for status, response in responses.items():
        is_of_another_standard = response.get("content", {}).keys() - {"application/json"}
        if status.isdigit() and int(status) >= 400 and not is_of_another_standard:  # noqa: PLR2004 (HTTP: errors)
            problem = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
            response["content"] = OUTCOME if path.startswith("/fhir") else problem
    operation["responses"] = dict(sorted(responses.items()))


def _add_kinds_to_answers(schemas: dict[str, Any]) -> None:
    """Describe a record as it is answered: the envelope's fields, then those of its kind."""
    envelope = schemas.get("RecordEnvelope")
    if envelope is None:
        return
    common = {
        name: part
        for name, part in schemas["Diagnosis"]["properties"].items()
        if name in Record.__struct_fields__
    }
    envelope["properties"] |= {"kind": {"type": "string", "enum": list(KINDS), "title": "Kind"}, **common}
    envelope["required"] = [*envelope["required"], "kind"]
    envelope["description"] = (
        "A record: what the service adds, then the fields of its kind as they were sent (fields that say nothing are "
        "left out)."
    )
    envelope["additionalProperties"] = True


def _add_kinds_to_proposals(schemas: dict[str, Any]) -> None:
    """Describe a proposed record as it is answered: like the one that was sent."""
    if "ContentRead" in schemas:
        union = schemas["ReadRecord"]["properties"]["record"]
        answered = schemas["ContentRead"]["properties"]["record"]
        of_kinds = {name: part for name, part in union.items() if name in {"oneOf", "discriminator"}}
        answered["anyOf"] = [of_kinds, {"type": "null"}]


def _describe_common_fields(schemas: dict[str, Any]) -> None:
    """Give the fields that kinds share their descriptions, which Pydantic reads in the class itself only."""
    for kind in KINDS.values():
        fields = schemas.get(kind.__name__, {}).get("properties", {})
        for base in kind.__mro__[1:]:
            if not issubclass(base, Record):
                continue
            for name, shared in TypeAdapter(base).json_schema()["properties"].items():
                if name in fields and "description" in shared:
                    fields[name].setdefault("description", shared["description"])


def _describe_numbers(schemas: dict[str, Any], app: FastAPI) -> None:
    """Describe the exact decimals of answers as the numbers that they are written as; Pydantic would write text."""
    for kind in {one for route in iter_route_contexts(app.routes) for one in _parts(route.response_model)}:
        for name, hint in get_type_hints(kind).items():
            part = schemas.get(kind.__name__, {}).get("properties", {}).get(name, {})
            if Decimal in (hint, *get_args(hint)):
                for one in (part, *part.get("anyOf", ())):
                    if one.get("type") == "string":
                        one["type"] = "number"


def _parts(hint: Any, found: frozenset[type] = frozenset()) -> frozenset[type]:  # noqa: ANN401 (any type hint)
    """Return every class of an answer that has fields, or whose base names its parts, however deep."""
    if isinstance(hint, type) and hint not in found and hasattr(hint, "__annotations__"):
        found |= {hint}
        for inner in (*get_type_hints(hint).values(), *getattr(hint, "__orig_bases__", ())):
            found |= _parts(inner, found)
    for inner in get_args(hint):
        found |= _parts(inner, found)
    return found


def text_of(schema: dict[str, Any]) -> str:
    """Return the description as it is committed."""
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"
