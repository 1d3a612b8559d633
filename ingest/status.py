"""Decides by rule how a clause is told: asserted, planned, hypothetical, negated or historical, and
whether the act is refused or ended. Imports `clause`, `document`, `frames`, `history` and
`telling`.

The rules follow the tables of docs/ontology.md, "Status": the verb's own negation and modals
first, then each verb, noun or adjective that governs it, outwards.
"""

import re
from datetime import date

from graph.model import Status
from ingest.clause import is_verb
from ingest.document import Sentence, Token
from ingest.frames import Operators
from ingest.history import belongs_to, is_history
from ingest.telling import Draft, Outcome, Telling

MAX_DEPTH = 12
"""So many governing words are looked at, from the inside outwards."""

_CONDITIONS = frozenset("if unless whether lest provided supposing".split())
_NEVER = frozenset("not n't never no neither nor without hardly".split())
_ATTEMPTS = frozenset("attempt bid effort try failure refusal inability".split())
_PROMISES = frozenset(
    "plan intent decision agreement promise pledge offer vow intention commitment readiness "
    "willingness deal order move step roadmap schedule".split()
)
_DECISIONS = frozenset("vote decide agree order approve resolve move".split())
_SPURNED = frozenset(
    "reject refuse spurn decline cancel deny dismiss rule rebuff veto block scrap".split()
)
_ENDING = frozenset("drop lift end scrap abandon withdraw revoke cancel waive remove".split())
_FACTUAL = frozenset("after since because when as while before".split())
_CLAIMED = frozenset(
    "claim report allegation accusation charge suggestion rumour assertion".split()
)
_DEALING = frozenset("reach sign agree strike make conclude seal".split())
"""What a deal is for is not yet said: "reached a deal to support"."""
_DRAFTING = frozenset("propose draft table".split())
"""A bill that is proposed does nothing yet."""
_ALLEGING = frozenset("accuse suspect charge blame".split())
_DEMANDS = frozenset("demand request insistence condition order ultimatum appeal call".split())
_KNOWN = frozenset("know famous notorious renowned infamous responsible".split())
"""What somebody is known or responsible for has happened."""
_HELD = frozenset("make hold place receive".split())
"""What was made is there: "a call made by Trump"."""
_COMING = re.compile(
    r"\b(tomorrow|(?:later|early|late) (?:this|next) (?:week|month|year)|next (?:week|month|year|"
    r"Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)|in the coming (?:days|weeks))\b"
)


