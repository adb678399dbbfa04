"""Whose images they are: names in every script, identifiers with their issuers, one person or several."""

import io
import zipfile
from typing import Any

import pytest
from pydicom import Dataset

from app.cases.domain import Identifier
from app.imports.domain.reading import FoundRecord, NotUsed, Options, ReadPatient, UnreadablePayloadError
from app.imports.readers.dicom import payloads, read
from tests.unit.imports.dicom.made import a_file, an_archive, codes

OTHER: dict[str, Any] = {
    "PatientID": "P-2",
    "PatientName": "Poe^Edgar",
    "PatientSex": "M",
    "PatientBirthDate": "19500101",
    "StudyInstanceUID": "1.2.826.0.1.3680043.10.2",
}


def patients(*files: bytes) -> tuple[ReadPatient, ...]:
    content = an_archive({f"{n}.dcm": file for n, file in enumerate(files)})
    return read(content, Options()).patients


def test_a_patient_has_the_identifier_with_its_issuer_name_birth_date_and_sex() -> None:
    (found,) = patients(a_file(1))
    assert found.patient.identifiers == (Identifier(system="St. Example MRN", value="P-1"),)
    assert (found.patient.name, found.patient.birth_date, found.patient.sex) == (
        "Jane Roe",
        "1961-02-14",
        "female",
    )


def test_an_identifier_whose_issuer_is_not_named_is_local() -> None:
    (found,) = patients(a_file(1, IssuerOfPatientID=None))
    assert found.patient.identifiers == (Identifier(system="local", value="P-1"),)


def test_a_universal_issuer_comes_before_a_named_one_and_other_ids_are_kept_with_theirs() -> None:
    issuer, other, nobodys = Dataset(), Dataset(), Dataset()
    issuer.UniversalEntityID, issuer.UniversalEntityIDType = "2.999.1", "ISO"
    other.PatientID, other.IssuerOfPatientID = "Q-9", "Elsewhere"
    nobodys.PatientID = "Z-0"
    content = a_file(
        1, IssuerOfPatientIDQualifiersSequence=codes(issuer), OtherPatientIDsSequence=codes(other, nobodys)
    )
    (found,) = patients(content)
    assert found.patient.identifiers == (
        Identifier(system="2.999.1", value="P-1"),
        Identifier(system="Elsewhere", value="Q-9"),
    )


@pytest.mark.parametrize(
    ("charset", "name", "shown", "others"),
    [
        ("ISO_IR 100", "Buc^Jérôme", "Jérôme Buc", ()),
        ("ISO_IR 192", "Wang^XiaoDong=王^小東", "XiaoDong Wang", ("王 小東",)),
        ("GB18030", "Wang^XiaoDong=王^小东", "XiaoDong Wang", ("王 小东",)),
        (["", "ISO 2022 IR 149"], "Hong^Gildong=洪^吉洞=홍^길동", "Gildong Hong", ("洪 吉洞", "홍 길동")),
        (["", "ISO 2022 IR 87"], "Yamada^Tarou=山田^太郎=やまだ^たろう", "Tarou Yamada",
         ("山田 太郎", "やまだ たろう")),
        ("ISO_IR 144", "Иванов^Иван", "Иван Иванов", ()),
        ("ISO_IR 192", "김^희중", "김 희중", ()),
        ("ISO_IR 192", "Smith^John^Q^Dr^Jr", "John Q Smith Jr", ()),
    ],
)  # fmt: skip
def test_names_are_read_in_every_script_and_all_their_writings(
    charset: Any, name: str, shown: str, others: tuple[str, ...]
) -> None:
    (found,) = patients(a_file(1, SpecificCharacterSet=charset, PatientName=name))
    assert (found.patient.name, found.names) == (shown, others)


