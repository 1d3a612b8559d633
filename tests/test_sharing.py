"""What stays together in one process, and what a whole run must have proved."""

import pytest

from tests.conftest import REPOSITORY
from tests.neo4j_server import free_port
from tests.sharing import CONTRACT_STORES, GroupsAndFiles, group_of, unproven


@pytest.mark.parametrize(
    ("fixtures", "group"),
    [
        ({"neo4j_current", "store"}, "neo4j_current"),
        ({"sample_client", "sample_store"}, "neo4j_samples"),
        ({"clients", "neo4j_samples", "neo4j_lts"}, "neo4j_samples"),
        ({"image", "neo4j_lts"}, "image"),
        ({"neo4j_lts"}, ""),
        ({"tmp_path"}, ""),
    ],
)
def test_tests_that_share_something_costly_stay_together(fixtures: set[str], group: str) -> None:
    assert group_of(fixtures, (), named_server=False) == group


def test_a_server_that_is_named_is_for_one_process_alone() -> None:
    assert group_of({"neo4j_lts", "image"}, (), named_server=True) == "neo4j"
    assert group_of({"own"}, ["neo4j"], named_server=True) == "neo4j"
    assert group_of({"own"}, ["sqlite"], named_server=True) == ""


@pytest.mark.parametrize(
    ("nodeid", "scope"),
    [
        ("tests/a/test_b.py::test_c", "tests/a/test_b.py"),
        ("tests/a/test_b.py::TestC::test_d[me@host::1]", "tests/a/test_b.py"),
        ("tests/a/test_b.py::test_c@image", "image"),
        ("tests/a/test_b.py::test_c[x@y]@image", "image"),
    ],
)
def test_a_test_goes_with_its_group_or_its_file(nodeid: str, scope: str) -> None:
    scheduler = GroupsAndFiles.__new__(GroupsAndFiles)
    assert scheduler._split_scope(nodeid) == scope


def test_every_store_has_to_pass_the_whole_contract() -> None:
    every = dict.fromkeys(CONTRACT_STORES, 99)
    assert unproven(every, {}) == []
    assert unproven(every | {"Neo4jLts": 98}, {}) == ["Neo4jLts has passed 98 of 99 tests"]
    assert len(unproven({}, {})) == len(CONTRACT_STORES)
    without = {store: 99 for store in CONTRACT_STORES if store != "Neo4jCurrent"}
    assert unproven(without, {}) == ["Neo4jCurrent has passed 0 of 99 tests"]
    assert unproven(without, {"Neo4jCurrent": 99}) == [], "there may be no Java for it"
    assert unproven(every | {"Neo4jCurrent": 5}, {"Neo4jCurrent": 94}) != []


def test_every_store_with_the_contract_is_known() -> None:
    found = {
        line.removeprefix("class Test").partition("(")[0]
        for path in (REPOSITORY / "tests").rglob("test_*.py")
        for line in path.read_text("utf-8").splitlines()
        if line.startswith("class Test") and line.endswith("(StoreContract):")
    }
    assert found == set(CONTRACT_STORES)


def test_no_port_is_given_twice() -> None:
    assert len({free_port() for _ in range(200)}) == 200
