"""Finds where a sentence itself says who somebody is: "Kenyan Foreign Minister Musalia Mudavadi",
"the Arakan Army, a rebel group in Myanmar".

Works on the text alone, before it is parsed. Only titles and nouns of `lexicon/roles.toml` count,
and only beside a name that is resolved already. Imports `graph`, `mentions`, `roles`, `gazetteer`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from graph.model import Actor, ActorKind
from graph.reference.names import fold
from ingest.gazetteer import TermKind, load_traps
from ingest.mentions import CALENDAR, FUNCTION_WORDS, Mention
from ingest.roles import BODY, OTHER, SPOT, Roles, load_roles

_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_LOWER = re.compile(r"(?<![\w’'-])[a-z]{3,}")
_TWO_CAPITALS = re.compile(r"[A-ZÀ-Þ][\w’'.-]* (?:[a-z]{2,3} )?(?:[a-z]{2}-)?[A-ZÀ-Þ]")
_LAST_WORD = re.compile(r"([^\W\d_][\w’'.-]*) (?:the )?$")
_SEATED = re.compile(r"(?:^|[ (])[A-Z][\w’'.-]* (?:of|in|at) (?:the )?$")
"""What a state's name only places: "University of Kenya president"."""
_CUT_SHORT = re.compile(rf"['’]? [A-Z{OTHER}]|['’][^s]")
_SPOKEN_FOR = re.compile("spokes|official|secretary|leader", re.IGNORECASE)
_MARKED = (f"{BODY} ", f"{SPOT} ", f"{OTHER} ")
_MAY_HOLD_OF = frozenset(
    "movement front army party union brigade brigades forces council lions soldiers sons knights "
    "alliance coalition league organisation organization defenders guardians eagles hawks".split()
)


@dataclass(frozen=True, slots=True)
class Introduction:
    """A name that the text explains. `owner` is whom a person acts for, or the state that an
    armed group fights in, `titled` where the title stands; offsets are into the text of the
    article."""

    start: int
    end: int
    titled: tuple[int, int]
    name: str
    kind: ActorKind
    title: str
    owner: Actor
    short: str = ""


