"""Which tests of a run stay together in one process, and which begin first.

The processes of a run take groups of tests from one list: a file is a group, and so are the tests
of several files that share something costly. What needs a server of its own takes longest, so it
stands first, and no process is left with a long group when the others are done.
"""

import os
from collections.abc import Collection, Mapping

import pytest
from xdist.scheduler import LoadGroupScheduling

TOGETHER = ("image", "neo4j_current", "neo4j_samples", "sample_store")
"""Fixtures, the costliest first, whose tests stay in one process: one root folder of the image, one
server of the current line, one load of the samples into a server."""
_SAME = {"sample_store": "neo4j_samples"}
_SERVERS = {"page", "queue", "nats", "quiet"}
CONTRACT_STORES = ("SqliteStore", "SettlingStore", "Neo4jLts", "Neo4jCurrent")
_MAY_BE_MISSING = "Neo4jCurrent"


def group_of(fixtures: Collection[str], values: Collection[object], named_server: bool) -> str:
    """The group of a test, or '' for that of its file: by the names of its fixtures and the values
    of its parameters. Tests empty a server that is named, so one process alone may have it."""
    if named_server and needs_neo4j(fixtures, values):
        return "neo4j"
    for name in TOGETHER:
        if name in fixtures:
            return _SAME.get(name, name)
    return ""


def needs_neo4j(fixtures: Collection[str], values: Collection[object]) -> bool:
    """A parameter "neo4j" is for a fixture that asks for the server when it is set up."""
    return "neo4j" in values or any(name.startswith("neo4j_") for name in fixtures)


def put_in_order(items: list[pytest.Item]) -> None:
    """Give every test its group, and put what needs servers first, group by group."""
    named = bool(os.environ.get("WESTPHALIA_TEST_NEO4J_URI"))
    groups: dict[str, list[pytest.Item]] = {}
    costly: set[str] = set()
    for item in items:
        fixtures, values = set(getattr(item, "fixturenames", ())), _values(item)
        group = group_of(fixtures, values, named)
        if group:
            item.add_marker(pytest.mark.xdist_group(group))
        group = group or item.nodeid.partition("::")[0]
        groups.setdefault(group, []).append(item)
        if needs_neo4j(fixtures, values) or fixtures & _SERVERS or group in TOGETHER:
            costly.add(group)
    in_turn = sorted(groups, key=lambda group: group not in costly)
    items[:] = [item for group in in_turn for item in groups[group]]


def _values(item: pytest.Item) -> list[str]:
    called = getattr(item, "callspec", None)
    return [value for value in called.params.values() if isinstance(value, str)] if called else []


class GroupsAndFiles(LoadGroupScheduling):  # type: ignore[misc]
    """Hands out the tests of a group together, and those without one by their files."""

    def _split_scope(self, nodeid: str) -> str:
        return str(super()._split_scope(nodeid)).partition("::")[0]


def unproven(passed: Mapping[str, int], skipped: Mapping[str, int]) -> list[str]:
    """What a whole run has not proved of the store contract, given how many of its tests each store
    has passed and skipped. The current line of Neo4j may be skipped as a whole: not every machine
    has a Java for it."""
    most = max(passed.values(), default=0)
    return [
        f"{store} has passed {passed.get(store, 0)} of {most} tests"
        for store in CONTRACT_STORES
        if (passed.get(store, 0) < most or not most)
        and not (store == _MAY_BE_MISSING and skipped.get(store) and not passed.get(store))
    ]
