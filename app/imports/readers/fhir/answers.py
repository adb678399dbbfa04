"""What a FHIR client is told: an OperationOutcome, the response to a Bundle, and what the service can do.

Source: HL7 FHIR 4.0.1, RESTful API (transaction, batch, capabilities), Bundle, OperationOutcome, CapabilityStatement.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from app.imports.domain.reading import Options
from app.imports.readers.fhir.resources import READ
from app.imports.readers.fhir.unpack import MOST_BYTES, MOST_ENTRIES, Part, unpack

FHIR_VERSION: Final = "4.0.1"
MEDIA_TYPE: Final = "application/fhir+json"

_ENTRY: Final = re.compile(r"^Bundle\.entry\[(\d+)\]")
_MCODE: Final = "http://hl7.org/fhir/us/mcode/StructureDefinition/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing to tell of a request; neither sentence holds a value."""

    detail: str
    fix: str | None = None
    expression: str | None = None
    """Where, as a FHIRPath such as `Bundle.entry[3].resource`."""
    severity: Literal["fatal", "error", "warning", "information"] = "error"
    code: str = "invalid"
    """Of the value set issue-type: `invalid`, `structure`, `conflict`, `too-costly`, `informational` ..."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one item of a reading."""

    place: str
    """As the reading named it."""
    outcome: Literal["created", "duplicate", "superseded", "skipped", "rejected"]
    id: str | None = None
    """The record or document."""
    version: int = 1
    detail: str | None = None
    fix: str | None = None


def operation_outcome(problems: Iterable[Problem]) -> dict[str, Any]:
    """Return an OperationOutcome; one without problems says that all went well."""
    issues = [_issue(problem) for problem in problems]
    well = {"severity": "information", "code": "informational", "diagnostics": "Everything was understood."}
    return {"resourceType": "OperationOutcome", "issue": issues or [well]}


def _issue(problem: Problem) -> dict[str, Any]:
    issue: dict[str, Any] = {
        "severity": problem.severity,
        "code": problem.code,
        "diagnostics": " ".join(filter(None, (problem.detail, problem.fix))),
    }
    if problem.expression:
        issue["expression"] = [problem.expression]
    return issue


