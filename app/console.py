"""The two streams of the command line: data to stdout, progress and warnings to stderr.

Imports rich and the standard library.
"""

import os
import re
from collections.abc import Sequence
from enum import StrEnum

from rich.console import Console
from rich.text import Text

PIPE_WIDTH = 100
"""Columns of a table where there is no terminal to ask."""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


class Format(StrEnum):
    """How a command prints its result."""

    TABLE = "table"
    JSON = "json"


def stdout() -> Console:
    return _console(stderr=False)


def stderr() -> Console:
    return _console(stderr=True)


def _console(stderr: bool) -> Console:
    console = Console(stderr=stderr, markup=False, highlight=False, emoji=False, soft_wrap=False)
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = PIPE_WIDTH
    return console


def warn(message: str) -> None:
    """One line on stderr, never wrapped, so that it can be searched for."""
    stderr().print(clean(message).replace("\n", " "), soft_wrap=True)


def clean(text: str) -> str:
    """Text from outside without what could steer a terminal or turn the line around."""
    return _CONTROL.sub("\ufffd", text)


def one_line(text: str) -> str:
    return clean(" ".join(text.split()))


def marked(text: str, spans: Sequence[tuple[int, int]], style: str = "bold") -> Text:
    """A sentence in quotation marks, in one line, with stretches of it marked."""
    # Both replacements keep the length, so that the spans still fit.
    shown = Text(clean(re.sub(r"\s", " ", text)))
    for start, end in spans:
        shown.stylize(style, start, end)
    return Text.assemble("“", shown, "”")
