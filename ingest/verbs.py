"""Claims told by verbs: tries the frames of each verb, most specific first.

Imports `claims`, `clause`, `clauses`, `conditions`, `deeds`, `document`, `frames`, `owners`,
`parties`, `party`, `slots` and `subjects`.
"""

from graph.model import ActorKind, Status
from ingest.claims import Claim, ClaimMaker, NearMiss, join, pairs
from ingest.clause import Clause, is_verb
from ingest.clauses import ClauseReader
from ingest.conditions import FrameConditions
from ingest.deeds import ANSWERS
from ingest.document import Sentence, Token
from ingest.frames import Lexicon, VerbFrame
from ingest.owners import BORDERS
from ingest.parties import PartyReader
from ingest.party import Party
from ingest.slots import SlotReader
from ingest.subjects import may_act

_PLACES = frozenset("in inside into near outside at across".split())
_REPLYING = frozenset("respond reply answer retaliate react hit pay".split())
_PHONES = frozenset(["telephone", "phone", "video-link", "hotline"])
_ON_THINGS = frozenset(
    "seizure arrest release attack airstrike killing deportation abduction occupation expulsion "
    "sanctions_relief".split()
)
"""Relations to what a pronoun may stand for: "fired on the boats and seized them"."""
_GATHERINGS = frozenset(
    "talk meeting summit negotiation discussion conference session round dialogue lunch "
    "dinner".split()
)
_JOINT = frozenset(["military_cooperation", "alliance"])
"""What several do with several is done by all with all."""
_MEDIATING = frozenset(
    "mediator go-between intermediary broker mediate go between carry shuttle facilitator".split()
)
_HOSTING = frozenset("host convene chair hold".split())
_MULTILATERAL = frozenset(
    "three-way trilateral tripartite four-way five-way six-way six-party quadrilateral "
    "multilateral three-party four-party three four trio".split()
)


