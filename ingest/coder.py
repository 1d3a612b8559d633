"""From a parsed sentence to claims: which frame of the lexicon fires, and who stands at its ends.

A claim is an Event without its article. Every verb and every event noun is tried; what comes
close and does not fire leaves a reason behind. Imports `clauses`, `frames`, `parties`, `status`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from graph.model import ActorKind, Status
from graph.ontology import Ontology
from ingest.clauses import Clause, ClauseReader, is_verb
from ingest.document import Sentence, Token
from ingest.frames import Lexicon, NounFrame, VerbFrame
from ingest.gazetteer import TermKind
from ingest.parties import Party, PartyReader, weaken
from ingest.status import Outcome, StatusReader, Telling
from ingest.words import load_words


@dataclass(frozen=True, slots=True)
class Claim:
    """Source did relation to target, as one clause tells it."""

    relation: str
    source: Party
    target: Party
    status: Status
    trigger: Token
    rule: str
    weight: float
    speaker: Party | None


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A trigger that did not become a claim, and why."""

    trigger: Token
    reason: str


class SentenceCoder:
    """Codes one sentence."""

    def __init__(
        self,
        parties: PartyReader,
        statuses: StatusReader,
        lexicon: Lexicon,
        ontology: Ontology,
    ) -> None:
        self.sentence: Sentence = parties.sentence
        self._parties = parties
        self._statuses = statuses
        self._lexicon = lexicon
        self._ontology = ontology
        self._clauses = ClauseReader(self.sentence)
        self._words = load_words()
        self._used: set[int] = set()
        self.near_misses: list[NearMiss] = []

    def code(self) -> list[Claim]:
        claims: list[Claim] = []
        for token in self.sentence.tokens:
            if is_verb(token):
                claims.extend(self._by_verb(token))
        for token in self.sentence.tokens:
            if token.pos in ("NOUN", "PROPN") and token.index not in self._used:
                claims.extend(self._by_noun(token))
        return _distinct(claims)

    # --- verbs ---------------------------------------------------------------------------------

    def _by_verb(self, verb: Token) -> list[Claim]:
        frames = self._lexicon.verbs.get(verb.lemma, ())
        if not frames:
            return []
        clause = self._clauses.clause(verb)
        fitting = False
        if verb.lemma == "do" and any(t.lemma == "same" for t in clause.objects):
            return self._repeated(clause)
        for frame in frames:
            if not self._fits(frame, clause):
                continue
            fitting = True
            claims = self._fire(frame, clause)
            if claims:
                self._used.update(token.index for token in clause.objects)
                return claims
        if fitting:
            self.near_misses.append(NearMiss(verb, "the frame fits, but an end is missing"))
        return []

    def _repeated(self, clause: Clause) -> list[Claim]:
        """ "Caracas did the same": the act of the sentence before, by another."""
        sources = _join(self._parties.actors(token) for token in clause.subject)
        return [
            claim
            for relation, target in self._parties.same()
            for claim in self._claims(
                relation, _pairs(sources, [target], False), clause.verb, "did the same", None
            )
        ]

    def _fits(self, frame: VerbFrame, clause: Clause) -> bool:
        if frame.particle and not _has_particle(clause, frame.particle):
            return False
        if frame.objects and self._object(frame, clause) is None:
            return False
        if frame.subjects and not any(t.lemma in frame.subjects for t in clause.subject):
            return False
        if frame.oprd and not self._has_oprd(frame, clause):
            return False
        if frame.preposition and not any(
            name == frame.preposition
            and (not frame.preposition_objects or token.lemma in frame.preposition_objects)
            for name, token in clause.preps
        ):
            return False
        return self._flags_allow(frame, clause)

    def _flags_allow(self, frame: VerbFrame, clause: Clause) -> bool:
        flags = frame.flags
        if "plain" in flags and (clause.complements or clause.predicates or clause.particles):
            return False
        if "plain" in flags and self._has_infinitive(clause):
            return False
        if "plain" in flags and any(name in ("for", "on", "off") for name, _ in clause.preps):
            return False
        if "force" in flags and not frame.particle and clause.particles & _TURNING:
            return False
        if "infinitive" in flags and not self._has_infinitive(clause):
            return False
        if "deed" in flags and any(t.lemma in _MISFORTUNES for _, t in clause.preps):
            return False
        if "must" in flags and not self._must(clause):
            return False
        if "crowd" in flags and not any(map(self._is_crowd, clause.subject)):
            return False
        if "person_object" in flags and not any(t.pos == "PROPN" for t in clause.objects):
            return False
        if "people_object" in flags and not any(map(self._is_people, clause.objects)):
            return False
        if "with_back" in flags and "back" not in clause.particles:
            return False
        if "person_source" in flags and not any(map(self._is_personal, clause.subject)):
            return False
        return not (
            "home" in flags and "home" not in clause.particles and clause.verb.lemma == "bring"
        )

    def _has_infinitive(self, clause: Clause) -> bool:
        below = [*clause.complements, *self.sentence.children(clause.verb, "advcl")]
        return any(
            verb.tag == "VB" and any(t.lemma == "to" for t in self.sentence.children(verb, "aux"))
            for verb in below
        )

    def _must(self, clause: Clause) -> bool:
        """ "said that Libya must hand over": an obligation laid on another is a demand."""
        return any(
            aux.lemma in ("must", "should")
            for verb in clause.complements
            for aux in self.sentence.children(verb, "aux")
        )

    def _is_crowd(self, token: Token) -> bool:
        mention = self._parties.mention(token)
        if token.tag in ("NN", "NNP") and token.lemma not in ("crowd", "people"):
            return False
        if mention is not None:
            return mention.kind is TermKind.PEOPLE
        return token.lemma in self._words.citizens or (
            token.lemma in ("thousand", "hundred", "dozen", "ten", "score") or token.pos == "NUM"
        )

    def _is_people(self, token: Token) -> bool:
        """Somebody who can be held or freed; never a state by its bare name."""
        mention = self._parties.mention(token)
        if mention is None:
            words = self._words
            known = words.citizens | words.agents | words.fighters | words.partitives
            return token.lemma in known or token.pos in ("PROPN", "PRON", "NUM")
        if mention.is_person:
            return True
        return mention.kind in (TermKind.PEOPLE, TermKind.ADJECTIVE)

    def _is_personal(self, token: Token) -> bool:
        """A person, or a body small enough to travel; never a state by its bare name."""
        if token.tag in ("PRP", "WP"):
            return True
        if token.lemma in self._words.materiel or token.lemma in self._words.fighters:
            return False
        if token.lemma in self._words.agents or token.lemma in self._words.partitives:
            return True
        mention = self._parties.mention(token)
        if mention is not None:
            return mention.is_person
        return token.pos == "PROPN"

    def _has_oprd(self, frame: VerbFrame, clause: Clause) -> bool:
        heads = [*clause.predicates, *clause.complements]
        return any(t.lemma in frame.oprd for head in heads for t in self.sentence.subtree(head))

    def _object(self, frame: VerbFrame, clause: Clause) -> Token | None:
        """The object that the frame asks for, also inside "a package of sanctions"."""
        heads = clause.objects
        if frame.particle:
            last = frame.particle.rpartition("_")[2]
            heads = [*heads, *(token for name, token in clause.preps if name == last)]
        for token in heads:
            for item in [token, *self.sentence.conjuncts(token)]:
                if self._is_object(item, frame.objects):
                    return item
                for prep in self.sentence.children(item, "prep"):
                    if prep.lemma == "of":
                        for below in self.sentence.children(prep, "pobj"):
                            if self._is_object(below, frame.objects):
                                return below
        return None

    def _is_object(self, token: Token, wanted: frozenset[str]) -> bool:
        if token.lemma in wanted:
            return True
        compounds = self.sentence.children(token, "compound", "nummod", "quantmod", "amod")
        joined = {f"{c.lemma}-{token.lemma}" for c in compounds}
        return bool(joined & wanted)

    def _fire(self, frame: VerbFrame, clause: Clause) -> list[Claim]:
        sources = self._sources(frame, clause)
        if not sources:
            return []
        if self._is_reciprocal(clause):
            return self._claims(
                frame.relation, _pairs(sources, [], True), clause.verb, frame.name, frame.status
            )
        targets = self._targets(frame, clause, sources)
        if "force" in frame.flags:
            targets = self._struck(clause, sources, targets)
        targets = [t for t in targets if self._target_allowed(frame, t, clause)]
        if not targets and frame.relation in _ANSWERS:
            own = {party.principal.id for party in sources}
            answered = self._charger(clause) or _join(
                self._parties.doers(token) for token in clause.objects
            )
            targets = [p for p in answered if p.principal.id not in own]
        if "member" in frame.flags:
            end = sources if "from_body" in frame.flags else targets
            if not all(p.principal.kind is ActorKind.ORGANIZATION for p in end):
                return []
        pairs = _pairs(sources, targets, "mutual" in frame.flags)
        return self._claims(frame.relation, pairs, clause.verb, frame.name, frame.status)

    def _charger(self, clause: Clause) -> list[Party]:
        """ "accused Sudan ..., a charge that Khartoum rejected": who made the charge."""
        if clause.verb.dep != "relcl":
            return []
        for ancestor in self.sentence.ancestors(clause.verb):
            if is_verb(ancestor):
                above = self._clauses.clause(ancestor)
                return _join(self._parties.actors(token) for token in above.subject)
        return []

    def _is_reciprocal(self, clause: Clause) -> bool:
        """ "shelled each other", "bombed each other's airfields"."""
        heads = [*clause.objects, *(token for _, token in clause.preps)]
        return any(
            token.text.lower() == "other" and "each" in clause_text(self.sentence, token)
            for head in heads
            for token in self.sentence.subtree(head)
        )

    def _target_allowed(self, frame: VerbFrame, target: Party, clause: Clause) -> bool:
        if "with_person" not in frame.flags and "person_target" not in frame.flags:
            return True
        if target.via is not None:
            return True
        heads = [*clause.objects, *(token for _, token in clause.preps)]
        return any(
            token.lemma in self._words.agents or token.tag == "PRP"
            for token in heads
            if self._parties.mention(token) is None
        )

    def _sources(self, frame: VerbFrame, clause: Clause) -> list[Party]:
        for slot in frame.sources:
            found = (
                self._subject(frame, clause) if slot == "subj" else self._slot(slot, frame, clause)
            )
            if found:
                return found
        return []

    def _subject(self, frame: VerbFrame, clause: Clause) -> list[Party]:
        found: list[Party] = []
        for token in clause.subject:
            parties = self._parties.actors(token)
            if not parties and "crowd" in frame.flags:
                parties = self._crowd(token)
            if "crowd" not in frame.flags and self._is_private(token):
                parties = []
            if not parties and frame.subjects:
                parties = self._parties.owners(token)
            found.extend(parties)
        if not found and clause.passive and not clause.subject:
            found = self._giver(clause)
        return [p for p in found if self._may_act(p)]

    def _is_private(self, token: Token) -> bool:
        """ "a Dutch student", "a Dutchman": private people do not act for a state."""
        mention = self._parties.mention(token)
        if mention is None:
            return token.lemma in self._words.citizens and token.lemma not in self._words.agents
        return mention.kind is TermKind.PEOPLE and any(
            t.text.lower() in ("a", "an", "one", "young")
            for t in self.sentence.children(token, "det", "nummod", "amod")
        )

    def _giver(self, clause: Clause) -> list[Party]:
        """ "jets promised by Slovakia were handed over": who promised them hands them over."""
        for thing in clause.objects:
            for participle in self.sentence.children(thing, "acl"):
                below = self._clauses.clause(participle)
                if below.passive and participle.index != clause.verb.index:
                    found = _join(self._parties.actors(token) for token in below.subject)
                    if found:
                        return found
        return []

    def _may_act(self, party: Party) -> bool:
        return party.principal.kind is not ActorKind.PERSON and not party.how.startswith("place")

    def _crowd(self, token: Token) -> list[Party]:
        """ "In Damascus, crowds ...": people without a name belong to where they are."""
        heads = {token.lemma} | {t.lemma for t in self.sentence.subtree(token)}
        if not heads & (self._words.citizens | {"thousand", "hundred", "dozen"}):
            return []
        for mention in self._parties.mentions:
            for spot in self.sentence.at(mention.start, mention.end):
                head = self.sentence.head(spot)
                if spot.dep == "pobj" and head.lemma == "in" and mention.principal:
                    return self._parties.affected(spot)
        return []

    # --- targets -------------------------------------------------------------------------------

    def _targets(self, frame: VerbFrame, clause: Clause, sources: list[Party]) -> list[Party]:
        own = {party.principal.id for party in sources}
        for slot in frame.targets:
            if slot == "other":
                return self._parties.other(sources)
            if slot == "shared":
                return self._shared_target(frame, clause, own)
            found = [p for p in self._slot(slot, frame, clause) if p.principal.id not in own]
            if found:
                return found
        return []

    def _shared_target(self, frame: VerbFrame, clause: Clause, own: set[str]) -> list[Party]:
        """ "boarded a Turkish ferry and killed nine people": the second verb falls on the same."""
        verb = clause.verb
        if verb.dep != "conj" or not is_verb(self.sentence.head(verb)):
            return []
        before = self._clauses.clause(self.sentence.head(verb))
        found = _join(self._parties.affected(token) for token in before.objects)
        return [party for party in found if party.principal.id not in own]

    def _slot(self, slot: str, frame: VerbFrame, clause: Clause) -> list[Party]:
        read = self._parties
        if slot == "obj":
            return _join(read.affected(token) for token in clause.objects)
        if slot == "actor":
            return _join(read.actors(token) for token in clause.objects)
        if slot == "owner":
            thing = self._object(frame, clause) if frame.objects else None
            things = [thing] if thing is not None else clause.objects
            return _join(read.owners(token) for token in things)
        if slot == "mod":
            return _join(self._modifier_parties(token) for token in clause.objects)
        if slot == "iobj":
            return _join(read.actors(token) for token in clause.datives)
        if slot == "subj":
            return _join(read.actors(token) for token in clause.objects if clause.passive) or _join(
                read.actors(token) for token in clause.subject
            )
        if slot == "comp":
            return self._inside_complement(clause)
        if slot == "clause":
            return self._governing_clause(clause)
        if slot == "border":
            return _join(
                self._parties.located(token) or self._parties.owners(token)
                for _, token in clause.preps
                if token.lemma in ("border", "frontier")
            )
        if slot == "inside":
            return _join(self._inside(token) for token in clause.objects)
        if slot == "condition":
            return self._condition(clause)
        if slot == "any":
            return self._anyone(clause)
        if slot == "place":
            return self._anywhere(clause)
        return _join(
            read.affected(token) if not is_verb(token) else self._doers_of(token)
            for name, token in clause.preps
            if name == slot
        )

    def _doers_of(self, gerund: Token) -> list[Party]:
        """ "objections to Sweden joining": the subject of a gerund."""
        return _join(self._parties.actors(t) for t in self.sentence.children(gerund, "nsubj"))

    def _governing_clause(self, clause: Clause) -> list[Party]:
        """ "A and B agreed ... under a deal brokered by C": the parties of the clause above."""
        for ancestor in self.sentence.ancestors(clause.verb):
            if is_verb(ancestor):
                above = self._clauses.clause(ancestor)
                found = _join(self._parties.actors(t) for t in [*above.subject, *above.objects])
                if len(found) > 1:
                    return found
        return []

    def _inside(self, thing: Token) -> list[Party]:
        """ "a plan to let U.S. troops ...": the first actor that the object speaks of."""
        below = {t.index for t in self.sentence.subtree(thing) if t.index > thing.index}
        for mention in self._parties.mentions:
            if mention.principal is not None and mention.kind is not TermKind.PLACE:
                if any(t.index in below for t in self.sentence.at(mention.start, mention.end)):
                    return [
                        Party(
                            mention.principal, mention.via, mention.start, mention.end, mention.how
                        )
                    ]
        return []

    def _condition(self, clause: Clause) -> list[Party]:
        """ "vowed to open the gates if the EU ...": who is told not to."""
        for verb in [clause.verb, *clause.complements]:
            for condition in self.sentence.children(verb, "advcl"):
                marks = {m.lemma for m in self.sentence.children(condition, "mark")}
                if marks & {"if", "unless"}:
                    return _join(
                        self._parties.actors(t) for t in self.sentence.children(condition, "nsubj")
                    )
        return []

    def _anyone(self, clause: Clause) -> list[Party]:
        """Whoever else is named below the verb."""
        below = {token.index for token in self.sentence.subtree(clause.verb)}
        return _join(
            [Party(m.principal, m.via, m.start, m.end, m.how)]
            for m in self._parties.mentions
            if m.principal is not None
            and m.start > clause.verb.start
            and any(
                t.index in below and not self._is_beside(t)
                for t in self.sentence.at(m.start, m.end)
            )
        )

    def _is_beside(self, token: Token) -> bool:
        """ "in solidarity with Spain", "near Paris": named, but not what it is about."""
        above = [token, *self.sentence.ancestors(token)][:4]
        return any(t.lemma in ("with", "in", "near", "alongside", "from") for t in above)

    def _anywhere(self, clause: Clause) -> list[Party]:
        """The first place named below the verb."""
        for token in self.sentence.subtree(clause.verb):
            mention = self._parties.mention(token)
            if token.dep == "pobj" and mention is not None and mention.principal is not None:
                if self.sentence.head(token).lemma in ("in", "at", "near", "outside", "inside"):
                    return self._parties.affected(token)
        return []

    def _modifier_parties(self, token: Token) -> list[Party]:
        found = []
        for child, is_owner in self._parties.modifiers(token):
            mention = self._parties.mention(child)
            if mention is not None and mention.principal is not None and not is_owner:
                found.append(
                    Party(mention.principal, mention.via, mention.start, mention.end, mention.how)
                )
        return found

    def _inside_complement(self, clause: Clause) -> list[Party]:
        """The first end found in the infinitive or clause that the verb governs."""
        for complement in clause.complements:
            if not is_verb(complement):
                continue
            below = self._clauses.clause(complement)
            subjects = _join(
                self._parties.actors(t)
                for t in self.sentence.children(complement, "nsubj", "nsubjpass")
            )
            if subjects:
                return subjects
            objects = _join(self._parties.affected(t) for t in [*below.objects, *below.datives])
            if objects:
                return objects
            for name, token in below.preps:
                if name in _COMPLEMENT_PREPS and not is_verb(token):
                    found = self._parties.affected(token)
                    if found:
                        return found
            for condition in self.sentence.children(complement, "advcl"):
                found = _join(
                    self._parties.actors(t) for t in self.sentence.children(condition, "nsubj")
                )
                if found:
                    return found
        return []

    def _struck(self, clause: Clause, sources: list[Party], targets: list[Party]) -> list[Party]:
        """A strike on a group, or on one's own people, falls on the country where it happens."""
        own = {party.principal.country for party in sources if party.principal.country}
        foreign = [t for t in targets if t.principal.kind is not ActorKind.ARMED_GROUP]
        if foreign and any(t.principal.country not in own for t in foreign):
            return foreign
        for name, token in clause.preps:
            if name not in ("in", "inside", "into", "near", "outside", "at", "across"):
                continue
            where = [
                p for p in self._parties.affected(token) if p.principal.kind is ActorKind.STATE
            ]
            if where and where[0].principal.country not in own:
                return where
        return targets

    # --- nouns ---------------------------------------------------------------------------------

    def _by_noun(self, noun: Token) -> list[Claim]:
        for frame in self._noun_frames(noun):
            claims = self._fire_noun(frame, noun)
            if claims:
                return claims
        return []

    def _noun_frames(self, noun: Token) -> Iterable[NounFrame]:
        compounds = self.sentence.children(noun, "compound", "amod")
        for compound in compounds:
            yield from self._lexicon.nouns.get(f"{compound.lemma}-{noun.lemma}", ())
            if noun.lemma in ("effort", "mission", "drive", "operation", "process"):
                yield from self._lexicon.nouns.get(compound.lemma, ())
        yield from self._lexicon.nouns.get(noun.lemma, ())

    def _fire_noun(self, frame: NounFrame, noun: Token) -> list[Claim]:
        verb = self._light_verb(noun)
        happens = self._happens(noun)
        if verb is None and (standing := self._standing(frame, noun)):
            return standing
        if verb is None and (frame.light_only or not happens):
            self.near_misses.append(
                NearMiss(noun, "only background: nothing says that it happened")
            )
            return []
        sources = _join(self._noun_slot(slot, noun) for slot in frame.sources[:1])
        if not sources and verb is not None:
            clause = self._clauses.clause(verb)
            sources = _join(self._parties.actors(token) for token in clause.subject)
        for slot in frame.sources[1:]:
            sources = sources or self._noun_slot(slot, noun)
        sources = [p for p in sources if self._may_act(p)]
        if frame.relation == "visit":
            sources = [p for p in sources if p.via is not None or self._visitor(noun, verb)]
        own = {party.principal.id for party in sources}
        targets: list[Party] = []
        for slot in frame.targets:
            found = self._noun_slot(slot, noun)
            if not found and verb is not None and slot != "mod":
                clause = self._clauses.clause(verb)
                found = _join(
                    self._parties.affected(t)
                    for n, t in clause.preps
                    if n == slot and not is_verb(t)
                )
            targets = [p for p in found if p.principal.id not in own]
            if targets:
                break
        return self._claims(
            frame.relation,
            _pairs(sources, targets, frame.mutual),
            verb or noun,
            f"{frame.name}{' under ' + verb.lemma if verb else ''}",
            None,
            trigger=noun,
        )

    def _standing(self, frame: NounFrame, noun: Token) -> list[Claim]:
        """ "Russia's treaty with North Korea", "the ongoing conflict with Ukraine": told in
        passing. A tie that exists is background; a war that goes on is asserted."""
        if not frame.standing:
            return []
        targets = _join(self._noun_slot(slot, noun) for slot in ("with", "between"))
        sources = self._noun_slot("poss", noun) or self._noun_slot("between", noun)
        ongoing = {t.lemma for t in self.sentence.children(noun, "amod")} & _ONGOING
        if frame.standing == "war":
            if not ongoing or not targets:
                return []
            sources = sources or self._named_before(noun, targets)
        status = Status.ASSERTED if frame.standing == "war" else Status.HISTORICAL
        pairs = _pairs(sources, targets, True)
        return self._claims(frame.relation, pairs, noun, f"{frame.name} in passing", status)

    def _named_before(self, noun: Token, targets: list[Party]) -> list[Party]:
        known = {party.principal.id for party in targets}
        for mention in reversed(self._parties.mentions):
            if mention.end <= noun.start and mention.principal is not None:
                if mention.principal.id not in known and mention.kind is not TermKind.PLACE:
                    party = Party(
                        mention.principal, mention.via, mention.start, mention.end, mention.how
                    )
                    return weaken([party], 0.8, "named just before")
        return []

    def _visitor(self, noun: Token, verb: Token | None) -> bool:
        """Whether a person or a delegation makes the visit, not a ship or a state as such."""
        heads = self.sentence.children(noun, "poss")
        if verb is not None:
            heads = heads or self._clauses.clause(verb).subject
        return any(map(self._is_personal, heads))

    def _light_verb(self, noun: Token) -> Token | None:
        head = self.sentence.head(noun)
        if noun.dep in ("dobj", "nsubjpass") and head.lemma in self._lexicon.light_verbs:
            return head
        if noun.dep == "pobj" and head.lemma in ("during", "in", "at", "on", "after"):
            above = self.sentence.head(head)
            if is_verb(above) and noun.lemma in _OCCASIONS:
                return above
        return None

    def _happens(self, noun: Token) -> bool:
        head = self.sentence.head(noun)
        if noun.dep == "ROOT":
            return True
        if noun.dep == "pobj" and head.lemma == "of":
            measure = self.sentence.head(head)
            if measure.lemma in ("hour", "day", "week", "month", "round", "series", "minute"):
                return self._happens(measure)
        if noun.dep not in ("nsubj", "nsubjpass"):
            return False
        owned = self._noun_slot("poss", noun) or self._noun_slot("mod", noun)
        return head.lemma in self._lexicon.happen_verbs or bool(owned)

    def _noun_slot(self, slot: str, noun: Token) -> list[Party]:
        if slot in ("poss", "mod"):
            found: list[Party] = []
            for child, is_owner in self._parties.modifiers(noun):
                mention = self._parties.mention(child)
                if is_owner != (slot == "poss"):
                    continue
                if mention is not None and mention.principal is not None:
                    found.append(
                        Party(
                            mention.principal,
                            mention.via,
                            mention.start,
                            mention.end,
                            mention.how,
                            mention.kind is TermKind.PLACE,
                        )
                    )
                elif is_owner:
                    found.extend(self._parties.denoted(child))
            return found
        return _join(
            self._parties.affected(obj)
            for prep in self._preps_below(noun)
            if prep.lemma == slot
            for obj in self.sentence.children(prep, "pobj")
        )

    def _preps_below(self, noun: Token) -> list[Token]:
        """The prepositions of a noun and of the nouns that these bring in."""
        found: list[Token] = []
        stack = [noun]
        while stack and len(found) < 8:
            for prep in self.sentence.children(stack.pop(0), "prep", "agent"):
                found.append(prep)
                if prep.lemma == "of":
                    stack.extend(self.sentence.children(prep, "pobj"))
        return found

    # --- claims --------------------------------------------------------------------------------

    def _claims(
        self,
        relation: str,
        pairs: list[tuple[Party, Party]],
        verb: Token,
        rule: str,
        status: Status | None,
        trigger: Token | None = None,
    ) -> list[Claim]:
        if not pairs:
            return []
        telling = self._statuses.of(verb)
        relation, told = self._settle(relation, telling)
        if status is not None and told in (Status.ASSERTED, Status.HYPOTHETICAL, Status.PLANNED):
            told = status
        speaker = self._speaker(telling)
        steps = "".join(f"; {step}" for step in telling.steps)
        return [
            Claim(
                relation=relation,
                source=source,
                target=target,
                status=told,
                trigger=trigger or verb,
                rule=rule + steps,
                weight=source.weight * target.weight,
                speaker=speaker,
            )
            for source, target in pairs
        ]

    def _settle(self, relation: str, telling: Telling) -> tuple[str, Status]:
        """A refused act becomes its refusal, an ended one what ending it is called.

        A body that decides on a sanction or on its end has imposed or ended it; an attempt to
        hack is a hack already; an act announced "unless" is a threat.
        """
        entry = self._ontology.relation(relation)
        if telling.decided and relation in _DONE_BY_DECISION:
            return relation, Status.ASSERTED
        if telling.attempted and relation == "cyberattack":
            return relation, Status.ASSERTED
        friendly = entry.score > 0
        if telling.will_not and friendly and telling.status is Status.NEGATED:
            return (entry.refused or "refusal"), Status.ASSERTED
        if telling.purpose and relation in _WORDS_ONLY:
            return relation, Status.ASSERTED
        if telling.conditional and telling.status is Status.PLANNED:
            return "threat", Status.ASSERTED
        if telling.outcome is Outcome.REFUSED:
            return (entry.refused or "refusal"), telling.status
        if telling.outcome is Outcome.ENDED and entry.ended:
            return entry.ended, telling.status
        return relation, telling.status

    def _speaker(self, telling: Telling) -> Party | None:
        if telling.speaker is None:
            return None
        clause = self._clauses.clause(telling.speaker)
        found = _join(self._parties.actors(token) for token in clause.subject)
        return found[0] if found else None


