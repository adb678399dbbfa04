"""What raises each question for the oncologist, one named rule a question.

Source: clinical.md section 4, "Questions for the oncologist", column trigger.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

from app.casefile.domain.case_file import CaseFile
from app.records.domain.base import Absence
from app.records.domain.course import Symptom, Treatment
from app.records.domain.disease import Biomarker, PathologyReport
from app.records.domain.statements import DiseaseStatus, Opinion
from app.timeline.domain.assertions import Assertion, newest_episode, standing_assertions
from app.timeline.domain.biopsies import biopsies_since
from app.timeline.domain.compute import compute_all
from app.timeline.domain.computed import Computed
from app.timeline.domain.drugs import CHECKPOINT_INHIBITORS, drugs_of
from app.timeline.domain.gcig import GCIG
from app.timeline.domain.lesion_changes import LESION_CHANGES
from app.timeline.domain.lesions import Visit, changes, newest_pair, visits_of
from app.timeline.domain.lines import lines_of, started_on
from app.timeline.domain.order import Placed, in_order_of_ids, place
from app.timeline.domain.psa import PCWG3
from app.timeline.domain.series import MarkerSeries, build_series
from app.timeline.domain.titles import treatment_title

IMAGING_WITHIN_DAYS: Final = 56
NEEDS_A_REASON: Final = frozenset({"systemic", "radiation"})
SEVERE_GRADE: Final = 3
LEAST_FOLD: Final = Decimal("1.25")
"""Rise over the nadir, beside a value above the laboratory's range, of a marker without a published rule [GK]."""


class Reported(NamedTuple):
    """What the checker says of one item."""

    active: bool
    requirement: str
    status: str


class Raised(NamedTuple):
    """Why a question is asked: the records it rests on, and what it concerns, in recorded words."""

    record_ids: tuple[str, ...] = ()
    concerns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the rules look at."""

    case_file: CaseFile
    as_of: date
    report_items: Mapping[str, Reported]
    tests: tuple[str, ...]
    series: tuple[MarkerSeries, ...]
    computed: Mapping[str, Computed]
    visits: tuple[Visit, ...]
    assertions: tuple[Assertion, ...]

    def item(self, key: str) -> Reported | None:
        """Return an item's report where it is active."""
        found = self.report_items.get(key)
        return Reported(*found) if found and found[0] else None

    def is_known_by(self, text: str | None) -> bool:
        """Tell whether a date is not surely after the day of the view; undated is known."""
        return text is None or place(text).first <= self.as_of.toordinal()


def see(
    case_file: CaseFile,
    as_of: date,
    report_items: Mapping[str, Reported],
    *,
    tests: Sequence[str] = (),
    series: Sequence[MarkerSeries] | None = None,
    computed: Sequence[Computed] | None = None,
) -> Seen:
    """Gather what the rules look at, each once."""
    case_file = in_order_of_ids(case_file)
    built = build_series(case_file, as_of=as_of) if series is None else tuple(series)
    worked_out = compute_all(case_file, as_of, series=built) if computed is None else computed
    return Seen(
        case_file=case_file,
        as_of=as_of,
        report_items=report_items,
        tests=tuple(tests),
        series=tuple(built),
        computed={one.id: one for one in worked_out},
        visits=visits_of(case_file, as_of),
        assertions=standing_assertions(case_file, as_of),
    )


def change_not_confirmed(seen: Seen) -> Raised | None:
    """A clinician asserts progression or return, and no pathology of that day or later confirms it.

    A biopsy since then whose report is not here answers nothing, and is what the question is about.
    """
    asserted = [one for one in seen.assertions if one.by_clinician]
    if not asserted or asserted[-1].proven:
        return None
    newest = asserted[-1]
    for entry in seen.case_file.of(PathologyReport):
        text = entry.record.specimen_date or entry.record.date or entry.record.signed_on
        if (
            text
            and seen.is_known_by(text)
            and (newest.placed is None or place(text).first >= newest.placed.first)
        ):
            return None
    taken = biopsies_since(seen.case_file, newest.placed, seen.as_of)
    titles = dict.fromkeys(treatment_title(entry.record) for entry in taken)
    return Raised((newest.record_id, *(entry.id for entry in taken)), tuple(titles))


