"""`ingest URL`, `watch` and `import-events` as a person runs them, against a site on loopback."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import app.fetching
from app.cli import app as command
from app.settings import Settings
from graph.factory import open_store
from graph.inbox import Failure
from graph.model import Article
from ingest.fetch import Fetcher, Limits
from tests.ingest.makers import export_row, item, page, rss
from tests.ingest.web import Answer, Web, a_web

WriteFile = Callable[[str, str | bytes], Path]
FRIDAY = "Fri, 17 Jan 2025 10:00:00 GMT"


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Web]:
    """The commands' own client would refuse loopback, so they get one that allows this site."""
    monkeypatch.setenv("WESTPHALIA_STORE_URL", f"sqlite:///{tmp_path}/w.db")
    monkeypatch.setenv("WESTPHALIA_FEEDS_FILE", str(tmp_path / "feeds.db"))
    with a_web() as started:

        def load(_settings: Settings) -> Fetcher:
            return started.fetcher(Limits(delay=0.0))

        monkeypatch.setattr(app.fetching, "load_fetcher", load)
        story = page("Pact", "Russia and Iran signed a treaty in Moscow.", day="2025-01-17")
        started.answers["/a"] = Answer(story)
        feed = rss(item("/a", "Pact", FRIDAY), item("/none", "Gone", FRIDAY))
        started.answers["/feed"] = Answer(feed, kind="application/rss+xml")
        yield started


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, arguments)


def test_a_page_and_a_file_are_ingested_together(web: Web, write_file: WriteFile) -> None:
    file = write_file("b.txt", "Turkey warned Greece.")
    result = run("ingest", "--format", "json", str(file), web.url("/a"), web.url("/none"))
    assert result.exit_code == 1
    summary = json.loads(result.stdout)
    assert (summary["read"], summary["stored"]) == (3, 2)
    [bad] = summary["bad"]
    assert (bad["path"], bad["reason"]) == (web.url("/none"), "the server answers 404")
    assert web.url("/none") in result.stderr


def test_without_the_tests_allowance_loopback_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("WESTPHALIA_STORE_URL", f"sqlite:///{tmp_path}/w.db")
    with a_web() as started:
        monkeypatch.setenv("WESTPHALIA_FETCH_PORTS", f"8080, {started.port}")
        place = f"http://127.0.0.1:{started.port}/a"
        result = run("ingest", "--format", "json", place, "file:///etc/passwd")
        assert started.asked == []
    reasons = [bad["reason"] for bad in json.loads(result.stdout)["bad"]]
    assert reasons == [
        "127.0.0.1 leads to 127.0.0.1, which is not public",
        "only http and https are fetched, not file",
    ]


def test_a_feed_is_watched_and_what_became_of_it_is_told(web: Web) -> None:
    result = run("watch", "--rounds", "1", web.url("/feed"))
    assert result.exit_code == 1
    assert result.stdout.strip() == (
        f"{web.url('/feed')}: 2 items, 2 new; 1 stored, 0 known already, 1 unreadable; "
        "2 new events."
    )
    assert result.stderr.strip() == f"{web.url('/none')}: the server answers 404"
    again = run("watch", "--rounds", "1", web.url("/feed"))
    assert (again.exit_code, again.stdout) == (0, ""), "it is not due yet"


def test_feeds_come_from_opml_and_a_look_is_json(web: Web, write_file: WriteFile) -> None:
    opml = write_file("f.opml", f'<opml><body><outline xmlUrl="{web.url("/feed")}"/></body></opml>')
    result = run("watch", "--rounds", "1", "--format", "json", str(opml))
    look = json.loads(result.stdout)
    assert (look["feed"], look["state"], look["items"]) == (web.url("/feed"), "read", 2)
    assert look["ingested"]["stored"] == 1
    bad = run("watch", "--rounds", "1", "nowhere.opml")
    assert (bad.exit_code, "nowhere.opml cannot be read" in bad.stderr) == (1, True)


def test_a_watch_ends_where_every_feed_is_gone(web: Web) -> None:
    web.answers["/feed"] = Answer(status=410)
    result = run("watch", web.url("/feed"))
    assert result.stdout == f"{web.url('/feed')}: gone\n"


def test_the_client_says_who_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WESTPHALIA_FETCH_CONTACT", "https://example.org/bot")
    monkeypatch.setattr(app.fetching, "app_version", lambda: "9.9")
    made: list[str] = []
    monkeypatch.setattr(app.fetching, "Fetcher", lambda agent, *_: made.append(agent))
    app.fetching.load_fetcher(Settings())
    assert made == ["westphalia/9.9 (+https://example.org/bot)"]


def test_events_of_another_coder_go_into_a_named_store(
    tmp_path: Path, write_file: WriteFile
) -> None:
    rows = export_row("https://n.example/1", SQLDATE="20250117", Actor1CountryCode="RUS",
                      Actor2CountryCode="IRN", EventCode="057") + "broken\n"  # fmt: skip
    rows += export_row("https://n.example/2", Actor1CountryCode="RUS", EventCode="057")
    file = write_file("a.export.CSV", rows)
    into = f"sqlite:///{tmp_path}/gdelt.db"
    result = run("import-events", "--from", "gdelt-2", "--into", into, str(file), "nowhere")
    assert result.exit_code == 1
    assert result.stdout == (
        f"Read 2 rows: 1 no event of ours, 2 unreadable.\nNew in {into}: 1 event of gdelt-2.\n"
    )
    assert f"{file}, line 2: 1 columns instead of 61" in result.stderr
    assert run("import-events", "--from", "gdelt-2", str(file)).exit_code == 2


def test_a_watch_tries_again_what_failed_before(web: Web, tmp_path: Path) -> None:
    before = datetime.now(UTC) - timedelta(hours=1)
    article = Article(text="Turkey warned Greece.", language="en")
    with open_store(f"sqlite:///{tmp_path}/w.db") as store:
        store.migrate()
        store.fail([Failure(article, 1, "a passing fault", retry_at=before)], before)
        run("watch", "--rounds", "1", web.url("/feed"))
        assert store.known_articles([article.id])
        assert store.inbox().failed == 0
