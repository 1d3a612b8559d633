"""The page on the ontology says what the ontology holds."""

import re

import pytest

from graph.model import Status
from graph.ontology import Relation, load_ontology
from tests.conftest import REPOSITORY

_CELLS = re.compile(r"(?<!\\)\|")


def table() -> dict[str, list[str]]:
    """The cells of every row of docs/ontology.md by its first cell."""
    rows = {}
    for line in (REPOSITORY / "docs" / "ontology.md").read_text("utf-8").splitlines():
        if line.startswith("| "):
            name, *cells = (cell.strip() for cell in _CELLS.split(line)[1:-1])
            rows[name] = cells
    return rows


def row_of(relation: Relation) -> list[str]:
    return [
        relation.description,
        relation.event_type,
        relation.planned,
        relation.cameo,
        f"{relation.score:g}",
        "yes" if relation.symmetric else "",
        relation.refused or "",
        relation.ended or "",
    ]


@pytest.mark.parametrize("name", load_ontology().relations)
def test_every_relation_stands_in_the_page_with_its_types_and_score(name: str) -> None:
    assert table().get(name) == row_of(load_ontology().relation(name))


def test_the_page_has_no_relation_that_the_ontology_lacks() -> None:
    page = {name for name, cells in table().items() if len(cells) == 8 and name != "Relation"}
    assert page - {"---"} == set(load_ontology().relations)


def test_every_status_is_explained() -> None:
    assert set(Status) <= set(table())
