"""One spelling for what looks the same, one URL for a page, and offsets that fit what is stored."""

import unicodedata
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.corroboration import attest
from graph.errors import InvalidInput
from graph.factory import open_store
from graph.model import Article
from graph.store import EventQuery
from ingest.clean import canonical_url, cleaned, language_of, one_spelling, publisher_of
from ingest.coding import InProcess
from ingest.pipeline import Pipeline
from ingest.sources.received import Received
from ingest.worker import Worker


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("Erdog\u0306an", "Erdoğan"),
        ("a\u00a0b\u2009c\u3000d", "a b c d"),
        ("one\r\ntwo\rthree\u2028four\u2029five\x0bsix", "one\ntwo\nthree\nfour\nfive\nsix"),
        ("Mos\u00adcow\u200b signed\ufeff", "Moscow signed"),
        ("a\0b\x07c\x9bd", "abcd"),
        ("\ud83d alone", "\ufffd alone"),
        ("10 km² and ﬁve Ⅳ", "10 km² and ﬁve Ⅳ"),
        ("می\u200cخواهم 👩\u200d🚀", "می\u200cخواهم 👩\u200d🚀"),
    ],
)
def test_what_looks_the_same_is_spelt_the_same(raw: str, expected: str) -> None:
    assert one_spelling(raw) == expected


@settings(deadline=None)
@given(st.text())
def test_spelling_twice_changes_nothing(text: str) -> None:
    once = one_spelling(text)
    assert one_spelling(once) == once
    assert unicodedata.is_normalized("NFC", once)


@settings(deadline=None)  # the first example waits for the libraries to load
@given(st.text(min_size=1), st.text(), st.text())
def test_cleaning_twice_changes_nothing(text: str, title: str, url: str) -> None:
    try:
        once = cleaned(Article(text=text, title=title, url=f"https://example.org/{url}"))
    except InvalidInput:
        return
    assert cleaned(once) == once


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://WWW.Example.org:80/a/../b/?b=2&a=1#top", "http://www.example.org/b/?a=1&b=2"),
        ("https://example.org/x?utm_source=rss&fbclid=1", "https://example.org/x"),
        (
            "https://www.bbc.co.uk/news/1?at_medium=RSS&at_campaign=K",
            "https://www.bbc.co.uk/news/1",
        ),
        ("https://example.org/story.php?id=7", "https://example.org/story.php?id=7"),
        (" https://example.org:8443/x ", "https://example.org:8443/x"),
        ("https://example.org", "https://example.org/"),
        ("urn:x:1", "urn:x:1"),
        ("", ""),
        ("http://[::1", "http://[::1"),
    ],
)
def test_a_page_has_one_url(url: str, expected: str) -> None:
    assert canonical_url(url) == expected
    assert canonical_url(expected) == expected


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://www.bbc.co.uk/news/1", "bbc.co.uk"),
        ("https://feeds.bbci.co.uk/x", "bbci.co.uk"),
        ("http://news.example:8080/x", "news.example"),
        ("http://192.0.2.1/x", "192.0.2.1"),
        ("file:///x", ""),
        ("", ""),
    ],
)
def test_the_publisher_of_a_page_is_its_site(url: str, site: str) -> None:
    assert publisher_of(url) == site


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Russia and Iran signed a treaty.", "en"),
        ("Le président français a rencontré hier à Paris son homologue allemand.", "fr"),
        ("Der Bundeskanzler traf am Montag in Berlin den polnischen Präsidenten.", "de"),
        ("Президент России встретился с президентом Ирана в Москве.", "ru"),
        ("俄罗斯和伊朗在莫斯科签署了全面战略伙伴关系条约,双方同意加强合作。", "zh"),
        ("El presidente de México viajó el lunes a Washington para reunirse con él.", "es"),
        ("التقى الرئيس الروسي نظيره الإيراني في موسكو يوم الجمعة.", "ar"),
    ],
)
def test_the_language_is_that_of_the_text(text: str, language: str) -> None:
    assert language_of(text) == language
    assert cleaned(Article(text=text, language="xx")).language == language


WIRE = (
    "Russian President Vladimir Putin met Iranian President Masoud Pezeshkian in Moscow on Friday "
    "to sign a long-awaited partnership treaty."
)
NOON = datetime(2025, 1, 17, 12, tzinfo=UTC)


def test_offsets_fit_the_stored_text_however_it_was_spelt(
    pipeline: Pipeline, tmp_path: Path
) -> None:
    dirty = (
        "\ufeffTurkey\u2019s\u00a0Erdog\u0306an met\u00ad Emmanuel\u2009Macron in Paris.\r\n" + WIRE
    )
    with open_store(f"sqlite:///{tmp_path}/w.db") as store:
        store.migrate()
        Worker(InProcess(pipeline), store).run(
            [Received(Article(text=dirty, published_at=NOON), "memory")]
        )
        found = 0
        for event in store.export():
            for proof in event.evidence:
                text = store.articles([proof.article_id])[proof.article_id].text
                assert text[proof.sentence.start : proof.sentence.end] == proof.quote
                found += 1
                trigger = text[proof.trigger.start : proof.trigger.end]
                assert trigger == proof.trigger_text
    assert found >= 4


def test_one_wire_text_at_three_publishers_is_three_articles_and_one_telling(
    pipeline: Pipeline, tmp_path: Path
) -> None:
    texts = {
        "https://a.example/1": WIRE,
        "https://b.example/2": f"MOSCOW (Wire) - {WIRE}",
        "https://c.example/3?utm_source=x": WIRE.replace("long-awaited ", "").replace(
            " ", "\u00a0", 3
        ),
    }
    inputs = [
        Received(Article(text=text, url=url, published_at=NOON), url) for url, text in texts.items()
    ]
    with open_store(f"sqlite:///{tmp_path}/w.db") as store:
        store.migrate()
        summary = Worker(InProcess(pipeline), store).run(inputs)
        assert (summary.stored, store.statistics().articles) == (3, 3)
        page = store.events(
            EventQuery(actor="RUS", partner="IRN", relations=frozenset(["meeting"]))
        )
        for event in page.items:
            beside = attest(store, event).corroboration
            assert (beside.publishers, beside.independent_publishers) == (3, 1)
        assert page.items


def test_one_page_under_two_addresses_is_one_article(pipeline: Pipeline, tmp_path: Path) -> None:
    urls = ["https://a.example/1", "https://A.example:443/x/../1?utm_medium=feed#comments"]
    inputs = [Received(Article(text=WIRE, url=url, published_at=NOON), url) for url in urls]
    with open_store(f"sqlite:///{tmp_path}/w.db") as store:
        store.migrate()
        summary = Worker(InProcess(pipeline), store).run(inputs)
        assert (summary.stored, summary.known) == (1, 1)
