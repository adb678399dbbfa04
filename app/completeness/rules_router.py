"""Endpoints of checklists and destination profiles."""

from typing import Annotated, Any, Literal

import msgspec
import yaml
from fastapi import APIRouter, Path, Query, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.access.dependencies import ReaderDep, Writing, WritingDep
from app.completeness import drafts, keeping
from app.completeness.body import SentDep, body_description
from app.completeness.domain.rule_files import (
    ChecklistNotFoundError,
    IdTakenError,
    ProfileNotFoundError,
    RuleFile,
    RuleKind,
    RulesInvalidError,
    RulesMediaError,
    RulesTooLargeError,
    VersionTakenError,
)
from app.completeness.examples import (
    CHECKLIST_EXAMPLES,
    CHECKLIST_SCHEMA,
    CHECKLIST_YAML_EXAMPLES,
    PROFILE_EXAMPLES,
    PROFILE_SCHEMA,
    PROFILE_YAML_EXAMPLES,
)
from app.completeness.schemas import (
    ChecklistList,
    ChecklistRead,
    ChecklistWhole,
    ProfileList,
    ProfileRead,
    ProfileWhole,
    checklist_fields,
    profile_fields,
)
from app.web.conditional import quoted, unless_seen
from app.web.dependencies import ReadingDep, new_id
from app.web.jsonroute import JsonRoute, json_answer
from app.web.pagination import (
    BadCursorError,
    Cursor,
    Limit,
    decode_cursor,
    encode_cursor,
    link_header,
    page_of,
)
from app.web.problems import problems

router = APIRouter(prefix="/v1", tags=["5 Completeness"], route_class=JsonRoute)

FileId = Annotated[str, Path(max_length=60, description="Its id.")]
Version = Annotated[
    str | None,
    Query(
        max_length=64, description="Its version, or the SHA-256 that a report names; left out, the newest."
    ),
]
Form = Annotated[
    Literal["json", "yaml"],
    Query(alias="format", description="`yaml` answers the definition alone, ready to be changed and sent."),
]
DryRun = Annotated[bool, Query(description="Validate and answer the same, and store nothing.")]
_REFUSALS = (RulesInvalidError, RulesMediaError, RulesTooLargeError, IdTakenError, VersionTakenError)
_AS_YAML: dict[str, Any] = {
    "content": {"application/yaml": {"schema": {"type": "object", "description": "The definition, as YAML."}}}
}
_ADDED: dict[str, Any] = {"description": "It was there already, or it is a dry run: nothing had to be stored"}


@router.get("/checklists", response_model=ChecklistList, responses=problems(BadCursorError))
def list_checklists(
    request: Request, access: ReaderDep, session: ReadingDep, limit: Limit = 50, cursor: Cursor = None
) -> Response:
    """List the checklists at their newest versions: the product's four reviews, then your organisation's own."""
    return _list("checklist", request, session, access.organisation_id, limit=limit, cursor=cursor)


@router.post(
    "/checklists",
    status_code=201,
    response_model=ChecklistWhole,
    responses={200: {"model": ChecklistWhole, **_ADDED}, **problems(*_REFUSALS)},
    openapi_extra=body_description(CHECKLIST_SCHEMA, CHECKLIST_EXAMPLES, CHECKLIST_YAML_EXAMPLES),
)
def add_checklist(writing: WritingDep, sent: SentDep, dry_run: DryRun = False) -> Response:
    """Add a checklist of your organisation, or a new version of one; send JSON, or the same as YAML.

    A version never changes: the same content again answers what is there, other content is refused. What is wrong is
    named by its JSON pointer, in YAML by its line too. It needs a key of the whole organisation with the scope `admin`.
    """
    return _add("checklist", writing, sent, dry_run=dry_run)


@router.get(
    "/checklists/{checklist_id}",
    response_model=ChecklistWhole,
    responses={200: _AS_YAML, **problems(ChecklistNotFoundError)},
)
def get_checklist(
    checklist_id: FileId,
    request: Request,
    access: ReaderDep,
    session: ReadingDep,
    version: Version = None,
    form: Form = "json",
) -> Response:
    """Read one checklist: its items, why each matters, where it comes from, and the whole definition."""
    file = keeping.find_file(session, access.organisation_id, "checklist", checklist_id, version)
    return _answer(file, request, session, access.organisation_id, form)


