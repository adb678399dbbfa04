"""The data types of FHIR R4, as far as their elements are read. Numbers keep their digits.

Source: HL7 FHIR 4.0.1, data types. What a resource holds beside these is checked by name in `elements`.
"""

from decimal import Decimal

import msgspec


def _element_name(field: str) -> str:
    """Return the standard's name of a field: `onset_date_time`, `class_`, `onset_date_time_companion`."""
    first, *rest = field.removesuffix("_companion").rstrip("_").split("_")
    name = first + "".join(part.capitalize() for part in rest)
    return f"_{name}" if field.endswith("_companion") else name


class Element(msgspec.Struct, rename=_element_name, kw_only=True, gc=False):
    """What all of them share: elements not named here are passed over by the decoder."""


class Coding(Element):
    """A code of a system."""

    system: str | None = None
    code: str | None = None
    display: str | None = None
    user_selected: bool | None = None


class Period(Element):
    """A time span, both ends included; a missing end is open."""

    start: str | None = None
    end: str | None = None


class Quantity(Element):
    """A measured amount."""

    value: Decimal | None = None
    comparator: str | None = None
    unit: str | None = None
    system: str | None = None
    code: str | None = None


class Identifier(Element):
    """A business identifier."""

    use: str | None = None
    system: str | None = None
    value: str | None = None
    type: "CodeableConcept | None" = None


class Reference(Element):
    """Points to another resource, by address or by identifier."""

    reference: str | None = None
    type: str | None = None
    identifier: Identifier | None = None
    display: str | None = None


class Extension(Element):
    """More than the standard's elements say."""

    url: str | None = None
    extension: "tuple[Extension, ...]" = ()
    value_string: str | None = None
    value_code: str | None = None
    value_boolean: bool | None = None
    value_integer: int | None = None
    value_unsigned_int: int | None = None
    value_positive_int: int | None = None
    value_date_time: str | None = None
    value_date: str | None = None
    value_coding: Coding | None = None
    value_codeable_concept: "CodeableConcept | None" = None
    value_reference: Reference | None = None
    value_quantity: Quantity | None = None


class CodeableConcept(Element):
    """A meaning, in codes and words."""

    coding: tuple[Coding, ...] = ()
    text: str | None = None
    extension: tuple[Extension, ...] = ()


class Companion(Element):
    """What stands beside a primitive, under its name with an underscore."""

    extension: tuple[Extension, ...] = ()


class Meta(Element):
    """What the sender's system says of the resource."""

    version_id: str | None = None
    last_updated: str | None = None
    profile: tuple[str, ...] = ()


class Narrative(Element):
    """The resource told for people, as XHTML."""

    status: str | None = None
    div: str | None = None


class Range(Element):
    """Two ends of a range."""

    low: Quantity | None = None
    high: Quantity | None = None


class Ratio(Element):
    """One amount per another."""

    numerator: Quantity | None = None
    denominator: Quantity | None = None


class HumanName(Element):
    """A name."""

    use: str | None = None
    text: str | None = None
    family: str | None = None
    given: tuple[str | None, ...] = ()
    suffix: tuple[str | None, ...] = ()
    period: Period | None = None


class Annotation(Element):
    """A remark."""

    text: str | None = None
    time: str | None = None


class Attachment(Element):
    """Content in a format of its own, inside the resource or at an address."""

    content_type: str | None = None
    language: str | None = None
    data: str | None = None
    url: str | None = None
    title: str | None = None
    creation: str | None = None


class Repeat(Element):
    """How often something is done."""

    bounds_period: Period | None = None
    count: int | None = None
    frequency: int | None = None
    period: Decimal | None = None
    period_unit: str | None = None


class Timing(Element):
    """When something is done."""

    event: tuple[str | None, ...] = ()
    repeat: Repeat | None = None
    code: CodeableConcept | None = None


class DoseAndRate(Element):
    """An amount given."""

    dose_quantity: Quantity | None = None
    dose_range: Range | None = None
    rate_quantity: Quantity | None = None


class Dosage(Element):
    """How a medicine is taken."""

    text: str | None = None
    timing: Timing | None = None
    route: CodeableConcept | None = None
    as_needed_boolean: bool | None = None
    as_needed_codeable_concept: CodeableConcept | None = None
    dose_and_rate: tuple[DoseAndRate, ...] = ()


class Resource(Element):
    """What every resource may carry."""

    resource_type: str = ""
    id: str | None = None
    meta: Meta | None = None
    language: str | None = None
    text: Narrative | None = None
    contained: tuple[msgspec.Raw, ...] = ()
    extension: tuple[Extension, ...] = ()
    identifier: tuple[Identifier, ...] = ()
