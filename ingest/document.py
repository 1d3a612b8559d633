"""Sentence and Token: an Article after NLP, with a dependency tree and offsets into the article's
text. Never stored, never leaves `ingest`. Imports nothing but the standard library.

Dependency labels are ClearNLP's, as the English spaCy models print them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Token:
    """One token. `index` and `head` are places in its sentence; the root is its own head."""

    index: int
    text: str
    lemma: str
    pos: str
    tag: str
    dep: str
    head: int
    start: int
    end: int


@dataclass
class Sentence:
    """A parsed sentence; `start` and `end` are character offsets into the text."""

    number: int
    start: int
    end: int
    text: str
    tokens: list[Token]
    _children: list[list[int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._children = [[] for _ in self.tokens]
        for token in self.tokens:
            if token.head != token.index:
                self._children[token.head].append(token.index)

    @property
    def has_verb_root(self) -> bool:
        return any(t.head == t.index and t.pos in ("VERB", "AUX") for t in self.tokens)

    def head(self, token: Token) -> Token:
        return self.tokens[token.head]

    def children(self, token: Token, *deps: str) -> list[Token]:
        """The direct dependents, left to right; only those with one of `deps` if given."""
        found = [self.tokens[index] for index in self._children[token.index]]
        return [child for child in found if child.dep in deps] if deps else found

    def child(self, token: Token, *deps: str) -> Token | None:
        for index in self._children[token.index]:
            if self.tokens[index].dep in deps:
                return self.tokens[index]
        return None

    def ancestors(self, token: Token) -> Iterator[Token]:
        while token.head != token.index:
            token = self.tokens[token.head]
            yield token

    def subtree(self, token: Token) -> Iterator[Token]:
        """The token and everything below it, depth first."""
        stack = [token.index]
        while stack:
            index = stack.pop()
            yield self.tokens[index]
            stack.extend(reversed(self._children[index]))

    def clause_words(self, verb: Token) -> Iterator[Token]:
        """The words of a verb's own clause: below it, but not in another clause beside it."""
        stack = [verb.index]
        while stack:
            index = stack.pop()
            yield self.tokens[index]
            for child in reversed(self._children[index]):
                below = self.tokens[child]
                beside = below.pos in ("VERB", "AUX") and below.dep in (
                    "conj",
                    "ccomp",
                    "parataxis",
                )
                if not beside:
                    stack.append(child)

    def conjuncts(self, token: Token) -> list[Token]:
        """The tokens coordinated after this one: "A, B and C" from A gives B and C."""
        found: list[Token] = []
        stack = [token]
        while stack:
            for child in self.children(stack.pop(), "conj"):
                found.append(child)
                stack.append(child)
        return sorted(found, key=lambda item: item.index)

    def at(self, start: int, end: int) -> list[Token]:
        """The tokens that lie inside the character span."""
        return [token for token in self.tokens if token.start >= start and token.end <= end]
