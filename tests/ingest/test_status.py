"""How a sentence tells its act decides what the event is: a fact, a plan, a refusal, a maybe."""

import pytest

from graph.model import Event, Status
from graph.ontology import load_ontology
from ingest.pipeline import Pipeline
from tests.ingest.articles import article, claimed


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    """Tells also what it is too unsure of: how an act is told is asked here, not how surely."""
    return Pipeline(unsure=True)


DAY = "2025-01-14"


def coded(pipeline: Pipeline, text: str) -> tuple[Event, ...]:
    return pipeline.process(article(text, DAY)).events


def told(events: tuple[Event, ...]) -> set[str]:
    """ "A RELATION B status" of each event."""
    return {
        f"{event.source.id} {event.relation} {event.target.id if event.target else '-'} "
        f"{event.status}"
        for event in events
    }


def typed(events: tuple[Event, ...]) -> set[str]:
    """ "A TYPE B" of each event that has a type."""
    ontology = load_ontology()
    found = set()
    for event in events:
        projection = ontology.project(event.relation, event.status)
        if projection is not None and event.target is not None:
            found.add(f"{event.source.id} {projection.event_type} {event.target.id}")
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Told as done
        ("Iran and Russia signed a treaty in Moscow on Monday.", "IRN treaty RUS asserted"),
        ("Israel bombed Lebanon on Monday.", "ISR airstrike LBN asserted"),
        ("Germany is delivering tanks to Ukraine.", "DEU military_aid UKR asserted"),
        ("Iran has been supplying drones to Russia.", "IRN military_aid RUS asserted"),
        ("Russia has invaded Ukraine.", "RUS invasion UKR asserted"),
        ("Poland managed to sign a treaty with Ukraine.", "POL treaty UKR asserted"),
        ("Japan went on to impose sanctions on Russia.", "JPN sanction RUS asserted"),
        # Plans and promises
        ("Iran and Russia will sign a treaty on Friday.", "IRN treaty RUS planned"),
        ("Iran and Russia are to sign a treaty on Friday.", "IRN treaty RUS planned"),
        ("Iran and Russia are set to sign a treaty.", "IRN treaty RUS planned"),
        ("Iran plans to sign a treaty with Russia.", "IRN treaty RUS planned"),
        ("Iran and Russia are due to sign a treaty on Friday.", "IRN treaty RUS planned"),
        ("Iran is going to sign a treaty with Russia.", "IRN treaty RUS planned"),
        ("Germany promised to send tanks to Ukraine.", "DEU military_aid UKR planned"),
        ("Germany pledged to send tanks to Ukraine.", "DEU military_aid UKR planned"),
        ("Germany agreed to send tanks to Ukraine.", "DEU military_aid UKR planned"),
        ("Germany said it would send tanks to Ukraine.", "DEU military_aid UKR planned"),
        ("Vladimir Putin will visit China next week.", "RUS visit CHN planned"),
        ("Vladimir Putin intends to visit China.", "RUS visit CHN planned"),
        ("The United States will impose sanctions on Iran.", "USA sanction IRN planned"),
        ("The United States vowed to impose sanctions on Iran.", "USA sanction IRN planned"),
        ("India promised to send aid to Nepal.", "IND humanitarian_aid NPL planned"),
        ("India pledged aid to Nepal.", "IND economic_aid NPL planned"),
        ("India offered aid to Nepal.", "IND economic_aid NPL planned"),
        ("India offered to send aid to Nepal.", "IND humanitarian_aid NPL planned"),
        ("India offered to mediate between Iran and Israel.", "IND mediation IRN planned"),
        ("Germany is ready to send tanks to Ukraine.", "DEU military_aid UKR planned"),
        ("Iran will attack Israel if the sanctions stay.", "IRN attack ISR planned"),
        # Headlines
        ("Putin to meet Xi in Beijing", "RUS meeting CHN planned"),
        ("Germany not to send tanks to Ukraine", "DEU military_aid UKR negated"),
        ("Berlin to send tanks to Kyiv", "DEU military_aid UKR planned"),
        ("Iran, Russia to sign treaty in Moscow", "IRN treaty RUS planned"),
        ("Putin to visit China", "RUS visit CHN planned"),
        ("Israel bombs Lebanon", "ISR airstrike LBN asserted"),
        # Conditions
        ("If Iran attacked Israel, oil would rise.", "IRN attack ISR hypothetical"),
        ("Iran would attack Israel if its sites were hit.", "IRN attack ISR hypothetical"),
        ("Unless Iran attacks Israel, talks go on.", "IRN attack ISR hypothetical"),
        ("Had Iran attacked Israel, oil would have risen.", "IRN attack ISR hypothetical"),
        ("Should Iran attack Israel, oil will rise.", "IRN attack ISR hypothetical"),
        (
            "Iran would sign a treaty with Russia provided that the sanctions were lifted.",
            "IRN treaty RUS hypothetical",
        ),
        # Speculation
        ("Experts say Iran may attack Israel.", "IRN attack ISR hypothetical"),
        ("Experts believe that Iran will attack Israel.", "IRN attack ISR hypothetical"),
        ("Iran reportedly attacked Israel.", "IRN attack ISR hypothetical"),
        ("Iran allegedly attacked Israel.", "IRN attack ISR hypothetical"),
        ("Iran wants to attack Israel.", "IRN attack ISR hypothetical"),
        ("Iran should sign a treaty with Russia.", "IRN treaty RUS hypothetical"),
        ("China may invade Taiwan.", "CHN invasion TWN hypothetical"),
        ("China might invade Taiwan.", "CHN invasion TWN hypothetical"),
        ("China could invade Taiwan by 2027, analysts said.", "CHN invasion TWN hypothetical"),
        ("China is considering an invasion of Taiwan.", "CHN invasion TWN hypothetical"),
        ("Poland wants to sign a treaty with Ukraine.", "POL treaty UKR hypothetical"),
        ("Poland hopes to sign a treaty with Ukraine.", "POL treaty UKR hypothetical"),
        # Questions
        ("Will China invade Taiwan?", "CHN invasion TWN hypothetical"),
        ("Has Iran attacked Israel?", "IRN attack ISR hypothetical"),
        # Denials
        ("Russia did not attack Poland.", "RUS attack POL negated"),
        ("Russia has never attacked Poland.", "RUS attack POL negated"),
        ("Russia denied attacking Poland.", "RUS attack POL negated"),
        ("Russia denied that it had attacked Poland.", "RUS attack POL negated"),
        ("Iran and Russia failed to sign a treaty.", "IRN treaty RUS negated"),
        ("Russia denied supplying weapons to Mali.", "RUS military_aid MLI negated"),
        ("Iran never attacked Israel.", "IRN attack ISR negated"),
        ("No treaty was signed by Iran and Russia.", "IRN treaty RUS negated"),
        # Failures
        ("Sudan and Egypt failed to agree on the dam.", "SDN agreement EGY negated"),
        ("Sudan and Egypt failed to reach an agreement.", "SDN agreement EGY negated"),
        ("Canada avoided criticising China.", "CAN criticism CHN negated"),
        ("Iran tried to attack Israel.", "IRN attack ISR hypothetical"),
        ("Iran attempted to attack Israel.", "IRN attack ISR hypothetical"),
        ("Iran has yet to sign a treaty with Russia.", "IRN treaty RUS hypothetical"),
        # History
        ("Britain and France attacked Egypt in 1956.", "FRA attack EGY historical"),
        ("The United States invaded Iraq two decades ago.", "USA invasion IRQ historical"),
        ("Egypt signed a peace treaty with Israel in 1979.", "EGY treaty ISR historical"),
        (
            "Turkey, which invaded Cyprus in 1974, held talks with Greece.",
            "TUR invasion CYP historical",
        ),
        ("Russia invaded Georgia in 2008.", "RUS invasion GEO historical"),
        # "since" dates what it hangs on, not the act
        (
            "Vladimir Putin visited Norway, the first such visit since independence in 1905.",
            "RUS visit NOR asserted",
        ),
        ("Canada stopped short of imposing sanctions on China.", "CAN sanction CHN negated"),
        ("Iran nearly went to war with Israel.", "IRN attack ISR negated"),
        ("Trump announced plans to visit Egypt.", "USA visit EGY planned"),
        ("Chad is close to reaching a deal with Libya.", "TCD agreement LBY planned"),
        ("Japan attacked the United States in 1941.", "JPN attack USA historical"),
        ("Iran and Russia signed a treaty in 2001.", "IRN treaty RUS historical"),
    ],
)
def test_the_status_of(pipeline: Pipeline, text: str, expected: str) -> None:
    assert expected in told(coded(pipeline, text))


