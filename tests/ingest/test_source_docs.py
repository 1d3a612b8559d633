"""What docs/sources.md shows is so: the files that are read, and the source that one may write."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from graph.errors import InvalidInput
from ingest.addresses import PORTS
from ingest.fetch import Limits
from ingest.sources.feeds import FULL_TEXT
from ingest.sources.files import FORMATS
from ingest.sources.jsonlines import article_of_json
from ingest.sources.received import Input, Received, SourceProblem
from ingest.sources.sitemaps import MAX_CHILDREN
from ingest.sources.watch import EVERY, MAX_PAGES, MAX_TRIES
from tests.conftest import REPOSITORY

PAGE = (REPOSITORY / "docs" / "sources.md").read_text("utf-8")


def test_the_table_has_every_kind_of_file() -> None:
    rows = re.findall(r"^\| (`\..+?) \|", PAGE, re.M)
    assert set(re.findall(r"`(\.[\w.]+)`", " ".join(rows))) == set(FORMATS)


def test_the_numbers_are_those_of_the_code() -> None:
    limits = Limits()
    assert (limits.seconds, limits.max_bytes, limits.redirects) == (60.0, 10_000_000, 5)
    assert (limits.delay, sorted(PORTS)) == (1.0, [80, 443])
    assert (EVERY, MAX_PAGES, MAX_TRIES, MAX_CHILDREN, FULL_TEXT) == (900.0, 200, 3, 20, 500)
    for words in ("15 minutes", "200 pages", "three looks", "the 20 newest", "500 characters",
                  "60 seconds and have 10 MB", "five redirects"):  # fmt: skip
        assert words in PAGE


def test_the_example_of_a_source_works(
    write_file: Callable[[str, str | bytes], Path], tmp_path: Path
) -> None:
    found = re.search(r"```python\n(.*?)```", PAGE, re.S)
    assert found is not None
    names: dict[str, Any] = {
        "Path": Path,
        "Iterator": Iterator,
        "Input": Input,
        "Received": Received,
        "SourceProblem": SourceProblem,
        "InvalidInput": InvalidInput,
        "article_of_json": article_of_json,
    }
    exec(found[1], names)
    write_file("in/a.json", '{"text": "Turkey warned Greece.", "id": "x"}')
    write_file("in/b.json", "{broken")
    write_file("in/c.json", b"\xff")
    first, *bad = names["Dropped"](tmp_path / "in")
    assert (first.article.text, first.given_id) == ("Turkey warned Greece.", "x")
    assert [type(item) for item in bad] == [SourceProblem, SourceProblem]
