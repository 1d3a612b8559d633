"""Logs: one JSON object a line, or lines for people on a terminal. Imports structlog.

Everything goes through the standard library's logging, so that what uvicorn and the store say has
the same form and the same request id. No header and no query is ever logged: keys stand there.
"""

import json
import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from app.settings import LogFormat

EXTRA = ("method", "path", "status", "ms", "bytes", "client", "key")
"""What a line of the log may have beside its message; naming them is quicker than looking."""

_ENCODER = json.JSONEncoder(default=repr, separators=(",", ":"))
_FROM_OUTSIDE = str.maketrans(dict.fromkeys((*range(32), 127, *range(128, 160)), "�"))


def configure(level: str, form: LogFormat) -> None:
    """Send the logs of this process to standard error in one form, replacing what was set up."""
    as_json = form == "json" or (form == "auto" and not sys.stderr.isatty())
    before: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(allow=EXTRA),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    end: list[structlog.typing.Processor] = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(_as_json)]
        if as_json
        else [_cleaned, structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())]
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=before,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *end],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())


def _as_json(event: Any, **_: Any) -> str:
    return _ENCODER.encode(event)


def _cleaned(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Values from outside without what could steer a terminal or begin a line."""
    for name, value in event.items():
        if isinstance(value, str) and name not in ("exception", "stack"):
            event[name] = value.translate(_FROM_OUTSIDE)
    return event
