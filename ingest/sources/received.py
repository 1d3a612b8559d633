"""What every source yields: an Article with the place it came from, or the reason why there is
none. Imports only `graph.model`.
"""

from dataclasses import dataclass

from graph.model import Article


@dataclass(frozen=True, slots=True)
class SourceProblem:
    """An input that could not be read; the rest of its source goes on.

    `line` counts from 1; it is None where the whole file is meant.
    """

    path: str
    line: int | None
    reason: str

    def __str__(self) -> str:
        return f"{_place(self.path, self.line)}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Received:
    """An Article, where it stood, and the id that its sender gave it ("" for none)."""

    article: Article
    path: str
    line: int | None = None
    given_id: str = ""

    @property
    def place(self) -> str:
        return _place(self.path, self.line)


def _place(path: str, line: int | None) -> str:
    return path if line is None else f"{path}, line {line}"


Input = Received | SourceProblem
