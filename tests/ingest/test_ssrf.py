"""Nothing but the public internet is ever dialled, however the address is dressed up.

Whether something was dialled is not asked of our own code: an audit hook of the interpreter sees
every connect() of the process.
"""

from collections.abc import Sequence
from ipaddress import ip_address

import pytest

from graph.errors import FetchFailed, FetchRefused
from ingest.addresses import Address, is_public
from ingest.dialling import system_resolver
from ingest.fetch import Fetcher, Limits
from tests.ingest.web import Answer, Web, a_web, dialled

INNER_ADDRESSES = [
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "100.100.100.200",  # metadata of Alibaba
    "168.63.129.16",  # Azure
    "169.254.0.1",
    "169.254.169.254",  # metadata of AWS, Google, Azure
    "169.254.170.2",  # metadata of AWS ECS
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.192",  # metadata of Oracle
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "[::1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::127.0.0.1]",
    "[::ffff:0:127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[64:ff9b::a9fe:a9fe]",
    "[64:ff9b:1::1]",
    "[100::1]",
    "[2001::1]",
    "[2001:0:7f00:1::]",
    "[2001:db8::1]",
    "[2002:7f00:1::]",
    "[2002:a9fe:a9fe::1]",
    "[3fff::1]",
    "[5f00::1]",
    "[fc00::1]",
    "[fd00:ec2::254]",  # metadata of AWS
    "[fe80::1]",
    "[fec0::1]",
    "[ff02::1]",
]

TRICKS = [
    "http://2130706433/",
    "http://0x7f000001/",
    "http://017700000001/",
    "http://0177.0.0.1/",
    "http://0x7f.0.0.1/",
    "http://127.1/",
    "http://127.0.1/",
    "http://127.0.0.1./",
    "http://0/",
    "http://127.0.0.01/",
    "http://127.0.0.1%00.example.org/",
    "http://[::ffff:127.0.0.1%25lo]/",
    "http://[fe80::1%25eth0]/",
    "http://\uff11\uff12\uff17.0.0.1/",
    "http://127\u30020\u30020\u30021/",
    "http://\u2460\u2461\u2466.\u24ea.\u24ea.\u2460/",
    "http://localhost/",
    "http://localhost./",
    "http://LOCALHOST/",
    "http://foo.localhost/",
    "http://ip6-localhost/",
    "http://metadata/",
    "http://metadata.google.internal/computeMetadata/v1/",
    "http://127.0.0.1.nip.example/",
    "http://user@127.0.0.1/",
    "http://news.example@127.0.0.1/",
    "http://127.0.0.1@news.example/",
    "http://:secret@news.example/",
    "http://@127.0.0.1/",
    "http://news.example\\@127.0.0.1/",
    "http://news.example#@127.0.0.1:22/",
    "http://127.0.0.1\t/",
    "http://127.0.0.1 /",
    "http://news.example\r\nHost: inner/",
    "http:127.0.0.1/",
    "http:///127.0.0.1/",
    "//127.0.0.1/",
    "127.0.0.1/",
    "http://",
    "http://news.example:22/",
    "http://news.example:0/",
    "http://news.example:6379/",
    "http://news.example:99999/",
    "http://news.example:-80/",
    "http://news.example:8080/",
    "https://127.0.0.1/",
    "file:///etc/passwd",
    "ftp://news.example/",
    "gopher://127.0.0.1:6379/_INFO",
    "data:text/html,hello",
    "jar:http://127.0.0.1!/",
    "unix:///var/run/docker.sock",
    "http://" + "a" * 3_000 + ".example/",
]

NAMES: dict[str, list[Sequence[str]]] = {
    "foo.localhost": [["127.0.0.1"]],
    "metadata.google.internal": [["169.254.169.254"]],
    "127.0.0.1.nip.example": [["127.0.0.1"]],
    "news.example": [["192.168.0.7"]],
}


def strict(web: Web) -> Fetcher:
    """Nothing on loopback is allowed, but its resolver is the one of the test."""
    return web.fetcher(allowed=(), ports={80, 443})


@pytest.mark.parametrize("host", INNER_ADDRESSES)
def test_no_inner_address_is_dialled(web: Web, host: str) -> None:
    fetcher = strict(web)
    seen = dialled()
    with pytest.raises(FetchRefused):
        fetcher.get(f"http://{host}/")
    assert seen == []


