"""The composition root: puts the slices together into one application."""

import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from fastapi import FastAPI, Request
from sqlalchemy.orm import Session
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from app import description
from app.access import events_router
from app.access import router as access_router
from app.access import service as access
from app.access.dependencies import AnsweredBefore
from app.cases import router as cases_router
from app.completeness import keeping
from app.completeness import router as completeness_router
from app.config import Settings, settings_from
from app.documents import router as documents_router
from app.documents import service as documents
from app.documents.inspection import Inspector
from app.events import service as events
from app.imports import dicomweb_router, fhir_router, hl7_router
from app.imports import router as imports_router
from app.infra.database import Database
from app.infra.schema import require_current
from app.infra.stores import open_blobs
from app.infra.sweeping import Sweeper
from app.proposals import making_router
from app.proposals import router as proposals_router
from app.proposals.leaving import drop_proposals, move_proposals
from app.records import router as records_router
from app.records.loading import records_resting_on
from app.records.moving import move_records
from app.summary import router as summary_router
from app.timeline import router as timeline_router
from app.web import docs, health, problems
from app.web.dependencies import new_id, now
from app.web.middleware import RequestFrame
from app.worklist import router as worklist_router
from app.worklist.preparing import Preparer

VERSION = "0.1.0"


def create_app(settings: Settings | None = None) -> FastAPI:
    """Return the application; the database and the blob store are opened when it starts, not before."""
    settings = settings or settings_from(os.environ)
    app = FastAPI(
        title="Caseline",
        version=VERSION,
        lifespan=_lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )
    app.state.settings = settings
    app.state.max_body_bytes = settings.max_body_bytes
    app.state.known_documents = documents.known_documents
    app.state.records_resting = records_resting_on
    app.state.move_records = move_records
    app.state.move_proposals = move_proposals
    app.state.drop_proposals = drop_proposals
    problems.install(app, {"/fhir": fhir_router.operation_outcome})

    @app.exception_handler(AnsweredBefore)
    def _repeated(_: Request, answered: AnsweredBefore) -> Response:
        return answered.response

    for module in (
        cases_router,
        documents_router,
        records_router,
        imports_router,
        fhir_router,
        dicomweb_router,
        hl7_router,
        making_router,
        proposals_router,
        completeness_router,
        worklist_router,
        timeline_router,
        summary_router,
        access_router,
        events_router,
        health,
        docs,
    ):
        # Not `include_router`, which makes every route anew at the first request, and the start waits for it.
        app.router.routes.extend(module.router.routes)
    _add_middleware(app, settings)
    describe: Callable[[], dict[str, Any]] = lambda: description.describe(app)  # noqa: E731 (FastAPI asks for a method)
    app.openapi = describe  # type: ignore[method-assign]  # the documented way to replace the description
    return app


def _add_middleware(app: FastAPI, settings: Settings) -> None:
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(settings.cors_origins),
            allow_methods=["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"],
            allow_headers=[
                "Authorization",
                "Content-Type",
                "Idempotency-Key",
                "If-Match",
                "If-None-Match",
                "Range",
                "X-Actor",
            ],
            expose_headers=[
                "ETag",
                "Location",
                "Link",
                "Retry-After",
                "X-Request-Id",
                "Idempotent-Replayed",
                "Content-Range",
            ],
        )
    app.add_middleware(RequestFrame)
    if settings.trusted_proxies:
        app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=list(settings.trusted_proxies))


def tidy(session: Session, moment: datetime) -> None:
    """Drop kept answers past their time, and keep the checklists that the product brings for after an update."""
    access.forget_old_answers(session, moment)
    keeping.keep_product(session, new_id=new_id, now=moment)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    settings: Settings = app.state.settings
    settings.staging_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    database = Database(settings.database_url)
    try:
        require_current(database)
        with database.write() as session:
            events.wind_feed_clock(session)
        app.state.database = database
        app.state.blobs = open_blobs(settings)
        app.state.inspector = Inspector()
        sweeper = Sweeper(
            database,
            app.state.blobs,
            settings.staging_dir,
            clock=now,
            held=documents.held_keys,
            tidy=tidy,
        )
        preparer = Preparer(database, clock=now, zone=settings.timezone)
        sweeper.start()
        preparer.start()
        try:
            yield
        finally:
            preparer.stop()
            sweeper.stop()
            app.state.inspector.close()
    finally:
        database.dispose()
