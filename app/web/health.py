"""Whether the process lives, and whether it can serve."""

from dataclasses import dataclass
from typing import Literal

from fastapi import APIRouter
from sqlalchemy import text
from starlette.responses import Response

from app.errors import UnavailableError
from app.web.dependencies import DatabaseDep
from app.web.jsonroute import json_answer
from app.web.problems import problems

router = APIRouter(tags=["10 Operations"])


class NotReadyError(UnavailableError):
    """The service cannot reach what it stands on."""

    slug = "not-ready"
    title = "The service is not ready"


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """The state of this process."""

    status: Literal["ok"]


@router.get("/healthz", response_model=Health)
def healthz() -> Response:
    """Tell that the process lives."""
    return json_answer(Health(status="ok"))


@router.get("/readyz", response_model=Health, responses=problems(NotReadyError))
def readyz(database: DatabaseDep) -> Response:
    """Tell that the database answers, so that requests can be served."""
    try:
        with database.read() as session:
            session.execute(text("SELECT 1"))
    except Exception as error:
        message = "The database does not answer."
        raise NotReadyError(message, headers={"Retry-After": "2"}) from error
    return json_answer(Health(status="ok"))
