"""What the composition root hands to the records slice."""

from typing import Annotated

from fastapi import Depends, Request

from app.records.service import KnownDocuments


async def get_known_documents(request: Request) -> KnownDocuments:
    """Return the function that tells which ids are documents of a case; documents live in a slice beside this one."""
    known: KnownDocuments = request.app.state.known_documents
    return known


KnownDocumentsDep = Annotated[KnownDocuments, Depends(get_known_documents)]
