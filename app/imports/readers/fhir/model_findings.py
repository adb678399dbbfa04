"""Resources of FHIR R4 that say what was found: patient, conditions, observations, reports, images, specimens."""

from app.imports.readers.fhir.model import (
    Annotation,
    Attachment,
    CodeableConcept,
    Coding,
    Companion,
    Element,
    HumanName,
    Identifier,
    Period,
    Quantity,
    Range,
    Ratio,
    Reference,
    Resource,
    Timing,
)


class PatientResource(Resource):
    """A person under care."""

    active: bool | None = None
    name: tuple[HumanName, ...] = ()
    gender: str | None = None
    birth_date: str | None = None
    deceased_boolean: bool | None = None
    deceased_date_time: str | None = None


class ConditionStage(Element):
    """A stage of the condition."""

    summary: CodeableConcept | None = None
    assessment: tuple[Reference, ...] = ()
    type: CodeableConcept | None = None


class ConditionEvidence(Element):
    """What supports that the patient has it."""

    code: tuple[CodeableConcept, ...] = ()
    detail: tuple[Reference, ...] = ()


class Condition(Resource):
    """A problem or diagnosis."""

    clinical_status: CodeableConcept | None = None
    verification_status: CodeableConcept | None = None
    category: tuple[CodeableConcept, ...] = ()
    severity: CodeableConcept | None = None
    code: CodeableConcept | None = None
    body_site: tuple[CodeableConcept, ...] = ()
    subject: Reference | None = None
    encounter: Reference | None = None
    onset_date_time: str | None = None
    onset_date_time_companion: Companion | None = None
    onset_period: Period | None = None
    onset_string: str | None = None
    onset_age: Quantity | None = None
    abatement_date_time: str | None = None
    abatement_period: Period | None = None
    abatement_string: str | None = None
    abatement_age: Quantity | None = None
    recorded_date: str | None = None
    recorder: Reference | None = None
    asserter: Reference | None = None
    stage: tuple[ConditionStage, ...] = ()
    evidence: tuple[ConditionEvidence, ...] = ()
    note: tuple[Annotation, ...] = ()


class ReferenceRange(Element):
    """What values are usual."""

    low: Quantity | None = None
    high: Quantity | None = None
    type: CodeableConcept | None = None
    applies_to: tuple[CodeableConcept, ...] = ()
    text: str | None = None


class Valued(Resource):
    """A value, as one of the types that an Observation may have, or why there is none."""

    code: CodeableConcept | None = None
    value_quantity: Quantity | None = None
    value_codeable_concept: CodeableConcept | None = None
    value_string: str | None = None
    value_boolean: bool | None = None
    value_integer: int | None = None
    value_range: Range | None = None
    value_ratio: Ratio | None = None
    value_time: str | None = None
    value_date_time: str | None = None
    value_period: Period | None = None
    data_absent_reason: CodeableConcept | None = None
    interpretation: tuple[CodeableConcept, ...] = ()
    reference_range: tuple[ReferenceRange, ...] = ()


class Observation(Valued):
    """Something measured or found."""

    based_on: tuple[Reference, ...] = ()
    part_of: tuple[Reference, ...] = ()
    status: str | None = None
    category: tuple[CodeableConcept, ...] = ()
    subject: Reference | None = None
    focus: tuple[Reference, ...] = ()
    encounter: Reference | None = None
    effective_date_time: str | None = None
    effective_date_time_companion: Companion | None = None
    effective_period: Period | None = None
    effective_instant: str | None = None
    effective_timing: Timing | None = None
    issued: str | None = None
    performer: tuple[Reference, ...] = ()
    note: tuple[Annotation, ...] = ()
    body_site: CodeableConcept | None = None
    method: CodeableConcept | None = None
    specimen: Reference | None = None
    has_member: tuple[Reference, ...] = ()
    derived_from: tuple[Reference, ...] = ()
    component: tuple[Valued, ...] = ()


class DiagnosticReport(Resource):
    """The report of a laboratory, a pathologist or a radiologist."""

    based_on: tuple[Reference, ...] = ()
    status: str | None = None
    category: tuple[CodeableConcept, ...] = ()
    code: CodeableConcept | None = None
    subject: Reference | None = None
    encounter: Reference | None = None
    effective_date_time: str | None = None
    effective_period: Period | None = None
    issued: str | None = None
    performer: tuple[Reference, ...] = ()
    results_interpreter: tuple[Reference, ...] = ()
    specimen: tuple[Reference, ...] = ()
    result: tuple[Reference, ...] = ()
    imaging_study: tuple[Reference, ...] = ()
    conclusion: str | None = None
    conclusion_code: tuple[CodeableConcept, ...] = ()
    presented_form: tuple[Attachment, ...] = ()


class Series(Element):
    """One series of images."""

    uid: str | None = None
    modality: Coding | None = None
    number_of_instances: int | None = None
    body_site: Coding | None = None
    laterality: Coding | None = None


class ImagingStudyResource(Resource):
    """A study of images."""

    status: str | None = None
    modality: tuple[Coding, ...] = ()
    subject: Reference | None = None
    encounter: Reference | None = None
    started: str | None = None
    referrer: Reference | None = None
    interpreter: tuple[Reference, ...] = ()
    number_of_series: int | None = None
    number_of_instances: int | None = None
    procedure_reference: Reference | None = None
    procedure_code: tuple[CodeableConcept, ...] = ()
    location: Reference | None = None
    note: tuple[Annotation, ...] = ()
    description: str | None = None
    series: tuple[Series, ...] = ()


class Collection(Element):
    """How a specimen was taken."""

    collected_date_time: str | None = None
    collected_period: Period | None = None
    method: CodeableConcept | None = None
    body_site: CodeableConcept | None = None


class Specimen(Resource):
    """What was tested."""

    accession_identifier: Identifier | None = None
    status: str | None = None
    type: CodeableConcept | None = None
    subject: Reference | None = None
    received_time: str | None = None
    collection: Collection | None = None
    note: tuple[Annotation, ...] = ()


class BodyStructure(Resource):
    """A place of the body, such as a tumour or a volume irradiated."""

    active: bool | None = None
    morphology: CodeableConcept | None = None
    location: CodeableConcept | None = None
    location_qualifier: tuple[CodeableConcept, ...] = ()
    description: str | None = None
    patient: Reference | None = None
