"""The titles and group nouns of `lexicon/roles.toml`, and the patterns that are made of them.

The patterns are for a line in which each mention is replaced by marks of the same length (see
`introductions.py`): `BODY` for a state, organisation or group, `SPOT` for a place, `OTHER` for
any other name. Imports `words`.
"""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from ingest.words import load_words

BODY, SPOT, OTHER = "\ue000", "\ue001", "\ue002"
"""Marks of the private use area: no text that was read as a name keeps its letters."""

_UPPER = "[A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĖĘĚĞĢĪĮİĶŁĻĽŃŅŇŌŐŒŘŚŞŠŢŤŪŮŰŲŹŻŽȘȚ]"
_PARTICLE = (
    "al|el|bin|bint|ibn|ben|abu|ould|de|del|della|da|dos|das|di|du|la|le|von|van|der|den|ter|y|e"
)
_PIECE = rf"(?:{_UPPER}\.(?:-?{_UPPER}\.)*|(?:(?:[a-z]{{2,3}}|Al|El)[-‑])?{_UPPER}[\w’'‑-]*\w)"
_NAME = rf"(?P<name>{_PIECE}(?: (?:(?:{_PARTICLE}) ){{0,2}}{_PIECE}){{1,4}})"
_GROUP_NAME = (
    rf"(?P<name>{_PIECE}(?: (?:(?:of|for|the|and|de|al|ul) ){{0,3}}{_PIECE}){{0,6}})"
    rf"(?: \((?P<short>[A-Z][\w-]*[A-Z])\))?"
)
_OWNER = rf"(?<![\w-])(?P<body>{BODY}+)(?P<owns>['’]s?)?"
_HOME = rf"(?P<prep>of|for|from|at|in|with) (?:the )?(?P<body>{BODY}+)(?P<owns>['’]s?)?"


@dataclass(frozen=True, slots=True)
class Roles:
    """The word lists, lower case where case does not matter, and the patterns."""

    heads: tuple[str, ...]
    needs_body: frozenset[str]
    fields: frozenset[str]
    honorifics: frozenset[str]
    not_names: frozenset[str]
    title_words: frozenset[str]
    person_cues: frozenset[str]
    group_cues: frozenset[str]
    family_first: frozenset[str]
    not_acting: frozenset[str]
    american: frozenset[str]
    people: tuple[re.Pattern[str], ...]
    groups: tuple[re.Pattern[str], ...]


@cache
def load_roles() -> Roles:
    raw = tomllib.loads((files("ingest.lexicon") / "roles.toml").read_text("utf-8"))
    person, group = raw["person"], raw["group"]
    heads = [*person["heads"], *person["heads_of_bodies"]]
    modifiers = person["modifiers"].split()
    bodies, duties = person["bodies"].split(), person["duties"].split()
    return Roles(
        heads=tuple(head.lower() for head in person["heads"]),
        needs_body=frozenset(person["heads_of_bodies"]),
        fields=frozenset([*bodies, *duties]),
        honorifics=frozenset(person["honorifics"].split()),
        not_names=frozenset(person["not_names"].split()),
        title_words=frozenset(
            word for term in (*heads, *modifiers, *bodies, *duties) for word in term.lower().split()
        ),
        person_cues=frozenset(head.split()[-1].lower() for head in heads),
        group_cues=frozenset(noun.split()[-1] for noun in group["nouns"]),
        family_first=frozenset(person["family_first"]),
        not_acting=frozenset(person["not_acting"].split()) | load_words().former,
        american=frozenset(person["american"]),
        people=_people(
            heads,
            [*modifiers, *duties],
            bodies,
            person["links"].split(),
            person["honorifics"].split(),
        ),
        groups=_groups(group["nouns"], group["modifiers"].split()),
    )


