"""The schema's version: which one a file has, and how it is brought to this program's.

A file also remembers the projections (relation, status -> type, score) with which its masses were
computed, and the rule by which publishers were counted: with others the derived tables are stale,
and `migrate` computes them anew.
"""

import sqlite3
from functools import cache
from importlib.resources import files
from pathlib import Path

from graph.errors import SchemaMismatch
from graph.stores.fingerprint import ontology_fingerprint

APPLICATION_ID = 0x57455354  # "WEST"


@cache
def migrations() -> tuple[str, ...]:
    """Return the SQL of every migration, first to last; their number is the newest version."""
    folder = files("graph") / "stores" / "sqlite_migrations"
    scripts = sorted(
        (item for item in folder.iterdir() if item.name.endswith(".sql")),
        key=lambda item: item.name,
    )
    return tuple(script.read_text("utf-8") for script in scripts)


def version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def check_schema(connection: sqlite3.Connection, path: Path) -> None:
    """Raise SchemaMismatch unless the file has exactly this program's schema and ontology."""
    found, wanted = version(connection), len(migrations())
    if found > wanted:
        raise SchemaMismatch(f"{path}: schema {found} is newer than this program's {wanted}")
    if found < wanted:
        raise SchemaMismatch(f"{path}: schema {found}, this program needs {wanted}; run migrate")
    if stored_fingerprint(connection) != ontology_fingerprint():
        raise SchemaMismatch(f"{path}: was written with another ontology or count; run migrate")


def stored_fingerprint(connection: sqlite3.Connection) -> str:
    row = connection.execute("SELECT value FROM meta WHERE key = 'ontology'").fetchone()
    return str(row[0]) if row else ""


def refuse_foreign(connection: sqlite3.Connection, path: Path) -> None:
    """Raise SchemaMismatch where the file is another program's, or a newer program's."""
    found, wanted = version(connection), len(migrations())
    ours = connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
    tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    if tables and not ours:
        raise SchemaMismatch(f"{path}: is a database of another program")
    if found > wanted:
        raise SchemaMismatch(f"{path}: schema {found} is newer than this program's {wanted}")


def upgrade(connection: sqlite3.Connection) -> bool:
    """Run the missing migrations inside the open transaction.

    Returns whether the derived tables must be computed anew.
    """
    found = version(connection)
    for script in migrations()[found:]:
        for statement in _statements(script):
            connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {len(migrations())}")
    older = found < len(migrations()) or stored_fingerprint(connection) != ontology_fingerprint()
    connection.execute("REPLACE INTO meta VALUES ('ontology', ?)", (ontology_fingerprint(),))
    return found > 0 and older


def _statements(script: str) -> list[str]:
    """Split a script, because `executescript` would commit the open transaction."""
    found, pending = [], ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            found.append(pending)
            pending = ""
    return found
