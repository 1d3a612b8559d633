"""Markdown, HTML, PDF, CSV and WARC files, good and bad; folders with what cannot be read."""

import gzip
import io
import os
import random
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from graph.errors import InvalidInput
from ingest.sources.archives import read_archive
from ingest.sources.decoding import decode_page
from ingest.sources.files import FileSource, Reader
from ingest.sources.jsonlines import read_json_lines
from ingest.sources.listings import read_listing
from ingest.sources.markup import text_of
from ingest.sources.pages import read_page
from ingest.sources.pdfs import read_pdf
from ingest.sources.received import Input, Received, SourceProblem
from ingest.sources.tables import read_table
from ingest.sources.texts import read_markdown
from tests.ingest.makers import export_row, item, page, pdf, rss, warc_record, zipped

WriteFile = Callable[[str, str | bytes], Path]
DAY = datetime(2025, 1, 17, tzinfo=UTC)


def read(*paths: Path | str) -> list[Input]:
    return list(FileSource([str(path) for path in paths]))


def good(items: Sequence[Input]) -> list[Received]:
    return [item for item in items if isinstance(item, Received)]


def bad(items: Sequence[Input]) -> list[str]:
    return [str(item) for item in items if isinstance(item, SourceProblem)]


def test_markdown_is_read_as_it_is_shown(write_file: WriteFile) -> None:
    text = (
        "---\ntitle: 'Pact signed'\ndate: 2025-01-17\ntags: [x]\nurl: https://example.org/a\n---\n"
        "# Pact signed\n\nMoscow **signed** a [treaty](https://example.org/t)\nwith _Tehran_.\n\n"
        "- one\n- two &amp; three\n\n```\ncode\n```\n<script>alert(1)</script>\n"
    )
    [item] = good(read(write_file("a.md", text)))
    assert item.article.title == "Pact signed"
    assert item.article.published_at == DAY
    assert item.article.url == "https://example.org/a"
    assert item.article.text == "Moscow signed a treaty with Tehran.\none\ntwo & three\ncode"


@pytest.mark.parametrize(
    ("text", "title", "body"),
    [
        ("# Pact #\n\nMoscow signed.", "Pact", "Moscow signed."),
        ("title: Other\n\n# Pact\n\nMoscow signed.", "Other", "Pact\nMoscow signed."),
        ("Moscow signed.\n\n# Pact", "", "Moscow signed.\nPact"),
        ("\n# Pact\nMoscow signed.", "Pact", "Moscow signed."),
    ],
)
def test_the_first_heading_of_markdown_is_its_title(
    write_file: WriteFile, text: str, title: str, body: str
) -> None:
    [item] = good(read(write_file("a.markdown", text)))
    assert (item.article.title, item.article.text) == (title, body)


@pytest.mark.parametrize(
    ("text", "reason"),
    [("", "empty"), ("# Only a title", "no text"), ("---\ndate: soon\n---\nx", "no date"),
     (b"\xff\xfe", "not UTF-8"), ("<script>x</script>", "empty")],
)  # fmt: skip
def test_markdown_that_is_no_article_says_why(
    write_file: WriteFile, text: str | bytes, reason: str
) -> None:
    [problem] = bad(read(write_file("a.md", text)))
    assert reason in problem


def test_a_page_gives_its_article_without_menu_and_footer(write_file: WriteFile) -> None:
    markup = page(
        "Pact signed",
        "Russia and Iran signed a treaty in Moscow.",
        "It was cold &amp; dark.",
        day="2025-01-17T23:30:00-05:00",
        canonical="https://www.courier.example/pact?id=1",
    )
    [item] = good(read(write_file("a.html", markup)))
    article = item.article
    assert article.text == "Russia and Iran signed a treaty in Moscow.\nIt was cold & dark."
    assert (article.title, article.publisher) == ("Pact signed", "courier.example")
    assert article.published_at == DAY, "the day that the publisher prints, in no other zone"
    assert article.url == "https://www.courier.example/pact?id=1"


