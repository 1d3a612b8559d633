"""`westphalia migrate`: make the store, or bring it to the schema of this version."""

from typing import Annotated

import typer

from app.commands.common import opened
from app.console import one_line, stdout
from app.settings import load_settings
from graph.errors import InvalidInput
from graph.keeping import Rebuilds
from graph.reference import load_reference
from ingest.worker import write_reference


def migrate(
    rebuild: Annotated[
        bool,
        typer.Option("--rebuild", help="Compute anew what follows from events and evidence."),
    ] = False,
) -> None:
    """Bring the store to the schema of this version, keeping all data, and renew its actors."""
    settings = load_settings()
    with opened(settings) as store:
        store.migrate()
        if rebuild:
            if not isinstance(store, Rebuilds):
                raise InvalidInput(f"{settings.store_url}: this store cannot be rebuilt")
            store.rebuild()
        renewed = write_reference(store, load_reference())
        actors = store.statistics().actors
    told = "actors renewed" if renewed else "actors up to date"
    stdout().print(
        f"{one_line(settings.store_url)} is ready: {actors} actors, {told}.", soft_wrap=True
    )
