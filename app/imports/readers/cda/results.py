"""Results: laboratory values, markers, biomarkers, and reports in words, by organizer and observation.

Source: C-CDA R2.1 templates 22.4.1, 22.4.2, 22.4.26, 22.4.27.
"""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from app.imports.domain.fitting import Remarks, text, usable, word
from app.imports.domain.measured import Measurement, kind_of_test, result_record
from app.imports.domain.naming import BY_CODE_ALONE, known_test
from app.imports.domain.oncology import modality_of, regions_of
from app.imports.domain.papers import paper_of
from app.imports.domain.reading import AnyItem
from app.imports.readers.cda.cancer import (
    genomic_item,
    has_stage,
    is_genomic,
    performance_item,
    read_stage,
    scale_of,
)
from app.imports.readers.cda.context import Spot
from app.imports.readers.cda.datatypes import NOTHING, Concept
from app.imports.readers.cda.media import embedded
from app.imports.readers.cda.statements import comment_of, parts_of, taken_back
from app.imports.readers.cda.values import Value, flag_in, reference_of, value_of
from app.records.domain.base import Absence
from app.records.domain.disease import PathologyReport
from app.records.domain.findings import ImagingStudy
from app.values.catalogue import find_lab

_NOT_DONE: Final = frozenset({"cancelled", "aborted"})


class Battery(Struct, frozen=True, kw_only=True, gc=False):
    """What an organizer says for all its results."""

    date: str | None = None
    laboratory: str | None = None
    specimen: str | None = None
    status: str = ""
    name: Concept = NOTHING


def read_result(spot: Spot) -> Iterator[AnyItem]:
    """Yield the results of an organizer, or of one observation."""
    if has_stage(spot):
        yield from read_stage(spot)
        return
    if spot.step == "organizer":
        yield from _organizer(spot)
    elif spot.step == "observation":
        yield from read_observation(spot, Battery())
    else:
        yield spot.skipped("This is no result.", "Send results as observations.")


def _organizer(spot: Spot) -> Iterator[AnyItem]:
    if is_genomic(spot):
        finding = genomic_item(spot)
        if finding is not None:
            yield finding
            return
    battery = Battery(
        date=spot.when().day,
        laboratory=spot.performer(),
        specimen=_specimen(spot),
        status=spot.status,
        name=spot.code,
    )
    found = False
    for part in parts_of(spot):
        if part.step == "organizer":
            found = True
            yield from taken_back(part) if part.status == "nullified" else read_result(part)
        elif part.step == "observation":
            found = True
            yield from read_observation(part, battery)
        elif part.step == "observationMedia":
            found = True
            yield from embedded(part, part.first("value"))
    if not found:
        yield spot.skipped("The group holds no results.", "Send it with its observations.")


def _specimen(spot: Spot) -> str | None:
    code = spot.concept("specimen", "specimenRole", "specimenPlayingEntity", "code")
    return code.shown or spot.words("specimen", "specimenRole", "specimenPlayingEntity", "name")


def read_observation(spot: Spot, battery: Battery) -> Iterator[AnyItem]:
    """Yield one result: a stage, a performance status, a file, a report, else what was measured."""
    if spot.status == "nullified":
        yield spot.withdrawn()
        return
    if has_stage(spot):
        yield from read_stage(spot)
        return
    code = spot.code
    scale = scale_of(code.codes, code.shown)
    if scale is not None:
        yield performance_item(spot, scale)
        return
    value = value_of(spot.all("value"), spot.doc.narrative)
    value_node = spot.first("value")
    if value_node is not None and value_node.get("representation") == "B64":
        yield from embedded(spot, value_node)
        return
    if spot.negated and _says_nothing(code, value):
        yield spot.skipped("The sender says that there are no results.")
        return
    if spot.negated:
        yield spot.rejected(
            "The result is negated, and what that means for a value cannot be told.",
            "Send the result itself, such as `negative`, or a status that says it was not done.",
        )
        return
    if value.number is None and _is_report(code, battery):
        yield from _report(spot, code, value, battery)
        return
    yield _measured(spot, code, value, battery)


def _says_nothing(code: Concept, value: Value) -> bool:
    """Tell whether neither a test nor a value is named, as systems write `no results`."""
    return code.shown is None and not code.codes and value.number is None and value.text is None


