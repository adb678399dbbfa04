"""Entries that are no fact of their own here: function, wishes, plans, and what is not of use, each with its reason."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from app.imports.domain.fitting import Remarks, text, word
from app.imports.domain.oncology import category_of
from app.imports.domain.reading import AnyItem
from app.imports.readers.cda.allergies import read_allergy
from app.imports.readers.cda.cancer import has_stage, performance_item, read_stage, scale_of
from app.imports.readers.cda.context import Spot
from app.imports.readers.cda.encounters import read_encounter
from app.imports.readers.cda.media import embedded
from app.imports.readers.cda.medications import read_medication
from app.imports.readers.cda.notes import read_note
from app.imports.readers.cda.problems import read_problem
from app.imports.readers.cda.procedures import read_procedure
from app.imports.readers.cda.results import read_result
from app.imports.readers.cda.statements import parts_of, taken_back
from app.imports.readers.cda.vitals import read_vital
from app.records.domain.statements import FollowUpPlan, PlannedTest, Planning

Handler = Callable[[Spot], Iterator[AnyItem]]

_IN_WORDS: Final = (
    "It is not kept as a record of its own; its words are in the opinion of the document's author."
)
_TESTS: Final = frozenset({"observation", "encounter", "procedure", "act"})
_INTENDED: Final = frozenset({"INT", "RQO", "ARQ", "APT", "PRMS", "PRP"})
_PLANNED: Final = "It is planned, not done; its words are in the plan of the document's author."


def read_function(spot: Spot) -> Iterator[AnyItem]:
    """Yield performance status and stages among findings on function; of the rest, that its words are kept."""
    if has_stage(spot):
        yield from read_stage(spot)
        return
    code = spot.code
    scale = scale_of(code.codes, code.shown) if spot.step == "observation" else None
    if scale is not None:
        yield performance_item(spot, scale)
        return
    found = [
        performance_item(part, inner)
        for part in parts_of(spot)
        if part.step == "observation"
        for said in (part.code,)
        if (inner := scale_of(said.codes, said.shown)) is not None
    ]
    yield from found
    if not found:
        yield spot.skipped(_IN_WORDS)


def read_outcome(spot: Spot) -> Iterator[AnyItem]:
    """Yield what was measured of a goal: a performance status or a value."""
    yield from read_result(spot)


def read_plan(spot: Spot) -> Iterator[AnyItem]:
    """Yield a planned test or visit as a follow-up plan; of planned treatments, that their words are kept."""
    if spot.status in {"cancelled", "aborted"} or spot.negated:
        yield spot.skipped("The sender says that it is no longer planned.")
        return
    code = spot.code
    name = code.shown
    is_test = spot.step in _TESTS and spot.mood in _INTENDED
    if not is_test or name is None or _no_test(spot, code.shown):
        yield spot.skipped(_PLANNED)
        return
    remarks = Remarks()
    named = word(name, remarks, "test")
    if named is None:
        yield spot.skipped(_PLANNED)
        return
    author = spot.own_author()
    time = spot.when().day
    yield spot.found(
        FollowUpPlan(
            kind="follow_up_plan",
            origin="cda",
            date=spot.doc.header.date,
            tests=(PlannedTest(test=named, interval=f"planned for {time}" if time else None),),
            author=word(author.name if author else None, remarks, "author"),
            asserted_by=author.stands if author else None,
            external_id=spot.external_id,
        ),
        remarks,
    )


def _no_test(spot: Spot, name: str | None) -> bool:
    """Tell whether what is planned is treatment, teaching or care rather than a test or a visit."""
    if spot.step in {"observation", "encounter"}:
        return False
    return category_of(name) != "procedure"


def read_wish(spot: Spot) -> Iterator[AnyItem]:
    """Say that a goal or directive is kept in the words of its section."""
    yield spot.skipped("It is not kept as a record of its own; its words are in the planning.")


def wishes(spot: Spot, title: str | None, words: str) -> AnyItem:
    """Return what the patient wishes, as the section says it."""
    remarks = Remarks()
    said = text(f"{title}\n{words}" if title else words, remarks, "goals")
    if said is None:
        return spot.rejected(
            "The section is too long for one record.", "Nothing is lost: it stands in the document."
        )
    return spot.found(
        Planning(kind="planning", origin="cda", date=spot.doc.header.date, goals=said),
        remarks,
        words=words,
        key=spot.doc.key(spot.doc.header.identity, "goals", spot.section),
    )


def read_complication(spot: Spot) -> Iterator[AnyItem]:
    """Say that a complication is kept with the procedure."""
    yield spot.skipped("It is kept as a complication of the procedure that the document reports.")


def read_part(spot: Spot) -> Iterator[AnyItem]:
    """Say that a part of a report is kept in the report's record."""
    if spot.step == "substanceAdministration":
        yield spot.skipped(
            "A medicine given for the procedure itself is not kept; its words are in the report."
        )
    elif spot.step == "procedure" and spot.mood == "EVN":
        yield spot.skipped("A part of the reported procedure; its words are in the report.")
    else:
        yield spot.skipped("A part of the report; its words are in the report's record.")


