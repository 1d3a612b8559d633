"""`westphalia explain` tells an analyst how an event came about, and why there is none."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import app

WriteFile = Callable[[str, str | bytes], Path]


def explained(path: Path, *options: str) -> str:
    """What the command prints on 100 columns."""
    result = CliRunner().invoke(app, ["explain", *options, str(path)], env={"COLUMNS": "100"})
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout


def unwrapped(text: str) -> str:
    return " ".join(text.split())


WHYS = (
    ("Rain is expected.", "none no actor is named"),
    ("France sent troops.", "none no second actor: only FRA is named"),
    ("Snow in Germany and Poland.", "none no word that tells of an act between actors"),
    (
        "Germany and Poland attack at dawn.",
        "no attack: seen, but who did it, or to whom, is missing",
    ),
    ("Germany and Poland are neighbours in need of support.",
     "no support: only background: nothing in the sentence says that it happened"),
    ("Germany played Poland 2-1 in the World Cup qualifier match.",
     "none put aside: sport, culture or a ranking"),
)  # fmt: skip


@pytest.mark.parametrize(("sentence", "why"), WHYS)
def test_explain_says_in_plain_words_why_a_sentence_holds_no_event(
    write_file: WriteFile, sentence: str, why: str
) -> None:
    shown = unwrapped(explained(write_file("in.txt", sentence)))
    assert "event" not in shown
    assert why in shown


def test_explain_shows_the_steps_to_status_ends_and_speaker(write_file: WriteFile) -> None:
    text = (
        "Vladimir Putin thanked Turkey. He will visit Iran on Friday, the Kremlin said. "
        "France denied that it had attacked Mali."
    )
    path = write_file("in.txt", f"date: 2025-01-14\n\n{text}")
    printed = explained(path)
    assert max(map(len, printed.splitlines())) <= 100
    shown = unwrapped(printed)
    assert "negated, no type" in shown
    assert "status: negated under 'denied'" in shown
    explanation = json.loads(explained(path, "--format", "json"))
    visit = explanation["sentences"][1]["events"][0]
    assert re.fullmatch(r"frame \d+ of verbs/consult\.toml", visit["lexicon"])
    assert (
        f"event RUS → IRN visit planned, AGREE, 2025-01-17, confidence {visit['confidence']:.2f} "
        f"by verb visit ({visit['lexicon']}), at “visit” status: planned by 'visit' "
        "RUS via vladimir-putin from pronoun 'He': president of RUS since 2012-05-07 said by RUS"
    ) in shown
    assert (visit["construction"], visit["status_steps"]) == ("verb visit", ["planned by 'visit'"])
    assert (visit["source_via"], visit["attributed_to"]) == ("vladimir-putin", "RUS")
