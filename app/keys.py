"""API keys: how one is made, the file that keeps their hashes, and who a request's key belongs to.

The file has one key a line: its id, what it may do with commas between, the day it was made, the
SHA-256 of the key in hexadecimal, and a name up to the end of the line. `#` begins a comment. A
line that is nothing but a hash is of an older form; such a key may read. A key itself is never
kept: it is 256 random bits, so a plain hash is enough, there is nothing to guess. Imports only
`graph.errors`.
"""

import hashlib
import hmac
import logging
import os
import re
import secrets
import stat
import tempfile
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from graph.errors import InvalidInput

RELOAD_SECONDS = 1.0
"""So long after a change of the file the service may go on with what it has read before."""

_PREFIX = "wph"
_HASH = re.compile(r"[0-9a-f]{64}")
_ID = re.compile(r"[0-9a-z]{1,16}")
_NAME_LENGTH = 100
_HEAD = (
    "# API keys of Westphalia: id, scopes, day of making, SHA-256 of the key, name.\n"
    "# `westphalia keys` makes, lists and revokes them.\n"
)
_LOG = logging.getLogger("westphalia.keys")


class Scope(StrEnum):
    """What a key may do. `admin` may do everything."""

    READ = "read"
    INGEST = "ingest"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Key:
    """One line of the file. `made` is None for a line of the older form."""

    id: str
    scopes: frozenset[Scope]
    made: date | None
    sha256: str
    name: str = ""

    def may(self, scope: Scope) -> bool:
        return scope in self.scopes or Scope.ADMIN in self.scopes

    @property
    def line(self) -> str:
        if self.made is None:
            return self.sha256 + (f"  # {self.name}" if self.name else "")
        return f"{self.id} {joined(self.scopes)} {self.made} {self.sha256} {self.name}".rstrip()


def joined(scopes: Iterable[Scope]) -> str:
    """The scopes in their order, with commas."""
    held = set(scopes)
    return ",".join(scope for scope in Scope if scope in held)


def make_key(scopes: frozenset[Scope], name: str, made: date) -> tuple[str, Key]:
    """Return the text of a new key, which is shown once, and what is kept of it."""
    if not scopes:
        raise InvalidInput("a key needs a scope: read, ingest or admin")
    if len(name) > _NAME_LENGTH or not name.isprintable() or "#" in name:
        raise InvalidInput(
            f"the name of a key has up to {_NAME_LENGTH} printable characters and no #"
        )
    key_id = secrets.token_hex(4)
    text = f"{_PREFIX}_{key_id}_{secrets.token_urlsafe(32)}"
    return text, Key(key_id, scopes, made, hashed(text), " ".join(name.split()))


def hashed(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def load_keys(path: Path) -> tuple[Key, ...]:
    """Read the file; InvalidInput names the line that is wrong."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"the API key file {path} cannot be read: {error}") from error
    keys: dict[str, Key] = {}
    for number, line in enumerate(lines, 1):
        text, _, comment = line.partition("#")
        if not text.strip():
            continue
        try:
            key = _parse(text.split(), comment.strip())
        except ValueError as error:
            raise InvalidInput(
                f"{path}, line {number}: {error}; a line is an id, scopes, a day, a SHA-256 of 64 "
                "hexadecimal digits and a name, as `westphalia keys create` writes it"
            ) from error
        if key.id in keys:
            raise InvalidInput(f"{path}, line {number}: there is a key {key.id} already")
        keys[key.id] = key
    return tuple(keys.values())


def _parse(words: list[str], comment: str) -> Key:
    if len(words) == 1 and _HASH.fullmatch(old := words[0].lower()):
        return Key(old[:8], frozenset({Scope.READ}), None, old, comment)
    if len(words) < 4:
        raise ValueError("too few words")
    key_id, scopes, made, sha256 = words[:4]
    if not _ID.fullmatch(key_id):
        raise ValueError(f"{key_id!r} is no id")
    if not _HASH.fullmatch(sha256):
        raise ValueError("the fourth word is no hash")
    held = frozenset(Scope(scope) for scope in scopes.split(","))
    return Key(key_id, held, date.fromisoformat(made), sha256, " ".join(words[4:]))


def save_keys(path: Path, keys: Iterable[Key]) -> None:
    """Put a new file in the place of the old one, with its rights; a first one is readable by its
    owner only."""
    text = _HEAD + "".join(f"{key.line}\n" for key in keys)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        rights = stat.S_IMODE(path.stat().st_mode) if path.exists() else 0o600
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
                os.fchmod(file.fileno(), rights)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise InvalidInput(f"the API key file {path} cannot be written: {error}") from error


class KeyRing:
    """The keys of a running service. A change of the file counts within RELOAD_SECONDS.

    While the file cannot be read, nobody is let in, and the log says why.
    """

    def __init__(self, path: Path) -> None:
        """InvalidInput where the file is wrong, or holds no key."""
        self._path = path
        self._lock = threading.Lock()
        self._mark = _mark(path)
        self._keys = load_keys(path)
        self._looked = time.monotonic()
        if not self._keys:
            raise InvalidInput(f"{path}: no key in it; `westphalia keys create` makes one")

    def find(self, text: str) -> Key | None:
        """The key that a request has shown. Takes as long for any text: every key is compared,
        and each comparison looks at all of both hashes."""
        given = hashed(text)
        found = None
        for key in self._current():
            if hmac.compare_digest(given, key.sha256):
                found = key
        return found

    def _current(self) -> tuple[Key, ...]:
        now = time.monotonic()
        if now - self._looked < RELOAD_SECONDS:
            return self._keys
        with self._lock:
            self._looked = now
            mark = _mark(self._path)
            if mark != self._mark:
                self._mark = mark
                try:
                    self._keys = load_keys(self._path)
                    _LOG.info("the API key file was read anew: %s keys", len(self._keys))
                except InvalidInput as error:
                    self._keys = ()
                    _LOG.error("no API key is accepted any more: %s", error)
            return self._keys


def _mark(path: Path) -> tuple[int, ...]:
    """What changes when the file does."""
    try:
        status = path.stat()
    except OSError:
        return ()
    return status.st_mtime_ns, status.st_size, status.st_ino
