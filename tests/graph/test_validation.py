"""A wrong entry of the curated data is refused with its file and its place, in a world of two
states made for the purpose."""

from datetime import date
from pathlib import Path

import pytest

from graph.errors import ReferenceDataError
from graph.reference.loader import read_reference
from graph.reference.types import Role
from graph.reference.validation import check

HEAD = 'as_of = "2025-12-01"\nsources = ["this test"]\nlicence = "CC0-1.0"\n'
RURITANIA = """
[[state]]
id = "RUR"
name = "Ruritania"
aliases = ["Rurit"]
adjectives = ["Ruritanian"]
people = ["Ruritanians"]
capital = "Strelsau"
"""
GRAUSTARK = """
[[state]]
id = "GRK"
name = "Graustark"
capital = "Edelweiss"
"""
KING = """
[[office]]
of = "RUR"
role = "head_of_state"
title = "king"
holders = [["Rudolf Elphberg", "1990", "1999-05-01"], ["Flavia Elphberg", "1999-05-01", ""]]
"""
ORDER = """
[[organization]]
id = "ORDER"
name = "Red Rose Order"
seats = ["Zenda"]
members = [["RUR", "1990", ""]]
"""
FILES = (
    "states organizations groups institutions commitments ambiguous offices/old offices/new".split()
)


@pytest.fixture
def world(tmp_path: Path) -> Path:
    (tmp_path / "offices").mkdir()
    for name in FILES:
        (tmp_path / f"{name}.toml").write_text(HEAD, "utf-8")
    write(tmp_path, "states", RURITANIA + GRAUSTARK)
    write(tmp_path, "organizations", ORDER)
    write(tmp_path, "offices/old", KING)
    return tmp_path


def write(world: Path, name: str, text: str) -> None:
    path = world / f"{name}.toml"
    path.write_text(path.read_text("utf-8") + text, "utf-8")


def refused(world: Path, *words: str) -> None:
    with pytest.raises(ReferenceDataError) as caught:
        read_reference(world)
    for word in words:
        assert word in str(caught.value)


def test_a_right_world_is_read(world: Path) -> None:
    reference = read_reference(world)
    assert set(reference.states) == {"RUR", "GRK"}
    assert reference.as_of == date(2025, 12, 1)
    assert check(reference) == ()


@pytest.mark.parametrize("key", ["as_of", "sources", "licence"])
def test_a_file_that_does_not_say_where_it_comes_from(world: Path, key: str) -> None:
    lines = [line for line in HEAD.splitlines() if not line.startswith(key)]
    (world / "groups.toml").write_text("\n".join(lines), "utf-8")
    refused(world, "groups.toml", key)


def test_a_file_that_is_no_toml(world: Path) -> None:
    write(world, "groups", "[[group\n")
    refused(world, "groups.toml")


def test_a_state_that_stands_there_twice(world: Path) -> None:
    write(world, "states", RURITANIA)
    refused(world, "states.toml", "RUR")


def test_a_state_without_a_name(world: Path) -> None:
    write(world, "states", '[[state]]\nid = "ZEN"\n')
    refused(world, "states.toml", "ZEN", "name")


def test_an_alias_that_is_no_text(world: Path) -> None:
    write(world, "states", '[[state]]\nid = "ZEN"\nname = "Zenda"\naliases = [7]\n')
    refused(world, "states.toml", "ZEN", "aliases")


def test_a_date_that_is_no_date(world: Path) -> None:
    write(world, "offices/new", KING.replace("king", "queen").replace("1990", "1990-02-30"))
    refused(world, "new.toml", "queen of RUR", "1990-02-30")


def test_a_term_that_ends_before_it_starts(world: Path) -> None:
    text = KING.replace("king", "queen").replace('"1990", "1999-05-01"', '"1999", "1990"')
    write(world, "offices/new", text)
    refused(world, "new.toml", "queen of RUR", "Rudolf Elphberg")


def test_a_role_that_does_not_exist(world: Path) -> None:
    write(world, "offices/new", KING.replace("head_of_state", "figurehead"))
    refused(world, "new.toml", "king of RUR", "figurehead")


@pytest.mark.parametrize(
    ("name", "text", "entry"),
    [
        ("offices/new", KING.replace('of = "RUR"', 'of = "ZZZ"'), "new.toml, king of ZZZ"),
        ("groups", '[[group]]\nid = "six"\nname = "The Six"\ncountry = "ZZZ"\n', "groups.toml"),
        (
            "institutions",
            '[[institution]]\nid = "palace"\nname = "Palace"\nacts_for = "ZZZ"\n',
            "institutions.toml, palace",
        ),
        (
            "organizations",
            '[[organization]]\nid = "GUILD"\nname = "Guild"\nmembers = [["ZZZ", "1990", ""]]\n',
            "organizations.toml, GUILD",
        ),
        (
            "commitments",
            '[[commitment]]\nid = "pact"\nkind = "friendship"\ninstrument = "Pact"\n'
            'parties = ["RUR", "ZZZ"]\nsince = "1990"\n',
            "commitments.toml, pact",
        ),
    ],
)
def test_a_code_that_nobody_has(world: Path, name: str, text: str, entry: str) -> None:
    write(world, name, text)
    refused(world, entry, "'ZZZ'")


