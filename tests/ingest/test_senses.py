"""Sentences that look like one act and tell another, or none; all that each tells."""

import pytest

from ingest.pipeline import Pipeline
from tests.ingest.articles import DAY, Row, article, told_by, told_of


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    """Tells also what it is too unsure of: how an act is told is asked here, not how surely."""
    return Pipeline(unsure=True)


OTHER_SENSES: list[Row] = [
    # A verb in another sense
    ("Kenya hits Uganda with taxes on milk and eggs.", "KEN tariff UGA"),
    ("A Greek tanker hits a Russian mine in the Black Sea.", ""),
    ("The Senate in Washington passed a bill targeting sanctions on Venezuela.", ""),
    ("Two suspects wanted in the bombing of the Australian embassy in Jakarta were seen.", ""),
    ("Fighting went on as jets of Russia backed Syria.", "RUS military_aid SYR"),
    (
        "Ottawa ordered Iran to close its consulate.",
        "CAN ties_cut IRN; IRN ties_cut CAN hypothetical",
    ),
    (
        "Japan would give $50 million in additional aid to Fiji.",
        "JPN economic_aid FJI hypothetical",
    ),
    ("The court in Belgium threw out the case against Israel.", ""),
    # Travel in a time of disease, and danger to one's own people
    ("Britain puts Turkey on its red list for travellers.", ""),
    ("Norway closed its embassy in Yemen, citing threats from al-Qaeda.", ""),
    # Dead or hurt by no deed of a state
    ("A hotel fire in Medina, Saudi Arabia kills fifteen Egyptian pilgrims.", ""),
    ("Peru will investigate the death of a British missionary.", ""),
    # Booty is no land
    (
        "Ukrainian soldiers seized two Russian vehicles.",
        "",
    ),
]

ENDS: list[Row] = [
    # A member is not the body
    ("Germany and several other NATO allies criticised Hungary.", "DEU criticism HUN"),
    ("Canada denied that it had clashed with its NATO ally.", ""),
    # Whose a ceasefire is says nothing of whom it binds
    ("Israel and Hamas agreed to a UN ceasefire.", "ISR <agreement> hamas"),
    # A town near a border lies on this side of it
    ("Al-Shabaab attacked a town near the border with Kenya.", ""),
    # One of two, and nobody knows which
    ("Syrian or Russian warplanes bombed a town in Turkey.", ""),
    ("Militants dressed as Chadian soldiers attacked a base in Niger.", ""),
    # A name of its own
    ("The Syrian Arab Coalition attacked Turkey.", ""),
    # What stands before the verb with "before" or "at the request of" is another act
    ("Before the raid on Israel, Egypt called for calm.", ""),
    # "visiting" before a guest
    (
        "Ghana held talks with visiting President Emmanuel Macron of France.",
        "GHA <negotiation> FRA",
    ),
    # Who would do it stands between "for" and "to"
    ("Russia opened a road for Iran to send weapons to Syria.", "IRN military_aid SYR planned"),
    # The giver supports, not who is given
    ("India gave Tanzania $180 million to support its growth.", "IND economic_aid TZA"),
]

NOT_YET: list[Row] = [
    (
        "Iraq repeated its demand that Turkey withdraw its troops from Iraq.",
        "TUR withdrawal IRQ hypothetical",
    ),
    ("NATO is undecided about sending food to Iraq.", "NATO humanitarian_aid IRQ hypothetical"),
    ("Israel sent envoys rather than invading Syria.", "ISR invasion SYR negated"),
    ("A war of the United States against Iran would lead to ruin.", ""),
    ("Berlin announced the possibility of sanctions against Russia.", ""),
    (
        "The forum discussed the threat of Palau withdrawing from the Pacific Islands Forum.",
        "PLW treaty_withdrawal PIF hypothetical",
    ),
    ("American advisers once trained Yemeni soldiers.", "USA military_aid YEM historical"),
]


@pytest.mark.parametrize(("text", "expected"), [*OTHER_SENSES, *ENDS, *NOT_YET])
def test_tells_this_and_nothing_else(pipeline: Pipeline, text: str, expected: str) -> None:
    assert told_of(pipeline.process(article(text, DAY)).events) == told_by(expected)


def test_what_is_too_unsure_is_not_told_but_noted() -> None:
    coded = Pipeline().process(article("NATO is undecided about sending food to Iraq.", DAY))
    assert not coded.events
    reasons = [miss.reason for seen in coded.seen for miss in seen.near_misses]
    assert any("too unsure: confidence 0." in reason for reason in reasons)
