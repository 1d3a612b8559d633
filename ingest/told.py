"""Told: what one sentence has named, as far as later sentences may point back to it.

Imports `document`, `gazetteer`, `mentions`, `nlp` and `party`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from ingest.document import Sentence
from ingest.gazetteer import TermKind
from ingest.mentions import Mention
from ingest.nlp import RawSentence
from ingest.party import Party, party_of


@dataclass
class Told:
    """The parties of one sentence in the order of the text: which of them were subjects, which
    stood together as "A and B" (`couples`), which only own what is named (`owners`), and which
    are several people (`plural`)."""

    number: int
    paragraph: int
    parties: list[Party] = field(default_factory=list)
    subjects: list[Party] = field(default_factory=list)
    couples: list[tuple[Party, Party]] = field(default_factory=list)
    owners: list[Party] = field(default_factory=list)
    plural: list[Party] = field(default_factory=list)


def told_by(
    raw: RawSentence,
    sentence: Sentence | None,
    mentions: Sequence[Mention],
    private: frozenset[str],
) -> Told:
    """What a sentence names. Without a parse the first mention counts as the subject; `private`
    are nouns that never act for a state."""
    told = Told(raw.number, raw.paragraph)
    names = {m.start for m in mentions if m.kind is TermKind.NAME and m.principal is not None}
    for mention in mentions:
        if mention.principal is None or (sentence and _only_describes(sentence, mention, names)):
            continue
        party = party_of(mention)
        told.parties.append(party)
        if _is_subject(sentence, mention) if sentence else not told.subjects:
            told.subjects.append(party)
        if sentence and _is_plural(sentence, mention):
            told.plural.append(party)
        if sentence and _owns_a_company(sentence, mention, private):
            told.owners.append(party)
    told.couples = _couples(raw, told.parties)
    return told


def _only_describes(sentence: Sentence, mention: Mention, names: set[int]) -> bool:
    """ "the Palestinian militant group Hamas": Hamas is told of, the adjective says whence."""
    return mention.kind is TermKind.ADJECTIVE and any(
        name.start in names and name.index == sentence.head(token).index + 1
        for token in sentence.at(mention.start, mention.end)
        for name in sentence.children(sentence.head(token), "appos")
    )


def _is_plural(sentence: Sentence, mention: Mention) -> bool:
    """ "French troops", "Iranians": "they" may be those."""
    for token in sentence.at(mention.start, mention.end)[-1:]:
        head = token if token.dep in ("nsubj", "nsubjpass") else sentence.head(token)
        return head.tag in ("NNS", "NNPS") or mention.kind is TermKind.PEOPLE
    return False


def _owns_a_company(sentence: Sentence, mention: Mention, private: frozenset[str]) -> bool:
    """ "Japan's Toyota Motor Corp": whatever "it" is in what follows, it is not Japan."""
    for token in sentence.at(mention.start, mention.end)[-1:]:
        head = sentence.head(token)
        if token.dep in ("poss", "amod", "compound", "nmod") and head.dep in ("nsubj", "nsubjpass"):
            return head.pos == "PROPN" or head.lemma in private
    return False


def _couples(raw: RawSentence, parties: Sequence[Party]) -> list[tuple[Party, Party]]:
    """ "Armenia and Azerbaijan", "Trump and the Chinese leader": two and no more, in one breath."""
    found = []
    for place, (one, other) in enumerate(pairwise(parties)):
        between = raw.text[one.end - raw.start : other.start - raw.start]
        before = parties[place - 1] if place else None
        listed = before is not None and re.fullmatch(
            r",? (?:\w+ ){0,3}", raw.text[before.end - raw.start : one.start - raw.start]
        )
        if listed or not re.fullmatch(r"(?:['’]s?)?(?: \w+){0,2},? and (?:[\w-]+ ){0,4}", between):
            continue
        if one.principal.id != other.principal.id and not one.is_place and not other.is_place:
            found.append((one, other))
    return found


def _is_subject(sentence: Sentence, mention: Mention) -> bool:
    tokens = sentence.at(mention.start, mention.end)
    if not tokens:
        return False
    token = tokens[-1]
    for _ in range(5):
        if token.dep in ("nsubj", "nsubjpass"):
            return True
        if token.dep not in ("conj", "compound", "poss", "appos", "amod", "nmod"):
            return False
        token = sentence.head(token)
    return False
