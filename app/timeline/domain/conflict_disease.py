"""Records that disagree on what the disease is: side, site, stage, conclusion, result on one specimen."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import Final

from app.casefile.domain.case_file import CaseFile, Entry
from app.records.domain.disease import Biomarker, Diagnosis, PathologyReport, Stage
from app.records.domain.findings import ImagingStudy
from app.timeline.domain.conflict import Conflict, Side, conflict
from app.timeline.domain.order import overlapping, place
from app.timeline.domain.sites import said_words, same_site, told_sides

_SIDES: Final = frozenset({"left", "right"})


def sides_and_sites(case_file: CaseFile) -> Iterator[Conflict]:
    """Find primaries of two organs, and records of the primary's organ that are only of the other side."""
    primaries = _distinct_primaries(case_file)
    for one, other in combinations(primaries, 2):
        if not same_site(one.record.site or "", other.record.site or ""):
            yield conflict(
                "site_differs",
                "high",
                "Two primary tumours are recorded, in different organs.",
                (_side(one, "site"), _side(other, "site")),
                "Are these two cancers, or is one of the sites wrong?",
            )
        elif {one.record.laterality, other.record.laterality} == _SIDES:
            yield _laterality(one, _side(other, "laterality"))
    for record_id, site, side, day in told_sides(case_file):
        of_organ = [entry for entry in primaries if same_site(entry.record.site or "", site)]
        if of_organ and all({entry.record.laterality, side} == _SIDES for entry in of_organ):
            yield _laterality(
                of_organ[0], Side(record_id=record_id, field="laterality", stated=side, date=day)
            )


def _distinct_primaries(case_file: CaseFile) -> tuple[Entry[Diagnosis], ...]:
    """Return the first diagnosis of each site and side named as an origin."""
    found: dict[tuple[str, str | None], Entry[Diagnosis]] = {}
    for entry in case_file.of(Diagnosis):
        if entry.record.tumour == "primary" and entry.record.site:
            found.setdefault((said_words(entry.record.site), entry.record.laterality), entry)
    return tuple(found.values())


def _laterality(one: Entry[Diagnosis], other: Side) -> Conflict:
    return conflict(
        "laterality_differs",
        "high",
        "The side of the tumour differs between records.",
        (_side(one, "laterality"), other),
        "Which side is right, or are there two tumours?",
    )


def accessions(case_file: CaseFile) -> Iterator[Conflict]:
    """Find reports of one accession number with different conclusions; an addendum is no second report."""
    pathology: dict[str, list[Entry[PathologyReport]]] = defaultdict(list)
    for entry in case_file.of(PathologyReport):
        if entry.record.accession and entry.record.conclusion and entry.record.addendum_to is None:
            pathology[said_words(entry.record.accession)].append(entry)
    imaging: dict[str, list[Entry[ImagingStudy]]] = defaultdict(list)
    for study in case_file.of(ImagingStudy):
        if study.record.accession and study.record.impression:
            imaging[said_words(study.record.accession)].append(study)
    for reports in pathology.values():
        yield from _conclusions(reports, "conclusion")
    for studies in imaging.values():
        yield from _conclusions(studies, "impression")


def _conclusions(
    entries: Iterable[Entry[PathologyReport]] | Iterable[Entry[ImagingStudy]], field: str
) -> Iterator[Conflict]:
    said: dict[str, Entry[PathologyReport] | Entry[ImagingStudy]] = {}
    for entry in entries:
        said.setdefault(said_words(getattr(entry.record, field)), entry)
    first, *others = said.values()
    for other in others:
        yield conflict(
            "accession_conclusions_differ",
            "high",
            "Two reports of one accession number come to different conclusions.",
            (_side(first, field), _side(other, field)),
            "Which of the two holds, and is one an addendum to the other?",
        )


_STAGE_FIELDS: Final = ("t", "n", "m", "group")


def stages(case_file: CaseFile) -> Iterator[Conflict]:
    """Find stages of one system, timing and time that differ; another edition is another system."""
    by_system: dict[tuple[str, str | None], dict[tuple[str | None, ...], Entry[Stage]]] = defaultdict(dict)
    for entry in case_file.of(Stage):
        record = entry.record
        if record.date and record.stated is None:
            said = (record.date, record.edition, record.t, record.n, record.m, record.group)
            by_system[said_words(record.system or ""), record.timing].setdefault(said, entry)
    for distinct in by_system.values():
        entries = distinct.values()
        for one, other in overlapping((place(entry.record.date or ""), entry) for entry in entries):
            if one.record.edition and other.record.edition and one.record.edition != other.record.edition:
                continue
            differing = [name for name in _STAGE_FIELDS if _differ(one.record, other.record, name)]
            if differing:
                yield conflict(
                    "stage_differs",
                    "high",
                    "Two stages of one system and time differ.",
                    (_side(one, differing[0]), _side(other, differing[0])),
                    "Which stage holds?",
                )

    yield from _undated_stages(case_file)


