"""Small clinical documents of our own making. The people in them are made up."""

import base64

from app.imports.domain.reading import (
    AnyItem,
    FoundDocument,
    FoundRecord,
    NotUsed,
    Options,
    Reading,
    Withdrawn,
)
from app.imports.readers.cda import read
from app.records.domain.kinds import AnyRecord
from tests.unit.imports.readings import documents, found, unused, withdrawn

T = "2.16.840.1.113883.10.20.22"
LOINC = "2.16.840.1.113883.6.1"
SNOMED = "2.16.840.1.113883.6.96"
RXNORM = "2.16.840.1.113883.6.88"

PATIENT = """
<recordTarget><patientRole>
  <id root="1.2.3.4" extension="MRN-7" assigningAuthorityName="North Hospital"/>
  <patient>
    <name use="L"><given>Ada</given><family>Example</family></name>
    <administrativeGenderCode code="F" codeSystem="2.16.840.1.113883.5.1"/>
    <birthTime value="19700102"/>
    <languageCommunication><languageCode code="de"/></languageCommunication>
  </patient>
</patientRole></recordTarget>"""

AUTHOR = """
<author><time value="20240507103000+0200"/><assignedAuthor>
  <id root="1.2.3.5" extension="D1"/>
  <code code="207RX0202X" displayName="Medical Oncology" codeSystem="2.16.840.1.113883.6.101"/>
  <assignedPerson><name><prefix>Dr.</prefix><given>Olga</given><family>Onco</family></name></assignedPerson>
  <representedOrganization><name>North Clinic</name></representedOrganization>
</assignedAuthor></author>"""

CUSTODIAN = """
<custodian><assignedCustodian><representedCustodianOrganization>
  <id root="1.2.3"/><name>North Hospital</name>
</representedCustodianOrganization></assignedCustodian></custodian>"""


def a_document(
    *sections: str,
    code: str = "34133-9",
    title: str = "Summary",
    patient: str = PATIENT,
    author: str = AUTHOR,
    extra: str = "",
    body: str | None = None,
    doc_id: str = '<id root="1.2.9" extension="doc-1"/>',
    date: str = "20240507103000+0200",
) -> bytes:
    """Build a whole document of sections."""
    structured = "".join(f"<component>{section}</component>" for section in sections)
    inner = body if body is not None else f"<structuredBody>{structured}</structuredBody>"
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xmlns:sdtc="urn:hl7-org:sdtc">
  <typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>
  <templateId root="{T}.1.2" extension="2015-08-01"/>
  {doc_id}
  <code code="{code}" codeSystem="{LOINC}"/>
  <title>{title}</title>
  <effectiveTime value="{date}"/>
  <confidentialityCode code="N"/>
  <languageCode code="en-US"/>
  {patient}{author}{CUSTODIAN}{extra}
  <component>{inner}</component>
</ClinicalDocument>""".encode()


def a_section(
    code: str, *entries: str, text: str = "", title: str = "", attributes: str = "", inside: str = ""
) -> str:
    """Build a section by its LOINC code."""
    listed = "".join(f"<entry>{entry}</entry>" for entry in entries)
    return (
        f'<section {attributes}><code code="{code}" codeSystem="{LOINC}"/>'
        f"<title>{title}</title><text>{text}</text>{inside}{listed}</section>"
    )


def a_code(code: str, display: str | None = None, system: str = SNOMED, element: str = "value") -> str:
    """Build a coded value."""
    shown = "" if display is None else f' displayName="{display}"'
    kind = ' xsi:type="CD"' if element == "value" else ""
    return f'<{element}{kind} code="{code}" codeSystem="{system}"{shown}/>'


def an_id(extension: str) -> str:
    """Build an id of the sender's."""
    return f'<id root="1.2.8" extension="{extension}"/>'


def a_problem(
    value: str, *, ids: str = "p1", time: str = '<low value="202403"/>', status: str = "active", attributes: str = "",
    inside: str = "", state: str = "completed",
) -> str:  # fmt: skip
    """Build a problem concern with one observation."""
    return f"""<act classCode="ACT" moodCode="EVN"><templateId root="{T}.4.3"/>{an_id("c" + ids)}
<code code="CONC" codeSystem="2.16.840.1.113883.5.6"/><statusCode code="{status}"/>
<effectiveTime><low value="20240401"/></effectiveTime>
<entryRelationship typeCode="SUBJ"><observation classCode="OBS" moodCode="EVN" {attributes}>
<templateId root="{T}.4.4"/>{an_id(ids)}<code code="29308-4" codeSystem="{LOINC}"/><statusCode code="{state}"/>
<effectiveTime>{time}</effectiveTime>{value}{inside}</observation></entryRelationship></act>"""