def test_a_commitment_of_a_kind_that_does_not_exist(world: Path) -> None:
    write(
        world,
        "commitments",
        '[[commitment]]\nid = "pact"\nkind = "duel"\ninstrument = "Pact"\nparties = ["RUR"]\n'
        'since = "1990"\n',
    )
    refused(world, "commitments.toml, pact", "duel")


def test_two_kings_at_once(world: Path) -> None:
    text = KING.replace('of = "RUR"', 'of = "GRK"').replace(
        '["Flavia Elphberg", "1999-05-01"', '["Flavia Elphberg", "1999-04-30"'
    )
    write(world, "offices/new", text)
    refused(world, "new.toml, king of GRK", "rudolf-elphberg and flavia-elphberg overlap")


def test_a_king_without_an_end_before_the_next(world: Path) -> None:
    text = KING.replace('of = "RUR"', 'of = "GRK"').replace('"1990", "1999-05-01"', '"1990", ""')
    write(world, "offices/new", text)
    refused(world, "new.toml, king of GRK", "rudolf-elphberg has no end")


def test_the_same_throne_in_two_files(world: Path) -> None:
    text = KING.replace("Rudolf Elphberg", "Michael Strelsau")
    write(world, "offices/new", text)
    refused(world, "new.toml, king of RUR and old.toml, king of RUR", "michael-strelsau")


def test_two_deputies_of_one_title_may_serve_at_once(world: Path) -> None:
    deputy = KING.replace("head_of_state", "deputy").replace("king", "vice-king")
    write(world, "offices/new", deputy + deputy.replace("Elphberg", "Tarlenheim"))
    assert len(read_reference(world).terms) == 6


def test_terms_known_to_the_year_may_share_it(world: Path) -> None:
    text = KING.replace('of = "RUR"', 'of = "GRK"').replace("1999-05-01", "1999")
    write(world, "offices/new", text)
    assert len(read_reference(world).terms) == 4


def test_an_office_that_ended_has_nobody_after(world: Path) -> None:
    ended = KING.replace('title = "king"', 'title = "king"\nended = "1999-05-01"')
    write(world, "offices/new", ended.replace('of = "RUR"', 'of = "GRK"'))
    refused(world, "new.toml, king of GRK", "flavia-elphberg", "1999-05-01")


def test_an_office_that_ended_with_its_last_holder(world: Path) -> None:
    text = KING.replace('of = "RUR"', 'of = "GRK"\nended = "2001"')
    write(world, "offices/new", text.replace('"1999-05-01", ""', '"1999-05-01", "2001"'))
    assert read_reference(world).ended == {("GRK", Role.HEAD_OF_STATE): date(2001, 12, 31)}


def test_a_gender_that_is_neither_f_nor_m(world: Path) -> None:
    write(world, "offices/old", '[[person]]\nname = "Flavia Elphberg"\ngender = "queen"\n')
    refused(world, "old.toml, Flavia Elphberg", "'queen'")


def test_a_person_of_two_genders_in_two_files(world: Path) -> None:
    row = '[[person]]\nname = "Flavia Elphberg"\n'
    write(world, "offices/old", row + 'gender = "f"\n')
    write(world, "offices/new", row + 'gender = "m"\n')
    refused(world, "flavia-elphberg", "two genders")


def test_a_person_who_stands_twice_in_one_file(world: Path) -> None:
    row = '[[person]]\nname = "Flavia Elphberg"\n'
    write(world, "offices/old", row + row)
    refused(world, "old.toml, Flavia Elphberg", "twice")


def test_a_clause_of_defence_needs_its_day(world: Path) -> None:
    write(world, "organizations", '[[organization]]\nid = "X"\nname = "X"\ndefence_since = true\n')
    refused(world, "organizations.toml, X", "defence_since")


def test_a_member_twice_at_once(world: Path) -> None:
    guild = '[[organization]]\nid = "GUILD"\nname = "Guild"\n'
    write(world, "organizations", guild + 'members = [["RUR", "1990", ""], ["RUR", "2000", ""]]\n')
    refused(world, "organizations.toml, GUILD", "RUR")