def _undated_stages(case_file: CaseFile) -> Iterator[Conflict]:
    """Find stages without a date that differ from every dated one of their system and timing: nobody says of when."""
    entries = [entry for entry in case_file.of(Stage) if entry.record.stated is None]
    dated = [entry for entry in entries if entry.record.date]
    for entry in entries:
        record = entry.record
        if record.date:
            continue
        others = [one for one in dated if _may_be_one(record, one.record)]
        name = next(
            (name for name in _STAGE_FIELDS if any(_differ(record, one.record, name) for one in others)), None
        )
        if name and all(any(_differ(record, one.record, each) for each in _STAGE_FIELDS) for one in others):
            yield conflict(
                "undated_stage_differs",
                "ask",
                "A stage without a date differs from those with one.",
                (_side(entry, name), *(_side(one, name) for one in others)),
                "Of when is it, or is one of them wrong?",
            )


def _may_be_one(one: Stage, other: Stage) -> bool:
    """Tell whether two stages are of one system; a timing or an edition that one leaves out is no difference."""
    return said_words(one.system or "") == said_words(other.system or "") and all(
        first is None or second is None or first == second
        for first, second in ((one.timing, other.timing), (one.edition, other.edition))
    )


def _differ(one: Stage, other: Stage, name: str) -> bool:
    """Tell whether two categories exclude each other; `3` leaves open what `3A` says."""
    first, second = getattr(one, name), getattr(other, name)
    if not (first and second):
        return False
    (head, rest), (other_head, other_rest) = _parted(_bare(first)), _parted(_bare(second))
    return head != other_head or bool(rest and other_rest and rest != other_rest)


_NUMBERED: Final = re.compile(r"([tnm]?(?:iv|i{1,3}|\d)?)(.*)")
_ROMAN: Final = {"i": "1", "ii": "2", "iii": "3", "iv": "4"}


def _parted(category: str) -> tuple[str, str]:
    """Part a folded category into its number and what follows: `t2b` into `t2` and `b`, `iiic` into `3` and `c`."""
    found = _NUMBERED.fullmatch(category)
    head, rest = found.groups() if found else (category, "")
    return _ROMAN.get(head, head), rest


def _bare(category: str) -> str:
    """Fold a category: `cT2b`, `T2b` and `ypT2b` are one; the timing says the rest."""
    folded = "".join(letter for letter in category.casefold() if letter.isalnum())
    letters = folded.lstrip("cpyra")
    return letters if letters[:1] in {"t", "n", "m"} else folded.removeprefix("stage")


_POSITIVE: Final = frozenset(
    {"positive", "detected", "present", "mutated", "amplified", "rearranged", "pos", "3"}
)
_NEGATIVE: Final = frozenset(
    {
        "negative",
        "not detected",
        "absent",
        "wild type",
        "wildtype",
        "not amplified",
        "not rearranged",
        "neg",
        "0",
    }
)


def specimens(case_file: CaseFile) -> Iterator[Conflict]:
    """Find opposite results, and different histology, on one specimen."""
    results: dict[tuple[str, str, str], dict[str, Side]] = defaultdict(dict)
    for marker in case_file.of(Biomarker):
        record = marker.record
        word = (
            record.interpretation
            if record.interpretation in ("positive", "negative")
            else _sign(record.result)
        )
        if word and record.specimen_date:
            key = (
                record.specimen_date,
                said_words(record.name),
                said_words(record.hgvs_p or record.hgvs_c or ""),
            )
            side = Side(
                record_id=marker.id, field="result", stated=record.result or word, date=record.specimen_date
            )
            results[key].setdefault(word, side)
    histology: dict[str, list[Entry[PathologyReport]]] = defaultdict(list)
    for entry in case_file.of(PathologyReport):
        specimen = said_words(entry.record.accession or "") or entry.record.specimen_date
        if specimen is None:
            continue
        histology[specimen].append(entry)
        for stain in entry.record.ihc:
            if sign := _sign(stain.result):
                side = Side(
                    record_id=entry.id,
                    field=f"ihc {stain.marker}",
                    stated=stain.result,
                    date=entry.record.date,
                )
                results[specimen, said_words(stain.marker), ""].setdefault(sign, side)
    for told in results.values():
        if len(told) > 1:
            yield conflict(
                "specimen_results_differ",
                "high",
                "Two results of one test on one specimen are opposite.",
                (told["positive"], told["negative"]),
                "Which result holds?",
            )
    for reports in histology.values():
        yield from _histologies(reports)


def _histologies(reports: list[Entry[PathologyReport]]) -> Iterator[Conflict]:
    distinct = {said_words(entry.record.histology or ""): entry for entry in reversed(reports)}
    one, *others = sorted(distinct.values(), key=lambda entry: (not entry.record.histology, entry.id))
    for other in others:
        first, second = said_words(one.record.histology or ""), said_words(other.record.histology or "")
        if not first or not second or first in second or second in first:
            continue
        if one.record.site and other.record.site and not same_site(one.record.site, other.record.site):
            continue
        yield conflict(
            "specimen_histology_differs",
            "high",
            "Two reports on one specimen name different histology.",
            (_side(one, "histology"), _side(other, "histology")),
            "Which histology holds?",
        )


def _sign(result: str | None) -> str | None:
    folded = said_words(result or "")
    return "positive" if folded in _POSITIVE else "negative" if folded in _NEGATIVE else None


def _side(
    entry: Entry[Diagnosis] | Entry[Stage] | Entry[PathologyReport] | Entry[ImagingStudy], field: str
) -> Side:
    return Side(
        record_id=entry.id, field=field, stated=str(getattr(entry.record, field)), date=entry.record.date
    )
