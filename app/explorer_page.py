"""The explorer's files as the build of `app/explorer` leaves them in `app/static`, and its policy.

Imports nothing of ours.
"""

import gzip
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
"""Nothing from elsewhere and nothing inline, so that a name with markup in it can do no harm."""

PLAIN_POLICY = "default-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"

ASSETS = "assets"

NOT_BUILT = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Westphalia</title>
<h1>Westphalia</h1>
<p>The API works. The explorer, the page that belongs here, has not been built:
run <code>make explorer</code>, or <code>make run</code> where npm is installed.</p>
<p>The API is documented at <a href="docs">/docs</a>.</p>
</html>
"""

_MEDIA_TYPES = {
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "svg": "image/svg+xml",
}


def page() -> str | None:
    """The page itself, or none where it has not been built."""
    built = _static().joinpath("index.html")
    return built.read_text("utf-8") if built.is_file() else None


def asset(name: str, folder: str) -> tuple[bytes, str] | None:
    """A file of the build and its media type; none for a name that is no file of it."""
    media_type = _MEDIA_TYPES.get(name.rpartition(".")[2])
    if media_type is None:
        return None
    for found in _entries(_static().joinpath(folder)):
        if found.name == name and found.is_file():
            return found.read_bytes(), media_type
    return None


@lru_cache(maxsize=8)
def zipped(content: bytes) -> bytes:
    """The same as gzip, made once: the graph's script is half a megabyte."""
    return gzip.compress(content, 9, mtime=0)


def _static() -> Traversable:
    return files("app").joinpath("static")


def _entries(folder: Traversable) -> list[Traversable]:
    """What lies in a folder: a name is looked for there, and never made into a path."""
    return list(folder.iterdir()) if folder.is_dir() else []
