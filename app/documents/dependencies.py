"""What the composition root hands to the documents slice."""

from typing import Annotated

from fastapi import Depends, Request

from app.documents.inspection.inspector import Inspector
from app.documents.leaving import Beside


def get_beside(request: Request) -> Beside:
    """Return what the records slice, which stands beside this one, does for documents that leave a case."""
    state = request.app.state
    return Beside(resting=state.records_resting, move_records=state.move_records)


def get_inspector(request: Request) -> Inspector:
    """Return the application's one inspector."""
    inspector: Inspector = request.app.state.inspector
    return inspector


BesideDep = Annotated[Beside, Depends(get_beside)]
InspectorDep = Annotated[Inspector, Depends(get_inspector)]
