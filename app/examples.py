"""Loads the example cases into a new database, through the same services that requests go through."""

import json
from datetime import datetime
from pathlib import Path

from pydantic import TypeAdapter

from app.access import service as access_service
from app.cases import service as cases
from app.cases.domain import CaseBody
from app.cases.schemas import CaseCreate
from app.infra.database import Database
from app.records import service as records
from app.records.schemas import RecordBatch
from app.web.dependencies import new_id

EXAMPLES = Path(__file__).parent.parent / "openapi" / "examples"


def load_examples(database: Database, *, secret: str, now: datetime) -> list[str]:
    """Store every example case with its records and return their ids; all of them, or none."""
    # Made here, since making them takes a quarter of a second that a start without examples need not wait for.
    of_case: TypeAdapter[CaseBody] = TypeAdapter(CaseCreate)
    of_batch: TypeAdapter[RecordBatch] = TypeAdapter(RecordBatch)
    opened: list[str] = []
    with database.write() as session:
        access = access_service.identify(session, secret, person=None, now=now)
        for folder in sorted(path for path in EXAMPLES.iterdir() if (path / "case.json").exists()):
            body = of_case.validate_python(json.loads((folder / "case.json").read_text(encoding="utf-8")))
            batch = of_batch.validate_python(
                json.loads((folder / "records.json").read_text(encoding="utf-8"))
            )
            case = cases.open_case(session, access, case_id=new_id(), body=body, now=now)
            records.add_records(
                session, access, case_id=case.id, records=batch.records, new_id=new_id, now=now
            )
            opened.append(case.id)
    return opened
