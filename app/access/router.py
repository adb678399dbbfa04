"""Endpoints of keys."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from app.access import service
from app.access.dependencies import AccessDep, AdminDep, WritingDep
from app.access.domain import SCOPES, KeyNotFoundError
from app.access.schemas import KeyCreate, KeyMade, KeyPage, WhoAmI
from app.errors import FieldError, InvalidError
from app.events.service import instant_text
from app.web.dependencies import ReadingDep, new_id
from app.web.jsonroute import JsonRoute, json_answer
from app.web.pagination import Cursor, Limit, decode_cursor, encode_cursor, link_header, page_of
from app.web.problems import problems

router = APIRouter(prefix="/v1", tags=["8 Access"], route_class=JsonRoute)


class ExpiryError(InvalidError):
    """A key's end cannot be used."""

    slug = "invalid-expiry"
    title = "The key's end cannot be used"


@router.get("/whoami", response_model=WhoAmI)
def who_am_i(access: AccessDep, session: ReadingDep) -> Response:
    """Tell what the key of this request is, and what it allows."""
    return json_answer(
        WhoAmI(
            organisation_id=access.organisation_id,
            organisation=service.organisation_name(session, access.organisation_id),
            key_id=access.key_id,
            key_name=access.key_name,
            scopes=tuple(scope for scope in SCOPES if scope in access.scopes),
            case_id=access.case_id,
            expires_at=instant_text(access.expires_at) if access.expires_at else None,
            person=access.actor.person,
        )
    )


@router.post("/keys", status_code=201, response_model=KeyMade)
def make_key(body: KeyCreate, writing: WritingDep) -> Response:
    """Make a key of your organisation. The key is in this answer and never shown again; only its hash is stored."""
    writing.access.require("admin")
    writing.access.require_whole_organisation()
    if body.expires_at is not None and (body.expires_at.tzinfo is None or body.expires_at <= writing.now):
        message = "The key would never be valid, or its end has no time zone."
        fix = (
            "Send a moment in the future with its zone, such as 2030-01-31T00:00:00Z, or leave the field out."
        )
        raise ExpiryError(message, errors=[FieldError("/expires_at", message, fix)])
    key, secret = service.make_key(
        writing.session,
        actor=writing.access.actor,
        key_id=new_id(),
        name=body.name,
        scopes=body.scopes,
        case_id=body.case_id,
        expires_at=body.expires_at,
        now=writing.now,
    )
    return writing.answer(
        KeyMade(key=key, secret=secret),
        keep=KeyMade(key=key, secret=None),
        status=201,
        headers={"Location": f"/v1/keys/{key.id}"},
    )


@router.get("/keys", response_model=KeyPage)
def list_keys(
    request: Request, access: AdminDep, session: ReadingDep, limit: Limit = 50, cursor: Cursor = None
) -> Response:
    """List your organisation's keys, oldest first, revoked ones included; the keys themselves are not shown."""
    access.require_whole_organisation()
    after = decode_cursor(cursor, tuple[str])[0] if cursor else None
    found = service.list_keys(session, access.organisation_id, after=after, limit=limit)
    page = page_of(found, limit, lambda key: encode_cursor(key.id))
    return json_answer(page, headers=link_header(request, page.next_cursor))


@router.delete(
    "/keys/{key_id}", status_code=204, response_class=Response, responses=problems(KeyNotFoundError)
)
def revoke_key(key_id: Annotated[str, Path(max_length=36)], writing: WritingDep) -> Response:
    """Revoke a key of your organisation at once."""
    writing.access.require("admin")
    writing.access.require_whole_organisation()
    service.revoke_key(writing.session, actor=writing.access.actor, key_id=key_id, now=writing.now)
    return writing.answer(status=204)
