"""The client keeps its promises against real servers: time, size, kind, robots.txt, manners."""

import gzip
import ssl
import threading
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
import trustme

from graph.errors import FetchFailed, FetchRefused
from ingest.fetch import LISTS, Fetcher, Limits
from tests.ingest.web import Answer, Web, a_web

MEGABYTE = 1_000_000


def failure(fetcher: Fetcher, url: str, **options: Any) -> FetchFailed:
    with pytest.raises(FetchFailed) as caught:
        fetcher.get(url, **options)
    return caught.value


def test_a_page_comes_with_what_its_headers_say(web: Web) -> None:
    web.answers["/a"] = Answer(
        b"<p>Moscow</p>",
        kind='Text/HTML; Charset="ISO-8859-1"',
        headers={"ETag": '"1"', "Last-Modified": "yesterday", "Cache-Control": "public, max-age=9"},
    )
    found = web.fetcher(agent="westphalia/1 (+https://example.org)").get(web.url("/a#top"))
    assert (found.content, found.content_type, found.charset) == (
        b"<p>Moscow</p>",
        "text/html",
        "iso-8859-1",
    )
    assert (found.etag, found.last_modified, found.fresh_for) == ('"1"', "yesterday", 9.0)
    assert found.url == web.url("/a")
    headers = web.asked[-1].headers
    assert headers["user-agent"] == "westphalia/1 (+https://example.org)"
    assert headers["host"] == f"news.example:{web.port}"
    assert "cookie" not in headers


