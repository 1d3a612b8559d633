"""Spares the parser what it reads badly: names of several words become one plain word of the same
sort before the parse, and take their place again after it.

"Barack Obama on Monday backed" is parsed as "Smith on Monday backed". Offsets stay those of the
article. Imports only `mentions`, `gazetteer`.
"""

import calendar
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.gazetteer import TermKind
from ingest.mentions import Mention
from ingest.words import load_words

_PLAIN = {
    TermKind.PERSON: "Smith",
    TermKind.SURNAME: "Smith",
    TermKind.ADJECTIVE: "Russian",
    TermKind.PEOPLE: "Russians",
    TermKind.SEAT: "Paris",
    TermKind.PLACE: "Paris",
}


_RUN = re.compile(
    r"(?<![\w.])[A-Z][a-z]+(?:-[A-Za-z]+)?(?: [\"“][A-Z][\w ]+[\"”])?"
    r"(?:(?: (?:al|bin|ibn|de|da|von|van|el))?[ -][A-Z][a-z]+(?:-[A-Za-z]+)?)+(?!\w)"
)
_INTERRUPTING = re.compile(
    rf"(?<=[a-z]) ((?:late |early )?on (?:{'|'.join(calendar.day_name)})) (?=[a-z]+(?:ed|ew|id|ent|ung|old|ut|et|ook|ought|eld|ave|ade)\b)"
)
""" "Spain on Wednesday extradited": a day between subject and verb, which misleads the parser."""
_HYPHENED = re.compile(
    r"\b(?:re-[a-z]{4,}|co-oper\w+|cease-fires?|air-strikes?|stand-offs?|build-ups?|pull-outs?|"
    r"cyber-attacks?|counter-attack\w*|take-overs?|hand-overs?|walk-outs?|crack-downs?|go-betweens?)\b"
)
"""Words that the tokenizer would cut at the hyphen."""
_WEEKDAY_FIRST = re.compile(rf"\b[Oo]n ({'|'.join(calendar.day_name)}) (?=[A-Z])")
""" "On Tuesday Jordan": read as one name without a comma."""
_NAME_WORD = re.compile(r"[A-Za-z]+")
_VISITING = re.compile(r"(Visiting) [A-Z]")
_WORDS = load_words()
_MEANINGFUL = frozenset(
    word.lower()
    for words in (
        _WORDS.agents,
        _WORDS.materiel,
        _WORDS.citizens,
        _WORDS.partitives,
        _WORDS.private,
        _WORDS.former,
        _WORDS.titles,
        _WORDS.state_nouns,
        _WORDS.organization_nouns,
        _WORDS.group_nouns,
        calendar.day_name,
        calendar.month_name,
        "the a an in on at for by with from of to and but after before when while as if under over "
        "its his her their this that these those north south east west northern southern eastern "
        "western central first second third last new old senior visiting foreign defence defense "
        "interior prime vice supreme security human national international united world cup "
        "street sea ocean river lake gulf strait island mount peninsula canal bridge airport base "
        "treaty accord convention agreement act law day year war hurricane typhoon cyclone "
        "olympic olympics games league press times post journal news television radio "
        "many some all both neither each two three four five six seven eight nine ten".split(),
    )
    for word in words
)
"""Words that make a capitalised run more than a person's name."""

_COMMON = frozenset("Trump Bush Rice May Brown Major Park Moon Straw Cook Pence Hunt Ban".split())
"""Surnames that the parser takes for a verb or a thing: "Trump froze all aid"."""


@dataclass(frozen=True, slots=True)
class Mask:
    """A stretch of the sentence (offsets into its text) and the word that stands in for it."""

    start: int
    end: int
    word: str


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
        if (mention.surface.isalpha() and mention.surface not in _COMMON) or (
            "." in mention.surface and " " not in mention.surface
        ):
            continue
        word = _PLAIN.get(mention.kind)
        if word is None:
            word = "Netherlands" if text[:start].lower().endswith("the ") else "Germany"
        if mention.surface.isupper():
            word = word.upper()
        masks.append(Mask(start, end, word))
    masks.extend(_unknown_names(text, [(m.start - offset, m.end - offset) for m in mentions]))
    return tuple(sorted(masks, key=lambda mask: mask.start))


def _unknown_names(text: str, known: Sequence[tuple[int, int]]) -> Iterator[Mask]:
    """ "Joaquin "El Chapo" Guzman": a run of capitalised words that mean nothing else."""
    if text.isupper() or text.istitle():
        return
    for match in _INTERRUPTING.finditer(text):
        yield Mask(match.start(1), match.end(1), "then")
    for match in _HYPHENED.finditer(text):
        yield Mask(
            match.start(),
            match.end(),
            match.group().replace("-", "").replace("gobetween", "mediator"),
        )
    for match in _WEEKDAY_FIRST.finditer(text):
        yield Mask(match.start(1), match.end(1), f"{match.group(1)},")
    opening = _VISITING.match(text)
    if opening:
        yield Mask(opening.start(1), opening.end(1), "Senior")
    for match in _RUN.finditer(text):
        words = [
            (match.start() + w.start(), w.group().lower())
            for w in _NAME_WORD.finditer(match.group())
        ]
        meaning = [n for n, (_, w) in enumerate(words) if {w, w.rstrip("s")} & _MEANINGFUL]
        name = words[meaning[-1] + 1 :] if meaning else words
        if len(name) < 2:
            continue
        start, end = name[0][0], match.end()
        if any(s < end and e > start for s, e in known):
            continue
        if text[end : end + 2] in ("'s", "’s") or text[end - 2 : end] in ("'s", "’s"):
            continue
        yield Mask(start, end, "Smith")


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
