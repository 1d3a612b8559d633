"""Spares the parser what it reads badly: names of several words become one plain word of the same
sort before the parse, and take their place again after it.

"Barack Obama on Monday backed" is parsed as "Smith on Monday backed". Offsets stay those of the
article. Imports `gazetteer`, `mask`, `mentions` and `respelling`.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from graph.model import ActorKind
from ingest.gazetteer import TermKind
from ingest.mask import Mask
from ingest.mentions import Mention
from ingest.respelling import respelt

_PLAIN = {
    TermKind.PERSON: "Smith",
    TermKind.SURNAME: "Smith",
    TermKind.ADJECTIVE: "Russian",
    TermKind.PEOPLE: "Russians",
    TermKind.SEAT: "Paris",
    TermKind.PLACE: "Paris",
}


_COMMON = frozenset(
    "Trump Bush Rice May Brown Major Park Moon Straw Cook Pence Hunt Ban Nauru Tonga Vanuatu "
    "Belize Malaysia Bahrain Azerbaijan Angola Turkey Chad Mali Tajikistan Suriname Denmark "
    "Kiribati Maldives".split()
)
"""Names that the parser takes for a verb, an adjective or a thing: "Trump froze all aid"."""


def masks_for(text: str, offset: int, mentions: Sequence[Mention]) -> tuple[Mask, ...]:
    """The masks of a sentence that begins at `offset`: one for each curated name of several words.

    A title or an apposition beside a provisional name tells the parser what it is: measured, masks
    there lost events ("Morocco's trade minister, Smith, and Israel's economy minister, Smith").
    """
    masks = []
    for mention in mentions:
        start, end = mention.start - offset, mention.end - offset
        if mention.weight < 1:
            continue
        if (mention.surface.isalpha() and mention.surface.capitalize() not in _COMMON) or (
            "." in mention.surface and " " not in mention.surface
        ):
            continue
        word = _PLAIN.get(mention.kind)
        if word is None:
            word = "Netherlands" if text[:start].lower().endswith("the ") else "Germany"
        if mention.surface.isupper():
            word = word.upper()
        masks.append(Mask(start, end, word))
    masks.extend(_pairs(text, offset, mentions))
    masks.extend(respelt(text, [(m.start - offset, m.end - offset) for m in mentions]))
    return tuple(sorted(masks, key=lambda mask: mask.start))


def _pairs(text: str, offset: int, mentions: Sequence[Mention]) -> Iterator[Mask]:
    """ "Ukrainian, Russian foreign ministers": two adjectives and one plural noun."""
    for one, other in pairwise(mentions):
        start, end = one.end - offset, other.start - offset
        local = one.kind in (TermKind.SEAT, TermKind.PLACE) or (
            one.via is not None and one.via.kind is ActorKind.INSTITUTION
        )
        if local and other.is_person and text[start:end] == " ":
            yield Mask(start, end, ", ")
        both = one.kind is other.kind is TermKind.ADJECTIVE
        following = text[other.end - offset :].split(" ")[1:3]
        if both and text[start:end] == ", " and any(w.endswith("s") for w in following):
            yield Mask(start, end, " and ")


def masked(text: str, masks: Sequence[Mask]) -> str:
    """The text that the parser gets."""
    parts, at = [], 0
    for mask in masks:
        parts += [text[at : mask.start], mask.word]
        at = mask.end
    return "".join([*parts, text[at:]])


def unmasked(start: int, end: int, masks: Sequence[Mask]) -> tuple[int, int]:
    """Where a stretch of the masked text lies in the real one."""
    shift = 0
    for mask in masks:
        begin = mask.start + shift
        if end <= begin:
            break
        if start < begin + len(mask.word):
            return mask.start, mask.end
        shift += len(mask.word) - (mask.end - mask.start)
    return start - shift, end - shift
