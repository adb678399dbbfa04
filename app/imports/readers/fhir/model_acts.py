"""Resources of FHIR R4 that say what was done or is planned."""

from app.imports.readers.fhir.model import (
    Annotation,
    CodeableConcept,
    Coding,
    Companion,
    Dosage,
    Element,
    Identifier,
    Period,
    Quantity,
    Reference,
    Resource,
    Timing,
)


class ProcedurePerformer(Element):
    """Who did it."""

    function: CodeableConcept | None = None
    actor: Reference | None = None
    on_behalf_of: Reference | None = None


class Procedure(Resource):
    """Something done to the patient."""

    part_of: tuple[Reference, ...] = ()
    status: str | None = None
    status_reason: CodeableConcept | None = None
    category: CodeableConcept | None = None
    code: CodeableConcept | None = None
    subject: Reference | None = None
    encounter: Reference | None = None
    performed_date_time: str | None = None
    performed_date_time_companion: Companion | None = None
    performed_period: Period | None = None
    performed_string: str | None = None
    recorder: Reference | None = None
    asserter: Reference | None = None
    performer: tuple[ProcedurePerformer, ...] = ()
    location: Reference | None = None
    reason_code: tuple[CodeableConcept, ...] = ()
    reason_reference: tuple[Reference, ...] = ()
    body_site: tuple[CodeableConcept, ...] = ()
    outcome: CodeableConcept | None = None
    report: tuple[Reference, ...] = ()
    complication: tuple[CodeableConcept, ...] = ()
    follow_up: tuple[CodeableConcept, ...] = ()
    note: tuple[Annotation, ...] = ()


class Prescribed(Resource):
    """What the three statements on medicines share."""

    status: str | None = None
    medication_codeable_concept: CodeableConcept | None = None
    medication_reference: Reference | None = None
    subject: Reference | None = None
    reason_code: tuple[CodeableConcept, ...] = ()
    reason_reference: tuple[Reference, ...] = ()
    note: tuple[Annotation, ...] = ()


class MedicationRequest(Prescribed):
    """A prescription or an order."""

    status_reason: CodeableConcept | None = None
    intent: str | None = None
    do_not_perform: bool | None = None
    encounter: Reference | None = None
    authored_on: str | None = None
    requester: Reference | None = None
    recorder: Reference | None = None
    course_of_therapy_type: CodeableConcept | None = None
    dosage_instruction: tuple[Dosage, ...] = ()
    prior_prescription: Reference | None = None


class MedicationStatement(Prescribed):
    """What the patient is said to take."""

    status_reason: tuple[CodeableConcept, ...] = ()
    effective_date_time: str | None = None
    effective_period: Period | None = None
    date_asserted: str | None = None
    information_source: Reference | None = None
    dosage: tuple[Dosage, ...] = ()


class AdministeredDosage(Element):
    """What was given."""

    text: str | None = None
    route: CodeableConcept | None = None
    dose: Quantity | None = None
    rate_quantity: Quantity | None = None


class MedicationAdministration(Prescribed):
    """One giving of a medicine."""

    status_reason: tuple[CodeableConcept, ...] = ()
    context: Reference | None = None
    effective_date_time: str | None = None
    effective_period: Period | None = None
    performer: tuple[ProcedurePerformer, ...] = ()
    request: Reference | None = None
    dosage: AdministeredDosage | None = None


class Ingredient(Element):
    """One part of a medicine."""

    item_codeable_concept: CodeableConcept | None = None
    item_reference: Reference | None = None


class MedicationResource(Resource):
    """A medicine."""

    code: CodeableConcept | None = None
    ingredient: tuple[Ingredient, ...] = ()


class Reaction(Element):
    """What happened on exposure."""

    substance: CodeableConcept | None = None
    manifestation: tuple[CodeableConcept, ...] = ()
    description: str | None = None
    severity: str | None = None


class AllergyIntolerance(Resource):
    """An allergy, or that there is none."""

    clinical_status: CodeableConcept | None = None
    verification_status: CodeableConcept | None = None
    criticality: str | None = None
    code: CodeableConcept | None = None
    patient: Reference | None = None
    encounter: Reference | None = None
    onset_date_time: str | None = None
    onset_date_time_companion: Companion | None = None
    onset_period: Period | None = None
    onset_string: str | None = None
    recorded_date: str | None = None
    recorder: Reference | None = None
    asserter: Reference | None = None
    note: tuple[Annotation, ...] = ()
    reaction: tuple[Reaction, ...] = ()


class PlannedDetail(Element):
    """One thing planned."""

    kind: str | None = None
    code: CodeableConcept | None = None
    status: str | None = None
    do_not_perform: bool | None = None
    scheduled_timing: Timing | None = None
    scheduled_period: Period | None = None
    scheduled_string: str | None = None
    description: str | None = None


class Activity(Element):
    """One activity of a plan."""

    detail: PlannedDetail | None = None
    reference: Reference | None = None


class CarePlan(Resource):
    """What is planned for the patient."""

    status: str | None = None
    intent: str | None = None
    category: tuple[CodeableConcept, ...] = ()
    title: str | None = None
    description: str | None = None
    subject: Reference | None = None
    encounter: Reference | None = None
    period: Period | None = None
    created: str | None = None
    author: Reference | None = None
    addresses: tuple[Reference, ...] = ()
    activity: tuple[Activity, ...] = ()
    note: tuple[Annotation, ...] = ()


class Hospitalization(Element):
    """How a stay began and ended."""

    admit_source: CodeableConcept | None = None


class EncounterLocation(Element):
    """Where the patient was."""

    location: Reference | None = None


class Encounter(Resource):
    """A visit or a stay."""

    status: str | None = None
    class_: Coding | None = None
    type: tuple[CodeableConcept, ...] = ()
    priority: CodeableConcept | None = None
    subject: Reference | None = None
    period: Period | None = None
    reason_code: tuple[CodeableConcept, ...] = ()
    reason_reference: tuple[Reference, ...] = ()
    hospitalization: Hospitalization | None = None
    location: tuple[EncounterLocation, ...] = ()
    service_provider: Reference | None = None
    participant: tuple[ProcedurePerformer, ...] = ()


class ServiceRequest(Resource):
    """A referral, an order or a plan to do something."""

    status: str | None = None
    intent: str | None = None
    category: tuple[CodeableConcept, ...] = ()
    do_not_perform: bool | None = None
    code: CodeableConcept | None = None
    subject: Reference | None = None
    encounter: Reference | None = None
    occurrence_date_time: str | None = None
    occurrence_period: Period | None = None
    authored_on: str | None = None
    requester: Reference | None = None
    reason_code: tuple[CodeableConcept, ...] = ()
    reason_reference: tuple[Reference, ...] = ()
    note: tuple[Annotation, ...] = ()


class Suspect(Element):
    """What is suspected to have caused an adverse event."""

    instance: Reference | None = None


class AdverseEvent(Resource):
    """Something untoward that happened to the patient."""

    identifier: Identifier | None = None  # type: ignore[assignment]  # R4 gives this resource one, all others several
    actuality: str | None = None
    event: CodeableConcept | None = None
    subject: Reference | None = None
    date: str | None = None
    detected: str | None = None
    recorded_date: str | None = None
    seriousness: CodeableConcept | None = None
    severity: CodeableConcept | None = None
    outcome: CodeableConcept | None = None
    recorder: Reference | None = None
    contributor: tuple[Reference, ...] = ()
    suspect_entity: tuple[Suspect, ...] = ()
