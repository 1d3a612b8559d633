"""`westphalia keys`: make, list and revoke API keys."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from app.commands.common import FormatOption
from app.console import Format, clean, stdout, warn
from app.keys import Key, Scope, joined, load_keys, make_key, save_keys
from app.settings import load_settings
from graph.errors import InvalidInput, NotFound

app = typer.Typer(help="API keys of the service.", no_args_is_help=True)

FileOption = Annotated[
    Path | None, typer.Option("--file", help="The file of keys; WESTPHALIA_API_KEYS_FILE.")
]


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="Who or what will use it, for the list.")] = "",
    scope: Annotated[
        list[Scope] | None, typer.Option(help="What it may do; may be repeated.")
    ] = None,
    file: FileOption = None,
) -> None:
    """Make a key, keep its hash, and print the key: the only time that it is shown."""
    path = _path(file)
    keys = load_keys(path) if path.exists() else ()
    made = datetime.now(UTC).date()
    text, key = make_key(frozenset(scope or [Scope.READ]), name, made)
    save_keys(path, [*keys, key])
    warn(f"Key {key.id} ({joined(key.scopes)}) is in {path}. It is shown this once:")
    typer.echo(text)


@app.command("list")
def list_keys(file: FileOption = None, output: FormatOption = Format.TABLE) -> None:
    """List the keys: ids, scopes, days and names. The keys themselves are nowhere."""
    keys = load_keys(_path(file))
    if output is Format.JSON:
        for key in keys:
            typer.echo(json.dumps(_row(key)))
        return
    table = Table(show_edge=False, pad_edge=False)
    for title in ("Id", "Scopes", "Made", "Name"):
        table.add_column(title)
    for key in keys:
        made = str(key.made) if key.made else "older form"
        table.add_row(key.id, joined(key.scopes), made, clean(key.name))
    stdout().print(table)


@app.command()
def revoke(
    key_id: Annotated[str, typer.Argument(help="Its id, as `keys list` prints it.")],
    file: FileOption = None,
) -> None:
    """Take a key away. A running service refuses it within a second."""
    path = _path(file)
    keys = load_keys(path)
    kept = [key for key in keys if key.id != key_id]
    if len(kept) == len(keys):
        raise NotFound("key", key_id, [key.id for key in keys][:5])
    save_keys(path, kept)
    warn(f"Key {key_id} is revoked.")


def _row(key: Key) -> dict[str, str | list[str] | None]:
    return {
        "id": key.id,
        "scopes": joined(key.scopes).split(","),
        "made": str(key.made) if key.made else None,
        "name": key.name,
    }


def _path(file: Path | None) -> Path:
    path = file or load_settings().api_keys_file
    if path is None:
        raise InvalidInput("which file? Set WESTPHALIA_API_KEYS_FILE, or give --file")
    return path
