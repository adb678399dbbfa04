"""Which resources of FHIR R4 are read, by their name in the standard."""

from collections.abc import Mapping
from typing import Final, TypeAlias

from app.imports.readers.fhir.model import Resource
from app.imports.readers.fhir.model_acts import (
    AdverseEvent,
    AllergyIntolerance,
    CarePlan,
    Encounter,
    MedicationAdministration,
    MedicationRequest,
    MedicationResource,
    MedicationStatement,
    Procedure,
    ServiceRequest,
)
from app.imports.readers.fhir.model_findings import (
    BodyStructure,
    Condition,
    DiagnosticReport,
    ImagingStudyResource,
    Observation,
    PatientResource,
    Specimen,
)
from app.imports.readers.fhir.model_papers import (
    Binary,
    Composition,
    DocumentReference,
    Location,
    Media,
    Organization,
    Practitioner,
    PractitionerRole,
)

AnyResource: TypeAlias = Resource | Binary | Composition

READ: Final[Mapping[str, type[AnyResource]]] = {
    "Patient": PatientResource,
    "Condition": Condition,
    "Observation": Observation,
    "DiagnosticReport": DiagnosticReport,
    "ImagingStudy": ImagingStudyResource,
    "Procedure": Procedure,
    "MedicationRequest": MedicationRequest,
    "MedicationStatement": MedicationStatement,
    "MedicationAdministration": MedicationAdministration,
    "Medication": MedicationResource,
    "Specimen": Specimen,
    "BodyStructure": BodyStructure,
    "DocumentReference": DocumentReference,
    "Media": Media,
    "Binary": Binary,
    "Composition": Composition,
    "AdverseEvent": AdverseEvent,
    "AllergyIntolerance": AllergyIntolerance,
    "CarePlan": CarePlan,
    "Encounter": Encounter,
    "ServiceRequest": ServiceRequest,
    "Practitioner": Practitioner,
    "PractitionerRole": PractitionerRole,
    "RelatedPerson": Practitioner,
    "Organization": Organization,
    "Location": Location,
}

_BILLING: Final = "It is about billing, not about the disease or its treatment."
_MESSAGE: Final = "It is about the message, not about the patient."

NOT_READ: Final[Mapping[str, str]] = {
    "Account": _BILLING,
    "Claim": _BILLING,
    "ClaimResponse": _BILLING,
    "Coverage": _BILLING,
    "ExplanationOfBenefit": _BILLING,
    "MessageHeader": _MESSAGE,
    "OperationOutcome": _MESSAGE,
    "Parameters": _MESSAGE,
    "Provenance": _MESSAGE,
    "AuditEvent": _MESSAGE,
    "FamilyMemberHistory": "It tells of the family; no kind of record holds that.",
    "Immunization": "It is a vaccination; no kind of record holds that.",
    "Goal": "It is a goal of care; no kind of record of an imported fact holds that.",
    "Flag": "It is an alert of the sender's system; no kind of record holds that.",
    "Group": "It lists people; each is read where their own resources are sent.",
    "ResearchStudy": "It describes a trial, not the patient.",
    "Device": "It describes a device, not the patient.",
    "DeviceUseStatement": "It tells of a device; no kind of record holds that.",
    "Consent": "Consent is recorded by a person, for this review.",
    "Endpoint": "It is an address; what stands there is never fetched.",
    "MolecularSequence": "It holds a sequence; variants are read from observations.",
    "QuestionnaireResponse": "It holds answers to a questionnaire; no kind of record holds them as such.",
    "CareTeam": "It names a team; who said or did a thing is read from the thing itself.",
    "Bundle": "It stands in too many other Bundles.",
}
"""Why resources of other types are not read, in words."""
