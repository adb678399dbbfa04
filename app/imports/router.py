"""Endpoints of imports: what other systems send, into a case that is known or into the one that is its patient's."""

import json
from importlib import import_module
from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import Response

from app.access.dependencies import IdempotencyKeyReusedError, ReaderDep, Writing
from app.cases.domain import CaseNotFoundError
from app.documents.domain import errors as document_errors
from app.errors import FieldError, InvalidError
from app.imports.domain import errors
from app.imports.domain.imported import Imported
from app.imports.domain.reading import DateOrder, Options, UnreadablePayloadError
from app.imports.importing import Wanted
from app.imports.requests import ImporterDep
from app.imports.schemas import ImportOutcomes, outcomes_of
from app.infra.blobs import StorageError
from app.records.schemas import RecordKind
from app.web.conditional import StaleError, quoted
from app.web.problems import problems

# Not of JsonRoute: that reads the body into memory before anybody knows who asks, and a study is larger than that.
router = APIRouter(tags=["4 Imports"])

TemplateKind = Literal[
    "marker_result", "lab_result", "treatment", "medication", "imaging_study", "symptom", "allergy", "comorbidity",
    "performance_status", "diagnosis", "stage", "disease_status",
]  # fmt: skip
"""The kinds of tables that there is a template for."""

CaseId = Annotated[str, Path(max_length=36, description="The case's id.")]

TYPES = (
    "application/fhir+json",
    "application/fhir+ndjson",
    "x-application/hl7-v2+er7",
    "application/cda+xml",
    "application/dicom",
    "application/zip",
    "text/csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)

BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {  # first, since the try-out page then lets a person choose a file
                "schema": {
                    "type": "object",
                    "required": ["files"],
                    "properties": {
                        "files": {"type": "string", "format": "binary", "description": "One payload."}
                    },
                }
            },
            **{one: {"schema": {"type": "string", "format": "binary"}, "example": "..."} for one in TYPES},
        },
    }
}


class BadMappingError(InvalidError):
    """The mapping of columns is no JSON object of texts."""

    slug = "bad-mapping"
    title = "The mapping of columns cannot be used"


RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {"model": ImportOutcomes, "description": "Nothing had to be stored, or a dry run"},
    **problems(
        CaseNotFoundError,
        StaleError,
        IdempotencyKeyReusedError,
        errors.PatientMismatchError,
        errors.AmbiguousPatientError,
        errors.UnidentifiedPatientError,
        errors.NotImportableError,
        errors.PayloadTooLargeError,
        errors.EmptyPayloadError,
        errors.NotAtomicError,
        errors.CaseChangedError,
        UnreadablePayloadError,
        BadMappingError,
        document_errors.EmptyFileError,
        document_errors.FileTypeError,
        document_errors.ProgramError,
        document_errors.MalformedFormError,
        document_errors.FormFieldError,
        document_errors.NoFilesError,
        StorageError,
    ),
}


def get_options(
    request: Request,
    charset: Annotated[
        str | None, Query(max_length=40, description="Character set, where the payload does not say.")
    ] = None,
    date_order: Annotated[
        DateOrder | None,
        Query(
            description="For tables: the order of day, month and year. Left out, a date that could be two is refused."
        ),
    ] = None,
    decimal: Annotated[
        str | None,
        Query(
            pattern="^[.,]$",
            description="For tables: the decimal sign. Left out, a number that could be two is refused.",
        ),
    ] = None,
    mapping: Annotated[
        str | None,
        Query(
            max_length=8_000,
            description='For tables: a JSON object of column names and fields, as {"Datum": "date"}.',
        ),
    ] = None,
    sheet: Annotated[
        str | None, Query(max_length=200, description="For workbooks: the one sheet to read.")
    ] = None,
    kind: Annotated[
        RecordKind | None,
        Query(description="For tables: the record kind of the rows, where the columns leave it open."),
    ] = None,
    sender: Annotated[
        str | None,
        Query(
            min_length=1,
            max_length=200,
            description="The sending system. Say it where several systems post into one case and number their things "
            "alike (`Observation/1`): what one sends then never takes over from what another sent.",
        ),
    ] = None,
    identifier_system: Annotated[
        str | None,
        Query(
            min_length=1,
            max_length=200,
            description="Who issued the patients' identifiers, where the payload does not say: of tables and images.",
        ),
    ] = None,
    file_name: Annotated[str | None, Query(max_length=255, description="The payload's file name.")] = None,
) -> Options:
    """Return what the request says of its payload."""
    return Options(
        content_type=request.headers.get("content-type"),
        file_name=file_name,
        charset=charset,
        date_order=date_order,
        decimal=decimal,  # type: ignore[arg-type]  # by its pattern
        mapping=_mapping(mapping),
        sheet=sheet,
        sender=sender,
        identifier_system=identifier_system,
        kind=kind,
    )