def test_what_has_not_changed_is_not_sent_again(web: Web) -> None:
    def conditional(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(304 if handler.headers["If-None-Match"] == '"1"' else 200)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    web.answers["/feed"] = Answer(steer=conditional)
    fetcher = web.fetcher()
    assert fetcher.get(web.url("/feed"), etag='"1"', last_modified="then").unchanged
    assert web.asked[-1].headers["if-modified-since"] == "then"
    assert not fetcher.get(web.url("/feed"), etag='"2"').unchanged


def test_304_to_who_did_not_ask_is_a_failure(web: Web) -> None:
    web.answers["/a"] = Answer(status=304)
    assert failure(web.fetcher(), web.url("/a")).status == 304


@pytest.mark.parametrize(
    ("status", "passing"),
    [(400, False), (401, False), (404, False), (410, False), (429, True), (500, True), (503, True)],
)
def test_a_failed_answer_says_whether_to_try_again(web: Web, status: int, passing: bool) -> None:
    web.answers["/a"] = Answer(b"no", status=status, headers={"Retry-After": "120"})
    error = failure(web.fetcher(), web.url("/a"))
    assert (error.status, error.passing, error.retry_after) == (status, passing, 120.0)
    assert str(error) == f"the server answers {status}"


def test_redirects_are_followed_and_the_last_url_is_told(web: Web) -> None:
    for number in range(5):
        target = f"/{number + 1}" if number % 2 else web.url(f"/{number + 1}", "other.example")
        web.answers[f"/{number}"] = Answer(status=302, headers={"Location": target})
    web.answers["/5"] = Answer(b"here")
    found = web.fetcher().get(web.url("/0"))
    assert (found.url, found.content) == (web.url("/5", "other.example"), b"here")


def test_a_sixth_redirect_is_one_too_many(web: Web) -> None:
    for number in range(9):
        web.answers[f"/{number}"] = Answer(status=302, headers={"Location": f"/{number + 1}"})
    assert str(failure(web.fetcher(), web.url("/0"))) == "more than 5 redirects"
    assert len(web.paths()) == 6


def test_redirects_in_a_circle_are_noticed(web: Web) -> None:
    web.answers["/a"] = Answer(status=301, headers={"Location": "/b#x"})
    web.answers["/b"] = Answer(status=301, headers={"Location": "/a#y"})
    assert str(failure(web.fetcher(), web.url("/a"))) == "redirects in a circle"
    assert web.paths() == ["/a", "/b"]


def test_a_redirect_without_a_place_leads_nowhere(web: Web) -> None:
    web.answers["/a"] = Answer(status=302)
    assert "nowhere" in str(failure(web.fetcher(), web.url("/a")))


@pytest.mark.parametrize("part", ["head", "body"])
def test_bytes_that_drip_in_slowly_end_at_the_deadline(web: Web, part: str) -> None:
    stop = threading.Event()

    def drip(handler: BaseHTTPRequestHandler) -> None:
        start = b"HTTP/1.1 200 OK\r\n" + (b"X-Wait: " if part == "head" else b"\r\n")
        handler.wfile.write(start)
        while not stop.wait(0.05):
            handler.wfile.write(b"a")

    web.answers["/slow"] = Answer(steer=drip)
    fetcher = web.fetcher(Limits(delay=0.0, seconds=0.6, silence=0.4))
    started = time.monotonic()
    error = failure(fetcher, web.url("/slow"))
    stop.set()
    assert str(error) == "took longer than 0.6 s"
    assert error.passing
    assert time.monotonic() - started < 2.0


def test_silence_ends_earlier_than_the_deadline(web: Web) -> None:
    stop = threading.Event()
    web.answers["/mute"] = Answer(steer=lambda _: (stop.wait(5), None)[1])
    error = failure(web.fetcher(Limits(delay=0.0, silence=0.3)), web.url("/mute"))
    stop.set()
    assert str(error) == "no answer for 0.3 s"


def test_a_name_that_is_looked_up_for_too_long_is_given_up() -> None:
    stop = threading.Event()

    def stuck(_host: str, _port: int) -> list[Any]:
        stop.wait(5)
        return []

    fetcher = Fetcher(limits=Limits(delay=0.0, silence=0.2), resolver=stuck)
    error = failure(fetcher, "http://stuck.example/")
    stop.set()
    assert "no address for stuck.example in" in str(error)


def test_a_large_body_is_refused_by_its_length_alone(web: Web) -> None:
    sent: list[int] = []

    def announce(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(50 * MEGABYTE))
        handler.end_headers()
        for _ in range(50):
            handler.wfile.write(b"a" * MEGABYTE)
            sent.append(1)

    web.answers["/big"] = Answer(steer=announce)
    assert str(failure(web.fetcher(), web.url("/big"))) == "larger than 10 MB"
    assert len(sent) < 50


def test_a_large_body_of_no_stated_length_is_cut_off(web: Web) -> None:
    sent: list[int] = []

    def pour(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        for _ in range(50):
            handler.wfile.write(b"a" * MEGABYTE)
            sent.append(1)

    web.answers["/big"] = Answer(steer=pour)
    assert str(failure(web.fetcher(), web.url("/big"))) == "larger than 10 MB"
    assert len(sent) < 25


def bomb(megabytes: int) -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    block = b"\0" * MEGABYTE
    return b"".join(packer.compress(block) for _ in range(megabytes)) + packer.flush()


def test_a_small_body_that_unpacks_to_a_huge_one_is_stopped_in_time(web: Web) -> None:
    packed = bomb(500)
    assert len(packed) < MEGABYTE
    web.answers["/bomb"] = Answer(packed, headers={"Content-Encoding": "gzip"})
    started = time.monotonic()
    assert str(failure(web.fetcher(), web.url("/bomb"))) == "larger than 10 MB"
    assert time.monotonic() - started < 2.0


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("gzip", gzip.compress(b"Moscow", mtime=0)),
        (
            "GZIP, identity",
            gzip.compress(b"Mos", mtime=0) + gzip.compress(b"cow", mtime=0) + b"\0\0",
        ),
        ("deflate", zlib.compress(b"Moscow")),
        ("deflate", zlib.compress(b"Moscow")[2:-4]),
        ("identity", b"Moscow"),
    ],
)
def test_packed_bodies_are_unpacked(web: Web, encoding: str, packed: bytes) -> None:
    web.answers["/a"] = Answer(packed, headers={"Content-Encoding": encoding})
    assert web.fetcher().get(web.url("/a")).content == b"Moscow"


