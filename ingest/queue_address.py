"""Where a queue is and who logs in there, kept apart so that no log and no error shows a password.

Must not import anything of ours but the errors.
"""

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from graph.errors import InvalidInput

_SCHEMES = ("nats", "tls", "ws", "wss")
_FORM = (
    "the address of the queue is not of the form nats://host:4222 or "
    "nats://user:password@host:4222; write @ : / ? # % of a password as %40 %3A %2F %3F %23 %25"
)


@dataclass(frozen=True, slots=True)
class QueueAddress:
    """`server` is a URL without anybody's name, and what is printed. Who logs in is a user with a
    password, or a token, or nobody."""

    server: str
    user: str = ""
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)

    def __str__(self) -> str:
        return self.server

    @classmethod
    def parse(cls, url: str) -> "QueueAddress":
        """Read `nats://host:port`, with `user:password@` or `token@` before the host, or one of
        the schemes tls, ws, wss. Raises InvalidInput, which shows nothing of the URL: where it is
        wrong, any part of it may be the password."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise InvalidInput(_FORM) from None  # it quotes the URL
        rest = (parts.path.removesuffix("/"), parts.query, parts.fragment)
        if parts.scheme not in _SCHEMES or not parts.hostname or any(rest):
            raise InvalidInput(_FORM)
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        server = f"{parts.scheme}://{host}" + (f":{port}" if port else "")
        name, word = unquote(parts.username or ""), parts.password
        if word is None:
            return cls(server, token=name)
        if not name:
            raise InvalidInput(_FORM)
        return cls(server, name, unquote(word))
