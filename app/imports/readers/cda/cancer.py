"""Stages, performance status and genomic findings among observations, told by their codes.

Source: mCODE STU4 4.0.0 (clinical.md section 2); AJCC and SNOMED CT codes as named in `cancer.toml`.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final, Literal

from app.imports.domain.fitting import Remarks, usable, word
from app.imports.domain.measured import interpretation_of
from app.imports.domain.reading import AnyItem
from app.imports.readers.cda.context import Spot
from app.imports.readers.cda.statements import parts_of
from app.imports.readers.cda.values import value_of
from app.records.domain.base import Coding
from app.records.domain.course import PerformanceStatus
from app.records.domain.disease import Biomarker, Stage

Part = Literal["t", "n", "m", "group"]
Timing = Literal["clinical", "pathologic"]

_TABLE: Final[Mapping[str, Any]] = tomllib.loads(
    (files("app.imports.readers.cda") / "cancer.toml").read_text(encoding="utf-8")
)
_STAGES: Final[Mapping[str, tuple[Part, Timing | None]]] = {
    code: (row["part"], row.get("timing")) for row in _TABLE["stage"] for code in row["codes"]
}
_SCALES: Final[Mapping[str, str]] = {code: row["scale"] for row in _TABLE["scale"] for code in row["codes"]}
_SCORES: Final[Mapping[str, int]] = _TABLE["scores"]
_GENOMIC: Final[Mapping[str, str]] = _TABLE["genomic"]
_SYSTEMS: Final = tuple((name, re.compile(text, re.IGNORECASE)) for name, text in _TABLE["systems"].items())
_EDITION: Final = re.compile(
    r"(?:v|version|edition|ed\.?|ajcc|uicc)\s*(?P<before>\d)\b|\b(?P<after>\d)(?:th|st|nd|rd)\b",
    re.IGNORECASE,
)
_SCORE: Final = re.compile(r"(?<!\d)(\d{1,3})(?!\d)")
_PREFIXED: Final = re.compile(r"^(?:[cpyra]+)?(?:T|N|M)(?:is|[0-4X])", re.IGNORECASE)


def stage_part(codes: tuple[Coding, ...]) -> tuple[Part, Timing | None] | None:
    """Return which part of a stage an observation's code means; None where it means none."""
    return next((_STAGES[code.code] for code in codes if code.code in _STAGES), None)


def scale_of(codes: tuple[Coding, ...], name: str | None) -> str | None:
    """Return the performance scale that a code or a name means; None where it means none."""
    by_code = next((_SCALES[code.code] for code in codes if code.code in _SCALES), None)
    if by_code is not None:
        return by_code
    return _scale_in(name) if name else None


@lru_cache(maxsize=4_096)  # asked of every observation
def _scale_in(name: str) -> str | None:
    folded = name.casefold()
    return next((row["scale"] for row in _TABLE["scale"] if any(one in folded for one in row["words"])), None)


@dataclass(slots=True)
class _Found:
    """The parts of one stage, gathered."""

    spot: Spot
    timing: Timing | None = None
    parts: dict[str, str] = field(default_factory=dict)
    codes: list[Coding] = field(default_factory=list)
    words: list[str] = field(default_factory=list)


def stage_items(spot: Spot) -> Iterator[AnyItem]:
    """Yield the stages that stand inside a problem, clinical and pathologic each for itself."""
    found: dict[Timing | None, _Found] = {}
    _gather(spot, found, 0)
    for one in found.values():
        yield from _stage(one)


def _gather(spot: Spot, found: dict[Timing | None, _Found], depth: int) -> None:
    for part in parts_of(spot):
        if part.step not in {"observation", "organizer", "act"}:
            continue
        code = part.code
        known = stage_part(code.codes)
        if known is not None and part.step == "observation":
            value = value_of(part.all("value"), part.doc.narrative)
            name, timing = known
            if value.text:
                one = found.setdefault(timing, _Found(spot=part, timing=timing))
                one.parts.setdefault(name, value.text)
                one.codes.extend(value.codes)
                one.words.extend(
                    filter(None, (code.shown, value.text, *(each.display for each in value.codes)))
                )
        if depth < 4:  # noqa: PLR2004  a stage stands no deeper than in an organizer of an observation of a problem
            _gather(part, found, depth + 1)


def read_stage(spot: Spot) -> Iterator[AnyItem]:
    """Yield the stage that an observation, or an organizer of such observations, states."""
    code = spot.code
    known = stage_part(code.codes)
    found: dict[Timing | None, _Found] = {}
    if known is not None and spot.step == "observation":
        value = value_of(spot.all("value"), spot.doc.narrative)
        if value.text:
            one = _Found(spot=spot, timing=known[1], parts={known[0]: value.text}, codes=list(value.codes))
            one.words.extend(filter(None, (code.shown, value.text, *(each.display for each in value.codes))))
            found[known[1]] = one
    _gather(spot, found, 0)
    for one in found.values():
        yield from _stage(one)


def has_stage(spot: Spot) -> bool:
    """Tell whether a statement is a stage, or an organizer of parts of one."""
    if stage_part(spot.code.codes) is not None:
        return True
    return spot.step == "organizer" and any(stage_part(part.code.codes) for part in parts_of(spot))


