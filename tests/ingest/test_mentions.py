"""A name stands for the actor that a reader of that day would take it for, or for nobody."""

from datetime import date

import pytest

from graph.reference import Reference, load_reference
from ingest.gazetteer import Gazetteer
from ingest.mentions import Mention, MentionReader
from ingest.pipeline import Pipeline
from ingest.sentences import split_sentences
from tests.ingest.articles import article, claimed

DAY = "2025-01-14"


@pytest.fixture(scope="module")
def reference() -> Reference:
    return load_reference()


@pytest.fixture(scope="module")
def gazetteer(reference: Reference) -> Gazetteer:
    return Gazetteer(reference)


class Reader:
    """Reads a text sentence by sentence."""

    def __init__(self, reference: Reference, gazetteer: Gazetteer) -> None:
        self._parts = reference, gazetteer

    def mentions(self, text: str, day: str = DAY) -> list[Mention]:
        reader = MentionReader(*self._parts, date.fromisoformat(day))
        return [m for start, end in split_sentences(text) for m in reader.read(text, start, end)]

    def principals(self, text: str, day: str = DAY) -> list[str]:
        found = self.mentions(text, day)
        return [m.principal.id for m in found if m.principal is not None]

    def persons(self, text: str, day: str = DAY) -> list[str]:
        return [m.via.id for m in self.mentions(text, day) if m.via is not None and m.is_person]


@pytest.fixture(scope="module")
def reader(reference: Reference, gazetteer: Gazetteer) -> Reader:
    return Reader(reference, gazetteer)


@pytest.mark.parametrize(
    ("text", "principals"),
    [
        # Georgia
        ("Georgia broke off relations with Russia.", ["GEO", "RUS"]),
        ("Georgian troops entered Tskhinvali.", ["GEO", "GEO"]),
        ("He spoke in Atlanta, Georgia, on Monday.", ["USA"]),
        ("The flight left Savannah, Georgia, at noon.", ["USA"]),
        ("Georgia Tech beat Duke.", []),
        ("The U.S. state of Georgia went to the polls.", ["USA"]),
        # Jordan
        ("Jordan closed its border with Syria.", ["JOR", "SYR"]),
        ("Michael Jordan flew to Amman.", ["JOR"]),
        ("Troops crossed the Jordan River.", []),
        ("Jordan Peterson spoke in Oslo.", ["NOR"]),
        # Chad
        ("Chad recalled its envoy from Sudan.", ["TCD", "SDN"]),
        ("Fishermen on Lake Chad fled.", []),
        ("Chadian soldiers entered Cameroon.", ["TCD", "CMR"]),
        # Turkey
        ("Turkey shot down a Russian jet.", ["TUR", "RUS"]),
        ("Türkiye shot down a Russian jet.", ["TUR", "RUS"]),
        ("The president pardoned a turkey on Thanksgiving.", []),
        # Guinea, four times
        ("Guinea asked Guinea-Bissau for help.", ["GIN", "GNB"]),
        ("Equatorial Guinea thanked Papua New Guinea.", ["GNQ", "PNG"]),
        ("Pirates boarded a ship in the Gulf of Guinea.", []),
        # Congo, twice
        ("Congo accused Rwanda of backing M23.", ["COD", "RWA", "m23"]),
        ("DR Congo accused Rwanda.", ["COD", "RWA"]),
        ("The Republic of Congo sent help.", ["COG"]),
        ("Congo-Brazzaville sent help.", ["COG"]),
        ("A ferry sank in the Congo River.", []),
        ("Congolese troops fled.", ["COD"]),
        # Dominica
        ("Dominica thanked the Dominican Republic.", ["DMA", "DOM"]),
        ("Dominican police deported Haitian migrants.", ["DOM", "HTI"]),
        # Korea
        ("North Korea shelled South Korea.", ["PRK", "KOR"]),
        ("North Korean soldiers crossed into Russia.", ["PRK", "RUS"]),
        ("The two Koreas met.", []),
        ("Tension rose on the Korean Peninsula.", []),
        ("Veterans of the Korean War marched.", []),
        # Washington, America
        ("Washington imposed sanctions on Tehran.", ["USA", "IRN"]),
        ("The Washington Post wrote about Tehran.", ["IRN"]),
        ("Voters in Washington state went to the polls.", []),
        ("George Washington grew hemp.", []),
        ("American troops left.", ["USA"]),
        ("Latin American leaders met in Lima.", ["PER"]),
        ("South American presidents met in Lima.", ["PER"]),
        ("North American trade grew.", []),
        # Brussels and other seats
        ("Brussels fined Poland.", ["EU", "POL"]),
        ("The Kremlin denied it.", ["RUS"]),
        ("Downing Street and the Elysee agreed.", ["GBR", "FRA"]),
        ("Belgium fined Poland.", ["BEL", "POL"]),
        # Look-alike states
        ("Niger expelled the envoy of Nigeria.", ["NER", "NGA"]),
        ("Nigerien and Nigerian officials met.", ["NER", "NGA"]),
        ("Austria and Australia signed.", ["AUT", "AUS"]),
        ("Iraq and Iran signed.", ["IRQ", "IRN"]),
        ("Sudan and South Sudan signed.", ["SDN", "SSD"]),
        ("Slovakia and Slovenia signed.", ["SVK", "SVN"]),
        ("Mauritius and Mauritania signed.", ["MUS", "MRT"]),
        ("Burma and Myanmar are one.", ["MMR", "MMR"]),
        ("Paris Hilton danced.", []),
        ("The Paris Agreement holds.", []),
        ("Lebanon, Pennsylvania, is a quiet town.", ["USA"]),
        # Bodies that act for others, and those that act for themselves
        ("The European Commission sued Hungary.", ["EU", "HUN"]),
        ("UNICEF sent tents to Haiti.", ["UN", "HTI"]),
        ("The IAEA reported Iran.", ["IAEA", "IRN"]),
        ("The Pentagon denied it.", ["USA"]),
    ],
)
def test_a_name_stands_for(reader: Reader, text: str, principals: list[str]) -> None:
    assert reader.principals(text) == principals


