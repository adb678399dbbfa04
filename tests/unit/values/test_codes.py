"""Codes: what their check digits betray, and the decoys that pass them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.values import codes
from app.values.codes import CodeTextError, Loinc, NciThesaurus, Snomed

stems = st.text(alphabet="0123456789", min_size=1, max_size=7)


def severities(problems: tuple[codes.CodeProblem, ...]) -> list[str]:
    return [problem.severity for problem in problems]


def sentences(problems: tuple[codes.CodeProblem, ...]) -> str:
    return " ".join(f"{problem.detail} {problem.fix}" for problem in problems)


@given(stems, st.data())
def test_a_loinc_check_digit_catches_any_changed_digit(stem: str, data: st.DataObject) -> None:
    code = f"{stem}-{codes.luhn(stem)}"
    place = data.draw(st.sampled_from([place for place, letter in enumerate(code) if letter != "-"]))
    other = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != code[place]]))
    assert str(Loinc(code)) == code
    with pytest.raises(CodeTextError):
        Loinc(code[:place] + other + code[place + 1 :])


def snomed_code(stem: str) -> str:
    return next(stem + digit for digit in "0123456789" if codes.is_verhoeff(stem + digit))


@given(st.integers(10_000, 10**17 - 1), st.data())
def test_a_snomed_check_digit_catches_any_changed_or_swapped_digit(number: int, data: st.DataObject) -> None:
    code = snomed_code(str(number))
    place = data.draw(st.integers(0, len(code) - 1))
    other = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != code[place]]))
    changed = code[:place] + other + code[place + 1 :]
    swapped = code[:place] + code[place : place + 2][::-1] + code[place + 2 :]
    assert str(Snomed(code)) == code
    assert not codes.is_verhoeff(changed)
    assert swapped == code or not codes.is_verhoeff(swapped)


@pytest.mark.parametrize("code", ["254837009", "1287652008", "399537006", "551001000124108"])
def test_published_snomed_codes_agree_with_their_check_digit(code: str) -> None:
    assert codes.check_code("snomed", code, None) == ()


@pytest.mark.parametrize("code", ["33944-8", "33945-5", "81700-8", "76042-8", "83346-9"])
def test_decoys_with_a_wrong_check_digit_are_refused_without_repeating_them(code: str) -> None:
    problems = codes.check_code("loinc", code, None)
    assert severities(problems) == ["refuse"]
    assert code not in sentences(problems)


@pytest.mark.parametrize(
    ("name", "code", "meaning"),
    [
        ("CA-125", "40618-1", "peritoneal fluid"),
        ("CA 15-3", "10334-1", "CA-125"),
        ("CA 19-9", "25390-6", "CYFRA"),
        ("PD-L1", "85318-4", "HER2"),
        ("EGFR", "48676-1", "HER2"),
        ("EGFR", "53041-0", "region"),
        ("blasts", "77147-7", "filtration"),
        ("Marrow blasts %", "26464-8", "leukocytes"),
        ("κ FLC", "33944-0", "lambda"),
    ],
)
def test_a_decoy_is_flagged_with_what_it_means(name: str, code: str, meaning: str) -> None:
    for problems in (codes.check_marker_code(name, code), codes.check_code("loinc", code, name)):
        assert severities(problems) == ["flag"]
        assert meaning in problems[0].detail


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("CA-125", "10334-1"),
        ("λ FLC", "33944-0"),
        ("CYFRA 21-1", "25390-6"),
        ("HER2", "85318-4"),
        ("eGFR", "77147-7"),
        ("EGFR", "98979-8"),
        ("WBC", "26464-8"),
    ],
)
def test_a_decoy_is_right_for_what_it_means(name: str, code: str) -> None:
    assert codes.check_marker_code(name, code) == ()


@pytest.mark.parametrize("code", ["2039-7", "CEA", ""])
def test_a_marker_code_that_is_no_loinc_code_is_refused(code: str) -> None:
    assert severities(codes.check_marker_code("CEA", code)) == ["refuse"]


def test_a_code_of_another_known_test_is_flagged_and_the_right_ones_are_named() -> None:
    problems = codes.check_marker_code("CEA", "2857-1")
    assert severities(problems) == ["flag"]
    assert "PSA" in problems[0].detail
    assert "2039-6" in problems[0].fix


def test_a_name_that_stands_for_two_tests_is_given_no_code_to_send() -> None:
    assert "-" not in codes.check_marker_code("EGFR", "48676-1")[0].fix


@pytest.mark.parametrize(
    ("name", "code"), [("some marker of one laboratory", "2039-6"), ("CEA", "9999-4"), ("CEA", "83085-1")]
)
def test_what_is_not_known_here_is_no_problem(name: str, code: str) -> None:
    assert codes.check_marker_code(name, code) == ()


@pytest.mark.parametrize(
    ("display", "code", "expected"),
    [
        pytest.param("Cancer Ag 125 [Units/volume] in Serum or Plasma", "10334-1", [], id="right"),
        pytest.param(
            "Cancer Ag 125 [Units/volume] in Serum or Plasma", "40618-1", ["flag"], id="serum-sent-for-fluid"
        ),
        pytest.param("Cancer Ag 125 [Units/volume] in Peritoneal fluid", "40618-1", [], id="fluid-is-fluid"),
        pytest.param(
            "Kappa light chains.free [Mass/volume] in Serum", "33944-0", ["flag"], id="kappa-for-lambda"
        ),
        pytest.param("Words of the sender", "33944-0", [], id="not-known-here"),
    ],
)
def test_a_display_is_held_against_its_code(display: str, code: str, expected: list[str]) -> None:
    assert severities(codes.check_code("http://loinc.org", code, display)) == expected


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("LOINC", "loinc"),
        ("http://loinc.org/", "loinc"),
        ("urn:oid:2.16.840.1.113883.6.1", "loinc"),
        ("LN", "loinc"),
        ("SCT", "snomed"),
        ("http://snomed.info/sct", "snomed"),
        ("2.16.840.1.113883.6.8", "ucum"),
        ("ICD-10-CM", "icd-10-cm"),
        ("http://hl7.org/fhir/sid/icd-10", "icd-10"),
        ("http://terminology.hl7.org/CodeSystem/icd-o-3", "icd-o-3"),
        ("ncit", "nci-thesaurus"),
        ("local", "local"),
        ("https://example.org/codes", "https://example.org/codes"),
    ],
)
def test_a_system_is_known_by_name_address_and_number(written: str, name: str) -> None:
    assert codes.canonical_system(written) == name
    assert codes.canonical_system(codes.system_uri(written)) == name


@pytest.mark.parametrize(
    ("system", "code", "expected"),
    [
        ("https://example.org/codes", "anything", []),
        ("1.2.276.0.76.5.0", "anything", []),
        ("our-codes", "anything", ["flag"]),
        ("local", "anything", []),
        ("loinc", "", ["refuse"]),
        ("loinc", "718 7", ["refuse"]),
        ("loinc", "718-7", []),
        ("loinc", "LP29684-5", []),
        ("snomed", "25483700", ["refuse"]),
        ("snomed", "12a", ["refuse"]),
        ("icd-10", "C50.4", []),
        ("icd-10", "G63.1*", []),
        ("icd-10", "8140/3", ["flag"]),
        ("icd-10-cm", "C7A.090", []),
        ("icd-o-3", "8140/3", []),
        ("icd-o-3", "C34.1", []),
        ("icd-o-3", "lung", ["flag"]),
        ("hgnc", "HGNC:3236", []),
        ("hgnc", "EGFR", []),
        ("nci-thesaurus", "C38144", []),
        ("nci-thesaurus", "38144", ["flag"]),
        ("rxnorm", "583214", []),
        ("atc", "L01FF02", []),
        ("atc", "L01-FF", ["flag"]),
    ],
)
def test_a_code_is_checked_by_the_rules_of_its_system(system: str, code: str, expected: list[str]) -> None:
    assert severities(codes.check_code(system, code, None)) == expected


@given(st.text(max_size=30), st.text(max_size=30), st.none() | st.text(max_size=30))
def test_any_system_code_and_display_get_an_answer(system: str, code: str, display: str | None) -> None:
    for problem in codes.check_code(system, code, display):
        assert problem.severity in {"refuse", "flag"}


@given(st.sampled_from(["loinc", "snomed", "icd-10", "hgnc", "atc"]), st.text(min_size=12, max_size=40))
def test_a_problem_never_repeats_the_code(system: str, code: str) -> None:
    assert code not in sentences(codes.check_code(system, code, None))


def test_loinc_is_attributed() -> None:
    assert "Regenstrief" in codes.LOINC_NOTICE


def test_a_code_of_the_nci_thesaurus_is_held_to_its_form() -> None:
    assert str(NciThesaurus("C38144")) == "C38144"
    with pytest.raises(CodeTextError):
        NciThesaurus("38144")
