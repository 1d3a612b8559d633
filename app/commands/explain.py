"""`westphalia explain`: what was seen in each sentence, and why it did or did not become events."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from app.coding import load_pipeline
from app.commands.common import FormatOption, parse_day
from app.commands.extract import dated
from app.console import Format, clean, one_line, stdout, warn
from app.extracted import ClaimOut, Explanation, MentionOut, SentenceOut
from app.settings import load_settings
from ingest.coding import Uncoded, code_each
from ingest.sources.files import FileSource
from ingest.sources.received import Received, SourceProblem

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
        if isinstance(result, Uncoded):
            failed = True
            warn(f"{received.place}: {result.reason}")
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
    known = {mention.how for mention in sentence.mentions}
    both = {_direction(event) for event in sentence.events}
    for event in sentence.events:
        source, target, *rest = _direction(event)
        mutual = (target, source, *rest) in both
        if mutual and source > target:
            continue
        _row(console, "event", _event(event, "↔" if mutual else "→"))
        for line in _steps(event, known):
            _row(console, "", Text(clean(line), "dim"))
    for miss in sentence.near_misses:
        _row(console, "no", Text.assemble((clean(miss.trigger.text), "bold"), f": {miss.reason}"))
    if sentence.why_none and not sentence.near_misses:
        _row(console, "none", Text(sentence.why_none, "dim"))


_STYLES = {"actor": "blue", "event": "green", "no": "yellow"}


def _row(console: Console, kind: str, text: Text) -> None:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(width=6, justify="right", style=_STYLES.get(kind, "dim"))
    grid.add_column()
    grid.add_row(kind, text)
    console.print(grid)


def _mention(mention: MentionOut) -> Text:
    stands_for = mention.principal or "nobody"
    if mention.via and mention.principal:
        stands_for += f" via {mention.via}"
    return Text.assemble(
        (clean(mention.surface), "bold"), f" = {stands_for}", (f"  ({clean(mention.how)})", "dim")
    )


def _direction(event: ClaimOut) -> tuple[str, str, str, str, int]:
    return event.source, event.target, event.relation, event.status, event.trigger.start


def _event(event: ClaimOut, arrow: str) -> Text:
    when = event.event_date
    day = "no day" if when is None else when.start.isoformat()
    if when is not None and when.end != when.start:
        day += f" to {when.end.isoformat()}"
    return Text.assemble(
        (f"{event.source} {arrow} {event.target}  {event.relation}", "bold"),
        f"  {event.status}, {event.event_type or 'no type'}, {day}",
        f", confidence {event.confidence:.2f}",
    )


def _steps(event: ClaimOut, known: Collection[str]) -> list[str]:
    """How it came about: the rule, then what changed the status, then who was meant by a word
    that is no name; `known` says how the names of the sentence were resolved."""
    entry = f" ({event.lexicon})" if event.lexicon else ""
    lines = [f"by {event.construction}{entry}, at “{event.trigger.text}”"]
    lines += [f"status: {step}" for step in event.status_steps]
    for end, via, how in (
        (event.source, event.source_via, event.source_how),
        (event.target, event.target_via, event.target_how),
    ):
        if how not in known:
            lines.append(f"{end}{f' via {via}' if via else ''} from {how}")
    if event.attributed_to:
        lines.append(f"said by {event.attributed_to}")
    return lines