class StatusReader:
    """Reads the status of verbs in one sentence, published on `day` if that is known."""

    def __init__(self, sentence: Sentence, operators: Operators, day: date | None) -> None:
        self._sentence = sentence
        self._ops = operators
        self._day = day

    def of(self, verb: Token) -> Telling:
        """The telling of a verb, or of the word that stands for the event."""
        draft = Draft()
        current = verb
        for _ in range(MAX_DEPTH):
            draft.conditional = draft.conditional or self._has_unless(current)
            own = self._own(current, governed_by_speech=self._under_speech(current))
            if own is not None and (not draft.shielded or own is Status.NEGATED):
                draft.darken(own, f"{own} by {current.text!r}")
            above = self._governor(current)
            if above is None or self._stands_alone(current, above):
                break
            if self._is_told_as_fact(current):
                break
            self._climb(current, above, draft)
            current = above
        if self._sentence.text.rstrip("\"'”’) ").endswith("?"):
            draft.darken(Status.HYPOTHETICAL, "question")
        if draft.status is Status.ASSERTED and self._is_undone(verb):
            draft.darken(Status.HISTORICAL, "undone by the verb above")
        if draft.status is Status.ASSERTED and is_history(self._sentence, verb, self._day):
            draft.darken(Status.HISTORICAL, "history")
        if self._no_longer(verb):
            draft.steps.append("ended by 'no longer'")
            draft.outcome = Outcome.ENDED
            if draft.status is Status.NEGATED:
                draft.status = Status.ASSERTED
        return draft.telling(self._will_not(verb))

    def _climb(self, current: Token, above: Token, draft: Draft) -> None:
        """Take in what a governing word does to what stands below it."""
        effect, outcome = self._effect(current, above)
        if effect is not None:
            only = draft.status is Status.ASSERTED
            planned = effect is Status.PLANNED
            draft.decided = only and planned and above.lemma in _DECISIONS
            draft.ordered = only and above.lemma == "order"
            draft.attempted = only and above.lemma in ("try", "attempt")
            draft.purpose = (
                only and planned and current.dep == "advcl" and above.lemma not in _DEALING
            )
            draft.darken(effect, f"{effect} under {above.text!r}")
        if outcome is not Outcome.NONE:
            draft.steps.append(f"{outcome} by {above.text!r}")
            draft.outcome = outcome
        speaks = above.lemma in self._ops.speech or above.lemma in ("believe", "think")
        if draft.speaker is None and speaks and is_verb(above):
            draft.speaker = above
        draft.shielded = draft.shielded or self._is_finite_clause(current)

    def _no_longer(self, verb: Token) -> bool:
        around = {c.lemma for c in self._sentence.children(verb, "advmod", "neg")}
        return "no longer" in self._sentence.text and bool(around & {"no", "longer", "long"})

    def _is_told_as_fact(self, token: Token) -> bool:
        """ "promised to hit back after B struck A": the finite clause is not under the promise, nor
        is what follows "after meeting"."""
        if token.dep == "pcomp":
            above = self._sentence.head(token).lemma
            of_its_own = above == "with" and self._sentence.child(token, "nsubj") is not None
            return of_its_own or above in ("after", "following", "since")
        if token.dep != "advcl":
            return False
        marks = {m.lemma for m in self._sentence.children(token, "mark", "advmod")}
        if token.tag == "VBG":
            return "while" in marks
        return token.tag in ("VBD", "VBZ", "VBP") and bool(marks & _FACTUAL)

    def _will_not(self, verb: Token) -> bool:
        children = self._sentence.children(verb)
        negated = any(c.dep == "neg" for c in children)
        return negated and (
            any(c.lemma in self._ops.modal_future or c.lemma == "would" for c in children)
            or (verb.lemma in ("recognise", "recognize") and verb.tag != "VBD")
        )

    def _has_unless(self, verb: Token) -> bool:
        return any(
            mark.lemma == "unless"
            for clause in self._sentence.children(verb, "advcl")
            for mark in self._sentence.children(clause, "mark")
        )

    def _own(self, verb: Token, governed_by_speech: bool) -> Status | None:
        sentence, ops = self._sentence, self._ops
        if any(
            c.dep == "neg" or c.lemma in _NEVER
            for c in sentence.children(verb, "neg", "preconj", "cc")
        ):
            return Status.NEGATED
        marks = {c.lemma for c in sentence.children(verb, "mark")}
        if marks & _CONDITIONS or self._inverted_condition(verb):
            return Status.HYPOTHETICAL
        if any(
            c.lemma in ops.doubt_adverbs and abs(c.index - verb.index) <= 3
            for c in sentence.children(verb, "advmod")
        ):
            return Status.HYPOTHETICAL
        if any(
            c.lemma in ops.near_adverbs and c.index == verb.index - 1
            for c in sentence.children(verb, "advmod")
        ):
            return Status.NEGATED
        if any(
            s.text.lower() in ("nobody", "none", "neither")
            or any(c.text.lower() in ("not", "neither") for c in sentence.children(s))
            for s in sentence.children(verb, "nsubj", "nsubjpass")
        ):
            return Status.NEGATED
        if any(
            c.dep == "det" and c.lemma == "no"
            for s in sentence.children(verb, "nsubj", "nsubjpass", "dobj")
            for c in sentence.children(s)
        ):
            return Status.NEGATED
        for aux in sentence.children(verb, "aux"):
            if aux.lemma in ops.modal_future:
                return Status.PLANNED
            if aux.lemma in ops.modal_maybe:
                if aux.lemma in ("would", "'d") and governed_by_speech:
                    return Status.PLANNED
                return Status.HYPOTHETICAL
            if aux.lemma == "to" and verb.dep == "ROOT":
                return Status.PLANNED
        present = verb.tag in ("VBZ", "VBP", "VBG") or verb.text.endswith("s")
        if present and self._is_present(verb) and self._is_coming(verb):
            return Status.PLANNED
        return None

    def _is_coming(self, verb: Token) -> bool:
        """ "heads to Delhi later this week": a present with a day to come."""
        match = _COMING.search(self._sentence.text)
        if match is None:
            return False
        end = self._sentence.start + match.end()
        return any(
            t.end == end and belongs_to(self._sentence, t, verb) for t in self._sentence.tokens
        )

    def _is_present(self, verb: Token) -> bool:
        return verb.dep in ("ROOT", "conj") and not any(
            c.tag == "VBD" for c in self._sentence.children(verb, "aux")
        )

    def _inverted_condition(self, verb: Token) -> bool:
        """ "should its dam cut ...", "were Colombia to attack": an auxiliary before the subject."""
        subject = self._sentence.child(verb, "nsubj", "nsubjpass")
        if verb.dep != "advcl" or subject is None:
            return False
        return any(
            aux.index < subject.index and aux.lemma in ("should", "be", "have")
            for aux in self._sentence.children(verb, "aux")
        )

    def _under_speech(self, verb: Token) -> bool:
        head = self._sentence.head(verb)
        if verb.dep == "conj":
            return self._under_speech(head)
        if verb.dep in ("ccomp", "advcl", "parataxis"):
            return head.lemma in self._ops.speech or head.lemma in self._ops.planned
        return verb.dep == "ROOT" and any(
            c.lemma in self._ops.speech for c in self._sentence.children(verb, "parataxis", "ccomp")
        )

    @staticmethod
    def _is_finite_clause(token: Token) -> bool:
        """What is reported in a clause of its own does not share the modals of the report."""
        return token.dep == "ccomp" and token.tag in ("VBD", "VBZ", "VBP")

    def _is_undone(self, verb: Token) -> bool:
        """ "dropped the veto with which it was holding up the talks": over, as the drop says."""
        head = self._sentence.head(verb)
        above = self._sentence.head(head)
        return verb.dep == "relcl" and head.dep == "dobj" and above.lemma in _ENDING

    def _stands_alone(self, token: Token, above: Token) -> bool:
        """ "a deal brokered by Qatar": a participle on a noun tells what is."""
        if above.pos not in ("NOUN", "PROPN"):
            return False
        if above.lemma in self._ops.doubt_nouns and token.lemma not in _HELD:
            return False
        if token.tag == "VB" or above.lemma in _CLAIMED:
            return False
        return token.dep == "relcl" or (token.dep == "acl" and token.tag in ("VBN", "VBD"))

    def _governor(self, token: Token) -> Token | None:
        if token.head == token.index:
            return None
        head = self._sentence.head(token)
        if token.dep in (
            "xcomp",
            "ccomp",
            "pcomp",
            "acl",
            "advcl",
            "prep",
            "acomp",
            "attr",
            "oprd",
            "dobj",
            "pobj",
            "nsubj",
            "nsubjpass",
            "prt",
            "relcl",
            "compound",
            "appos",
            "dep",
        ):
            return head
        if token.dep == "conj":
            return head
        return None

    def _effect(self, token: Token, above: Token) -> tuple[Status | None, Outcome]:
        """What a governing word does to what it governs."""
        none = Outcome.NONE
        if token.dep == "conj":
            return self._shared_modal(token, above), none
        if token.dep == "pcomp" and above.lemma in ("for", "about", "with", "of"):
            known = above.lemma != "about" and self._sentence.head(above).lemma in _KNOWN
            thought = above.lemma in ("for", "about") or (
                self._sentence.head(above).lemma in _ALLEGING
            )
            return Status.HYPOTHETICAL if thought and not known else None, none
        if token.dep in ("pcomp", "prep", "cc") and above.lemma in ("than", "without"):
            return Status.NEGATED, none
        if token.dep == "prep" and token.lemma == "of" and above.lemma in self._ops.doubt_nouns:
            return Status.HYPOTHETICAL, none
        if token.dep == "prep" and above.lemma == "short" and self._stopped(above):
            return Status.NEGATED, none
        if token.dep == "prep" and above.lemma == "close" and above.dep in ("acomp", "advmod"):
            return Status.PLANNED, none
        if above.pos in ("ADP", "SCONJ") or (token.dep == "relcl" and token.tag != "VB"):
            return None, none
        if token.dep == "ccomp" and token.index < above.index and above.lemma in self._ops.denial:
            return None, none
        if token.dep == "dobj" and above.lemma in (_ALLEGING | _DRAFTING):
            return Status.HYPOTHETICAL, none
        if token.dep in ("dobj", "nsubjpass") and above.lemma in _SPURNED:
            return Status.NEGATED, none
        if token.dep == "dobj" and above.lemma == "oppose":
            return Status.HYPOTHETICAL, none
        if token.dep in ("acl", "ccomp", "relcl", "xcomp") and above.pos in ("NOUN", "PROPN"):
            return self._under_noun(token, above), none
        if token.dep == "advcl" and above.lemma == "rule" and token.tag == "VBG":
            return None, Outcome.REFUSED
        if token.dep == "advcl":
            return self._purpose(token), none
        if not is_verb(above) and above.pos != "ADJ":
            return None, none
        if token.dep in ("xcomp", "ccomp", "acomp", "attr", "oprd") or self._is_gerund_of(
            token, above
        ):
            return self._under_verb(token, above)
        return None, none

    def _stopped(self, short: Token) -> bool:
        """ "stopped short of imposing sanctions"."""
        return self._sentence.head(short).lemma in ("stop", "fall")

    def _is_gerund_of(self, token: Token, above: Token) -> bool:
        return token.dep in ("pcomp", "prep") and is_verb(above)

    def _shared_modal(self, token: Token, above: Token) -> Status | None:
        """ "will visit Oman and sign": the second verb shares the auxiliary."""
        if not is_verb(token) or not is_verb(above):
            return None
        sentence = self._sentence
        if sentence.children(token, "aux", "nsubj", "nsubjpass") or token.tag in ("VBD", "VBZ"):
            return None
        return self._own(above, self._under_speech(above))

    def _under_noun(self, token: Token, noun: Token) -> Status | None:
        if noun.lemma in _DEMANDS and token.tag in ("VB", "VBP"):
            return Status.HYPOTHETICAL
        if noun.lemma == "plan" and token.tag == "VB":
            return Status.PLANNED
        if noun.lemma in self._ops.doubt_nouns or noun.lemma in _ATTEMPTS:
            return Status.HYPOTHETICAL
        if token.tag == "VB" and self._is_the_first_to(token):
            return None
        if noun.lemma in _PROMISES and token.tag == "VB":
            return Status.PLANNED
        return Status.HYPOTHETICAL if token.tag == "VB" and token.dep != "ccomp" else None

    def _purpose(self, token: Token) -> Status | None:
        """ "flew to Doha to sign": an infinitive of purpose is not yet done."""
        has_to = any(c.lemma == "to" for c in self._sentence.children(token, "aux"))
        passive = bool(self._sentence.children(token, "auxpass"))
        if not (token.tag == "VB" or passive) or not has_to or self._is_the_first_to(token):
            return None
        above = self._sentence.head(token)
        if above.lemma in ("call", "appeal", "plead", "beg", "give"):
            return Status.HYPOTHETICAL
        if above.lemma in _SPURNED or (
            above.lemma == "turn" and self._sentence.child(above, "prt")
        ):
            return Status.HYPOTHETICAL
        if above.lemma == "go" and self._sentence.child(above, "prt"):
            return None
        return Status.PLANNED

    def _is_the_first_to(self, token: Token) -> bool:
        """ "became the first state to recognise Croatia": done, not planned."""
        head = self._sentence.head(token)
        nouns = [head, *self._sentence.children(head, "attr", "dobj", "appos", "oprd")]
        return any(
            child.lemma in ("first", "last", "latest", "only", "second", "third")
            for noun in nouns
            for child in self._sentence.children(noun, "amod", "advmod")
        )

    def _under_verb(self, token: Token, above: Token) -> tuple[Status | None, Outcome]:
        ops, lemma = self._ops, above.lemma
        finite = (token.dep == "ccomp" and token.tag in ("VBD", "VBZ", "VBP")) or any(
            c.tag in ("VBD", "VBZ", "VBP", "MD")
            for c in self._sentence.children(token, "aux", "auxpass")
        )
        if lemma in ops.denial and token.tag == "VBG" and self._after_comma(token):
            return None, Outcome.NONE
        if lemma in ops.denial:
            return Status.NEGATED, Outcome.NONE
        if finite and lemma in ops.speech:
            return None, Outcome.NONE
        if lemma in ops.refused or (lemma == "rule" and self._sentence.child(above, "prt")):
            return None, Outcome.REFUSED
        if lemma in ops.ended and token.tag == "VBG":
            return None, Outcome.ENDED
        if lemma in ops.negated:
            return Status.NEGATED, Outcome.NONE
        if lemma in ops.planned or (above.pos == "ADJ" and lemma in ops.planned_adjectives):
            return (None if finite else Status.PLANNED), Outcome.NONE
        if lemma in ("believe", "think") and finite:
            return self._belief(above), Outcome.NONE
        if lemma in ops.hypothetical:
            return Status.HYPOTHETICAL, Outcome.NONE
        if lemma == "go" and above.tag == "VBG" and token.tag == "VB":
            return Status.PLANNED, Outcome.NONE
        if lemma == "be" and token.tag == "VB":
            return Status.PLANNED, Outcome.NONE
        if lemma == "have" and token.tag == "VB" and token.dep == "xcomp":
            return Status.HYPOTHETICAL, Outcome.NONE
        return None, Outcome.NONE

    def _after_comma(self, token: Token) -> bool:
        """ "denies the charge, asking for proof": a participle of its own."""
        before = self._sentence.tokens[max(0, token.index - 1)]
        return before.text == ","

    def _belief(self, verb: Token) -> Status | None:
        """What a named person holds is attributed; what "analysts" hold is a guess."""
        subject = self._sentence.child(verb, "nsubj")
        if subject is not None and (subject.tag == "PRP" or subject.pos == "PROPN"):
            return None
        return Status.HYPOTHETICAL
