"""What goes in and out of `/v1/extract` and `/v1/explain`.

Imports `schemas`, `extracted`, `graph`, and of `ingest` the reader of dates.
"""

from typing import TYPE_CHECKING, Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue, field_validator

from app.extracted import ExtractedEvent, article_problems
from app.schemas import Wire
from graph.errors import InvalidInput
from graph.model import Article
from ingest.sources.texts import parse_date

if TYPE_CHECKING:
    from ingest.pipeline import Coded

MAX_TEXT = 100_000
"""Characters: two seconds of work, and ten times a long article."""

MAX_BODY = 1 << 20
"""Bytes: MAX_TEXT, each character written as an escape, with room to spare."""

EXAMPLE: dict[str, JsonValue] = {
    "text": "Ankara recalled its ambassador from Paris on Monday.",
    "date": "2020-10-26",
    "title": "Ambassador leaves",
    "id": "n1",
}


class TextIn(BaseModel):
    """One article. It is read and forgotten: nothing is stored."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, json_schema_extra={"examples": [EXAMPLE]}
    )

    text: str = Field(
        min_length=1,
        description="in English",
        json_schema_extra={"maxLength": MAX_TEXT},
    )
    date: str | None = Field(
        default=None, description="day or time of publication, ISO 8601, UTC if it does not say"
    )
    title: str = Field(default="", max_length=1000, description="is not read for events")
    id: str = Field(default="", max_length=200, description="comes back as `article_id`")

    @field_validator("text", "title", "id")
    @classmethod
    def _is_clean(cls, value: str) -> str:
        if "\0" in value:
            raise ValueError("must not hold a NUL character")
        return value

    @field_validator("text")
    @classmethod
    def _is_text(cls, value: str) -> str:
        if not value.strip():
            raise ValueError("must not be empty")
        return value

    @field_validator("date")
    @classmethod
    def _is_date(cls, value: str | None) -> str | None:
        try:
            if value:
                parse_date(value)
        except InvalidInput as error:
            raise ValueError(str(error)) from error
        return value

    def article(self) -> Article:
        published = parse_date(self.date) if self.date else None
        return Article(self.text, title=self.title, published_at=published)


class ExtractOut(Wire):
    """The events of one text, as `westphalia extract --format jsonl` prints them."""

    article_id: str = Field(examples=["n1"])
    problems: list[str] = Field(
        description="what holds for the text as a whole",
        examples=[["language: the text is in 'ru', not English"]],
    )
    events: list[ExtractedEvent]

    @classmethod
    def of(cls, coded: "Coded", given_id: str) -> Self:
        return cls(
            article_id=given_id or coded.article.id,
            problems=article_problems(coded),
            events=[ExtractedEvent.of(event, given_id) for event in coded.events],
        )
