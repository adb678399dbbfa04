"""How recorded fields read in a sentence: one row a field, so that no section builds its words by hand."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from app.summary.domain.language import quoted
from app.timeline.domain.drafts import RELATIVE
from app.timeline.domain.event import TimelineEvent
from app.timeline.domain.naming import words_of_test

ROLES: Final[Mapping[str, str]] = {
    "radiologist": "radiologist",
    "pathologist": "pathologist",
    "oncologist": "oncologist",
    "surgeon": "surgeon",
    "mdt": "multidisciplinary team",
    "referring_doctor": "referring doctor",
    "other_clinician": "a clinician",
    "laboratory": "laboratory",
    "patient_caregiver": "patient or caregiver",
    "unknown": "an author who is stated as unknown",
}
NO_DATE: Final = "date not stated"
_ENDED: Final = (".", ".”", "!”", "?”")
_QUOTATION: Final = re.compile(r"(“[^”]*”)")
_MOMENT: Final = re.compile(
    r"\b(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?(?!\w|:\d)"
)
_TIME: Final = re.compile(r"T\d\d:")
"""What every moment holds, found in a fraction of the time: most texts hold none."""
_CHANGES: Final = ("hgvs_c", "hgvs_p")


def plain(value: Any) -> str:  # noqa: ANN401 (a field of any type)
    """Give a coded word without its underscores."""
    return str(value).replace("_", " ")


def listed(values: tuple[Any, ...]) -> str:
    """Give recorded words one after the other."""
    return ", ".join(map(str, values))


def named(*parts: str) -> Callable[[tuple[Mapping[str, Any], ...]], str]:
    """Make the function that gives each of several things by some of its fields."""

    def show(items: tuple[Mapping[str, Any], ...]) -> str:
        return ", ".join(" ".join(str(item[part]) for part in parts if part in item) for item in items)

    return show


def stains(items: tuple[Mapping[str, Any], ...]) -> str:
    """Give stains and other tests of a specimen with their results."""
    return ", ".join(f"{words_of_test(item['marker'])} {item['result']}" for item in items)


def side_effects(items: tuple[Mapping[str, Any], ...]) -> str:
    """Give side effects with their grades."""
    return ", ".join(
        f"{item['what']} grade {item['grade']}" if "grade" in item else item["what"] for item in items
    )


def lesions(items: tuple[Mapping[str, Any], ...]) -> str:
    """Give lesions with their recorded size, role, state and certainty."""
    return "; ".join(map(lesion, items))


def lesion(item: Mapping[str, Any]) -> str:
    """Give one lesion in the report's terms."""
    size = [f"{item['longest_mm']} mm"] if "longest_mm" in item else []
    if "short_axis_mm" in item:
        size.append(f"short axis {item['short_axis_mm']} mm")
    role = item["role"] if item["role"] != "unassigned" else ""
    words = [
        plain(role),
        plain(item.get("state", "")) if item.get("state") != "measured" else "",
        item.get("certainty", ""),
    ]
    marks = ", ".join(word for word in words if word)
    return " ".join(part for part in (item["label"], ", ".join(size), f"({marks})" if marks else "") if part)


class Detail(NamedTuple):
    """One field and how it reads; `show` gives the value its words, or none."""

    field: str
    template: str
    show: Callable[[Any], str] = str


def yes_no(yes: str, no: str = "") -> Callable[[Any], str]:
    """Make the words of a switch; an empty word is left out."""
    return lambda value: yes if value else no


