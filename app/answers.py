"""Answers kept until the store changes: most readers ask what others have just asked.

Used by the event loop's thread alone, so nothing is locked. Imports only the store port.
"""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass

from graph.errors import WestphaliaError
from graph.store import Store


@dataclass(frozen=True, slots=True)
class Answer:
    """The body of an answer, its tag, and its other headers."""

    body: bytes
    tag: str
    headers: tuple[tuple[bytes, bytes], ...]


class AnswerCache:
    """The answers last asked for, up to so many bytes; all are forgotten when the store's
    state is another one."""

    def __init__(self, store: Store, max_bytes: int) -> None:
        self._store = store
        self._max_bytes = max_bytes
        self._answers: OrderedDict[Hashable, Answer] = OrderedDict()
        self._bytes = 0
        self._state: int | None = None

    def state(self) -> int | None:
        """The store's state as of now, to be given to `keep` with what is answered from now on.
        None: nothing can be kept."""
        if not self._max_bytes:
            return None
        try:
            state = self._store.state()
        except WestphaliaError:
            state = None
        if state != self._state:
            self._answers.clear()
            self._bytes = 0
            self._state = state
        return state

    def find(self, question: Hashable) -> Answer | None:
        """What was answered since the last change that `state` has seen."""
        answer = self._answers.get(question)
        if answer is not None:
            self._answers.move_to_end(question)
        return answer

    def keep(self, state: int | None, question: Hashable, answer: Answer) -> None:
        """Keep an answer to a question that was asked when the store had the state."""
        size = len(answer.body)
        if state is None or state != self._state or size > self._max_bytes // 8:
            return
        before = self._answers.pop(question, None)
        self._bytes += size - (len(before.body) if before else 0)
        self._answers[question] = answer
        while self._bytes > self._max_bytes:
            _, oldest = self._answers.popitem(last=False)
            self._bytes -= len(oldest.body)
