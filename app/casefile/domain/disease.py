"""What kind of cancer the case is about, as far as that can be told: its group, family and spread.

Stated beats read, and what can't be decided stays undecided: nothing here guesses.
Source: clinical.md section 1.2 (disease additions) and rulings 3 to 6 of section 7.
"""

from collections.abc import Iterable, Iterator
from typing import Final, cast

from app.casefile.domain.case_file import CaseFile, Entry
from app.casefile.domain.disease_table import (
    Row,
    disease_table,
    longest_prefix,
    morphology_number,
    primary_words,
)
from app.cases.domain import CancerCode, DiseaseGroup
from app.records.domain.base import Coding
from app.records.domain.course import Treatment
from app.records.domain.disease import Diagnosis, PathologyReport, Stage
from app.records.domain.statements import DiseaseStatus
from app.values.codes import canonical_system
from app.values.dates import PartialDate

FAMILIES: Final[frozenset[str]] = frozenset({*disease_table().families, "haematological"})
"""Names of sets of groups: `leukaemia`, `lymphoma`, `myeloma`, `haematological` (these three) and `solid`."""

_ICD10: Final = ("icd-10", "icd-10-cm", "icd-10-gm")
_ICDO: Final = "icd-o-3"


def groups_of(family: str) -> frozenset[str]:
    """Return the disease groups of a family."""
    families = disease_table().families
    if family == "haematological":
        return frozenset().union(*(groups for name, groups in families.items() if name != "solid"))
    return families[family]


def disease_group(case_file: CaseFile) -> DiseaseGroup | None:
    """Tell the disease group: as stated on the case, else as its codes, words and primary tumours agree.

    None where they say nothing, leave several groups open, or contradict each other.
    """
    possible = possible_groups(case_file)
    if not possible:
        return None
    if len(possible) == 1:
        return cast("DiseaseGroup", next(iter(possible)))
    unspecified = disease_table().unspecified
    return next(
        (cast("DiseaseGroup", name) for family, name in unspecified.items() if possible <= family), None
    )


def possible_groups(case_file: CaseFile) -> frozenset[str]:
    """Tell which groups are left possible, so that `lung cancer` is known to be no leukaemia.

    Empty where the case says nothing of it, or contradicts itself.
    """
    cancer = case_file.case.body.cancer
    if cancer.disease_group is not None:
        return frozenset({cancer.disease_group})
    possible: frozenset[str] | None = None
    for texts, codes in _statements(case_file):
        said = _possible(texts, codes)
        if said is not None:
            possible = said if possible is None else possible & said
    if possible is None:
        return frozenset()
    return possible if len(possible) < 2 else _narrowed_by_pathology(case_file, possible)  # noqa: PLR2004 (one or none)


def recorded_cancers(case_file: CaseFile) -> tuple[frozenset[str], ...]:
    """Tell which groups each statement that names a cancer leaves possible: the case's own, then each primary tumour's.

    An empty set for a cancer of no group that is known here; nothing at all where no cancer is recorded.
    """
    cancer = case_file.case.body.cancer
    own, *primaries = _statements(case_file)
    first = frozenset({cancer.disease_group}) if cancer.disease_group is not None else None
    named = [(first, own), *((None, said) for said in primaries)]
    return tuple(
        stated or _possible(*said) or frozenset() for stated, said in named if stated or any(map(bool, said))
    )


def is_advanced(case_file: CaseFile) -> bool | None:
    """Tell whether the disease is said to be advanced, metastatic or recurrent.

    True where any record says so (spread, stage IV, a return, treatment of advanced disease), False where what
    is said excludes it (no distant spread, stage 0 to II), None where the records are silent.
    """
    said = {*_spread(case_file), *_staged(case_file), *_returned(case_file), *_treated(case_file)}
    if True in said:
        return True
    return False if False in said else None


def age_at_diagnosis(case_file: CaseFile) -> tuple[int, int] | None:
    """Tell the youngest and the oldest age, in full years, at the first primary tumour; None where unknown.

    A birth date or a diagnosis that is known to the year only leaves a range.
    """
    born_text = case_file.case.body.patient.birth_date
    dates = [PartialDate.parse(entry.record.date) for entry in _primaries(case_file) if entry.record.date]
    if born_text is None or not dates:
        return None
    born = PartialDate.parse(born_text)
    earliest = [when.earliest for when in dates]
    latest = [when.latest for when in dates if when.latest is not None]
    first = None if None in earliest else min(day for day in earliest if day is not None)
    if born.earliest is None or born.latest is None or first is None or not latest:
        return None
    last = min(latest)
    youngest = (
        first.year - born.latest.year - ((first.month, first.day) < (born.latest.month, born.latest.day))
    )
    oldest = (
        last.year - born.earliest.year - ((last.month, last.day) < (born.earliest.month, born.earliest.day))
    )
    return youngest, oldest


