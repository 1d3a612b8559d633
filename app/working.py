"""What the commands that take articles in share: the coders, the retries, the clock.

Imports spaCy's weight only when a pipeline is loaded in this process.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from socket import gethostname

from app.coding import load_pipeline, parser_missing
from app.settings import Settings
from graph.reference import load_reference
from graph.store import Store
from ingest.coding import Coder, Coders, InProcess
from ingest.retries import Retries
from ingest.worker import write_reference

FEW = 64
"""So few inputs are coded sooner in this process than others could be started."""


@contextmanager
def coders_of(settings: Settings, inputs: int | None = None) -> Iterator[Coders]:
    """What codes articles: the processes of the settings, or this one where it is alone or where
    `inputs`, if known, are few."""
    processes = settings.processes or os.cpu_count() or 1
    if processes == 1 or (inputs is not None and inputs <= FEW):
        yield InProcess(load_pipeline(settings))
        return
    from ingest.pool import CoderPool

    with CoderPool(pipeline_loader(settings), processes) as pool:
        yield pool


def pipeline_loader(settings: Settings) -> Callable[[], Coder]:
    """Return what loads the pipeline in another process; ParserMissing if there is no model."""
    model = settings.spacy_model
    if find_spec(model) is None and not Path(model).is_dir():
        raise parser_missing(model)
    return partial(_load, model)


def _load(model: str) -> Coder:
    from ingest.pipeline import Pipeline

    return Pipeline(model)


def retries_of(settings: Settings) -> Retries:
    return Retries(attempts=settings.attempts)


def worker_name() -> str:
    """A name that no other process has: host and process number."""
    return f"{gethostname()}-{os.getpid()}"


def make_ready(store: Store) -> None:
    """Bring the schema and the curated data of a store to this version."""
    store.migrate()
    write_reference(store, load_reference())
