"""`westphalia copy`: everything of one store into another."""

from typing import Annotated

import typer

from app.commands.common import FormatOption, opened
from app.console import Format, one_line, stderr, stdout
from app.settings import load_settings
from app.summaries import CopySummary
from graph.copying import compare, copy
from graph.errors import InvalidInput, StoreError
from graph.reference import load_reference
from graph.store import Written
from ingest.worker import write_reference


def copy_store(
    source: Annotated[str, typer.Option("--from", help="URL of the store to read.")],
    target: Annotated[str, typer.Option("--to", help="URL of the store to write; may be new.")],
    output: FormatOption = Format.TABLE,
) -> None:
    """Copy articles, problems, events and quotes, and compare the two stores afterwards.

    Run it again if it breaks off: what is there already is not written twice. User, password and
    database of the settings are used for both.
    """
    if source == target:
        raise InvalidInput("--from and --to are the same store")
    settings = load_settings()
    console = stderr()

    def tell(written: Written) -> None:
        if console.is_terminal:
            console.print(f"{written.articles} articles, {written.events} events", end="\r")

    with (
        opened(settings.model_copy(update={"store_url": source})) as read,
        opened(settings.model_copy(update={"store_url": target})) as write,
    ):
        read.check()
        write.migrate()
        write_reference(write, load_reference())
        written = copy(read, write, tell)
        found = compare(read, write)
    if output is Format.JSON:
        typer.echo(CopySummary.of(written, found).model_dump_json())
    else:
        stdout().print(
            f"New in {one_line(target)}: {written.articles} articles, {written.events} events, "
            f"{written.evidence} quotes, {written.problems} problems.\n"
            f"Compared: {found.articles} articles, {found.events} events, {found.evidence} "
            f"quotes, {found.problems} problems; checksum {found.checksum}; "
            f"{found.more} more there.",
            soft_wrap=True,
        )
    if found.missing:
        raise StoreError(f"{target}: not there: {', '.join(found.missing)}")
