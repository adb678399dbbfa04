"""Drugs as far as the rules tell them apart; general knowledge, kept as data.

Names are compared folded to their letters and digits. Source: clinical.md section 4 (lines, questions) and
section 3 (GCIG); the lists themselves are general knowledge.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from app.records.domain.course import Treatment
from app.timeline.domain.naming import drug_words

CHECKPOINT_INHIBITORS: Final = frozenset(
    {
        "atezolizumab",
        "avelumab",
        "cemiplimab",
        "camrelizumab",
        "dostarlimab",
        "durvalumab",
        "ipilimumab",
        "nivolumab",
        "pembrolizumab",
        "penpulimab",
        "relatlimab",
        "retifanlimab",
        "serplulimab",
        "sintilimab",
        "sugemalimab",
        "tislelizumab",
        "toripalimab",
        "tremelimumab",
        "zimberelimab",
    }
)

PLATINUMS: Final = frozenset({"carboplatin", "cisplatin", "nedaplatin", "oxaliplatin"})

MOUSE_ANTIBODIES: Final = frozenset({"abagovomab", "catumaxomab", "oregovomab"})
"""Antibodies of mouse origin, after which CA-125 can't be read."""

SUPPORTIVE: Final = frozenset(
    {
        "allopurinol",
        "aprepitant",
        "darbepoetin",
        "denosumab",
        "dexamethasone",
        "epoetin",
        "filgrastim",
        "folinicacid",
        "fosaprepitant",
        "granisetron",
        "leucovorin",
        "mesna",
        "ondansetron",
        "palonosetron",
        "pamidronate",
        "pegfilgrastim",
        "prednisolone",
        "prednisone",
        "rasburicase",
        "zoledronate",
        "zoledronicacid",
    }
)
"""Given beside a regimen: they neither make a line nor end one."""

EQUIVALENT: Final = {
    "cisplatin": "carboplatin",
    "nabpaclitaxel": "paclitaxel",
    "albuminboundpaclitaxel": "paclitaxel",
    "abraxane": "paclitaxel",
}
"""Exchanges within a line. Source: clinical.md section 4 (PMC8548977)."""

SWITCH_MAINTENANCE: Final = frozenset({"avelumab", "niraparib", "olaparib", "pemetrexed", "rucaparib"})
"""Drugs that are begun as maintenance after a platinum of the first line, with no progression between.

Pemetrexed by the reference code of PMC8548977, the others general knowledge. Docetaxel, which that code names too,
is as often a second line, so its record has to say that it is maintenance.
"""

_KINASE_INHIBITOR: Final = re.compile(r"(?:tinib|rafenib|metinib|ciclib|sotorasib|adagrasib)$")
_BETWEEN_DRUGS: Final = re.compile(r"\s*(?:[,;+/&]|\band\b|\bwith\b)\s*")


@lru_cache(maxsize=4_096)
def fold_drug(name: str) -> str:
    """Fold a drug's name to letters and digits, without a package's strength and form."""
    return "".join(letter for letter in drug_words(name).casefold() if letter.isalnum())


def drugs_of(treatment: Treatment) -> frozenset[str]:
    """Return the folded names of a treatment's drugs, from the regimen's words where none are listed."""
    return frozenset(filter(None, map(fold_drug, _names(treatment))))


def _names(treatment: Treatment) -> Iterator[str]:
    if treatment.drugs:
        return (drug.name for drug in treatment.drugs)
    return iter(_BETWEEN_DRUGS.split(treatment.regimen or ""))


def is_kinase_inhibitor(drug: str) -> bool:
    """Tell by its stem whether a folded name is a targeted tablet that may be paused without a new line."""
    return _KINASE_INHIBITOR.search(drug) is not None
