"""The feeds of an OPML file, as feed readers export them. Imports `xml`."""

from graph.errors import InvalidInput
from ingest.sources.xml import tree_of


def read_opml(data: bytes) -> tuple[str, ...]:
    """The addresses of all feeds, each once, in the order of the file."""
    root = tree_of(data)
    if root.tag.lower() != "opml":
        raise InvalidInput("not an OPML file")
    found: dict[str, None] = {}
    for node in root.iter():
        names = {name.lower(): value.strip() for name, value in node.attrib.items()}
        if names.get("xmlurl"):
            found[names["xmlurl"]] = None
    if not found:
        raise InvalidInput("an OPML file without feeds")
    return tuple(found)
