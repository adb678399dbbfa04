"""The docs pages: Swagger UI and ReDoc from the service's own files, under a strict Content-Security-Policy."""

from pathlib import Path

import fastapi_offline
from fastapi import APIRouter, Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response

from app.errors import NotFoundError

ASSETS = Path(fastapi_offline.__file__).parent / "static"
"""Where the packaged Swagger UI and ReDoc files are."""

FILES = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
    "redoc.standalone.js": "text/javascript",
    "favicon.png": "image/png",
}

SWAGGER_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
REDOC_POLICY = SWAGGER_POLICY + "; worker-src blob:"

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Caseline: {title}</title>
<link rel="icon" type="image/png" href="{root}/docs/assets/favicon.png">
{head}
</head>
<body>
{body}
</body>
</html>
"""

_SWAGGER_START = """"use strict";
window.ui = SwaggerUIBundle({
  url: document.currentScript.dataset.openapi,
  dom_id: "#swagger-ui",
  deepLinking: true,
  persistAuthorization: true,
  tryItOutEnabled: true,
  displayRequestDuration: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  filter: true,
  validatorUrl: null,
  presets: [SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
});
"""

router = APIRouter(include_in_schema=False)


class AssetNotFoundError(NotFoundError):
    """The docs have no such file."""

    slug = "asset-not-found"
    title = "There is no such file"


def _page(policy: str, *, title: str, root: str, head: str, body: str) -> Response:
    html = _PAGE.format(title=title, root=root, head=head, body=body)
    return HTMLResponse(html, headers={"Content-Security-Policy": policy})


@router.get("/docs")
def swagger_page(request: Request) -> Response:
    """Show Swagger UI."""
    root = request.scope.get("root_path", "")
    return _page(
        SWAGGER_POLICY,
        title="try the API",
        root=root,
        head=f'<link rel="stylesheet" href="{root}/docs/assets/swagger-ui.css">',
        body='<div id="swagger-ui"></div>\n'
        f'<script src="{root}/docs/assets/swagger-ui-bundle.js"></script>\n'
        f'<script src="{root}/docs/start.js" data-openapi="{root}/openapi.json"></script>',
    )


@router.get("/docs/start.js")
def swagger_start() -> Response:
    """Start Swagger UI; a file of its own, because the policy forbids inline scripts."""
    return Response(_SWAGGER_START, media_type="text/javascript")


@router.get("/docs/assets/{name}")
def asset(name: str) -> Response:
    """Serve one packaged file of the docs pages."""
    if name not in FILES:
        message = "The docs pages use no file of this name."
        raise AssetNotFoundError(message)
    return FileResponse(
        ASSETS / name, media_type=FILES[name], headers={"Cache-Control": "public, max-age=86400"}
    )


@router.get("/redoc")
def redoc_page(request: Request) -> Response:
    """Show ReDoc."""
    root = request.scope.get("root_path", "")
    return _page(
        REDOC_POLICY,
        title="the API",
        root=root,
        head="",
        body=f'<redoc spec-url="{root}/openapi.json"></redoc>\n'
        f'<script src="{root}/docs/assets/redoc.standalone.js"></script>',
    )


@router.get("/openapi.json")
def openapi_document(request: Request) -> Response:
    """Serve the API's description."""
    root = request.scope.get("root_path", "")
    description = request.app.openapi()
    return JSONResponse({**description, "servers": [{"url": root}]} if root else description)
