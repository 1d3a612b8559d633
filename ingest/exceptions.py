"""Who is named only to be left out: "froze all aid except aid to Egypt".

Imports `document` and `mentions`.
"""

from collections.abc import Iterable

from ingest.document import Sentence
from ingest.mentions import Mention

_SPARING = frozenset("except excluding besides".split())
_JOINING = frozenset("prep mark advcl acl cc".split())
"""How such a word joins a phrase; in "is excluding Iran from the talks" it is what is done."""


def without_exceptions(sentence: Sentence, mentions: Iterable[Mention]) -> tuple[Mention, ...]:
    """The mentions of a sentence but for those after "except", up to the next stop or verb."""
    spared: set[int] = set()
    for token in sentence.tokens:
        if token.text.lower() not in _SPARING or token.dep not in _JOINING:
            continue
        for other in sentence.tokens[token.index + 1 :]:
            if other.pos == "PUNCT" or other.tag in ("VBD", "VBZ", "VBP"):
                break
            spared.add(other.index)
    return tuple(
        mention
        for mention in mentions
        if not any(t.index in spared for t in sentence.at(mention.start, mention.end))
    )