@pytest.mark.parametrize("host", INNER_ADDRESSES)
def test_no_name_that_leads_to_an_inner_address_is_dialled(web: Web, host: str) -> None:
    web.addresses["rebound.example"] = [[host.strip("[]")]]
    fetcher = strict(web)
    seen = dialled()
    with pytest.raises(FetchRefused, match="not public"):
        fetcher.get("http://rebound.example/")
    assert seen == []


@pytest.mark.parametrize("url", TRICKS)
def test_no_trick_leads_inside(web: Web, url: str) -> None:
    web.addresses.update(NAMES)
    fetcher = strict(web)
    seen = dialled()
    with pytest.raises(FetchFailed):
        fetcher.get(url)
    assert seen == []


@pytest.mark.parametrize("url", TRICKS)
def test_no_redirect_leads_inside_by_a_trick(web: Web, url: str) -> None:
    web.addresses.update({name: at for name, at in NAMES.items() if name != "news.example"})
    web.addresses["news.example"] = [["127.0.0.1"], ["127.0.0.1"], ["10.1.1.1"]]
    safe = url.encode().decode("latin-1").replace("\r\n", "%0d%0a")
    web.answers["/go"] = Answer(status=302, headers={"Location": safe})
    fetcher = web.fetcher()
    seen = dialled()
    with pytest.raises(FetchFailed):
        fetcher.get(web.url("/go"))
    assert set(seen) == {("127.0.0.1", web.port)}
    assert "/go" in web.paths()


def test_the_systems_own_resolver_knows_odd_spellings_and_none_passes() -> None:
    """What the C library makes of 127.1 or 2130706433 is refused before it is asked, and would
    be refused by its answer."""
    fetcher = Fetcher(limits=Limits(delay=0.0), resolver=system_resolver)
    seen = dialled()
    for url in TRICKS:
        if "example" not in url and "google" not in url:
            with pytest.raises(FetchFailed):
                fetcher.get(url)
    assert seen == []
    assert not any(is_public(address) for address in system_resolver("127.1", 80))


def test_a_name_that_changes_between_two_looks_is_dialled_only_where_it_was_checked(
    web: Web,
) -> None:
    """DNS rebinding: public when checked, inner when dialled. There is one look only."""
    looks: list[str] = []

    def rebinding(host: str, _port: int) -> Sequence[Address]:
        looks.append(host)
        return [ip_address("127.0.0.1" if len(looks) % 2 else "127.0.0.2")]

    fetcher = web.fetcher(resolver=rebinding)
    seen = dialled()
    with pytest.raises(FetchRefused, match=r"127\.0\.0\.2"):
        fetcher.get(web.url("/", "rebinding.example"))
    assert seen == [("127.0.0.1", web.port)], "robots.txt at the first answer, then nothing"
    assert len(looks) == 2, "one look for each connection"


def test_one_inner_address_among_public_ones_spoils_the_name(web: Web) -> None:
    web.addresses["mixed.example"] = [["93.184.215.14", "10.0.0.1"]]
    seen = dialled()
    with pytest.raises(FetchRefused, match=r"10\.0\.0\.1"):
        strict(web).get("http://mixed.example/")
    assert seen == []


def test_a_redirect_to_another_port_of_an_allowed_address_is_not_followed(web: Web) -> None:
    with a_web() as inner:
        inner.answers["/secret"] = Answer(b"secret")
        web.answers["/go"] = Answer(status=301, headers={"Location": inner.url("/secret")})
        web.answers["/ip"] = Answer(
            status=307, headers={"Location": f"http://127.0.0.1:{inner.port}/secret"}
        )
        with pytest.raises(FetchRefused, match="not allowed"):
            web.fetcher().get(web.url("/go"))
        generous = web.fetcher(ports=range(1, 65536))
        for path in ("/go", "/ip"):
            with pytest.raises(FetchRefused, match="not public"):
                generous.get(web.url(path))
        assert inner.asked == []


def test_proxies_of_the_environment_do_not_get_round_the_guard(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{web.port}")
    seen = dialled()
    with pytest.raises(FetchRefused):
        Fetcher(limits=Limits(delay=0.0)).get("http://169.254.169.254/latest/meta-data/")
    assert seen == []
    assert web.asked == []


PUBLIC = ["8.8.8.8", "93.184.215.14", "172.15.0.1", "172.32.0.1", "100.128.0.1", "169.253.1.1"]
PUBLIC_6 = ["2606:4700::6810:84e5", "2a00:1450:4001::64", "2001:4860:4860::8888", "2620:fe::fe"]


@pytest.mark.parametrize("address", PUBLIC + PUBLIC_6)
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(ip_address(address))
