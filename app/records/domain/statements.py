"""What people said and decided: opinions, status, plans, health besides the cancer, the question, decisions."""

from typing import Annotated, Literal

from annotated_types import MaxLen

from app.records.domain.base import DateText, Items, Record, Text, Word
from app.records.domain.part import Part


class Opinion(Record, frozen=True, kw_only=True, gc=False):
    """What a doctor wrote about the case."""

    kind: Literal["opinion"]
    role: Word | None = None
    """The author's role or specialty."""
    institution: Word | None = None
    """The author's institution."""
    statement: Text | None = None
    """What was said, verbatim."""
    status_words: Text | None = None
    """The words used for the state of the disease, verbatim."""
    plan: Text | None = None
    """The plan, verbatim."""
    prescription: Text | None = None
    """What was prescribed."""
    aim: Text | None = None
    """What the plan is meant to achieve, as stated."""
    question: Text | None = None
    """A question that the author asks."""


class DiseaseStatus(Record, frozen=True, kw_only=True, gc=False):
    """A statement on the state of the disease, on one axis, by somebody. Source: clinical.md section 5."""

    kind: Literal["disease_status"]
    axis: Literal["response", "progression", "return", "remission", "mrd", "qualifier"]
    """What the statement is about."""
    value: Word | None = None
    """The value on that axis, such as `PR`, `mixed`, `recurrence`, `relapse`, `NED`, `partial`, `complete`."""
    certainty: Literal["possible", "suspected", "reported", "confirmed", "refuted"] | None = None
    """How sure whoever said it was."""
    words: Text | None = None
    """The statement, verbatim; its words are never replaced."""
    evidence: Annotated[
        tuple[Literal["imaging", "pathology", "marker", "symptom", "examination", "laboratory"], ...],
        MaxLen(10),
    ] = ()
    """What the statement rests on, as stated."""
    evidence_ids: Annotated[tuple[Word, ...], MaxLen(50)] = ()
    """Records of the case that it rests on."""
    criteria: Word | None = None
    """Criteria named, such as `RECIST 1.1`."""
    sites: Items = ()
    """Sites named."""
    extent: Literal["local", "regional", "distant", "widespread"] | None = None
    """How far, as stated."""
    pace: Literal["slow", "fast"] | None = None
    """How quickly, as stated."""
    symptomatic: bool | None = None
    """Whether it gives symptoms, as stated."""
    biopsy: Literal["yes", "no", "pending"] | None = None
    """Whether a biopsy proved it."""
    tests: Items = ()
    """Tests that the statement rests on, such as the scans behind `no evidence of disease`."""


class PlannedTest(Part, frozen=True, kw_only=True, gc=False):
    """One test of a follow-up plan."""

    test: Word
    """Visit, scan or laboratory test."""
    interval: Word | None = None
    """How often, as written."""


class FollowUpPlan(Record, frozen=True, kw_only=True, gc=False):
    """Who watches, with what and how often."""

    kind: Literal["follow_up_plan"]
    tests: Annotated[tuple[PlannedTest, ...], MaxLen(100)] = ()
    """Tests and their intervals."""
    symptoms_to_report: Items = ()
    """Symptoms to report early."""
    triggers: Items = ()
    """What would start a work-up."""
    coordinator: Word | None = None
    """Who coordinates."""
    late_effect_checks: Items = ()
    """Organ and second-cancer checks after treatment."""


class Comorbidity(Record, frozen=True, kw_only=True, gc=False):
    """Another illness, or the statement that none is known."""

    kind: Literal["comorbidity"]
    condition: Word | None = None
    """The illness, in words."""
    since: DateText | None = None
    """Since when."""
    ended: DateText | None = None
    """Until when."""
    is_current: bool | None = None
    """Whether it is said to be present now."""


class Allergy(Record, frozen=True, kw_only=True, gc=False):
    """An allergy or intolerance, or the statement that none is known."""

    kind: Literal["allergy"]
    substance: Word | None = None
    """What it is to."""
    reaction: Word | None = None
    """What happens."""
    since: DateText | None = None
    """Since when."""


class MainQuestion(Record, frozen=True, kw_only=True, gc=False):
    """The question that the reviewer is asked."""

    kind: Literal["main_question"]
    question: Text
    """The question, in the asker's words."""
    asked_by: Word | None = None
    """Who asks."""


class Planning(Record, frozen=True, kw_only=True, gc=False):
    """What the review needs besides medicine: consent, languages, goals, travel. Source: clinical.md S29, S31."""

    kind: Literal["planning"]
    consent: Literal["given", "refused", "pending", "withdrawn"] | None = None
    """Consent to share the records."""
    goals: Text | None = None
    """What matters to the patient."""
    review_language: Annotated[str, MaxLen(35)] | None = None
    """Language of the review, BCP 47."""
    translation: Literal["needed", "not_needed", "done", "certified"] | None = None
    """Whether the papers need translation."""
    travel_planned: bool | None = None
    """Whether travel for treatment is planned."""
    destination_country: Word | None = None
    """Country of destination."""
    destination_hospital: Word | None = None
    """Hospital of destination."""
    fitness_to_travel: Text | None = None
    """A doctor's statement on travel, verbatim; the service never makes one."""
    arrangements: Items = ()
    """Visa, advance payment, caregiver's stay and the like, in words."""


class Decision(Record, frozen=True, kw_only=True, gc=False):
    """A person's choice on a waiver or a conflict."""

    kind: Literal["decision"]
    topic: Literal["waiver", "conflict"]
    """What the decision is on."""
    about: Word
    """The checklist item's key, or the conflict's id."""
    choice: Literal["waived", "withdrawn", "first_holds", "second_holds", "both_stand", "same_patient"]
    """What was decided."""
    reason: Text
    """Why, in the person's words."""
    until: DateText | None = None
    """Last day on which a waiver holds."""
    holds: Word | None = None
    """For a conflict: the record or document that holds."""
