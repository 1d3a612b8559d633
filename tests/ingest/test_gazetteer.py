"""Names are found piece by piece: case kept, accents folded, the longest first, nothing guessed."""

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.reference import load_reference
from graph.reference.names import fold, pieces, term_key
from ingest.gazetteer import Gazetteer, TermKind


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer(load_reference())


def found(gazetteer: Gazetteer, text: str) -> list[tuple[str, str, str]]:
    """Surface, kind and actor of every reading of every hit."""
    return [
        (hit.surface, reading.kind.value, reading.actor)
        for hit in gazetteer.scan(text)
        for reading in hit.candidates
    ]


def test_names_are_found_with_their_offsets(gazetteer: Gazetteer) -> None:
    text = "Talks between Iran and the United States in Oman"
    hits = list(gazetteer.scan(text, 100))
    assert [text[hit.start - 100 : hit.end - 100] for hit in hits] == [hit.surface for hit in hits]
    assert [hit.surface for hit in hits] == ["Iran", "United States", "Oman"]


@pytest.mark.parametrize(
    ("text", "surface", "actor"),
    [
        ("the Democratic Republic of Congo", "Democratic Republic of Congo", "COD"),
        ("the Democratic Republic of the Congo", "Democratic Republic of the Congo", "COD"),
        ("the Republic of Congo", "Republic of Congo", "COG"),
        ("Guinea-Bissau", "Guinea-Bissau", "GNB"),
        ("Guinea Bissau", "Guinea Bissau", "GNB"),
        ("Equatorial Guinea", "Equatorial Guinea", "GNQ"),
        ("Papua New Guinea", "Papua New Guinea", "PNG"),
        ("Guinea", "Guinea", "GIN"),
        ("South Sudan", "South Sudan", "SSD"),
        ("North Korea", "North Korea", "PRK"),
        ("the Dominican Republic", "Dominican Republic", "DOM"),
        ("Nigeria", "Nigeria", "NGA"),
        ("Niger", "Niger", "NER"),
        ("Austria", "Austria", "AUT"),
        ("Australia", "Australia", "AUS"),
        ("Slovakia", "Slovakia", "SVK"),
        ("Slovenia", "Slovenia", "SVN"),
        ("Iraq", "Iraq", "IRQ"),
        ("Burma", "Burma", "MMR"),
        ("Myanmar", "Myanmar", "MMR"),
        ("Cote d'Ivoire", "Cote d'Ivoire", "CIV"),
        ("Côte d’Ivoire", "Côte d’Ivoire", "CIV"),
        ("Türkiye", "Türkiye", "TUR"),
        ("the U.S. delegation", "U.S.", "USA"),
        ("U.N. envoys", "U.N.", "UN"),
        ("NATO", "NATO", "NATO"),
        ("the African Union", "African Union", "AU"),
    ],
)
def test_the_longest_name_wins(gazetteer: Gazetteer, text: str, surface: str, actor: str) -> None:
    hits = list(gazetteer.scan(text))
    assert [hit.surface for hit in hits] == [surface]
    assert actor in {reading.actor for reading in hits[0].candidates}


@pytest.mark.parametrize(
    "text",
    ["us", "turkey", "china", "may", "Irann", "Chinas", "Nigerias", "XIran", "Iran2", "chad", ""],
)
def test_nothing_is_found_by_likeness(gazetteer: Gazetteer, text: str) -> None:
    assert found(gazetteer, text) == []


def test_a_headline_in_capitals_is_read(gazetteer: Gazetteer) -> None:
    hits = [hit.candidates[0].actor for hit in gazetteer.scan("IRAN AND SOUTH KOREA SIGN DEAL")]
    assert hits == ["IRN", "KOR"]


@pytest.mark.parametrize(
    "text",
    [
        "the Gulf of Guinea",
        "Lake Chad",
        "the Jordan River",
        "Latin American leaders",
        "the South China Sea",
        "the Washington Post",
        "Michael Jordan",
    ],
)
def test_look_alikes_are_found_and_ignored(gazetteer: Gazetteer, text: str) -> None:
    hits = found(gazetteer, text)
    assert {kind for _, kind, _ in hits} <= {TermKind.IGNORED.value}


def test_hits_never_overlap(gazetteer: Gazetteer) -> None:
    text = "The US-China-Russia talks, the EU's Korea policy; Iran/Iraq. Papua New Guinea Guinea"
    ends = 0
    for hit in gazetteer.scan(text):
        assert hit.start >= ends
        ends = hit.end


@pytest.mark.parametrize("text", ["Iran-Iraq war", "Iran/Iraq", "Iran, Iraq", "Iran–Iraq"])
def test_joined_names_are_two(gazetteer: Gazetteer, text: str) -> None:
    assert [hit.surface for hit in gazetteer.scan(text)] == ["Iran", "Iraq"]


def test_a_name_does_not_reach_over_a_comma_or_a_line(gazetteer: Gazetteer) -> None:
    for text in ("South, Korea", "New\n\nZealand"):
        assert not {"KOR", "NZL"} & {
            actor for surface, _, actor in found(gazetteer, text) if " " in surface
        }


def test_every_name_of_every_state_is_found_as_itself(gazetteer: Gazetteer) -> None:
    lost = [
        (state.id, name)
        for state in load_reference().states.values()
        for name in (state.name, state.official, *state.aliases, *state.adjectives, *state.people)
        if not any(
            actor == state.id and pieces(surface) == term_key(name)
            for surface, _, actor in found(gazetteer, name)
        )
    ]
    assert lost == []


@given(st.text(max_size=120))
def test_offsets_point_at_the_surface(gazetteer: Gazetteer, text: str) -> None:
    for hit in gazetteer.scan(text):
        assert text[hit.start : hit.end] == hit.surface


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize("unit", ["Iran and ", "South ", "u.s.", "x", "of the ", "Democratic "])
def test_the_time_grows_with_the_length_and_no_faster(gazetteer: Gazetteer, unit: str) -> None:
    def seconds(size: int) -> float:
        text = (unit * (size // len(unit) + 1))[:size]
        best = float("inf")
        for _ in range(3):
            begin = process_time()
            for _ in gazetteer.scan(text):
                pass
            best = min(best, process_time() - begin)
        return best

    small, large = seconds(4_000), seconds(32_000)
    assert large < 24 * small + 0.01
