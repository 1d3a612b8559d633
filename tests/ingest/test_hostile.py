"""Text made to hurt: it is read to its end, quoted exactly, and costs time and memory in proportion
to its length."""

import resource
import unicodedata
from datetime import UTC, datetime
from time import process_time

import pytest

from graph.errors import InvalidInput
from graph.model import Article, Evidence
from ingest.pipeline import Coded, Pipeline
from tests.ingest.articles import article, claimed

DAY = "2025-01-14"
BOMBED = {("IRN", "airstrike", "IRQ")}


def code(pipeline: Pipeline, text: str) -> Coded:
    """Code a text and check that everything that is quoted stands where it is said to stand."""
    coded = pipeline.process(article(text, DAY))
    for event in coded.events:
        for evidence in event.evidence:
            check_offsets(text, evidence)
    at = 0
    for seen in coded.seen:
        assert at <= seen.start < seen.end <= len(text)
        at = seen.end
        for mention in seen.mentions:
            assert text[mention.start : mention.end] == mention.surface
    return coded


def check_offsets(text: str, evidence: Evidence) -> None:
    sentence = evidence.sentence
    assert text[sentence.start : sentence.end] == evidence.quote
    trigger = evidence.trigger
    assert text[trigger.start : trigger.end] == evidence.trigger_text
    assert sentence.start <= trigger.start < trigger.end <= sentence.end
    for span in (evidence.source_span, evidence.target_span):
        assert span is not None
        assert text[span.start : span.end].strip()
        assert span.end <= sentence.end


# What stands beside the words must not hide them


@pytest.mark.parametrize(
    "text",
    [
        "Iran\u200b bombed\u200b Iraq.",
        "\ufeffIran bombed Iraq.",
        "\u202eIran bombed Iraq\u202c.",
        "\u200fIran\u200e bombed \u2067Iraq\u2069.",
        "Iran\x01 bombed\x07 Iraq\x1b.",
        "Iran\x80 bombed\x9f Iraq.",
        "Iran\u00a0bombed\u2009Iraq.",
        "Iran\tbombed\tIraq.",
        "Iran bombed\u2028Iraq.",
        "It rained.\r\nIran bombed Iraq.\r\n\r\nIt rained.\r\n",
        "It rained.\rIran bombed Iraq.",
        "<p>Iran bombed <b>Iraq</b>.</p>",
        '<a href="x">Iran</a> bombed <a href="y">Iraq</a>.',
        "*Iran* bombed **Iraq**.",
        "😀 Iran bombed Iraq 😀.",
        "Iran 💣 bombed Iraq😀",
        "🇮🇷 Iran bombed 👩‍👩‍👧 Iraq.",
        "“‘“Iran bombed Iraq.”’”",
        "«Iran bombed Iraq.»",
        "(((Iran bombed Iraq.)))",
        "[{(Iran bombed Iraq)}]",
        "Iran bombed Iraq" + "." * 200,
        "Iran bombed Iraq" + "?!" * 5 + "!",
        "Iran bombed Iraq。",
        "Ｉｒａｎ bombed Iraq.",
        "Iran b\u00adombed Iraq. Iran bombed Iraq.",
    ],
    ids=ascii,
)
def test_what_stands_beside_the_words_does_not_hide_them(pipeline: Pipeline, text: str) -> None:
    assert claimed(code(pipeline, text).events) == BOMBED


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Erdoğan visited Iran.", ("TUR", "visit", "IRN")),
        ("Recep Tayyip Erdoğan visited Iran.", ("TUR", "visit", "IRN")),
        ("Côte d’Ivoire bombed Mali.", ("CIV", "airstrike", "MLI")),
        ("São Tomé and Príncipe bombed Mali.", ("STP", "airstrike", "MLI")),
    ],
)
@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
def test_accents_may_be_written_in_one_piece_or_in_two(
    pipeline: Pipeline, text: str, expected: tuple[str, str, str], form: str
) -> None:
    written = unicodedata.normalize(form, text)  # type: ignore[arg-type]
    assert claimed(code(pipeline, written).events) == {expected}


