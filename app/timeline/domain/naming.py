"""Names as a doctor says them: a test, a drug, an examination, without what only a catalogue needs.

The record keeps the name as written; only titles and sentences use these.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

_LOINC_NAME: Final = re.compile(
    r"(?P<what>.+?)\s*(?:\[[^\]]*\]\s+(?:in|of|by)\s.*|\sin\s(?:[\w-]+\s){0,3}(?:specimen|tissue)\b.*)"
)
"""LOINC's long common name: component, `[property]`, `in` specimen, `by` method. Source: LOINC Users' Guide, 2."""
_PRODUCT: Final = re.compile(
    r"(?:\d[\d.,]* ?(?:ML|MG|HR) +)?(?P<drug>[^\d].*?)\s+(?:"
    r"\d[\d.,]* ?(?:MG|MCG|UNT|MEQ|ML|%|G)\b(?:/(?:ML|MG|HR|ACTUAT|[\d.]+ ?ML))?.*|"
    r"(?:oral|inj\w+|topical|nasal|pill|tablet|capsule) product)",
    re.IGNORECASE,
)
"""RxNorm's names of clinical drugs: `10 ML oxaliplatin 5 MG/ML Injection`, `abemaciclib Oral Product`."""
_MODALITIES: Final[Mapping[str, str]] = {
    "MG": "mammography",
    "MR": "MRI",
    "NM": "nuclear medicine",
    "US": "ultrasound",
    "XR": "X-ray",
}


@lru_cache(maxsize=8_192)
def words_of_test(name: str) -> str:
    """Return a test's name without LOINC's property, specimen and method: `Neutrophils`."""
    match = _LOINC_NAME.fullmatch(name)
    return match["what"].rstrip(" ,:") if match is not None else name.rstrip(" :") or name


@lru_cache(maxsize=8_192)
def drug_words(name: str) -> str:
    """Return a drug's name without the package's strength and form, which are no dose: `oxaliplatin`."""
    match = _PRODUCT.fullmatch(name.strip())
    return match["drug"].strip() if match is not None else name


def modality_words(modality: str) -> str:
    """Return how an examination images, in words where its code is no word of every day."""
    return _MODALITIES.get(modality, modality.replace("_", " "))
