"""Provisional actors: people and armed groups that the data does not have and the text explains.

Their id is made of the name and of whom they act for, so the next article that explains them in
the same way finds the same actor, without anything being remembered between articles. Inside
one article the name alone, and a person's surname, mean them from then on, as with curated ones.
Imports `graph`, `introductions`, `mentions`, `roles`, `gazetteer`.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from graph.ids import provisional_id
from graph.model import Actor, ActorKind
from graph.reference import Reference
from graph.reference.names import fold
from graph.reference.types import Role
from ingest.gazetteer import TermKind, load_traps
from ingest.introductions import Introducer, Introduction, is_titled
from ingest.mentions import CALENDAR, FUNCTION_WORDS, Mention
from ingest.roles import load_roles

_HEADS = frozenset([Role.HEAD_OF_STATE, Role.HEAD_OF_GOVERNMENT, Role.CROWN_PRINCE])

WEIGHT = 0.9
"""Who it is rests on the words of one sentence alone."""

_LAST_WORD = re.compile(r"([^\W\d_][\w’'.-]*)[ -]$")


@dataclass(frozen=True, slots=True)
class Known:
    """A provisional actor of this article: the mention's two actors and why."""

    principal: Actor
    via: Actor | None
    title: str
    how: str

    @property
    def actor(self) -> Actor:
        return self.via or self.principal


@dataclass(frozen=True, slots=True)
class Reading:
    """The mentions of a sentence, in order, and names that were seen and stay unresolved.

    `introduced` is how many people stand beside the name of whom they act for.
    """

    mentions: list[Mention]
    doubts: list[Mention] = field(default_factory=list)
    introduced: int = 0

    @property
    def actors(self) -> int:
        """How many ends of a claim the mentions may be: nobody counts beside his own state."""
        return len(self.mentions) - self.introduced


class Namesakes:
    """The curated people who may be meant where the text seems to name somebody else."""

    def __init__(self, reference: Reference) -> None:
        self._reference = reference
        self._found: dict[tuple[str, str], set[str]] = {}
        for person in reference.persons.values():
            short = person.known_as or (person.name.split()[-1],)
            for term in reference.terms_of(person.id):
                for form in short:
                    key = (term.principal, fold(form))
                    self._found.setdefault(key, set()).add(person.id)

    def holders(self, principal: str, title: str, day: date | None) -> list[str]:
        """Who is known to head a state on the day under that very title; the data has the heads
        of states in full up to its own day, so a text that calls another one so is about the
        past, or spells the name in a way of its own."""
        if day is None or day > self._reference.as_of:
            return []
        plain = title.lower().removeprefix("first ").removeprefix("new ")
        terms = self._reference.terms_by_title(principal, plain)
        return sorted(t.person for t in terms if t.role in _HEADS and t.period.covers(day))

    def of(self, principal: str, name: str) -> list[str]:
        """Those who have the last words of a name, perhaps with another spelling of the first."""
        words = fold(name).split()
        forms = {words[-1], words[-1].split("-", 1)[-1], " ".join(words[-2:])}
        return sorted({p for form in forms for p in self._found.get((principal, form), ())})


MAX_INTRODUCED = 300
"""So many people one article may introduce by title; whoever comes later is known only where the
title stands beside the name, and no list of names costs time in its square."""


