"""Resources of FHIR R4 that hold documents, and those that name people and places."""

from app.imports.readers.fhir.model import (
    Attachment,
    CodeableConcept,
    Element,
    HumanName,
    Identifier,
    Narrative,
    Period,
    Reference,
    Resource,
)


class DocumentContent(Element):
    """One form of a document."""

    attachment: Attachment | None = None


class RelatesTo(Element):
    """How a document stands to another."""

    code: str | None = None
    target: Reference | None = None
    target_reference: Reference | None = None


class DocumentContext(Element):
    """What a document is about."""

    encounter: tuple[Reference, ...] = ()
    period: Period | None = None
    facility_type: CodeableConcept | None = None
    practice_setting: CodeableConcept | None = None


class DocumentReference(Resource):
    """A document, or where it is."""

    master_identifier: Identifier | None = None
    status: str | None = None
    doc_status: str | None = None
    type: CodeableConcept | None = None
    category: tuple[CodeableConcept, ...] = ()
    subject: Reference | None = None
    date: str | None = None
    author: tuple[Reference, ...] = ()
    custodian: Reference | None = None
    relates_to: tuple[RelatesTo, ...] = ()
    description: str | None = None
    content: tuple[DocumentContent, ...] = ()
    context: DocumentContext | None = None


class Media(Resource):
    """A photo, a video or a recording."""

    status: str | None = None
    type: CodeableConcept | None = None
    modality: CodeableConcept | None = None
    subject: Reference | None = None
    created_date_time: str | None = None
    issued: str | None = None
    operator: Reference | None = None
    body_site: CodeableConcept | None = None
    content: Attachment | None = None


class Binary(Element):
    """Content in a format of its own."""

    resource_type: str = ""
    id: str | None = None
    content_type: str | None = None
    data: str | None = None


class Section(Element):
    """A part of a composed document."""

    title: str | None = None
    code: CodeableConcept | None = None
    text: Narrative | None = None
    entry: tuple[Reference, ...] = ()
    empty_reason: CodeableConcept | None = None
    section: "tuple[Section, ...]" = ()


class Attester(Element):
    """Who stands behind a composed document."""

    mode: str | None = None
    party: Reference | None = None


class Composition(Element):
    """What binds the resources of a document together."""

    resource_type: str = ""
    id: str | None = None
    identifier: Identifier | None = None
    language: str | None = None
    status: str | None = None
    type: CodeableConcept | None = None
    subject: Reference | None = None
    date: str | None = None
    author: tuple[Reference, ...] = ()
    custodian: Reference | None = None
    title: str | None = None
    section: tuple[Section, ...] = ()


class Qualification(Element):
    """What a person has learnt."""

    code: CodeableConcept | None = None


class Practitioner(Resource):
    """A person who gives care."""

    name: tuple[HumanName, ...] = ()
    qualification: tuple[Qualification, ...] = ()


class PractitionerRole(Resource):
    """What a person does for an organisation."""

    practitioner: Reference | None = None
    organization: Reference | None = None
    code: tuple[CodeableConcept, ...] = ()
    specialty: tuple[CodeableConcept, ...] = ()


class Organization(Resource):
    """A hospital, a laboratory, a department."""

    name: str | None = None


class Location(Resource):
    """A place."""

    name: str | None = None
