"""The tables: every spelling finds its test, and documents get no code that claims more than is known."""

import re
from pathlib import Path

import pytest

from app.values import catalogue, codes
from app.values.codes import Loinc


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