@pytest.mark.parametrize(
    ("encoding", "packed", "reason"),
    [
        ("br", b"abc", "which was not asked for"),
        ("gzip, gzip", b"abc", "which was not asked for"),
        ("gzip", b"no gzip", "a damaged gzip body"),
        ("gzip", gzip.compress(b"Moscow" * 99, mtime=0)[:-9], "breaks off"),
        ("deflate", b"\xff\xff", "a damaged deflate body"),
    ],
)
def test_bodies_that_cannot_be_unpacked_are_failures(
    web: Web, encoding: str, packed: bytes, reason: str
) -> None:
    web.answers["/a"] = Answer(packed, headers={"Content-Encoding": encoding})
    assert reason in str(failure(web.fetcher(), web.url("/a")))


def test_a_body_that_breaks_off_is_a_passing_failure(web: Web) -> None:
    web.answers["/a"] = Answer(b"half", headers={"Content-Length": "100"})
    error = failure(web.fetcher(), web.url("/a"))
    assert error.passing
    assert str(error).startswith("the connection broke")


def test_what_is_no_http_is_a_passing_failure(web: Web) -> None:
    web.answers["/a"] = Answer(steer=lambda handler: (handler.wfile.write(b"SSH-2.0\r\n"), None)[1])
    assert failure(web.fetcher(), web.url("/a")).passing


@pytest.mark.parametrize("kind", ["image/png", "application/octet-stream", "video/mp4"])
def test_other_media_types_are_not_read(web: Web, kind: str) -> None:
    web.answers["/a"] = Answer(b"x", kind=kind)
    assert str(failure(web.fetcher(), web.url("/a"))) == f"a document of type {kind}"


def test_nobody_listening_is_a_passing_failure(web: Web) -> None:
    with a_web() as gone:
        port = gone.port
    fetcher = web.fetcher(ports={port}, allowed={("127.0.0.1", port)})
    error = failure(fetcher, f"http://news.example:{port}/")
    assert error.passing
    assert "cannot be read: cannot connect to news.example" in str(error)


ROBOTS = b"""# comment
User-agent: *
Disallow: /private/
Disallow: /*.pdf$
Allow: /private/press
Crawl-delay: 7

User-agent: westphalia
Disallow: /not-for-us
"""


def test_robots_txt_is_kept_to_and_asked_for_once(web: Web) -> None:
    web.answers["/robots.txt"] = Answer(ROBOTS, kind="text/plain")
    for path in ("/", "/private/x", "/not-for-us/a"):
        web.answers[path] = Answer(b"page")
    fetcher = web.fetcher()
    assert fetcher.get(web.url("/private/x")).content == b"page", "our own group alone counts"
    assert str(failure(fetcher, web.url("/not-for-us/a"))) == "robots.txt forbids it"
    fetcher.get(web.url("/"))
    assert [asked.path for asked in web.asked] == ["/robots.txt", "/private/x", "/"]


def test_a_redirect_to_a_forbidden_page_is_not_followed(web: Web) -> None:
    web.answers["/robots.txt"] = Answer(ROBOTS, kind="text/plain")
    web.answers["/go"] = Answer(status=302, headers={"Location": "/not-for-us"})
    assert isinstance(failure(web.fetcher(), web.url("/go")), FetchRefused)
    assert web.paths() == ["/go"]


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_site_without_robots_txt_allows_everything(web: Web, status: int) -> None:
    web.answers["/robots.txt"] = Answer(status=status)
    web.answers["/a"] = Answer(b"page")
    assert web.fetcher().get(web.url("/a")).content == b"page"


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_robots_txt_that_cannot_be_had_forbids_everything_for_ten_minutes(
    web: Web, status: int
) -> None:
    now = [0.0]
    web.answers["/robots.txt"] = Answer(status=status)
    web.answers["/a"] = Answer(b"page")
    fetcher = web.fetcher(clock=lambda: now[0])
    assert failure(fetcher, web.url("/a")).passing
    web.answers["/robots.txt"] = Answer(b"", kind="text/plain")
    now[0] = 599.0
    failure(fetcher, web.url("/a"))
    assert web.paths() == []
    now[0] = 601.0
    assert fetcher.get(web.url("/a")).content == b"page"


