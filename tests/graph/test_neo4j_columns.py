"""Rows sent as columns of text come out of the server as they went in."""

from datetime import UTC, date, datetime

import pytest

from graph.errors import InvalidInput
from graph.stores.neo4j_columns import Columns, Kind, joined
from tests.contracts.helpers import HOSTILE
from tests.neo4j_databases import Database

COLUMNS = Columns(
    key=Kind.TEXT,
    x_text=Kind.TEXT,
    x_word=Kind.WORD,
    x_number=Kind.NUMBER,
    x_real=Kind.REAL,
    x_day=Kind.DAY,
    x_moment=Kind.MOMENT,
)
NAMES = ("text", "word", "number", "real", "day", "moment")


def sent_and_returned(database: Database, rows: list[tuple[object, ...]]) -> list[list[object]]:
    statement = COLUMNS.filled(
        "WITH <key> AS key, <x_*> AS x "
        f"RETURN {', '.join(f'x.{name}' for name in NAMES)} ORDER BY toInteger(key)"
    )
    filled = [
        {"key": str(place), "x": dict(zip(NAMES, row, strict=True))}
        for place, row in enumerate(rows)
    ]
    return database.run(statement.text, **COLUMNS.parameters(filled))


def test_every_kind_of_value_comes_back(neo4j_lts: Database) -> None:
    noon = datetime(2025, 1, 17, 12, 0, 0, 123456, tzinfo=UTC)
    rows: list[tuple[object, ...]] = [
        ("", None, None, None, None, None),
        ("a", "", 0, 0.0, date(1, 1, 1), noon),
        ("b", ".", -(2**62), 0.1 + 0.2, date(9999, 12, 31), noon.replace(microsecond=0)),
        ("", "word", 7, -1e-9, date(2025, 1, 17), noon),
    ]
    found = sent_and_returned(neo4j_lts, rows)
    for wanted, (*plain, day, moment) in zip(rows, found, strict=True):
        days = [value.to_native() if value else None for value in (day, moment)]  # type: ignore[attr-defined]
        assert (*plain, *days) == wanted


def test_hostile_texts_come_back(neo4j_lts: Database) -> None:
    rows: list[tuple[object, ...]] = [
        (text, text, None, None, None, None)
        for text in (*HOSTILE, "\n", "%0A", "\\0", "$nul", "<key>")
    ]
    assert [tuple(row) for row in sent_and_returned(neo4j_lts, rows)] == rows


def test_one_row_with_an_empty_text_is_one_row(neo4j_lts: Database) -> None:
    rows: list[tuple[object, ...]] = [("", None, None, None, None, None)]
    assert [tuple(row) for row in sent_and_returned(neo4j_lts, rows)] == rows


def test_nul_is_refused_and_never_moves_a_value_to_another_row() -> None:
    for values in (["a\0b"], ["a", "b\0"], ["\0", "", ""]):
        with pytest.raises(InvalidInput, match="NUL character in an id"):
            joined(values)
    assert joined(["", ""]) == "\0"


def test_the_server_needs_one_plan_however_long_the_columns_are_and_whatever_is_missing() -> None:
    """It plans anew for a parameter of another kind, and its text and nothing are two kinds."""
    bare = {"key": "", "x": dict.fromkeys(NAMES) | {"text": ""}}
    full = {"key": "k" * 5000, "x": dict(zip(NAMES, ("t", "w", 1, 0.5, None, None), strict=True))}
    kinds = [
        {name: type(value) for name, value in COLUMNS.parameters(rows).items()}
        for rows in ([bare], [full], [bare, full] * 500)
    ]
    assert kinds == [{"nul": str, "size": int, "columns": dict}] * 3