@pytest.mark.parametrize(
    ("markup", "reason"),
    [
        (b"", "empty"),
        (b"<html><body></body></html>", "no article text"),
        (b"\x00\x01\x02", "no article text"),
        (b"<a>" * 100_000, "no article text"),
        (b"a" * 10_000_001, "longer than 10 MB"),
    ],
    ids=["empty", "blank", "binary", "deep", "long"],
)
def test_a_page_without_an_article_says_so(
    write_file: WriteFile, markup: bytes, reason: str
) -> None:
    [problem] = bad(read(write_file("a.htm", markup)))
    assert reason in problem


@pytest.mark.parametrize(
    ("data", "header", "text"),
    [
        ("Erdoğan".encode(), "iso-8859-1", "Erdoğan"),
        ("Erdoğan".encode("iso-8859-9"), "iso-8859-9", "Erdoğan"),
        ('<meta charset="iso-8859-9">Erdoğan'.encode("iso-8859-9"), "", "Erdoğan"),
        ("“café”".encode("windows-1252"), "utf-8", "“café”"),
        ("“café”".encode("windows-1252"), "iso-8859-1", "“café”"),
        ("“café”".encode("windows-1252"), "no-such-charset", "“café”"),
        ("café".encode("windows-1252"), "base64", "café"),
        ("Москва".encode("koi8-r"), "koi8-r", "Москва"),
        ("Moscow".encode("utf-16"), "utf-8", "Moscow"),
        (b"\xef\xbb\xbfMoscow", "", "Moscow"),
        (b"\x81\xff", "utf-8", "\ufffdÿ"),
    ],
)
def test_the_wrong_charset_in_a_label_does_not_spoil_a_page(
    data: bytes, header: str, text: str
) -> None:
    assert decode_page(data, header).endswith(text)


def test_a_fragment_is_read_block_by_block() -> None:
    markup = (
        "Moscow<br>signed <b>a</b>\n treaty.<p>Next &lt;one&gt;</p><!-- no -->tail"
        "<script>x()</script><ul><li>a<li>b</ul><img alt=x>"
    )
    assert text_of(markup) == "Moscow\nsigned a treaty.\nNext <one>\ntail\na\nb"


def test_a_pdf_is_read_by_its_text_layer(write_file: WriteFile) -> None:
    lines = [
        ["Russia and Iran signed a strate-", "gic treaty (in Moscow)", "on Friday."],
        ["Turkey attacked", "nobody."],
    ]
    [item] = good(read(write_file("a.PDF", pdf(lines, "Pact signed"))))
    assert item.article.title == "Pact signed"
    assert item.article.text == (
        "Russia and Iran signed a strategic treaty (in Moscow) on Friday.\nTurkey attacked nobody."
    )
    assert item.article.published_at is None


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"%PDF-1.4\n", "a damaged PDF"),
        (b"no pdf at all", "a damaged PDF"),
        (pdf([["Moscow"]])[:200], "a damaged PDF"),
        (pdf([[]]), "without a text layer"),
        (pdf([["x"]] * 301), "301 pages"),
    ],
    ids=["empty", "head", "text", "cut", "scan", "book"],
)
def test_a_pdf_that_cannot_be_read_says_why(
    write_file: WriteFile, data: bytes, reason: str
) -> None:
    [problem] = bad(read(write_file("a.pdf", data)))
    assert reason in problem


def test_damage_at_any_place_of_a_pdf_never_raises(write_file: WriteFile) -> None:
    whole = pdf([["Russia and Iran signed a treaty."], ["Second page."]])
    for place in range(0, len(whole), 7):
        broken = whole[:place] + b"\xff<<]" + whole[place + 4 :]
        items = read(write_file("a.pdf", broken))
        assert len(items) == 1


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_each_row_of_a_table_is_an_article(write_file: WriteFile, mark: str) -> None:
    rows = [
        ["ID", "Date", "text", "Title", "other"],
        ["1", "2025-01-17", '"Moscow, signed;\n""now""."', "T", "x"],
        ["2", "", '"Tehran\ttoo."', "", ""],
    ]
    text = "\ufeff" + "\r\n".join(mark.join(row) for row in rows)
    one, two = good(read(write_file("a.csv", text)))
    assert one.article.text == 'Moscow, signed;\n"now".'
    assert (one.given_id, one.line, one.article.title) == ("1", 2, "T")
    assert one.article.published_at == DAY
    assert (two.given_id, two.line, two.article.text) == ("2", 4, "Tehran\ttoo.")