def transaction_response(content: bytes, outcomes: Iterable[Outcome], *, at: str) -> dict[str, Any]:
    """Return the response to a Bundle, one entry for each of the request in its order.

    `content` is the Bundle as it was sent, `at` the moment of the import, as a FHIR instant.

    Raises:
        UnreadablePayloadError: the content is no Bundle that can be read.
    """
    unpacked = unpack(content, Options())
    kinds = _kinds(unpacked.parts)
    by_entry: dict[int, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        match = _ENTRY.match(outcome.place)
        if match is not None:
            by_entry[int(match[1])].append(outcome)
    bundle = unpacked.bundle
    is_transaction = bundle is not None and bundle.type == "transaction"
    count = len(bundle.entry) if bundle is not None else 0
    return {
        "resourceType": "Bundle",
        "type": "transaction-response" if is_transaction else "batch-response",
        "timestamp": at,
        "entry": [
            {"response": _response(index, kinds.get(index), by_entry.get(index, []), at)}
            for index in range(count)
        ],
    }


def _kinds(parts: Iterable[Part]) -> Mapping[int, str]:
    found: dict[int, str] = {}
    for part in parts:
        match = _ENTRY.match(part.place)
        if match is not None and part.kind:
            found.setdefault(int(match[1]), part.kind)
    return found


def _response(index: int, kind: str | None, outcomes: list[Outcome], at: str) -> dict[str, Any]:
    """Return the response of one entry, of which several items may have been made.

    What was made decides; only where nothing was made or held already does a refusal.
    """
    held = [one for one in outcomes if one.id is not None and one.outcome != "rejected"]
    made = next((one for one in held if one.outcome == "created"), None)
    refused = [one for one in outcomes if one.outcome == "rejected"]
    told = [one for one in outcomes if one.outcome in {"rejected", "skipped"}]
    shown = made or next(iter(held), None)
    if shown is None and refused:
        return {"status": "400 Bad Request", "outcome": _told(index, refused)}
    response: dict[str, Any] = {"status": "201 Created" if made is not None else "200 OK"}
    if shown is not None:
        response |= {
            "location": f"{kind or 'Basic'}/{shown.id}/_history/{shown.version}",
            "etag": f'W/"{shown.version}"',
            "lastModified": at,
        }
    if told or not outcomes:
        response["outcome"] = _told(index, told)
    return response


def _told(index: int, outcomes: list[Outcome]) -> dict[str, Any]:
    return operation_outcome(
        Problem(
            detail=one.detail or "It was not used.",
            fix=one.fix,
            expression=f"Bundle.entry[{index}]",
            severity="error" if one.outcome == "rejected" else "information",
            code="invalid" if one.outcome == "rejected" else "informational",
        )
        for one in outcomes
    )


def capability_statement(*, software: str, version: str, date: str, url: str | None = None) -> dict[str, Any]:
    """Return what the service takes: Bundles and single resources, read into a case; it gives none back.

    `date` is the day of the statement as a FHIR dateTime, `url` the address of the FHIR endpoint.
    """
    implementation: dict[str, Any] = {"description": "Reads FHIR R4 and mCODE into cancer cases."}
    if url is not None:
        implementation["url"] = url
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": date,
        "kind": "instance",
        "software": {"name": software, "version": version},
        "implementation": implementation,
        "fhirVersion": FHIR_VERSION,
        "format": [MEDIA_TYPE, "json"],
        "implementationGuide": ["http://hl7.org/fhir/us/mcode/ImplementationGuide/hl7.fhir.us.mcode|4.0.0"],
        "rest": [
            {
                "mode": "server",
                "documentation": (
                    "POST a Bundle of any type, a single resource or NDJSON to this address. Resources become records "
                    f"and documents of a case. At most {MOST_ENTRIES} entries and {MOST_BYTES // 1024 // 1024} MiB."
                ),
                "security": {"description": "A key as Bearer token, with a scope that may import."},
                "resource": [
                    {"type": name, **_profiles(name)} for name in sorted(READ) if name != "RelatedPerson"
                ],
                "interaction": [{"code": "transaction"}, {"code": "batch"}],
            }
        ],
    }


_PROFILES: Final[Mapping[str, tuple[str, ...]]] = {
    "Patient": ("mcode-cancer-patient",),
    "Condition": ("mcode-primary-cancer-condition", "mcode-secondary-cancer-condition"),
    "Observation": (
        "mcode-cancer-disease-status",
        "mcode-cancer-stage",
        "mcode-comorbidities",
        "mcode-deauville-scale",
        "mcode-ecog-performance-status",
        "mcode-genomic-region-studied",
        "mcode-genomic-variant",
        "mcode-histologic-behavior-and-type",
        "mcode-histologic-grade",
        "mcode-history-of-metastatic-cancer",
        "mcode-karnofsky-performance-status",
        "mcode-lansky-play-performance-status",
        "mcode-lymphoma-stage",
        "mcode-tnm-distant-metastases-category",
        "mcode-tnm-primary-tumor-category",
        "mcode-tnm-regional-nodes-category",
        "mcode-tnm-stage-group",
        "mcode-tumor-marker-test",
        "mcode-tumor-morphology",
        "mcode-tumor-size",
    ),
    "DiagnosticReport": ("mcode-genomics-report",),
    "Procedure": ("mcode-cancer-related-surgical-procedure", "mcode-radiotherapy-course-summary"),
    "MedicationRequest": ("mcode-cancer-related-medication-request",),
    "MedicationAdministration": ("mcode-cancer-related-medication-administration",),
    "BodyStructure": ("mcode-tumor", "mcode-radiotherapy-volume"),
    "Specimen": ("mcode-human-specimen",),
}


def _profiles(name: str) -> dict[str, Any]:
    profiles = [_MCODE + profile for profile in _PROFILES.get(name, ())]
    return {"supportedProfile": profiles} if profiles else {}
