"""Observations: which of the product's facts each is, and the laboratory values, markers and biomarkers among them."""

import re
from collections.abc import Iterator
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from app.imports.domain.fitting import WORD_MOST, Remarks, word
from app.imports.domain.measured import Measurement, Sort, kind_of_test, result_record
from app.imports.domain.reading import AnyItem
from app.imports.readers.fhir.codes import OBSERVATIONS, PROFILES, READINGS
from app.imports.readers.fhir.effective import collected_on, day_of, specimen_of
from app.imports.readers.fhir.graph import Entry
from app.imports.readers.fhir.making import IN_ERROR, Making, nothing_said, skipped, withdrawn
from app.imports.readers.fhir.model_findings import Observation, Valued
from app.imports.readers.fhir.values import measurement_of, test_name
from app.imports.readers.fhir.wording import codes_of, known, note_of, profiled, words_or_code
from app.records.domain.disease import Biomarker
from app.values.codes import find_lab, find_marker

_STATED: Final = {
    "preliminary": "The sender marks it as preliminary.",
    "amended": "The sender marks it as amended.",
    "corrected": "The sender marks it as corrected.",
    "unknown": "The sender does not know its status.",
}
_NOT_A_RESULT: Final = {
    "registered": "It is registered; there is no result yet.",
    "cancelled": "It was cancelled; there is no result.",
}
_TUMOUR_MARKER: Final = ("mcode-tumor-marker-test", "mcode-tumor-marker")
_OF_BLOOD: Final = re.compile(r"serum|plasma|blood", re.IGNORECASE)
_NOT_LABORATORY: Final = {
    "vital-signs": "It is a vital sign that no list or rule here uses.",
    "social-history": "It tells of habits or circumstances, not of the disease or its treatment.",
    "survey": "It is the answer to a questionnaire that no list or rule here uses.",
    "activity": "It tells of activity, not of the disease or its treatment.",
    "therapy": "It tells of a therapy's conduct; what was given is read from procedures and medicines.",
}


def kind_of(entry: Entry) -> str:
    """Return which of the product's facts an Observation is, by its code, else by its profile; else `measured`."""
    resource: Observation = entry.resource
    by_code = known(OBSERVATIONS, resource.code)
    if by_code is not None:
        return by_code
    if resource.meta is not None:
        for profile in resource.meta.profile:
            name = profile.rpartition("/")[2].partition("|")[0]
            if name in PROFILES:
                return PROFILES[name]
    return "measured"


def out_of_force(entry: Entry) -> list[AnyItem]:
    """Return what stands for an Observation that states nothing any more, or nothing yet; else nothing."""
    status = entry.resource.status
    if status == "entered-in-error":
        parts = (suffix for suffix, _ in _components(entry.resource))
        return [withdrawn(entry, IN_ERROR), *(withdrawn(entry, IN_ERROR, suffix=suffix) for suffix in parts)]
    if status in _NOT_A_RESULT:
        return [skipped(entry, _NOT_A_RESULT[status])]
    if status in _STATED:
        entry.remarks.add(_STATED[status])
    elif status is None:
        entry.remarks.add("`Observation.status` is missing, which FHIR requires.")
    return []


def read_measured(entry: Entry, making: Making) -> Iterator[AnyItem]:
    """Return the value of a test, and those of its components, each as a record of its own."""
    resource: Observation = entry.resource
    category = _category(resource)
    if category in _NOT_LABORATORY and not _is_listed(resource):
        yield skipped(entry, _NOT_LABORATORY[category])
        return
    about = _about(entry, making)
    made = 0
    whole = measurement_of(resource, entry.remarks)
    if whole is not None and not (whole.absent and _has_values(resource)):
        made += 1
        yield from _result(entry, making, resource, replace(whole, **about), "")
    for number, (suffix, component) in enumerate(_components(resource)):
        part = measurement_of(component, entry.remarks, f"Observation.component[{number}]")
        if part is not None:
            made += 1
            yield from _result(entry, making, component, replace(part, **about), suffix)
    if not made:
        if resource.has_member:
            yield skipped(entry, "It is a panel; its members are read by themselves.")
        elif resource.data_absent_reason is not None:
            yield skipped(entry, "The sender says that the question does not arise.")
        else:
            yield nothing_said(entry)