@router.get("/profiles", response_model=ProfileList, responses=problems(BadCursorError))
def list_profiles(
    request: Request, access: ReaderDep, session: ReadingDep, limit: Limit = 50, cursor: Cursor = None
) -> Response:
    """List the destination profiles at their newest versions: the product's examples, then your organisation's own."""
    return _list("profile", request, session, access.organisation_id, limit=limit, cursor=cursor)


@router.post(
    "/profiles",
    status_code=201,
    response_model=ProfileWhole,
    responses={200: {"model": ProfileWhole, **_ADDED}, **problems(*_REFUSALS)},
    openapi_extra=body_description(PROFILE_SCHEMA, PROFILE_EXAMPLES, PROFILE_YAML_EXAMPLES),
)
def add_profile(writing: WritingDep, sent: SentDep, dry_run: DryRun = False) -> Response:
    """Add a destination profile, or a new version of one: what a receiving hospital asks beside a checklist.

    It adds items, drops some, and asks more strictly; a report names the exact checklist and profile that it used. Like
    a checklist, it is sent as JSON or YAML, and a version never changes.
    """
    return _add("profile", writing, sent, dry_run=dry_run)


@router.get(
    "/profiles/{profile_id}",
    response_model=ProfileWhole,
    responses={200: _AS_YAML, **problems(ProfileNotFoundError)},
)
def get_profile(
    profile_id: FileId,
    request: Request,
    access: ReaderDep,
    session: ReadingDep,
    version: Version = None,
    form: Form = "json",
) -> Response:
    """Read one destination profile: what it asks for, and the whole definition."""
    file = keeping.find_file(session, access.organisation_id, "profile", profile_id, version)
    return _answer(file, request, session, access.organisation_id, form)


def _list(
    kind: RuleKind,
    request: Request,
    session: Session,
    organisation_id: str,
    *,
    limit: int,
    cursor: str | None,
) -> Response:
    after = decode_cursor(cursor, tuple[int, str]) if cursor else None
    found = keeping.list_files(session, organisation_id, kind, after=after, limit=limit)
    page = page_of(found, limit, lambda file: encode_cursor(0 if file.is_product else 1, file.id))
    versions = keeping.versions_of(session, organisation_id, kind, [file.id for file in page.items])
    items = tuple(
        (ChecklistRead if kind == "checklist" else ProfileRead)(**_fields(file, versions[file.id]))
        for file in page.items
    )
    body = {"items": items, "next_cursor": page.next_cursor}
    return json_answer(body, headers=link_header(request, page.next_cursor))


def _add(kind: RuleKind, writing: Writing, sent: SentDep, *, dry_run: bool) -> Response:
    writing.access.require("admin")
    writing.access.require_whole_organisation()
    draft = sent.draft(kind)
    session, access = writing.session, writing.access
    if dry_run:
        keeping.check_draft(session, access, draft)
        return json_answer(_whole(drafts.file_of(draft, access), [draft.version]))
    file, is_new = keeping.add_file(session, access, draft, new_id=new_id, now=writing.now)
    versions = keeping.versions_of(session, access.organisation_id, kind, [file.id])[file.id]
    headers = {"ETag": quoted(file.sha256)}
    if is_new:
        headers["Location"] = f"/v1/{kind}s/{file.id}?version={file.version}"
    return writing.answer(_whole(file, versions), status=201 if is_new else 200, headers=headers)


def _answer(file: RuleFile, request: Request, session: Session, organisation_id: str, form: str) -> Response:
    if form == "yaml":
        text = yaml.safe_dump(msgspec.json.decode(file.body), sort_keys=False, allow_unicode=True, width=110)
        return Response(text, media_type="application/yaml", headers={"ETag": quoted(f"{file.sha256}.yaml")})
    versions = keeping.versions_of(session, organisation_id, file.kind, [file.id])[file.id]
    return unless_seen(request, f"{file.sha256}.{len(versions)}", lambda: json_answer(_whole(file, versions)))


def _whole(file: RuleFile, versions: list[str]) -> ChecklistWhole | ProfileWhole:
    fields = {**_fields(file, versions), "definition": msgspec.json.decode(file.body)}
    return ChecklistWhole(**fields) if file.kind == "checklist" else ProfileWhole(**fields)


def _fields(file: RuleFile, versions: list[str]) -> dict[str, Any]:
    said = (
        checklist_fields(drafts.checklist_in(file.body))
        if file.kind == "checklist"
        else profile_fields(drafts.profile_in(file.body))
    )
    return {
        **said,
        "origin": "product" if file.is_product else "organisation",
        "versions": tuple(versions),
        "added_at": None if file.is_product else file.added_at,
    }
