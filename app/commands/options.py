"""Options that commands which read the graph share, and how they become the filters of the API.

The routers are imported by the commands when they run: FastAPI and networkx take half a second.
Imports pydantic and typer.
"""

from typing import Annotated, TypeVar

import typer
from pydantic import BaseModel, ValidationError

from graph.reference import Reference
from graph.store import HALF_LIFE_DAYS, Bucket, Store

Filters = TypeVar("Filters", bound=BaseModel)

ActorArgument = Annotated[str, typer.Argument(help="An id such as IRN, or a name such as Iran.")]
AsOf = Annotated[str, typer.Option(help="Day of the answer, as 2025-01-17; today.")]
Since = Annotated[str, typer.Option(help="First day of the events that count.")]
Until = Annotated[str, typer.Option(help="First day that does not count any more.")]
Through = Annotated[str, typer.Option("--as-of", help="Nothing later than this day is looked at.")]
HalfLife = Annotated[float, typer.Option(min=1, max=36_500, help="An event this old counts half.")]
Confidence = Annotated[float, typer.Option(min=0, max=1, help="Leave out what is less sure.")]
Relations = Annotated[
    list[str], typer.Option("--relation", help="Any of these relations; may be repeated.")
]
EventTypes = Annotated[
    list[str], typer.Option("--event-type", help="Any of these PLOVER types; may be repeated.")
]
Statuses = Annotated[
    list[str], typer.Option("--status", help="asserted, planned ...; may be repeated.")
]
Either = Annotated[str, typer.Option("--actor", help="Stands at either end, or is named there.")]
Partner = Annotated[str, typer.Option("--partner", help="The other end; needs --actor.")]
Source = Annotated[str, typer.Option("--source", help="Who acts.")]
Target = Annotated[str, typer.Option("--target", help="Who is acted on.")]
BucketOption = Annotated[Bucket, typer.Option(help="Length of a period.")]
Quotes = Annotated[int, typer.Option(min=0, max=20, help="Sentences for each.")]
Limit = Annotated[int, typer.Option(min=1, max=200, help="How many are shown.")]
DEFAULT_HALF_LIFE = HALF_LIFE_DAYS

_ENDS = ("actor", "partner", "source", "target")
_SPELT = {"from": "FROM", "to": "TO"}


def filters(model: type[Filters], **given: object) -> Filters:
    """Make the filters of the API from what was typed; empty values count as not given. Raises
    BadParameter that names the option."""
    kept = {name: value for name, value in given.items() if value not in ("", [], None)}
    try:
        return model(**kept)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        option = _SPELT.get(name) or f"--{name.replace('_', '-')}"
        raise typer.BadParameter(f"{option}: {first['msg']}") from error


def event_filters(
    model: type[Filters], store: Store, reference: Reference, **given: object
) -> Filters:
    """The same where events are chosen: actors may be given by name."""
    ends = {name: resolved(store, reference, str(given[name])) for name in _ENDS}
    return filters(model, **{**given, **ends})


def resolved(store: Store, reference: Reference, text: str) -> str:
    """The id of an actor that is named by an option; empty stays empty."""
    from app.lookup import find_actor

    return find_actor(store, reference, text) if text else ""
