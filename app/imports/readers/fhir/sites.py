"""Where in the body something is: words, codes and side of FHIR's body sites and mCODE's qualifiers."""

import re
from collections.abc import Iterable
from typing import Final

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


def site_words(sites: Iterable[CodeableConcept]) -> str | None:
    """Return sites in words, each once, with what qualifies the place: `lobe of lung (lower)`."""
    said = []
    for site in sites:
        words = _plain(words_or_code(site))
        qualifier = extension_of(site.extension, *_QUALIFIER)
        more = words_or_code(qualifier.value_codeable_concept) if qualifier is not None else None
        if words:
            said.append(f"{words} ({more.lower()})" if more else words)
    return ", ".join(dict.fromkeys(said)) or None


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
        if side is not None:
            found.add(side)
    return found.pop() if len(found) == 1 else None


def place_of(structure: BodyStructure) -> str | None:
    """Return where a body structure lies, in its own description or by its location and qualifiers."""
    if structure.description and structure.description.strip():
        return structure.description.strip()
    words = words_or_code(structure.location)
    more = [said for one in structure.location_qualifier if (said := words_or_code(one))]
    return f"{words} ({', '.join(more).lower()})" if words and more else words
