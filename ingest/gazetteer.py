"""Every name by which a curated actor may appear in a text, and a linear scan that finds them.

A name is matched piece by piece (runs of letters and digits), case kept, accents folded, the
longest name first; nothing is ever matched by similarity. Imports only `graph`.
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from graph.reference import Reference
from graph.reference.names import PIECE, fold, term_key

_GLUE = re.compile(r"[ \u00a0\t]*[-‐‑–.'’/&]?[ \u00a0\t]?$")
"""What may stand between two pieces of one name."""
_LONG_GLUE = re.compile(r",? $")
"""The same in names of four and more words: "Foreign, Commonwealth and Development Office"."""


class TermKind(StrEnum):
    """What sort of name a term is; it decides what the term may stand for."""

    NAME = "name"
    ADJECTIVE = "adjective"
    PEOPLE = "people"
    SEAT = "seat"
    PLACE = "place"
    PERSON = "person"
    SURNAME = "surname"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class Candidate:
    """One reading of a term."""

    kind: TermKind
    actor: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A term found in a text."""

    start: int
    end: int
    surface: str
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Traps:
    """The word lists of `lexicon/traps.toml`."""

    ignore: tuple[str, ...]
    weak_surnames: frozenset[str]
    strong_in_office: frozenset[str]
    titles_before: frozenset[str]
    also_american_states: frozenset[str]


@cache
def load_traps() -> Traps:
    raw = tomllib.loads((files("ingest.lexicon") / "traps.toml").read_text("utf-8"))
    return Traps(
        ignore=tuple(raw["ignore"]),
        weak_surnames=frozenset(raw["weak_surnames"]),
        strong_in_office=frozenset(raw["strong_in_office"]),
        titles_before=frozenset(raw["titles_before"]),
        also_american_states=frozenset(raw["also_american_states"]),
    )


class Gazetteer:
    """All terms, by their first piece; for each first piece the longest come first."""

    def __init__(self, reference: Reference) -> None:
        terms: dict[tuple[str, ...], dict[Candidate, None]] = {}

        def add(names: Iterable[str], kind: TermKind, actor: str) -> None:
            for name in names:
                key = term_key(name)
                if key:
                    terms.setdefault(key, {})[Candidate(kind, actor)] = None

        for phrase in load_traps().ignore:
            add([phrase], TermKind.IGNORED, "")
        _add_states(reference, add)
        _add_bodies(reference, add)
        _add_persons(reference, add)
        self.adjectives = frozenset(
            adjective.split()[-1]
            for state in reference.states.values()
            for adjective in state.adjectives
        )
        self._by_first: dict[str, list[tuple[tuple[str, ...], tuple[Candidate, ...]]]] = {}
        for key, candidates in terms.items():
            self._by_first.setdefault(key[0], []).append((key, tuple(candidates)))
        for entries in self._by_first.values():
            entries.sort(key=lambda entry: -len(entry[0]))

    def scan(self, text: str, offset: int = 0) -> Iterator[Hit]:
        """Yield the names in `text`, left to right, never overlapping; ignored ones too.

        Offsets are characters in `text` plus `offset`.
        """
        found = list(PIECE.finditer(text))
        folded = [fold(match.group()) for match in found]
        upper = text.isupper()
        at = 0
        while at < len(found):
            size, candidates = self._longest(text, found, folded, at, upper)
            if not candidates:
                at += 1
                continue
            start, end = found[at].start(), found[at + size - 1].end()
            if text[end : end + 1] == "." and "." in text[start:end]:
                end += 1
            yield Hit(start + offset, end + offset, text[start:end], candidates)
            at += size

    def _longest(
        self,
        text: str,
        found: list[re.Match[str]],
        folded: list[str],
        at: int,
        upper: bool,
    ) -> tuple[int, tuple[Candidate, ...]]:
        for key, candidates in self._entries(folded[at], upper):
            size = len(key)
            if at + size > len(found):
                continue
            if not _same(key, folded[at : at + size], upper):
                continue
            gaps = [text[found[at + i].end() : found[at + i + 1].start()] for i in range(size - 1)]
            glued = all(map(_GLUE.match, gaps)) or (size > 3 and all(map(_LONG_GLUE.match, gaps)))
            if glued and not _is_loose_initials(key, gaps):
                return size, candidates
        return 0, ()

    def _entries(
        self, first: str, upper: bool
    ) -> list[tuple[tuple[str, ...], tuple[Candidate, ...]]]:
        entries = self._by_first.get(first, [])
        if upper and not entries:
            return self._by_first.get(first.capitalize(), [])
        return entries


def _is_loose_initials(key: tuple[str, ...], gaps: list[str]) -> bool:
    """ "A U.S. jet" does not hold "A.U.": initials are joined by full stops."""
    return (
        len(key) > 1
        and all(len(piece) == 1 for piece in key)
        and any(g not in (".", "&") for g in gaps)
    )


def _same(key: tuple[str, ...], words: list[str], upper: bool) -> bool:
    if upper:
        return all(a.upper() == b for a, b in zip(key, words, strict=True))
    return list(key) == words


_Adder = Callable[[Iterable[str], TermKind, str], None]


def _add_states(reference: Reference, add: _Adder) -> None:
    for state in reference.states.values():
        add([state.name, state.official, *state.aliases], TermKind.NAME, state.id)
        add([former.name for former in state.former], TermKind.NAME, state.id)
        add(state.adjectives, TermKind.ADJECTIVE, state.id)
        add(state.people, TermKind.PEOPLE, state.id)
        add([state.capital, *state.seats], TermKind.SEAT, state.id)
        add(state.places, TermKind.PLACE, state.id)


def _add_bodies(reference: Reference, add: _Adder) -> None:
    for body in reference.organizations.values():
        add([body.name, body.official, *body.aliases], TermKind.NAME, body.id)
        add(body.seats, TermKind.SEAT, body.id)
    for group in reference.groups.values():
        add([group.name, *group.aliases], TermKind.NAME, group.id)
        add(group.people, TermKind.PEOPLE, group.id)
    for institution in reference.institutions.values():
        add([institution.name, *institution.aliases], TermKind.NAME, institution.id)


def _add_persons(reference: Reference, add: _Adder) -> None:
    for person in reference.persons.values():
        full = [name for name in (person.name, *person.aliases) if " " in name or "-" in name]
        add(full, TermKind.PERSON, person.id)
        single = [name for name in (person.name, *person.aliases) if name not in full]
        last = person.known_as or (person.name.split()[-1],)
        add([*single, *last], TermKind.SURNAME, person.id)
