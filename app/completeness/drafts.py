"""Checklists and profiles as they are sent, as they are kept, and as the product brings them."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache

import msgspec

from app.access.domain import Access
from app.completeness.checklists import (
    Located,
    build,
    from_plain,
    merge,
    merge_profile,
    merged_checklists,
    merged_profiles,
    read_profile,
    shared_files,
)
from app.completeness.domain.checklist import Checklist
from app.completeness.domain.profile import Profile
from app.completeness.domain.rule_files import PRODUCT, RuleFile, RuleKind


@dataclass(frozen=True, slots=True)
class Draft:
    """A checklist or profile that was sent, read and found sound."""

    kind: RuleKind
    id: str
    version: str
    label: str
    sha256: str
    sent_sha256: str
    body: str


def draft_of(kind: RuleKind, sent: Located) -> Draft:
    """Read what was sent.

    Raises:
        ChecklistError: something in it is wrong; line or pointer are named, the further ones in `others`.
    """
    read: Checklist | Profile
    if kind == "checklist":
        merged = merge(sent, shared_files())
        read, definition = build(merged), merged.definition()
    else:
        overlay = merge_profile(sent, shared_files())
        read, definition = read_profile(overlay), overlay.definition()
    return Draft(
        kind=kind,
        id=read.id,
        version=read.version,
        label=read.label,
        sha256=read.sha256,
        sent_sha256=hashlib.sha256(msgspec.json.encode(sent.plain())).hexdigest(),
        body=msgspec.json.encode(definition).decode(),
    )


def file_of(draft: Draft, access: Access) -> RuleFile:
    """Show a draft as it would be kept."""
    return RuleFile(
        owner=access.organisation_id,
        kind=draft.kind,
        id=draft.id,
        file_id="",
        number=0,
        version=draft.version,
        label=draft.label,
        sha256=draft.sha256,
        body=draft.body,
        added_at=None,
    )


@lru_cache(maxsize=256)
def checklist_in(body: str) -> Checklist:
    """Read a checklist that was kept."""
    return build(merge(from_plain(msgspec.json.decode(body), "kept"), shared_files()))


@lru_cache(maxsize=256)
def profile_in(body: str) -> Profile:
    """Read a profile that was kept."""
    return read_profile(merge_profile(from_plain(msgspec.json.decode(body), "kept"), shared_files()))


@lru_cache(maxsize=2)
def product_files(kind: RuleKind) -> dict[str, RuleFile]:
    """Return what the product brings, by id."""
    merged = merged_checklists() if kind == "checklist" else merged_profiles()
    found = {}
    for name, one in merged.items():
        definition = one.definition()
        found[name] = RuleFile(
            owner=PRODUCT,
            kind=kind,
            id=name,
            file_id=name,
            number=0,
            version=definition["version"],
            label=definition["label"],
            sha256=one.sha256,
            body=msgspec.json.encode(definition).decode(),
            added_at=None,
        )
    return found
