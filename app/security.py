"""API keys: only their SHA-256 is kept, one a line, in the file of WESTPHALIA_API_KEYS_FILE.

Keys are long random texts, so a plain hash is enough; there is nothing to guess. Imports FastAPI.
"""

import hashlib
import hmac
import ipaddress
import re
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

from fastapi import HTTPException, Security
from fastapi.security import APIKeyHeader

from graph.errors import InvalidInput

HEADER = "X-API-Key"
_HASH = re.compile(r"[0-9a-f]{64}")


def load_key_hashes(path: Path) -> frozenset[str]:
    """Read the hashes; `#` begins a comment. InvalidInput names the line that is none."""
    hashes = set()
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"the API key file {path} cannot be read: {error}") from error
    for number, line in enumerate(lines, 1):
        text = line.partition("#")[0].strip().lower()
        if not text:
            continue
        if not _HASH.fullmatch(text):
            raise InvalidInput(f"{path}, line {number}: not a SHA-256 of 64 hexadecimal digits")
        hashes.add(text)
    if not hashes:
        raise InvalidInput(f"{path}: no key in it")
    return frozenset(hashes)


def require_key(hashes: frozenset[str]) -> Callable[[str | None], None]:
    """A dependency that lets through only requests with one of the keys."""
    scheme = APIKeyHeader(name=HEADER, auto_error=False)

    def check(key: Annotated[str | None, Security(scheme)]) -> None:
        given = hashlib.sha256((key or "").encode()).hexdigest()
        if not any(hmac.compare_digest(given, known) for known in hashes):
            raise HTTPException(
                401,
                f"a valid API key is needed in the header {HEADER}",
                {"WWW-Authenticate": "ApiKey"},
            )

    return check


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
