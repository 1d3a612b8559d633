"""Pages for people beside the API: the interactive documentation and the types of problems.

Imports FastAPI and `problem_types`.
"""

from fastapi import APIRouter, FastAPI
from fastapi.openapi.docs import get_redoc_html, get_swagger_ui_html
from fastapi.responses import HTMLResponse, PlainTextResponse, Response

from app.problem_types import PAGE, markdown

_DOCUMENTATION_POLICY = (
    "default-src 'none'; script-src https: 'unsafe-inline'; style-src https: 'unsafe-inline'; "
    "img-src https: data:; font-src https:; worker-src blob:; connect-src 'self'; "
    "frame-ancestors 'none'"
)
"""What the documentation pages of FastAPI, which load their scripts from elsewhere, need."""


def install(app: FastAPI) -> None:
    """Add the pages. None of them is part of the OpenAPI document."""
    router = APIRouter(include_in_schema=False)
    headers = {"Content-Security-Policy": _DOCUMENTATION_POLICY}

    async def swagger() -> HTMLResponse:
        page = get_swagger_ui_html(openapi_url="/openapi.json", title=app.title)
        page.headers.update(headers)
        return page

    async def redoc() -> HTMLResponse:
        page = get_redoc_html(openapi_url="/openapi.json", title=app.title)
        page.headers.update(headers)
        return page

    async def problem_page() -> Response:
        return PlainTextResponse(markdown(), media_type="text/markdown; charset=utf-8")

    router.add_api_route("/docs", swagger, methods=["GET"])
    router.add_api_route("/redoc", redoc, methods=["GET"])
    router.add_api_route(PAGE, problem_page, methods=["GET"])
    app.include_router(router)
