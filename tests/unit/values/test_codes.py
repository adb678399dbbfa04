"""Codes: what their check digits betray, and the decoys that pass them."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.values import catalogue, codes
from app.values.codes import CodeTextError, Loinc, Snomed

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


@pytest.mark.parametrize(
    ("spelling", "key"),
    [
        *((spelling, "ca-125") for spelling in ("CA125", "ca 125", "Ca-125", "MUC16", "10334-1", "83082-8")),
        *((spelling, "hcg-beta") for spelling in ("β-hCG", "beta-HCG", "ß-HCG", "BHCG")),
        *((spelling, "afp") for spelling in ("αFP", "AFP", "alpha fetoprotein", "1834-1", "19176-7")),
        *((spelling, "ca-27-29") for spelling in ("CA 27.29", "CA27-29", "BR 27.29")),
        *((spelling, "b2m") for spelling in ("β2-microglobulin", "β₂-microglobulin", "B2M")),
        ("\uff23\uff25\uff21", "cea"),
        ("CA 15\u20113", "ca-15-3"),
        ("κ/λ ratio", "flc-ratio"),
    ],
)
def test_a_marker_is_found_by_any_spelling_or_code(spelling: str, key: str) -> None:
    marker = codes.find_marker(spelling)
    assert marker is not None
    assert marker.key == key


@pytest.mark.parametrize(
    ("spelling", "key"),
    [
        ("Hb", "haemoglobin"),
        ("HGB", "haemoglobin"),
        ("Hämoglobin", "haemoglobin"),
        ("718-7", "haemoglobin"),
        ("PLT", "platelets"),
        ("T. Bili", "bilirubin_total"),
        ("K+", "potassium"),
        ("SGPT", "alt"),
        ("γ-GT", "ggt"),
    ],
)
def test_a_laboratory_test_is_found_by_any_spelling_or_code(spelling: str, key: str) -> None:
    lab = codes.find_lab(spelling)
    assert lab is not None
    assert lab.key == key


@pytest.mark.parametrize(
    ("spelling", "key"),
    [("Her2/neu", "her2"), ("PDL1", "pd-l1"), ("BCR-ABL1", "bcr-abl1"), ("C184941", "pd-l1")],
)
def test_a_biomarker_is_found_by_any_spelling_or_code(spelling: str, key: str) -> None:
    biomarker = codes.find_biomarker(spelling)
    assert biomarker is not None
    assert biomarker.key == key


def test_a_share_of_cells_is_not_taken_for_their_count() -> None:
    assert codes.find_lab("Lymphocytes %") is None
    assert codes.find_lab("NEUT%") is None


@pytest.mark.parametrize("name", ["", "40618-1", "xyz", "CA"])
def test_what_is_not_in_the_tables_is_not_found(name: str) -> None:
    assert catalogue.find_marker(name) is None


def test_every_key_stands_for_one_test_in_all_tables() -> None:
    tables = (catalogue.MARKERS, catalogue.LABS, catalogue.BIOMARKERS)
    keys = [key for table in tables for key in table.by_key]
    assert len(keys) == len(set(keys))
    assert {part for table in tables for row in table.by_key.values() for part in row.part_of} <= set(keys)


def test_every_decoy_names_tests_that_are_in_the_tables() -> None:
    text = (Path(catalogue.__file__).parent / "tables" / "decoys.toml").read_text(encoding="utf-8")
    named = set(re.findall(r'"([a-z][a-z0-9-]+)"', text))
    assert len(named) > 1
    assert all(catalogue.find_analytes(key) for key in named)


@pytest.mark.parametrize(
    ("kind", "modality", "regions", "code"),
    [
        ("pathology_report", None, (), "11526-1"),
        ("imaging_report", None, (), "18748-4"),
        ("imaging_report", "CT", (), "18748-4"),
        ("imaging_report", "CT", ("chest",), "24627-2"),
        ("imaging_report", "ct", ("Thorax",), "24627-2"),
        ("imaging_report", "CT", ("pelvis", "abdomen"), "44115-4"),
        ("imaging_report", "CT", ("Abdomen and pelvis",), "44115-4"),
        ("imaging_report", "CT", ("chest", "abdomen"), "18748-4"),
        ("imaging_report", "CT", ("chest", "abdomen", "pelvis"), "18748-4"),
        ("imaging_report", "MRI", ("brain",), "24590-2"),
        ("imaging_report", "MR", ("chest",), "18748-4"),
        ("imaging_report", "PET-CT", ("whole body",), "18748-4"),
        ("imaging_report", "bone_scan", ("whole body",), "39818-0"),
        ("oncology_note", None, (), "34805-2"),
        ("tumour_board", None, (), None),
        ("symptom_diary", None, (), None),
        ("translation", None, (), None),
        ("unclassified", None, (), None),
    ],
)
def test_a_document_gets_the_most_specific_code_that_fits_or_none(
    kind: str, modality: str | None, regions: tuple[str, ...], code: str | None
) -> None:
    found = codes.document_code(kind, modality, regions)
    assert (None if found is None else found.code) == code


@pytest.mark.parametrize(
    ("kind", "modality", "regions", "stated", "code"),
    [
        ("imaging_report", "CT", ("chest", "abdomen", "pelvis"), "contrast", "72254-6"),
        ("imaging_report", "PET-CT", (), "fdg", "81555-5"),
        ("consent", None, (), "release", "64292-6"),
        ("pathology_report", None, ("bone marrow",), "biopsy", "33721-2"),
    ],
)
def test_a_code_that_claims_more_is_given_only_where_that_is_stated(
    kind: str, modality: str | None, regions: tuple[str, ...], stated: str, code: str
) -> None:
    found = codes.document_code(kind, modality, regions, stated=(stated,))
    assert found == Loinc(code)
    assert codes.document_label(found) is not None
    assert codes.document_code(kind, modality, regions) != found


def test_loinc_is_attributed() -> None:
    assert "Regenstrief" in codes.LOINC_NOTICE
