"""What no store keeps is taken out of whom a payload is about, whatever the format."""

import pytest

from app.cases.domain import Identifier, Patient
from app.documents.domain.document import DocumentBody
from app.imports.domain.reading import FoundDocument, FoundMerge, ReadPatient
from app.imports.domain.storable import storable
from tests.unit.imports.found import a_found_document, a_found_record, a_reading, not_used, withdrawn


@pytest.mark.parametrize("odd", ["\0", "\ud800"])
def test_every_text_of_patients_papers_and_merges_can_be_stored(odd: str) -> None:
    identifier = Identifier(system=f"a{odd}b", value=f"7{odd}")
    patient = ReadPatient(
        key=f"k{odd}",
        place=f"PID{odd}",
        patient=Patient(identifiers=(identifier,), name=f"Ana{odd}"),
        names=(f"A{odd}",),
    )
    reading = storable(
        a_reading(
            a_found_record(place=f"OBX{odd}"),
            a_found_document(body=DocumentBody(title=f"Letter{odd}"), file_name=f"a{odd}.pdf"),
            FoundMerge(place="MRG", surviving=identifier, retired=identifier, key="merge"),
            withdrawn(),
            not_used(place=f"ZZZ{odd}"),
            patients=(patient,),
        )
    )
    (kept,) = reading.patients
    assert kept.key == f"k{odd}"
    said = [str(kept.patient), kept.place, *kept.names, *(item.place for item in reading.items)]
    for item in reading.items:
        if isinstance(item, FoundDocument):
            said += [str(item.body), str(item.file_name)]
        if isinstance(item, FoundMerge):
            said += [str(item.surviving), str(item.retired)]
    for text in said:
        assert odd not in text
        assert repr(odd)[1:-1] not in text


def test_an_identifier_of_nothing_else_identifies_nobody() -> None:
    patient = Patient(identifiers=(Identifier(system="a", value="\0"),), name="\0")
    reading = storable(a_reading(patients=(ReadPatient(key="p", place="PID", patient=patient),)))
    assert reading.patients[0].patient == Patient()


def test_a_sound_reading_stays_the_very_same_thing_by_thing() -> None:
    reading = a_reading(a_found_record(), withdrawn(), not_used())
    assert all(one is other for one, other in zip(storable(reading).items, reading.items, strict=True))
