"""What was given and what happened: treatments, medicines, symptoms, function, admissions."""

from decimal import Decimal
from typing import Annotated, Literal

from annotated_types import Ge, Le, MaxLen

from app.records.domain.base import Coding, DateText, Items, Laterality, Record, Text, Word
from app.records.domain.findings import Response
from app.records.domain.part import Part


class Drug(Part, frozen=True, kw_only=True, gc=False):
    """One drug of a treatment."""

    name: Word
    """Name as written."""
    dose: Word | None = None
    """Dose as written."""
    route: Word | None = None
    """Route as written."""
    code: Coding | None = None
    """The drug's code (RxNorm, ATC)."""


class SideEffect(Part, frozen=True, kw_only=True, gc=False):
    """A side effect as recorded."""

    what: Word
    """The effect, in words."""
    grade: Annotated[int, Ge(1), Le(5)] | None = None
    """CTCAE grade where the source gives one."""


class Treatment(Record, frozen=True, kw_only=True, gc=False):
    """One course of treatment: a regimen, an operation, a course of radiation."""

    kind: Literal["treatment"]
    category: Literal[
        "systemic",
        "surgery",
        "radiation",
        "transplant",
        "cell_therapy",
        "local_ablation",
        "procedure",
        "supportive",
        "other",
    ]
    """What kind of treatment."""
    intent: Literal["curative", "palliative"] | None = None
    """Intent as recorded."""
    setting: (
        Literal[
            "neoadjuvant",
            "adjuvant",
            "induction",
            "consolidation",
            "maintenance",
            "advanced",
            "conditioning",
            "salvage",
        ]
        | None
    ) = None
    """Setting as recorded."""
    regimen: Word | None = None
    """Regimen as written, such as `FOLFOX`."""
    drugs: Annotated[tuple[Drug, ...], MaxLen(50)] = ()
    """Drugs given."""
    line: Annotated[int, Ge(1), Le(30)] | None = None
    """Line of therapy as stated by a clinician."""
    started: DateText | None = None
    """First day."""
    ended: DateText | None = None
    """Last day."""
    ongoing: bool | None = None
    """Whether the source says that it goes on."""
    cycles_planned: Annotated[int, Ge(0)] | None = None
    """Cycles planned."""
    cycles_given: Annotated[int, Ge(0)] | None = None
    """Cycles given."""
    cycle_dates: Annotated[tuple[DateText, ...], MaxLen(500)] = ()
    """Days on which cycles began."""
    continuous: bool | None = None
    """Given without cycles, such as a daily tablet."""
    dose_changes: Items = ()
    """Reductions, delays, omissions, as written."""
    response: Text | None = None
    """Best response as recorded, in the record's words."""
    response_status: Response | None = None
    """The response word, where the record uses one."""
    response_date: DateText | None = None
    """When that response was stated."""
    side_effects: Annotated[tuple[SideEffect, ...], MaxLen(200)] = ()
    """Side effects as recorded."""
    complications: Items = ()
    """Complications as recorded."""
    reason_ended: Word | None = None
    """Why it ended, as written."""
    procedure: Word | None = None
    """For an operation or intervention: what was done."""
    site: Word | None = None
    """Body site treated."""
    laterality: Laterality | None = None
    """Side treated."""
    margins: Word | None = None
    """For an operation: margins as written."""
    residual: Word | None = None
    """For an operation: residual disease as written."""
    dose_gy: Annotated[Decimal, Ge(0)] | None = None
    """For radiation: total dose, Gy."""
    fractions: Annotated[int, Ge(0)] | None = None
    """For radiation: fractions given."""
    technique: Word | None = None
    """For radiation: modality and technique."""


class Medication(Record, frozen=True, kw_only=True, gc=False):
    """A medicine that the patient takes, or the statement that there is none."""

    kind: Literal["medication"]
    name: Word | None = None
    """Name as written."""
    dose: Word | None = None
    """Dose as written."""
    frequency: Word | None = None
    """How often."""
    route: Word | None = None
    """Route."""
    started: DateText | None = None
    """First day."""
    ended: DateText | None = None
    """Last day."""
    reason: Word | None = None
    """What it is for."""


class Symptom(Record, frozen=True, kw_only=True, gc=False):
    """A symptom, its presence or its absence, as somebody reported it on `date`."""

    kind: Literal["symptom"]
    symptom: Word | None = None
    """What is felt."""
    presence: Literal["present", "absent"] = "present"
    """`absent` where the source denies it."""
    onset: DateText | None = None
    """Since when."""
    severity: Literal["mild", "moderate", "severe"] | None = None
    """How bad, as reported."""
    grade: Annotated[int, Ge(0), Le(5)] | None = None
    """CTCAE grade where the source gives one."""
    trend: Literal["improving", "stable", "worsening", "resolved", "fluctuating"] | None = None
    """How it changes."""
    temperature_c: Annotated[Decimal, Ge(25), Le(45)] | None = None
    """Body temperature reported with it, °C."""
    words: Text | None = None
    """The report's own words."""


class PerformanceStatus(Record, frozen=True, kw_only=True, gc=False):
    """How well the patient manages daily life, on one scale; scales are never converted."""

    kind: Literal["performance_status"]
    scale: Literal["ECOG", "Karnofsky", "Lansky"]
    """The scale."""
    score: Annotated[int, Ge(0), Le(100)] | None = None
    """ECOG 0 to 5; Karnofsky and Lansky 0 to 100 by tens."""
    assessor: Word | None = None
    """Who assessed it."""


class Admission(Record, frozen=True, kw_only=True, gc=False):
    """A stay in hospital, or the statement that there was none."""

    kind: Literal["admission"]
    started: DateText | None = None
    """Day of admission."""
    ended: DateText | None = None
    """Day of discharge."""
    emergency: bool | None = None
    """Whether it began as an emergency."""
    icu: bool | None = None
    """Whether it included intensive care."""
    reason: Text | None = None
    """Why, as recorded."""
    complications: Items = ()
    """Complications as recorded."""
