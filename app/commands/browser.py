"""`westphalia browser`: a link that opens Neo4j Browser on the graph."""

from pathlib import Path
from typing import Annotated

import typer

from app.browser.files import ADDRESS, actor_query, favorites, favorites_zip
from app.browser.links import api_address, link, require_server
from app.commands.common import existing
from app.console import warn
from app.lookup import find_actor
from app.settings import load_settings
from graph.errors import WestphaliaError
from graph.reference import load_reference


def browser(
    actor: Annotated[
        str, typer.Argument(help="An id such as IRN, or a name: open the Browser at this actor.")
    ] = "",
    guide: Annotated[bool, typer.Option("--guide", help="Open the guide, not a query.")] = False,
    api: Annotated[
        str, typer.Option(help=f"Where the API is that has the guide, such as {ADDRESS}.")
    ] = "",
    save_favorites: Annotated[
        Path | None, typer.Option(help="Also write the favourites there, as a zip to import.")
    ] = None,
) -> None:
    """Print a link that opens Neo4j Browser with a query in its editor, or with the guide.

    Nothing runs by itself: the person logs in, and runs the query.
    """
    if guide and actor:
        raise typer.BadParameter("an actor has no guide of its own; give --guide or an actor")
    settings = load_settings()
    require_server(settings)
    with existing(settings) as store:
        query = actor_query(find_actor(store, load_reference(), actor)) if actor else ""
    base = (api or api_address(settings)).rstrip("/")
    if guide:
        address = link(settings, "guide", f"{base}/browser/guide")
    else:
        address = link(settings, "edit", query or favorites()[0].text)
    typer.echo(address)
    warn(f"For colours and captions, run in the Browser:  :style {base}/browser/style.grass")
    if save_favorites is not None:
        try:
            save_favorites.write_bytes(favorites_zip())
        except OSError as error:
            raise WestphaliaError(f"cannot write {save_favorites}: {error.strerror}") from error
        warn(f"{save_favorites}: drop it onto the Browser's window")
