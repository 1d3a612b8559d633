"""The address of a queue is read, and nobody is shown who logs in there."""

import pytest

from graph.errors import InvalidInput
from ingest.queue_address import QueueAddress


@pytest.mark.parametrize(
    ("url", "server", "user", "password", "token"),
    [
        ("nats://localhost:4222", "nats://localhost:4222", "", "", ""),
        ("nats://localhost", "nats://localhost", "", "", ""),
        ("tls://queue.example.org:4222/", "tls://queue.example.org:4222", "", "", ""),
        ("nats://ann:secret@queue:4222", "nats://queue:4222", "ann", "secret", ""),
        ("nats://a%40b:s%2F%3A%25@queue:4222", "nats://queue:4222", "a@b", "s/:%", ""),
        ("nats://a:s@cret@queue:4222", "nats://queue:4222", "a", "s@cret", ""),
        ("nats://secret@queue:4222", "nats://queue:4222", "", "", "secret"),
        ("nats://ann:secret@[::1]:4222", "nats://[::1]:4222", "ann", "secret", ""),
    ],
)
def test_server_and_login_are_told_apart(
    url: str, server: str, user: str, password: str, token: str
) -> None:
    address = QueueAddress.parse(url)
    assert address == QueueAddress(server, user, password, token)
    assert str(address) == server
    for secret in filter(None, (password, token)):
        assert secret not in repr(address)


@pytest.mark.parametrize(
    "url",
    [
        "secret",
        "queue:4222",
        "http://ann:secret@queue:4222",
        "nats://",
        "nats://:secret@queue:4222",
        "nats://ann:sec/ret@queue:4222",
        "nats://ann:12/secret@queue:4222",
        "nats://ann:12#secret@queue:4222",
        "nats://ann:12?secret@queue:4222",
        "nats://ann:[secret@queue:4222",
        "nats://ann:secret@queue:none",
        "nats://ann:secret@queue:99999",
    ],
)
def test_a_refusal_shows_no_part_of_the_address(url: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        QueueAddress.parse(url)
    assert "nats://user:password@host:4222" in str(caught.value)
    assert "secret" not in str(caught.value)
    assert "ann" not in str(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
