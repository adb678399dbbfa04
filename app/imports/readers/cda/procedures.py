"""Procedures: operations, interventions, radiation, and examinations that image.

Source: C-CDA R2.1 templates 22.4.12, 22.4.13, 22.4.14.
"""

from collections.abc import Iterator
from typing import Final

from app.imports.domain.facts import Procedure, procedure_record
from app.imports.domain.fitting import Remarks, usable, word
from app.imports.domain.oncology import category_of, is_test, laterality_of, modality_of, regions_of
from app.imports.domain.reading import AnyItem
from app.imports.readers.cda.context import Spot
from app.imports.readers.cda.datatypes import NOTHING, Concept, concept
from app.imports.readers.cda.notes import note_items
from app.imports.readers.cda.statements import comment_of
from app.imports.readers.cda.tree import child, children
from app.records.domain.base import Absence, Laterality
from app.records.domain.findings import ImagingStudy

_PLANNED: Final = frozenset({"INT", "PRMS", "PRP", "RQO", "ARQ", "APT", "GOL"})
_ANY_PROCEDURE: Final = frozenset({"71388002", "64572001"})
"""SNOMED CT: procedure."""
_EXAMINATIONS: Final = frozenset({"2.16.840.1.113883.10.20.22.4.12", "2.16.840.1.113883.10.20.22.4.13"})
_SIDE: Final = "272741003"


def read_procedure(spot: Spot) -> Iterator[AnyItem]:
    """Yield a procedure as a treatment, an examination that images as an imaging study; and the notes written on it."""
    if spot.mood in _PLANNED:
        yield spot.skipped("The procedure is planned, not done; what was done is kept.")
        return
    yield _procedure(spot)
    yield from note_items(spot)


def _procedure(spot: Spot) -> AnyItem:
    code = spot.code
    name = code.shown or " ".join((spot.words() or "").split()) or None
    if name is None and not code.codes:
        return spot.rejected("The procedure has neither a name nor a code.", "Send the procedure's name.")
    generic = code.has(*_ANY_PROCEDURE) or code.null in {"NA", "NI"}
    modality = modality_of(name, code.codes)
    if modality is not None and category_of(name, code.codes) == "other" and not spot.negated:
        return _imaging(spot, code, name)
    absent = None
    if spot.negated:
        absent = Absence.NONE if generic else Absence.NOT_DONE
    elif spot.status == "cancelled":
        absent = Absence.NOT_DONE
    if generic and spot.negated:
        code, name = NOTHING, "procedure"
    elif _is_examination(spot, name, code):
        return spot.skipped("An examination or a talk is no treatment; it stands in the document.")
    elif is_test(name, code.codes):
        return spot.skipped("A test of a specimen is no treatment; its result is read by itself.")
    return _treatment(spot, code, name, absent)


def _is_examination(spot: Spot, name: str | None, code: Concept) -> bool:
    """Tell whether something was looked at or talked about rather than done to the body: templates 12 and 13."""
    if _EXAMINATIONS.isdisjoint(spot.templates):
        return False
    return category_of(name, code.codes) in {"other", "supportive"}


def _treatment(spot: Spot, code: Concept, name: str | None, absent: Absence | None) -> AnyItem:
    remarks = Remarks()
    time = spot.when()
    if time.bad:
        remarks.add("A date of the procedure cannot be read; it stands in the payload only.")
    site, side = _site(spot)
    author = spot.own_author()
    record = procedure_record(
        Procedure(
            name=name,
            codes=code.codes,
            absent=absent,
            date=time.day,
            started=time.start,
            ended=time.end or time.point,
            ongoing=True if spot.status == "active" and time.end is None else None,
            site=site.shown,
            site_codes=site.codes,
            laterality=side,
            reason_ended="aborted" if spot.status == "aborted" else None,
            author=author.name if author else None,
            asserted_by=author.stands if author else None,
            facility=spot.performer(),
            external_id=spot.external_id,
            note=comment_of(spot),
        ),
        "cda",
        remarks,
    )
    if record is None:
        return spot.rejected("The procedure's name cannot be kept: it is too long.", "Send a shorter name.")
    return spot.found(record, remarks)


def _site(spot: Spot) -> tuple[Concept, Laterality | None]:
    target = spot.first("targetSiteCode")
    site = concept(target, spot.doc.narrative)
    for qualifier in children(target, "qualifier"):
        if concept(child(qualifier, "name"), spot.doc.narrative).has(_SIDE):
            side = concept(child(qualifier, "value"), spot.doc.narrative)
            return site, laterality_of(side.shown, side.codes)
    return site, None


def _imaging(spot: Spot, code: Concept, name: str | None) -> AnyItem:
    remarks = Remarks()
    site, side = _site(spot)
    author = spot.own_author()
    words = " ".join(filter(None, (name, site.shown)))
    absent = Absence.NOT_DONE if spot.status == "cancelled" else None
    return spot.found(
        ImagingStudy(
            kind="imaging_study",
            origin="cda",
            modality=modality_of(name, code.codes),
            regions=regions_of(words),
            laterality=None if absent else side or laterality_of(name),
            date=spot.when().day,
            stated=absent,
            codes=usable(code.codes, remarks),
            author=word(author.name if author else None, remarks, "author"),
            facility=word(spot.performer(), remarks, "facility"),
            external_id=spot.external_id,
            note=comment_of(spot),
        ),
        remarks,
    )
