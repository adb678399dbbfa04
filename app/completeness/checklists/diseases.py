"""What the diseases add to a checklist, read from a file."""

from collections.abc import Mapping

from app.casefile.domain.disease_table import GROUPS
from app.completeness.checklists.conditions import maybe, read_condition
from app.completeness.checklists.located import Located
from app.completeness.checklists.needs import NAME, NAME_WANTED
from app.completeness.domain.checklist import DiseaseRules, ListedTest, Wanted
from app.values.catalogue import BIOMARKERS, MARKERS, fold_name


def read_diseases(at: Located) -> Mapping[str, DiseaseRules]:
    """Read what the diseases add, by disease group."""
    diseases = {}
    for group, rules in at.mapping(GROUPS).items():
        parts = rules.mapping(frozenset({"markers", "molecular", "wanted"}))
        for marker in parts["markers"].items() if "markers" in parts else ():
            marker.one_of(MARKERS.by_key)
        diseases[group] = DiseaseRules(
            markers=parts["markers"].texts() if "markers" in parts else (),
            molecular=tuple(_listed(test) for test in parts["molecular"].items())
            if "molecular" in parts
            else (),
            wanted=tuple(_wanted(one) for one in parts["wanted"].items()) if "wanted" in parts else (),
        )
    return diseases


def _wanted(at: Located) -> Wanted:
    parts = at.mapping(frozenset({"item", "name", "found", "when"}))
    for key in ("item", "name", "found"):
        if key not in parts:
            raise at.fail("write `item`, `name` and `found`, the condition under which it is there")
    return Wanted(
        parts["item"].name(NAME, NAME_WANTED),
        parts["name"].name(NAME, NAME_WANTED),
        read_condition(parts["found"]),
        maybe(parts, "when", read_condition),
    )


def _listed(at: Located) -> ListedTest:
    """Read one test: a key of the catalogue, or a mapping of a label, the names that count, and what limits it."""
    if not isinstance(at.value, dict):
        key = at.text()
        at.one_of(BIOMARKERS.by_key)
        return ListedTest(BIOMARKERS.by_key[key].display, frozenset({key}))
    parts = at.mapping(frozenset({"label", "any", "optional", "when"}))
    if "label" not in parts or "any" not in parts:
        raise at.fail("write `label` and `any`, the names that count")
    return ListedTest(
        parts["label"].text(),
        frozenset(name if name in BIOMARKERS.by_key else fold_name(name) for name in parts["any"].texts()),
        optional="optional" in parts and parts["optional"].scalar() is True,
        when=maybe(parts, "when", read_condition),
    )
