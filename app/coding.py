"""The pipeline as `app` uses it: loaded when it is first wanted, one text at a time.

Imports spaCy's weight (ingest.pipeline) only when a pipeline is loaded.
"""

from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING

from app.settings import Settings
from graph.errors import Busy, ParserMissing
from graph.model import Article

if TYPE_CHECKING:
    from ingest.pipeline import Coded, Pipeline

MAX_CALLERS = 8
"""So many may be coding or waiting for it; more would take the threads that other routes need."""


def load_pipeline(settings: Settings) -> "Pipeline":
    """Load the parser and the lexicon, about two seconds; ParserMissing if there is no model."""
    from ingest.pipeline import Pipeline

    try:
        return Pipeline(settings.spacy_model)
    except OSError as error:
        raise parser_missing(settings.spacy_model) from error


def parser_missing(model: str) -> ParserMissing:
    return ParserMissing(f"no spaCy model {model!r} is installed (WESTPHALIA_SPACY_MODEL)")


class TextCoder:
    """Codes texts for many threads, one after another: a spaCy pipeline is not for sharing.

    `load` is called once, with the first text, and again only if it failed.
    """

    def __init__(self, load: "Callable[[], Pipeline]") -> None:
        self._load = load
        self._pipeline: Pipeline | None = None
        self._turn = Lock()
        self._count = Lock()
        self._callers = 0

    @property
    def free(self) -> int:
        """How many more would be let in now."""
        return MAX_CALLERS - self._callers

    def code(self, article: Article) -> "Coded":
        """Code one article; raise Busy at once where MAX_CALLERS are before it."""
        with self._count:
            if not self.free:
                raise Busy(f"{MAX_CALLERS} texts are being read or wait for it")
            self._callers += 1
        try:
            with self._turn:
                if self._pipeline is None:
                    self._pipeline = self._load()
                return self._pipeline.process(article)
        finally:
            with self._count:
                self._callers -= 1
