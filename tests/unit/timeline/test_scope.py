"""Rules of one disease stand with the cases of that disease, and say so where the disease is not known."""

from datetime import date
from typing import Any

import pytest

from app.cases.domain import Cancer
from app.timeline.domain.compute import compute_all
from app.timeline.domain.scope import ANOTHER, MARKER_DISEASES, NO_CANCER, NOT_CERTAIN, may_follow, scope_of
from app.timeline.domain.thresholds import RULE_BOOKS
from app.values.catalogue import find_marker
from tests.builders import a_case, a_case_file, a_record
from tests.unit.timeline.records import a_ca125, a_marker, a_treatment

AS_OF = date(2026, 1, 1)
NOBODY = a_case(cancer=Cancer())


def a_primary(site: str, **fields: Any) -> Any:
    return a_record("diagnosis", site=site, **fields)


MARKED = (
    a_treatment("2025-01-01", "docetaxel"),
    *(a_ca125(day, 200) for day in ("2024-12-20", "2025-03-01")),
    *(a_marker(day, 20, "PSA") for day in ("2024-12-20", "2025-04-01")),
)


def told(*records: Any, cancer: Cancer | None = None) -> dict[str, tuple[str, ...]]:
    """Return the rules of markers and diseases that are told of a case, with the flags of their scope."""
    case_file = a_case_file(*records, case=a_case(cancer=cancer or Cancer()))
    return {
        one.rule.id: tuple(flag for flag in one.flags if flag in (NO_CANCER, NOT_CERTAIN, ANOTHER))
        for one in compute_all(case_file, AS_OF)
        if RULE_BOOKS.get(one.rule.id) and RULE_BOOKS[one.rule.id].diseases
    }


@pytest.mark.parametrize(
    ("cancer", "rules"),
    [
        ("adenocarcinoma of the colon", {}),
        ("prostate cancer", {"pcwg3_psa": ()}),
        ("high-grade serous carcinoma of the ovary", {"gcig_ca125": ()}),
        ("carcinoma of the fallopian tube", {"gcig_ca125": ()}),
        ("primary peritoneal carcinoma", {"gcig_ca125": ()}),
        ("multiple myeloma", {"imwg": ()}),
        ("Hodgkin lymphoma", {"lugano": ()}),
        ("glioblastoma", {"rano": ()}),
        ("acute lymphoblastic leukaemia", {"all_remission": ()}),
        ("acute myeloid leukaemia", {}),
    ],
)
def test_a_case_is_held_against_the_rules_of_its_own_cancer_alone(
    cancer: str, rules: dict[str, tuple[str, ...]]
) -> None:
    assert told(*MARKED, cancer=Cancer(text=cancer)) == rules


def test_where_no_cancer_is_recorded_the_rules_of_markers_say_so() -> None:
    assert told(*MARKED) == {"gcig_ca125": (NO_CANCER,), "pcwg3_psa": (NO_CANCER,)}


def test_where_the_cancer_is_of_no_known_kind_the_rules_of_markers_say_so() -> None:
    assert told(*MARKED, cancer=Cancer(text="a tumour")) == {
        "gcig_ca125": (NOT_CERTAIN,),
        "pcwg3_psa": (NOT_CERTAIN,),
    }


def test_a_second_cancer_brings_its_rule_and_the_first_is_named() -> None:
    cancer = Cancer(disease_group="colorectal")
    assert told(*MARKED, a_primary("prostate"), cancer=cancer) == {"pcwg3_psa": (ANOTHER,)}


def test_a_cancer_of_no_known_kind_beside_a_known_one_opens_nothing() -> None:
    assert told(*MARKED, a_primary("unknown place"), cancer=Cancer(text="colon cancer")) == {}


def test_a_scope_that_overlaps_is_open_and_one_that_does_not_is_shut() -> None:
    lymphoma = a_case_file(case=a_case(cancer=Cancer(text="lymphoma")))
    assert scope_of(lymphoma, frozenset({"hodgkin_lymphoma"})) == (True, False, (NOT_CERTAIN,))
    assert scope_of(lymphoma, frozenset({"hodgkin_lymphoma", "other_lymphoma"})) == (True, True, ())
    assert scope_of(lymphoma, frozenset({"glioma"})) == (False, False, ())


def test_every_marker_that_is_tied_to_a_cancer_is_one_of_the_catalogue() -> None:
    assert all(find_marker(analyte) for analyte in MARKER_DISEASES)
    assert may_follow(a_case_file(case=NOBODY), "psa")
    assert not may_follow(a_case_file(), "psa")
    assert may_follow(a_case_file(), "cea")
