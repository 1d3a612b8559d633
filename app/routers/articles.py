"""Articles: lists, one with the places of everything found in it, taking one in, which a worker
reads later, and taking one away again."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Body, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from app.article_schemas import ArticleOut, ArticlePage, ArticleStatusOut, ArticleTextOut
from app.deps import Day, IntakeDep, StoreDep, check_as_of, check_length, check_window
from app.intake import standing
from app.responses import Responses, TaggedRoute, UnkeptRoute, bounded_route, problems
from app.text_schemas import ARTICLE_EXAMPLE, MAX_BODY, ArticleIn
from graph.articles import ArticleQuery
from graph.store import MAX_LIMIT, EventQuery
from graph.windows import day_after, earliest

router = APIRouter(prefix="/v1/articles", tags=["articles"], route_class=TaggedRoute)
status_router = APIRouter(prefix="/v1/articles", tags=["articles"], route_class=UnkeptRoute)
"""What changes with the inbox."""

ingest_router = APIRouter(
    prefix="/v1/articles", tags=["articles"], route_class=bounded_route(MAX_BODY)
)
admin_router = APIRouter(prefix="/v1/articles", tags=["articles"])
"""What takes something in, or away, needs another key than what reads."""

ArticleId = Annotated[
    str, Path(description="an article's id: a and 32 digits", examples=["a0123456789abcdef"])
]
ArticleBody = Annotated[ArticleIn, Body(openapi_examples={"news": {"value": ARTICLE_EXAMPLE}})]

_ACCEPTED: Responses = {
    202: {
        "description": "It is kept, and a worker will read it; or it was known already",
        "headers": {
            "Location": {
                "description": "where to ask what became of it",
                "schema": {"type": "string"},
            }
        },
    }
}


class ArticleFilters(BaseModel):
    """Query parameters of a list of articles. Unknown ones are refused."""

    model_config = ConfigDict(extra="forbid")

    publisher: str | None = Field(default=None, description="printed by this one exactly")
    since: Day | None = Field(default=None, description="first day of publication (UTC)")
    until: Day | None = Field(
        default=None, description="first day that is not in the window any more"
    )
    as_of: Day | None = Field(default=None, description="published up to this day")
    limit: int = Field(default=50, ge=1, le=MAX_LIMIT)
    cursor: str | None = Field(default=None, description="`next_cursor` of the page before")

    def query(self) -> ArticleQuery:
        check_window(self.since, self.until)
        check_as_of(self.since, self.as_of)
        end = day_after(self.as_of) if self.as_of is not None else None
        return ArticleQuery(self.publisher, self.since, earliest(self.until, end))


@router.get("", responses=problems(400, 422, 503))
def list_articles(store: StoreDep, filters: Annotated[ArticleFilters, Query()]) -> ArticlePage:
    """Articles without their texts, those published last first."""
    page = store.list_articles(filters.query(), filters.limit, filters.cursor)
    return ArticlePage(
        items=[ArticleOut.of(head) for head in page.items], next_cursor=page.next_cursor
    )


@router.get("/{article_id}", responses=problems(404, 422, 503))
def get_article(store: StoreDep, article_id: ArticleId) -> ArticleTextOut:
    """One article with its text, and where in it each event and each problem was found."""
    article = store.article(article_id)
    page = store.events(EventQuery(article=article_id), MAX_LIMIT)
    more = page.next_cursor is not None
    return ArticleTextOut.of(article, page.items, more, store.problems(article_id))


@status_router.get("/{article_id}/status", responses=problems(404, 422, 503))
def get_article_status(store: StoreDep, article_id: ArticleId) -> ArticleStatusOut:
    """What became of an article that was sent: it waits (`received`), a worker has it
    (`claimed`), it could not be read and will be tried again (`failed`) or not (`dead`), or it is
    `done`: it is stored, with the events that it tells."""
    return standing(store, article_id)


@ingest_router.post(
    "",
    status_code=HTTPStatus.ACCEPTED,
    responses=_ACCEPTED | problems(400, 413, 422, 503),
)
async def add_article(intake: IntakeDep, body: ArticleBody, response: Response) -> ArticleStatusOut:
    """Keep an article for a worker (`westphalia worker`), which reads it and stores its events.

    The answer comes before it is read; ask at `Location` what became of it. The same article may
    be sent again at any time: it is kept once, and the answer tells how far it is. With too many
    waiting for the store the answer is 503; send it again then.
    """
    check_length(body)
    found = await intake.take(body)
    response.headers["Location"] = found.status
    return found


@admin_router.delete(
    "/{article_id}", status_code=HTTPStatus.NO_CONTENT, responses=problems(404, 422, 503)
)
def delete_article(store: StoreDep, article_id: ArticleId) -> None:
    """Remove an article, everything found in it, and the events that nothing else proves."""
    store.remove_article(article_id)