class ProvisionalReader:
    """Adds provisional actors to the mentions of one article, sentence after sentence."""

    def __init__(self, namesakes: Namesakes, introducer: Introducer, day: date | None) -> None:
        self._day = day
        self._namesakes = namesakes
        self._introducer = introducer
        self._roles = load_roles()
        self._full: dict[str, dict[str, Known]] = {}
        self._short: dict[str, dict[str, Known]] = {}
        self._names: re.Pattern[str] | None = None
        self._begin = 0

    def read(self, text: str, start: int, end: int, mentions: Sequence[Mention]) -> Reading:
        """The mentions of text[start:end] with the provisional ones; offsets are into `text`."""
        self._begin = start
        reading = Reading(list(mentions))
        fresh: list[Mention] = []
        for item in self._introducer.read(text, start, end, mentions):
            self._introduce(item, fresh, reading.doubts)
        taken = [*fresh, *reading.doubts]
        if self._names is not None:
            for match in self._names.finditer(text, start, end):
                if not _overlaps(match.start(), match.end(), taken):
                    self._name_again(text, match, reading, fresh)
        reading.mentions.extend(fresh)
        reading.mentions.sort(key=lambda mention: mention.start)
        introduced = sum(1 for mention in taken if mention.via is not None)
        return Reading(reading.mentions, reading.doubts, introduced)

    def _introduce(self, item: Introduction, fresh: list[Mention], doubts: list[Mention]) -> None:
        identity = provisional_id(item.name, item.owner.id)
        if not identity:
            return
        if rivals := self._rivals(item):
            how = f"ambiguous: {', '.join(rivals)}, or somebody whom the data does not have"
            doubts.append(_unresolved(item.start, item.end, item.name, how))
            return
        known = self._known(item, identity)
        self._remember(item, known)
        fresh.append(_mention(item.start, item.end, item.name, known, item.titled))

    def _rivals(self, item: Introduction) -> list[str]:
        if item.kind is not ActorKind.PERSON:
            return []
        found = self._namesakes.holders(item.owner.id, item.title, self._day)
        if found or self._family_first(item.owner):
            return found
        return self._namesakes.of(item.owner.id, item.name)

    def _known(self, item: Introduction, identity: str) -> Known:
        name = " ".join(item.name.split())
        state = item.owner.id if item.owner.kind is ActorKind.STATE else None
        actor = Actor(identity, name, item.kind, state)
        if item.kind is ActorKind.PERSON:
            how = f"provisional: named by its title, {item.title} of {item.owner.id}"
            return Known(item.owner, actor, item.title, how)
        how = f"provisional: named by its title, {item.title} in {item.owner.id}"
        return Known(actor, None, item.title, how)

    def _remember(self, item: Introduction, known: Known) -> None:
        if len(self._full) >= MAX_INTRODUCED:
            return
        self._full.setdefault(item.name, {})[known.actor.id] = known
        for short in self._short_forms(item):
            self._short.setdefault(short, {})[known.actor.id] = known
        names = sorted({*self._full, *self._short}, key=lambda name: (-len(name), name))
        self._names = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?![\w-])")

    def _short_forms(self, item: Introduction) -> Iterable[str]:
        if item.kind is not ActorKind.PERSON:
            return [item.short] if item.short else []
        words = item.name.split()
        if self._family_first(item.owner):
            return [words[0]] if len(words[0]) > 1 else []
        last = words[-1]
        forms = [last, last.split("-", 1)[1]] if last[:1].islower() else [last]
        return [form for form in forms if form not in CALENDAR and len(form) > 1]

    def _family_first(self, owner: Actor) -> bool:
        return owner.id in self._roles.family_first

    def _name_again(
        self, text: str, match: re.Match[str], reading: Reading, fresh: list[Mention]
    ) -> None:
        """A name or a surname of somebody whom the article has introduced."""
        start, end = match.span()
        surface = match.group()
        full = self._full.get(surface)
        known = full or self._short[surface]
        if full is None and self._is_of_longer_name(text, start, end, reading.mentions):
            return
        others = [m for m in reading.mentions if m.start < end and start < m.end]
        if others:
            self._beside_curated(text, start, others, list(known.values()), reading)
            return
        chosen = self._by_title(text, start, known.values())
        if len(chosen) == 1:
            fresh.append(_mention(start, end, surface, chosen[0]))
        else:
            how = f"ambiguous: {', '.join(sorted(item.actor.id for item in chosen))}"
            reading.doubts.append(_unresolved(start, end, surface, how))

    def _beside_curated(
        self, text: str, start: int, others: list[Mention], known: list[Known], reading: Reading
    ) -> None:
        """A surname that a curated person bears too is nobody's, unless both act for the same."""
        other = others[0]
        if len(others) > 1 or other.kind is not TermKind.SURNAME or other.via is None:
            return
        if all(item.principal == other.principal for item in known):
            return
        if self._word_before(text, start).lower() in other.how.lower().split():
            return
        ids = sorted([other.via.id, *(item.actor.id for item in known)])
        place = reading.mentions.index(other)
        reading.mentions[place] = _unresolved(
            other.start, other.end, other.surface, f"ambiguous: {', '.join(ids)}"
        )

    def _by_title(self, text: str, start: int, known: Iterable[Known]) -> list[Known]:
        """After "Minister" only those who were introduced as one, if there are any."""
        everyone = list(known)
        title = self._word_before(text, start).lower()
        if len(everyone) == 1 or not title:
            return everyone
        return [k for k in everyone if title in k.title.lower().split()] or everyone

    def _is_of_longer_name(
        self, text: str, start: int, end: int, mentions: Sequence[Mention]
    ) -> bool:
        """ "Kennedy Mudavadi", "Mudavadi Street"."""
        after = re.match(r" [^\W\d_][\w’-]+", text[end : end + 30])
        if after and after.group()[1:2].isupper() and after.group().strip() not in CALENDAR:
            follows = end + 1
            if not any(m.start <= follows < m.end for m in mentions):
                return True
        word = self._word_before(text, start)
        if not word[:1].isupper() or text[start - 1] not in " -":
            return False
        if any(m.end == start - 1 for m in mentions):
            return True
        if word.lower() in FUNCTION_WORDS or is_titled(self._roles, word):
            return False
        return word.rstrip(".") not in load_traps().titles_before

    def _word_before(self, text: str, start: int) -> str:
        """The word before in the same sentence, with nothing but a space or a hyphen between."""
        found = _LAST_WORD.search(text[max(self._begin, start - 40) : start])
        return found.group(1) if found else ""


def _overlaps(start: int, end: int, mentions: Iterable[Mention]) -> bool:
    return any(mention.start < end and start < mention.end for mention in mentions)


def _mention(
    start: int, end: int, surface: str, known: Known, titled: tuple[int, int] | None = None
) -> Mention:
    kind = TermKind.NAME if known.via is None else TermKind.PERSON
    return Mention(start, end, surface, kind, known.principal, known.via, known.how, WEIGHT, titled)


def _unresolved(start: int, end: int, surface: str, how: str) -> Mention:
    return Mention(start, end, surface, TermKind.PERSON, None, None, how)
