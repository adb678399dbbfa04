"""Every example of docs/checklists.md is one that the service reads, and nothing in the language goes unmentioned."""

import re
from pathlib import Path

import pytest

from app.completeness.checklists import conditions, needs
from app.completeness.checklists.assemble import Shared, assemble
from app.completeness.checklists.diseases import read_diseases
from app.completeness.checklists.located import Located, read_located
from app.completeness.checklists.overlays import merge_profile, read_profile
from app.completeness.domain.checklist import STATUSES
from app.completeness.domain.findings import FINDINGS
from app.completeness.domain.library import load_checklists
from app.completeness.domain.needs import fields_of

PAGE = (Path(__file__).parents[3] / "docs" / "checklists.md").read_text(encoding="utf-8")
FOLDER = Path(conditions.__file__).parent
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE, flags=re.DOTALL)
REST = {"label": "x", "why": "x", "source": "x", "need": "{series: {values: 2}}"}


def as_item(parts: str) -> str:
    """Put parts of an item into a file of items, with what they leave out."""
    lacking = "".join(
        f"    {key}: {text}\n" for key, text in REST.items() if not re.search(f"^{key}:", parts, re.MULTILINE)
    )
    indented = "".join(f"    {line}\n" for line in parts.splitlines())
    return f'version: "1"\nactions: {{}}\nregions: {{}}\nitems:\n  example:\n{lacking}{indented}'


def items_file() -> Located:
    return read_located((FOLDER / "items.yaml").read_text(encoding="utf-8"), "items.yaml")


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_of_the_page_is_read(example: str) -> None:
    diseases = read_located((FOLDER / "diseases.yaml").read_text(encoding="utf-8"), "diseases.yaml")
    if example.startswith("id: university"):
        shared = Shared(items_file(), diseases)
        assert read_profile(merge_profile(read_located(example, "example.yaml"), shared)).changes
        return
    if example.startswith("id:"):
        items = items_file()
        review = read_located(example, "example.yaml")
    else:
        items = read_located(as_item(example), "items.yaml")
        review = read_located(
            '{id: x, version: "1", label: x, source: x, items: {example: required}}', "example.yaml"
        )
    assert assemble(review, Shared(items, diseases)).items


def test_what_a_disease_adds_is_read_as_the_page_shows_it() -> None:
    (example,) = re.findall(r"```yaml-diseases\n(.*?)```", PAGE, flags=re.DOTALL)
    (rules,) = read_diseases(read_located(example, "diseases.yaml")).values()
    assert (rules.markers, [one.name for one in rules.wanted]) == (("psa",), ["testosterone"])


@pytest.mark.parametrize("word", [*needs.NEEDS, *conditions.CONDITIONS, *STATUSES])
def test_each_member_of_the_language_is_on_the_page(word: str) -> None:
    assert f"`{word}" in PAGE


FLAGS = {
    finding
    for one in load_checklists().values()
    for rule in one.items
    for finding in (
        *(flag.finding for flag in rule.flags),
        *(one.finding for one in rule.raises),
        *(field.finding for field in fields_of(rule.need) if field.finding),
    )
}


@pytest.mark.parametrize("finding", sorted(FINDINGS | FLAGS))
def test_each_finding_is_on_the_page(finding: str) -> None:
    assert f"`{finding}`" in PAGE
