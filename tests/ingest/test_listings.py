"""Feeds, sitemaps, OPML and GDELT's lists: what is read of them, what is refused."""

import gzip
import json
from datetime import UTC, datetime

import pytest

from graph.errors import InvalidInput
from ingest.sources.entries import Entry
from ingest.sources.listings import read_listing
from ingest.sources.opml import read_opml
from tests.ingest.makers import GDELT_COLUMNS, export_row, item, rss, zipped

URL = "https://news.example/feed"
LONG = "Russia and Iran signed a treaty in Moscow. " * 20


def entries(data: bytes, url: str = URL, content_type: str = "") -> tuple[Entry, ...]:
    return read_listing(data, url, content_type).entries


def test_an_rss_item_gives_its_link_title_day_and_text() -> None:
    feed = rss(
        item(
            "/a?x=1&y=2",
            "Pact &amp; <b>more</b>",
            "Fri, 17 Jan 2025 23:30:00 -0500",
            "<p>Russia</p><p>signed.</p>",
            guid="g1",
        ),
        head="<ttl>30</ttl>",
    )
    listing = read_listing(feed, URL, "application/rss+xml; charset=utf-8")
    assert listing.entries == (
        Entry(
            key="g1",
            url="https://news.example/a?x=1&y=2",
            title="Pact & more",
            published_at=datetime(2025, 1, 18, 4, 30, tzinfo=UTC),
            summary="Russia\nsigned.",
        ),
    )
    assert listing.every == 1800.0


def test_an_atom_entry_gives_the_same() -> None:
    feed = f"""<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"
        xml:base="https://news.example/x/"><title>N</title>
        <entry><id>urn:1</id><title type="html">A &amp;amp; B</title><link href="a.html"/>
        <published>2025-01-17T10:00:00Z</published><updated>2025-01-18T10:00:00Z</updated>
        <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>{LONG}</p></div>
        </content></entry></feed>"""
    [entry] = entries(feed.encode())
    assert (entry.key, entry.url, entry.title) == (
        "urn:1",
        "https://news.example/x/a.html",
        "A & B",
    )
    assert entry.published_at == datetime(2025, 1, 17, 10, tzinfo=UTC)
    assert entry.text == LONG.strip()


def test_an_rdf_feed_of_version_1_is_read() -> None:
    feed = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
        xmlns="http://purl.org/rss/1.0/"><channel/><item rdf:about="https://news.example/1">
        <title>One</title><link>https://news.example/1</link></item></rdf:RDF>"""
    assert [entry.title for entry in entries(feed)] == ["One"]


def test_a_long_text_in_a_feed_is_the_article_and_a_short_one_is_not() -> None:
    full, teaser = entries(rss(item("/a", content=f"<p>{LONG}</p>"), item("/b", text="Short.")))
    assert full.text == LONG.strip()
    assert (teaser.text, teaser.summary) == ("", "Short.")


def test_an_item_without_a_link_is_what_the_feed_says_of_it() -> None:
    [entry] = entries(rss(item("", "T", text="Turkey warned Greece.")))
    assert (entry.url, entry.text) == ("", "Turkey warned Greece.")
    assert entry.key


def test_an_item_of_nothing_is_reported_by_name() -> None:
    listing = read_listing(rss(item("/a"), item("", "Only a title")), URL)
    assert len(listing.entries) == 1
    assert listing.bad == (("item 2", "neither a link nor a text"),)


@pytest.mark.parametrize("day", ["", "yesterday", "99 Foo 2025", "Fri, 31 Feb 2025 10:00:00 GMT"])
def test_a_day_that_is_none_is_left_out(day: str) -> None:
    [entry] = entries(rss(item("/a", "T", day)))
    assert entry.published_at is None


