"""An illness, a medicine, an allergy, a procedure in the words and codes of its sender, and the record of each.

All readers use these, so that the same fact sent in four formats gives four equal records.
"""

import re
from typing import Any, Final

from msgspec import Struct

from app.imports.domain.fitting import Remarks, text, usable, word
from app.imports.domain.naming import shown
from app.imports.domain.oncology import (
    Category,
    cancer_name,
    category_of,
    is_cancer,
    is_cancer_medicine,
    laterality_of,
)
from app.imports.domain.reading import Format
from app.records.domain.base import Absence, Coding, Laterality, Role
from app.records.domain.course import Drug, Medication, Treatment
from app.records.domain.disease import Diagnosis
from app.records.domain.statements import Allergy, Comorbidity

_WHOSE: Final = re.compile(r"^(?:(?:female|male|left|right|bilateral)\s+)+(?=\S)", re.IGNORECASE)
_NODE: Final = re.compile(r"lymph node|lymphknoten|\bnodal\b", re.IGNORECASE)
_NOTHING_NAMED: Final = "The sender gives neither a name nor a code."


class Fact(Struct, frozen=True, kw_only=True, gc=False):
    """What every fact may carry beside itself."""

    name: str | None = None
    """What it is, as written; the display of its first code where nothing is written."""
    codes: tuple[Coding, ...] = ()
    date: str | None = None
    """When it was stated."""
    absent: Absence | None = None
    """The sender says that there is none, or that it is unknown or was not done."""
    author: str | None = None
    asserted_by: Role | None = None
    facility: str | None = None
    external_id: str | None = None
    note: str | None = None


class Illness(Fact, frozen=True, kw_only=True, gc=False):
    """An illness."""

    onset: str | None = None
    ended: str | None = None
    is_current: bool | None = None
    site: str | None = None
    site_codes: tuple[Coding, ...] = ()
    laterality: Laterality | None = None
    histology: str | None = None
    histology_code: Coding | None = None
    grade: str | None = None
    is_cancer: bool | None = None
    """True where the sender says that it is a cancer, by a profile or a list; else it is judged by its name."""


class Medicine(Fact, frozen=True, kw_only=True, gc=False):
    """A medicine, given, taken or prescribed."""

    dose: str | None = None
    route: str | None = None
    frequency: str | None = None
    started: str | None = None
    ended: str | None = None
    ongoing: bool | None = None
    reason: str | None = None
    reason_ended: str | None = None
    is_cancer: bool | None = None
    """True where the sender says that it is given for the cancer; else it is judged by name, code and reason."""


class Intolerance(Fact, frozen=True, kw_only=True, gc=False):
    """An allergy or intolerance."""

    reaction: str | None = None
    since: str | None = None


class Procedure(Fact, frozen=True, kw_only=True, gc=False):
    """An operation, an intervention, a course of radiation."""

    category: Category | None = None
    """Where the sender says it; else it is judged by codes and name."""
    started: str | None = None
    ended: str | None = None
    ongoing: bool | None = None
    site: str | None = None
    site_codes: tuple[Coding, ...] = ()
    laterality: Laterality | None = None
    complications: tuple[str, ...] | None = None
    """As written; empty where the sender says that there were none, None where it is silent."""
    reason_ended: str | None = None


def illness_record(fact: Illness, origin: Format, remarks: Remarks) -> Diagnosis | Comorbidity | None:
    """Return a cancer as a diagnosis, another illness as a comorbidity; None where nothing is named."""
    codes = usable(fact.codes, remarks)
    name = word(shown(fact.name, codes), remarks, "name")
    if fact.absent is not None:
        return Comorbidity(kind="comorbidity", **_common(fact, codes, origin, remarks))
    if name is None and not codes:
        remarks.add(_NOTHING_NAMED)
        return None
    if fact.is_cancer or fact.histology_code is not None or is_cancer(name, codes):
        return _diagnosis(fact, name, codes, origin, remarks)
    return Comorbidity(
        kind="comorbidity",
        condition=name,
        since=fact.onset,
        ended=fact.ended,
        is_current=fact.is_current,
        **_common(fact, codes, origin, remarks),
    )


def _diagnosis(
    fact: Illness, name: str | None, codes: tuple[Coding, ...], origin: Format, remarks: Remarks
) -> Diagnosis:
    said = cancer_name(name, codes)
    side = fact.laterality or laterality_of(" ".join(filter(None, (fact.site, name))), fact.site_codes)
    # A site taken out of a name, as "female left breast", leaves to the side what the side says.
    named = _WHOSE.sub("", said.site) if said.site and side is not None else said.site
    site = word(shown(fact.site, fact.site_codes) or named, remarks, "site")
    metastasis = said.metastasis
    # A node may be the tumour's own region: that it holds cancer says nothing of distant sites.
    is_distant = not (metastasis and _NODE.search(f"{site or ''} {name or ''}"))
    common = _common(fact, codes, origin, remarks)
    common["date"] = fact.onset or fact.date
    if fact.histology and said.histology and not _says_the_same(fact.histology, said.histology):
        # Two types are stated, one by the name and one beside it: neither may get lost.
        common["note"] = text("\n".join(filter(None, (f"Named: {name}", fact.note))), remarks, "note")
    return Diagnosis(
        kind="diagnosis",
        site=site,
        site_code=next(iter(usable(fact.site_codes, remarks)), _icd_o(codes, morphology=False)),
        laterality=side,
        histology=word(fact.histology or said.histology, remarks, "histology"),
        histology_code=fact.histology_code or _icd_o(codes, morphology=True),
        grade=word(fact.grade, remarks, "grade"),
        tumour="metastasis" if metastasis else "primary",
        metastatic=said.spread if is_distant else None,
        metastatic_sites=(site,) if metastasis and site and is_distant else (),
        ended=fact.ended,
        **common,
    )


