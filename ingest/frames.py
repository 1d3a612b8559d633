"""Loads the lexicon: verb frames, noun frames and operators, as frozen types.

docs/lexicon.md says what each field means. Imports only `graph`, to check that
every relation exists.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from graph.errors import ReferenceDataError
from graph.model import Status
from graph.ontology import EventType, load_ontology

VERB_FLAGS = frozenset(
    "mutual first with_person person_source person_target plain crowd home member from_body force "
    "with_back infinitive must person_object "
    "people_object deed intransitive cargo invited last among civilians place_subject "
    "single privileged addressed".split()
)


@dataclass(frozen=True, slots=True)
class VerbFrame:
    """One frame of a file in `verbs/` for one verb. `particle` is "" where none is needed;
    `place` says where it stands: "support 3" is the third frame of verbs/support.toml."""

    relation: str
    lemma: str
    particle: str
    objects: frozenset[str]
    subjects: frozenset[str]
    no_objects: frozenset[str]
    no_subjects: frozenset[str]
    no_words: frozenset[str]
    oprd: frozenset[str]
    iobj: frozenset[str]
    preposition: str
    preposition_objects: frozenset[str]
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    status: Status | None
    flags: frozenset[str]
    place: str

    @property
    def name(self) -> str:
        particle = f" {self.particle}" if self.particle else ""
        return f"verb {self.lemma}{particle} ({self.place})"

    @property
    def specificity(self) -> tuple[int, int]:
        asked = [self.objects, self.preposition, self.particle, self.oprd, self.subjects, self.iobj]
        return ("first" in self.flags, sum(map(bool, asked)))


@dataclass(frozen=True, slots=True)
class NounFrame:
    relation: str
    lemma: str
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    mutual: bool
    light_only: bool
    standing: str

    @property
    def name(self) -> str:
        return f"noun {self.lemma}"


@dataclass(frozen=True, slots=True)
class Operators:
    """Sets of lemmas; `operators.toml` says what each does."""

    planned: frozenset[str]
    planned_adjectives: frozenset[str]
    hypothetical: frozenset[str]
    negated: frozenset[str]
    refused: frozenset[str]
    ended: frozenset[str]
    speech: frozenset[str]
    denial: frozenset[str]
    doubt_nouns: frozenset[str]
    doubt_adverbs: frozenset[str]
    near_adverbs: frozenset[str]
    modal_future: frozenset[str]
    modal_maybe: frozenset[str]


@dataclass(frozen=True, slots=True)
class Lexicon:
    verbs: Mapping[str, tuple[VerbFrame, ...]]
    nouns: Mapping[str, tuple[NounFrame, ...]]
    light_verbs: frozenset[str]
    happen_verbs: frozenset[str]
    operators: Operators


def _load(name: str) -> dict[str, object]:
    return tomllib.loads((files("ingest.lexicon") / name).read_text("utf-8"))


def _lemmas(text: str, classes: Mapping[str, frozenset[str]], where: str) -> frozenset[str]:
    found: set[str] = set()
    for word in text.split():
        if word.startswith("@"):
            if word[1:] not in classes:
                raise ReferenceDataError(f"{where}: unknown class {word}")
            found |= classes[word[1:]]
        else:
            found.add(word)
    return frozenset(found)


def _verb_frames(
    row: Mapping[str, object],
    place: str,
    kind: EventType,
    classes: Mapping[str, frozenset[str]],
) -> list[VerbFrame]:
    where = f"verbs, frame {place} ({row.get('relation')})"
    relation = str(row["relation"])
    if load_ontology().relation(relation).event_type is not kind:
        raise ReferenceDataError(f"{where}: not a relation of the type {kind.value}")
    preposition, _, wanted = str(row.get("with", "")).partition(":")
    status = row.get("status")
    frames = []
    for word in str(row["verbs"]).split():
        lemma, _, particle = word.partition("_")
        frames.append(
            VerbFrame(
                relation=relation,
                lemma=lemma,
                particle=particle,
                objects=_lemmas(str(row.get("object", "")), classes, where),
                subjects=_lemmas(str(row.get("subject", "")), classes, where),
                no_objects=_lemmas(str(row.get("no_object", "")), classes, where),
                no_subjects=_lemmas(str(row.get("no_subject", "")), classes, where),
                no_words=_lemmas(str(row.get("unless", "")), classes, where),
                oprd=_lemmas(str(row.get("oprd", "")), classes, where),
                iobj=_lemmas(str(row.get("iobj", "")), classes, where),
                preposition=preposition.strip(),
                preposition_objects=_lemmas(wanted, classes, where),
                sources=tuple(str(row.get("source", "subj")).split()),
                targets=tuple(str(row["target"]).split()),
                status=Status(str(status)) if status else None,
                flags=frozenset(flag for flag in VERB_FLAGS if row.get(flag) is True),
                place=place,
            )
        )
    fields = (
        "relation verbs object subject no_object no_subject unless oprd iobj with source target "
        "status"
    )
    unknown = set(row) - VERB_FLAGS - set(fields.split())
    if unknown:
        raise ReferenceDataError(f"{where}: unknown field {sorted(unknown)}")
    return frames


@cache
def load_lexicon() -> Lexicon:
    """Read and check all files; raise ReferenceDataError on the first wrong entry."""
    classes = {name: frozenset(str(v).split()) for name, v in _load("classes.toml").items()}
    verbs: dict[str, list[VerbFrame]] = {}
    for kind in EventType:
        name = kind.value.lower()
        rows = _load(f"verbs/{name}.toml")["frame"]
        assert isinstance(rows, list)
        for number, row in enumerate(rows, 1):
            for frame in _verb_frames(row, f"{name} {number}", kind, classes):
                verbs.setdefault(frame.lemma, []).append(frame)
    nouns: dict[str, list[NounFrame]] = {}
    raw = _load("nouns.toml")
    rows = raw["noun"]
    light = raw["light"]
    assert isinstance(rows, list)
    assert isinstance(light, dict)
    for row in rows:
        load_ontology().relation(row["relation"])
        for lemma in row["nouns"].split():
            noun = NounFrame(
                relation=row["relation"],
                lemma=lemma,
                sources=tuple(row["source"].split()),
                targets=tuple(row["target"].split()),
                mutual=bool(row.get("mutual")),
                light_only=bool(row.get("light_only")),
                standing=str(row.get("standing", "")),
            )
            nouns.setdefault(lemma, []).append(noun)
    operators = {name: frozenset(str(v).split()) for name, v in _load("operators.toml").items()}
    return Lexicon(
        verbs={
            lemma: tuple(sorted(frames, key=lambda f: f.specificity, reverse=True))
            for lemma, frames in verbs.items()
        },
        nouns={lemma: tuple(frames) for lemma, frames in nouns.items()},
        light_verbs=frozenset(w.split("_")[0] for w in str(light["verbs"]).split()),
        happen_verbs=frozenset(w.split("_")[0] for w in str(light["happen"]).split()),
        operators=Operators(**operators),
    )
