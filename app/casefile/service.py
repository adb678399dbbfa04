"""The one loader of the case file: a fixed number of queries, whatever the size."""

from datetime import date, datetime, tzinfo

from sqlalchemy.orm import Session

from app.access.domain import Access
from app.casefile.domain.case_file import CaseFile, Entry
from app.cases import service as cases
from app.documents import service as documents
from app.proposals import proposing as proposals
from app.proposals.domain import record_of
from app.records import loading as records


def load_case_file(
    session: Session, access: Access, case_id: str, *, zone: tzinfo, revision: int | None = None
) -> CaseFile:
    """Load a case at a revision (None: now) with its active records, documents and proposals, each in order of id.

    `zone` tells on which day a record was stored.

    Raises:
        CaseNotFoundError: there is no such case that the key opens, or it never had this revision.
    """
    case = cases.get_case_at(session, access, case_id, revision)
    days = _Days(zone)
    loaded = records.load_records(session, case_id, revision)
    entries = [
        Entry(record_id, version, record, days[moment]) for record_id, version, record, moment in loaded
    ]
    waiting = [
        Entry(proposal_id, 1, record_of(content), days[moment])
        for proposal_id, content, moment in proposals.load_waiting(session, case_id, revision)
    ]
    papers = documents.load_documents(session, case_id, revision)
    return CaseFile(case, tuple(entries), papers, tuple(waiting))


class _Days(dict[datetime, date]):
    """The days of moments in a zone, each told once: a batch of records is stored at one moment."""

    def __init__(self, zone: tzinfo) -> None:
        super().__init__()
        self._zone = zone

    def __missing__(self, moment: datetime) -> date:
        self[moment] = day = moment.astimezone(self._zone).date()
        return day
