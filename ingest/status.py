"""Decides by rule how a clause is told: asserted, planned, hypothetical, negated or historical, and
whether the act is refused or ended. Imports `clause`, `document`, `frames`, `history`,
`own_status` and `telling`.

The rules follow the tables of docs/ontology.md, "Status": the verb's own negation and modals
first, then each verb, noun or adjective that governs it, outwards.
"""

from datetime import date

from graph.model import Status
from ingest.clause import is_verb
from ingest.document import Sentence, Token
from ingest.frames import Operators
from ingest.history import is_history
from ingest.own_status import OwnStatus
from ingest.telling import Draft, Outcome, Telling

MAX_DEPTH = 12
"""So many governing words are looked at, from the inside outwards."""

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
_ANSWERED = frozenset(["response", "reaction", "reply", "answer"])
_DEALING = frozenset("reach sign agree strike make conclude seal".split())
"""What a deal is for is not yet said: "reached a deal to support"."""
_DRAFTING = frozenset("propose draft table".split())
"""A bill that is proposed does nothing yet."""
_ALLEGING = frozenset("accuse suspect charge blame".split())
_DEMANDS = frozenset("demand request insistence condition order ultimatum appeal call".split())
_KNOWN = frozenset(
    "know famous notorious renowned infamous responsible criticise criticize condemn denounce "
    "thank praise commend apologise apologize rebuke punish".split()
)
"""What somebody is known or blamed for has happened."""
_PASSED = frozenset("approve pass adopt sign ratify endorse".split())
_ACTS_OF_LAW = frozenset("motion bill resolution decree law decision".split())
_UNPROVEN = frozenset("accusation allegation suggestion rumour rumor suspicion".split())
_HELD = frozenset("make hold place receive".split())
"""What was made is there: "a call made by Trump"."""


class StatusReader:
    """Reads the status of verbs in one sentence, published on `day` if that is known."""

    def __init__(self, sentence: Sentence, operators: Operators, day: date | None) -> None:
        self._sentence = sentence
        self._ops = operators
        self._own = OwnStatus(sentence, operators)
        self._day = day

    def of(self, verb: Token) -> Telling:
        """The telling of a verb, or of the word that stands for the event."""
        draft = Draft()
        current = verb
        beside = False
        for _ in range(MAX_DEPTH):
            draft.conditional = draft.conditional or self._own.has_unless(current)
            own = None if beside else self._own.status(current)
            if own is not None and (not draft.shielded or own is Status.NEGATED):
                draft.darken(own, f"{own} by {current.text!r}")
            above = self._governor(current)
            if above is None or self._stands_alone(current, above):
                break
            if self._is_told_as_fact(current):
                break
            self._climb(current, above, draft)
            # "None claimed it, but Iran made threats": what is said of the first is its own.
            beside = current.dep == "conj" and bool(
                self._sentence.children(current, "nsubj", "nsubjpass")
            )
            current = above
        if self._sentence.text.rstrip("\"'”’) ").endswith("?"):
            draft.darken(Status.HYPOTHETICAL, "question")
        if draft.status is Status.ASSERTED and self._is_undone(verb):
            draft.darken(Status.HISTORICAL, "undone by the verb above")
        if draft.status is Status.ASSERTED and is_history(self._sentence, verb, self._day):
            draft.darken(Status.HISTORICAL, "history")
        if self._own.is_no_longer(verb):
            draft.steps.append("ended by 'no longer'")
            draft.outcome = Outcome.ENDED
            if draft.status is Status.NEGATED:
                draft.status = Status.ASSERTED
        return draft.telling(self._own.will_not(verb))

    def _climb(self, current: Token, above: Token, draft: Draft) -> None:
        """Take in what a governing word does to what stands below it."""
        effect, outcome = self._effect(current, above)
        if effect is not None:
            only = draft.status is Status.ASSERTED
            planned = effect is Status.PLANNED
            told = self._sentence.child(above, "dobj", "dative") is not None
            draft.decided = only and planned and above.lemma in _DECISIONS and not told
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

    def _is_told_as_fact(self, token: Token) -> bool:
        """ "promised to hit back after B struck A": the finite clause is not under the promise, nor
        is what follows "after meeting"."""
        if token.dep == "pcomp":
            above = self._sentence.head(token).lemma
            of_its_own = above == "with" and self._sentence.child(token, "nsubj") is not None
            answered = self._sentence.head(self._sentence.head(token)).lemma in _ANSWERED
            return of_its_own or above in ("after", "following", "since") or answered
        if token.dep != "advcl":
            return False
        marks = {m.lemma for m in self._sentence.children(token, "mark", "advmod")}
        if token.tag == "VBG":
            return "while" in marks
        return token.tag in ("VBD", "VBZ", "VBP") and bool(marks & _FACTUAL)

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
        if token.dep == "pcomp" and above.lemma in ("for", "about", "with", "of", "against"):
            return self._thought(above), none
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

    def _thought(self, prep: Token) -> Status | None:
        """ "undecided about sending", "charged with giving", "a warning against going": no fact;
        "known for bombing", "criticised for signing" presuppose it."""
        over = self._sentence.head(prep).lemma
        if prep.lemma in ("for", "of") and over in _KNOWN:
            return None
        if prep.lemma in ("with", "of") and over not in _ALLEGING:
            return None
        return Status.HYPOTHETICAL

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
        return self._own.status(above)

    def _under_noun(self, token: Token, noun: Token) -> Status | None:
        if noun.lemma in _DEMANDS and token.tag in ("VB", "VBP"):
            return Status.HYPOTHETICAL
        if noun.lemma in _UNPROVEN:
            return Status.HYPOTHETICAL
        passed = noun.dep in ("dobj", "nsubjpass") and self._sentence.head(noun).lemma in _PASSED
        if noun.lemma in _ACTS_OF_LAW and passed:
            return None  # "approves a motion to recognise Palestine"
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
        if above.lemma in ("call", "appeal", "plead", "beg", "give", "pay"):
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
        if lemma == "order" and (told := self._sentence.child(above, "dobj")):
            return (Status.HYPOTHETICAL if told.pos == "PROPN" else Status.PLANNED), Outcome.NONE
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