def _measured(spot: Spot, code: Concept, value: Value, battery: Battery) -> AnyItem:
    remarks = Remarks()
    name = _name(code, remarks)
    if name is None:
        return spot.rejected("The result has neither a name nor a code.", "Send the test's name.")
    time = spot.when()
    if time.bad:
        remarks.add("The date cannot be read; it stands in the payload only.")
    reference = reference_of(spot.all("referenceRange"), value.unit, spot.doc.narrative)
    status = spot.status or battery.status
    author = spot.own_author()
    record = result_record(
        Measurement(
            name=name,
            codes=code.codes,
            value=value.number,
            comparator=value.comparator,
            value_text=_words(value),
            value_codes=value.codes,
            unit=value.unit,
            reference_low=reference.low,
            reference_high=reference.high,
            reference_text=reference.text,
            flag=flag_in(spot.all("interpretationCode")),
            date=time.day or battery.date,
            absent=Absence.NOT_DONE if status in _NOT_DONE else value.absent,
            laboratory=spot.performer() or battery.laboratory,
            specimen=_specimen(spot) or battery.specimen,
            method=spot.concept("methodCode").shown,
            note=comment_of(spot),
            author=author.name if author else None,
            asserted_by=author.stands if author else None,
            external_id=spot.external_id,
        ),
        "cda",
        remarks,
    )
    if record is None:
        return _empty(spot, value, status)
    if status == "active":
        remarks.add("The sender says that the result is not final yet.")
    return spot.found(record, remarks)


def _name(code: Concept, remarks: Remarks) -> str | None:
    """Return the test as written; of one sent as a bare code, what the code means here, else the code itself."""
    if code.shown is not None or not code.codes:
        return code.shown
    known = known_test(one.code for one in code.codes if one.system != "local")
    remarks.add(BY_CODE_ALONE if known else "The test came as a code alone, and is named by that code.")
    return known or code.codes[0].code


def _words(value: Value) -> str | None:
    if value.number is not None:
        return None
    return value.text


def _empty(spot: Spot, value: Value, status: str) -> AnyItem:
    if status in {"active", "held", "new"}:
        return spot.skipped("The result is still awaited.", "Send it again once it is there.")
    if value.null is not None or spot.first("value") is None:
        return spot.skipped("The result has no value, and no reason that can be kept.", "Send the value.")
    return spot.rejected(
        "The result's value cannot be kept: it is empty, or too long for one result.",
        "Send it as a text of a report.",
    )


# --- reports in words -------------------------------------------------------------------------------------------


def _is_report(code: Concept, battery: Battery) -> bool:
    return _report_kind(code, battery) is not None


def _report_kind(code: Concept, battery: Battery) -> str | None:
    """Tell whether a result in words is a report of pathology or imaging, by its code or its group's."""
    for one in (code, battery.name):
        shown = one.shown
        if shown is None or kind_of_test(shown, one.codes) != "lab_result" or find_lab(shown) is not None:
            continue
        if modality_of(shown, one.codes) is not None:
            return "imaging_report"
        kind = paper_of(one.codes, shown).kind
        if kind in {"pathology_report", "imaging_report"}:
            return kind
    return None


def _report(spot: Spot, code: Concept, value: Value, battery: Battery) -> Iterator[AnyItem]:
    remarks = Remarks()
    written = text(spot.words("value") or value.text or spot.words("text"), remarks, "report")
    author = spot.own_author()
    if written is None:
        yield _empty(spot, value, spot.status or battery.status)
        return
    common = {
        "origin": "cda",
        "date": spot.when().day or battery.date,
        "codes": usable(code.codes, remarks),
        "author": author.name if author else None,
        "asserted_by": author.stands if author else None,
        "facility": word(spot.performer() or battery.laboratory, remarks, "facility"),
        "external_id": spot.external_id,
        "note": text(comment_of(spot), remarks, "note"),
    }
    shown = " ".join(filter(None, (code.shown, battery.name.shown)))
    if _report_kind(code, battery) == "imaging_report":
        paper = paper_of(code.codes, code.shown)
        record: ImagingStudy | PathologyReport = ImagingStudy(
            kind="imaging_study",
            modality=modality_of(code.shown, code.codes)
            or modality_of(battery.name.shown, battery.name.codes),
            regions=paper.regions or regions_of(shown),
            impression=written,
            **common,  # type: ignore[arg-type]  # each of its field's type
        )
    else:
        record = PathologyReport(
            kind="pathology_report",
            specimen=word(_specimen(spot) or battery.specimen, remarks, "specimen"),
            conclusion=written,
            **common,  # type: ignore[arg-type]  # likewise
        )
    yield spot.found(record, remarks, words=spot.quoted or written)
