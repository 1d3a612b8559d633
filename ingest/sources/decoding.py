"""Bytes to text: strictly for files that people prepare, leniently for pages of the web.

Imports only `graph.errors`.
"""

import codecs
import re

from graph.errors import InvalidInput

_META = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{1,40})""", re.I)
_HEAD = 2_048
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_LATIN = frozenset(["iso8859-1", "ascii"])


def decode(data: bytes) -> str:
    """UTF-8, or InvalidInput."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInput(f"not UTF-8: byte {error.start} cannot be read") from error


def decode_page(data: bytes, charset: str = "") -> str:
    """The text of a page whose header says `charset` ("" for nothing).

    Valid UTF-8 is believed before any label, because labels are often wrong and other encodings
    are hardly ever valid UTF-8 by chance; then the header, the page's own label, windows-1252.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return data.decode(name, "replace")
    label = _META.search(data[:_HEAD])
    for name in ("utf-8", charset, label[1].decode("ascii") if label else ""):
        text = _strict(data, name)
        if text is not None:
            return text
    return data.decode("windows-1252", "replace")


def _strict(data: bytes, name: str) -> str | None:
    try:
        codec = codecs.lookup(name).name if name else ""
        if not codec or not codecs.lookup(codec)._is_text_encoding:
            return None
        return data.decode("windows-1252" if codec in _LATIN else codec)
    except (LookupError, UnicodeError):
        return None