def test_a_feed_that_is_not_well_formed_further_down_is_read_as_far_as_it_goes() -> None:
    feed = rss(item("/a", "One"), item("/b", "Two")).replace(
        b"</channel></rss>", b"<item>&nope;<b>"
    )
    assert [entry.title for entry in entries(feed)][:2] == ["One", "Two"]


def test_a_wrong_charset_in_the_header_does_not_spoil_a_feed() -> None:
    for content_type in (
        "text/xml",
        "text/xml; charset=us-ascii",
        "application/rss+xml; charset=x",
    ):
        [entry] = entries(rss(item("/a", "Erdoğan – “visit”")), content_type=content_type)
        assert entry.title == "Erdoğan – “visit”"


BOMB = (
    '<!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    "<rss version='2.0'><channel><item><title>&b;</title><link>/a</link></item></channel></rss>"
)
OUTSIDE = BOMB.replace('"aaaaaaaaaa"', 'SYSTEM "file:///etc/passwd"')


@pytest.mark.parametrize(
    "data",
    [
        BOMB.encode(),
        OUTSIDE.encode(),
        b"<?xml version='1.0'?>\n<!-- <rss> -->" + BOMB.encode(),
        b"<!--<![CDATA[-->" + BOMB.encode().replace(b"]>", b"]><!--]]>-->"),
        b"\xef\xbb\xbf" + BOMB.encode(),
        ('<?xml version="1.0" encoding="utf-16"?>' + BOMB).encode("utf-16"),
        BOMB.encode("utf-32"),
        b"<<" + BOMB.encode(),
        BOMB.replace("DOCTYPE lolz", "doctype lolz").encode(),
        gzip.compress(BOMB.encode(), mtime=0),
        b"<!DOCTYPE rss><rss version='2.0'/>",
        BOMB.replace("<rss", "<urlset").encode(),
    ],
)
def test_a_feed_with_a_dtd_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidInput, match="DTD"):
        read_listing(data, URL)


def test_a_feed_that_only_writes_about_dtds_is_read() -> None:
    [entry] = entries(rss(item("/a", "How to write <!DOCTYPE html>")))
    assert "How to write" in entry.title


def test_bytes_that_are_a_file_name_open_no_file() -> None:
    with pytest.raises(InvalidInput):
        read_listing(b"<" + b"/etc/passwd", URL)
    with pytest.raises(InvalidInput):
        read_listing(b"/etc/passwd", URL)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"<!DOCTYPE html><html></html>", "a web page"),
        (b"<html><body>", "a web page"),
        (b"<note>hello</note>", "not a feed"),
        (b"hello", "neither a feed"),
        (b"{broken", "not JSON"),
        (b'{"a": 1}', "not a list of articles"),
        (b"[" * 100_000, "neither a feed"),
        (b'{"a":' * 100_000, "not JSON"),
        (b"\x1f\x8bno gzip", "gzip"),
        (gzip.compress(b"\0" * 60_000_000, mtime=0), "larger than 50 MB"),
        (b"PK\x03\x04no zip", "a damaged zip"),
        (b"<urlset><url>", "not XML"),
    ],
)
def test_what_is_no_list_says_what_it_is(data: bytes, reason: str) -> None:
    with pytest.raises(InvalidInput, match=reason):
        read_listing(data, URL)


NEWS_MAP = b"""<?xml version="1.0"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
  xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc> https://news.example/1 </loc><news:news><news:publication_date>2025-01-17T10:00+01:00
</news:publication_date><news:title>Pact
 signed</news:title></news:news></url>
<url><loc>https://news.example/2</loc><lastmod>2025-01-16</lastmod></url>
<url><lastmod>2025-01-16</lastmod></url>
</urlset>"""


def test_a_news_sitemap_dates_and_names_its_articles() -> None:
    for data in (NEWS_MAP, gzip.compress(NEWS_MAP)):
        listing = read_listing(data, "https://news.example/map.xml")
        first, second = listing.entries
        assert (first.url, first.title) == ("https://news.example/1", "Pact signed")
        assert first.published_at == datetime(2025, 1, 17, 9, tzinfo=UTC)
        assert second.published_at is None, "lastmod is no day of publication"
        assert listing.bad == (("item 3 of https://news.example/map.xml", "no address"),)


