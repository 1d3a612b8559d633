"""What a reader sees of a piece of HTML, block by block. For whole pages, whose menus and
footers must go, there is `pages`. Imports only `graph.errors`.
"""

import re

from lxml import etree, html

from graph.errors import InvalidInput

_BLOCKS = frozenset(
    "address article aside blockquote br dd div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 "
    "header hr li main nav ol p pre section table tbody td th thead tr ul".split()
)
_UNSEEN = frozenset("script style noscript template iframe object form head title svg".split())
_BLANKS = re.compile(r"[ \t\r\f\v]+")
_LINES = re.compile(r" ?\n[ \n]*")


def text_of(markup: str) -> str:
    """The text of a fragment, one line for each block; raise InvalidInput if it cannot be read."""
    try:
        root = html.fragment_fromstring(markup, create_parent="div")
    except (etree.LxmlError, ValueError) as error:
        raise InvalidInput(f"HTML that cannot be read: {error}") from error
    parts: list[str] = []
    hidden = 0
    for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        if event in ("comment", "pi"):
            parts.append("" if hidden else element.tail or "")
            continue
        is_block, is_unseen = element.tag in _BLOCKS, element.tag in _UNSEEN
        if event == "start":
            hidden += is_unseen
            parts.append("\n" if is_block else "")
            parts.append("" if hidden else _flat(element.text))
        else:
            hidden -= is_unseen
            parts.append("\n" if is_block else "")
            parts.append("" if hidden or element is root else _flat(element.tail))
    return _LINES.sub("\n", _BLANKS.sub(" ", "".join(parts))).strip()


def _flat(text: str | None) -> str:
    """A line end inside a block is a space to the reader."""
    return (text or "").replace("\n", " ")