def test_bad_rows_are_told_with_their_line_and_the_rest_goes_on(write_file: WriteFile) -> None:
    text = (
        b"text,date\nGood one.,2025-01-17\ntoo,many,fields\nfew\nBad date.,soon\n,2025-01-17\n"
        b"caf\xe9 is latin,\n" + b"a" * 2_000_001 + b',\n"not "closed,\nGood two.,\n"never closed,'
    )
    path = write_file("a.csv", text)
    items = read(path)
    assert [item.article.text for item in good(items)] == ["Good one.", "Good two."]
    told = [problem.removeprefix(f"{path}, line ") for problem in bad(items)]
    assert [problem.split(":")[0] for problem in told] == ["3", "4", "5", "6", "7", "8", "9", "11"]
    for problem, reason in zip(
        told,
        ["3 fields", "1 fields", "no date", "needs a text", "not UTF-8", "longer", "not a row",
         "not a row"],
        strict=True,
    ):  # fmt: skip
        assert reason in problem


@pytest.mark.parametrize(
    ("text", "reason"), [("", "empty"), ("a,b\n1,2", "no column called text"), ("text\n", "empty")]
)
def test_a_table_without_articles_says_so(write_file: WriteFile, text: str, reason: str) -> None:
    [problem] = bad(read(write_file("a.csv", text)))
    assert reason in problem


def archive() -> bytes:
    return b"".join(
        [
            warc_record("https://a.example/", b"", kind="request"),
            warc_record(
                "https://a.example/1?utm_source=x",
                page("Pact", "Russia and Iran signed a treaty.", day="2025-01-17"),
            ),
            warc_record("https://a.example/x.png", b"PNG", media="image/png"),
            warc_record("https://a.example/gone", b"gone", status="404 Not Found"),
            warc_record("https://a.example/blank", b"<html></html>"),
            warc_record("https://b.example/2", page("Two", "Turkey warned Greece.")),
        ]
    )


def test_an_archive_gives_each_page_with_its_address(write_file: WriteFile) -> None:
    path = write_file("CC-NEWS.warc.gz", archive())
    items = read(path)
    one, two = good(items)
    assert (one.article.text, one.article.title) == ("Russia and Iran signed a treaty.", "Pact")
    assert (one.article.publisher, one.article.published_at, one.line) == ("a.example", DAY, 2)
    assert one.article.fetched_at == datetime(2025, 1, 18, 6, tzinfo=UTC)
    assert two.article.publisher == "b.example"
    assert bad(items) == [f"{path}, line 5: https://a.example/blank: no article text on this page"]
    assert FileSource([str(path)]).count() is None


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("keep", [0.97, 0.5])
def test_an_archive_that_breaks_off_gives_what_is_before(
    write_file: WriteFile, keep: float, packed: bool
) -> None:
    data = archive() if packed else gzip.decompress(archive())
    items = read(write_file("a.warc.gz", data[: int(len(data) * keep)]))
    assert [item.article.title for item in good(items)] == ["Pact"]
    assert bad(items)[-1].endswith("breaks off")


@pytest.mark.parametrize("data", [b"", b"no archive", b"\x1f\x8bno gzip"])
def test_what_is_no_archive_is_one_problem(write_file: WriteFile, data: bytes) -> None:
    assert len(bad(read(write_file("a.warc", data)))) == 1


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user may enter, unlike those of pytest."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def test_what_cannot_be_read_in_a_folder_is_reported_and_the_rest_goes_on(
    open_folder: Path,
) -> None:
    for name in ("a.txt", "closed.txt", "shut/in.txt", "z/b.txt"):
        (open_folder / name).parent.mkdir(exist_ok=True)
        (open_folder / name).write_text(f"Text of {name}.")
    (open_folder / "dangling.txt").symlink_to("nowhere")
    (open_folder / "loop.txt").symlink_to("loop.txt")
    os.mkfifo(open_folder / "pipe.jsonl")
    (open_folder / "closed.txt").chmod(0)
    (open_folder / "shut").chmod(0)
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)  # to the superuser no file is closed
    try:
        items = read(open_folder)
    finally:
        os.seteuid(user)
        (open_folder / "shut").chmod(0o755)
    assert [item.article.text for item in good(items)] == ["Text of a.txt.", "Text of z/b.txt."]
    told = sorted(problem.removeprefix(f"{open_folder}/") for problem in bad(items))
    assert told == [
        "closed.txt: cannot be read: Permission denied",
        "dangling.txt: cannot be read: No such file or directory",
        "loop.txt: cannot be read: Too many levels of symbolic links",
        "pipe.jsonl: not a file",
        "shut: cannot be read: Permission denied",
    ]


