"""Spans of an article that name an actor, each with what it stands for and how that was decided.

A name is read by curated data only: names, aliases, demonyms, seats, places, and persons by the
office that they hold on the day of the article. Imports `graph` and `gazetteer`.
"""

import calendar
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from graph.model import Actor, ActorKind
from graph.reference import Reference
from graph.reference.names import fold
from graph.reference.types import ROLE_WEIGHT, Term
from ingest.gazetteer import Candidate, Gazetteer, Hit, TermKind, load_traps

_OF_AN_AMERICAN_STATE = tuple(
    f" {word}"
    for word in "Governor|Gov.|Lieutenant Governor|Senator|Sen.|Congress|General Assembly|"
    "Attorney General|Secretary of State|State Senate|Republican|Democrat".split("|")
)
_MODEL = re.compile(r"-\d")
"""What follows the name of a machine: "Su-25"."""
GRACE_DAYS = 10
"""So long after the end of a term its holder is still meant by it: a general just killed."""

_ORDER = (
    TermKind.NAME,
    TermKind.PERSON,
    TermKind.ADJECTIVE,
    TermKind.PEOPLE,
    TermKind.SEAT,
    TermKind.PLACE,
    TermKind.SURNAME,
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A span that names an actor.

    `principal` is the state, organisation or armed group that the span stands for, `via` the
    person or institution that it names, if any. Without a principal, `how` says why not. `weight`
    is below 1 where only the text says who it is, and `titled` where it says so.
    """

    start: int
    end: int
    surface: str
    kind: TermKind
    principal: Actor | None
    via: Actor | None
    how: str
    weight: float = 1.0
    titled: tuple[int, int] | None = None

    @property
    def is_place(self) -> bool:
        return self.kind in (TermKind.PLACE, TermKind.SEAT)

    @property
    def is_person(self) -> bool:
        return self.kind in (TermKind.PERSON, TermKind.SURNAME)


class MentionReader:
    """Reads the mentions of one article, in order; remembers the full names it has seen."""

    def __init__(self, reference: Reference, gazetteer: Gazetteer, day: date | None) -> None:
        self._reference = reference
        self._gazetteer = gazetteer
        self._dated = day is not None
        self._day = day or reference.as_of
        self._named: dict[str, str] = {}
        self._seen: set[str] = set()
        self._adjectives = gazetteer.adjectives

    def read(self, text: str, start: int, end: int) -> list[Mention]:
        """The mentions in text[start:end]; offsets are into `text`."""
        found = []
        hits = list(self._gazetteer.scan(text[start:end], start))
        for place, hit in enumerate(hits):
            following = hits[place + 1] if place + 1 < len(hits) else None
            if self._is_american_state(text, hit, hits[place - 1] if place else None):
                continue
            mention = self._read_hit(text, hit, following)
            if mention is not None:
                found.append(mention)
        found = self._renamed(text, found)
        self._seen.update(m.principal.id for m in found if m.principal is not None)
        found.extend(self._halves(text, start, end, found))
        return sorted(found, key=lambda mention: mention.start)

    def _renamed(self, text: str, found: Sequence[Mention]) -> list[Mention]:
        """ "the Canadian House of Commons": an institution of that name, but of another state."""
        result: list[Mention] = []
        for mention in found:
            before = result[-1] if result else None
            if (
                before is not None
                and mention.via is not None
                and mention.via.kind is ActorKind.INSTITUTION
                and before.kind is TermKind.ADJECTIVE
                and before.principal is not None
                and mention.principal is not None
                and before.principal.id != mention.principal.id
                and text[before.end : mention.start] == " "
            ):
                how = f"an institution of {before.principal.id}"
                mention = replace(mention, principal=before.principal, via=None, how=how)
            result.append(mention)
        return result

    def _halves(
        self, text: str, start: int, end: int, found: Sequence[Mention]
    ) -> Iterator[Mention]:
        """ "the North", "South and North Korea": half a name, where the article names the whole."""
        for match in _HALF.finditer(text, start, end):
            if any(m.start < match.end(1) and m.end > match.start(1) for m in found):
                continue
            north, south = ("PRK", "KOR") if self._seen & {"PRK", "KOR"} else ("SDN", "SSD")
            code = north if match.group(1) == "North" else south
            if not self._seen & {"PRK", "KOR"} and not {"SDN", "SSD"} <= self._seen:
                continue
            actor = self._reference.actor(code, self._day)
            yield Mention(
                match.start(1),
                match.end(1),
                match.group(1),
                TermKind.NAME,
                actor,
                None,
                f"half a name: {code}",
            )

    def holder(self, principal: str, title: str) -> Actor | None:
        """Who holds an office on the day of the article: ("TUR", "president"). None where the
        article has no date, nobody is known, or several hold offices of that title."""
        if not self._dated:
            return None
        people = {
            term.person
            for term in self._reference.terms_by_title(principal, title)
            if term.period.covers(self._day)
        }
        return self._reference.actor(people.pop(), self._day) if len(people) == 1 else None

    def _read_hit(self, text: str, hit: Hit, following: Hit | None) -> Mention | None:
        kinds = {candidate.kind for candidate in hit.candidates}
        if TermKind.IGNORED in kinds or _is_affixed(text, hit):
            return None
        kind = next(kind for kind in _ORDER if kind in kinds)
        if kind in _LOCAL and text[hit.start - 1 : hit.start] == "-":
            return None
        if kind is TermKind.ADJECTIVE and _UNKNOWN_BODY.match(text, hit.end):
            return None
        readings = [c for c in hit.candidates if c.kind is kind]
        if self._is_foreign_town(text, hit, following):
            return None
        if kind is TermKind.PERSON:
            return self._person(hit, kind, readings)
        if kind is TermKind.SURNAME:
            if _goes_on(text, hit, following) or _MODEL.match(text, hit.end):
                return None
            return self._surname(text, hit, readings)
        return self._body(hit, kind, readings)

    @staticmethod
    def _is_american_state(text: str, hit: Hit, before: Hit | None) -> bool:
        """ "Atlanta, Georgia", "the U.S. state of Georgia", "Georgia Governor Brian Kemp"."""
        if hit.surface not in load_traps().also_american_states:
            return False
        if text[max(0, hit.start - 9) : hit.start].lower().endswith("state of "):
            return True
        if text.startswith(_OF_AN_AMERICAN_STATE, hit.end):
            return True
        if before is None or text[before.end : hit.start] not in (", ", " "):
            return False
        return any(c.kind is TermKind.PLACE and c.actor == "USA" for c in before.candidates)

    def _is_foreign_town(self, text: str, hit: Hit, following: Hit | None) -> bool:
        """ "Lebanon, Pennsylvania", "Tripoli, Lebanon": a name, a comma and what it lies in."""
        if following is None or text[hit.end : following.start] != ", ":
            return False
        here = {c.actor for c in hit.candidates}
        there = {c.actor for c in following.candidates if c.kind is TermKind.PLACE}
        if there == {"USA"} and "USA" not in here:
            return True
        is_seat = all(c.kind is TermKind.SEAT for c in hit.candidates)
        countries = {c.actor for c in following.candidates if c.kind is TermKind.NAME}
        of_a_state = len(countries & self._reference.states.keys()) == 1
        return is_seat and of_a_state and not here & countries

    def _body(self, hit: Hit, kind: TermKind, readings: Sequence[Candidate]) -> Mention | None:
        ids = sorted({candidate.actor for candidate in readings})
        if hit.surface in ids:
            ids = [hit.surface]
        ruled = self._reference.ambiguous.get(fold(hit.surface), "")
        if len(ids) > 1 and ruled in ids:
            ids = [ruled]
        if len(ids) > 1:
            ids = [i for i in ids if i in self._seen] or ids
        if len(ids) > 1:
            bodies = [i for i in ids if i in self._reference.organizations]
            if kind is not TermKind.SEAT or len(bodies) != 1:
                return self._mention(hit, kind, None, None, f"ambiguous: {', '.join(ids)}")
            ids = bodies
        principal, via, how = self._acts_for(ids[0])
        return self._mention(hit, kind, principal, via, f"{kind}: {how}")

    def _acts_for(self, actor_id: str) -> tuple[Actor | None, Actor | None, str]:
        actor = self._reference.actor(actor_id, self._day)
        assert actor is not None
        owner = None
        if institution := self._reference.institutions.get(actor_id):
            owner = institution.acts_for
        elif organization := self._reference.organizations.get(actor_id):
            owner = organization.acts_for
        if owner is None:
            return actor, None, actor.id
        return self._reference.actor(owner), actor, f"{actor.id} acts for {owner}"

    def _person(self, hit: Hit, kind: TermKind, readings: Sequence[Candidate]) -> Mention:
        chosen = self._in_office([candidate.actor for candidate in readings])
        if chosen is None:
            person = readings[0].actor
            self._named[fold(hit.surface).split()[-1]] = person
            actor = self._reference.actor(person, self._day)
            return self._mention(hit, kind, None, actor, f"no office on {self._day}")
        person, term = chosen
        reference = self._reference.persons[person]
        for short in reference.known_as or (reference.name.split()[-1],):
            self._named[short] = person
        return self._office(hit, kind, person, term)

    def _surname(self, text: str, hit: Hit, readings: Sequence[Candidate]) -> Mention | None:
        remembered = self._named.get(fold(hit.surface))
        people = [candidate.actor for candidate in readings]
        if remembered in people and hit.surface not in calendar.day_name:
            people = [remembered]
        elif not self._may_stand_alone(text, hit):
            return None
        if _part_of_longer_name(text, hit, self._adjectives):
            return None
        chosen = self._in_office(self._with_title(text, hit, people))
        if chosen is None:
            return None
        return self._office(hit, TermKind.SURNAME, *chosen)

    def _with_title(self, text: str, hit: Hit, people: Sequence[str]) -> Sequence[str]:
        """After "King" only kings are meant."""
        title = _word_before(text, hit.start).lower()
        if title not in _ROYAL:
            return people
        return [
            person
            for person in people
            if any(title in (t.title, *t.titles) for t in self._reference.terms_of(person))
        ]

    def _may_stand_alone(self, text: str, hit: Hit) -> bool:
        traps = load_traps()
        word = fold(hit.surface)
        if word not in traps.weak_surnames or word in traps.strong_in_office:
            return True
        return _word_before(text, hit.start).rstrip(".") in traps.titles_before

    def _in_office(self, people: Sequence[str]) -> tuple[str, Term] | None:
        """The one of these persons with the weightiest office on the day."""
        held = [
            (person, term)
            for person in dict.fromkeys(people)
            if (term := self._reference.office_on(person, self._day))
        ]
        if not held:
            held = [
                (person, term)
                for person in dict.fromkeys(people)
                for term in self._reference.terms_of(person)
                if term.period.until and 0 <= (self._day - term.period.until).days <= GRACE_DAYS
            ]
        if not held and not self._dated:
            held = [
                (person, terms[-1])
                for person in dict.fromkeys(people)
                if (terms := self._reference.terms_of(person))
            ]
        return min(held, key=lambda pair: ROLE_WEIGHT[pair[1].role], default=None)

    def _office(self, hit: Hit, kind: TermKind, person: str, term: Term) -> Mention:
        principal, _, _ = self._acts_for(term.principal)
        via = self._reference.actor(person, self._day)
        since = f" since {term.period.since}" if term.period.since else ""
        return self._mention(hit, kind, principal, via, f"{term.title} of {term.principal}{since}")

    @staticmethod
    def _mention(
        hit: Hit, kind: TermKind, principal: Actor | None, via: Actor | None, how: str
    ) -> Mention:
        return Mention(hit.start, hit.end, hit.surface, kind, principal, via, how)


_UNKNOWN_BODY = re.compile(
    r" (?:[A-Z][a-z]+ ){0,2}(?:Coalition|Front|Movement|Brigades?|Brotherhood|Church|Airlines)\b"
)
"""What makes "Syrian Arab Coalition" a name of its own, and no body of the state."""
_LOCAL = frozenset([TermKind.PLACE, TermKind.SEAT, TermKind.SURNAME])
"""Kinds that are part of a longer name after a hyphen: "Ala-Buka" is not Buka."""
_HALF = re.compile(
    r"(?:(?<=[Tt]he )|(?= ?(?:North|South) and (?:North|South) Korea))(North|South)\b(?! [A-Z])"
)


def in_order(*lists: Iterable[Mention]) -> tuple[Mention, ...]:
    """All mentions of a sentence in the order of the text."""
    return tuple(sorted((m for items in lists for m in items), key=lambda m: m.start))


_BEFORE = ("pro-", "anti-", "non-", "ex-")
_AFTER = tuple(
    "$ -backed -born -funded -made -designed -sponsored -supported -trained -friendly -style "
    "-brokered -mediated".split()
)


def _is_affixed(text: str, hit: Hit) -> bool:
    """ "pro-Russian gunmen", "U.S.-backed rebels", "US$5": named, but not who acts."""
    before = text[max(0, hit.start - 5) : hit.start].lower().replace("–", "-")
    after = text[hit.end : hit.end + 12].lower().replace("–", "-")
    return before.endswith(_BEFORE) or after.startswith(_AFTER)


_ROYAL = frozenset("king queen emir sultan prince princess pope".split())


def _word_before(text: str, start: int) -> str:
    words = text[max(0, start - 40) : start].split()
    return words[-1].lstrip("(\"'“‘") if words else ""


FUNCTION_WORDS = frozenset(
    "a an the and but or nor so yet if when while as at by for from in into of off on onto out "
    "over to under up with after before since until than that this these those then there it he "
    "she "
    "they we you i his her its their our my not no both either neither which who whom whose what "
    "where why how also even still only just once now today yesterday later earlier meanwhile "
    "is was are were has have had will would can could may might should must did does do".split()
)


_AFTER_NAME = re.compile(r"[ ](?:(?:al|el|bin|ibn|ben|abu|de|von|van)[ -]|[A-Z][a-z]+)")
CALENDAR = frozenset((*calendar.day_name, *calendar.month_name))


def _goes_on(text: str, hit: Hit, following: Hit | None) -> bool:
    """ "Anwar al-Awlaki" is not Anwar: a name that goes on in an unknown word is another's."""
    if following is not None and following.start <= hit.end + 1:
        return False
    match = _AFTER_NAME.match(text, hit.end)
    if match is None or match.group().strip() in CALENDAR:
        return False
    around = text[max(0, hit.start - 60) : hit.end + 60].split()
    titled = sum(word[:1].isupper() for word in around) > 0.6 * len(around)
    return not titled


_ENDS_A_NAME = (*",:;!?)]'’\"”", "'s", "’s")
"""What a first name never ends in."""


def _part_of_longer_name(text: str, hit: Hit, adjectives: frozenset[str]) -> bool:
    """ "Laura Bush": a capitalised word before a surname is a first name, unless it is a title or
    a word that happens to open the sentence."""
    before = text[max(0, hit.start - 40) : hit.start]
    if not before or before[-1] not in " -":
        return False
    word = _word_before(text, hit.start)
    if word.endswith(".") and len(word) > 2 and word.rstrip(".") not in load_traps().titles_before:
        return False
    bare = word.rstrip(".'’s") if word.endswith(("'s", "’s")) else word.rstrip(".")
    if not bare[:1].isupper() or word.endswith(_ENDS_A_NAME):
        return False
    if bare.lower() in FUNCTION_WORDS or bare in load_traps().titles_before:
        return False
    return bare not in adjectives
