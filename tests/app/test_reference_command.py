"""What `westphalia reference check` says of the age of the data, and `ingest` of newer articles."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.cli import app
from app.commands.reference import KnownUntil
from graph.reference import load_reference
from graph.reference.types import Role

WriteFile = Callable[[str, str | bytes], Path]

AS_OF = load_reference().as_of


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Call the command in this process, on a store of its own."""
    monkeypatch.setenv("WESTPHALIA_STORE_URL", f"sqlite:///{tmp_path}/own.db")
    return lambda *arguments: CliRunner().invoke(app, arguments)


def test_check_names_the_offices_whose_data_ends(cli: Callable[..., Result]) -> None:
    offices = json.loads(cli("reference", "check", "--format", "json").stdout)["known_until"]
    assert offices == sorted(offices, key=lambda office: (office["until"], office["name"]))
    assert all(office["until"] < AS_OF.isoformat() for office in offices)
    shown = cli("reference", "check").stdout
    for office in offices[-20:]:
        role = office["role"].replace("_", " ")
        assert f"{office['name']}" in shown
        assert f"{role}: known until {office['until']}" in shown


def test_check_can_list_every_office_of_every_state(cli: Callable[..., Result]) -> None:
    lines = cli("reference", "check", "--all").stdout.splitlines()
    assert f"Iran's foreign minister: known until {AS_OF}" in lines
    told = json.loads(cli("reference", "check", "--all", "--format", "json").stdout)["known_until"]
    assert len(told) == sum("known until" in line for line in lines) > 400


def test_a_name_that_ends_in_s_takes_an_apostrophe_only() -> None:
    office = KnownUntil(
        state="NLD", name="Netherlands", role=Role.HEAD_OF_GOVERNMENT, until=date(2024, 7, 28)
    )
    assert str(office) == "Netherlands' head of government: known until 2024-07-28"


def rows(*days: date) -> str:
    texts = ("Russia and Iran signed a treaty.", "Russia attacked Ukraine.")
    return "".join(
        json.dumps({"text": texts[n % 2], "date": day.isoformat()}) + "\n"
        for n, day in enumerate(days)
    )


def test_ingest_warns_once_of_each_country_that_is_known_too_short(
    cli: Callable[..., Result], write_file: WriteFile
) -> None:
    newer = AS_OF + timedelta(days=40)
    path = write_file("in.jsonl", rows(newer, newer, newer + timedelta(days=1)))
    result = cli("ingest", "--format", "json", str(path))
    warnings = [line.split(":")[0] for line in result.stderr.splitlines()]
    assert result.exit_code == 0
    assert sorted(warnings) == ["Iran", "Russia", "Ukraine"]
    assert f"offices known until {AS_OF}, an article is of {newer}" in result.stderr
    assert json.loads(result.stdout)["stale_countries"] == 3


def test_ingest_says_nothing_of_articles_within_the_data(
    cli: Callable[..., Result], write_file: WriteFile
) -> None:
    result = cli("ingest", str(write_file("in.jsonl", rows(AS_OF, AS_OF))))
    assert result.exit_code == 0
    assert result.stderr == ""
    assert "newer than the reference data" not in result.stdout


def test_the_summary_counts_the_countries_in_words(
    cli: Callable[..., Result], write_file: WriteFile
) -> None:
    path = write_file("in.jsonl", rows(AS_OF + timedelta(days=1)))
    shown = " ".join(cli("ingest", str(path)).stdout.split())
    assert "Articles are newer than the reference data of 2 countries." in shown
