"""Stages: a group with its T, N and M as one record, other systems' stages, and what a Condition says of its stage.

Source: mCODE 4.0.0, staging; the codes are in `codes.toml`.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from app.imports.domain.fitting import Remarks, text, word
from app.imports.domain.reading import AnyItem
from app.imports.readers.fhir.codes import STAGE_METHODS, STAGE_SYSTEMS, TIMINGS
from app.imports.readers.fhir.effective import effective_date
from app.imports.readers.fhir.graph import Entry
from app.imports.readers.fhir.making import Making, nothing_said
from app.imports.readers.fhir.model import CodeableConcept
from app.imports.readers.fhir.model_findings import Condition, Observation
from app.imports.readers.fhir.stage_parts import Stages, letter_of
from app.imports.readers.fhir.wording import (
    absence_of,
    amount_of,
    codes_of,
    known,
    note_of,
    words_or_code,
)
from app.records.domain.base import Absence
from app.records.domain.disease import Stage

_CATEGORY: Final = re.compile(r"(?<![A-Za-z])([cpyra]{0,3}[TNM](?:[0-4Xx]|is|a)[0-9A-Za-z()+\-]*)")
_GROUP: Final = re.compile(
    r"\b(?:stage|group|level|stadium|stade|stadio|est[aá]dio|estadio|стадия)\s+(?:grouping\s+)?"
    r"((?:[0-4]|[IVX]+)[A-Ea-e]{0,2}[0-9]?|MS|L[12]|[A-EM]|occult)\b(?![ ]*\()",
    re.IGNORECASE,
)
_EDITION: Final = re.compile(
    r"\b(\d{1,2})(?:st|nd|rd|th) ed|version (\d{1,2})\b|\bv(\d{1,2})\b|\b(\d{1,2})\. (?:auflage|edition)",
    re.IGNORECASE,
)
_ONLY_EDITION: Final = re.compile(r"\s*\d{1,2}\. (?:auflage|edition)\s*", re.IGNORECASE)
"""An edition whose system the method does not name: the system is then that of the code."""
_SYSTEM: Final = (
    (re.compile(r"\bAJCC\b|American Joint", re.IGNORECASE), "AJCC"),
    (re.compile(r"\bUICC\b|Union for International Cancer", re.IGNORECASE), "UICC"),
    (re.compile(r"\bFIGO\b|Federation of Gyn", re.IGNORECASE), "FIGO"),
    (re.compile(r"\bLugano\b", re.IGNORECASE), "Lugano"),
    (re.compile(r"\bAnn Arbor\b", re.IGNORECASE), "Ann Arbor"),
    (re.compile(r"\bBinet\b", re.IGNORECASE), "Binet"),
    (re.compile(r"\bRai\b"), "Rai"),
)
_PREFIXES: Final = (
    ("y", "restaged"),
    ("r", "recurrence"),
    ("a", "autopsy"),
    ("c", "clinical"),
    ("p", "pathologic"),
)


def read_stage_group(entry: Entry, making: Making, stages: Stages) -> Iterator[AnyItem]:
    """Return a stage group with its T, N and M, or T, N and M that no group holds, as one record."""
    members = stages.of(entry)
    leads = letter_of(entry) is not None
    resource: Observation = entry.resource
    texts = {letter: category_words(_stated(one.resource)) for letter, one in members.items()}
    group = None if leads else group_words(_stated(resource))
    parts = [entry, *(one for one in members.values() if one is not entry)]
    methods = [one.resource.method for one in parts]
    system, edition = _method(entry.remarks, *methods)
    said = [text for text in texts.values() if text]
    absent = _absences(entry, members, leads)
    for one in members.values():
        for remark in one.remarks.all():
            entry.remarks.add(remark)
    if group is None and not said and not absent:
        yield nothing_said(entry)
        return
    record = Stage(
        kind="stage",
        system=system or _system(resource.code, resource.value_codeable_concept),
        edition=edition,
        timing=_timing_of(said, resource.code),
        t=word(texts.get("t"), entry.remarks, "T"),
        n=word(texts.get("n"), entry.remarks, "N"),
        m=word(texts.get("m"), entry.remarks, "M"),
        group=word(group, entry.remarks, "group"),
        absent=absent,
        **_shared(entry, making, [one.resource.value_codeable_concept for one in parts]),
    )
    _remark_lost(entry, making)
    yield making.record(entry, record)


def _remark_lost(entry: Entry, making: Making) -> None:
    members = entry.resource.has_member
    if any(making.graph.find(one, entry) is None for one in members):
        entry.remarks.add("A part of the stage that it refers to is not in the payload.")


def _absences(entry: Entry, members: dict[str, Entry], leads: bool) -> dict[str, Absence]:  # noqa: FBT001 (said once)
    found = {letter: absence_of(one.resource.data_absent_reason) for letter, one in members.items()}
    if not leads:
        found["group"] = absence_of(entry.resource.data_absent_reason)
    return {
        name: said
        for name, said in found.items()
        if said is not None and (members.get(name, entry)).resource.value_codeable_concept is None
    }


def _stated(resource: Observation) -> CodeableConcept | None:
    if resource.value_codeable_concept is not None:
        return resource.value_codeable_concept
    return CodeableConcept(text=resource.value_string) if resource.value_string else None


def _shared(entry: Entry, making: Making, concepts: Iterable[CodeableConcept | None]) -> dict[str, Any]:
    resource: Observation = entry.resource
    return {
        "origin": "fhir",
        "date": effective_date(resource),
        "codes": codes_of(entry.remarks, *concepts),
        "note": text(note_of(resource.note), entry.remarks, "note"),
        **making.behind(entry, *resource.performer),
    }


def category_words(concept: CodeableConcept | None) -> str | None:
    """Return a T, N or M as written, without the name of its system: `cT3`."""
    words = words_or_code(concept)
    match = _CATEGORY.search(words) if words else None
    return match[1] if match else words


def group_words(concept: CodeableConcept | None) -> str | None:
    """Return a stage group as written, without the name of its system: `IIB`."""
    words = words_or_code(concept)
    match = _GROUP.search(words) if words else None
    return match[1] if match else words


def _timing_of(categories: list[str], *concepts: CodeableConcept | None) -> Any:  # noqa: ANN401 (one of the record's words)
    letters = "".join(
        text[: text.find(next(one for one in text if one in "TNM"))]
        for text in categories
        if any(one in "TNM" for one in text)
    )
    for prefix, timing in _PREFIXES[:3]:
        if prefix in letters:
            return timing
    by_code = known(TIMINGS, *concepts)
    if by_code is not None:
        return by_code
    found = {timing for prefix, timing in _PREFIXES[3:] if prefix in letters}
    return found.pop() if len(found) == 1 else None


def _method(remarks: Remarks, *methods: CodeableConcept | None) -> tuple[str | None, str | None]:
    for method in methods:
        named = known(STAGE_METHODS, method)
        if named is not None:
            return named[0], named[1] or _edition(words_or_code(method))
    for method in methods:
        words = words_or_code(method)
        if words:
            edition = _edition(words)
            named_alone = edition is not None and _ONLY_EDITION.fullmatch(words) is not None
            return _system(method) or (None if named_alone else word(words, remarks, "system")), edition
    return None, None


def _edition(words: str | None) -> str | None:
    match = _EDITION.search(words or "")
    return next((part for part in match.groups() if part), None) if match else None


def _system(*concepts: CodeableConcept | None) -> str | None:
    for concept in concepts:
        by_code = known(STAGE_SYSTEMS, concept)
        if by_code is not None:
            return by_code
        words = words_or_code(concept) or ""
        addresses = " ".join(one.system or "" for one in concept.coding) if concept is not None else ""
        for pattern, name in _SYSTEM:
            if pattern.search(words):
                return name
        if "cancerstaging.org" in addresses:
            return "AJCC"
        if "uicc.org" in addresses:
            return "UICC"
    return None


def read_other_stage(entry: Entry, making: Making) -> Iterator[AnyItem]:
    """Return a stage of a system without T, N and M: FIGO, ISS, Ann Arbor, Binet, a risk group."""
    resource: Observation = entry.resource
    concept = _stated(resource)
    system, edition = _method(entry.remarks, resource.method)
    by_code = _system(resource.code)
    absence = absence_of(resource.data_absent_reason)
    group = group_words(concept) or amount_of(resource.value_quantity)
    if group is None and absence is None:
        yield nothing_said(entry)
        return
    more = [
        f"{words_or_code(one.code)}: {words_or_code(one.value_codeable_concept)}"
        for one in resource.component
        if one.code is not None and one.value_codeable_concept is not None
    ]
    shared = _shared(entry, making, [concept])
    shared["note"] = text(note_of(resource.note, *more), entry.remarks, "note")
    yield making.record(
        entry,
        Stage(
            kind="stage",
            system=word(by_code or system or words_or_code(resource.code), entry.remarks, "system"),
            edition=edition,
            timing=_timing_of([], *(one.value_codeable_concept for one in resource.component), resource.code),
            group=word(group, entry.remarks, "group"),
            absent={"group": absence} if absence is not None and group is None else {},
            **shared,
        ),
    )


def stage_of_condition(entry: Entry, making: Making) -> Iterator[AnyItem]:
    """Return the stages that a Condition states itself, where no Observation of the payload states the same."""
    resource: Condition = entry.resource
    seen: set[str] = set()
    for stage in resource.stage:
        group = group_words(stage.summary)
        assessed = [*making.graph.all(stage.assessment, entry)]
        observed = (one.resource for one in assessed if isinstance(one.resource, Observation))
        values = {group_words(_stated(one)) for one in observed}
        if group is None or group in values or group in seen or _is_category(stage.summary):
            continue
        seen.add(group)
        system, edition = _method(entry.remarks, stage.type)
        timing = known(TIMINGS, stage.type)
        behind = making.behind(entry, resource.asserter, resource.recorder)
        note = "The stage on the Condition differs from the one assessed." if values - {None} else None
        record = Stage(
            kind="stage",
            system=(None if timing else system) or _system(stage.summary),
            edition=edition,
            timing=timing,  # type: ignore[arg-type]  # the table's words are the kind's
            group=word(group, entry.remarks, "group"),
            origin="fhir",
            codes=codes_of(entry.remarks, stage.summary),
            note=note,
            **behind,
        )
        yield making.record(entry, record, suffix=f"#stage={group}")


def _is_category(concept: CodeableConcept | None) -> bool:
    words = words_or_code(concept) or ""
    match = _CATEGORY.search(words)
    return match is not None and _GROUP.search(words) is None