class VerbCoder:
    """Codes the verbs of one sentence. `used` holds the object nouns that a frame has taken."""

    def __init__(
        self, parties: PartyReader, clauses: ClauseReader, maker: ClaimMaker, lexicon: Lexicon
    ) -> None:
        self.sentence = parties.sentence
        self.used: set[int] = set()
        self.near_misses: list[NearMiss] = []
        self._read = parties
        self._clauses = clauses
        self._maker = maker
        self._lexicon = lexicon
        self._slots = SlotReader(parties, clauses)
        self.conditions = FrameConditions(parties, self._slots)

    def code(self, verb: Token) -> list[Claim]:
        frames = self._lexicon.verbs.get(verb.lemma, ())
        clause = self._clauses.clause(verb)
        if echo := self._echo(clause):
            return echo
        fitting = False
        for frame in frames:
            if not self.conditions.fits(frame, clause):
                continue
            fitting = True
            claims = self._fire(frame, clause)
            if claims:
                claims = claims + self._by_phone(clause, claims)
                self.used.update(token.index for token in clause.objects)
                return claims
        if fitting:
            self.near_misses.append(NearMiss(verb, "the frame fits, but an end is missing"))
        return []

    def _by_phone(self, clause: Clause, claims: list[Claim]) -> list[Claim]:
        """ "apologised to Erdogan by telephone": whatever was said, it was a call."""
        phoned = any(name in ("by", "over") and t.lemma in _PHONES for name, t in clause.preps)
        if not phoned or any(claim.relation == "call" for claim in claims):
            return []
        ends = [(c.source, c.target) for c in claims if c.source.via or c.target.via]
        return self._maker.make("call", ends[:1], clause.verb, "said by phone")

    def _echo(self, clause: Clause) -> list[Claim]:
        """ "Caracas did the same", "Ottawa replied in kind": an act told before, by another."""
        deeds = self._read.deeds
        sources = [p for t in clause.subject for p in self._read.actors(t) if may_act(p)]
        if not sources:
            return []
        heads = {t.lemma for t in [*clause.objects, *(t for _, t in clause.preps)]}
        verb = clause.verb.lemma
        if (verb, "same") in {("do", h) for h in heads} or (verb == "follow" and "suit" in heads):
            echoed, rule = deeds.same(), "did the same"
        elif (verb in _REPLYING and "kind" in heads) or verb == "reciprocate":
            echoed, rule = deeds.suffered(sources), "in kind"
        else:
            return []
        return [
            claim
            for relation, target in echoed
            for claim in self._maker.make(
                relation, pairs(sources, [target], False), clause.verb, rule
            )
        ]

    def _fire(self, frame: VerbFrame, clause: Clause) -> list[Claim]:
        sources = self._slots.sources(frame, clause)
        if not sources:
            return []
        if "single" in frame.flags and len(sources) > 1:
            return []
        if self._is_reciprocal(clause):
            return self._maker.make(
                frame.relation, pairs(sources, [], True), clause.verb, frame.name, frame.status
            )
        targets = self._targets(frame, clause, sources)
        if "member" in frame.flags:
            end = sources if "from_body" in frame.flags else targets
            if not all(p.principal.kind is ActorKind.ORGANIZATION for p in end):
                return []
        if not targets and clause.objects and not frame.objects:
            return []
        return self._claims(frame, clause, sources, targets)

    def _targets(self, frame: VerbFrame, clause: Clause, sources: list[Party]) -> list[Party]:
        """To whom it is done: whom the slots of the frame name, else what was told before."""
        targets = self._slots.targets(frame, clause, sources)
        if "force" in frame.flags:
            targets = self._struck(clause, sources, targets)
        if clause.verb.dep == "conj" and not clause.passive:
            # "says that Russia has massed troops and warns Americans": it is the speaker who warns.
            told = {p.principal.id for p in self._slots.reporter(clause)}
            targets = [t for t in targets if t.principal.id not in told]
        targets = [t for t in targets if self.conditions.allows_target(frame, t, clause)]
        if not targets and frame.relation in ANSWERS:
            own = {party.principal.id for party in sources}
            answered = self._charger(clause) or join(
                self._read.deeds.doers(self.sentence, token) for token in clause.objects
            )
            answered = answered or join(self._read.actor_before(token) for token in clause.objects)
            targets = [p for p in answered if p.principal.id not in own]
        if not targets and frame.relation in _ON_THINGS:
            targets = join(self._read.deeds.fallen_on(sources, t) for t in clause.objects)
        return targets

    def _claims(
        self, frame: VerbFrame, clause: Clause, sources: list[Party], targets: list[Party]
    ) -> list[Claim]:
        """The claims of both ends, with what a go-between or a host has done besides."""
        mutual = "mutual" in frame.flags
        if mutual and len(sources) > 1 and all(t.is_place for t in targets):
            targets = []
        between = self._go_between(clause) if mutual and len(sources) > 1 else []
        if between:
            targets = []
        if (mutual or "among" in frame.flags) and self._only_between(frame, clause, targets):
            sources, targets = targets, []
        ends = pairs(sources, targets, mutual or "among" in frame.flags)
        claims = self._maker.make(
            frame.relation, ends, clause.verb, frame.name, frame.status, mutual=mutual
        )
        if any(claim.status is not Status.ASSERTED for claim in claims):
            return claims
        if between:
            rule = f"{frame.name}, with a go-between"
            return claims + self._maker.make(
                "mediation", pairs(between, sources, False), clause.verb, rule
            )
        together = self._brought_together(frame, clause, sources, targets)
        rule = f"{frame.name}, brought together"
        relation = frame.relation if frame.relation in _JOINT else "meeting"
        return claims + self._maker.make(relation, together, clause.verb, rule, frame.status)

    def _go_between(self, clause: Clause) -> list[Party]:
        """ "held talks with Turkey as go-between": who is with them is no party to the talks."""
        return join(
            self._read.actors(token)
            for name, token in clause.preps
            if name == "with"
            and any(
                word.lemma in _MEDIATING
                for word in (
                    *self.sentence.tokens[token.index + 1 : token.index + 4],
                    *(
                        below
                        for child in self.sentence.children(token, "acl", "appos")
                        for below in self.sentence.subtree(child)
                    ),
                )
            )
        )

    def _brought_together(
        self, frame: VerbFrame, clause: Clause, sources: list[Party], targets: list[Party]
    ) -> list[tuple[Party, Party]]:
        """ "hosted talks between A and B", "three-way talks with A and B": all who sit there."""
        seated = any(t.lemma in _GATHERINGS for t in clause.objects)
        if len(targets) < 2 or not (seated or frame.relation in _JOINT):
            return []
        if frame.relation == "mediation":
            own = (
                [(t, s) for t in targets for s in sources] if clause.verb.lemma in _HOSTING else []
            )
            return [*pairs(targets, [], True), *own]
        if "mutual" in frame.flags and frame.relation in _JOINT:
            return pairs(targets, [], True)
        words = {c.text.lower() for t in clause.objects for c in self.sentence.subtree(t)}
        if "mutual" in frame.flags and words & _MULTILATERAL:
            return pairs(targets, [], True)
        return []

    def _struck(self, clause: Clause, sources: list[Party], targets: list[Party]) -> list[Party]:
        """A strike on a group, or on one's own people, falls on the country where it happens."""
        own = {party.principal.country for party in sources if party.principal.country}
        foreign = [t for t in targets if t.principal.kind is not ActorKind.ARMED_GROUP]
        if foreign and any(t.principal.country not in own for t in foreign):
            return foreign
        for name, token in clause.preps:
            if name not in _PLACES or token.lemma in BORDERS:
                continue
            where = [p for p in self._read.affected(token) if p.principal.kind is ActorKind.STATE]
            if where and where[0].principal.country not in own:
                return where
        return targets

    def _only_between(self, frame: VerbFrame, clause: Clause, targets: list[Party]) -> bool:
        """ "announced a deal between Israel and Bahrain": who announces it is no party to it."""
        between = {p.principal.id for p in self._slots.slot("between", frame, clause)}
        return len(between) > 1 and between == {p.principal.id for p in targets}

    def _charger(self, clause: Clause) -> list[Party]:
        """ "accused Sudan ..., a charge that Khartoum rejected": who made the charge."""
        if clause.verb.dep != "relcl":
            return []
        for ancestor in self.sentence.ancestors(clause.verb):
            if is_verb(ancestor):
                above = self._clauses.clause(ancestor)
                return join(self._read.actors(token) for token in above.subject)
        return []

    def _is_reciprocal(self, clause: Clause) -> bool:
        """ "shelled each other", "bombed each other's airfields"."""
        heads = [*clause.objects, *(token for _, token in clause.preps)]
        return any(
            token.text.lower() == "other" and "each" in _words_before(self.sentence, token)
            for head in heads
            for token in self.sentence.subtree(head)
        )


def _words_before(sentence: Sentence, token: Token) -> set[str]:
    """The three words before a token, in lower case."""
    first = max(0, token.index - 3)
    return {t.text.lower() for t in sentence.tokens[first : token.index]}
