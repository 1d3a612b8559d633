"""Up to which day the offices of a state are known, in the world of two states."""

from datetime import date
from pathlib import Path

import pytest

from graph.reference import load_reference
from graph.reference.loader import read_reference
from graph.reference.reach import WATCHED, Reach, known_until, reach
from graph.reference.types import Role
from tests.graph.test_validation import KING, world, write

__all__ = ["world"]

AS_OF = date(2025, 12, 1)
PREMIER = """
[[office]]
of = "RUR"
role = "head_of_government"
title = "chancellor"
holders = [["Fritz Tarlenheim", "1990", "1995-03-01"], ["Sapt Zenda", "1996", "2001-07-28"]]
"""


def test_a_head_in_office_is_known_until_the_day_of_the_files(world: Path) -> None:
    reference = read_reference(world)
    assert list(reach(reference, "RUR")) == [Reach("RUR", Role.HEAD_OF_STATE, AS_OF)]
    assert known_until(reference, "RUR") == AS_OF


def test_an_office_without_a_successor_is_known_until_its_last_term_ends(world: Path) -> None:
    write(world, "offices/old", PREMIER)
    reference = read_reference(world)
    expected = Reach("RUR", Role.HEAD_OF_GOVERNMENT, date(2001, 7, 28))
    assert expected in list(reach(reference, "RUR"))
    assert known_until(reference, "RUR") == date(2001, 7, 28)


def test_an_office_that_was_abolished_is_not_missed(world: Path) -> None:
    write(world, "offices/old", PREMIER.replace("title", 'ended = "2001-07-28"\ntitle'))
    reference = read_reference(world)
    assert [office.role for office in reach(reference, "RUR")] == [Role.HEAD_OF_STATE]
    assert known_until(reference, "RUR") == AS_OF


def test_an_office_that_begins_under_another_title_goes_on(world: Path) -> None:
    write(world, "offices/old", PREMIER)
    regent = PREMIER.replace("chancellor", "regent").replace('"1990", "1995-03-01"', '"2002", ""')
    write(world, "offices/new", regent.replace(', ["Sapt Zenda", "1996", "2001-07-28"]', ""))
    assert known_until(read_reference(world), "RUR") == AS_OF


def test_a_foreign_minister_is_watched_but_no_head(world: Path) -> None:
    write(world, "offices/old", PREMIER.replace("head_of_government", "foreign_minister"))
    reference = read_reference(world)
    assert Reach("RUR", Role.FOREIGN_MINISTER, date(2001, 7, 28)) in list(reach(reference, "RUR"))
    assert known_until(reference, "RUR") == AS_OF


def test_a_term_beyond_the_day_of_the_files_proves_nothing_later(world: Path) -> None:
    text = KING.replace('of = "RUR"', 'of = "GRK"').replace('05-01", ""', '05-01", "2026-03-01"')
    write(world, "offices/new", text)
    assert known_until(read_reference(world), "GRK") == AS_OF


def test_a_state_without_heads_in_the_files_is_not_called_stale(world: Path) -> None:
    reference = read_reference(world)
    assert list(reach(reference, "GRK")) == []
    assert known_until(reference, "GRK") == AS_OF


@pytest.mark.parametrize("state", ["USA", "RUS", "CHN", "IRN", "TUR", "SYR", "HTI", "KEN", "AFG"])
def test_the_heads_of_much_told_states_are_known_to_the_end(state: str) -> None:
    reference = load_reference()
    assert known_until(reference, state) == reference.as_of


def test_no_state_is_watched_for_an_office_that_ended() -> None:
    reference = load_reference()
    told = {(office.state, office.role) for s in reference.states for office in reach(reference, s)}
    assert {role for _, role in told} == set(WATCHED)
    assert not told & set(reference.ended)
