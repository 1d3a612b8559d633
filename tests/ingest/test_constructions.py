"""What a sentence says in full: every event of it and no other, one construction a row."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.model import Status
from ingest.claims import Claim
from ingest.confidence import confidence_of
from ingest.evaluate import Bin, Evaluation, GoldItem, ItemResult, Judged, Tally, Triple, score
from ingest.pipeline import Pipeline
from tests.builders import IRN, RUS, USA, event, evidence
from tests.builders import article as published
from tests.ingest.articles import DAY, Row, article, told_by, told_of

REPAIRS: Sequence[Row] = [
    # The second name belongs to the first, not to the force.
    ("A force of the UN and the African Union attacked Sudan.", "UN attack SDN; AU attack SDN"),
    # What looks like a second object is the subject of the second verb.
    ("France urges talks and Emmanuel Macron will visit Iran on Friday.", "FRA visit IRN planned"),
    ("France condemned Iran and Israel bombed Syria.", "FRA criticism IRN; ISR airstrike SYR"),
    ("Italy demands a ceasefire and Turkey bombs Syria.", "TUR airstrike SYR"),
    # A past tense is not conjoined with the infinitive before it.
    ("Israel told Lebanon to hold back and bombed Syria.", "ISR demand LBN; ISR airstrike SYR"),
    ("Zelensky urged Trump to act and thanked Poland.", "UKR demand USA; UKR praise POL"),
]

RESPELLING: Sequence[Row] = [
    # A day between subject and verb
    ("Spain on Wednesday extradited a smuggler to France.", "ESP judicial_cooperation FRA"),
    ("Turkey late on Sunday bombed Syria.", "TUR airstrike SYR"),
    # A day or a month before a name, without a comma
    ("On Tuesday Jordan condemned Israel.", "JOR criticism ISR"),
    ("On Monday Chad expelled the French ambassador.", "TCD expulsion FRA"),
    ("In January Jordan accused Syria of smuggling.", "JOR accusation SYR"),
    ("Egypt has sent troops and demands that Libya leave Chad.", "EGY demand LBY"),
    (
        'Mexico extradited Joaquin "El Chapo" Guzman to the U.S. on Monday.',
        "MEX judicial_cooperation USA",
    ),
    ("Visiting Chinese President Xi Jinping met Vladimir Putin.", "CHN <meeting> RUS"),
    # Words with a hyphen
    ("Israel declared a cease-fire in Lebanon on Monday.", "ISR ceasefire LBN"),
    ("Spain agreed to co-operate with Morocco.", "ESP economic_cooperation MAR planned"),
    ("Qatar acted as a go-between for Iran and Israel.", "QAT mediation IRN; QAT mediation ISR"),
    ("Egypt sent peace-keepers to Mali.", "EGY peacekeeping MLI"),
]

DEEDS: Sequence[Row] = [
    # The same, by another
    ("France expelled Niger's envoy. Italy did the same.", "FRA expulsion NER; ITA expulsion NER"),
    ("Canada praised Italy. Britain will do the same.", "CAN praise ITA; GBR praise ITA planned"),
    (
        "Canada praised Italy. Britain did not do the same.",
        "CAN praise ITA; GBR praise ITA negated",
    ),
    (
        "Iran seized a Greek ship. Turkey bombed Syria. Japan did the same.",
        "IRN seizure GRC; TUR airstrike SYR; JPN airstrike SYR",
    ),
    ("Italy did the same.", ""),
    ("Canada praised Italy. Britain followed suit.", "CAN praise ITA; GBR praise ITA"),
    # The same, back
    ("China expelled two Canadian diplomats. Ottawa replied in kind.", "CHN <expulsion> CAN"),
    (
        "Mali condemned Chad. Chad will respond in kind.",
        "MLI criticism TCD; TCD criticism MLI planned",
    ),
    ("Italy praised Malta. Greece replied in kind.", "ITA praise MLT"),
    ("Ottawa replied in kind.", ""),
    # Whose act it was
    ("Iran attacked Israel. France condemned this.", "IRN attack ISR; FRA criticism IRN"),
    # On whom it fell, and who was met
    ("Erdogan received Maduro and praised his guest.", "TUR <meeting> VEN; TUR praise VEN"),
    ("Iran abducted a Turkish engineer. It killed him.", "IRN abduction TUR; IRN killing TUR"),
    ("Turkey arrested five Greeks. It deported two.", "TUR arrest GRC; TUR deportation GRC"),
    (
        "Turkey bombed Syria. Egypt criticised Qatar. France condemned the raid.",
        "TUR airstrike SYR; EGY criticism QAT; FRA criticism TUR",
    ),
]

SUBJECTS: Sequence[Row] = [
    # Who passes a resolution does what it says.
    ("The U.N. Security Council passed a resolution condemning Iran.", "UN criticism IRN"),
    # Private people do not act for a state; a crowd is of the place where it is.
    ("A Dutch student attacked Israel on Monday.", ""),
    ("A Dutchman condemned Israel on Monday.", ""),
    ("In Damascus, crowds burned Israeli flags.", "SYR protest ISR"),
    # Who promised a thing hands it over; who announces a good turn does it.
    ("Jets promised by Slovakia were handed over to Ukraine on Monday.", "SVK military_aid UKR"),
    ("Iran said the British sailors were being freed.", "IRN release GBR"),
    # The second verb hangs on the report, but is the reporter's.
    ("Macron told lawmakers that the islets were French and condemned Iran.", "FRA criticism IRN"),
    ("Putin told reporters that the war was lost and thanked China.", "RUS praise CHN"),
    # A place does nothing.
    ("Siberia attacked Japan.", ""),
    ("Sevastopol condemned Turkey.", ""),
]

OWNERS: Sequence[Row] = [
    ("Jordan condemned Israel's Gaza offensive.", "JOR criticism ISR"),
    ("Israel bombed Iranian positions in Syria.", "ISR airstrike IRN"),
    ("Three Syrians were killed in an Israeli raid in Syria.", "ISR killing SYR"),
    ("Syria condemned Turkish attacks in Iraq.", "SYR criticism TUR"),
    ("Egypt condemned the policies of Israel.", "EGY criticism ISR"),
    ("Iran condemned the killing of a Palestinian by Israel.", "IRN criticism ISR"),
    ("Japan condemned the attack blamed on Iran.", "JPN criticism IRN"),
    ("Sweden condemned the bombings in London.", ""),
    ("Turkey blocked Finland's NATO bid.", "TUR veto FIN"),
    ("Canada lifted the sanctions imposed on Syria.", "CAN sanctions_relief SYR"),
    ("Iran hit a base used by American forces.", "IRN attack USA"),
    ("Syria attacked a ship carrying Turkish soldiers.", "SYR attack TUR"),
    # Led by somebody is theirs, backed by somebody is not.
    ("A Saudi-led coalition bombed Yemen on Monday.", "SAU airstrike YEM"),
    ("A U.S.-backed militia attacked Syria on Monday.", ""),
    ("A Chinese-built ship attacked Japan.", ""),
    # Who is left out
    ("The United States cut aid to Niger except aid to Mali.", "USA aid_cut NER"),
    ("Japan froze aid to Niger, excluding aid to Mali.", "JPN aid_cut NER"),
    ("Japan imposed sanctions on all states except Iran.", ""),
    ("All states except Hungary condemned Russia.", ""),
]

CLAUSE_SLOTS: Sequence[Row] = [
    # Captor and captive
    ("Iran seized two British sailors. They were freed.", "IRN arrest GBR; IRN release GBR"),
    ("Iran seized a Greek ship. It let its crew go.", "IRN seizure GRC; IRN release GRC"),
    ("Iraq released Turkey.", ""),
    # Where an arrest is made, unless it says by whom
    ("A Russian spy was arrested in London on Monday.", "GBR arrest RUS"),
    ("A Cuban dissident was granted asylum in Spain.", "ESP asylum CUB"),
    ("Two Iranian agents were arrested.", ""),
    # Soldiers: at which border, against whom
    ("Venezuela sent troops to its border with Colombia.", "VEN mobilization COL"),
    ("Venezuelan troops moved to the Colombian border.", "VEN mobilization COL"),
    ("Britain sent a warship to deter Iran.", "GBR mobilization IRN"),
    ("Pakistan put its army on alert after India tested a missile.", "PAK mobilization IND"),
    ("South Korea flew jets in a show of force aimed at Pyongyang.", "KOR mobilization PRK"),
    # Other ends that the clause hides
    ("Shells were fired into Turkey from Syria.", "SYR attack TUR"),
    ("Spain called for Israel to withdraw from Lebanon.", "ESP demand ISR"),
    ("Germany gave Ukraine Patriot missiles.", "DEU military_aid UKR"),
    ("Britain said Russia was behind the attack.", "GBR accusation RUS"),
    ("Five lorries with Armenian relief crossed into Turkey.", "ARM humanitarian_aid TUR"),
    (
        "Armenia and Azerbaijan signed a treaty. Russia brokered it.",
        "ARM <treaty> AZE; RUS mediation ARM; RUS mediation AZE",
    ),
    (
        "Israel and Lebanon agreed to a truce under a deal brokered by Qatar.",
        "ISR <agreement> LBN; QAT mediation ISR; QAT mediation LBN",
    ),
    ("Turkey vowed to act if Greece moved.", "TUR threat GRC"),
    ("Turkey vowed to close the gates unless the EU paid.", "TUR threat EU"),
    ("Peacekeepers from Kenya were sent to Haiti.", "KEN peacekeeping HTI"),
    ("Vladimir Putin flew to Doha with a plea to Israel.", "RUS visit QAT"),
    ("Britain insisted that Libya hand over the suspects.", "GBR demand LBY"),
]

MISREADINGS: Sequence[Row] = [
    ("Iran demanded in a letter that Britain leave Iraq.", "IRN demand GBR"),
    ("Israel demanded in a letter that Lebanon disarm Hezbollah.", "ISR demand LBN"),
    ("Saudi envoys negotiated with Iran on Monday.", "SAU <negotiation> IRN"),
    ("U.S., Philippines open drills", "USA <military_cooperation> PHL"),
    ("Japan, Australia sign defence pact", "JPN <treaty> AUS"),
    ("Brazil called Israel fascist.", "BRA criticism ISR"),
    ("Iran let the British sailors walk free.", "IRN release GBR"),
    ("Russia shells Ukraine", "RUS attack UKR"),
    ("Peru deported near 200 Venezuelans.", "PER deportation VEN"),
    ("Turkey has deported close to 700 Afghans.", "TUR deportation AFG"),
]

PHRASES: Sequence[Row] = [
    ("France sent two Malian diplomats packing.", "FRA expulsion MLI"),
    ("India sent the Canadian diplomats home.", "IND expulsion CAN"),
    ("Sweden said sorry to Turkey.", "SWE apology TUR"),
    ("Russia pulled its troops out of Syria.", "RUS withdrawal SYR"),
    ("Turkey handed two spies over to Iran.", "TUR judicial_cooperation IRN"),
    ("Saudi Arabia and Iran sat down together in Beijing.", "SAU <meeting> IRN"),
    ("Protesters rallied in front of the Israeli embassy in Jordan.", "JOR protest ISR"),
]

CONDITIONS: Sequence[Row] = [
    # Off a list of good standing is a loss, off a list of bad standing is not.
    ("Japan removed South Korea from its list of trusted trade partners.", "JPN sanction KOR"),
    ("South Korea struck Japan off its list of preferred trading partners.", "KOR sanction JPN"),
    ("The EU struck Panama off its list of tax havens.", "EU concession PAN"),
    # To call somebody, to call on somebody, to call somebody something
    ("Macron phoned Putin on Sunday.", "FRA call RUS"),
    ("Macron called Putin on Sunday.", "FRA call RUS"),
    ("Macron called Netanyahu.", "FRA call ISR"),
    ("Macron called on Putin to withdraw from Ukraine.", "FRA demand RUS"),
    ("Macron called Putin a murderer.", "FRA criticism RUS"),
    # In words or by force
    ("France attacked the Israeli proposal.", "FRA criticism ISR"),
    ("France attacked the Israeli position in Lebanon.", "FRA attack ISR"),
    ("Israel fired off a letter to Turkey.", ""),
    # The daily work of the police; people and states
    ("Iraq arrested a Turkish man for drug smuggling.", ""),
    ("Britain jailed two Russians for spying.", "GBR arrest RUS"),
    ("Zelensky visited the museum where Macron met Scholz.", ""),
    ("Britain said that Libya must hand over the suspects.", "GBR demand LBY"),
    ("Dozens of Syrian refugees visited Jordan.", ""),
]

MENTIONS: Sequence[Row] = [
    ("Israel bombed Tripoli on Monday.", "ISR airstrike LBY"),
    ("Israel bombed Tripoli, Lebanon, on Monday.", "ISR airstrike LBN"),
    ("Georgia Governor Brian Kemp condemned Russia.", ""),
    ("The Canadian House of Commons condemned China.", "CAN criticism CHN"),
    ("Pro-Russian gunmen attacked Ukraine.", ""),
    # Half a name, where the whole is named
    ("North Korea shelled the South.", "PRK attack KOR"),
    (
        "Sudan and South Sudan held talks. The South accused the North.",
        "SDN <negotiation> SSD; SSD accusation SDN",
    ),
    ("North and South Korea held talks on Monday.", "PRK <negotiation> KOR"),
    ("Sudan accused Egypt. The South condemned Egypt.", "SDN accusation EGY"),
    ("The North condemned Japan.", ""),
]

PARTIES: Sequence[Row] = [
    # The name decides, not the adjective.
    (
        "The Palestinian militant group Hamas says it will attack Israel.",
        "hamas attack ISR planned",
    ),
    ("The Somali militant group al-Shabaab attacked Kenya.", "al-shabaab attack KEN"),
    # Whose somebody is, and of whom that is no matter
    ("Russia arrested Evan Gershkovich, a U.S. citizen.", "RUS arrest USA"),
    ("Cape Verde arrested Alex Saab, a friend of Nicolas Maduro.", ""),
    ("The former Japanese minister condemned China.", ""),
    ("Norway's neighbour condemned Russia.", ""),
    ("A telescope made in Japan hit China.", ""),
    ("Troops loyal to Nicolas Maduro attacked Colombia.", "VEN attack COL"),
    ("The government in Kabul condemned Pakistan.", "AFG criticism PAK"),
    ("Kuwait's ambassador in Washington condemned Iraq.", "KWT criticism IRQ"),
    ("Dozens of Turkish soldiers attacked Syria.", "TUR attack SYR"),
    ("Cuba fired the torpedo that sank a Spanish ship.", "CUB attack ESP"),
    # Several
    ("Countries like Iran and Cuba condemned Israel.", "IRN criticism ISR; CUB criticism ISR"),
    ("Norway's Erik Solheim met Sri Lankan officials.", "NOR <meeting> LKA"),
    (
        "India gave vaccines to Bhutan, Maldives.",
        "IND humanitarian_aid BTN; IND humanitarian_aid MDV",
    ),
    (
        "Macron, Scholz, Tusk and Starmer condemned Russia.",
        "FRA criticism RUS; DEU criticism RUS; POL criticism RUS; GBR criticism RUS",
    ),
]

ROWS = (
    *REPAIRS, *RESPELLING, *DEEDS, *SUBJECTS, *OWNERS, *CLAUSE_SLOTS, *MISREADINGS, *PHRASES,
    *CONDITIONS, *MENTIONS, *PARTIES,
)  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), ROWS)
def test_a_text_tells(pipeline: Pipeline, text: str, expected: str) -> None:
    assert told_of(pipeline.process(article(text, DAY)).events) == told_by(expected)


# Confidence


def claim_of(pipeline: Pipeline, text: str) -> Claim:
    """The last claim of a text."""
    return [c for seen in pipeline.process(article(text, DAY)).seen for c in seen.claims][-1]


@pytest.fixture(scope="module")
def plain(pipeline: Pipeline) -> Claim:
    return claim_of(pipeline, "Turkey bombed Syria on Monday.")


def test_a_pronoun_lowers_the_confidence(pipeline: Pipeline) -> None:
    named = claim_of(pipeline, "Turkey praised Iran. Turkey bombed Syria on Monday.")
    meant = claim_of(pipeline, "Turkey praised Iran. It bombed Syria on Monday.")
    assert (named.relation, named.source.principal) == (meant.relation, meant.source.principal)
    assert meant.weight < named.weight == 1
    assert confidence_of(meant) < confidence_of(named)
    assert confidence_of(replace(named, weight=meant.weight)) < confidence_of(named)


@pytest.mark.parametrize("status", [Status.PLANNED, Status.HISTORICAL])
def test_what_is_no_news_of_a_deed_is_less_sure(plain: Claim, status: Status) -> None:
    assert confidence_of(replace(plain, status=status)) < confidence_of(plain)


@given(
    weight=st.floats(0, 1),
    status=st.sampled_from(Status),
    far=st.integers(0),
    steps=st.integers(0, 9),
)
def test_a_confidence_is_between_0_and_1(
    plain: Claim, weight: float, status: Status, far: int, steps: int
) -> None:
    source = replace(plain.source, start=far)
    rule = "noun" + "; told" * steps
    value = confidence_of(replace(plain, weight=weight, status=status, source=source, rule=rule))
    assert 0 < value < 1
    assert value <= confidence_of(plain)


# The tables of an evaluation


def item(relation: str = "", expected: frozenset[Triple] = frozenset()) -> GoldItem:
    none: frozenset[Triple] = frozenset()
    return GoldItem("1", "2025-01-17", "Text.", expected, none, none, False, relation)


def result(*judged: Judged, relation: str = "", missed: int = 0) -> ItemResult:
    none: frozenset[Triple] = frozenset()
    gone = frozenset(("IRN", "ASSAULT", f"X{n}") for n in range(missed))
    return ItemResult(item(relation), none, none, gone, none, bool(judged), judged)


def test_by_relation_counts_events_and_what_an_item_in_play_missed() -> None:
    evaluation = Evaluation(
        [
            result(Judged("treaty", 0.9, True), Judged("attack", 0.9, False), relation="attack"),
            result(Judged("treaty", 0.9, False), Judged("treaty", 0.4, True), missed=3),
            result(relation="killing", missed=2),
        ]
    )
    tallies = evaluation.by_relation()
    assert tallies == {
        "attack": Tally(0, 1, 0),
        "killing": Tally(0, 0, 2),
        "treaty": Tally(2, 1, 0),
    }
    assert list(tallies) == sorted(tallies)
    assert tallies["treaty"].precision == pytest.approx(2 / 3)
    assert (tallies["killing"].recall, tallies["killing"].f1) == (0, 0)


def test_reliability_sets_each_range_against_the_share_that_is_right() -> None:
    pairs = [(0.5, True), (0.625, False), (1.0, True), (1.0, True), (0.25, False)]
    judged = [Judged("treaty", confidence, right) for confidence, right in pairs]
    assert Evaluation([result(*judged[:2]), result(*judged[2:])]).reliability == [
        Bin(0.0, 0.5, 1, 0.25, 0.0),
        Bin(0.5, 0.7, 2, 0.5625, 0.5),
        Bin(0.95, 1.0, 2, 1.0, 1.0),
    ]


def test_brier_is_the_mean_squared_distance_from_the_truth() -> None:
    judged = (Judged("treaty", 0.8, True), Judged("treaty", 0.4, False))
    assert Evaluation([result(*judged)]).brier == pytest.approx((0.04 + 0.16) / 2)


def test_nothing_judged_gives_empty_tables() -> None:
    nothing = Evaluation([result()])
    assert (nothing.by_relation(), nothing.reliability, nothing.brier) == ({}, [], 0.0)


def test_an_event_is_judged_by_its_own_relation_and_confidence() -> None:
    proof = evidence(published(), confidence=0.7)
    events = [event(proof), event(proof, target=USA), event(proof, relation="attack")]
    scored = score(item("treaty", frozenset([(RUS.id, "SUPPORT", IRN.id)])), events)
    assert scored.judged == (
        Judged("treaty", 0.7, True),
        Judged("treaty", 0.7, False),
        Judged("attack", 0.7, False),
    )
    assert (len(scored.right), len(scored.wrong), len(scored.missed)) == (1, 2, 0)