def test_letters_that_the_stated_character_set_cannot_have_are_left_out_and_said() -> None:
    content = a_file(1, SpecificCharacterSet="ISO_IR 100", PatientName="Buc^Jérôme").replace(
        b"ISO_IR 100", b"ISO_IR 6  "
    )
    reading = read(content, Options())
    assert reading.patients[0].patient.name is None
    (found,) = [item for item in reading.items if isinstance(item, FoundRecord)]
    assert any("character set" in remark for remark in found.remarks)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"PatientName": "ROE^JANE^ANN"}, id="same-id-fuller-name"),
        pytest.param({"PatientName": "Doe^Jane"}, id="same-id-and-birth-date-married-name"),
        pytest.param({"PatientID": "X-7", "IssuerOfPatientID": None}, id="other-hospital-same-person"),
        pytest.param({"PatientBirthDate": None, "PatientSex": None}, id="less-said"),
    ],
)
def test_one_person_written_differently_is_one_patient_and_one_study(changes: dict[str, Any]) -> None:
    reading = read(an_archive({"1.dcm": a_file(1), "2.dcm": a_file(2, **changes)}), Options())
    assert len(reading.patients) == 1
    (found,) = [item for item in reading.items if isinstance(item, FoundRecord)]
    assert len(found.instances) == 2
    assert found.patient is None


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param(OTHER, id="another-person"),
        pytest.param({"PatientBirthDate": "19800101"}, id="same-id-other-birth-date"),
        pytest.param({"PatientID": "P-2"}, id="two-ids-of-one-issuer"),
        pytest.param(
            {"PatientID": "P-2", "PatientBirthDate": None, "IssuerOfPatientID": None}, id="name-alone"
        ),
        pytest.param({"PatientSex": "M"}, id="same-id-other-sex"),
    ],
)
def test_what_may_be_two_persons_is_never_taken_for_one(changes: dict[str, Any]) -> None:
    assert len(patients(a_file(1), a_file(2, **changes))) == 2


def test_several_patients_get_their_own_items_and_their_own_part_of_the_archive() -> None:
    files = {"a/1.dcm": a_file(1), "b/2.dcm": a_file(2, **OTHER), "README": b"hello"}
    reading = read(an_archive(files), Options())
    first, second = reading.patients
    records = [item for item in reading.items if isinstance(item, FoundRecord)]
    assert [record.patient for record in records] == [first.key, second.key]
    for patient, name in ((first, "a/1.dcm"), (second, "b/2.dcm")):
        (payload,) = [one for one in reading.payloads if one.patient == patient.key]
        assert payload.content is not None
        with zipfile.ZipFile(io.BytesIO(payload.content)) as archive:
            assert archive.namelist() == [name]
            assert archive.read(name) == files[name]
        assert payload.body.facts.printed_name == patient.patient.name


def test_the_part_of_a_patient_is_the_same_bytes_each_time() -> None:
    content = an_archive({"1.dcm": a_file(1), "2.dcm": a_file(2, **OTHER)})
    assert read(content, Options()).payloads == read(content, Options()).payloads


def test_a_mixed_archive_too_large_to_be_taken_apart_is_refused_with_the_number_of_patients(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(payloads, "APART_MOST", 100)
    with pytest.raises(UnreadablePayloadError, match="studies of 2 patients"):
        patients(a_file(1), a_file(2, **OTHER))


def test_a_study_that_names_nobody_among_those_of_several_is_rejected() -> None:
    nobody = a_file(3, PatientID=None, PatientName=None, StudyInstanceUID="1.2.826.0.1.3680043.10.3")
    reading = read(an_archive({"1": a_file(1), "2": a_file(2, **OTHER), "3": nobody}), Options())
    (rejected,) = [item for item in reading.items if isinstance(item, NotUsed)]
    assert rejected.outcome == "rejected"
    assert "no patient" in rejected.detail


def test_a_study_that_names_nobody_beside_those_of_one_is_kept_and_says_so() -> None:
    nobody = a_file(3, PatientID=None, PatientName=None, StudyInstanceUID="1.2.826.0.1.3680043.10.3")
    reading = read(an_archive({"1": a_file(1), "3": nobody}), Options())
    records = [item for item in reading.items if isinstance(item, FoundRecord)]
    assert [any("no patient" in remark for remark in one.remarks) for one in records] == [False, True]


def test_more_patients_than_any_disc_has_are_refused() -> None:
    files = {str(n): a_file(n, PatientID=f"P-{n}", PatientName=f"Roe^{n}") for n in range(1, 504)}
    with pytest.raises(UnreadablePayloadError, match="more than 500 patients"):
        read(an_archive(files), Options())
