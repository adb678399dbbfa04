"""What is wrong with a code as it was sent: its form, its check digit, or that it means something else."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from app.values.catalogue import (
    Analyte,
    Biomarker,
    Lab,
    Marker,
    find_analytes,
    find_biomarker,
    find_lab,
    find_marker,
)
from app.values.check_digits import is_verhoeff, luhn
from app.values.coding import (
    LOINC_NOTICE,
    CodeTextError,
    CodingSystem,
    Loinc,
    NciThesaurus,
    Snomed,
    canonical_system,
    find_system,
    system_uri,
)
from app.values.data_tables import read_table
from app.values.document_codes import document_code, document_label

__all__ = [
    "LOINC_NOTICE",
    "Biomarker",
    "CodeProblem",
    "CodeTextError",
    "CodingSystem",
    "Lab",
    "Loinc",
    "Marker",
    "NciThesaurus",
    "Snomed",
    "canonical_system",
    "check_code",
    "check_marker_code",
    "document_code",
    "document_label",
    "find_biomarker",
    "find_lab",
    "find_marker",
    "find_system",
    "is_verhoeff",
    "luhn",
    "system_uri",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeProblem:
    """One thing that is wrong with a code; neither sentence repeats what was sent.

    `refuse` can't be kept, `flag` is kept and pointed out, for a person to decide.
    """

    severity: Literal["refuse", "flag"]
    detail: str
    fix: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoy:
    """A code that is found in use for what it does not mean; `same_as` are the keys for which it is right."""

    meaning: str
    same_as: tuple[str, ...]


def _read_decoys() -> Mapping[str, Decoy]:
    return {
        row.text("code"): Decoy(meaning=row.text("meaning"), same_as=row.texts("same_as"))
        for row in read_table("decoys").rows("decoy")
    }


_DECOYS: Final = _read_decoys()
_TYPES: Final = {type_.system: type_ for type_ in (Loinc, Snomed)}
_BLOOD: Final = ("serum", "plasma", "blood")


def check_code(system: str, code: str, display: str | None = None) -> tuple[CodeProblem, ...]:
    """Check one code of one system, against its display too where that names a test known here.

    Codes of a system that is named by an address not known here are taken as they are.
    """
    if not code.strip():
        return (
            CodeProblem(
                severity="refuse", detail="The code is empty.", fix="Send the code, or leave it out."
            ),
        )
    known = find_system(system)
    if known is None:
        return () if ":" in system or _is_oid(system) else (_UNKNOWN_SYSTEM,)
    problem = _form_problem(known, code)
    if problem is not None:
        return (problem,)
    if known.name == Loinc.system and display is not None:
        return _meaning_problems(_named_test(display), code)
    return ()


def check_marker_code(marker_name: str, code: str) -> tuple[CodeProblem, ...]:
    """Check the LOINC code that was sent with a marker, laboratory test or biomarker of that name.

    Empty where nothing is wrong, and also where the name or the code is not known here.
    """
    try:
        Loinc(code)
    except CodeTextError as error:
        return (CodeProblem(severity="refuse", detail=error.detail, fix=error.fix),)
    return _meaning_problems(marker_name, code)


_UNKNOWN_SYSTEM: Final = CodeProblem(
    severity="flag",
    detail="The coding system is not known by this name.",
    fix="Send its address (a URI or an OID), or `local` for codes of your own.",
)


def _is_oid(system: str) -> bool:
    return "." in system and system.replace(".", "").isdigit()


def _form_problem(system: CodingSystem, code: str) -> CodeProblem | None:
    type_ = _TYPES.get(system.name)
    if type_ is not None:
        try:
            type_(code)
        except CodeTextError as error:
            return CodeProblem(severity="refuse", detail=error.detail, fix=error.fix)
        return None
    if system.form is None or system.form.fullmatch(code):
        return None
    return CodeProblem(
        severity="refuse" if system.strict else "flag",
        detail="This is not the form of a code of its system.",
        fix=f"Write {system.form_words}, or send the code under the system that it belongs to.",
    )


def _named_test(display: str) -> str | None:
    """Take the test's name out of a display built as LOINC builds them; `None` where it is not of blood."""
    name, bracket, rest = display.partition(" [")
    _, in_, specimen = rest.casefold().partition(" in ")
    if bracket and in_ and not any(word in specimen for word in _BLOOD):
        return None
    return name


def _meaning_problems(name: str | None, code: str) -> tuple[CodeProblem, ...]:
    named = () if name is None else find_analytes(name)
    meaning = _meaning(code, named)
    if meaning is None:
        return ()
    # A name that stands for two tests (EGFR, eGFR) leaves open which code was meant.
    tests = named[0].codes if len(named) == 1 else ()
    right = [test.code.code for test in tests if test.code.system == Loinc.system]
    return (
        CodeProblem(
            severity="flag",
            detail=f"The code means {meaning}, not the test that it was sent for.",
            fix=f"Send {' or '.join(right)}, or leave the code out." if right else "Leave the code out.",
        ),
    )


def _meaning(code: str, named: tuple[Analyte, ...]) -> str | None:
    """Say what a code means where that is none of the tests named; `None` where it fits or can't be told."""
    keys = {analyte.key for analyte in named}
    decoy = _DECOYS.get(code)
    owners = find_analytes(code)
    right_for = {owner.key for owner in owners} | set(decoy.same_as if decoy else ())
    if not keys or keys & right_for:
        return None
    if decoy is not None:
        return decoy.meaning
    return owners[0].display if owners else None
