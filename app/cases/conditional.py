"""Whether a case is there, and as the caller knows it, before a long request begins."""

from starlette.requests import Request

from app.access.domain import Access
from app.cases import service
from app.infra.database import Database
from app.web.conditional import require_match


def require_case(database: Database, access: Access, case_id: str, request: Request) -> None:
    """Go on only if the case is there, at the version that the request names in If-Match, where it names one.

    Raises:
        CaseNotFoundError: there is no such case that the key opens.
        StaleError: it is at another version.
    """
    with database.read() as session:
        require_match(request, str(service.get_case(session, access, case_id).revision))