_Code = tuple[str, str]
_Said = tuple[tuple[str, ...], tuple[_Code, ...]]


def _statements(case_file: CaseFile) -> Iterator[_Said]:
    """Go through what names the cancer: the case first, then each primary tumour."""
    cancer = case_file.case.body.cancer
    displays = tuple(code.display for code in cancer.codes if code.display)
    yield tuple(filter(None, (cancer.text, *displays))), _plain_codes(cancer.codes)
    for entry in _primaries(case_file):
        record = entry.record
        codes = tuple(filter(None, (record.site_code, record.histology_code, *record.codes)))
        texts = (record.site, record.histology, *(code.display for code in codes))
        yield tuple(filter(None, texts)), _plain_codes(codes)


def _primaries(case_file: CaseFile) -> Iterator[Entry[Diagnosis]]:
    for entry in case_file.of(Diagnosis):
        if entry.record.tumour == "primary" and entry.record.stated is None:
            yield entry


def _plain_codes(codes: Iterable[CancerCode | Coding]) -> tuple[_Code, ...]:
    return tuple((canonical_system(code.system), code.code) for code in codes)


def _possible(texts: tuple[str, ...], codes: tuple[_Code, ...]) -> frozenset[str] | None:
    """Tell which groups one statement leaves possible; None where it says nothing."""
    table = disease_table()
    folded = [primary_words(text) for text in texts]
    sites = [row for text in folded for row in table.site_words.find(text)]
    types = [row for text in folded for row in table.type_words.find(text)]
    for system, code in codes:
        if system in _ICD10 or system == _ICDO:
            sites.extend(filter(None, (longest_prefix(table.site_codes, code),)))
        if system in _ICD10:
            types.extend(filter(None, (longest_prefix(table.type_codes, code),)))
        if system == _ICDO and (number := morphology_number(code)) is not None:
            types.extend([row for first, last, row in table.morphology if first <= number <= last][:1])
    return _combine([row for row in sites if row.groups], types)


def _combine(sites: list[Row], types: list[Row]) -> frozenset[str] | None:
    decisive = [row.groups for row in types if row.anywhere]
    if decisive:
        return frozenset.intersection(*decisive)
    narrowing = [row.groups for row in types]
    if not sites:
        return frozenset.intersection(*narrowing) if narrowing else None
    alone = frozenset.intersection(*(row.groups for row in sites))
    if not narrowing:
        return alone
    widened = frozenset.intersection(*(row.groups | row.also for row in sites))
    return alone.intersection(*narrowing) or widened.intersection(*narrowing)


def _narrowed_by_pathology(case_file: CaseFile, possible: frozenset[str]) -> frozenset[str]:
    """Let the histology of pathology reports decide among what is left; their site may be a metastasis."""
    table = disease_table()
    for entry in case_file.of(PathologyReport):
        record = entry.record
        types = table.type_words.find(primary_words(record.histology)) if record.histology else []
        for row in types:
            possible = possible & row.groups or possible
    return possible


def _spread(case_file: CaseFile) -> Iterator[bool]:
    for entry in case_file.of(Diagnosis):
        record = entry.record
        if record.stated is not None:
            continue
        if record.tumour == "metastasis" or record.metastatic_sites:
            yield True
        if record.metastatic is not None:
            yield record.metastatic


_LATE_GROUPS: Final = ("iv", "extensive")
_EARLY_GROUPS: Final = frozenset({"0", "0a", "0is", "i", "ia", "ib", "ic", "ii", "iia", "iib", "iic"})


def _staged(case_file: CaseFile) -> Iterator[bool]:
    for entry in case_file.of(Stage):
        record = entry.record
        m = (record.m or "").casefold().lstrip("cpryam ")
        group = (record.group or "").casefold().removeprefix("stage").strip()
        is_late = m.startswith("1") or group.startswith(_LATE_GROUPS)
        if is_late or record.extent == "distant" or record.timing == "recurrence":
            yield True
        elif group in _EARLY_GROUPS or record.extent == "localised":
            yield False


def _returned(case_file: CaseFile) -> Iterator[bool]:
    for entry in case_file.of(DiseaseStatus):
        record = entry.record
        if record.stated is not None or record.certainty == "refuted":
            continue
        if record.axis == "return" or (
            record.axis == "progression" and record.extent in ("distant", "widespread")
        ):
            yield True


def _treated(case_file: CaseFile) -> Iterator[bool]:
    for entry in case_file.of(Treatment):
        if entry.record.setting == "advanced" and entry.record.stated is None:
            yield True