def _any(terms: Iterable[str]) -> str:
    """An alternation of terms, the longest first, each of their words capitalised or not.

    Grouped by the first letter: a long flat alternation is what the search would spend its time on.
    """
    by_letter: dict[str, list[str]] = {}
    for term in sorted(dict.fromkeys(terms), key=lambda term: (-len(term), term)):
        by_letter.setdefault(term[0].lower(), []).append(term[1:])
    groups = (
        f"{_either(letter)}(?:{'|'.join(map(_either_case, rests))})"
        for letter, rests in by_letter.items()
    )
    return f"(?:{'|'.join(groups)})"


def _either(letter: str) -> str:
    return f"[{letter}{letter.upper()}]" if letter.isalpha() else re.escape(letter)


def _either_case(rest: str) -> str:
    escaped = re.escape(rest).replace("\\ ", " ").replace("\\-", "-")
    return re.sub("([ -])([a-z])", lambda match: match[1] + _either(match[2]), escaped)


def _people(
    heads: list[str],
    modifiers: list[str],
    bodies: list[str],
    links: list[str],
    honorifics: list[str],
) -> tuple[re.Pattern[str], ...]:
    first = _any([*modifiers, *bodies])
    word = _any([*modifiers, *bodies, *links])
    one = rf"(?:{first} (?:{word} )*)?{_any(heads)}(?![\w-])"
    title = rf"(?P<title>{one}(?:(?: and|,) {one})?)"
    of_body = rf"(?P<part> (?:{word}[ ])*{_any(bodies)}(?![\w-]))?"
    charge = rf"(?:(?: (?:to|for|on|of|in|at))(?: (?:{word}|{BODY}+|{SPOT}+)(?![\w-]),?)+)?"
    called = rf"(?: (?:{_any(honorifics)}))*"
    end = r"(?=[,.;:)—–]|$| (?:who|and|said|says|told|has|had|was|is|will)\b)"
    before = rf"(?P<after>,)?{called} {_NAME}"
    apposed = ", (?:who is )?(?:the |a |an |one of the )?"
    return (
        re.compile(rf"{_OWNER} {title}{charge}{before}"),
        re.compile(rf"(?<![\w-]){title} {_HOME}{of_body}{charge}{before}"),
        re.compile(
            rf"(?<![\w-]){title}{called} {_NAME},? of (?:the )?"
            rf"(?P<body>{BODY}+)(?!['’{BODY}-]| [A-Z])"
        ),
        re.compile(rf"(?<![\w-]){_NAME}{apposed}{_OWNER} {title}{charge}{end}"),
        re.compile(rf"(?<![\w-]){_NAME}{apposed}{title} {_HOME}{of_body}{charge}{end}"),
    )


def _groups(nouns: list[str], modifiers: list[str]) -> tuple[re.Pattern[str], ...]:
    kind = rf"(?P<title>(?:{_any(modifiers)}[ ])*{_any(nouns)})(?![\w-])"
    based = "(?:based |active |operating |fighting |that (?:operates|fights) )?"
    land = rf"(?P<body>[{BODY}{SPOT}]+)(?!['’{BODY}{SPOT}\w])"
    article = "(?:a|an|the|one of the|another) "
    end = (
        r"(?=[,.;:)—–]|$| (?:that|which|and|has|had|was|is|with)\b"
        r"| (?:fighting|based|active|operating|allied|linked|led)\b)"
    )
    home = rf" {based}(?:in|from|of) (?:the |northern |southern |eastern |western |central )*"
    return (
        re.compile(rf"{_OWNER} {kind},?(?: called| known as| named)? (?:the )?{_GROUP_NAME}"),
        re.compile(rf"(?<![\w-]){_GROUP_NAME}, {article}{kind}{home}{land}"),
        re.compile(
            rf"(?<![\w-]){_GROUP_NAME}, {article}(?:{_any(modifiers)} )*{_OWNER} {kind}{end}"
        ),
        re.compile(
            rf"(?<![\w-]){kind}{home}{land}"
            rf"(?:,? (?:called|known as|named) (?:the )?|, the ){_GROUP_NAME}"
        ),
    )
