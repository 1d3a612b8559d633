"""docs/neo4j.md says what there is in a graph, and its questions have answers."""

import re
from collections.abc import Iterator

import pytest

from graph.inbox import Failure
from graph.reference import load_reference
from graph.stores.cypher import RESERVED_TYPES
from graph.stores.neo4j import Neo4jStore
from tests.builders import DAY, article, noon
from tests.conftest import REPOSITORY
from tests.graph.test_neo4j_graph import OPENED, treaty
from tests.neo4j_databases import Database


@pytest.fixture
def store(neo4j_lts: Database) -> Iterator[Neo4jStore]:
    neo4j_lts.wipe()
    with neo4j_lts.open() as opened:
        opened.migrate()
        yield opened


def test_every_question_of_the_page_on_neo4j_has_an_answer(
    store: Neo4jStore, neo4j_lts: Database
) -> None:
    page = (REPOSITORY / "docs" / "neo4j.md").read_text("utf-8")
    questions = re.findall(r"```cypher\n(.+?)```", page, re.S)
    assert len(questions) > 3
    store.write_reference(load_reference())
    store.write(treaty())
    store.fail([Failure(article("Too long."), 5, "took too long")], noon(DAY))
    for question in questions:
        assert neo4j_lts.run(question), question


def test_the_page_on_neo4j_names_what_there_is(store: Neo4jStore, neo4j_lts: Database) -> None:
    page = (REPOSITORY / "docs" / "neo4j.md").read_text("utf-8")
    store.write_reference(load_reference())
    store.write(treaty())
    store.receive([article("Not stored yet.")], noon(DAY))
    for (label,) in neo4j_lts.run("MATCH (n) UNWIND labels(n) AS l RETURN DISTINCT l"):
        assert f":{label}" in page, label
    for label in OPENED:
        keys = f"MATCH (n:{label}) UNWIND keys(n) AS k RETURN DISTINCT k"
        for (key,) in neo4j_lts.run(keys):
            assert f"`{key}`" in page, (label, key)
    for kind in RESERVED_TYPES - {"HAS_PROBLEM"}:
        assert f":{kind}" in page, kind
