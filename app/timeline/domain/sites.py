"""Sites and sides as records name them, compared by their words."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from app.casefile.domain.case_file import CaseFile
from app.records.domain.course import Treatment
from app.records.domain.disease import PathologyReport
from app.records.domain.findings import ImagingStudy

_ONE_ORGAN: Final = {
    "bronchus": "lung",
    "bronchial": "lung",
    "pulmonary": "lung",
    "mammary": "breast",
    "ovarian": "ovary",
    "ovaries": "ovary",
    "hepatic": "liver",
    "gastric": "stomach",
    "renal": "kidney",
    "colonic": "colon",
    "rectal": "rectum",
    "prostatic": "prostate",
    "uterine": "uterus",
    "endometrium": "uterus",
    "endometrial": "uterus",
    "pancreatic": "pancreas",
    "adrenals": "adrenal",
    "lungs": "lung",
    "breasts": "breast",
    "kidneys": "kidney",
}
"""Other words of the same organ; general knowledge."""
_NO_ORGANS: Final = frozenset(
    {
        "and",
        "bilateral",
        "body",
        "both",
        "cancer",
        "carcinoma",
        "central",
        "entire",
        "gland",
        "in",
        "inner",
        "left",
        "lobe",
        "lower",
        "malignant",
        "middle",
        "neoplasm",
        "nos",
        "of",
        "organ",
        "outer",
        "part",
        "primary",
        "quadrant",
        "right",
        "structure",
        "the",
        "tissue",
        "tumor",
        "tumour",
        "upper",
        "whole",
    }
)


@lru_cache(maxsize=4_096)
def said_words(text: str) -> str:
    """Fold a text to its words, so that case, spacing and punctuation make no difference."""
    return " ".join("".join(letter if letter.isalnum() else " " for letter in text.casefold()).split())


@lru_cache(maxsize=4_096)
def organs_named(site: str) -> frozenset[str]:
    """Return the words of a site that name an organ, without side and part."""
    return frozenset(_ONE_ORGAN.get(word, word) for word in said_words(site).split()) - _NO_ORGANS


def same_site(one: str, other: str) -> bool:
    """Tell whether two sites share a word that names an organ; one that names none can be any."""
    first, second = organs_named(one), organs_named(other)
    return not first or not second or bool(first & second)


def told_sides(case_file: CaseFile) -> Iterator[tuple[str, str, str, str | None]]:
    """Return record, site, side and date of every record but the diagnosis that names the side of a tumour.

    An imaging study only where it measures targets: the healthy side is imaged for comparison.
    """
    for report in case_file.of(PathologyReport):
        if report.record.laterality and report.record.site:
            yield report.id, report.record.site, report.record.laterality, report.record.date
    for treatment in case_file.of(Treatment):
        if treatment.record.laterality and treatment.record.site:
            yield treatment.id, treatment.record.site, treatment.record.laterality, treatment.record.started
    for study in case_file.of(ImagingStudy):
        if study.record.laterality and any(lesion.role == "target" for lesion in study.record.lesions):
            for region in study.record.regions[:1]:
                yield study.id, region, study.record.laterality, study.record.date