@pytest.mark.parametrize(
    ("text", "wanted", "never"),
    [
        # A refusal is a REJECT, and the act refused is no fact.
        (
            "Poland refused to sign a treaty with Ukraine.",
            "POL REJECT UKR",
            "POL SUPPORT UKR",
        ),
        (
            "India declined to extradite him to Britain.",
            "IND REJECT GBR",
            "IND COOPERATE GBR",
        ),
        (
            "Turkey rejected an offer of mediation from France.",
            "TUR REJECT FRA",
            "FRA CONSULT TUR",
        ),
        (
            "Hungary vetoed aid to Ukraine.",
            "HUN REJECT UKR",
            "HUN AID UKR",
        ),
        ("Turkey ruled out talks with Greece.", "TUR REJECT GRC", "TUR CONSULT GRC"),
        ("Turkey declined to hold talks with Greece.", "TUR REJECT GRC", "TUR CONSULT GRC"),
        ("Egypt turned down an invitation from Qatar.", "EGY REJECT QAT", "QAT AGREE EGY"),
        # A friendly act called off is a REJECT of who called it off.
        (
            "President Donald Trump called off a visit to Denmark.",
            "USA REJECT DNK",
            "USA CONSULT DNK",
        ),
        (
            "Brazil cancelled talks with Argentina.",
            "BRA REJECT ARG",
            "BRA CONSULT ARG",
        ),
        ("Spain scrapped a visit to Morocco.", "ESP REJECT MAR", "ESP CONSULT MAR"),
        ("Spain postponed a visit to Morocco.", "ESP REJECT MAR", "ESP CONSULT MAR"),
        # What was running and is ended is a SANCTION.
        (
            "France stopped supplying weapons to Israel.",
            "FRA SANCTION ISR",
            "FRA AID ISR",
        ),
        (
            "Germany suspended aid to Uganda.",
            "DEU SANCTION UGA",
            "DEU AID UGA",
        ),
        (
            "The United States lifted sanctions on Syria.",
            "USA RETREAT SYR",
            "USA SANCTION SYR",
        ),
        # A charge that is denied.
        (
            "Tehran rejected Washington's charge that it was behind the attack on Saudi plants.",
            "IRN REJECT USA",
            "IRN ASSAULT SAU",
        ),
        # Warned of, asked for, offered: not done.
        (
            "Israel warned Lebanon that it would bomb Beirut.",
            "ISR THREATEN LBN",
            "ISR ASSAULT LBN",
        ),
        (
            "Ukraine asked Germany to send tanks.",
            "UKR REQUEST DEU",
            "DEU AID UKR",
        ),
        (
            "Britain urged China to release the bookseller.",
            "GBR REQUEST CHN",
            "CHN RETREAT GBR",
        ),
        (
            "Iraq threatened to attack Kuwait.",
            "IRQ THREATEN KWT",
            "IRQ ASSAULT KWT",
        ),
        # Plans: friendly ones AGREE, hostile ones THREATEN.
        (
            "Iran and Russia will sign a treaty on Friday.",
            "RUS AGREE IRN",
            "RUS SUPPORT IRN",
        ),
        (
            "The United States will impose sanctions on Iran.",
            "USA THREATEN IRN",
            "USA RETREAT IRN",
        ),
    ],
)
def test_what_it_counts_as(pipeline: Pipeline, text: str, wanted: str, never: str) -> None:
    found = typed(coded(pipeline, text))
    assert wanted in found
    assert never not in found