_OCCASIONS = frozenset("talk meeting visit trip summit conversation call tour".split())
"""Events at which something else is said: "during talks with", "on a visit to"."""

_MISFORTUNES = frozenset(
    "disappearance death murder killing crash attack shooting bombing explosion accident fire".split()
)
"""What is looked into without blame of those named in it."""

_TURNING = frozenset("back out off away over".split())
"""Particles that make another verb of "hit" or "fire": "hit back", "fire off a letter"."""

_ONGOING = frozenset("ongoing current continuing long-running protracted".split())

_WORDS_ONLY = frozenset(
    "endorsement praise apology criticism accusation demand appeal protest_note".split()
)
"""Acts of speech: "rang him to express support" has expressed it."""

_ANSWERS = frozenset(["criticism", "denial", "refusal", "praise", "protest_note"])
"""Relations that answer to an act: "condemned the raid" finds whose raid it was."""

_DONE_BY_DECISION = frozenset(
    "sanction embargo tariff expulsion ties_cut aid_cut treaty_withdrawal sanctions_relief".split()
)
_COMPLEMENT_PREPS = frozenset("with on against to from into in".split())


def clause_text(sentence: Sentence, token: Token) -> str:
    """The three words before a token, in lower case."""
    first = max(0, token.index - 3)
    return " ".join(t.text.lower() for t in sentence.tokens[first : token.index])


