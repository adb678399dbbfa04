"""Every real HL7 v2 file is read, or refused with a reason that a person can act on."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.imports.checking import faults_of
from app.imports.domain.reading import (
    FoundDocument,
    FoundMerge,
    FoundRecord,
    NotUsed,
    Options,
    Reading,
    UnreadablePayloadError,
)
from app.imports.readers.hl7v2 import read
from app.imports.readers.hl7v2.charsets import decoded
from app.imports.readers.hl7v2.framing import take_apart
from app.imports.readers.hl7v2.message import Message, parse
from app.records.domain.course import Admission
from app.records.domain.disease import PathologyReport
from app.records.domain.findings import LabResult

COMMENT_LINES = {"hapi-hl7v2-tests/util/messages.txt": 16}
"""Lines that the truth counts as segments and that are comments of whoever gathered the file."""


@pytest.fixture(scope="module")
def folder(real_files: Path) -> Path:
    return real_files / "hl7v2"


def files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix not in {".csv", ".json"}:
            yield path


def read_file(path: Path) -> Reading:
    return read(path.read_bytes(), Options(file_name=path.name))


def test_every_file_is_read_soundly_or_refused_with_a_reason(folder: Path) -> None:
    read_whole, refused = 0, []
    for path in files(folder):
        try:
            reading = read_file(path)
        except UnreadablePayloadError as error:
            refused.append((path.name, error.detail))
            continue
        read_whole += 1
        assert reading.items, path
        for item in reading.items:
            if isinstance(item, FoundRecord):
                assert faults_of(item.record) == [], (path, item.place)
            if isinstance(item, NotUsed):
                assert item.detail.endswith(".")
                assert item.fix.endswith("."), (path, item)

    assert read_whole == 194
    assert len(refused) == 11
    assert all(name.endswith(".xml") and "XML" in detail for name, detail in refused)


def test_messages_segments_and_types_are_those_of_the_truth(folder: Path) -> None:
    with (folder / "TRUTH_manifest.csv").open(encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            messages = messages_of(folder / row["file"])
            segments = [segment for message in messages for segment in message.segments]
            observations = [segment for segment in segments if segment.id == "OBX"]
            assert len(messages) == int(row["n_messages"])
            assert messages[0].header.text(9) == row["type"]
            assert messages[0].header.text(12) == row["version"]
            assert len(segments) + COMMENT_LINES.get(row["file"], 0) == int(row["n_segments"])
            assert sum(segment.id == "PID" for segment in segments) == int(row["n_PID"])
            assert len(observations) == int(row["n_OBX"])
            assert sum(obx.raw(2) == "ED" for obx in observations) == int(row["n_OBX_ED"])
            types = sorted({obx.raw(2) for obx in observations} - {""})
            assert "|".join(types) == row["OBX_value_types"]


def messages_of(path: Path) -> list[Message]:
    found = take_apart(path.read_bytes())
    return [parse(decoded(one.content, one.declared, None)) for one in found.messages]


def test_keys_are_unique_within_a_message_and_the_same_when_it_comes_again(folder: Path) -> None:
    for path in files(folder):
        if path.suffix == ".xml":
            continue
        first, again = read_file(path), read_file(path)
        assert first == again
        keys = [item.key for item in first.items if isinstance(item, FoundRecord | FoundDocument)]
        if len(first.payloads) == 1:
            assert len(set(keys)) == len(keys), path


def test_the_german_pathology_report_reads_with_its_umlauts(folder: Path) -> None:
    (item,) = read_file(folder / "zato-live-transcribed" / "ch_18_ORU_pathology_german.hl7").items

    assert isinstance(item, FoundRecord)
    assert isinstance(item.record, PathologyReport)
    assert "Hautexzisat Rücken" in (item.record.conclusion or "")
    assert "Kein Anhalt für Malignität" in (item.record.conclusion or "")


def test_a_calcium_code_labelled_crp_is_kept_as_named_and_pointed_out(folder: Path) -> None:
    item = read_file(folder / "zato-live-transcribed" / "ch_06_ORU_lab_german.hl7").items[-1]

    assert isinstance(item, FoundRecord)
    assert isinstance(item.record, LabResult)
    assert (item.record.test, item.record.codes[0].code) == ("CRP", "17861-6")
    assert any("Calcium" in remark for remark in item.remarks)


@pytest.mark.parametrize("name", ["ch_07_ORU_with_pdf.hl7", "ch_08_MDM_T02_with_pdf.hl7"])
def test_whole_pdfs_come_out(folder: Path, name: str) -> None:
    (item,) = read_file(folder / "zato-live-transcribed" / name).items

    assert isinstance(item, FoundDocument)
    assert item.content.startswith(b"%PDF-")
    assert item.content.rstrip().endswith(b"%%EOF")


def test_patient_encounter_and_dates_agree_with_the_expected_bundle(folder: Path) -> None:
    reading = read_file(folder / "zato-v2-to-fhir" / "ADT_A01.hl7")
    bundle = json.loads((folder / "zato-v2-to-fhir" / "FHIR_bundle.hl7_ADT_A01.json").read_bytes())
    by_type = {entry["resource"]["resourceType"]: entry["resource"] for entry in bundle["entry"]}
    patient, encounter = by_type["Patient"], by_type["Encounter"]

    (found,) = reading.patients
    assert found.patient.sex == patient["gender"]
    assert found.patient.birth_date == patient["birthDate"].split("T")[0]
    assert {one.value for one in found.patient.identifiers} <= {one["value"] for one in patient["identifier"]}
    official = patient["name"][0]
    for part in (official["family"], *official["given"]):
        assert part in (found.patient.name or "")
    assert patient["deceasedBoolean"] is False
    assert (found.patient.deceased, found.patient.vital_status) == (None, "alive")

    stay = next(item.record for item in reading.items if isinstance(item, FoundRecord))
    assert isinstance(stay, Admission)
    assert (stay.started or "").split("T")[0] == encounter["period"]["start"]
    assert stay.external_id == encounter["identifier"][0]["value"]
    assert stay.emergency is (encounter["type"][0]["coding"][0]["code"] == "E")
    height = next(
        i.record for i in reading.items if isinstance(i, FoundRecord) and isinstance(i.record, LabResult)
    )
    assert height.value == by_type["Observation"]["valueQuantity"]["value"]


def test_merges_are_proposals(folder: Path) -> None:
    merges = [
        item
        for path in files(folder)
        if path.suffix != ".xml"
        for item in read_file(path).items
        if isinstance(item, FoundMerge)
    ]

    assert {(merge.surviving.value, merge.retired.value) for merge in merges} >= {
        ("PAT800001", "PAT899999"),
        ("12345", "56789"),
        ("145", "569"),
    }
