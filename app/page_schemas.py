"""What goes in and out of `/v1/pages`: an address, and the article found there.

Imports `schemas` and `graph`.
"""

import datetime
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from app.schemas import Wire
from graph.model import Article

MAX_ADDRESS = 2000
"""Characters: as many as the client of the web asks for."""

PAGE_EXAMPLE: dict[str, JsonValue] = {"url": "https://news.example/lima"}


class PageIn(BaseModel):
    """Where the article stands. An unknown field is refused."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, json_schema_extra={"examples": [PAGE_EXAMPLE]}
    )

    url: str = Field(
        min_length=1,
        max_length=MAX_ADDRESS,
        description="a page, PDF or plain text on the public web; http or https",
    )


class PageOut(Wire):
    """The article of a page, in the spelling in which it would be stored. "" and null are what the
    page does not tell."""

    text: str = Field(examples=["The foreign minister of Japan visited Peru on Monday."])
    title: str = Field(examples=["A visit to Lima"])
    url: str = Field(
        description="the page's own address, if it names one on the same site, else the one that "
        "answered; without what only tracks readers",
        examples=["https://news.example/lima"],
    )
    publisher: str = Field(description="its site", examples=["news.example"])
    date: datetime.date | None = Field(
        description="the day of publication", examples=["2026-02-10"]
    )
    language: str = Field(description="as found in the text; ISO 639-1", examples=["en"])

    @classmethod
    def of(cls, article: Article) -> Self:
        """That of a cleaned article."""
        published = article.published_at
        return cls(
            text=article.text,
            title=article.title,
            url=article.url,
            publisher=article.publisher,
            date=published.date() if published else None,
            language=article.language,
        )
