"""The `westphalia` command. Each command stands in a module of `app.commands`.

Exit codes: 0, 1 failed, 2 wrong usage. Every error of ours is one line on stderr.
"""

import os
import sys
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from app.commands import (
    adversaries,
    alliances,
    blocs,
    browser,
    copy,
    dead,
    dyad,
    evaluate,
    event,
    events,
    explain,
    export,
    extract,
    import_events,
    ingest,
    keys,
    mcp,
    migrate,
    paths,
    reference,
    reprocess,
    serve,
    stats,
    timeline,
    watch,
    worker,
)
from app.console import warn
from app.version import app_version
from graph.errors import WestphaliaError


class Group(TyperGroup):
    """Turns the errors of ours, and a reader that went away, into exit code 1."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except WestphaliaError as error:
            warn(f"westphalia: {error}")
            raise typer.Exit(1) from error
        except BrokenPipeError as error:
            # The reader has had enough (`| head`). Nothing may be flushed to it at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(1) from error


app = typer.Typer(
    cls=Group,
    name="westphalia",
    help="News in, a graph of who did what to whom out, with the sentence that proves every edge.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"westphalia {app_version()}")
        raise typer.Exit


@app.callback()
def options(
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """News in, a graph of who did what to whom out, with the sentence that proves every edge."""


app.command("ingest")(ingest.ingest)
app.command("watch")(watch.watch)
app.command("worker")(worker.worker)
app.command("reprocess")(reprocess.reprocess)
app.command("extract")(extract.extract)
app.command("explain")(explain.explain)
app.command("eval")(evaluate.evaluate_gold)
app.command("alliances")(alliances.show_alliances)
app.command("adversaries")(adversaries.show_adversaries)
app.command("dyad")(dyad.show_dyad)
app.command("timeline")(timeline.show_timeline)
app.command("events")(events.show_events)
app.command("event")(event.show_event)
app.command("paths")(paths.show_paths)
app.command("blocs")(blocs.show_blocs)
app.command("export")(export.export_file)
app.command("stats")(stats.stats)
app.command("serve")(serve.serve)
app.command("browser")(browser.browser)
app.command("import-events")(import_events.import_events)
app.command("mcp")(mcp.mcp)
app.command("migrate")(migrate.migrate)
app.command("copy")(copy.copy_store)
app.add_typer(dead.app, name="dead")
app.add_typer(keys.app, name="keys")
app.add_typer(reference.app, name="reference")


def main() -> None:
    """The entry point of the installed command."""
    app()