@pytest.mark.parametrize(
    "field",
    [
        'aliases = ["Rurit"]',
        'aliases = ["Rúrit"]',
        'adjectives = ["Ruritanian"]',
        'people = ["Ruritanians"]',
        'capital = "Strelsau"',
        'seats = ["Strelsau"]',
        'places = ["Strelsau"]',
        'former = [["Ruritania", "", "1990"]]',
        'adjectives = ["Rurit"]',
    ],
)
def test_two_states_of_one_name_without_a_rule(world: Path, field: str) -> None:
    write(world, "states", f'[[state]]\nid = "ZEN"\nname = "Zendaland"\n{field}\n')
    refused(world, "states.toml, RUR and states.toml, ZEN", "no rule")


def test_names_that_differ_in_case_are_two_names(world: Path) -> None:
    write(world, "states", '[[state]]\nid = "ZEN"\nname = "Zendaland"\naliases = ["RURIT"]\n')
    assert "ZEN" in read_reference(world).states


RULE = '[[term]]\nterm = "Rurit"\nmeans = "RUR"\ninstead_of = ["ZEN"]\nwhy = "it is larger"\n'


def test_a_rule_decides_a_shared_name(world: Path) -> None:
    write(world, "states", '[[state]]\nid = "ZEN"\nname = "Zendaland"\naliases = ["Rurit"]\n')
    write(world, "ambiguous", RULE)
    assert read_reference(world).ambiguous == {"Rurit": "RUR"}


def test_a_rule_may_leave_a_name_to_nobody(world: Path) -> None:
    write(world, "states", '[[state]]\nid = "ZEN"\nname = "Zendaland"\naliases = ["Rurit"]\n')
    text = RULE.replace('"RUR"', '""').replace('["ZEN"]', '["RUR", "ZEN"]')
    write(world, "ambiguous", text)
    assert read_reference(world).ambiguous == {"Rurit": None}


def test_a_rule_for_a_name_that_is_no_longer_shared(world: Path) -> None:
    write(world, "ambiguous", RULE)
    refused(world, "ambiguous.toml, Rurit", "RUR")


def test_a_rule_without_a_reason(world: Path) -> None:
    write(world, "states", '[[state]]\nid = "ZEN"\nname = "Zendaland"\naliases = ["Rurit"]\n')
    write(world, "ambiguous", RULE.replace('why = "it is larger"\n', ""))
    refused(world, "ambiguous.toml, Rurit", "why")


def test_a_seat_of_a_state_and_an_organisation_needs_no_rule(world: Path) -> None:
    write(world, "states", '[[state]]\nid = "ZEN"\nname = "Zendaland"\nseats = ["Zenda"]\n')
    assert "ZEN" in read_reference(world).states


def test_a_name_of_a_state_that_is_a_seat_of_an_organisation_needs_one(world: Path) -> None:
    write(world, "states", '[[state]]\nid = "ZEN"\nname = "Zenda"\n')
    refused(world, "organizations.toml, ORDER and states.toml, ZEN", "Zenda")


def test_a_place_that_is_an_institution_of_the_same_state_needs_no_rule(world: Path) -> None:
    house = '[[institution]]\nid = "strelsau"\nname = "Strelsau"\nacts_for = "RUR"\n'
    write(world, "institutions", house)
    assert "strelsau" in read_reference(world).institutions


def test_a_place_that_is_an_institution_of_another_state_needs_one(world: Path) -> None:
    house = '[[institution]]\nid = "strelsau"\nname = "Strelsau"\nacts_for = "GRK"\n'
    write(world, "institutions", house)
    refused(world, "states.toml, RUR and institutions.toml, strelsau", "Strelsau")


NAMESAKE = """
[[office]]
of = "GRK"
role = "head_of_state"
title = "prince"
holders = [["Rudolf of Graustark", "SINCE", ""]]
[[person]]
name = "Rudolf of Graustark"
aliases = ["Rudolf Elphberg"]
"""


def test_namesakes_in_office_at_different_times_need_no_rule(world: Path) -> None:
    write(world, "offices/new", NAMESAKE.replace("SINCE", "2005"))
    assert len(read_reference(world).persons) == 3


def test_namesakes_in_like_offices_at_one_time_need_one(world: Path) -> None:
    write(world, "offices/new", NAMESAKE.replace("SINCE", "1995"))
    refused(world, "offices, rudolf-elphberg", "rudolf-of-graustark", "Rudolf Elphberg")


def test_one_person_in_two_files_under_two_spellings_is_a_warning(world: Path) -> None:
    text = KING.replace('of = "RUR"', 'of = "GRK"').replace("Rudolf Elphberg", "Rudolph Elphberg")
    write(world, "offices/new", text)
    (warning,) = check(read_reference(world))
    assert "Rudolf Elphberg" in warning
    assert "Rudolph Elphberg" in warning