def test_every_mention_says_how_it_was_read(reader: Reader) -> None:
    for mention in reader.mentions("The Koreas and the Kremlin met Vladimir Putin in Congo."):
        assert mention.how


def test_an_unresolved_name_is_kept_with_the_reason(reader: Reader) -> None:
    (mention,) = reader.mentions("The two Koreas met.")
    assert mention.principal is None
    assert "KOR" in mention.how
    assert "PRK" in mention.how


def test_offsets_are_into_the_whole_text(reference: Reference, gazetteer: Gazetteer) -> None:
    text = "It rained. Iran and Iraq met. They left."
    found = MentionReader(reference, gazetteer, None).read(text, 11, 29)
    assert [text[m.start : m.end] for m in found] == ["Iran", "Iraq"]


@pytest.mark.parametrize(
    ("text", "day", "principals"),
    [
        ("Thatcher spoke to Gorbachev.", "1990-11-20", ["GBR", "RUS"]),
        ("Thatcher spoke to Gorbachev.", "1990-12-10", ["RUS"]),
        ("Margaret Thatcher spoke.", "1990-12-10", []),
        ("President Bush flew home.", "1991-01-20", ["USA"]),
        ("Bush flew home.", "2003-03-20", ["USA"]),
        ("Bush flew home.", "2012-03-20", []),
        ("Laura Bush flew to Rwanda.", "2003-03-20", ["RWA"]),
        ("Trump spoke.", "2018-06-12", ["USA"]),
        ("Trump spoke.", "2022-06-12", []),
        ("Ivanka Trump spoke.", "2018-06-12", []),
        ("Morsi was sworn in.", "2012-07-01", ["EGY"]),
        ("Morsi was tried.", "2014-07-01", []),
        ("Vladimir Putin spoke.", "1995-06-01", []),
        ("In May the talks failed.", "2017-05-02", []),
        ("Theresa May spoke, and May left.", "2017-05-02", ["GBR", "GBR"]),
        (
            "Godwin Friday spoke on Friday, and Prime Minister Friday left.",
            "2025-12-02",
            ["VCT", "VCT"],
        ),
        ("Iran and Russia met on Friday.", "2025-12-02", ["IRN", "RUS"]),
        ("Prime Minister May left.", "2017-05-02", ["GBR"]),
    ],
)
def test_a_person_counts_for_a_state_only_while_in_office(
    reader: Reader, text: str, day: str, principals: list[str]
) -> None:
    assert reader.principals(text, day) == principals


