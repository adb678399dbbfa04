"""What waits for a person at one item: the words that it was read from, and what accepting it would make of it."""

from collections.abc import Iterator
from datetime import date

from app.casefile.domain.case_file import CaseFile, as_if_confirmed
from app.completeness.domain.check import check
from app.completeness.domain.checklist import Checklist
from app.completeness.domain.explained import UnconfirmedExplained
from app.completeness.domain.report import Item, Status


def explain_unconfirmed(case_file: CaseFile, item: Item) -> Iterator[UnconfirmedExplained]:
    """Go through the proposals that an item names."""
    waiting = {entry.id: entry.record for entry in case_file.proposals}
    for proposal_id in item.unconfirmed:
        record = waiting[proposal_id]
        source = record.sources[0]
        yield UnconfirmedExplained(
            proposal_id=proposal_id,
            kind=record.kind,
            document_id=source.document_id,
            page=source.page,
            quote=source.quote,
        )


def status_if_confirmed(case_file: CaseFile, checklist: Checklist, as_of: date, item: Item) -> Status | None:
    """Return the status of an item as if everything that waits were accepted; None where nothing of it would count."""
    if not item.unconfirmed:
        return None
    then = check(case_file.once(as_if_confirmed), checklist, as_of).item(item.key)
    return then.status if then else None


def words_if_confirmed(item: Item, then: Status | None) -> Iterator[str]:
    """Say what accepting what waits would make of an item."""
    if then is not None:
        count = len(item.unconfirmed)
        what = "what was read and waits" if count == 1 else f"the {count} records that were read and wait"
        yield f"Accept or reject {what}: if everything that waits were accepted, it would be {then.replace('_', ' ')}."
