"""Headlines in capitals: "IRAN BOMBS IRAQ" is parsed as "Iran bombs Iraq".

The parser takes words in capitals for names, and so a denial for the deed. Offsets and quotes stay
those of the article. Imports only `mask` and `mentions`.
"""

from collections.abc import Sequence

from ingest.mask import Mask
from ingest.mentions import Mention

MIN_WORDS = 3
"""Fewer words in capitals are an acronym or a name, not a sentence."""
_ACRONYM = 3
"""Names so short are acronyms: "US", "UAE"."""


def is_shouted(text: str) -> bool:
    """Whether a sentence is written in capitals throughout."""
    return text.isupper() and len(text.split()) >= MIN_WORDS


def lowered(text: str) -> str:
    """A sentence in capitals in small letters, the first kept; any other as it is. The length
    never changes."""
    if not is_shouted(text):
        return text
    small = "".join(char.lower() if len(char.lower()) == 1 else char for char in text)
    return text[:1] + small[1:]


def with_capitals(
    text: str, offset: int, mentions: Sequence[Mention], masks: Sequence[Mask]
) -> tuple[Mask, ...]:
    """The masks of a sentence that begins at `offset`; in one in capitals every name gets its own
    spelling back."""
    if not is_shouted(text):
        return tuple(masks)
    found = [Mask(mask.start, mask.end, mask.word.capitalize()) for mask in masks]
    for mention in mentions:
        start, end = mention.start - offset, mention.end - offset
        if any(mask.start < end and start < mask.end for mask in found):
            continue
        found.append(Mask(start, end, _spelled(mention)))
    return tuple(sorted(found, key=lambda mask: mask.start))


def _spelled(mention: Mention) -> str:
    actor = mention.principal
    is_acronym = actor is not None and actor.country is None and mention.surface == actor.id
    if is_acronym or len(mention.surface) <= _ACRONYM or "." in mention.surface:
        return mention.surface
    return mention.surface.capitalize()