def molecular_missing(seen: Seen) -> Raised | None:
    """Molecular testing is required or conditional, active, and missing."""
    item = seen.item("molecular")
    if item and item.requirement != "recommended" and item.status == "missing":
        return Raised(concerns=seen.tests)
    return None


def specimen_before_change(seen: Seen) -> Raised | None:
    """The newest molecular result's specimen is older than the newest progression or return."""
    episode = newest_episode(seen.case_file, seen.assertions)
    results = [
        (place(text).key, entry)
        for entry in seen.case_file.of(Biomarker)
        if (text := entry.record.date or entry.record.specimen_date) and seen.is_known_by(text)
    ]
    if not results or not episode or episode[0].placed is None:
        return None
    newest = max(results, key=lambda one: (one[0], one[1].id))[1]
    taken = place(newest.record.specimen_date or newest.record.date or "")
    return Raised((newest.id, episode[0].record_id)) if taken.last < episode[0].placed.first else None


def lesions_differ(seen: Seen) -> Raised | None:
    """Lesions of the newest comparable studies differ in direction, or somebody says `mixed`."""
    compared = seen.computed.get(LESION_CHANGES.id)
    if compared and compared.result and compared.result["divergent"]:
        labels = tuple(lesion["label"] for lesion in compared.result["lesions"])
        return Raised(tuple(source.record_id or "" for source in compared.sources), labels)
    said = _newest_response(seen)
    return Raised((said[1],)) if said and said[2] == "mixed" else None


def growth_under_immunotherapy(seen: Seen) -> Raised | None:
    """A checkpoint inhibitor is current or last, and the newest study shows growth or a new lesion."""
    current = lines_of(seen.case_file, seen.as_of).current
    if current is None or not seen.visits:
        return None
    given = [entry for entry in seen.case_file.of(Treatment) if entry.id in current.treatments]
    inhibitors = [entry.id for entry in given if drugs_of(entry.record) & CHECKPOINT_INHIBITORS]
    newest = seen.visits[-1]
    return Raised((*inhibitors, *newest.record_ids)) if inhibitors and _shows_growth(seen, newest) else None


def _shows_growth(seen: Seen, newest: Visit) -> bool:
    lesions = [lesion for parts in newest.lesions.values() for lesion in parts]
    if any(lesion.role == "new" or lesion.state == "unequivocal_progression" for lesion in lesions):
        return True
    if any(entry.record.reported_status == "PD" for entry in newest.studies):
        return True
    pair = newest_pair(seen.visits)
    return pair is not None and pair[1] is newest and any(one.direction == "up" for one in changes(*pair))


def marker_rises_alone(seen: Seen) -> Raised | None:
    """A marker meets a threshold of rise, and nothing was imaged within 56 days of its newest value."""
    risen = [one for one in seen.series if one.kind == "marker" and one.latest and _has_risen(seen, one)]
    alone = [one for one in risen if one.latest and not _is_imaged_near(seen, place(one.latest.date))]
    if not alone:
        return None
    ids = tuple(one.latest.record_id for one in alone if one.latest)
    return Raised(ids, tuple(dict.fromkeys(one.display for one in alone)))


def _has_risen(seen: Seen, series: MarkerSeries) -> bool:
    for rule in (GCIG, PCWG3):
        computed = seen.computed.get(f"{rule.id}:{series.id}")
        if computed and computed.result:
            return str(computed.result["progression"]).endswith("threshold_met")
    latest, nadir = series.latest, series.nadir
    high = next((point.reference_high for point in reversed(series.points) if point.reference_high), None)
    if latest is None or nadir is None or high is None:
        return False
    return latest.value > high and latest.value >= LEAST_FOLD * nadir.value