class Introducer:
    """Reads the introductions of one sentence at a time; keeps nothing."""

    def __init__(self) -> None:
        self._roles = load_roles()

    def read(
        self, text: str, start: int, end: int, mentions: Sequence[Mention]
    ) -> list[Introduction]:
        """The introductions in text[start:end], left to right, never overlapping."""
        if all(mention.principal is None for mention in mentions):
            return []
        words = {word.lower() for word in _WORD.findall(text, start, end)}
        people = not words.isdisjoint(self._roles.person_cues)
        groups = not words.isdisjoint(self._roles.group_cues)
        if not people and not groups:
            return []
        line = marked(text[start:end], start, mentions)
        if all(word in FUNCTION_WORDS for word in _LOWER.findall(line)):
            return []
        found: list[Introduction] = []
        if people and _TWO_CAPITALS.search(line):
            found += self._people(line, start, mentions)
        if groups:
            found += self._groups(line, start, mentions)
        chosen: list[Introduction] = []
        for item in sorted(found, key=lambda item: (item.start, -item.end)):
            if not chosen or item.start >= chosen[-1].end:
                chosen.append(item)
        return chosen

    def _people(
        self, line: str, offset: int, mentions: Sequence[Mention]
    ) -> Iterator[Introduction]:
        for pattern in self._roles.people:
            for match in pattern.finditer(line):
                owner = _mention_at(mentions, offset + match.start("body"))
                if not self._may_own(match, owner, line) or self._is_former(line, match):
                    continue
                first = match.start("name") < match.start("title")
                if first and line[: match.start("name")].endswith(_MARKED):
                    continue
                span = self._person_name(line, *match.span("name"))
                if span is None or (
                    _groups_of(match, "after") and line[span[1] :][:1] not in ",.;"
                ):
                    continue
                start, end = span
                assert owner is not None
                assert owner.principal is not None
                title = match["title"]
                yield Introduction(
                    start + offset,
                    end + offset,
                    (match.start("title") + offset, match.end("title") + offset),
                    line[start:end],
                    ActorKind.PERSON,
                    title,
                    owner.principal,
                )

    def _may_own(self, match: re.Match[str], owner: Mention | None, line: str) -> bool:
        """Whether the title makes somebody act for the name beside it."""
        if owner is None or owner.principal is None or _goes_on_before(line, match.start("body")):
            return False
        title = match["title"].lower()
        part, prep = _groups_of(match, "part"), _groups_of(match, "prep")
        if prep and not part and not self._may_link(prep, title, match["owns"]):
            return False
        before = line[: match.start("body")]
        is_state = owner.principal.kind is ActorKind.STATE
        first = len(before) < match.start("title") and owner.kind is TermKind.NAME
        if first and is_state and _SEATED.search(before):
            return False
        if owner.surface in load_traps().also_american_states and title in self._roles.american:
            return False
        if not any(_ends_with(title, head) for head in self._roles.needs_body):
            return True
        if any(_ends_with(title, head) for head in self._roles.heads):
            return True
        own = owner.via is not None or not is_state
        return own or bool(part) or not self._roles.fields.isdisjoint(title.split()[:-1])

    @staticmethod
    def _may_link(prep: str, title: str, owns: str | None) -> bool:
        """ "the president of Kenya", "a spokesman for Kenya"; not "an envoy for Yemen", "the
        ambassador in Kenya", "the president of Kenya's union"."""
        if owns or prep in ("in", "at", "with"):
            return False
        return prep != "for" or _SPOKEN_FOR.search(title) is not None

    def _is_former(self, line: str, match: re.Match[str]) -> bool:
        """ "the former Kenyan minister", "ousted Kenyan president", "retired Israeli general"."""
        begin = min(match.start("title"), match.start("body"))
        before = line[:begin].lower()
        words = _WORD.findall(before[before.rfind(",") + 1 :])
        reach = 8 if words[-1:] == ["and"] else 3
        inside = _WORD.findall(line[begin : match.start("title")].lower())
        return not self._roles.not_acting.isdisjoint([*words[-reach:], *inside])

    def _person_name(self, line: str, start: int, end: int) -> tuple[int, int] | None:
        """The name without what is capitalised by chance; None if no name of a person is left."""
        if _CUT_SHORT.match(line, end):
            return None
        pieces = list(re.finditer(r"\S+", line[start:end]))
        while pieces and self._leads(pieces[0].group()):
            pieces.pop(0)
        if pieces and pieces[0].group().lower() in self._roles.not_acting:
            return None
        for place, piece in enumerate(pieces):
            word = piece.group()
            if word in CALENDAR or (place > 1 and _is_number(word)):
                pieces = pieces[:place]
                break
        if sum(piece.group()[:1].isupper() or "-" in piece.group() for piece in pieces) < 2:
            return None
        words = [fold(piece.group()) for piece in pieces]
        bare = [word.removesuffix("'s").removesuffix("’s") for word in words]
        if any(word in self._roles.not_names or _is_number(word) for word in bare):
            return None
        if all(len(word.rstrip(".")) < 2 for word in bare) or bare[-1].islower():
            return None
        end = start + pieces[-1].end() - (len(words[-1]) - len(bare[-1]))
        return start + pieces[0].start(), end

    def _leads(self, word: str) -> bool:
        bare = word.rstrip(".,")
        return (
            bare in CALENDAR
            or bare.lower() in FUNCTION_WORDS
            or word in self._roles.honorifics
            or bare.lower() in self._roles.title_words
        )

    def _groups(
        self, line: str, offset: int, mentions: Sequence[Mention]
    ) -> Iterator[Introduction]:
        for pattern in self._roles.groups:
            for match in pattern.finditer(line):
                owner = _mention_at(mentions, offset + match.start("body"))
                if owner is None or owner.principal is None or owner.via is not None:
                    continue
                if owner.principal.kind is not ActorKind.STATE or self._is_former(line, match):
                    continue
                span = self._group_name(line, *match.span("name"))
                if span is None:
                    continue
                start, end = span
                title = match["title"]
                yield Introduction(
                    start + offset,
                    end + offset,
                    (match.start("title") + offset, match.end("title") + offset),
                    line[start:end],
                    ActorKind.ARMED_GROUP,
                    title,
                    owner.principal,
                    match["short"] or "",
                )

    def _group_name(self, line: str, start: int, end: int) -> tuple[int, int] | None:
        if line[end:].startswith((f" of {BODY}", f" of the {BODY}", f" of {SPOT}")):
            return None
        name = line[start:end]
        if (of := name.rfind(" of ")) > 0 and name[:of].split()[-1].lower() not in _MAY_HOLD_OF:
            start += of + len(" of ")
        pieces = list(re.finditer(r"\S+", line[start:end]))
        while pieces and pieces[0].group().lower() in FUNCTION_WORDS:
            pieces.pop(0)
        if not pieces or any(piece.group() in CALENDAR for piece in pieces):
            return None
        first, last = pieces[0].group(), pieces[-1].group()
        if len(pieces) == 1 and first in self._roles.not_names:
            return None
        if first in self._roles.honorifics or first.lower() in self._roles.person_cues:
            return None
        plain = last.removesuffix("'s").removesuffix("’s")
        return start + pieces[0].start(), start + pieces[-1].end() - (len(last) - len(plain))


def marked(text: str, offset: int, mentions: Sequence[Mention]) -> str:
    """The text with a mark in place of every letter of a mention; `offset` is where it begins."""
    parts, at = [], 0
    for mention in mentions:
        start, end = mention.start - offset, mention.end - offset
        parts += [text[at:start], _mark(mention) * (end - start)]
        at = end
    return "".join([*parts, text[at:]])


def _mark(mention: Mention) -> str:
    if mention.principal is None or mention.is_person:
        return OTHER
    if mention.is_place:
        return SPOT
    if mention.kind is TermKind.PEOPLE and mention.principal.kind is ActorKind.STATE:
        return OTHER
    return BODY


_RANKS = frozenset(
    "senior top leading regional local high-ranking outgoing incoming newly-appointed".split()
)


def _goes_on_before(line: str, start: int) -> bool:
    """ "South Vietnamese", "National Security Council", "German UN": the name beside the title is
    part of a longer one, or not the only one."""
    before = line[:start]
    if before.endswith((_MARKED[0], _MARKED[2])):
        return True
    word = _LAST_WORD.search(before)
    if word is None or not word.group(1)[:1].isupper():
        return False
    return word.group(1).lower() not in FUNCTION_WORDS | _RANKS


def _is_number(word: str) -> bool:
    """ "III", "BBC": no part of the name of somebody alive."""
    return len(word) > 1 and word.isupper() and word.isalpha()


def _mention_at(mentions: Sequence[Mention], start: int) -> Mention | None:
    return next((mention for mention in mentions if mention.start == start), None)


def _groups_of(match: re.Match[str], name: str) -> str:
    """A group that not every pattern has."""
    return match.groupdict().get(name) or ""


def _ends_with(title: str, head: str) -> bool:
    return title == head or title.endswith(f" {head}")


def is_titled(roles: Roles, word: str) -> bool:
    """Whether a word may stand capitalised before a surname without being a first name."""
    return word in roles.honorifics or word.lower() in roles.title_words