def _stage(found: _Found) -> Iterator[AnyItem]:
    remarks = Remarks()
    said = " ".join(found.words)
    system = next((name for name, words in _SYSTEMS if words.search(said)), None)
    edition = _EDITION.search(said)
    author = found.spot.own_author()
    record = Stage(
        kind="stage",
        origin="cda",
        date=found.spot.when().day,
        system=system
        or ("AJCC" if found.parts.keys() & {"t", "n", "m"} and "ajcc" in said.casefold() else None),
        edition=None if edition is None or system is None else edition["before"] or edition["after"],
        timing=found.timing,
        t=word(_plain(found.parts.get("t")), remarks, "t"),
        n=word(_plain(found.parts.get("n")), remarks, "n"),
        m=word(_plain(found.parts.get("m")), remarks, "m"),
        group=word(_group(found.parts.get("group")), remarks, "group"),
        codes=usable(found.codes, remarks),
        author=author.name if author else None,
        asserted_by=author.stands if author else None,
        external_id=found.spot.external_id,
    )
    if (record.t, record.n, record.m, record.group) == (None, None, None, None):
        yield found.spot.rejected(
            "The stage's value cannot be kept.", "Send its category as a code or a short text."
        )
        return
    yield found.spot.found(record, remarks)


def _plain(text: str | None) -> str | None:
    """Return a category without the words that displays put around it, such as `cT2 category (finding)`."""
    if text is None:
        return None
    first = text.split()[0]
    return first if _PREFIXED.match(first) else text


def _group(text: str | None) -> str | None:
    if text is None:
        return None
    match = re.search(r"stage (?:group )?(?P<group>(?:IV|I{1,3}|0)[A-D]?\d?)\b", text, re.IGNORECASE)
    return match["group"].upper() if match else text


def performance_item(spot: Spot, scale: str) -> AnyItem:
    """Return a performance status; rejected where its score cannot be told."""
    value = value_of(spot.all("value"), spot.doc.narrative)
    score = next((_SCORES[code.code] for code in value.codes if code.code in _SCORES), None)
    if score is None and value.number is not None and value.number == int(value.number):
        score = int(value.number)
    if score is None and value.text:
        numbers = {int(one) for one in _SCORE.findall(value.text)}
        score = numbers.pop() if len(numbers) == 1 else None
    highest, step = (5, 1) if scale == "ECOG" else (100, 10)
    if score is None or not 0 <= score <= highest or score % step:
        return spot.rejected(
            f"The score is none of the {scale} scale, or cannot be told.",
            "Send it as a whole number of the scale.",
        )
    author = spot.own_author()
    return spot.found(
        PerformanceStatus(
            kind="performance_status",
            origin="cda",
            scale=scale,  # type: ignore[arg-type]  # the table's scales are the record's
            score=score,
            date=spot.when().day,
            assessor=author.name if author and author.name and len(author.name) <= 200 else None,  # noqa: PLR2004  a Word
            codes=usable(spot.code.codes, Remarks()),
            external_id=spot.external_id,
            asserted_by=author.stands if author else None,
        )
    )


def is_genomic(spot: Spot) -> bool:
    """Tell whether an organizer holds the parts of one genetic finding."""
    return any(_genomic_part(part) for part in parts_of(spot))


def _genomic_part(spot: Spot) -> str | None:
    return next((_GENOMIC[code.code] for code in spot.code.codes if code.code in _GENOMIC), None)


def genomic_item(spot: Spot) -> AnyItem | None:
    """Return the genetic finding that an organizer puts together; None where it names no gene or change."""
    remarks = Remarks()
    said: dict[str, str] = {}
    codes: list[Coding] = []
    share = None
    for part in parts_of(spot):
        name = _genomic_part(part)
        if name is None:
            continue
        value = value_of(part.all("value"), part.doc.narrative)
        codes.extend(part.code.codes)
        if name == "vaf":
            # A fraction without a unit is of one; with its sign it is of a hundred.
            is_fraction = value.number is not None and value.unit is None and value.number <= 1
            share = value.number * 100 if value.number is not None and is_fraction else value.number
        elif value.text:
            said.setdefault(name, value.text)
            if name == "gene":
                codes.extend(value.codes)
    gene = word(said.get("gene"), remarks, "gene")
    name = gene or word(spot.code.shown, remarks, "name")
    if name is None or not (said.keys() - {"gene"}):
        return None
    author = spot.own_author()
    return spot.found(
        Biomarker(
            kind="biomarker",
            origin="cda",
            name=name,
            gene=gene,
            method=word(said.get("method"), remarks, "method"),
            date=spot.when().day,
            hgvs_c=word(said.get("hgvs_c"), remarks, "hgvs_c"),
            hgvs_p=word(said.get("hgvs_p"), remarks, "hgvs_p"),
            vaf_percent=share,
            result=word(said.get("result"), remarks, "result"),
            interpretation=interpretation_of(said.get("result")),
            origin_of_variant=_origin(said.get("origin")),
            codes=usable(codes, remarks),
            external_id=spot.external_id,
            laboratory=word(author.organisation if author else None, remarks, "laboratory"),
        ),
        remarks,
    )


def _origin(text: str | None) -> Literal["germline", "somatic"] | None:
    folded = (text or "").casefold()
    if "germline" in folded:
        return "germline"
    return "somatic" if "somatic" in folded else None
