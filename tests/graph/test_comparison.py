"""What changed between two days."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from graph.alliances import Stance
from graph.comparison import FOES, Changes, Kind, compare
from graph.errors import InvalidInput, NotFound
from graph.model import Actor, Event
from graph.reference import load_reference
from graph.store import Batch, TieQuery
from graph.stores.sqlite import SqliteStore
from tests.builders import IRN, RUS, USA, article, event, evidence, state

REFERENCE = load_reference()
THEN, NOW = date(2020, 1, 1), date(2022, 1, 1)
CHN, TUR = state("CHN", "China"), state("TUR", "Turkey")
SOURCE = article()


def acts(relation: str, partner: Actor, year: int, count: int = 3) -> list[Event]:
    return [
        event(
            evidence(SOURCE, confidence=1.0),
            relation=relation,
            source=RUS,
            target=partner,
            day=date(year, 6, 1 + n),
        )
        for n in range(count)
    ]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with SqliteStore(tmp_path / "graph.db") as opened:
        opened.migrate()
        events = [
            *acts("treaty", IRN, 2021),
            *acts("treaty", USA, 2019),
            *acts("attack", USA, 2021, 9),
            *acts("treaty", CHN, 2019, 1),
            *acts("treaty", CHN, 2021, 9),
            *acts("criticism", TUR, 2021, 1),
        ]
        opened.write(Batch(articles=[SOURCE], events=events))
        yield opened


def ask(store: SqliteStore, query: TieQuery = TieQuery(NOW), earlier: date = THEN) -> Changes:  # noqa: B008
    return compare(store, REFERENCE, "RUS", earlier, query)


def test_partners_come_go_change_their_stance_or_their_score(store: SqliteStore) -> None:
    found = {change.partner.id: change for change in ask(store).observed}
    kinds = {key: change.kind for key, change in found.items()}
    assert kinds == {
        "IRN": Kind.CAME,
        "USA": Kind.WENT,
        "CHN": Kind.STANCE,
        "TUR": Kind.STANCE,
    }
    assert found["IRN"].before is None
    assert found["CHN"].before is not None
    assert found["CHN"].after is not None
    assert (found["CHN"].before.stance, found["CHN"].after.stance) == (Stance.PARTNER, Stance.ALLY)
    assert found["CHN"].delta == found["CHN"].after.score - found["CHN"].before.score


def test_the_greatest_change_comes_first_with_what_was_done_since(store: SqliteStore) -> None:
    found = ask(store)
    deltas = [abs(change.delta) for change in found.observed]
    assert deltas == sorted(deltas, reverse=True)
    assert found.total == len(found.observed) == 4
    for change in found.observed:
        assert change.proofs[0].day is not None
        assert change.proofs[0].day > THEN
    cut = compare(store, REFERENCE, "RUS", THEN, TieQuery(NOW), limit=1, proofs=0)
    assert [c.partner.id for c in cut.observed] == [found.observed[0].partner.id]
    assert (cut.total, cut.observed[0].proofs) == (4, ())


def test_among_foes_who_turned_hostile_has_come(store: SqliteStore) -> None:
    found = compare(store, REFERENCE, "RUS", THEN, TieQuery(NOW), circle=FOES)
    kinds = {change.partner.id: change.kind for change in found.observed}
    assert kinds["USA"] is Kind.CAME
    assert kinds["IRN"] is Kind.STANCE


def test_a_window_moves_with_the_day(store: SqliteStore) -> None:
    year = TieQuery(NOW, since=date(2021, 1, 1))
    found = {change.partner.id: change for change in ask(store, year, date(2021, 1, 1)).observed}
    assert found["CHN"].before is None  # its treaty of 2019 lies before both windows


def test_nothing_changes_where_nothing_happens(store: SqliteStore) -> None:
    found = ask(store, TieQuery(date(2018, 1, 2)), date(2018, 1, 1))
    assert (found.observed, found.began, found.ended) == ((), (), ())


def test_commitments_begin_and_end_with_each_partner(store: SqliteStore) -> None:
    found = compare(store, REFERENCE, "USA", date(2023, 4, 3), TieQuery(date(2024, 3, 7)))
    nato = next(item for item in found.began if item.commitment.id == "member-NATO")
    assert [partner.id for partner in nato.partners] == ["FIN", "SWE"]
    left = compare(store, REFERENCE, "GBR", date(2020, 1, 31), TieQuery(date(2020, 2, 1)))
    [union] = [item for item in left.ended if item.commitment.id == "member-EU"]
    assert len(union.partners) == 27
    assert union.partners[0].id == "AUT"


def test_the_earlier_day_must_be_earlier_and_the_actor_known(store: SqliteStore) -> None:
    with pytest.raises(InvalidInput):
        ask(store, TieQuery(THEN), THEN)
    with pytest.raises(NotFound):
        compare(store, REFERENCE, "nobody", THEN, TieQuery(NOW))
