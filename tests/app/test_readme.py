"""What the README shows of one short article is what the commands print."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import app
from tests.conftest import REPOSITORY

README = (REPOSITORY / "README.md").read_text("utf-8")


def block(name: str) -> str:
    """The lines between ``` within <!-- name --> markers."""
    found = re.search(rf"<!-- {name} -->\n```\n(.*?)\n```\n<!-- /{name} -->", README, re.S)
    assert found is not None, name
    return found[1]


@pytest.mark.parametrize(
    ("name", "command"), [("extract", ("extract", "--format", "table")), ("explain", ("explain",))]
)
def test_the_first_article_gives_what_the_page_shows(
    name: str,
    command: tuple[str, ...],
    write_file: Callable[[str, str | bytes], Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = re.search(r"```\n(title: Putin .*?)\n```", README, re.S)
    assert text is not None
    path = write_file("putin.txt", text[1])
    monkeypatch.setenv("COLUMNS", "88")
    printed = CliRunner().invoke(app, [*command, str(path)]).stdout
    lines = "\n".join(line.rstrip() for line in printed.splitlines()).rstrip()
    assert block(name).removeprefix(f"$ westphalia {name} putin.txt\n") == lines