def test_a_page_that_changed_has_another_digest() -> None:
    later = NEWS_MAP.replace(
        b"<lastmod>2025-01-16</lastmod></url>\n<url>", b"<lastmod>2025-01-19</lastmod></url>\n<url>"
    )
    before, after = entries(NEWS_MAP), entries(later)
    assert before[0].digest == after[0].digest
    assert before[1].digest != after[1].digest


def test_an_index_leads_to_its_newest_sitemaps() -> None:
    parts = "".join(
        f"<sitemap><loc>https://news.example/{n}.xml</loc><lastmod>2025-01-{n:02}</lastmod></sitemap>"
        for n in range(1, 29)
    )
    index = (
        f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{parts}</sitemapindex>'
    )
    children = read_listing(index.encode(), URL).children
    assert len(children) == 20
    assert children[0] == "https://news.example/28.xml"


def test_a_list_of_the_doc_api_leads_to_its_articles() -> None:
    rows = [
        {"url": "https://a.example/1", "title": "Pact  signed", "seendate": "20250117T103000Z",
         "domain": "a.example", "language": "English", "sourcecountry": "Iran"},
        {"title": "no address"},
        "nonsense",
    ]  # fmt: skip
    listing = read_listing(json.dumps({"articles": rows}).encode(), URL)
    assert listing.entries == (Entry("https://a.example/1", "https://a.example/1", "Pact signed"),)
    assert [reason for _, reason in listing.bad] == ["no address", "no address"]
    assert entries(b"{}") == ()


def test_an_export_file_leads_to_each_article_once() -> None:
    rows = (
        export_row("https://a.example/1", EventCode="057")
        + export_row("https://a.example/1", EventCode="040")
        + export_row("https://b.example/2")
        + "cut\toff\n"
        + export_row("BBC Monitoring")
    )
    for data in (rows.encode(), zipped("20250117103000.export.CSV", rows)):
        listing = read_listing(data, URL)
        assert [entry.url for entry in listing.entries] == [
            "https://a.example/1",
            "https://b.example/2",
        ]
        assert listing.bad == (
            (f"row 4 of {URL}", "2 columns instead of 61"),
            (f"row 5 of {URL}", "no address of an article"),
        )
    assert len(GDELT_COLUMNS) == 61


def test_a_zip_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.sources.gdelt.MAX_BYTES", 1000)
    with pytest.raises(InvalidInput, match="when unpacked"):
        read_listing(zipped("a.CSV", "a" * 5000), URL)


def test_the_last_update_leads_to_the_events_only() -> None:
    text = "".join(
        f"12345 {'0123456789abcdef' * 2} http://data.example/gdeltv2/20250117103000.{kind}\n"
        for kind in ("export.CSV.zip", "mentions.CSV.zip", "gkg.csv.zip")
    )
    listing = read_listing(text.encode(), URL)
    assert listing.children == ("http://data.example/gdeltv2/20250117103000.export.CSV.zip",)


def test_an_opml_file_names_its_feeds_once() -> None:
    data = b"""<opml version="2.0"><head/><body><outline text="World">
      <outline type="rss" xmlUrl="https://a.example/feed" htmlUrl="https://a.example"/>
      <outline xmlurl=" https://b.example/feed "/></outline>
      <outline xmlUrl="https://a.example/feed"/></body></opml>"""
    assert read_opml(data) == ("https://a.example/feed", "https://b.example/feed")


@pytest.mark.parametrize(
    "data", [b"", b"<opml/>", b"<rss/>", b"no xml", b"<!DOCTYPE opml><opml/>", b"<opml>"]
)
def test_what_is_no_opml_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidInput):
        read_opml(data)
