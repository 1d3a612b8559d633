"""Who did what to whom in the clauses just coded, for words that point back at an act.

"Beijing handed it back", "condemned the raid", "Caracas did the same", "Ottawa replied in kind".
Imports `graph.ontology`, `document` and `party`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from graph.ontology import load_ontology
from ingest.document import Sentence, Token
from ingest.party import Party, weaken

REACH = 2
"""How many sentences back an act, an actor or a pair may be meant."""
ANSWERS = frozenset(["criticism", "denial", "refusal", "praise", "protest_note"])
"""Relations that answer to an act: "condemned the raid" finds whose raid it was."""
_WEIGHT = 0.8
_POINTING = frozenset("the this that these those its their his her such".split())
_SAYING = frozenset("criticism accusation praise denial protest_note endorsement apology".split())
_SAID = frozenset("accusation charge claim criticism remark statement comment it this that".split())
"""What was said is no "raid" and no "decision"."""
_HOLDING = frozenset(["arrest", "seizure", "abduction"])
_PRONOUNS = frozenset("it this that them these those both him her".split())


@dataclass(frozen=True, slots=True)
class Deed:
    number: int
    paragraph: int
    relation: str
    source: Party
    target: Party


class Deeds:
    """The acts of an article in the order in which they were coded."""

    def __init__(self) -> None:
        self._known: list[Deed] = []
        self._number = 0
        self._paragraph = 0

    def open(self, number: int, paragraph: int) -> None:
        """Begin a sentence."""
        self._number, self._paragraph = number, paragraph

    def note(self, claims: Sequence[tuple[str, Party, Party]]) -> None:
        """Remember what one trigger told."""
        self._known.extend(Deed(self._number, self._paragraph, *claim) for claim in claims)

    def _recent(self) -> list[Deed]:
        return [
            deed
            for deed in self._known
            if self._number - deed.number <= REACH
            and (deed.paragraph == self._paragraph or self._number <= 3)
        ]

    def doers(self, sentence: Sentence, token: Token) -> list[Party]:
        """ "condemned the raid", "denied it": those whose act the clauses before have told."""
        determiners = {c.text.lower() for c in sentence.children(token, "det")}
        if not determiners & _POINTING and token.text.lower() not in _PRONOUNS:
            return []
        recent = self._recent()
        if token.lemma not in _SAID:
            recent = [deed for deed in recent if deed.relation not in _SAYING]
        before = [deed for deed in recent if deed.number < self._number] or recent
        last = [deed for deed in before if deed.number == before[-1].number] if before else []
        doers = [d.source for d in last if d.relation == last[0].relation]
        return weaken(doers, _WEIGHT, f"phrase {token.text!r}")

    def same(self) -> list[tuple[str, Party]]:
        """ "did the same": what the sentence before told, and to whom."""
        return [
            (deed.relation, deed.target) for deed in self._known if self._number - deed.number == 1
        ]

    def suffered(self, own: Sequence[Party], hostile: bool = False) -> list[tuple[str, Party]]:
        """ "replied in kind": what was done to these last, and by whom."""
        codes = {party.principal.id for party in own}
        found = [d for d in self._recent() if d.target.principal.id in codes]
        if hostile:
            found = [d for d in found if load_ontology().relation(d.relation).score < 0]
        return [(d.relation, d.source) for d in found if d.number == found[-1].number]

    def company(self, before: int) -> list[Party]:
        """ "received Maduro and defended his guest": the other end of the first meeting in
        reach."""
        met = [deed for deed in self._recent() if deed.relation in ("meeting", "visit")]
        return [deed.target for deed in met[:1] if deed.target.end <= before]

    def held(self) -> Deed | None:
        """ "they were let go": who held whom last."""
        held = [deed for deed in self._recent() if deed.relation in _HOLDING]
        return held[-1] if held else None

    def fallen_on(self, own: Sequence[Party], token: Token) -> list[Party]:
        """ "seized them", "freed both": on whom the last act of these fell."""
        if token.text.lower() not in _PRONOUNS and token.pos != "NUM":
            return []
        codes = {party.principal.id for party in own}
        found = [d for d in self._recent() if d.source.principal.id in codes]
        last = [d.target for d in found if d.number == found[-1].number]
        last = [d.target for d in found if d.relation == found[-1].relation and d.target in last]
        return weaken(last, _WEIGHT, f"pronoun {token.text!r}")
