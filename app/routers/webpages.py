"""An address in, the article of that page out; nothing is stored. There only where the settings let
clients have pages fetched."""

from typing import Annotated

from fastapi import APIRouter, Body

from app.deps import PageReaderDep
from app.page_schemas import PAGE_EXAMPLE, PageIn, PageOut
from app.responses import bounded_route, problems
from app.text_schemas import MAX_BODY

router = APIRouter(prefix="/v1/pages", tags=["texts"], route_class=bounded_route(MAX_BODY))

PageBody = Annotated[PageIn, Body(openapi_examples={"an address": {"value": PAGE_EXAMPLE}})]


@router.post("", responses=problems(400, 413, 422, 502, 503))
async def read_page(reader: PageReaderDep, body: PageBody) -> PageOut:
    """The article of a page of the web, ready to be read or sent to be stored.

    It is fetched as `westphalia ingest URL` does: from public addresses only, and as the site's
    robots.txt allows. An address that is not asked for is 422 and named, a page without an article
    422 with a type of its own, one that cannot be had 502. A few pages are read at a time: with
    too many waiting the answer is 503.
    """
    return await reader.read(body.url)
