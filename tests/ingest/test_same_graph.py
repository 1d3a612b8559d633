"""The same articles give the same graph, in whatever order and through whatever door they come."""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from graph.factory import open_store
from ingest.coding import InProcess
from ingest.fetch import Limits
from ingest.pipeline import Pipeline
from ingest.sources.feed_state import FeedState
from ingest.sources.files import FileSource
from ingest.sources.received import Input
from ingest.sources.watch import Watch
from ingest.sources.web import PageSource, page_getter
from ingest.worker import Worker
from tests.ingest.makers import item, page, rss, warc_record
from tests.ingest.web import Answer, Web, a_web

STORIES = [
    ("Pact", "Russia and Iran signed a defence treaty in Moscow on Friday. Both praised it."),
    ("Warning", "Turkey warned Greece on Friday over drilling. Greece rejected the warning."),
    ("Strike", "Israel attacked Iran on Friday, the army said. The United States condemned it."),
    ("Visit", "French President Emmanuel Macron visited Côte d’Ivoire and met its leaders."),
    ("Talks", "India and China held talks on Friday. India accused China of an incursion."),
    ("Aid", "Japan sent humanitarian aid to Ukraine on Friday, the foreign ministry said."),
]
NOW = datetime(2025, 1, 18, tzinfo=UTC)


def graph(pipeline: Pipeline, path: Path, *sources: Iterable[Input]) -> list[str]:
    """Everything that the store holds after these sources, as comparable text."""
    with open_store(f"sqlite:///{path}") as store:
        store.migrate()
        for source in sources:
            summary = Worker(InProcess(pipeline), store).run(source, batch_size=3)
            assert not summary.bad
        events = list(store.export())
        ids = sorted({proof.article_id for event in events for proof in event.evidence})
        told = [
            f"{event.id} {event.reported_on} {sorted(proof.id for proof in event.evidence)}"
            for event in events
        ]
        articles = [
            f"{a.id} {a.title} {a.url} {a.publisher} {a.published_at} {a.language}"
            for a in store.articles(ids).values()
        ]
        return [*told, *sorted(articles), str(store.statistics())]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Some articles as text, some as lines, one of them twice."""
    place = tmp_path / "in"
    place.mkdir()
    for number, (title, text) in enumerate(STORIES[:3]):
        head = f"title: {title}\ndate: 2025-01-17\nurl: https://n.example/{number}\n\n"
        (place / f"{number}.txt").write_text(head + text)
    rows = [
        {"title": title, "text": text, "date": "2025-01-17", "url": f"https://n.example/{number}"}
        for number, (title, text) in enumerate(STORIES)
    ]
    (place / "rest.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows[2:]))
    return place


def files_of(folder: Path, order: Sequence[int]) -> FileSource:
    files = sorted(folder.iterdir())
    return FileSource([str(files[number]) for number in order])


def test_the_same_folder_twice_is_the_same_graph(
    pipeline: Pipeline, folder: Path, tmp_path: Path
) -> None:
    once = graph(pipeline, tmp_path / "1.db", FileSource([str(folder)]))
    twice = graph(pipeline, tmp_path / "2.db", FileSource([str(folder)]), FileSource([str(folder)]))
    assert once == twice
    assert len(once) > 12


@pytest.mark.parametrize("order", [(3, 2, 1, 0), (2, 0, 3, 1)])
def test_another_order_is_the_same_graph(
    pipeline: Pipeline, folder: Path, tmp_path: Path, order: Sequence[int]
) -> None:
    straight = graph(pipeline, tmp_path / "1.db", files_of(folder, range(4)))
    assert straight == graph(pipeline, tmp_path / "2.db", files_of(folder, order))


def a_site(web: Web) -> list[str]:
    """A site that has every story as a page and lists the first three in a feed."""
    urls = []
    for number, (title, text) in enumerate(STORIES):
        answer = Answer(page(title, text, day="2025-01-17"))
        web.answers |= {f"/{number}": answer, f"/{number}?utm_source=rss": answer}
        urls.append(web.url(f"/{number}"))
    listed = (
        item(f"/{number}?utm_source=rss", title, "Fri, 17 Jan 2025 10:00:00 GMT")
        for number, (title, _) in enumerate(STORIES[:3])
    )
    web.answers["/feed"] = Answer(rss(*listed), kind="application/rss+xml")
    return urls


def test_half_from_a_feed_and_half_from_files_is_the_same_graph(
    pipeline: Pipeline, tmp_path: Path
) -> None:
    """Lines, pages, a feed with tracking parameters, and an archive of the site agree."""
    with a_web() as web, FeedState(tmp_path / "feeds.db") as state:
        urls = a_site(web)
        rows = [
            {"title": title, "text": text, "date": "2025-01-17", "url": url}
            for url, (title, text) in zip(urls, STORIES, strict=True)
        ]
        lines = tmp_path / "all.jsonl"
        lines.write_text("".join(json.dumps(row) + "\n" for row in rows))
        half = tmp_path / "half.jsonl"
        half.write_text("".join(json.dumps(row) + "\n" for row in rows[3:]))
        archive = tmp_path / "site.warc.gz"
        archive.write_bytes(
            b"".join(
                warc_record(url, web.answers[f"/{number}"].body) for number, url in enumerate(urls)
            )
        )
        fetcher = web.fetcher(Limits(delay=0.0))

        def feed() -> Iterable[Input]:
            return Watch([web.url("/feed")], fetcher, state, lambda: NOW).look(web.url("/feed"))

        whole = graph(pipeline, tmp_path / "1.db", FileSource([str(lines)]))
        assert whole == graph(pipeline, tmp_path / "2.db", feed(), FileSource([str(half)]))
        assert whole == graph(pipeline, tmp_path / "3.db", FileSource([str(half)]), feed())
        pages = PageSource(urls[::-1], page_getter(fetcher, lambda: NOW))
        assert whole == graph(pipeline, tmp_path / "4.db", pages)
        assert whole == graph(pipeline, tmp_path / "5.db", FileSource([str(archive)]), feed())
    assert len(whole) > 12