def is_imaged(resource: Observation) -> bool:
    """Tell whether it is what was seen on images, told in words and no measurement."""
    is_image = any(one.code == "imaging" for concept in resource.category for one in concept.coding)
    return is_image and resource.value_string is not None


def _has_values(resource: Observation) -> bool:
    return bool(resource.component or resource.has_member)


def _components(resource: Observation) -> Iterator[tuple[str, Valued]]:
    """Return the components, each with the suffix of its key: its code, numbered where it comes again."""
    seen: dict[str, int] = {}
    for number, component in enumerate(resource.component):
        name = _component(component, number)
        seen[name] = seen.get(name, 0) + 1
        yield (f"#{name}" if seen[name] == 1 else f"#{name}.{seen[name]}"), component


def _component(component: Valued, number: int) -> str:
    codes = component.code.coding if component.code is not None else ()
    return next((one.code for one in codes if one.code), None) or str(number)


def _category(resource: Observation) -> str | None:
    return next((one.code for concept in resource.category for one in concept.coding if one.code), None)


def _is_listed(resource: Observation) -> bool:
    """Tell whether the tables of markers and laboratory values know the test."""
    name = test_name(resource.code)
    codes = [one.code for one in resource.code.coding if one.code] if resource.code is not None else []
    return any(find_lab(text) or find_marker(text) for text in (*codes, *([name] if name else [])))


def _about(entry: Entry, making: Making) -> dict[str, Any]:
    resource: Observation = entry.resource
    specimen = specimen_of(making.graph, entry)
    behind = making.behind(entry, *resource.performer)
    return {
        "date": day_of(resource, specimen, entry.remarks),
        "laboratory": behind["facility"],
        "author": behind["author"],
        "asserted_by": behind["asserted_by"] if behind["author"] else None,
        "external_id": behind["external_id"],
        "specimen": words_or_code(specimen.type) if specimen is not None else None,
        "specimen_date": collected_on(specimen),
        "method": words_or_code(resource.method),
        "note": note_of(resource.note, _STATED.get(resource.status or "")),
        "sort": _sort(resource),
    }


def _sort(resource: Observation) -> Sort | None:
    """Return what a test is that mCODE calls one of tumour markers, where no table knows it."""
    if resource.meta is None or not profiled(resource.meta.profile, *_TUMOUR_MARKER):
        return None
    name = test_name(resource.code) or ""
    if kind_of_test(name, codes_of(Remarks(), resource.code)) != "lab_result" or find_lab(name) is not None:
        return None
    return "marker_result" if _OF_BLOOD.search(name) else "biomarker"


def _result(
    entry: Entry, making: Making, valued: Valued, test: Measurement, suffix: str
) -> Iterator[AnyItem]:
    long = (
        test.value_text
        if test.value is None and test.value_text and len(test.value_text) > WORD_MOST
        else None
    )
    if long is not None:
        entry.remarks.add("The value is longer than a value can be; the note holds it whole.")
        test = replace(
            test, value_text=long[: WORD_MOST - 2].rstrip() + " …", note=note_of((), long, test.note)
        )
    record = result_record(test, "fhir", entry.remarks)
    if record is None:
        yield nothing_said(entry)
        return
    if isinstance(record, Biomarker) and record.value is not None and test.value_text is not None:
        record = msgspec.structs.replace(record, result=word(test.value_text, entry.remarks, "value"))
    if isinstance(record, Biomarker) and record.interpretation is None and record.stated is None:
        reading: Any = known(READINGS, valued.value_codeable_concept, *valued.interpretation)
        if reading is not None:
            record = msgspec.structs.replace(record, interpretation=reading)
    yield making.record(entry, record, suffix=suffix)
