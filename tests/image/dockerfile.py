"""Reads the Dockerfile and .dockerignore of this repository: as much of their language as they use.

What is not known here is an error and not passed over, so that a test cannot miss a line.
"""

import json
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath
from string import Template

_KNOWN = frozenset(
    "FROM RUN COPY ENV USER WORKDIR EXPOSE STOPSIGNAL HEALTHCHECK ENTRYPOINT CMD".split()
)
_FLAG = re.compile(r"--([a-z-]+)=(\S+)\s+")


@dataclass(frozen=True)
class Step:
    """One instruction: its word, its `--flags`, and the rest, with continued lines joined."""

    word: str
    flags: tuple[tuple[str, str], ...]
    rest: str

    def flag(self, name: str) -> str | None:
        return dict(self.flags).get(name)

    def arguments(self) -> tuple[str, ...]:
        """The words of the exec form, `["a", "b"]`; ValueError for the shell form."""
        words = json.loads(self.rest)
        if not (isinstance(words, list) and all(isinstance(word, str) for word in words)):
            raise ValueError(f"{self.word} is not in the exec form: {self.rest}")
        return tuple(words)

    def variables(self, known: Mapping[str, str]) -> dict[str, str]:
        """What an ENV sets, with the variables that are known put in."""
        pairs = (word.partition("=") for word in shlex.split(self.rest))
        return {name: Template(value).substitute(known) for name, _, value in pairs}


@dataclass(frozen=True)
class Stage:
    """What stands between one FROM and the next."""

    base: str
    name: str
    steps: tuple[Step, ...]

    def last(self, word: str) -> Step:
        """The one that counts of an instruction that the later ones replace."""
        return [step for step in self.steps if step.word == word][-1]

    def health(self) -> tuple[str, ...]:
        """The command of the HEALTHCHECK."""
        step = self.last("HEALTHCHECK")
        return Step("CMD", (), step.rest.removeprefix("CMD").strip()).arguments()


def read_dockerfile(path: Path) -> tuple[Stage, ...]:
    lines = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("#")]
    joined = re.sub(r"\\\n", " ", "\n".join(lines))
    stages: list[tuple[str, str, list[Step]]] = []
    for line in filter(None, map(str.strip, joined.splitlines())):
        step = _step(line)
        if step.word == "FROM":
            base, _, name = step.rest.partition(" AS ")
            stages.append((base, name, []))
        else:
            stages[-1][2].append(step)
    return tuple(Stage(base, name, tuple(steps)) for base, name, steps in stages)


def _step(line: str) -> Step:
    word, _, rest = line.partition(" ")
    if word not in _KNOWN:
        raise ValueError(f"an instruction that these tests do not know: {line}")
    rest = rest.strip()
    flags = []
    while found := _FLAG.match(rest):
        flags.append((found[1], found[2]))
        rest = rest[found.end() :].strip()
    return Step(word, tuple(flags), rest)


@dataclass(frozen=True)
class Ignore:
    """The rules of .dockerignore, of which the last that fits decides."""

    rules: tuple[str, ...]

    @classmethod
    def read(cls, path: Path) -> "Ignore":
        """Read the file of a context, which need not have one."""
        if not path.exists():
            return cls(())
        lines = (line.strip() for line in path.read_text("utf-8").splitlines())
        return cls(tuple(line for line in lines if line and not line.startswith("#")))

    def leaves_out(self, name: str) -> bool:
        """Whether a path below the context, as `app/main.py`, does not go to the engine."""
        out = False
        for rule in self.rules:
            if _fits(name, rule.removeprefix("!")):
                out = not rule.startswith("!")
        return out


def _fits(name: str, pattern: str) -> bool:
    """Whether the pattern fits the path or a folder that it lies in."""
    path = PurePosixPath(name)
    above = [str(part) for part in (path, *path.parents) if str(part) != "."]
    if pattern.startswith("**/"):
        return any(fnmatch(PurePosixPath(part).name, pattern[3:]) for part in above)
    return any(part.count("/") == pattern.count("/") and fnmatch(part, pattern) for part in above)