DETAILS: Final[Mapping[str, tuple[Detail, ...]]] = {
    "diagnosis": (
        Detail("grade", "grade {}"),
        Detail("basis", "rests on {}", plain),
        Detail(
            "metastatic",
            "{}",
            yes_no("recorded as spread to distant sites", "recorded as not spread to distant sites"),
        ),
        Detail("metastatic_sites", "distant sites: {}", listed),
        Detail("ended", "recorded as present until {}"),
    ),
    "stage": (Detail("timing", "{}", plain), Detail("extent", "extent {}")),
    "pathology_report": (
        Detail("specimen", "specimen: {}"),
        Detail("specimen_date", "taken {}"),
        Detail("signed_on", "signed {}"),
        Detail("resection", "{}", yes_no("a surgical resection")),
        Detail("grade", "grade: {}"),
        Detail("margins", "margins: {}"),
        Detail("residual", "residual disease: {}"),
        Detail("nodes_positive", "nodes involved: {}"),
        Detail("nodes_examined", "nodes examined: {}"),
        Detail("pt", "{}"),
        Detail("pn", "{}"),
        Detail("pm", "{}"),
        Detail("bone_marrow", "bone marrow: {}", plain),
        Detail("ihc", "stains: {}", stains),
        Detail("ancillary", "other tests: {}", stains),
        Detail("addendum_to", "adds to an earlier report"),
    ),
    "biomarker": (
        Detail("interpretation", "read by the laboratory as {}", plain),
        Detail("hgvs_c", "{}"),
        Detail("hgvs_p", "{}"),
        Detail("vaf_percent", "variant fraction {} %"),
        Detail("origin_of_variant", "{}"),
        Detail("specimen", "specimen: {}"),
        Detail("specimen_date", "taken {}"),
        Detail("panel", "panel: {}"),
        Detail("laboratory", "laboratory: {}"),
    ),
    "mrd_result": (
        Detail("specimen", "specimen: {}"),
        Detail("timepoint", "at {}"),
        Detail("detection_limit_percent", "detection limit {} %"),
        Detail("blasts_percent", "marrow blasts {} %"),
        Detail("circulating_blasts", "blasts in the blood {}"),
        Detail("extramedullary", "disease outside the marrow {}"),
        Detail("laboratory", "laboratory: {}"),
    ),
    "imaging_study": (
        Detail("contrast", "contrast: {}"),
        Detail("compared_with", "compared with {}"),
        Detail("reported_on", "reported {}"),
        Detail("report_study_date", "the report gives the examination date {}"),
        Detail("reported_status", "the report's own word: {}"),
        Detail("deauville", "Deauville score {}"),
        Detail("uptake_change", "uptake against that before treatment: {}"),
        Detail("bone_marrow", "bone marrow: {}", plain),
        Detail("spleen_mm", "spleen {} mm long"),
        Detail("t2_flair_change", "T2 or FLAIR: {}"),
        Detail("lesions", "lesions recorded: {}", lesions),
    ),
    "medication": (
        Detail("route", "{}"),
        Detail("started", "from {}"),
        Detail("ended", "until {}"),
        Detail("reason", "for {}"),
    ),
    "symptom": (
        Detail("onset", "since {}"),
        Detail("grade", "grade {}"),
        Detail("temperature_c", "temperature {} °C"),
        Detail("words", "in the words: {}", quoted),
    ),
    "performance_status": (Detail("assessor", "assessed by {}"),),
    "admission": (
        Detail("started", "from {}"),
        Detail("ended", "until {}"),
        Detail("emergency", "{}", yes_no("began as an emergency", "not an emergency")),
        Detail("icu", "{}", yes_no("", "no intensive care")),
        Detail("complications", "complications: {}", listed),
    ),
    "comorbidity": (
        Detail("since", "since {}"),
        Detail("ended", "until {}"),
        Detail("is_current", "{}", yes_no("recorded as present now", "recorded as not present now")),
    ),
    "allergy": (Detail("reaction", "reaction: {}"), Detail("since", "since {}")),
    "follow_up_plan": (
        Detail("tests", "tests: {}", named("test", "interval")),
        Detail("symptoms_to_report", "symptoms to report: {}", listed),
        Detail("triggers", "work-up on: {}", listed),
        Detail("late_effect_checks", "checks for late effects: {}", listed),
        Detail("coordinator", "coordinated by {}"),
    ),
    "treatment": (
        Detail("intent", "intent {}"),
        Detail("setting", "setting {}"),
        Detail("regimen", "regimen as written: {}"),
        Detail("site", "site: {}"),
        Detail("laterality", "side: {}"),
        Detail("dose_gy", "{} Gy"),
        Detail("fractions", "{} fractions"),
        Detail("technique", "technique: {}"),
        Detail("margins", "margins: {}"),
        Detail("residual", "residual disease: {}"),
    ),
    "disease_status": (
        Detail("words", "in the words: {}", quoted),
        Detail("sites", "sites: {}", listed),
        Detail("extent", "extent: {}"),
        Detail("pace", "pace: {}"),
        Detail("symptomatic", "{}", yes_no("stated to give symptoms", "stated to give no symptoms")),
        Detail("biopsy", "biopsy: {}"),
        Detail("evidence", "rests on: {}", listed),
        Detail("tests", "tests: {}", listed),
        Detail("criteria", "criteria named: {}"),
    ),
}
"""What each kind says beside its title, in this order. Fields not named here stand in the facts only."""