def test_a_folder_of_all_kinds_is_read_in_the_order_of_its_paths(
    write_file: WriteFile, tmp_path: Path
) -> None:
    write_file("in/a.csv", "text\nOne.")
    write_file("in/b.md", "# T\n\nTwo.")
    write_file("in/c.html", page("T", "Three is a page of its own."))
    write_file("in/d.pdf", pdf([["Four."]]))
    write_file("in/e.warc.gz", warc_record("https://a.example/5", page("T", "Five it is.")))
    write_file("in/f.txt", "Six.")
    write_file("in/g.ndjson", '{"text": "Seven."}\n{"text": "cut o')
    items = read(tmp_path / "in")
    texts = [item.article.text for item in good(items)]
    assert texts == [
        "One.",
        "Two.",
        "Three is a page of its own.",
        "Four.",
        "Five it is.",
        "Six.",
        "Seven.",
    ]
    assert bad(items) == [
        f"{tmp_path}/in/g.ndjson, line 2: not JSON: Unterminated string starting at character 10"
    ]


def mutated(data: bytes, chance: random.Random) -> bytes:
    """The bytes with a few of them changed, cut out or repeated."""
    found = bytearray(data)
    for _ in range(chance.choice((1, 2, 8))):
        place = chance.randrange(len(found))
        length = chance.randrange(1, 30)
        kind = chance.random()
        if kind < 0.4:
            found[place] = chance.randrange(256)
        elif kind < 0.7 and len(found) > 60:
            del found[place : place + length]
        else:
            found[place:place] = found[-length:]
    return bytes(found)


@pytest.mark.parametrize(
    ("reader", "data"),
    [
        (read_archive, archive()),
        (read_archive, gzip.decompress(archive())),
        (read_pdf, pdf([["Russia and Iran signed."], ["Two."]], "T")),
        (read_page, page("T", "Russia and Iran signed a treaty.")),
        (read_table, b'text,date\n"a, b",2025-01-17\nc,\n'),
        (read_json_lines, b'{"text": "a", "date": "2025-01-17"}\n{"text": "b"}\n'),
        (read_markdown, b"---\ntitle: T\n---\n# T\n\n- a **b**\n\n> c\n"),
    ],
    ids=["gz", "warc", "pdf", "html", "csv", "jsonl", "md"],
)
def test_damage_of_any_kind_is_a_problem_and_never_an_error(reader: Reader, data: bytes) -> None:
    chance = random.Random(1)
    for _ in range(150):
        for found in reader(io.BytesIO(mutated(data, chance)), "a"):
            assert isinstance(found, Received | SourceProblem)


@pytest.mark.parametrize(
    "data",
    [
        rss(item("/a", "T", "Fri, 17 Jan 2025 10:00:00 GMT", "x" * 600), item("/b")),
        export_row("https://a.example/1").encode(),
        b'{"articles": [{"url": "https://a.example", "title": "x"}]}',
        b"<urlset><url><loc>https://a.example/</loc></url></urlset>",
        zipped("a.CSV", export_row("https://a.example/1")),
    ],
    ids=["rss", "export", "doc", "sitemap", "zip"],
)
def test_a_damaged_list_is_read_or_refused(data: bytes) -> None:
    chance = random.Random(1)
    for _ in range(400):
        with suppress(InvalidInput):
            read_listing(mutated(data, chance), "https://a.example/f", "text/xml")
