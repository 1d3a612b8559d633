"""Finding actors: typos are forgiven for persons and organisations, and never join two states."""

from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.model import ActorKind
from graph.reference import load_reference
from graph.search import Hit, How, find_actors
from graph.stores.sqlite import SqliteStore
from graph.typos import distance

REFERENCE = load_reference()
TODAY = date(2025, 6, 1)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteStore]:
    with SqliteStore(tmp_path_factory.mktemp("search") / "graph.db") as opened:
        opened.migrate()
        opened.write_actors(list(REFERENCE.named_actors(TODAY)))
        yield opened


def find(store: SqliteStore, text: str, day: date = TODAY, limit: int = 20) -> tuple[Hit, ...]:
    return find_actors(store, REFERENCE, text, day, limit)


def ids(hits: tuple[Hit, ...]) -> list[str]:
    return [hit.actor.id for hit in hits]


def test_exact_names_come_first_and_say_which_name_it_was(store: SqliteStore) -> None:
    niger = find(store, "niger")
    assert (niger[0].actor.id, niger[0].how, niger[0].because) == ("NER", How.EXACT, "Niger")
    assert "NGA" in ids(niger)  # "Niger" is a prefix of Nigeria, as autocompletion wants
    persia = find(store, "islamic republic of iran")[0]
    assert (persia.actor.id, persia.because) == ("IRN", "Islamic Republic of Iran")


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("Puttin", "vladimir-putin"),
        ("Vladimir Pution", "vladimir-putin"),
        ("Zelenski", "volodymyr-zelenskyy"),
        ("Erdoagn", "recep-tayyip-erdogan"),
        ("Hezbolah", None),
        ("European Unoin", "EU"),
        ("Organiztion of the Petroleum Exporting Countries", "OPEC"),
    ],
)
def test_persons_and_organisations_are_found_in_spite_of_a_typo(
    store: SqliteStore, typed: str, wanted: str | None
) -> None:
    found = find(store, typed)
    if wanted is None:
        assert found == ()
    else:
        assert wanted in ids(found)[:3], ids(found)


@pytest.mark.parametrize(
    "typed",
    ["Nigerja", "Nigeira", "Irann", "Iraqq", "Autsria", "Austraila", "Gambai", "Zambla", "Slovakla",
     "Malli", "Mauritanai", "Dominic", "Guinee", "Polland", "Kenia", "Ukrane"],
)  # fmt: skip
def test_a_state_is_never_found_by_resemblance(store: SqliteStore, typed: str) -> None:
    for hit in find(store, typed):
        if hit.actor.kind is ActorKind.STATE:
            assert hit.how in (How.PREFIX, How.EXACT, How.OFFICE)
            if hit.how is not How.OFFICE:
                names = [hit.actor.name, *store.actor(hit.actor.id).aliases]
                assert any(
                    word.casefold().startswith(typed.casefold())
                    for name in names
                    for word in name.split()
                )


def test_a_leader_brings_the_state_whose_office_it_holds_on_the_day(store: SqliteStore) -> None:
    found = {hit.actor.id: hit for hit in find(store, "Putin")}
    assert found["RUS"].how is How.OFFICE
    assert found["RUS"].because == "Vladimir Putin, president"
    early = find(store, "Barack Obama", date(2010, 1, 1))
    assert ids(early)[:2] == ["barack-obama", "USA"]
    assert "USA" not in ids(find(store, "Barack Obama", TODAY))


def test_accents_and_case_do_not_matter(store: SqliteStore) -> None:
    assert ids(find(store, "ERDOĞAN")) == ids(find(store, "erdogan"))
    assert find(store, "cote d'iv")[0].actor.id == "CIV"


def test_what_nobody_is_called_finds_nobody_and_a_limit_is_kept(store: SqliteStore) -> None:
    for text in ("qqqqqq zzzzzz", "", "''", "\0"):
        assert find(store, text) == ()
    assert len(find(store, "a", limit=5)) == 5


@given(one=st.text("abc", max_size=6), other=st.text("abc", max_size=6), most=st.integers(0, 3))
def test_the_distance_is_symmetric_and_cut_off(one: str, other: str, most: int) -> None:
    found = distance(one, other, most)
    assert found == distance(other, one, most)
    assert (found == 0) == (one == other)
    if found is not None:
        assert found <= most
        assert found >= abs(len(one) - len(other))
    assert distance(one, other, 12) == (distance(one, other, 12) if found is None else found)


@pytest.mark.parametrize(
    ("one", "other", "slips"),
    [("putin", "puttin", 1), ("putin", "puitn", 1), ("putin", "pitun", 2), ("", "ab", 2)],
)
def test_slips_are_letters_added_left_out_changed_or_swapped(
    one: str, other: str, slips: int
) -> None:
    assert distance(one, other, 3) == slips
    assert distance(one, other, slips - 1) is None
