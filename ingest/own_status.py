"""What the verb itself says of its status: negation, modals, conditions, a day to come.

Imports `clause`, `document`, `frames` and `history`.
"""

import re

from graph.model import Status
from ingest.document import Sentence, Token
from ingest.frames import Operators
from ingest.history import belongs_to

_CONDITIONS = frozenset("if unless whether lest provided supposing".split())
_NEVER = frozenset("not n't never no neither nor without hardly".split())
_COMING = re.compile(
    r"\b(tomorrow|(?:later|early|late) (?:this|next) (?:week|month|year)|next (?:week|month|year|"
    r"Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)|in the coming (?:days|weeks))\b"
)


class OwnStatus:
    """Reads the words beside the verbs of one sentence."""

    def __init__(self, sentence: Sentence, operators: Operators) -> None:
        self._sentence = sentence
        self._ops = operators

    def status(self, verb: Token) -> Status | None:
        """The status that the words beside the verb give it; None where they give none."""
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
                happened = any(other.lemma == "have" for other in sentence.children(verb, "aux"))
                if aux.lemma in ("would", "'d") and self.under_speech(verb) and not happened:
                    return Status.PLANNED
                return Status.HYPOTHETICAL
            if aux.lemma == "to" and verb.dep == "ROOT":
                return Status.PLANNED
        present = verb.tag in ("VBZ", "VBP", "VBG") or verb.text.endswith("s")
        if present and self._is_present(verb) and self._is_coming(verb):
            return Status.PLANNED
        return None

    def under_speech(self, verb: Token) -> bool:
        head = self._sentence.head(verb)
        if verb.dep == "conj":
            return self.under_speech(head)
        if verb.dep in ("ccomp", "advcl", "parataxis"):
            return head.lemma in self._ops.speech or head.lemma in self._ops.planned
        return verb.dep == "ROOT" and any(
            c.lemma in self._ops.speech for c in self._sentence.children(verb, "parataxis", "ccomp")
        )

    def is_no_longer(self, verb: Token) -> bool:
        around = {c.lemma for c in self._sentence.children(verb, "advmod", "neg")}
        return "no longer" in self._sentence.text and bool(around & {"no", "longer", "long"})

    def will_not(self, verb: Token) -> bool:
        children = self._sentence.children(verb)
        negated = any(c.dep == "neg" for c in children)
        return negated and (
            any(c.lemma in self._ops.modal_future or c.lemma == "would" for c in children)
            or (verb.lemma in ("recognise", "recognize") and verb.tag != "VBD")
        )

    def has_unless(self, verb: Token) -> bool:
        return any(
            mark.lemma == "unless"
            for clause in self._sentence.children(verb, "advcl")
            for mark in self._sentence.children(clause, "mark")
        )

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