def _mapping(text: str | None) -> dict[str, str]:
    if text is None:
        return {}
    try:
        return msgspec.json.decode(text, type=dict[str, str])
    except (msgspec.DecodeError, RecursionError) as error:
        detail = "This is no JSON object of column names and fields."
        fix = f"Send an object such as {json.dumps({'Datum': 'date'})}."
        raise BadMappingError(detail, errors=[FieldError("/mapping", detail, fix)]) from error


OptionsDep = Annotated[Options, Depends(get_options)]
DryRun = Annotated[bool, Query(description="Answer the same, and store nothing.")]
Atomic = Annotated[bool, Query(description="Store nothing when anything of the payload is rejected.")]
SamePatient = Annotated[
    bool,
    Query(
        description="A person has made sure that it is the case's patient, although the payload says otherwise."
    ),
]


def _answer(writing: Writing, imported: Imported) -> Response:
    headers = {}
    revisions = [one.revision for one in imported.cases if one.revision is not None]
    if len(imported.cases) == 1 and imported.cases[0].case_id and not imported.dry_run:
        headers["Location"] = f"/v1/cases/{imported.cases[0].case_id}"
        if revisions:
            headers["ETag"] = quoted(str(revisions[0]))
    case_id = imported.cases[0].case_id if len(imported.cases) == 1 and not imported.dry_run else None
    return writing.answer(
        outcomes_of(imported), status=201 if imported.is_change else 200, headers=headers, case_id=case_id
    )


@router.post(
    "/v1/cases/{case_id}/imports",
    status_code=201,
    response_model=ImportOutcomes,
    responses=RESPONSES,
    openapi_extra=BODY,
)
async def import_into_case(
    case_id: CaseId,
    importer: ImporterDep,
    options: OptionsDep,
    dry_run: DryRun = False,
    atomic: Atomic = False,
    same_patient: SamePatient = False,
) -> Response:
    """Import what another system sent into a case: FHIR R4, HL7 v2, C-CDA, DICOM, CSV or XLSX, as it is.

    The format is told by looking. The payload is kept as a document; every record names its place in it. The answer
    says of each thing what became of it; what was not used, and why. Posting the same again stores nothing. A patient
    who contradicts the case's is refused.
    """
    wanted = Wanted(case_id=case_id, dry_run=dry_run, atomic=atomic, same_patient=same_patient)
    return await importer.take(wanted, options, _answer)


@router.post(
    "/v1/imports", status_code=201, response_model=ImportOutcomes, responses=RESPONSES, openapi_extra=BODY
)
async def import_anywhere(
    importer: ImporterDep,
    options: OptionsDep,
    dry_run: DryRun = False,
    atomic: Atomic = False,
    same_patient: SamePatient = False,
) -> Response:
    """Import what another system sent into the case of its patient, who is found by identifier, or a new one.

    Two cases that fit, or a name or birth date that contradicts the identifier, is refused with the cases named. A
    payload of several patients goes into the case of each: no case gets a byte of another patient.
    """
    wanted = Wanted(dry_run=dry_run, atomic=atomic, same_patient=same_patient)
    return await importer.take(wanted, options, _answer)


@router.get(
    "/v1/import-templates/{kind}.csv",
    response_class=Response,
    responses={
        200: {"description": "A CSV to fill in", "content": {"text/csv": {"schema": {"type": "string"}}}}
    },
)
def read_template(
    access: ReaderDep,  # noqa: ARG001 (whoever may read may have it)
    kind: Annotated[TemplateKind, Path(description="The record kind of the rows.")],
) -> Response:
    """Return a table to fill in: notes on dates and units, a header, and an example row.

    Posted back, the example row is skipped as long as it is unchanged.
    """
    templates = import_module(
        "app.imports.readers.tabular.templates"
    )  # the reader is not loaded at the start
    headers = {"Content-Disposition": f'attachment; filename="{kind}.csv"'}
    return Response(templates.template(kind), media_type="text/csv; charset=utf-8", headers=headers)
