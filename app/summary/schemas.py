"""What the summary endpoint answers, and the published JSON Schema of it."""

from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal, get_args

from pydantic import TypeAdapter

from app.summary.domain.model import SCHEMA, SectionKey, Summary

SummaryFormat = Literal["json", "html"]
"""What a summary can be asked for as."""

SCHEMA_ID: Final = "urn:caseline:schema:summary:1"
"""The name of the published schema; it stays as long as `schema` in the answer does."""
SCHEMA_VERSION: Final = "1.1.0"
"""Grows in the middle with each key that is added, and in front with another meaning, under another name."""
_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_DESCRIPTION: Final = (
    "The ordered case summary: sections in a fixed order, every statement with its sources. Keys may be added, never "
    "renamed. It organises and quotes what was received and is no medical advice."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryRead(Summary):
    """The ordered case summary, with the hash of everything else in it."""

    content_sha256: str


@cache
def _summary_schema() -> dict[str, Any]:
    written = TypeAdapter(SummaryRead).json_schema(mode="serialization")
    properties, parts = written["properties"], written["$defs"]
    keys = get_args(SectionKey)
    properties["schema"] = {"const": SCHEMA, "title": "Schema"}
    properties["content_sha256"]["pattern"] = "^[0-9a-f]{64}$"
    properties["as_of"]["format"] = "date"
    properties["revision"]["minimum"] = 1
    properties["sections"] |= {
        "minItems": len(keys),
        "maxItems": len(keys),
        "prefixItems": [
            {"allOf": [{"$ref": "#/$defs/Section"}, {"properties": {"key": {"const": key}}}]} for key in keys
        ],
    }
    parts["Statement"]["properties"]["id"]["pattern"] = f"^({'|'.join(keys)})/"
    return {
        "$schema": _DIALECT,
        "$id": SCHEMA_ID,
        "version": SCHEMA_VERSION,
        **written,
        "title": "Caseline case summary",
        "description": _DESCRIPTION,
        "required": sorted(properties),
    }


def summary_schema() -> dict[str, Any]:
    """Return the published JSON Schema (2020-12) of the summary."""
    return deepcopy(_summary_schema())
