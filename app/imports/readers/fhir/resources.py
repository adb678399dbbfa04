"""Which resources of FHIR R4 are read, by their name in the standard."""

from collections.abc import Mapping
from typing import Final, TypeAlias

from app.imports.readers.fhir.model import Resource
from app.imports.readers.fhir.model_acts import (
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
