"""Text before reading: its language, one spelling for what looks the same, one URL for a page.

Whatever is stored has gone through `cleaned`, so all offsets point into the cleaned text. The
libraries are loaded when first needed: the command line should not wait for them. Imports only
`graph.model`.
"""

import re
import unicodedata
from dataclasses import replace
from functools import lru_cache

from graph.model import Article

_LETTER = re.compile(r"[^\W\d_]")
_ENGLISH = re.compile(
    r"\b(the|of|and|to|on|for|with|by|from|at|is|will|after|its|his|that|who|which|have|been)\b",
    re.I,
)
MIN_WORDS = 8
"""Shorter texts in Latin letters count as English: no identifier is sure of a headline."""

_LINE_END = re.compile(r"\r\n?|[\u0085\u2028\u2029\v\f]")
_UNSEEN = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u200b\u2060\ufeff\ufff9-\ufffb]")
_SPACE = re.compile(r"[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_HALF = re.compile(r"[\ud800-\udfff]")
_ROUNDS = 5
_WEB = re.compile(r"https?://", re.I)
_HOST = re.compile(r"https?://(?:www\d?\.)?([^/:?#\s\[]+)", re.I)


def language_of(text: str) -> str:
    """The ISO 639-1 code of the language; English where function words of English abound."""
    head = text[:2000]
    words = head.split()
    letters = _LETTER.findall(head)
    is_latin = sum(letter < "\u0250" for letter in letters) * 2 >= len(letters)
    if is_latin and (len(words) < MIN_WORDS or len(_ENGLISH.findall(head)) * 12 >= len(words)):
        return "en"
    import py3langid

    return str(py3langid.classify(head)[0])


def cleaned(article: Article) -> Article:
    """The article as it is stored: text and title in one spelling, its URL canonical, the
    publisher named by its site where nobody named it, the language as found in the text.

    Cleaning twice changes nothing. Raises InvalidInput if no text is left.
    """
    text = one_spelling(article.text).strip()
    url = canonical_url(article.url)
    return replace(
        article,
        text=text,
        title=" ".join(one_spelling(article.title).split()),
        url=url,
        publisher=" ".join(one_spelling(article.publisher).split()) or publisher_of(url),
        language=language_of(text),
    )


def one_spelling(text: str) -> str:
    """Characters that look the same become the same: composed accents (Unicode's NFC, which
    keeps every meaning), plain spaces and line feeds; what cannot be seen goes."""
    text = _UNSEEN.sub("", _LINE_END.sub("\n", text))
    return unicodedata.normalize("NFC", _SPACE.sub(" ", _HALF.sub("\ufffd", text)))


@lru_cache(maxsize=4096)
def canonical_url(url: str) -> str:
    """One URL for one page: no tracking parameters, fragment, default port or dot segments.

    What is no web address, or never comes to rest, comes back as it was.
    """
    url = url.strip()
    now = url
    for _ in range(_ROUNDS):
        after = _canonical(now)
        if after == now:
            return now
        now = after
    return url


def _canonical(url: str) -> str:
    if not _WEB.match(url):
        return url
    import courlan
    from url_normalize import url_normalize

    try:
        clean = url_normalize(courlan.clean_url(url) or url) or url
    except (ValueError, UnicodeError):
        return url
    return clean.partition("#")[0].strip()


def publisher_of(url: str) -> str:
    """The site that a URL belongs to, as in `bbc.co.uk`; "" for what is no web address.

    The same article has the same publisher through whatever door it comes: the names that feeds
    and pages give themselves differ from section to section.
    """
    host = _HOST.match(url)
    if host is None:
        return ""
    import courlan

    return courlan.extract_domain(url) or host[1].lower()
