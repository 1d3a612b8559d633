"""The guide, the style and the favourites, as Neo4j Browser 5 takes them.

The Browser reads guides as HTML with one `<slide>` a page (it knows no AsciiDoc), and runs what
stands in `<pre class="runnable">`. It takes many favourites at once only as a zip of .cypher files
whose first line is a comment with the title; a single .cypher file becomes one favourite. Imports
the errors only.
"""

import html
import io
import re
import zipfile
from dataclasses import dataclass
from importlib.resources import files

from graph.errors import InvalidInput

ADDRESS = "http://localhost:8000"
"""Stands in the guide for the address of the API."""

_LONGEST_NAME = 60
_EPOCH = (1980, 1, 1, 0, 0, 0)
_PLAIN_ID = re.compile(r"[A-Za-z0-9.~-]+")


@dataclass(frozen=True, slots=True)
class Favorite:
    """A query with a title; `text` begins with `// title`."""

    title: str
    text: str

    @property
    def file_name(self) -> str:
        """A name of letters, digits and underscores that ends in .cypher."""
        plain = re.sub(r"[^a-z0-9]+", "_", self.title.lower()).strip("_")
        return f"{plain[:_LONGEST_NAME].rstrip('_')}.cypher"


def guide(address: str = ADDRESS) -> str:
    """The guide as HTML, whose links lead to the API at `address`."""
    return _read("guide.html").replace(ADDRESS, html.escape(address.rstrip("/")))


def style() -> str:
    """The style in the Browser's own format, GraSS."""
    return _read("style.grass")


def favorites() -> tuple[Favorite, ...]:
    """The favourites in their order."""
    found = []
    for part in re.split(r";\s*(?:\n|\Z)", _read("favorites.cypher")):
        if text := part.strip():
            found.append(Favorite(text.partition("\n")[0].removeprefix("//").strip(), text))
    return tuple(found)


def favorites_zip() -> bytes:
    """The favourites as the Browser imports them; the same bytes every time."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for favorite in favorites():
            entry = zipfile.ZipInfo(f"Westphalia/{favorite.file_name}", _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, favorite.text + "\n")
    return written.getvalue()


def actor_query(actor_id: str) -> str:
    """A query, to be seen and changed by a person, for what surrounds an actor. InvalidInput for
    an id that would need escapes in Cypher, or cut a link: ours are of plain characters."""
    if not _PLAIN_ID.fullmatch(actor_id):
        raise InvalidInput(f"{actor_id!r} is no id that a link can hold")
    return _read("actor.cypher").strip().replace("IRN", actor_id)


def _read(name: str) -> str:
    return files("app.browser").joinpath(name).read_text("utf-8")