def _has_particle(clause: Clause, particle: str) -> bool:
    names = {name for name, _ in clause.preps}
    if "_" in particle:
        first, _, second = particle.partition("_")
        return particle in names or (first in clause.particles and second in names)
    return particle in clause.particles or particle in clause.direct


def _join(lists: Iterable[list[Party]]) -> list[Party]:
    found: dict[str, Party] = {}
    for parties in lists:
        for party in parties:
            found.setdefault(party.principal.id, party)
    return list(found.values())


def _pairs(sources: list[Party], targets: list[Party], mutual: bool) -> list[tuple[Party, Party]]:
    """Every source with every target, both ways if mutual; several sources alone pair up."""
    if mutual and not targets:
        return [(a, b) for a in sources for b in sources if _differ(a, b)]
    pairs = [(s, t) for s in sources for t in targets if _differ(s, t)]
    if mutual:
        pairs += [(t, s) for s, t in pairs]
    return pairs


def _differ(one: Party, other: Party) -> bool:
    """Two ends under one flag are no relation between actors."""
    if one.principal.id == other.principal.id:
        return False
    country = one.principal.country
    return country is None or country != other.principal.country


def _distinct(claims: Iterable[Claim]) -> list[Claim]:
    """One claim for each source, relation, target and status; the surest wins."""
    found: dict[tuple[str, str, str, Status], Claim] = {}
    for claim in claims:
        key = (claim.source.principal.id, claim.relation, claim.target.principal.id, claim.status)
        other = found.get(key)
        if other is None or other.weight < claim.weight:
            found[key] = claim
    return list(found.values())