@pytest.mark.parametrize(
    "text",
    [
        "Britain has no plans to send warships to confront Iran.",
        "Russia denied attacking Poland.",
        "China may invade Taiwan.",
        "Would Iran attack Israel?",
        "If Iran attacked Israel, oil would rise.",
        "Rumours that North Korea had invaded South Korea were false.",
        "Analysts doubted that Iran would attack Israel.",
        "An attack by China on Taiwan is unlikely.",
        "Moscow has denied bombing Georgia.",
        "Iran denied involvement in the attack on Saudi Arabia.",
        "Talks between Sudan and Egypt were cancelled.",
        "Talks between Sudan and Egypt were postponed.",
        "Japan delayed the delivery of aid to Nepal.",
        "Israel foiled an attack by Iran on Cyprus.",
        "China marked the 80th anniversary of Japan's invasion of China.",
        "On the anniversary of Iraq's invasion of Kuwait, leaders met.",
        "Iran must withdraw its troops from Syria.",
    ],
)
def test_what_did_not_happen_is_never_a_fact(pipeline: Pipeline, text: str) -> None:
    facts = {Status.ASSERTED, Status.HISTORICAL}
    assert claimed(e for e in coded(pipeline, text) if e.status in facts) == set()


@pytest.mark.parametrize(
    ("text", "claim", "speaker"),
    [
        ("Ukraine said Russia had shelled Kharkiv.", ("RUS", "attack", "UKR"), "UKR"),
        ("Kyiv says Moscow attacked Kharkiv.", ("RUS", "attack", "UKR"), "UKR"),
        (
            "According to Israel, Iran sent missiles to Hezbollah.",
            ("IRN", "military_aid", "hezbollah"),
            "ISR",
        ),
        ("Russia attacked Kharkiv.", ("RUS", "attack", "UKR"), None),
    ],
)
def test_who_says_so_is_kept_beside_the_claim(
    pipeline: Pipeline, text: str, claim: tuple[str, str, str], speaker: str | None
) -> None:
    events = [event for event in coded(pipeline, text) if claimed([event]) == {claim}]
    assert events
    attributed = events[0].best_evidence.attributed_to
    assert (attributed.id if attributed else None) == speaker
