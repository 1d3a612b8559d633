"""XML from strangers is looked at by defusedxml before any parser that builds something sees it:
a DTD, with which a small file can grow without bound or read others, is refused. Imports the
errors.
"""

import re
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import Element, ParseError
from xml.sax import ContentHandler, SAXException

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import create_parser

from graph.errors import InvalidInput

_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.I)
_FIRST_TAG = re.compile(rb"<(?:[\w.-]+:)?([A-Za-z][\w.-]*)")
_DTD = "it has a DTD, which is refused"


class _Root(Exception):
    """The first element is there: all that may declare something is over."""


class _ToTheRoot(ContentHandler):
    def startElement(self, name: str, _attributes: Any) -> None:  # noqa: N802 - SAX's name
        raise _Root(name)


def tree_of(data: bytes) -> Element:
    """Parse; raise InvalidInput for a DTD and for what is not well-formed."""
    try:
        root: Element = ElementTree.fromstring(data, forbid_dtd=True)
    except DefusedXmlException as error:
        raise InvalidInput(_DTD) from error
    except (ParseError, ValueError, LookupError) as error:
        raise InvalidInput(f"not XML that can be read: {error}") from error
    return root


def root_of(data: bytes) -> str:
    """The local name of the root element ("" if none is found); raise InvalidInput for a DTD.

    Feeds are often not well-formed further down, which is no matter here. Where not even the
    beginning can be parsed, no declaration may stand anywhere, in whatever width of characters.
    """
    parser = create_parser(forbid_dtd=True)
    parser.setContentHandler(_ToTheRoot())
    try:
        parser.parse(BytesIO(data))
    except _Root as root:
        return str(root).rpartition(":")[2]
    except DefusedXmlException as error:
        raise InvalidInput(_DTD) from error
    except (SAXException, ValueError, LookupError):
        narrow = data.replace(b"\0", b"")
        if _DECLARATION.search(narrow):
            raise InvalidInput(_DTD) from None
        found = _FIRST_TAG.search(narrow[:4_000])
        return found[1].decode("ascii") if found else ""
    return ""