def _says_the_same(histology: str, name: str) -> bool:
    return histology.casefold() in name.casefold() or name.casefold() in histology.casefold()


def _icd_o(codes: tuple[Coding, ...], *, morphology: bool) -> Coding | None:
    return next(
        (code for code in codes if code.system == "icd-o-3" and ("/" in code.code) is morphology), None
    )


def medicine_record(fact: Medicine, origin: Format, remarks: Remarks) -> Treatment | Medication | None:
    """Return a medicine against the cancer as a systemic treatment, any other as a medication; None without a name."""
    codes = usable(fact.codes, remarks)
    name = word(shown(fact.name, codes), remarks, "name")
    common = _common(fact, codes, origin, remarks)
    if fact.absent is not None:
        return Medication(kind="medication", **common)
    if name is None:
        remarks.add(_NOTHING_NAMED)
        return None
    dose, route = word(fact.dose, remarks, "dose"), word(fact.route, remarks, "route")
    frequency = word(fact.frequency, remarks, "frequency")
    if fact.is_cancer or is_cancer_medicine(name, codes, fact.reason):
        given = word(", ".join(part for part in (dose, frequency) if part), remarks, "dose")
        return Treatment(
            kind="treatment",
            category="systemic",
            drugs=(Drug(name=name, dose=given, route=route, code=codes[0] if codes else None),),
            started=fact.started,
            ended=fact.ended,
            ongoing=_goes_on(fact),
            reason_ended=word(fact.reason_ended, remarks, "reason ended"),
            **{**common, "date": fact.started or fact.date},
        )
    return Medication(
        kind="medication",
        name=name,
        dose=dose,
        frequency=frequency,
        route=route,
        started=fact.started,
        ended=fact.ended,
        reason=word(fact.reason, remarks, "reason"),
        **common,
    )


def _goes_on(fact: Medicine | Procedure) -> bool | None:
    """Return whether the sender says that it goes on; where an end is given, that it does not goes without saying."""
    return None if fact.ended is not None and fact.ongoing is False else fact.ongoing


def allergy_record(fact: Intolerance, origin: Format, remarks: Remarks) -> Allergy | None:
    """Return an allergy, or the statement that none is known; None where nothing is named."""
    codes = usable(fact.codes, remarks)
    common = _common(fact, codes, origin, remarks)
    if fact.absent is not None:
        return Allergy(kind="allergy", **common)
    substance = word(shown(fact.name, codes), remarks, "substance")
    if substance is None and not codes:
        remarks.add(_NOTHING_NAMED)
        return None
    return Allergy(
        kind="allergy",
        substance=substance,
        reaction=word(fact.reaction, remarks, "reaction"),
        since=fact.since,
        **common,
    )


def procedure_record(fact: Procedure, origin: Format, remarks: Remarks) -> Treatment | None:
    """Return a procedure as a treatment of its category; None where nothing is named."""
    codes = usable(fact.codes, remarks)
    name = word(shown(fact.name, codes), remarks, "name")
    common = _common(fact, codes, origin, remarks)
    category = fact.category or category_of(name, codes)
    if name is None and not codes:
        remarks.add(_NOTHING_NAMED)
        return None
    if fact.absent is not None:
        return Treatment(kind="treatment", category=category, procedure=name, **common)
    return Treatment(
        kind="treatment",
        category=category,
        procedure=name,
        started=fact.started,
        ended=fact.ended,
        ongoing=_goes_on(fact),
        site=word(shown(fact.site, fact.site_codes), remarks, "site"),
        laterality=fact.laterality
        or laterality_of(" ".join(filter(None, (fact.site, name))), fact.site_codes),
        complications=fact.complications or (),
        absent={"complications": Absence.NONE} if fact.complications == () else {},
        reason_ended=word(fact.reason_ended, remarks, "reason ended"),
        **{**common, "date": fact.started or fact.date},
    )


def _common(fact: Fact, codes: tuple[Coding, ...], origin: Format, remarks: Remarks) -> dict[str, Any]:
    return {
        "origin": origin,
        "codes": codes,
        "date": fact.date,
        "stated": fact.absent,
        "author": word(fact.author, remarks, "author"),
        "asserted_by": fact.asserted_by,
        "facility": word(fact.facility, remarks, "facility"),
        "external_id": word(fact.external_id, remarks, "id"),
        "note": text(fact.note, remarks, "note"),
    }
