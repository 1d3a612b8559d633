"""The guide, the style and the favourites, for Neo4j Browser to fetch.

They are the same for everybody and hold no data, so no API key is asked for. Imports FastAPI and
`app.browser`.
"""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, Response

from app.browser import files
from app.responses import TaggedRoute

PREFIX = "/browser"
router = APIRouter(
    prefix=PREFIX, tags=["browser"], route_class=TaggedRoute, include_in_schema=False
)


@router.get("/guide")
def guide(request: Request) -> HTMLResponse:
    """What `:guide URL` opens."""
    return HTMLResponse(files.guide(str(request.base_url)))


@router.get("/style.grass")
def style() -> PlainTextResponse:
    """What `:style URL` loads."""
    return PlainTextResponse(files.style())


@router.get("/favorites.zip")
def favorites() -> Response:
    """What is dropped onto the Browser's window."""
    return Response(
        files.favorites_zip(),
        media_type="application/zip",
        headers={"Content-Disposition": 'attachment; filename="favorites.zip"'},
    )
