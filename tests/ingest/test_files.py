"""Reading articles from files, folders and pipes, and what is said of those that are unusable."""

import io
import json
import os
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from graph.errors import InvalidInput
from ingest.sources.files import FileSource
from ingest.sources.lines import MAX_BYTES, LineReader
from ingest.sources.received import Input, Received, SourceProblem
from ingest.sources.texts import parse_date

WriteFile = Callable[[str, str | bytes], Path]
GOOD = '{"id": "g", "text": "Russia and Iran signed a treaty."}'


def read(*paths: Path | str, stdin: bytes = b"") -> list[Input]:
    return list(FileSource([str(path) for path in paths], io.BytesIO(stdin)))


def problems(items: Sequence[Input]) -> list[SourceProblem]:
    return [item for item in items if isinstance(item, SourceProblem)]


def articles(items: Sequence[Input]) -> list[Received]:
    return [item for item in items if isinstance(item, Received)]


def only_problem(items: Sequence[Input]) -> SourceProblem:
    [problem] = items
    assert isinstance(problem, SourceProblem)
    return problem


def test_a_text_file_is_one_article_with_what_its_header_says(write_file: WriteFile) -> None:
    path = write_file(
        "a.txt",
        "Title: Pact signed\nDATE: 2025-01-17\npublisher: Wire\nurl: https://example.org/a\n\n"
        "Moscow signed.\n\nTehran too.\n",
    )
    [item] = articles(read(path))
    assert item.article.title == "Pact signed"
    assert item.article.published_at == datetime(2025, 1, 17, tzinfo=UTC)
    assert item.article.publisher == "Wire"
    assert item.article.url == "https://example.org/a"
    assert item.article.text == "Moscow signed.\n\nTehran too."
    assert (item.path, item.line, item.given_id) == (str(path), None, "")


@pytest.mark.parametrize(
    "text",
    [
        "Moscow signed.\n\nTehran too.",
        "Date: nobody knows it yet, officials said.\nMore text in the same block.\n\nThe end.",
    ],
)
def test_a_text_file_without_a_header_is_all_text(write_file: WriteFile, text: str) -> None:
    [item] = articles(read(write_file("a.txt", text)))
    assert item.article.text == text
    assert item.article.published_at is None


def test_windows_line_ends_and_a_byte_order_mark_are_understood(write_file: WriteFile) -> None:
    path = write_file("a.txt", b"\xef\xbb\xbftitle: T\r\ndate: 2025-01-17\r\n \r\nOne.\r\nTwo.\r\n")
    [item] = articles(read(path))
    assert (item.article.title, item.article.text) == ("T", "One.\nTwo.")


def test_a_json_line_is_one_article_and_keeps_the_id_it_came_with(write_file: WriteFile) -> None:
    row = {
        "id": "x1",
        "text": " Text as it is.\r\n",
        "title": "T",
        "date": "2025-01-17T23:30:00-05:00",
        "url": "u",
        "publisher": "p",
        "something": [1],
    }
    path = write_file("a.jsonl", json.dumps(row) + '\n\n{"id": 7, "text": "b"}')
    first, second = articles(read(path))
    assert first.given_id == "x1"
    assert first.article.text == " Text as it is.\r\n"
    assert first.article.published_at == datetime(2025, 1, 18, 4, 30, tzinfo=UTC)
    assert (second.given_id, second.line) == ("7", 3)


BAD_LINES = {
    "[1, 2]": "a JSON object is needed, not a list",
    "null": "a JSON object is needed, not null",
    '"text"': "a JSON object is needed, not a text",
    "{no json": "not JSON",
    "[" * 100_000: "nested too deeply",
    "{}": "no text",
    '{"text": null}': "no text",
    '{"text": "  "}': "needs a text",
    '{"text": 5}': "text is a number, not a text",
    '{"text": "a", "title": ["t"]}': "title is a list, not a text",
    '{"text": "a", "id": {}}': "id is an object, not a text",
    '{"text": "a", "id": true}': "id is true or false, not a text",
    '{"text": "a", "date": "yesterday"}': "'yesterday' is no date",
    '{"text": "a", "date": "2025-02-30"}': "'2025-02-30' is no date",
    '{"text": "a", "date": 20250117}': "date is a number, not a text",
    '{"text": "a\\u0000b"}': "NUL",
    '{"text": "a\\ud800b"}': "half of a surrogate pair",
}


@pytest.mark.parametrize("line", BAD_LINES)
def test_a_bad_line_is_told_with_its_place_and_the_rest_goes_on(
    write_file: WriteFile, line: str
) -> None:
    path = write_file("a.jsonl", f"{GOOD}\n{line}\n{GOOD}\n")
    items = read(path)
    assert [item.line for item in articles(items)] == [1, 3]
    [problem] = problems(items)
    assert (problem.path, problem.line) == (str(path), 2)
    assert BAD_LINES[line] in problem.reason
    assert str(problem).startswith(f"{path}, line 2: ")
    assert len(problem.reason) < 200


