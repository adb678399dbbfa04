"""Parameters that the endpoints of the completeness report share."""

from typing import Annotated

from fastapi import Path, Query

CaseId = Annotated[str, Path(max_length=36, description="The case's id.")]
ItemKey = Annotated[str, Path(max_length=60, description="The item's key.")]
RequestId = Annotated[str, Path(max_length=60, description="The request's id.")]
ChecklistId = Annotated[
    str | None,
    Query(
        alias="checklist",
        max_length=120,
        description="`response`, `progression`, `recurrence`, `remission` or one of your own, as `id` (the newest) or "
        "`id@version`; left out, the case's first purpose.",
    ),
]
ProfileId = Annotated[
    str | None,
    Query(
        alias="profile",
        max_length=120,
        description="A destination profile laid over the checklist, as `id` (the newest) or `id@version`.",
    ),
]
Revision = Annotated[
    int | None,
    Query(ge=1, lt=2**31, description="The case as it was at this revision; left out, as it is now."),
]
