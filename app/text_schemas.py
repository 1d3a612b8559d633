"""What goes in and out of `/v1/extract` and `/v1/explain`, and the articles sent to be stored.

Imports `schemas`, `extracted`, `graph`, and of `ingest` the reader of dates and the cleaning.
"""

import re
from datetime import datetime
from typing import TYPE_CHECKING, Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue, field_validator

from app.extracted import ExtractedEvent, article_problems
from app.schemas import Wire
from graph.errors import InvalidInput
from graph.model import Article
from ingest.clean import cleaned, one_spelling
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


ARTICLE_EXAMPLE: dict[str, JsonValue] = {
    "text": "The foreign minister of Japan visited Peru on Monday.",
    "date": "2026-02-10",
    "title": "A visit to Lima",
    "url": "https://news.example/lima",
    "publisher": "The Courier",
}

_ADDRESS = r"^(https?://\S+)?$"


class GivenText(BaseModel):
    """What every text is sent with. An unknown field is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: str = Field(
        min_length=1,
        description="in English",
        json_schema_extra={"maxLength": MAX_TEXT},
    )
    date: str | None = Field(
        default=None, description="day or time of publication, ISO 8601, UTC if it does not say"
    )
    title: str = Field(default="", max_length=1000, description="is not read for events")

    @field_validator("*")
    @classmethod
    def _is_clean(cls, value: str | None) -> str | None:
        if value is not None and "\0" in value:
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

    @property
    def published_at(self) -> datetime | None:
        return parse_date(self.date) if self.date else None


class TextIn(GivenText):
    """One article. It is read and forgotten: nothing is stored."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    id: str = Field(default="", max_length=200, description="comes back as `article_id`")

    def article(self) -> Article:
        return Article(self.text, title=self.title, published_at=self.published_at)


class ArticleIn(GivenText):
    """One article to be stored. Its id is made from these fields: the same article has one id."""

    model_config = ConfigDict(json_schema_extra={"examples": [ARTICLE_EXAMPLE]})

    url: str = Field(
        default="",
        max_length=2000,
        description="where it was published; http or https",
        json_schema_extra={"pattern": _ADDRESS},
    )
    publisher: str = Field(
        default="", max_length=200, description="who printed it; the site of `url` if not given"
    )

    @field_validator("text")
    @classmethod
    def _is_seen(cls, value: str) -> str:
        if not one_spelling(value).strip():
            raise ValueError("must hold something that can be seen")
        return value

    @field_validator("url")
    @classmethod
    def _is_address(cls, value: str) -> str:
        if not re.fullmatch(_ADDRESS, value):
            raise ValueError("must begin with http:// or https:// and hold no space")
        return value

    def article(self, now: datetime) -> Article:
        """The article as it is stored, received now."""
        return cleaned(
            Article(
                self.text,
                title=self.title,
                url=self.url,
                publisher=self.publisher,
                published_at=self.published_at,
                fetched_at=now,
            )
        )


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