# In capitals


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("IRAN BOMBS IRAQ", {"IRN airstrike IRQ asserted"}),
        (
            "NAURU REACHED AN AGREEMENT WITH MALI",
            {"NRU agreement MLI asserted", "MLI agreement NRU asserted"},
        ),
        ("IRAN DENIES BOMBING IRAQ", {"IRN airstrike IRQ negated"}),
        ("SAUDI ARABIA TO SEND TANKS TO MALI", {"SAU military_aid MLI planned"}),
        ("FRANCE SUSPENDS AID TO BURKINA FASO", {"FRA aid_cut BFA asserted"}),
        ("NATO CONDEMNS RUSSIA", {"NATO criticism RUS asserted"}),
        ("US TO BOMB IRAN", {"USA airstrike IRN planned"}),
        ("U.S. BOMBED IRAQ.", {"USA airstrike IRQ asserted"}),
        ("PUTIN VISITS CHINA", {"RUS visit CHN asserted"}),
        ("İRAN: IRAN BOMBED IRAQ", {"IRN airstrike IRQ asserted"}),
    ],
)
def test_a_headline_in_capitals_is_read_like_any_other(
    pipeline: Pipeline, text: str, expected: set[str]
) -> None:
    events = code(pipeline, text).events
    assert {
        f"{e.source.id} {e.relation} {e.target.id if e.target else '-'} {e.status}" for e in events
    } == expected


# Long and monotonous


def repeated(unit: str, size: int) -> str:
    return (unit * (size // len(unit) + 1))[:size]


LONG = {
    "no full stop": repeated("prices of wheat and barley fell in many places ", 1_000_000),
    "names in a row": repeated("Iran Iraq France Japan Mali ", 60_000),
    "names with commas": repeated("Iran, Iraq, France, Japan, Mali, ", 70_000),
    "one word": repeated("treaty ", 300_000),
    "one letter": repeated("x", 300_000),
    "one name": repeated("Iran ", 60_000),
    "hyphens": repeated("Iran-", 100_000),
    "line ends": repeated("\r\n", 300_000) + "Iran bombed Iraq.",
    "spaces": "Iran" + repeated(" ", 300_000) + "Iraq",
    "full stops": "Iran bombed Iraq" + repeated(".", 300_000),
    "open quotes": repeated("“‘", 100_000) + "Iran",
    "brackets": "(" * 50_000 + "Iran" + ")" * 50_000,
    "nested quotes": repeated("“Iran said ‘Iraq said “", 8_000),
    "accents": "Iran e" + repeated("\u0301", 300_000) + " Iraq.",
    "zero width": repeated("I\u200bran bombed\u200b Iraq. ", 100_000),
    "emoji": repeated("👩‍👩‍👧😀", 100_000),
    "digits": repeated("1", 300_000),
    "address": "https://" + repeated("iran.iraq/", 300_000),
    "tags": repeated("<p><b>Iran</b></p>", 100_000),
}


@pytest.mark.parametrize("kind", LONG)
def test_long_and_monotonous_text_is_read_to_its_end(pipeline: Pipeline, kind: str) -> None:
    text = LONG[kind]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    coded = code(pipeline, text)
    assert coded.seen[-1].end == len(text.rstrip())
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 300_000, f"{grown} kB more for a text of {len(text)} characters"


def test_an_event_after_a_long_stretch_without_a_full_stop_is_found(pipeline: Pipeline) -> None:
    text = repeated("prices of wheat fell ", 20_000) + "\nIran bombed Iraq."
    assert claimed(code(pipeline, text).events) == BOMBED


def test_a_claim_told_a_thousand_times_costs_a_thousand_times_one(pipeline: Pipeline) -> None:
    def seconds(times: int) -> float:
        begin = process_time()
        coded = code(pipeline, "Iran bombed Iraq.\n" * times)
        (event,) = coded.events
        assert len(event.evidence) == times
        return process_time() - begin

    seconds(10)
    small, large = seconds(400), seconds(1600)
    assert large < 8 * small, f"{large / small:.1f} times as long for four times the text"


# What the contract forbids


def test_a_nul_is_refused_before_it_gets_here() -> None:
    with pytest.raises(InvalidInput, match="NUL"):
        article("Iran bombed\0 Iraq.", DAY)


@pytest.mark.parametrize("text", ["\u200b", "\ufeff \u200f", ".", "()", "\x01\x02", "\u0301"])
def test_a_text_without_a_word_gives_nothing(pipeline: Pipeline, text: str) -> None:
    published = datetime(2025, 1, 14, tzinfo=UTC)
    coded = pipeline.process(Article(text=text, published_at=published))
    assert coded.events == ()
