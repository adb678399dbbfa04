"""Requests made from the API's description: every operation, with sound bodies that name somebody's ids."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

PAYLOADS: Mapping[str, Callable[[Mapping[str, str]], bytes]] = {
    "application/fhir+json": lambda ids: json.dumps(
        {
            "resourceType": "Bundle",
            "type": "collection",
            "entry": [
                {
                    "fullUrl": "urn:uuid:0b5a4e6e-1f1c-4f7e-9a43-0a4d5f0f9d11",
                    "resource": {
                        "resourceType": "Patient",
                        "id": "p1",
                        "identifier": [{"system": "urn:example:mrn", "value": ids["case_id"]}],
                    },
                },
                {
                    "resource": {
                        "resourceType": "Observation",
                        "id": "o1",
                        "status": "final",
                        "code": {"text": "CEA"},
                        "subject": {"reference": "urn:uuid:0b5a4e6e-1f1c-4f7e-9a43-0a4d5f0f9d11"},
                        "effectiveDateTime": "2026-03-03",
                        "valueQuantity": {"value": 9.6, "unit": "ng/mL"},
                    }
                },
            ],
        }
    ).encode(),
    "x-application/hl7-v2+er7": lambda ids: "\r".join(
        [
            r"MSH|^~\&|LAB|HOSP|||20260303080000||ORU^R01|1|P|2.5",
            f"PID|1||{ids['case_id']}^^^HOSP^MR",
            "OBR|1||F-1|2039-6^CEA^LN|||20260303073000",
            "OBX|1|NM|2039-6^CEA^LN||9.6|ng/mL|||||F",
        ]
    ).encode(),
}
"""A payload of each kind that is tried, naming somebody's ids."""

REFERENCES = ("case_id", "document_id", "record_id", "key_id", "translation_of")
"""Fields of requests in which somebody's ids can stand."""


def operations(description: Mapping[str, Any]) -> "Iterator[Operation]":
    for path, methods in description["paths"].items():
        for method, described in methods.items():
            yield Operation(method=method, path=path, described=described)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    method: str
    path: str
    described: Mapping[str, Any]

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of the path's parameters, in order."""
        return tuple(re.findall(r"\{(\w+)\}", self.path))

    @property
    def query(self) -> Mapping[str, Mapping[str, Any]]:
        """Schemas of the query's parameters."""
        found = self.described.get("parameters", ())
        return {one["name"]: one["schema"] for one in found if one["in"] == "query"}

    def at(self, ids: Mapping[str, str]) -> str:
        return self.path.format_map(ids)


class Bodies:
    """Sound bodies for an operation, made from its description, with somebody's ids wherever an id can stand."""

    def __init__(self, description: Mapping[str, Any], ids: Mapping[str, str]) -> None:
        self._schemas = description["components"]["schemas"]
        self._ids = {**ids, "translation_of": ids["document_id"]}

    def of(self, operation: Operation) -> Iterator[dict[str, Any]]:
        """Yield what to hand to the client: each named example, or what the schema asks for at least, or no body."""
        if "requestBody" not in operation.described:
            yield {}
        for media_type, content in operation.described.get("requestBody", {}).get("content", {}).items():
            schema = content["schema"]
            if media_type == "multipart/form-data":
                files = {"files": ("a.txt", f"{operation.method} {self._ids['case_id']}".encode())}
                yield {"files": files}
                yield {
                    "files": files,
                    "data": {name: self._ids[name] for name in schema["properties"] if name in REFERENCES},
                }
                continue
            if media_type == "application/yaml":
                for one in content["examples"].values():
                    yield {"content": one["value"].encode(), "headers": {"Content-Type": media_type}}
                continue
            if media_type in PAYLOADS:
                content_type = {"Content-Type": media_type}
                yield {"content": PAYLOADS[media_type](self._ids), "headers": content_type}
                continue
            if schema.get("format") == "binary":  # other ways to send a payload
                continue
            examples = [one["value"] for one in content.get("examples", {}).values()] or schema.get(
                "examples", ()
            )
            for body in examples or [self._least(schema)]:
                yield {"json": self._pointing(schema, body)}
            if self._resolved(schema).get("additionalProperties") is True:
                yield from ({"json": {name: self._ids[name]}} for name in REFERENCES)

    def _resolved(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        found = schema
        while "$ref" in found:
            found = self._schemas[found["$ref"].rpartition("/")[2]]
        return found

    def _least(self, schema: Mapping[str, Any]) -> Any:
        schema = self._resolved(schema)
        for several in ("oneOf", "anyOf"):
            if several in schema:
                return self._least(schema[several][0])
        match schema:
            case {"enum": [first, *_]} | {"const": first}:
                return first
            case {"type": "object"}:
                return {name: self._least(schema["properties"][name]) for name in schema.get("required", ())}
            case {"type": "array"}:
                return [self._least(schema["items"])]
            case {"type": "boolean"}:
                return False
            case {"type": "integer" | "number"}:
                return schema.get("minimum", 1)
            case _:
                return "x" * max(1, schema.get("minLength", 1))

    def _pointing(self, schema: Mapping[str, Any], body: Any) -> Any:
        """Return a body with an id in every field of its schema that names one, and in each of its parts."""
        if isinstance(body, dict) and "kind" in body:
            return {**body, "sources": [{"document_id": self._ids["document_id"]}]}
        for many in ("records", "proposals"):
            if isinstance(body, dict) and isinstance(body.get(many), list):
                return {many: [self._pointing(schema, one) for one in body[many]]}
        if isinstance(body, dict) and "record" in body:
            of_document = {
                name: {**one, "document_id": self._ids["document_id"]}
                for name, one in body.items()
                if name == "source"
            }
            return {**body, **of_document, "record": self._pointing(schema, body["record"])}
        if not isinstance(body, dict):
            return body
        named = self._resolved(schema).get("properties", {})
        return {**body, **{name: self._ids[name] for name in REFERENCES if name in named}}
