"""Stores what a reader found: bytes first, then all rows and events in one transaction, then the answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, TypeVar, get_args

from sqlalchemy.orm import Session

from app.access.dependencies import Repeat, Writing
from app.access.domain import Access
from app.cases.domain import CaseNotFoundError
from app.documents.inspection.inspector import Inspector
from app.documents.putting import SURELY_THERE, put_files, require_bytes
from app.errors import FieldError
from app.imports.cases_of import Target, again, hold, meanwhile, require_unchanged, targets_of
from app.imports.checking import Judgement
from app.imports.domain.errors import (
    CaseChangedError,
    NotAtomicError,
    NotImportableError,
    PayloadTooLargeError,
)
from app.imports.domain.identity import attributed
from app.imports.domain.imported import Imported, ImportedCase
from app.imports.domain.planning import Step
from app.imports.domain.reading import AnyItem, Format, NotUsed, Reading
from app.imports.domain.storable import storable
from app.imports.formats import read
from app.imports.plans import Plan, make_plan
from app.imports.staged import Part, Sent, Stager
from app.imports.storing import carry_out
from app.infra.blobs import BlobStore
from app.infra.database import Database
from app.infra.sweeping import keep_blobs

ATTEMPTS = 3
"""How often an import begins anew when a case of its patient was opened, or erased, meanwhile."""
ITEMS_MOST = 50_000
"""Things of one payload: what they become is held in memory until all of it is stored."""

READ_WHOLE_MOST: Final = 32 * 1024**2
"""The largest payload that is read whole, in bytes: reading one of this size stays below half a gigabyte of memory."""

AnswerT = TypeVar("AnswerT")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shell:
    """What storing a payload needs of the world."""

    database: Database
    blobs: BlobStore
    inspector: Inspector
    new_id: Callable[[], str]
    clock: Callable[[], datetime]
    read_bytes_most: int
    """The largest payload that is read whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """How a payload is to be imported."""

    case_id: str | None = None
    """The case; None finds or opens one by the patient's identifiers."""
    dry_run: bool = False
    atomic: bool = False
    """Whether nothing is stored when anything is rejected."""
    takes: frozenset[Format] = frozenset(get_args(Format))
    """The formats that are taken."""
    atomic_kinds: frozenset[str] = frozenset()
    """Payloads that call themselves so are stored whole or not at all."""
    same_patient: bool = False
    """Whether a person has made sure that the patient is the case's, whatever the payload says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """One payload on its way into the cases that it belongs to."""

    shell: Shell
    access: Access
    sent: Sent
    wanted: Wanted
    folder: Path

    def store(
        self,
        conclude: Callable[[Writing, Imported], AnswerT],
        *,
        fingerprint: str = "",
        repeat: Repeat | None = None,
        check: Callable[[Sequence[Target]], None] = lambda _: None,
    ) -> AnswerT:
        """Read and store the payload, and return what `conclude` makes of it within the transaction.

        `check` may refuse the cases as they are before anything is changed.

        Raises:
            AnsweredBefore: the very same request was carried out before.
            DomainError: nothing was stored, and why.
        """
        found = read(self.sent, bytes_most=self.shell.read_bytes_most)
        if len(found.items) > ITEMS_MOST:
            message = (
                f"The payload holds more than {ITEMS_MOST:,} things; send it in parts. Nothing was stored."
            )
            raise PayloadTooLargeError(message)
        reading = attributed(storable(found), self.sent.options.identifier_system)
        if reading.format not in self.wanted.takes:
            message = f"Here only {', '.join(sorted(self.wanted.takes))} is taken; POST /v1/imports takes all formats."
            raise NotImportableError(message)
        judge = Judgement()
        stager = Stager(self.folder, self.shell.inspector, self.shell.new_id)
        parts = stager.parts(self.sent, reading, together=self.wanted.case_id is not None)
        for attempt in range(1, ATTEMPTS + 1):
            with self.shell.database.read() as session:
                targets = self._targets(session, parts, reading)
                check(targets)
                plans = self._plans(session, targets, reading, judge)
                if self.wanted.dry_run:
                    self._require_all(reading, plans)
                    writing = Writing(self.access, self.shell.clock(), session)
                    return conclude(writing, self._imported(reading, plans, [], dry_run=True))
            try:
                return self._write(
                    reading, plans, conclude, judge=judge, fingerprint=fingerprint, repeat=repeat, check=check
                )
            except CaseNotFoundError as error:  # erased meanwhile
                if self.wanted.case_id is not None:
                    raise
                if attempt == ATTEMPTS:
                    raise meanwhile() from error
            except CaseChangedError:
                if attempt == ATTEMPTS:
                    raise
        raise AssertionError  # pragma: no cover (the loop returns or raises)

    def _write(
        self,
        reading: Reading,
        foreseen: Sequence[Plan],
        conclude: Callable[[Writing, Imported], AnswerT],
        *,
        judge: Judgement,
        fingerprint: str,
        repeat: Repeat | None,
        check: Callable[[Sequence[Target]], None],
    ) -> AnswerT:
        shell, put_at = self.shell, self.shell.clock()
        files = {key: one.path for plan in foreseen for key, one in plan.new_bytes()}
        with put_files(shell.blobs, files) as puts, shell.database.write() as session:
            writing = Writing(self.access, shell.clock(), session, fingerprint, repeat)
            before = [plan.target for plan in foreseen]
            hold(writing.session, self.access, before)
            keep_blobs(session)
            targets = require_unchanged(before, self._targets(session, [one.part for one in before], reading))
            check(targets)
            plans = self._plans(session, targets, reading, judge)
            keys = {key for plan in plans for key, _ in plan.new_bytes()}
            if keys - files.keys():
                raise meanwhile()
            if writing.now - put_at > SURELY_THERE:
                require_bytes(shell.blobs, keys)
            self._require_all(reading, plans)
            revisions: list[int | None] = []
            done: set[str] = set()
            for index, plan in enumerate(plans):
                if plan.target.case_id in done:  # another patient of the payload is the same one
                    target = again(session, self.access, plan.target)
                    plans[index] = self._plan(session, target, reading, judge)
                revisions.append(carry_out(session, self.access, plans[index], reading, writing.now))
                done |= {plan.target.case_id} if plan.target.case_id else set()
            keys = {key for plan in plans for key, _ in plan.new_bytes()}
            answer = conclude(writing, self._imported(reading, plans, revisions, dry_run=False))
            # From here on the commit may happen even if we do not learn of it: the bytes must stay.
            puts.wanted = keys
        return answer

    def _targets(self, session: Session, parts: Sequence[Part], reading: Reading) -> list[Target]:
        return targets_of(
            session,
            self.access,
            parts,
            patients=reading.patients,
            case_id=self.wanted.case_id,
            same_patient=self.wanted.same_patient,
            new_id=self.shell.new_id,
        )

    def _plans(
        self, session: Session, targets: Sequence[Target], reading: Reading, judge: Judgement
    ) -> list[Plan]:
        return [self._plan(session, target, reading, judge) for target in targets]

    def _plan(self, session: Session, target: Target, reading: Reading, judge: Judgement) -> Plan:
        sender, new_id = self.sent.options.sender, self.shell.new_id
        return make_plan(session, target, reading, sender=sender, judge=judge, new_id=new_id)

    def _require_all(self, reading: Reading, plans: Sequence[Plan]) -> None:
        """Go on only if everything can be used, where all or nothing was asked for.

        Raises:
            NotAtomicError: something was rejected.
        """
        if not self.wanted.atomic and reading.kind not in self.wanted.atomic_kinds:
            return
        steps = _steps(reading, plans)
        found = [
            FieldError(
                f"/items/{index}",
                step.detail or "It cannot be used.",
                step.fix or "Mend it, or leave it out.",
            )
            for index, (step, _) in enumerate(steps)
            if step.outcome == "rejected"
        ]
        if found:
            items = [
                {
                    "outcome": "rejected" if step.outcome == "rejected" else "skipped",
                    "id": None,
                    "place": step.item.place,
                    "problem": None,
                }
                for step, _ in steps
            ]
            message = (
                f"{len(found)} of {len(steps)} things in the payload cannot be used; nothing was stored."
            )
            raise NotAtomicError(message, errors=found, members={"items": items})

    def _imported(
        self, reading: Reading, plans: Sequence[Plan], revisions: Sequence[int | None], *, dry_run: bool
    ) -> Imported:
        return Imported(
            reading=reading,
            steps=tuple(_steps(reading, plans)),
            cases=tuple(
                ImportedCase(
                    case_id=plan.target.case_id,
                    outcome=plan.target.outcome,
                    revision=revisions[index] if revisions else None,
                    payload_id=plan.payload_id,
                    is_payload_new=plan.is_payload_new,
                )
                for index, plan in enumerate(plans)
            ),
            dry_run=dry_run,
            content=self.sent.path.read_bytes,
        )


def _steps(reading: Reading, plans: Sequence[Plan]) -> list[tuple[Step, str | None]]:
    """Return a step for each item of the reading, in its order; what belongs to no patient went into no case."""
    found: dict[int, tuple[Step, str | None]] = {}
    for plan in plans:
        for (number, _), step in zip(plan.target.part.numbered, plan.steps, strict=True):
            found[number] = (step, plan.target.case_id)
    return [found.get(number) or (_astray(item), None) for number, item in enumerate(reading.items)]


def _astray(item: AnyItem) -> Step:
    if isinstance(item, NotUsed):
        return Step(item=item, outcome=item.outcome, detail=item.detail, fix=item.fix)
    return Step(
        item=item,
        outcome="rejected",
        detail="It names no patient, and the payload holds several.",
        fix="Name its patient, or post it to the case that it belongs to.",
    )