def test_two_presidents_of_one_surname_are_told_apart_by_the_day(reader: Reader) -> None:
    assert reader.persons("President Bush spoke.", "1991-01-20") == ["george-h-w-bush"]
    assert reader.persons("President Bush spoke.", "2003-03-20") == ["george-w-bush"]
    assert reader.persons("George Bush spoke.", "1991-01-20") == ["george-h-w-bush"]
    assert reader.persons("George Bush spoke.", "2003-03-20") == ["george-w-bush"]


def test_a_surname_means_who_was_named_in_full_before(reader: Reader) -> None:
    text = "Kim Jong Un met Moon Jae-in. Kim left, Moon stayed."
    assert reader.persons(text, "2018-04-27") == [
        "kim-jong-un",
        "moon-jae-in",
        "kim-jong-un",
        "moon-jae-in",
    ]


def test_a_name_at_the_end_of_a_sentence_is_no_first_name_of_the_next(reader: Reader) -> None:
    text = "They met Vladimir Putin. Trump left."
    assert reader.persons(text, "2018-07-16") == ["vladimir-putin", "donald-trump"]
    text = "They flew to Helsinki. Trump left."
    assert reader.principals(text, "2018-07-16") == ["FIN", "USA"]


@pytest.mark.parametrize(
    ("text", "day", "principals"),
    [
        ("Georgia Governor Brian Kemp spoke.", "2020-08-13", []),
        ("Georgia bombed a camp.", "2008-08-13", ["GEO"]),
        ("A Su-25 fell near Gori.", "2020-09-29", ["GEO"]),
        ("It bought Johnson & Johnson shares.", "2021-03-17", []),
        ("Hassan Nasrallah spoke.", "2006-07-14", ["hezbollah"]),
        ('"They fled to Russia," Zelensky said.', "2023-02-02", ["RUS", "UKR"]),
    ],
)
def test_a_name_is_read_with_what_stands_beside_it(
    reader: Reader, text: str, day: str, principals: list[str]
) -> None:
    assert reader.principals(text, day) == principals


# Through the whole pipeline: titles are resolved from the words around them


@pytest.mark.parametrize(
    ("day", "president"),
    [("1998-05-01", "mohammad-khatami"), ("2025-02-01", "masoud-pezeshkian")],
)
def test_the_president_of_a_country_is_the_one_of_that_day(
    pipeline: Pipeline, day: str, president: str
) -> None:
    text = "The Iranian president met Vladimir Putin in Moscow on Friday."
    text = text if day > "2000" else text.replace("Vladimir Putin", "Boris Yeltsin")
    events = pipeline.process(article(text, day)).events
    assert ("IRN", "meeting", "RUS") in claimed(events)
    meeting = next(e for e in events if claimed([e]) == {("IRN", "meeting", "RUS")})
    assert meeting.source_via is not None
    assert meeting.source_via.id == president


def test_a_person_without_office_is_no_state(pipeline: Pipeline) -> None:
    text = "Margaret Thatcher condemned Russia on Monday."
    events = pipeline.process(article(text, "1995-12-10")).events
    assert "GBR" not in {event.source.id for event in events}
