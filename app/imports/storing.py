"""Stores what a plan decides of one case, all of it as one revision."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace
from sqlalchemy.orm import Session

from app.access.domain import Access
from app.cases import service as cases
from app.documents.storing import store_documents
from app.imports import memory
from app.imports.cases_of import open_or_amend
from app.imports.domain.planning import Step, key_hash
from app.imports.domain.reading import FoundDocument, FoundMerge, FoundRecord, Reading, Withdrawn
from app.imports.domain.studies import NO_IMAGES, Counted, counted_in
from app.imports.plans import Plan
from app.proposals import merging
from app.records import loading
from app.records.domain.base import Source
from app.records.domain.kinds import AnyRecord
from app.records.storing import store_versions, supersede


def carry_out(session: Session, access: Access, plan: Plan, reading: Reading, now: datetime) -> int | None:
    """Store what a plan decides, and return the revision of the case that this made; None where nothing had to be."""
    case_id = plan.target.case_id
    is_told = plan.target.case is None or plan.target.body != plan.target.case.body
    if case_id is None or not (plan.is_change or is_told):
        return None
    revision = open_or_amend(session, access, plan.target, now)
    if revision is None:
        revision = cases.next_revision(session, access, case_id=case_id, now=now)
    new = [one.as_new() for one in plan.new_documents()]
    if new:
        store_documents(session, access, case_id=case_id, new=new, now=now, revision=revision)
    created = [
        (step.subject_id or "", 1, _with_sources(plan, step))
        for step in plan.steps
        if step.act == "create" and isinstance(step.item, FoundRecord)
    ]
    if created:
        store_versions(session, access, case_id, created, kind="record.created", revision=revision, now=now)
    _change(session, access, plan, revision, now)
    _propose(session, access, plan, revision, now)
    scope = plan.scope
    remembered = {
        key_hash(scope, step.item.key): step.known
        for step in plan.steps
        if step.known is not None
        and isinstance(step.item, FoundRecord | FoundDocument | Withdrawn | FoundMerge)
    }
    if plan.message is not None:
        remembered[key_hash(scope, f"message\n{reading.message}")] = plan.message
    memory.remember(session, case_id, remembered, plan.before)
    _count(session, case_id, plan)
    return revision


def _count(session: Session, case_id: str, plan: Plan) -> None:
    """Remember the images of the studies that came; several things of a payload may be of one study."""
    found: dict[str, Counted] = {}
    for step in plan.steps:
        if isinstance(step.item, FoundRecord) and step.item.instances and step.act in {"create", "supersede"}:
            study = step.subject_id or ""
            found[study] = found.get(study, NO_IMAGES) | counted_in(case_id, step.item)
    for study, images in found.items():
        memory.count(session, case_id, study, images - plan.counted.get(study, NO_IMAGES))


def _change(session: Session, access: Access, plan: Plan, revision: int, now: datetime) -> None:
    """Store the new versions of records, wave by wave: of one record, one version at a time."""
    case_id = plan.target.case_id or ""
    changed: Counter[str] = Counter()
    waves: list[list[Step]] = []
    for step in plan.steps:
        if step.act in {"supersede", "withdraw"} or step.withdraws is not None:
            subject = step.withdraws or step.subject_id or ""
            if changed[subject] == len(waves):
                waves.append([])
            waves[changed[subject]].append(step)
            changed[subject] += 1
    for wave in waves:
        amended = [
            (step.subject_id or "", step.version, _with_sources(plan, step))
            for step in wave
            if step.act == "supersede"
        ]
        if amended:
            supersede(session, access, case_id, amended, kind="record.amended", revision=revision, now=now)
        leaving = [step.withdraws or step.subject_id or "" for step in wave if step.act != "supersede"]
        if leaving:
            _withdraw(session, access, case_id, leaving, revision=revision, now=now)


def _withdraw(
    session: Session, access: Access, case_id: str, record_ids: Sequence[str], *, revision: int, now: datetime
) -> None:
    """Mark records as entered in error, their content as it was."""
    newest = loading.newest_of(session, case_id, record_ids)
    content = loading.newest_records(session, case_id, record_ids)
    versions = [(one, newest[one].version + 1, content[one]) for one in record_ids]
    supersede(session, access, case_id, versions, kind="record.entered_in_error", revision=revision, now=now)


def _with_sources(plan: Plan, step: Step) -> AnyRecord:
    """Return a record with the places that it was read from, and the ids of the records that it names."""
    item = step.item
    if not isinstance(item, FoundRecord):  # pragma: no cover (only records are asked for)
        raise TypeError
    papers = [plan.planner.subject_of(key) for key in item.papers]
    sources = (
        Source(document_id=plan.payload_id, place=item.place, quote=item.quote),
        *(
            Source(document_id=one)
            for one in dict.fromkeys(papers)
            if one is not None and one != plan.payload_id
        ),
    )
    links: dict[str, object] = {}
    for link in item.links:
        ids = tuple(dict.fromkeys(one for key in link.keys if (one := plan.planner.subject_of(key))))
        if ids:
            several = isinstance(getattr(item.record, link.field), tuple)
            links[link.field] = ids if several else ids[0]
    return replace(item.record, sources=sources, **links)


def _propose(session: Session, access: Access, plan: Plan, revision: int, now: datetime) -> None:
    for step in plan.steps:
        if isinstance(step.item, FoundMerge) and step.act == "create":
            merging.propose_merge(
                session,
                access,
                case_id=plan.target.case_id or "",
                proposal_id=step.subject_id or "",
                surviving=step.item.surviving,
                retired=step.item.retired,
                source=Source(document_id=plan.payload_id, place=step.item.place),
                revision=revision,
                now=now,
            )
