"""HL7 v2 messages on their way in, and the acknowledgment of each: the same for HTTP and MLLP.

A message is accepted once it is stored. It is an error where it must be mended or sent again (its patient is unclear,
the store is full), and rejected where it is of no type that is read here, or cannot be read at all.
"""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import structlog
from sqlalchemy.exc import OperationalError

from app.access import service as access_service
from app.access.dependencies import Writing
from app.access.domain import Access
from app.errors import ConflictError, DomainError, InvalidError, UnavailableError, UnsupportedMediaError
from app.imports.domain.errors import NotImportableError, UnidentifiedPatientError
from app.imports.domain.imported import Imported
from app.imports.domain.planning import Step
from app.imports.domain.reading import Options
from app.imports.formats import format_of
from app.imports.importing import Import, Shell, Wanted
from app.imports.readers.hl7v2.acks import Condition, Outcome, Problem, acknowledge
from app.imports.sending import look_at_payload

log = structlog.get_logger("caseline.hl7v2")

_MESSAGE: Final = re.compile(r"MSH\[(\d+)\]")
_TYPE_PLACE: Final = "MSH-9"
_UNKNOWN_PATIENT: Final = (ConflictError, UnidentifiedPatientError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Messages:
    """Takes messages and acknowledges them."""

    shell: Shell
    staging_dir: Path

    def take(self, content: bytes, access: Access) -> bytes:
        """Store what a message, or a batch of them, says, and return its acknowledgment; never raises."""
        now = self.shell.clock()
        control_id = self.shell.new_id().replace("-", "")[-20:]
        folder = self.staging_dir / self.shell.new_id()
        try:
            folder.mkdir(mode=0o700, parents=True)
            outcomes = self._stored(content, access, folder)
        except DomainError as error:
            outcomes = [_refused(error)]
        except (OperationalError, OSError) as error:
            log.error("message_not_stored", error=type(error).__name__)  # noqa: TRY400 (a traceback may hold content)
            outcomes = [
                Outcome(
                    verdict="error", problems=(Problem(text="Nothing of it is stored. Send it again later."),)
                )
            ]
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        return acknowledge(content, outcomes, control_id=control_id, moment=now)

    def take_with_key(self, content: bytes, secret: str) -> bytes:
        """Store what a message says with the rights of a key, which is looked up anew: it may have been revoked."""
        try:
            access = self.require_key(secret)
        except DomainError:
            return self.refuse(content, "The listener's key is no longer valid. Nothing of it is stored.")
        return self.take(content, access)

    def require_key(self, secret: str) -> Access:
        """Return the rights of a key that may write.

        Raises:
            NoKeyError: it is unknown, expired or revoked.
            ScopeError: it may not write.
        """
        with self.shell.database.read() as session:
            access = access_service.identify(session, secret, person=None, now=self.shell.clock())
        access.require("write")
        return access

    def refuse(self, head: bytes, why: str) -> bytes:
        """Return the answer to what could not be handled."""
        outcome = Outcome(verdict="error", problems=(Problem(text=why),))
        control_id = self.shell.new_id().replace("-", "")[-20:]
        return acknowledge(head, outcome, control_id=control_id, moment=self.shell.clock())

    def _stored(self, content: bytes, access: Access, folder: Path) -> list[Outcome]:
        path = folder / "message"
        path.write_bytes(content)
        sent = look_at_payload(
            path,
            folder / "unpacked",
            self.shell.inspector,
            Options(),
            unpacked_most=self.shell.read_bytes_most,
        )
        if format_of(sent) != "hl7v2":
            message = "This is no HL7 v2 message."
            raise NotImportableError(message)
        one = Import(shell=self.shell, access=access, sent=sent, wanted=Wanted(), folder=folder)
        return one.store(_concluded)


def _concluded(_: Writing, imported: Imported) -> list[Outcome]:
    """Return the outcome of each message of the payload, in order."""
    by_message: dict[int, list[Step]] = {}
    for step, _case in imported.steps:
        number = _MESSAGE.match(step.item.place)
        by_message.setdefault(int(number[1]) if number else 1, []).append(step)
    last = max(by_message, default=1)
    return [_outcome(by_message.get(number, [])) for number in range(1, last + 1)]


def _outcome(steps: list[Step]) -> Outcome:
    problems = tuple(_problems(steps))
    is_unread = bool(steps) and all(
        step.outcome == "skipped" and step.item.place.endswith(_TYPE_PLACE) for step in steps
    )
    if is_unread:
        return Outcome(verdict="rejected", problems=problems)
    is_broken = bool(steps) and all(step.outcome == "rejected" for step in steps)
    return Outcome(verdict="error" if is_broken else "accepted", problems=problems)


def _problems(steps: list[Step]) -> Iterator[Problem]:
    for step in steps:
        if step.outcome not in {"skipped", "rejected"}:
            continue
        condition: Condition = "200" if step.item.place.endswith(_TYPE_PLACE) else "102"
        is_broken = step.outcome == "rejected"
        yield Problem(
            text=f"{step.detail} {step.fix}".strip(),
            place=step.item.place,
            condition=condition if is_broken or condition == "200" else "207",
            severity="E" if is_broken else "I",
        )


def _refused(error: DomainError) -> Outcome:
    text = " ".join([error.detail, *(one.fix for one in error.errors)])
    if isinstance(error, _UNKNOWN_PATIENT):
        return Outcome(verdict="error", problems=(Problem(text=text, place="PID-3", condition="204"),))
    if isinstance(error, UnavailableError):
        return Outcome(verdict="error", problems=(Problem(text=text),))
    if isinstance(error, InvalidError | UnsupportedMediaError):
        return Outcome(verdict="rejected", problems=(Problem(text=text, condition="100"),))
    return Outcome(verdict="error", problems=(Problem(text=text),))
