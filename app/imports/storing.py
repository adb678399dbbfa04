"""Plans and stores what of a payload goes into one case, all of it as one revision."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace
from sqlalchemy.orm import Session

from app.access.domain import Access
from app.cases import service as cases
from app.documents.service import find_same_bytes
from app.documents.storing import store_documents
from app.imports import memory
from app.imports.cases_of import Target, open_or_amend
from app.imports.checking import Judgement
from app.imports.domain.keys import keys_of
from app.imports.domain.planning import Known, Newest, Planner, Step, changes_anything, key_hash
from app.imports.domain.reading import AnyItem, FoundDocument, FoundMerge, FoundRecord, Reading, Withdrawn
from app.imports.domain.studies import added, counted_in, grown
from app.imports.staged import Staged
from app.proposals import service as proposals
from app.records import superseding
from app.records.domain.base import Source
from app.records.domain.findings import ImagingStudy
from app.records.domain.kinds import AnyRecord
from app.records.service import store_versions


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What becomes of the items of one case."""

    target: Target
    steps: tuple[Step, ...]
    planner: Planner
    scope: str
    """Within which keys are one sender's."""
    before: dict[str, Known]
    payload_id: str | None
    """The document that the payload is, or will be; None where nothing keeps it."""
    is_payload_new: bool
    message: Known | None
    """What is to be remembered of the message as a whole."""

    @property
    def is_change(self) -> bool:
        """Tell whether carrying it out stores anything."""
        return self.is_payload_new or changes_anything(self.steps)

    def new_bytes(self) -> Iterator[tuple[str, Staged]]:
        """Yield (key, document) of the bytes that have to be kept."""
        for one in self.new_documents():
            yield one.key(self.target.case_id or ""), one

    def new_documents(self) -> Iterator[Staged]:
        """Yield the documents whose bytes are to stay."""
        if self.is_payload_new:
            yield self.target.part.payload
        for step in self.steps:
            if isinstance(step.item, FoundDocument) and step.act == "create":
                yield self.target.part.papers[step.item.key]


def make_plan(
    session: Session,
    target: Target,
    reading: Reading,
    *,
    sender: str | None,
    judge: Judgement,
    new_id: Callable[[], str],
) -> Plan:
    """Decide what becomes of the items that go into a case, or that none is opened for."""
    case_id = target.case_id or ""
    part, scope = target.part, f"{case_id}\n{reading.format}\n{sender or ''}"
    items = part.items
    message_key = None if reading.message is None else key_hash(scope, f"message\n{reading.message}")
    hashed = [key_hash(scope, key) for key in keys_of(items)]
    before = memory.recall(session, case_id, [*hashed, *([message_key] if message_key else [])])
    ids = {known.subject_id for known in before.values()}
    items, unchanged = _grown(
        session, case_id, items, {key: before.get(key_hash(scope, key)) for key in keys_of(items)}
    )
    newest = {
        record_id: Newest(version=one.version, is_active=one.is_active)
        for record_id, one in superseding.newest_of(session, case_id, ids).items()
    }
    hashes = {part.payload.sha256, *(paper.sha256 for paper in part.papers.values())}
    same_bytes = find_same_bytes(session, case_id, hashes)
    planner = Planner(
        scope=scope,
        known=before,
        newest=newest,
        same_bytes=same_bytes,
        faults=judge.faults,
        digest=judge.digest,
        new_id=new_id,
        document_ids={key: paper.id for key, paper in part.papers.items()},
        unchanged=unchanged,
    )
    steps = tuple(planner.plan(items, part.unfit))
    there = same_bytes.get(part.payload.sha256)
    is_repeat = message_key in before or any(step.outcome == "duplicate" for step in steps)
    has_case = target.case_id is not None
    is_payload_new = has_case and there is None and (changes_anything(steps) or not is_repeat)
    message = Known(
        subject_id=part.payload.id, kind="message", digest=part.payload.sha256, stated_at=None, version=1
    )
    return Plan(
        target=target,
        steps=steps,
        planner=planner,
        scope=scope,
        before=before,
        payload_id=part.payload.id if is_payload_new else there,
        is_payload_new=is_payload_new,
        message=message if message_key and message_key not in before and is_payload_new else None,
    )


def _grown(
    session: Session, case_id: str, items: Sequence[AnyItem], known: Mapping[str, Known | None]
) -> tuple[tuple[AnyItem, ...], frozenset[str]]:
    """Add to each thing what was known of it, where it says so; return the items, and the keys that bring no image."""
    whole: list[AnyItem] = []
    unchanged: set[str] = set()
    for item in items:
        adds = isinstance(item, FoundRecord) and (item.instances or item.adds)
        before = known.get(item.key) if adds and isinstance(item, FoundRecord) else None
        if before is None or not isinstance(item, FoundRecord):
            whole.append(item)
            continue
        record = superseding.newest_records(session, case_id, [before.subject_id]).get(before.subject_id)
        grew: FoundRecord | None = item
        if isinstance(record, ImagingStudy) and item.instances:
            there = memory.counted(session, case_id, before.subject_id)
            grew = grown(item, counted_in(case_id, item), there, record)
        elif record is not None:
            grew = added(item, record)
        if grew is None:
            unchanged.add(item.key)
        whole.append(grew or item)
    return tuple(whole), frozenset(unchanged)


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
    for step in plan.steps:
        if isinstance(step.item, FoundRecord) and step.item.instances and step.act in {"create", "supersede"}:
            memory.count(session, case_id, step.subject_id or "", counted_in(case_id, step.item))
    return revision


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
            superseding.supersede(
                session, access, case_id, amended, kind="record.amended", revision=revision, now=now
            )
        leaving = [step.withdraws or step.subject_id or "" for step in wave if step.act != "supersede"]
        if leaving:
            withdraw_all(session, access, case_id, leaving, revision=revision, now=now)


def withdraw_all(
    session: Session, access: Access, case_id: str, record_ids: Sequence[str], *, revision: int, now: datetime
) -> None:
    """Mark records as entered in error, their content as it was."""
    newest = superseding.newest_of(session, case_id, record_ids)
    content = superseding.newest_records(session, case_id, record_ids)
    versions = [(one, newest[one].version + 1, content[one]) for one in record_ids]
    superseding.supersede(
        session, access, case_id, versions, kind="record.entered_in_error", revision=revision, now=now
    )


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
            proposals.propose_merge(
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