def details(kind: str, facts: Mapping[str, Any], *, without: frozenset[str] = frozenset()) -> Iterator[str]:
    """Yield what a record says beside its title, then what it states to be none, unknown or not done."""
    for field, template, show in DETAILS.get(kind, ()):
        if field in facts and field not in without and (words := show(facts[field])):
            yield template.format(words)
    for field, why in facts.get("absent", {}).items():
        yield f"{plain(field)}: stated as {plain(why)}"


def who(asserted_by: str | None, author: str | None = None) -> str | None:
    """Name who stands behind a statement, None where nobody is named."""
    role = ROLES.get(asserted_by or "", None)
    if author and role and asserted_by not in ("unknown", "other_clinician"):
        return f"{author}, {role}"
    return author or role


def readable(text: str) -> str:
    """Give moments as day and minute, `2017-07-21 23:41`; what is quoted, and every fact, keeps the whole."""
    if "T" not in text or _TIME.search(text) is None:
        return text
    parts = _QUOTATION.split(text)
    parts[::2] = (_MOMENT.sub(r"\1 \2", part) for part in parts[::2])
    return "".join(parts)


def when(event: TimelineEvent) -> str:
    """Give an event's date as written, or say that there is none."""
    said = event.facts.get("relative")
    if said is not None and (event.date is None or event.dated_by == RELATIVE):
        return f"{quoted(said['words'])} ({event.date.text})" if event.date else quoted(said["words"])
    return event.date.text if event.date else NO_DATE


def sentence(*parts: str | None) -> str:
    """Join the parts that there are into one sentence."""
    joined = readable("; ".join(part for part in parts if part))
    return joined if joined.endswith(_ENDED) else f"{joined}."


def told(event: TimelineEvent, *more: str) -> str:
    """Tell an event in one sentence: date, title, details, who said it, the recorder's remark."""
    facts = event.facts
    by = who(event.asserted_by, facts.get("author"))
    note = facts.get("note")
    return sentence(
        f"{when(event)}: {event.title}",
        *details(event.kind, facts, without=_already_told(event)),
        f"recorded {facts['date']}" if _has_later_date(event) else None,
        *more,
        f"stated by {by}" if by else None,
        f"at {facts['facility']}" if facts.get("facility", event.title) not in event.title else None,
        f"remark: {quoted(note)}" if note else None,
    )


def _already_told(event: TimelineEvent) -> frozenset[str]:
    """Return the fields that the date and the title of an event say already."""
    told_by_date = (
        {event.dated_by} if event.dated_by and event.facts.get(event.dated_by) == when(event) else set()
    )
    facts = event.facts
    reading, result = facts.get("interpretation"), facts.get("result", "")
    is_found = reading == "positive" and bool(result) and "gene" in facts
    same_word = {"interpretation"} if is_found or reading == result.casefold() else set()
    return frozenset(
        told_by_date | same_word | {one for one in _CHANGES if facts.get(one, "-") in event.title}
    )


def _has_later_date(event: TimelineEvent) -> bool:
    """Tell whether the record has a date of its own beside the one that places it."""
    date = event.facts.get("date")
    return (
        date is not None
        and event.dated_by != "date"
        and date not in (when(event), event.facts.get("signed_on"))
    )
