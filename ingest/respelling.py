"""Other words that the parser reads better when they are spelt otherwise: names that nobody knows,
days that come between subject and verb, words with a hyphen. Imports `mask` and `words`.
"""

import calendar
import re
from collections.abc import Iterator, Sequence
from functools import cache

from ingest.mask import Mask
from ingest.words import load_words

_RUN = re.compile(
    r"(?<![\w.])[A-Z][a-z]+(?:-[A-Za-z]+)?(?: [\"“][A-Z][\w ]+[\"”])?"
    r"(?:(?: (?:al|bin|ibn|de|da|von|van|el))?[ -][A-Z][a-z]+(?:-[A-Za-z]+)?)+(?!\w)"
)
_NAME_WORD = re.compile(r"[A-Za-z]+")
_DAY = "|".join(calendar.day_name)
_PAST = "ed|ew|id|ent|ung|old|ut|et|ook|ought|eld|ave|ade"
_INTERRUPTING = re.compile(rf"(?<=[a-z]) ((?:late |early )?on (?:{_DAY})) (?=[a-z]+(?:{_PAST})\b)")
""" "Spain on Wednesday extradited": a day between subject and verb, which misleads the parser."""
_WEEKDAY_FIRST = re.compile(rf"\b[Oo]n ({_DAY}) (?=[A-Z])")
""" "On Tuesday Jordan": read as one name without a comma."""
_MONTH_FIRST = re.compile(rf"\b[Ii]n ({'|'.join(m for m in calendar.month_name if m)}) (?=[A-Z])")
_DEMANDS_THAT = re.compile(r"(?<=and |but )(demands|claims|warns|charges|fears|hopes)(?= that\b)")
""" "has moved troops up and demands that": read as a noun."""
_HYPHENED = re.compile(
    r"\b(?:re-[a-z]{4,}|co-oper\w+|peace-keep\w+|cease-fires?|air-strikes?|stand-offs?|build-ups?|pull-outs?|"
    r"cyber-attacks?|counter-attack\w*|take-overs?|hand-overs?|walk-outs?|crack-downs?|"
    r"go-betweens?)\b"
)
"""Words that the tokenizer would cut at the hyphen."""
_VISITING = re.compile(r"(Visiting) [A-Z]")


@cache
def _meaningful() -> frozenset[str]:
    """Words that make a capitalised run more than a person's name."""
    words = load_words()
    return frozenset(
        {
            *words.agents,
            *words.materiel,
            *words.citizens,
            *words.partitives,
            *words.private,
            *words.former,
            *words.titles,
            *words.state_nouns,
            *words.organization_nouns,
            *words.group_nouns,
            *words.named_things,
            *(day.lower() for day in calendar.day_name),
            *(month.lower() for month in calendar.month_name),
        }
    )


def respelt(text: str, known: Sequence[tuple[int, int]]) -> Iterator[Mask]:
    """The masks for what is no known name; `known` are the spans of those that are."""
    if text.isupper() or text.istitle():
        return
    for match in _INTERRUPTING.finditer(text):
        yield Mask(match.start(1), match.end(1), "then")
    for match in _HYPHENED.finditer(text):
        joined = match.group().replace("-", "").replace("gobetween", "mediator")
        yield Mask(match.start(), match.end(), joined)
    for pattern in (_WEEKDAY_FIRST, _MONTH_FIRST):
        for match in pattern.finditer(text):
            yield Mask(match.start(1), match.end(1), f"{match.group(1)},")
    for match in _DEMANDS_THAT.finditer(text):
        stem = match.group().removesuffix("s")
        yield Mask(match.start(), match.end(), f"{stem.removesuffix('e')}ed")
    if opening := _VISITING.match(text):
        yield Mask(opening.start(1), opening.end(1), "Senior")
    for start, end in _unknown_names(text):
        if not any(s < end and e > start for s, e in known):
            yield Mask(start, end, "Smith")


def _unknown_names(text: str) -> Iterator[tuple[int, int]]:
    """ "Joaquin "El Chapo" Guzman": a run of capitalised words that mean nothing else, without
    the title before it."""
    for match in _RUN.finditer(text):
        words = [
            (match.start() + word.start(), word.group().lower())
            for word in _NAME_WORD.finditer(match.group())
        ]
        meaning = [
            n for n, (_, word) in enumerate(words) if {word, word.rstrip("s")} & _meaningful()
        ]
        name = words[meaning[-1] + 1 :] if meaning else words
        owning = text[match.end() : match.end() + 2] in ("'s", "’s")
        if len(name) > 1 and not owning:
            yield name[0][0], match.end()
