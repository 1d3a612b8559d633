"""Who is quoted as saying it is kept beside the claim; the claim stays what it is."""

import pytest

from graph.model import Status
from ingest.pipeline import Pipeline
from tests.ingest.articles import article, claimed

DAY = "2025-01-14"
SUPPLIED = ("IRN", "military_aid", "RUS")


def speakers(pipeline: Pipeline, text: str, claim: tuple[str, str, str]) -> set[str | None]:
    """The speakers of every event that makes the claim."""
    events = [e for e in pipeline.process(article(text, DAY)).events if claimed([e]) == {claim}]
    found = [evidence.attributed_to for event in events for evidence in event.evidence]
    return {actor.id if actor else None for actor in found}


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        # The speaker before the claim
        ("Ukraine said Iran had supplied drones to Russia.", "UKR"),
        ("Ukraine says Iran supplied drones to Russia.", "UKR"),
        ("Ukraine said on Monday that Iran had supplied drones to Russia.", "UKR"),
        ("Ukraine claimed that Iran had supplied drones to Russia.", "UKR"),
        ("Ukraine alleged that Iran had supplied drones to Russia.", "UKR"),
        ("Ukraine confirmed that Iran had supplied drones to Russia.", "UKR"),
        ("Ukraine believes that Iran supplied drones to Russia.", "UKR"),
        ("Ukraine told Germany that Iran had supplied drones to Russia.", "UKR"),
        ("NATO said Iran had supplied drones to Russia.", "NATO"),
        # People and bodies speak for those they act for
        ("Antony Blinken said Iran had supplied drones to Russia.", "USA"),
        ("Blinken said that Iran had supplied drones to Russia.", "USA"),
        ("French President Emmanuel Macron said Iran had supplied drones to Russia.", "FRA"),
        ("A spokesman for the French government said Iran had supplied drones to Russia.", "FRA"),
        ("The White House said Iran had supplied drones to Russia.", "USA"),
        # The speaker after the claim
        ("Iran supplied drones to Russia, Ukraine said.", "UKR"),
        ("Iran supplied drones to Russia, said Ukraine.", "UKR"),
        ('"Iran supplied drones to Russia," Ukraine said.', "UKR"),
        # According to
        ("According to Ukraine, Iran supplied drones to Russia.", "UKR"),
        ("According to the Ukrainian government, Iran supplied drones to Russia.", "UKR"),
        ("Iran supplied drones to Russia, according to Ukraine.", "UKR"),
        ("Iran supplied drones to Russia, according to officials in Kyiv.", "UKR"),
        # The one who is nearest to the claim, where one quotes another
        ("Blinken said Israel had told him that Iran had supplied drones to Russia.", "ISR"),
        # Nobody of whom the data knows for whom he speaks
        ("Iran supplied drones to Russia.", None),
        ("Iran supplied drones to Russia, officials said.", None),
        ("Iran supplied drones to Russia, according to analysts.", None),
        ("Iran supplied drones to Russia, Reuters reported.", None),
    ],
)
def test_the_speaker_of(pipeline: Pipeline, text: str, speaker: str | None) -> None:
    assert speakers(pipeline, text, SUPPLIED) == {speaker}


@pytest.mark.parametrize(
    ("text", "claim", "speaker"),
    [
        ("China said it had signed a treaty with Laos.", ("CHN", "treaty", "LAO"), "CHN"),
        (
            "The Kremlin said it would impose sanctions on Japan.",
            ("RUS", "sanction", "JPN"),
            "RUS",
        ),
        ("Kyiv said Russia had shelled Kharkiv.", ("RUS", "attack", "UKR"), "UKR"),
        ("Moscow said Ukraine had attacked Belarus.", ("UKR", "attack", "BLR"), "RUS"),
    ],
)
def test_a_party_may_be_the_speaker(
    pipeline: Pipeline, text: str, claim: tuple[str, str, str], speaker: str
) -> None:
    assert speakers(pipeline, text, claim) == {speaker}


def test_what_is_said_of_oneself_and_of_another_keeps_the_status_of_its_words(
    pipeline: Pipeline,
) -> None:
    for text, status in (
        ("Ukraine said Russia had attacked Poland.", Status.ASSERTED),
        ("Ukraine said Russia would attack Poland.", Status.PLANNED),
        ("Ukraine said Russia might attack Poland.", Status.HYPOTHETICAL),
        ("Ukraine said Russia had not attacked Poland.", Status.NEGATED),
    ):
        events = pipeline.process(article(text, DAY)).events
        assert claimed(events, status) == {("RUS", "attack", "POL")}, text


def test_an_act_of_speech_is_its_own_claim_and_has_no_second_speaker(pipeline: Pipeline) -> None:
    for text, claim in (
        ("Ukraine accused Russia of espionage.", ("UKR", "accusation", "RUS")),
        ("China condemned Japan.", ("CHN", "criticism", "JPN")),
    ):
        assert speakers(pipeline, text, claim) == {None}


def test_two_reports_of_one_act_keep_both_speakers(pipeline: Pipeline) -> None:
    text = "Iran supplied drones to Russia, Ukraine said. NATO said Iran supplied drones to Russia."
    assert speakers(pipeline, text, SUPPLIED) == {"UKR", "NATO"}