def _is_imaged_near(seen: Seen, when: Placed) -> bool:
    return any(
        visit.placed.last >= when.first - IMAGING_WITHIN_DAYS
        and visit.placed.first <= when.last + IMAGING_WITHIN_DAYS
        for visit in seen.visits
    )


def ended_without_reason(seen: Seen) -> Raised | None:
    """A systemic or radiation treatment ended, and why is not said."""
    silent = [
        entry
        for entry in seen.case_file.of(Treatment)
        if entry.record.category in NEEDS_A_REASON
        and _has_ended(seen, entry.record)
        and entry.record.reason_ended is None
        and entry.record.absence("reason_ended") in (None, Absence.UNKNOWN)
    ]
    if not silent:
        return None
    return Raised(
        tuple(entry.id for entry in silent),
        tuple(dict.fromkeys(treatment_title(entry.record) for entry in silent)),
    )


def _has_ended(seen: Seen, treatment: Treatment) -> bool:
    if not seen.is_known_by(started_on(treatment)) or treatment.ongoing:
        return False
    return treatment.ongoing is False or (treatment.ended is not None and seen.is_known_by(treatment.ended))


def return_not_described(seen: Seen) -> Raised | None:
    """Return is asserted without its extent or without its certainty."""
    ids = tuple(one.record_id for one in seen.assertions if one.axis == "return" and not one.complete)
    return Raised(ids) if ids else None


def symptoms_worsen(seen: Seen) -> Raised | None:
    """Of the symptoms reported last, one is said to be worsening or severe."""
    dated = [
        (place(text).key, entry)
        for entry in seen.case_file.of(Symptom)
        if (text := entry.record.date or entry.record.onset) and seen.is_known_by(text)
    ]
    newest = max((key for key, _ in dated), default=None)
    bad = [entry for key, entry in dated if key == newest and _is_bad(entry.record)]
    return (
        Raised(tuple(entry.id for entry in bad), tuple(entry.record.symptom or "" for entry in bad))
        if bad
        else None
    )


def _is_bad(symptom: Symptom) -> bool:
    if symptom.presence == "absent":
        return False
    is_severe = symptom.severity == "severe" or (symptom.grade is not None and symptom.grade >= SEVERE_GRADE)
    return is_severe or symptom.trend == "worsening"


def nobody_coordinates(seen: Seen) -> Raised | None:
    """A follow-up plan is wanted and missing."""
    item = seen.item("followup_plan")
    return Raised() if item and item.status == "missing" else None


def aim_not_stated(seen: Seen) -> Raised | None:
    """Progression is reviewed, and no opinion states what the next step is for."""
    if "progression" not in seen.case_file.case.body.purposes:
        return None
    has_aim = any(
        entry.record.aim and seen.is_known_by(entry.record.date) for entry in seen.case_file.of(Opinion)
    )
    return None if has_aim else Raised()


def _newest_response(seen: Seen) -> tuple[int, str, str] | None:
    """Return the newest response word that somebody stated: key of its date, record, word."""
    said = [
        (place(entry.record.date).key if entry.record.date else -1, entry.id, entry.record.value.casefold())
        for entry in seen.case_file.of(DiseaseStatus)
        if entry.record.axis == "response"
        and entry.record.value
        and entry.record.certainty != "refuted"
        and seen.is_known_by(entry.record.date)
    ]
    for visit in seen.visits:
        said += [
            (visit.placed.key, entry.id, entry.record.reported_status.casefold())
            for entry in visit.studies
            if entry.record.reported_status
        ]
    for treatment in seen.case_file.of(Treatment):
        text = treatment.record.response_date
        if treatment.record.response_status and seen.is_known_by(text):
            said.append(
                (place(text).key if text else -1, treatment.id, treatment.record.response_status.casefold())
            )
    return max(said, default=None)
