"""Plans what of a payload goes into one case, given what is stored."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.documents.service import find_same_bytes
from app.imports import memory
from app.imports.cases_of import Target
from app.imports.checking import Judgement
from app.imports.domain.keys import keys_of
from app.imports.domain.planning import Known, Planner, Step, changes_anything, key_hash
from app.imports.domain.reading import AnyItem, FoundDocument, FoundRecord, Reading
from app.imports.domain.studies import Counted, added, counted_in, grown
from app.imports.staged import Staged
from app.records import loading
from app.records.domain.findings import ImagingStudy
from app.records.domain.stored import Newest


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What becomes of the items of one case."""

    target: Target
    steps: tuple[Step, ...]
    planner: Planner
    scope: str
    """Within which keys are one sender's."""
    before: dict[str, Known]
    counted: Mapping[str, Counted]
    """The images that came before, by the record of their study."""
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
    known = {key: before.get(key_hash(scope, key)) for key in keys_of(items)}
    newest = loading.newest_of(session, case_id, ids)
    grown = _grown(session, case_id, items, known=known, newest=newest, digest=judge.digest)
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
        unchanged=grown.unchanged,
    )
    steps = tuple(planner.plan(grown.items, part.unfit))
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
        counted=grown.counted,
        payload_id=part.payload.id if is_payload_new else there,
        is_payload_new=is_payload_new,
        message=message if message_key and message_key not in before and is_payload_new else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Grown:
    """The items of a payload, each with what was known of it where it says so."""

    items: tuple[AnyItem, ...]
    unchanged: frozenset[str]
    """Keys of what says nothing that was not known."""
    counted: Mapping[str, Counted]
    """The images that came before, by the record of their study."""


def _grown(
    session: Session,
    case_id: str,
    items: Sequence[AnyItem],
    *,
    known: Mapping[str, Known | None],
    newest: Mapping[str, Newest],
    digest: Callable[[FoundRecord], str],
) -> _Grown:
    whole: list[AnyItem] = []
    unchanged: set[str] = set()
    counted: dict[str, Counted] = {}
    for item in items:
        before = (
            known.get(item.key) if isinstance(item, FoundRecord) and (item.instances or item.adds) else None
        )
        if before is None or not isinstance(item, FoundRecord) or before.subject_id not in newest:
            whole.append(item)
            continue
        record = loading.newest_records(session, case_id, [before.subject_id])[before.subject_id]
        grew: FoundRecord | None
        if isinstance(record, ImagingStudy) and item.instances:
            there = counted[before.subject_id] = memory.counted(session, case_id, before.subject_id)
            grew = grown(item, counted_in(case_id, item), there, record)
        else:
            grew = added(item, record)
        if grew is None:
            unchanged.add(item.key)
        elif not newest[before.subject_id].is_active and digest(grew) != before.digest:
            grew = None  # what is entered in error adds nothing to what is said anew
        whole.append(grew or item)
    return _Grown(items=tuple(whole), unchanged=frozenset(unchanged), counted=counted)
