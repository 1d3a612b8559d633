"""The explorer: the page at `/` and its files. They hold no data, so no API key is asked for.

Imports FastAPI, `explorer_page`, `browser.links` and `settings`.
"""

from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import HTMLResponse, Response

from app.browser.files import actor_query
from app.browser.links import link
from app.catalog_schemas import BrowserLinkOut
from app.explorer_page import ASSETS, NOT_BUILT, PLAIN_POLICY, POLICY, asset, page, zipped
from app.responses import TaggedRoute, problems
from app.settings import Settings
from graph.factory import NEO4J_SCHEMES

router = APIRouter(include_in_schema=False)
links_router = APIRouter(prefix="/v1", tags=["catalog"], route_class=TaggedRoute)

_POLICY = "Content-Security-Policy"
_ALWAYS_ASKED = {"Cache-Control": "no-cache"}
"""Without an ETag: a browser would take the headers of a 304, which has no policy for the page, for
those of the page itself."""

_FOREVER = {"Cache-Control": "public, max-age=31536000, immutable"}
"""A file's name holds a hash of its content."""

_FOR_A_DAY = {"Cache-Control": "public, max-age=86400"}


@router.get("/")
def explorer() -> HTMLResponse:
    """The page, or where it has not been built what to do about that."""
    built = page()
    if built is None:
        return HTMLResponse(NOT_BUILT, headers={_POLICY: PLAIN_POLICY, **_ALWAYS_ASKED})
    return HTMLResponse(built, headers={_POLICY: POLICY, **_ALWAYS_ASKED})


@router.get("/icon.svg")
def icon(request: Request) -> Response:
    """What stands in the tab."""
    answer = _file(request, "icon.svg", "")
    answer.headers.update(_FOR_A_DAY)
    return answer


@router.get("/assets/{name}")
def explorer_asset(request: Request, name: str) -> Response:
    """A script or a style sheet of the page."""
    answer = _file(request, name, ASSETS)
    answer.headers.update(_FOREVER)
    return answer


@links_router.get("/browser-link", responses=problems(422, 503))
def get_browser_link(
    request: Request,
    actor: Annotated[
        str,
        Query(pattern=r"^[A-Za-z0-9.~-]{1,200}$", description="an actor's id", examples=["IRN"]),
    ],
) -> BrowserLinkOut:
    """A link that opens Neo4j Browser with a query for what surrounds an actor; null where the
    store is no Neo4j server."""
    settings: Settings = request.app.state.settings
    if settings.store_url.partition("://")[0] not in NEO4J_SCHEMES:
        return BrowserLinkOut(url=None)
    return BrowserLinkOut(url=link(settings, "edit", actor_query(actor)))


def _file(request: Request, name: str, folder: str) -> Response:
    found = asset(name, folder)
    if found is None:
        raise HTTPException(404, f"there is no file {name!r} of the explorer")
    content, media_type = found
    headers = {_POLICY: POLICY, "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        content = zipped(content)
        headers["Content-Encoding"] = "gzip"
    return Response(content, media_type=media_type, headers=headers)
