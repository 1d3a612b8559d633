"""`westphalia import-events`: what another coder found, into a store of its own."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from app.commands.common import counted, opened
from app.console import clean, one_line, stderr, stdout
from app.settings import load_settings
from graph.reference import load_reference
from graph.store import Batch, Store, Written
from ingest.imports.formats import READERS, Rows
from ingest.imports.rows import Imported, Importer
from ingest.sources.received import SourceProblem
from ingest.worker import write_reference

_BATCH = 500


class Coder(StrEnum):
    """Whose events: the name under which they are kept."""

    GDELT = "gdelt-2"
    POLECAT = "polecat"


def import_events(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Tables of events.")],
    coder: Annotated[Coder, typer.Option("--from", help="Who coded them.")],
    into: Annotated[
        str, typer.Option(metavar="URL", help="The store to write to; better not your own.")
    ],
) -> None:
    """Read events of GDELT 2.0 (export files) or POLECAT, to compare them with ours.

    Each row becomes an event of that extractor, whose evidence is the row itself. Rows that are
    no event of ours are kept with the reason. They count in scores like any other event, so the
    store must be named.
    """
    settings = load_settings().model_copy(update={"store_url": into})
    reference = load_reference()
    importer = Importer(reference)
    written = Written()
    rows = bad = unmapped = 0
    with opened(settings) as store:
        store.migrate()
        write_reference(store, reference)
        for file in files:
            pending: list[Imported] = []
            for row in _rows(file, coder):
                if isinstance(row, SourceProblem):
                    bad += 1
                    stderr().print(one_line(str(row)), soft_wrap=True)
                    continue
                rows += 1
                pending.append(importer.read(row))
                unmapped += pending[-1].event is None
                if len(pending) >= _BATCH:
                    written += _write(store, pending, coder)
                    pending = []
            written += _write(store, pending, coder)
    stdout().print(
        f"Read {counted(rows, 'row')}: {unmapped} no event of ours, {bad} unreadable.\n"
        f"New in {clean(into)}: {counted(written.events, 'event')} of {coder.value}.",
        soft_wrap=True,
    )
    if bad:
        raise typer.Exit(1)


def _rows(file: Path, coder: Coder) -> Rows:
    try:
        data = file.read_bytes()
    except OSError as error:
        yield SourceProblem(str(file), None, f"cannot be read: {error.strerror or error}")
        return
    yield from READERS[coder.value](data, str(file))


def _write(store: Store, pending: list[Imported], coder: Coder) -> Written:
    if not pending:
        return Written()
    return store.write(
        Batch(
            articles=[item.article for item in pending],
            events=[item.event for item in pending if item.event is not None],
            problems=[item.problem for item in pending if item.problem is not None],
            coder=f"{coder.value} 1",
        )
    )
