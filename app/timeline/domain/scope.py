"""Whether a rule is made for the cancers that a case records; the rule's own table names the groups.

Source: S27 and S34; the groups of each rule stand in `thresholds.toml`, those of a marker in `marker_diseases.toml`.
"""

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Final, NamedTuple

from app.casefile.domain.case_file import CaseFile
from app.casefile.domain.disease import possible_groups, recorded_cancers

NO_CANCER: Final = "no_cancer_recorded_so_not_known_whether_this_rule_fits"
NOT_CERTAIN: Final = "not_known_whether_the_recorded_cancer_is_one_that_this_rule_is_made_for"
ANOTHER: Final = "another_cancer_recorded_beside_the_one_of_this_rule"

MARKER_DISEASES: Final[Mapping[str, frozenset[str]]] = {
    analyte: frozenset(groups)
    for analyte, groups in tomllib.loads(
        files(__package__).joinpath("marker_diseases.toml").read_text(encoding="utf-8")
    ).items()
}
"""The groups that a marker follows, for those that follow one kind of cancer only."""


class Scope(NamedTuple):
    """How a rule's diseases meet those of a case: whether they may, whether they surely do, what to know of it."""

    may_fit: bool
    is_certain: bool
    flags: tuple[str, ...]


def scope_of(case_file: CaseFile, diseases: frozenset[str]) -> Scope:
    """Tell whether a rule for these disease groups fits a case.

    It does where one recorded cancer is surely of them; it may where no cancer is recorded or none of a known group.
    """
    recorded = case_file.once(recorded_cancers)
    known = [groups for groups in recorded if groups]
    together = case_file.once(possible_groups)
    if any(groups <= diseases for groups in (*known, *((together,) if together else ()))):
        has_another = any(groups.isdisjoint(diseases) for groups in known)
        return Scope(may_fit=True, is_certain=True, flags=(ANOTHER,) if has_another else ())
    if not recorded:
        return Scope(may_fit=True, is_certain=False, flags=(NO_CANCER,))
    may_fit = not known or any(groups & diseases for groups in known)
    return Scope(may_fit=may_fit, is_certain=False, flags=(NOT_CERTAIN,) if may_fit else ())


def may_follow(case_file: CaseFile, analyte: str) -> bool:
    """Tell whether a marker may follow the cancer of a case: not where it belongs to other cancers alone."""
    diseases = MARKER_DISEASES.get(analyte)
    return diseases is None or scope_of(case_file, diseases).may_fit