def test_invalid_utf8_costs_its_line_only(write_file: WriteFile) -> None:
    path = write_file("a.jsonl", GOOD.encode() + b'\n{"text": "caf\xe9"}\n' + GOOD.encode())
    items = read(path)
    assert len(articles(items)) == 2
    assert problems(items)[0].reason == "not UTF-8: byte 13 cannot be read"


@pytest.mark.parametrize("name", ["a.txt", "a.jsonl", "a"])
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"\n \n", "empty"),
        (b"\xff\xfe\x00R\x00u", "not UTF-8"),
        (b"5 MB " * 1_000_000, "longer than 2 MB"),
    ],
)
def test_a_file_that_is_no_article_is_one_problem(
    write_file: WriteFile, name: str, content: bytes, reason: str
) -> None:
    problem = only_problem(read(write_file(name, content)))
    assert reason in problem.reason


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("title: T\ndate: soon\n\nText.", "'soon' is no date"),
        ("title: T\ndate: 2025-01-17\n\n \n", "no text after the header"),
        ("title: T\ndate: 2025-01-17", "no text after the header"),
        ("Text with \0 in it", "NUL"),
        ("Long lines\n" + "word " * 60 + "\n" * MAX_BYTES, "longer than 2 MB"),
    ],
)
def test_a_text_file_that_cannot_be_used_says_why(
    write_file: WriteFile, content: str, reason: str
) -> None:
    assert reason in only_problem(read(write_file("a.txt", content))).reason


def test_the_longest_line_is_read_and_a_longer_one_is_passed_over(write_file: WriteFile) -> None:
    frame = len('{"text": ""}')
    fits = '{"text": "' + "a" * (MAX_BYTES - frame) + '"}'
    too_long = '{"text": "' + "a" * (MAX_BYTES - frame + 1) + '"}'
    path = write_file("a.jsonl", f"{fits}\n{too_long}\n{GOOD}")
    items = read(path)
    assert [item.line for item in articles(items)] == [1, 3]
    assert problems(items)[0].line == 2


def test_a_folder_is_read_in_the_order_of_its_paths(write_file: WriteFile, tmp_path: Path) -> None:
    for name in ("b/2.txt", "b/10.txt", "a.jsonl", "c.TXT", ".hidden.txt", ".git/x.txt", "d.png"):
        write_file(f"in/{name}", GOOD if name.endswith("jsonl") else name)
    items = articles(read(tmp_path / "in"))
    places = [str(Path(item.path).relative_to(tmp_path / "in")) for item in items]
    assert places == ["a.jsonl", "b/10.txt", "b/2.txt", "c.TXT"]


def test_a_folder_without_articles_and_a_missing_path_are_problems(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    items = read(tmp_path / "in", tmp_path / "nowhere.txt", tmp_path / "no-folder")
    reasons = [problem.reason for problem in problems(items)]
    assert reasons == [
        "no file in this folder ends in .txt, .md, .markdown, .html, .htm, .xhtml, .pdf, "
        ".jsonl, .ndjson, .csv, .tsv, .warc, .warc.gz",
        "cannot be read: No such file or directory",
        "cannot be read: No such file or directory",
    ]


def test_stdin_is_json_lines_as_soon_as_one_line_opens_an_object() -> None:
    items = read("-", stdin=f"garbage\n{GOOD}\n[]\n".encode())
    assert [(item.path, item.line) for item in articles(items)] == [("<stdin>", 2)]
    assert [problem.line for problem in problems(items)] == [1, 3]


def test_stdin_without_any_json_is_one_text() -> None:
    [item] = articles(read("-", stdin=b"date: 2025-01-17\n\nMoscow signed.\n[Reporting by A]\n"))
    assert item.article.text == "Moscow signed.\n[Reporting by A]"


@pytest.mark.parametrize(("stdin", "reason"), [(b"", "empty"), (b"[1]\n", "JSON object")])
def test_stdin_that_is_nothing_is_a_problem(stdin: bytes, reason: str) -> None:
    assert reason in only_problem(read("-", stdin=stdin)).reason


def test_inputs_are_counted_before_they_are_read(write_file: WriteFile, tmp_path: Path) -> None:
    write_file("in/a.jsonl", f"{GOOD}\n\nbad\n{GOOD}")
    write_file("in/b.txt", "Text")
    write_file("in/empty.jsonl", "")
    source = FileSource([str(tmp_path / "in"), "nowhere.txt"])
    assert source.count() == len(list(source)) == 6
    assert FileSource(["-"]).count() is None


def test_a_pipe_is_idle_while_its_writer_thinks() -> None:
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as stream, os.fdopen(writing, "wb", buffering=0) as writer:
        lines = LineReader(stream)
        writer.write(b"one\ntwo\n")
        iterator = iter(lines)
        assert next(iterator).data == b"one"
        assert not lines.idle()
        assert next(iterator).data == b"two"
        assert lines.idle()
        threading.Timer(0.05, lambda: writer.write(b"three")).start()
        threading.Timer(0.1, writer.close).start()
        assert next(iterator).data == b"three"
        assert not lines.idle()
        assert next(iterator, None) is None


@pytest.mark.parametrize("text", ["", "17.1.2025", "2025-13-01", "0001-01-01T00:00:00+14:00"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="is no date"):
        parse_date(text)
