"""Stages: a group, T, N and M in columns of their own or in one."""

import re
from typing import Final

from app.imports.readers.tabular.facts import Fact
from app.records.domain.disease import Stage

_CATEGORY: Final = re.compile(
    r"[cpyrma]{0,3}[TNM](?:[0-4Xx]|is|a)(?:mi|[a-e])?[0-9]?(?:\([^)]{1,20}\))?[+-]?"
)
_PREFIXES: Final = (
    ("y", "restaged"), ("r", "recurrence"), ("a", "autopsy"), ("c", "clinical"), ("p", "pathologic"),
)  # fmt: skip
_SYSTEM: Final = re.compile(
    r"(?P<name>.*?)[\s,]*(?:(?P<edition>\d{1,2})(?:th|st|nd|rd)?\.?\s*(?:ed|edition|auflage|ed\.)?)?",
    re.IGNORECASE,
)
_STAGE_WORD: Final = re.compile(r"(?i)^(?:stage|stadium|stade|estad[ií]o|stadio|evre|стадия)\s*")
_REFERENCE: Final = frozenset({"FIGO", "AJCC", "UICC", "ISS", "R-ISS", "Ann Arbor", "Lugano", "Binet", "Rai"})


def stage_of(fact: Fact) -> tuple[Stage | None, str | None, str | None]:
    """Return the stage that a row says, with its system and date; None where it says none."""
    parts = {name: fact.word(name, name) for name in ("t", "n", "m")}
    whole = fact.said("tnm")
    for found in _CATEGORY.findall(whole or ""):
        letter = next(letter for letter in found.lstrip("cpyrma") or found if letter in "TNM").casefold()
        parts[letter] = parts[letter] or found
    if whole and not any(parts.values()):
        fact.remarks.add(
            "T, N and M are not written in a form that is read here; they stand in the payload only."
        )
    parts = {letter: _category(letter, said) for letter, said in parts.items()}
    group = fact.word("stage_group", "group")
    date = fact.day("date", "date") or fact.day("diagnosis_date")
    system, edition = _system(fact)
    record = Stage(
        kind="stage",
        date=date,
        system=system,
        edition=fact.word("edition") or edition,
        timing=_timing(fact.said("timing") or next(filter(None, parts.values()), None)),  # type: ignore[arg-type]  # the table's
        group=_STAGE_WORD.sub("", group) or group if group else None,
        codes=fact.codes(),
        t=parts["t"],
        n=parts["n"],
        m=parts["m"],
        **fact.common(),
    )
    says = any((record.t, record.n, record.m, record.group)) or "group" in fact.absent
    return (record if says else None), system, date


def _category(letter: str, said: str | None) -> str | None:
    """Return a category with its letter, which a column of its own may leave out."""
    return f"{letter.upper()}{said}" if said and re.fullmatch(r"[0-4][a-d]?|[Xx]|is", said) else said


def _timing(said: str | None) -> str | None:
    folded = (said or "").casefold()
    if folded.startswith(("clin", "path", "kli", "pat")):
        return "clinical" if folded[0] in "ck" else "pathologic"
    return next(
        (name for letter, name in _PREFIXES if re.match(rf"{letter}[a-z]?[tnmTNM]", said or "")), None
    )


def _system(fact: Fact) -> tuple[str | None, str | None]:
    said = fact.word("system")
    if said:
        match = _SYSTEM.fullmatch(said)
        return (match["name"].strip() or said, match["edition"]) if match else (said, None)
    index = fact.table.layout.fields.get("stage_group")
    header = fact.table.layout.header.cells[index] if index is not None else ""
    return next((name for name in _REFERENCE if name.casefold() in header.casefold().split()), None), None
