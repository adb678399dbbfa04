"""From a language's rows of words to the patterns that are looked for."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from app.summary.domain.emergency_language import Language, Sign, Terms

NEVER: Final = re.compile(r"(?!)")
_COMMAS: Final = str.maketrans("،，、？؟！；؛：’。।", ",,,??!;;:'..")
"""Signs of other scripts that mean the same; one letter each, so that places stay."""
_CUES: Final = (
    "not_denials",
    "unsure_denials",
    "unsure",
    "worries",
    "might",
    "conditions",
    "might_ends",
    "leads",
    "happens",
    "over",
    "goes_on",
    "no_longer",
    "past_before",
    "past_after",
    "others",
    "perhaps_others",
    "back_to_patient",
)
"""Cues that are looked for as they stand."""


class _Edges(NamedTuple):
    """What stands before and after a word; in a script without spaces, nothing need."""

    before: str = r"(?<!\w)"
    after: str = r"(?!\w)"


def _any(parts: Sequence[str]) -> str:
    """Join alternatives; none of them is something that never matches."""
    return "|".join(f"(?:{part})" for part in parts) or "(?!)"


def _pattern(parts: Sequence[str], edges: _Edges) -> re.Pattern[str]:
    return re.compile(f"{edges.before}(?:{_any(parts)}){edges.after}") if parts else NEVER


def language_of(key: str, data: Mapping[str, Any], signs: Mapping[str, Sign]) -> Language:
    """Compile the rows of one language; a row that it has not never matches."""
    words = data["words"]
    edges = _edges(words)
    return Language(
        key=key,
        name=words["name"],
        reviewed=words["reviewed"],
        common=frozenset(words.get("common", "").split()),
        script=re.compile(words["script"]) if "script" in words else None,
        gate=tuple(words.get("gate", "").split()),
        folding=_folding(words),
        denies_lists_after=words.get("denies_lists_after", False),
        **_signs(data, signs, edges),
        **_severities(data["severe"], edges),
        **_cues(data["cues"], edges),
    )


def _edges(words: Mapping[str, Any]) -> _Edges:
    """Return the edges of a language's words; `letters` are signs that are part of one, `prefix` what is joined on."""
    if words.get("joined"):
        return _Edges("", "")
    letter = rf"[\w{words['letters']}]" if "letters" in words else r"\w"
    return _Edges(rf"(?<!{letter})(?:{words.get('prefix', '')})", rf"(?!{letter})")


def _folding(words: Mapping[str, Any]) -> Mapping[int, str | None]:
    if "fold" not in words:
        return {}
    letters = dict(zip(words["fold"]["from"], words["fold"]["to"], strict=True))
    dropped = dict.fromkeys(words["fold"].get("drop", ""))
    return {**_COMMAS, **str.maketrans({**letters, **dropped})}


def _signs(data: Mapping[str, Any], signs: Mapping[str, Sign], edges: _Edges) -> dict[str, Any]:
    urgent, stems, readings = data.get("urgent", {}), data.get("stems", {}), data["readings"]
    found = tuple(
        Terms(
            sign=sign,
            stems=tuple(stems.get(sign, ("",))),
            terms=_pattern(parts, edges),
            urgent=_pattern(urgent.get(sign, ()), edges),
            needs_severe=signs[sign].needs == "severe",
        )
        for sign, parts in data["terms"].items()
    )
    return {
        "signs": found,
        "stems": tuple((stem, one) for one in found for stem in one.stems),
        "temperatures": tuple(_pattern([part], edges) for part in readings["temperature"]),
        "below": re.compile(rf"(?:{_any(readings.get('below', ()))})\W{{0,2}}$"),
        "functions": tuple(
            (sign, _pattern(parts, edges)) for sign, parts in data.get("functions", {}).items()
        ),
        "not_signs": _pattern(data.get("not_signs", {}).get("phrases", ()), edges),
    }


def _severities(severe: Mapping[str, Any], edges: _Edges) -> dict[str, Any]:
    said, after = _any(severe["words"]), edges.after
    return {
        "severe": _pattern(severe["words"], edges),
        "severe_later": re.compile(rf"^\W*(?:{_any(severe.get('later', ()))}){after}"),
        "only_severe": re.compile(rf"^\W*(?:(?:now|very)\W+)?(?:{said})\W*$"),
        "not_severe": _pattern(severe.get("not_severe", ()), edges),
        "worsening": _pattern(severe.get("worsening", ()), edges),
        "mild": _pattern(severe.get("mild", ()), edges),
        "mild_later": re.compile(rf"^\W*(?:{_any(severe.get('mild_later', ()))}){after}"),
    }


def _cues(rows: Mapping[str, Any], edges: _Edges) -> dict[str, Any]:
    """Compile the cues; what is said after a word may have a few small words before it."""
    cues = {key: rows.get(key, ()) for key in (*rows, *_CUES, *_OTHER_CUES)}
    before, after = edges
    space = r"\W+" if after else r"\W*"
    auxiliary = rf"^\W{{0,3}}(?:(?:{_any(cues['auxiliaries'])}){space}){{0,3}}"
    joining = _any([*cues["closing"], *cues["separators"]])
    return {
        "breaks": _pattern(cues["breaks"], edges),
        "separators": re.compile(rf"[,&+]|(?<=[^\W\d])\s?/\s?(?=[^\W\d])|{before}(?:{joining}){after}"),
        "closing": re.compile(rf"\s?/\s?|{_any(cues['closing'])}"),
        "ends": _pattern(cues["ends"], edges),
        "ends_in_lists": _pattern(cues["ends_in_lists"], edges),
        "denials": re.compile(rf"{before}(?:(?P<list>{_any(cues['denies'])})|{_any(cues['no'])}){after}"),
        "adjacent": re.compile(rf"(?:^|[,:])\s*(?:{_any(cues['adjacent'])}) $"),
        "after_alone": re.compile(rf"^\s*[-:=(–—]*\s*(?:{_any(cues['after_alone'])})\s*(?=[,;.)\]/]|$)"),
        "after": re.compile(rf"{auxiliary}(?:{_any(cues['after'])}){after}"),
        "leaves_some": re.compile(rf"{before}(?:{_any(cues['leaves_some'])})\s+$"),
        "restores": re.compile(rf"{auxiliary}(?:{_any(cues['restores'])}){after}"),
        **{key: _pattern(cues[key], edges) for key in _CUES},
        "answers_no": re.compile(rf"^\W*(?:{_any(cues['answers_no'])}){after}"),
    }


_OTHER_CUES: Final = (
    *("breaks", "separators", "closing", "ends", "ends_in_lists", "denies", "no", "adjacent", "after_alone"),
    *("after", "leaves_some", "restores", "auxiliaries", "answers_no"),
)
"""Cues that stand at a place of their own."""
