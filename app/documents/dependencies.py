"""What the composition root hands to the documents slice."""

from typing import Annotated

from fastapi import Depends, Request

from app.documents.inspection.inspector import Inspector
from app.documents.leaving import Beside


def get_beside(request: Request) -> Beside:
    """Return what the slices of records and proposals do for documents that leave a case."""
    state = request.app.state
    return Beside(
        resting=state.records_resting,
        move_records=state.move_records,
        move_proposals=state.move_proposals,
        drop_proposals=state.drop_proposals,
    )


def get_inspector(request: Request) -> Inspector:
    """Return the application's one inspector."""
    inspector: Inspector = request.app.state.inspector
    return inspector


BesideDep = Annotated[Beside, Depends(get_beside)]
InspectorDep = Annotated[Inspector, Depends(get_inspector)]