def read_other(spot: Spot) -> Iterator[AnyItem]:
    """Read an entry of no known template by what it is."""
    match spot.step:
        case "observationMedia":
            yield from embedded(spot, spot.first("value"))
        case "substanceAdministration":
            yield from read_medication(spot)
        case "encounter":
            yield from read_encounter(spot)
        case "procedure":
            yield from read_procedure(spot)
        case "organizer":
            yield from read_result(spot)
        case "observation" if has_stage(spot) or _is_scale(spot):
            yield from read_function(spot)
        case _:
            yield spot.skipped(
                "The entry follows no template that is known here; its words are in the opinion of the author.",
                "Send it under a C-CDA template.",
            )


def read_device(spot: Spot) -> Iterator[AnyItem]:
    """Yield the operation by which a device was put in, where it is named; the device itself is not kept."""
    code = spot.code
    if spot.step == "procedure" and code.shown and not spot.negated:
        yield from read_procedure(spot)
    else:
        yield spot.skipped("Devices are not kept as records; they stand in the document.")


def _is_scale(spot: Spot) -> bool:
    code = spot.code
    return scale_of(code.codes, code.shown) is not None


def _not_used(detail: str) -> Handler:
    def handler(spot: Spot) -> Iterator[AnyItem]:
        yield spot.skipped(detail)

    return handler


_HANDLERS: Final[Mapping[str, Handler]] = {
    "problem": read_problem,
    "risk": _not_used("A risk is no illness; its words are in the opinion of the document's author."),
    "result": read_result,
    "outcome": read_outcome,
    "vital": read_vital,
    "procedure": read_procedure,
    "medication": read_medication,
    "allergy": read_allergy,
    "encounter": read_encounter,
    "function": read_function,
    "plan": read_plan,
    "note": read_note,
    "wish": read_wish,
    "complication": read_complication,
    "procedure_part": read_part,
    "imaging_part": read_part,
    "other": read_other,
    "social": _not_used("Social history is not kept as records; it stands in the document."),
    "family": _not_used("Family history is not kept as records; it stands in the document."),
    "vaccination": _not_used("Vaccinations are not kept as records; they stand in the document."),
    "coverage": _not_used("Insurance is not kept as records; it stands in the document."),
    "device": read_device,
    "team": _not_used("The care team is not kept as records; it stands in the document."),
    "none": _not_used("It is not kept as records; it stands in the document."),
}
"""How entries are read, by the names of `sections.toml`."""


_WRAPPED: Final = frozenset({"problem", "allergy", "medication", "result", "vital"})
"""Where the facts stand inside a concern, a group or an act, and have the keys."""


def read_entry(spot: Spot, name: str) -> Iterator[AnyItem]:
    """Read a statement by one of the names of `sections.toml`; what is nullified is taken back."""
    if spot.status != "nullified":
        yield from _HANDLERS[name](spot)
    elif name in _WRAPPED:
        yield from taken_back(spot)
    else:
        yield spot.withdrawn()