def test_requests_to_one_host_keep_their_distance_and_other_hosts_do_not_wait(web: Web) -> None:
    now = [100.0]
    waits: list[float] = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        now[0] += seconds

    web.answers["slow.example/robots.txt"] = Answer(
        b"User-agent: *\nCrawl-delay: 9", kind="text/plain"
    )
    web.answers["/a"] = Answer(b"page")
    fetcher = web.fetcher(Limits(delay=1.5), clock=lambda: now[0], sleep=sleep)
    for host in ("a.example", "b.example", "a.example"):
        fetcher.get(web.url("/a", host))
    assert waits == [1.5, 1.5], "after each robots.txt; the third came late enough by itself"
    now[0] += 100
    waits.clear()
    fetcher.get(web.url("/a", "slow.example"))
    fetcher.get(web.url("/a", "slow.example"))
    assert waits == [1.5, 9.0]


def test_waiting_on_purpose_does_not_count_against_the_deadline(web: Web) -> None:
    web.answers["/a"] = Answer(b"page")
    fetcher = web.fetcher(Limits(delay=0.5, seconds=0.4))
    fetcher.get(web.url("/a"))
    assert fetcher.get(web.url("/a")).content == b"page"


def test_tls_is_for_the_name_although_an_address_is_dialled() -> None:
    authority = trustme.CA()
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("news.example").configure_cert(server)
    names: list[str | None] = []
    server.sni_callback = lambda _socket, name, _context: names.append(name)
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    with a_web() as secure:
        secure.wrap(server)
        secure.answers["/a"] = Answer(b"page")
        url = f"https://news.example:{secure.port}/a"
        assert secure.fetcher(tls=trusting).get(url).content == b"page"
        assert set(names) == {"news.example"}
        assert secure.asked[-1].headers["host"] == f"news.example:{secure.port}"
        other = f"https://other.example:{secure.port}/a"
        assert "certificate" in str(failure(secure.fetcher(tls=trusting), other)).lower()
        assert "certificate" in str(failure(secure.fetcher(), url)).lower()


def test_lists_may_be_many_media_types_but_no_pictures(web: Web) -> None:
    web.answers["/feed"] = Answer(b"<rss/>", kind="application/rss+xml")
    assert web.fetcher().get(web.url("/feed"), accept=LISTS).content == b"<rss/>"
    web.answers["/feed"] = Answer(b"GIF", kind="image/gif")
    failure(web.fetcher(), web.url("/feed"), accept=LISTS)


def test_threads_that_share_a_client_ask_a_host_one_after_another(web: Web) -> None:
    """Each sleeps for a turn of its own; both sleep at once, so neither has waited for the other
    to be done."""
    web.answers["/a"] = Answer(b"a")
    slept: list[float] = []
    both = threading.Barrier(2, timeout=30)

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) > 1:  # the first is the page behind its robots.txt
            both.wait()

    fetcher = web.fetcher(Limits(delay=3.0), clock=lambda: 0.0, sleep=sleep)
    fetcher.get(web.url("/a"))
    with ThreadPoolExecutor(2) as pool:
        found = [pool.submit(fetcher.get, web.url("/a")) for _ in range(2)]
        assert [future.result(30).content for future in found] == [b"a", b"a"]
    assert sorted(slept) == [3.0, 6.0, 9.0]
