"""`westphalia event`: one event, its evidence, and what stands beside it."""

from collections.abc import Sequence
from typing import Annotated

import typer
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from app.attested_schemas import AttestedEventOut
from app.commands.common import FormatOption, existing
from app.console import Format, clean, marked, one_line, stdout
from app.schemas import EvidenceOut, TripleOut
from app.settings import load_settings
from graph.corroboration import attest


def show_event(
    event_id: Annotated[str, typer.Argument(metavar="ID", help="An event's id: e and 32 digits.")],
    output: FormatOption = Format.TABLE,
) -> None:
    """Show one event with all its evidence, other reports of it, and what contradicts it.

    With --format json the same as GET /v1/events/ID.
    """
    with existing(load_settings()) as store:
        event = store.event(event_id)
        articles = store.articles([item.article_id for item in event.evidence])
        told = AttestedEventOut.of_attested(event, articles, attest(store, event))
    if output is Format.JSON:
        typer.echo(told.model_dump_json())
    else:
        _print(stdout(), told)


def _print(console: Console, event: AttestedEventOut) -> None:
    console.print(_claim(event))
    console.print(
        f"{event.status}, {event.event_type or 'no type'}, {_day(event)}, "
        f"confidence {event.confidence:.2f}"
    )
    console.print(_basis(event))
    for item in event.evidence:
        _evidence(console, item)
    _list(console, "Probably the same act", [(item, "") for item in event.same_event])
    against = [(item, f"{item.why}: ") for item in event.contradictions]
    _list(console, "Contradictions", against)


def _claim(event: AttestedEventOut) -> Text:
    ends = [event.source.name, event.relation.replace("_", " ")]
    if event.target is not None:
        ends.append(event.target.name)
    return Text(clean(" ".join(ends)), "bold")


def _day(event: AttestedEventOut | TripleOut) -> str:
    if event.event_date is not None:
        return event.event_date.start.isoformat()
    return f"reported {event.reported_on}" if event.reported_on else "no day"


def _basis(event: AttestedEventOut) -> str:
    found = event.corroboration
    words = (
        f"{_number(found.sentences, 'sentence')} in {_number(found.articles, 'article')} of "
        f"{_number(found.publishers, 'publisher')}, {found.independent_publishers} independent"
    )
    if found.speakers:
        names = ", ".join(f"{item.actor.name} {item.sentences}" for item in found.speakers)
        words += f"; quoted: {clean(names)}"
    return f"{words}; only parties say so" if found.only_parties else words


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _evidence(console: Console, item: EvidenceOut) -> None:
    trigger = (item.trigger.start - item.start, item.trigger.end - item.start)
    console.print()
    console.print(Padding(marked(item.quote, [trigger]), (0, 0, 0, 2)))
    published = item.article.published_at
    known = [item.article.publisher, published.date().isoformat() if published else ""]
    if item.attributed_to:
        known.append(f"said by {item.attributed_to.name}")
    source = ", ".join(part for part in (*known, item.article.url) if part)
    console.print(Padding(Text(one_line(source), "dim"), (0, 0, 0, 4)))


def _list(console: Console, title: str, items: Sequence[tuple[TripleOut, str]]) -> None:
    if not items:
        return
    console.print(Text(f"\n{title}", "bold"))
    for item, why in items:
        head = f"{item.source} {item.relation} {item.target or ''}  {item.status}, {_day(item)}"
        console.print(Padding(Text.assemble(head, (f"  {item.event_id}", "dim")), (0, 0, 0, 2)))
        console.print(Padding(Text.assemble((why, "dim"), marked(item.quote, [])), (0, 0, 0, 4)))
