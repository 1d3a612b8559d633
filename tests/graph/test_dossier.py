"""One actor with everything that is known of it, as of a day."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from graph.dossier import Dossier, dossier
from graph.errors import NotFound
from graph.reference import load_reference
from graph.store import Batch
from graph.stores.sqlite import SqliteStore
from tests.builders import DAY, article, event, evidence, person

REFERENCE = load_reference()
TODAY = date(2025, 6, 1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with SqliteStore(tmp_path / "graph.db") as opened:
        opened.migrate()
        source = article()
        opened.write(
            Batch(
                articles=[source],
                events=[event(evidence(source, source_via=person("a-minister~RUS", "RUS")))],
            )
        )
        yield opened


def ask(store: SqliteStore, key: str, day: date = TODAY) -> Dossier:
    return dossier(store, REFERENCE, key, day)


def test_a_person_has_its_offices_with_their_days(store: SqliteStore) -> None:
    found = ask(store, "vladimir-putin")
    [now, *before] = found.offices
    assert (now.principal.id, now.title, now.until) == ("RUS", "president", None)
    assert any(post.title == "prime minister" for post in before)
    assert found.acts_for is not None
    assert found.acts_for.id == "RUS"
    assert all(post.since is None or post.since <= date(2009, 1, 1)
               for post in ask(store, "vladimir-putin", date(2009, 1, 1)).offices)  # fmt: skip


def test_a_state_has_the_holders_of_its_offices_last_first(store: SqliteStore) -> None:
    found = ask(store, "RUS")
    assert found.offices[0].person.id == "vladimir-putin"
    assert (found.profile.events, found.profile.first_seen) == (1, DAY)
    assert found.known_until is not None
    assert "boris-yeltsin" in [post.person.id for post in found.offices]


def test_memberships_that_began_later_are_not_told_nor_ends_that_lay_ahead(
    store: SqliteStore,
) -> None:
    def nato(day: date) -> list[tuple[date | None, date | None]]:
        members = ask(store, "FIN", day).memberships
        return [(m.since, m.until) for m in members if m.organization.id == "NATO"]

    assert nato(date(2023, 4, 3)) == []
    assert nato(date(2023, 4, 4)) == [(date(2023, 4, 4), None)]
    union = [m for m in ask(store, "GBR", date(2019, 1, 1)).memberships
             if m.organization.id == "EU"]  # fmt: skip
    assert [m.until for m in union] == [None]


def test_an_organisation_has_its_members(store: SqliteStore) -> None:
    members = {m.member.id: m for m in ask(store, "NATO").memberships}
    assert members["FIN"].since == date(2023, 4, 4)
    assert "SWE" in members
    assert "AUT" not in members


def test_former_names_have_their_days(store: SqliteStore) -> None:
    names = {item.name for item in ask(store, "MKD").former_names}
    assert any("Macedonia" in name for name in names)


def test_whom_an_institution_or_a_group_belongs_to(store: SqliteStore) -> None:
    for key, state in (("kremlin", "RUS"), ("hezbollah", "LBN")):
        acts_for = ask(store, key).acts_for
        assert acts_for is not None
        assert acts_for.id == state


def test_an_actor_that_only_a_text_names_has_counts_alone(store: SqliteStore) -> None:
    found = ask(store, "a-minister~RUS")
    assert (found.offices, found.memberships, found.known_until) == ((), (), None)
    assert found.profile.events == 1


def test_nobody_is_not_found_and_close_names_are_offered(store: SqliteStore) -> None:
    with pytest.raises(NotFound):
        ask(store, "nobody-at-all")
