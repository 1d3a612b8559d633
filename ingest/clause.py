"""Clause: a verb, who does it, to what, and with which prepositions. Imports only `document`."""

from dataclasses import dataclass, field

from ingest.document import Token


@dataclass
class Clause:
    """`subject`, `objects` and `datives` are heads of noun phrases; `subject` is who acts, also in
    a passive. `preps` are (preposition, its object), in the order of the text;
    `direct` are those that hang on the verb itself; `adjacent` is the word right after the verb."""

    verb: Token
    passive: bool = False
    subject: list[Token] = field(default_factory=list)
    objects: list[Token] = field(default_factory=list)
    datives: list[Token] = field(default_factory=list)
    preps: list[tuple[str, Token]] = field(default_factory=list)
    direct: set[str] = field(default_factory=set)
    particles: set[str] = field(default_factory=set)
    complements: list[Token] = field(default_factory=list)
    predicates: list[Token] = field(default_factory=list)
    adjacent: str = ""


def is_verb(token: Token) -> bool:
    return token.pos == "VERB" or (token.pos == "AUX" and token.dep not in ("aux", "auxpass"))
