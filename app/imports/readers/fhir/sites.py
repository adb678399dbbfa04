"""Where in the body something is: words, codes and side of FHIR's body sites and mCODE's qualifiers."""

import re
from collections.abc import Iterable
from typing import Final

from msgspec import structs

from app.imports.domain.fitting import Remarks
from app.imports.domain.oncology import laterality_of
from app.imports.readers.fhir.model import CodeableConcept
from app.imports.readers.fhir.model_findings import BodyStructure
from app.imports.readers.fhir.wording import codes_of, extension_of, words_or_code
from app.records.domain.base import Laterality

_STRUCTURE: Final = re.compile(r"^(?:entire|structure of)\s+|\s+structure$", re.IGNORECASE)
_ORGANS: Final = {
    "colonic": "colon", "gastric": "stomach", "hepatic": "liver", "ovarian": "ovary", "pancreatic": "pancreas",
    "prostatic": "prostate", "pulmonary": "lung", "renal": "kidney", "uterine": "uterus",
}  # fmt: skip
"""`Ovarian structure` is the ovary."""
_LATERALITY: Final = ("laterality-qualifier",)
_QUALIFIER: Final = ("body-location-qualifier", "location-qualifier")
_ONLY_A_SIDE: Final = re.compile(
    r"left|right|both sides|bilateral|midline|links|rechts|beidseit(?:s|ig)|mittellinie(?:/mittig)?|trifft nicht zu.*",
    re.IGNORECASE,
)
"""What some senders put among the codes of a site, though it names no place."""


def site_words(sites: Iterable[CodeableConcept]) -> str | None:
    """Return sites in words, each once, with what qualifies the place: `lobe of lung (lower)`."""
    said = []
    for site in map(placed, sites):
        words = _plain(words_or_code(site))
        qualifier = extension_of(site.extension, *_QUALIFIER)
        more = words_or_code(qualifier.value_codeable_concept) if qualifier is not None else None
        if words:
            said.append(f"{words} ({more.lower()})" if more else words)
    return ", ".join(dict.fromkeys(said)) or None


def placed(site: CodeableConcept) -> CodeableConcept:
    """Return a site without those of its codes that say a side and no place, where another says the place."""
    places = tuple(one for one in site.coding if not _ONLY_A_SIDE.fullmatch((one.display or "").strip()))
    return structs.replace(site, coding=places) if 0 < len(places) < len(site.coding) else site


def _plain(words: str | None) -> str | None:
    """Return a SNOMED CT site as it is said: `Left breast structure` is the left breast."""
    plain = _STRUCTURE.sub("", words) if words else None
    if not plain or plain == words:
        return words
    *before, last = plain.split()
    plain = " ".join((*before, _ORGANS.get(last.casefold(), last)))
    return plain if any(word.isupper() for word in plain.split()) else plain.lower()


def side_of(sites: Iterable[CodeableConcept]) -> Laterality | None:
    """Return the side that qualifiers of sites state; None where they state none, or two."""
    found: set[Laterality] = set()
    for site in sites:
        qualifier = extension_of(site.extension, *_LATERALITY)
        concept = qualifier.value_codeable_concept if qualifier is not None else None
        side = laterality_of(words_or_code(concept), codes_of(Remarks(), concept)) if concept else None
        sides = (one.display for one in site.coding if _ONLY_A_SIDE.fullmatch((one.display or "").strip()))
        found.update(filter(None, (side, *map(laterality_of, sides))))
    return found.pop() if len(found) == 1 else None


def place_of(structure: BodyStructure) -> str | None:
    """Return where a body structure lies, in its own description or by its location and qualifiers."""
    if structure.description and structure.description.strip():
        return structure.description.strip()
    words = words_or_code(structure.location)
    more = [said for one in structure.location_qualifier if (said := words_or_code(one))]
    return f"{words} ({', '.join(more).lower()})" if words and more else words
