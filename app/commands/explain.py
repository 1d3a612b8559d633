"""`westphalia explain`: what was seen in each sentence, and why it did or did not become events."""

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from app.commands.common import FormatOption, load_pipeline, parse_day
from app.commands.extract import dated
from app.console import Format, clean, one_line, stdout, warn
from app.extracted import ClaimOut, Explanation, MentionOut, SentenceOut
from app.settings import load_settings
from ingest.sources.files import FileSource
from ingest.sources.received import Received, SourceProblem
from ingest.worker import code_each

if TYPE_CHECKING:
    from ingest.pipeline import Coded


def explain(
    path: Annotated[
        str,
        typer.Argument(metavar="INPUT", help="A .txt or .jsonl file, a folder, or - for stdin."),
    ],
    date: Annotated[
        str, typer.Option(help="Publication day of articles that give none, as 2025-01-17.")
    ] = "",
    output: FormatOption = Format.TABLE,
) -> None:
    """Show for every sentence the actors and how each was resolved, and each event with its rule.

    Sentences without an event say why. With --format json one JSON line for each article.
    """
    day = parse_day(date) if date else None
    coder = load_pipeline(load_settings())
    failed = False
    for item in FileSource([path]):
        if isinstance(item, SourceProblem):
            failed = True
            warn(str(item))
            continue
        received, result = next(code_each(coder, [dated(item, day)]))
        if isinstance(result, SourceProblem):
            failed = True
            warn(str(result))
        elif output is Format.JSON:
            typer.echo(Explanation.of(result, received.given_id).model_dump_json())
        else:
            _print(result, received)
    if failed:
        raise typer.Exit(1)


def _print(coded: "Coded", received: Received) -> None:
    console = stdout()
    article = coded.article
    title = article.title or received.given_id or received.path
    day = article.published_at.date().isoformat() if article.published_at else "no date"
    console.print(Text.assemble((one_line(title), "bold"), f"  {day}"))
    explanation = Explanation.of(coded)
    for problem in explanation.problems:
        console.print(Text.assemble(("  problem  ", "red"), clean(problem)))
    for number, sentence in enumerate(explanation.sentences, 1):
        console.print()
        _row(console, str(number), Text(one_line(sentence.text)))
        _print_sentence(console, sentence)
    console.print()


def _print_sentence(console: Console, sentence: SentenceOut) -> None:
    for mention in sentence.mentions:
        _row(console, "actor", _mention(mention))
    for event in sentence.events:
        _row(console, "event", _event(event))
    for miss in sentence.near_misses:
        _row(console, "no", Text.assemble((clean(miss.trigger.text), "bold"), f": {miss.reason}"))
    if sentence.why_none and not sentence.near_misses:
        _row(console, "none", Text(sentence.why_none, "dim"))


_STYLES = {"actor": "blue", "event": "green", "no": "yellow"}


def _row(console: Console, kind: str, text: Text) -> None:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(width=6, justify="right", style=_STYLES.get(kind, "dim"))
    grid.add_column(ratio=1)
    grid.add_row(kind, text)
    console.print(grid)


def _mention(mention: MentionOut) -> Text:
    stands_for = mention.principal or "nobody"
    if mention.via and mention.principal:
        stands_for += f" via {mention.via}"
    return Text.assemble(
        (clean(mention.surface), "bold"), f" = {stands_for}", (f"  ({clean(mention.how)})", "dim")
    )


def _event(event: ClaimOut) -> Text:
    text = Text.assemble(
        (f"{event.source} {event.relation} {event.target}", "bold"),
        f"  {event.status}, {event.event_type or 'no type'}",
        (f"  by {event.rule}, at “{clean(event.trigger.text)}”", "dim"),
    )
    if event.attributed_to:
        text.append(f", said by {event.attributed_to}", "dim")
    return text
