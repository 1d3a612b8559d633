"""The noun classes of `lexicon/words.toml`. Imports nothing of ours."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Words:
    """Each field is a set of lemmas; the file says what each class is for."""

    agents: frozenset[str]
    materiel: frozenset[str]
    citizens: frozenset[str]
    partitives: frozenset[str]
    private: frozenset[str]
    former: frozenset[str]
    titles: frozenset[str]
    fighters: frozenset[str]
    suffered: frozenset[str]
    state_nouns: frozenset[str]
    organization_nouns: frozenset[str]
    group_nouns: frozenset[str]
    plural_nouns: frozenset[str]
    cargo: frozenset[str]
    welcome: frozenset[str]
    acts: frozenset[str]
    crimes: frozenset[str]
    named_things: frozenset[str]


@cache
def load_words() -> Words:
    raw = tomllib.loads((files("ingest.lexicon") / "words.toml").read_text("utf-8"))
    return Words(**{name: frozenset(words.split()) for name, words in raw.items()})
