"""Named examples of checklists and profiles, and their shape; shown in the API's description."""

from typing import Any, Final

_ID: Final = {"type": "string", "pattern": "^[a-z0-9][a-z0-9._-]{0,35}$"}
_VERSION: Final = {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,19}$"}
_TEXT: Final = {"type": "string", "minLength": 1, "maxLength": 2000}
_REQUIREMENT: Final = {"type": "string", "enum": ["required", "recommended", "conditional"]}
_ITEMS: Final = {
    "type": "object",
    "additionalProperties": {"anyOf": [_REQUIREMENT, {"type": "object"}]},
    "description": "By key, in the order in which they are asked: a requirement, or a mapping that says more.",
}
_ACTIONS: Final = {
    "type": "object",
    "additionalProperties": _TEXT,
    "description": "Next actions by status or finding, in place of the product's general ones.",
}

CHECKLIST_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "title": "Checklist",
    "required": ["id", "version", "label", "source", "items"],
    "additionalProperties": False,
    "properties": {
        "id": {**_ID, "description": "Your id of it, not one of the product's own."},
        "version": {**_VERSION, "description": "A version never changes; a change is a new version."},
        "label": {**_TEXT, "description": "What people call it."},
        "source": {**_TEXT, "description": "Where it comes from."},
        "items": _ITEMS,
        "actions": _ACTIONS,
        "regions": {"type": "object", "description": "Words of body regions, in place of the product's."},
        "diseases": {"type": "object", "description": "What diseases add, in place of the product's."},
    },
}
PROFILE_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "title": "Profile",
    "required": ["id", "version", "label", "source"],
    "additionalProperties": False,
    "properties": {
        "id": {**_ID, "description": "Your id of it, not one of the product's own."},
        "version": {**_VERSION, "description": "A version never changes; a change is a new version."},
        "label": {**_TEXT, "description": "The receiving hospital."},
        "source": {**_TEXT, "description": "Where what it asks for was read."},
        "reads": {
            "description": "Languages read there (BCP 47), in place of the case's.",
            "anyOf": [{"type": "string", "minLength": 2}, {"type": "array", "items": {"type": "string"}}],
        },
        "translation": {
            "type": "string",
            "enum": ["certified"],
            "description": "A translation counts only where it is stated to be certified.",
        },
        "identity": {
            "type": "string",
            "enum": ["as_on_document"],
            "description": "Name and birth date stand on every paper as on the identity document.",
        },
        "images": {
            "type": "string",
            "enum": ["dicom", "reports_only"],
            "description": "DICOM files are wanted, or no images at all.",
        },
        "priors": {
            "type": "integer",
            "minimum": 1,
            "maximum": 36500,
            "description": "How many earlier scans of the same region.",
        },
        "drop": {
            "description": "Keys of items that are not asked.",
            "anyOf": [{"type": "string", "minLength": 1}, {"type": "array", "items": {"type": "string"}}],
        },
        "items": _ITEMS,
        "actions": _ACTIONS,
    },
}

_CHECKLIST: Final[dict[str, Any]] = {
    "id": "breast-second-opinion",
    "version": "1",
    "label": "Second opinion on breast cancer",
    "source": "agreed in our tumour board, March 2026",
    "items": {
        "diagnosis_core": "required",
        "pathology_ihc": "required",
        "imaging_latest": {"requirement": "required", "max_age_days": 42},
        "treatment_history": "required",
        "genetic_counselling": {
            "requirement": "recommended",
            "label": "Genetic counselling",
            "why": "Relatives may want to know, and so may the surgeon.",
            "source": "agreed in our tumour board, March 2026",
            "papers": ["consultation"],
            "need": {
                "one": {
                    "kind": "opinion",
                    "where": {"role": {"words": ["genetic"]}},
                    "minimum": {"statement": ["statement"]},
                }
            },
            "actions": {"missing": "Ask the treating doctor whether genetic counselling took place."},
        },
        "main_question": "required",
    },
}
_PROFILE: Final[dict[str, Any]] = {
    "id": "university-hospital",
    "version": "1",
    "label": "University hospital, international office",
    "source": "their letter of 2026-02-11",
    "reads": ["en", "de"],
    "translation": "certified",
    "images": "dicom",
    "priors": 2,
    "items": {
        "performance_status": "required",
        "imaging_latest": {"max_age_days": 28, "must_state": ["regions"]},
    },
}
_CHECKLIST_YAML: Final = """\
id: short-remission
version: "1"
label: Short remission check
source: written as an example
items:
  remission_statement: required
  followup_plan: required
  imaging_latest: {requirement: recommended, max_age_days: 180}
"""
_PROFILE_YAML: Final = """\
id: reports-only-clinic
version: "1"
label: A clinic that reads reports in English
source: written as an example
reads: [en]
images: reports_only
items:
  molecular: required
"""


def _named(name: str, value: object) -> dict[str, Any]:
    return {name: {"summary": name, "value": value}}


CHECKLIST_EXAMPLES: Final = _named("a checklist with an item of its own", _CHECKLIST)
CHECKLIST_YAML_EXAMPLES: Final = _named("a checklist of shared items", _CHECKLIST_YAML)
PROFILE_EXAMPLES: Final = _named("a hospital that wants more", _PROFILE)
PROFILE_YAML_EXAMPLES: Final = _named("a hospital that wants no images", _PROFILE_YAML)