def a_result(
    code: str,
    value: str,
    *,
    display: str = "Test",
    ids: str = "r1",
    inside: str = "",
    state: str = "completed",
    time: str = "20240506",
    attributes: str = "",
) -> str:
    """Build a result observation."""
    return f"""<observation classCode="OBS" moodCode="EVN" {attributes}><templateId root="{T}.4.2"/>{an_id(ids)}
<code code="{code}" codeSystem="{LOINC}" displayName="{display}"/><statusCode code="{state}"/>
<effectiveTime value="{time}"/>{value}{inside}</observation>"""


def a_battery(*results: str, inside: str = "", state: str = "completed") -> str:
    """Build an organizer of results."""
    parts = "".join(f"<component>{result}</component>" for result in results)
    return f"""<organizer classCode="BATTERY" moodCode="EVN"><templateId root="{T}.4.1"/>{an_id("b1")}
<code code="24323-8" codeSystem="{LOINC}" displayName="Chemistry"/><statusCode code="{state}"/>
<effectiveTime value="20240506"/>{inside}{parts}</organizer>"""


def a_medicine(
    material: str,
    *,
    ids: str = "m1",
    times: str = "",
    inside: str = "",
    state: str = "active",
    attributes: str = "",
) -> str:
    """Build a medication activity."""
    return f"""<substanceAdministration classCode="SBADM" moodCode="EVN" {attributes}><templateId root="{T}.4.16"/>
{an_id(ids)}<statusCode code="{state}"/>{times}
<consumable><manufacturedProduct><manufacturedMaterial>{material}</manufacturedMaterial></manufacturedProduct></consumable>
{inside}</substanceAdministration>"""


def an_allergy(
    substance: str, *, ids: str = "a1", kind: str = "", attributes: str = "", inside: str = ""
) -> str:
    """Build an allergy concern with one observation."""
    taken = (
        f'<participant typeCode="CSM"><participantRole classCode="MANU"><playingEntity classCode="MMAT">{substance}'
        "</playingEntity></participantRole></participant>"
        if substance
        else ""
    )
    value = kind or a_code("416098002", "Drug allergy")
    return f"""<act classCode="ACT" moodCode="EVN"><templateId root="{T}.4.30"/>{an_id("c" + ids)}
<code code="CONC" codeSystem="2.16.840.1.113883.5.6"/><statusCode code="active"/>
<entryRelationship typeCode="SUBJ"><observation classCode="OBS" moodCode="EVN" {attributes}><templateId root="{T}.4.7"/>
{an_id(ids)}<code code="ASSERTION" codeSystem="2.16.840.1.113883.5.4"/><statusCode code="completed"/>
<effectiveTime><low value="2001"/></effectiveTime>{value}{taken}{inside}</observation></entryRelationship></act>"""


def a_procedure(
    code: str, *, ids: str = "o1", state: str = "completed", attributes: str = "", inside: str = ""
) -> str:
    """Build a procedure activity."""
    return f"""<procedure classCode="PROC" moodCode="EVN" {attributes}><templateId root="{T}.4.14"/>{an_id(ids)}
{code}<statusCode code="{state}"/><effectiveTime value="20240618"/>{inside}</procedure>"""


def in_base64(content: bytes) -> str:
    """Write bytes as an ED does."""
    return base64.b64encode(content).decode()


def reading_of(content: bytes) -> Reading:
    """Read a document without options."""
    return read(content, Options())


def items_of(content: bytes) -> tuple[AnyItem, ...]:
    """Return what a document gives."""
    return reading_of(content).items


def found_in(content: bytes) -> list[FoundRecord]:
    """Return the records found, with what surrounds them."""
    return found(reading_of(content))


def records_in(content: bytes) -> list[AnyRecord]:
    """Return the records found."""
    return [item.record for item in found_in(content)]


def documents_in(content: bytes) -> list[FoundDocument]:
    """Return the documents found."""
    return documents(reading_of(content))


def left_out(content: bytes) -> list[NotUsed]:
    """Return what was not used."""
    return unused(reading_of(content))


def withdrawn_in(content: bytes) -> list[Withdrawn]:
    """Return what is taken back."""
    return withdrawn(reading_of(content))
