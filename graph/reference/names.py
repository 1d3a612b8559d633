"""How a name is cut into pieces, so that the check of the data and the search in texts agree.

Imports nothing of ours.
"""

import re
import unicodedata

PIECE = re.compile(r"[^\W_]+(?:[\u0300-\u036f]+[^\W_]*)*")
"""A run of letters and digits, with the accents that decomposed text writes after them."""


def fold(text: str) -> str:
    """Drop accents; letters without an ASCII form stay as they are."""
    if text.isascii():
        return text
    return "".join(
        char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char)
    )


def pieces(name: str) -> tuple[str, ...]:
    """The pieces of a name, case kept, accents folded: "U.S." gives ("U", "S")."""
    if name.isascii():
        return tuple(PIECE.findall(name))
    return tuple(fold(match.group()) for match in PIECE.finditer(name))


def term_key(name: str) -> tuple[str, ...]:
    """The pieces under which a name is looked up: without an article before it."""
    return pieces(name.removeprefix("the ").removeprefix("The "))
