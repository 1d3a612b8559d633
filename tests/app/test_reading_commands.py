"""The command line twins of the reading endpoints: the same answers, as tables, JSON and CSV."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import networkx
import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner, Result

from app.cli import app
from app.commands.listing import counts_line, score_line, sparkline
from app.main import create_app
from app.settings import Settings
from graph.factory import open_store
from tests.process import run

Cli = Callable[..., Result]


@pytest.fixture
def cli(sample_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Call the command in this process on the samples, as seen on 110 columns."""
    monkeypatch.setenv("WESTPHALIA_STORE_URL", f"sqlite:///{sample_path}")
    monkeypatch.setenv("COLUMNS", "110")
    return lambda *arguments: CliRunner().invoke(app, list(arguments))


@pytest.fixture(scope="module")
def client(sample_path: Path) -> Iterator[TestClient]:
    with open_store(f"sqlite:///{sample_path}") as store:
        yield TestClient(create_app(Settings(), store), raise_server_exceptions=False)


@pytest.mark.parametrize(
    ("command", "path"),
    [
        ("adversaries Iran --as-of 2025-10-01 --limit 4 --quotes 1",
         "/v1/actors/IRN/adversaries?as_of=2025-10-01&limit=4&proofs=1"),
        ("dyad Russia ukraine --as-of 2025-10-01 --bucket year --relation attack",
         "/v1/dyads/RUS/UKR?as_of=2025-10-01&bucket=year&relation=attack&limit=24"),
        ("timeline --actor Iran --status asserted --since 2018-01-01",
         "/v1/timeline?actor=IRN&status=asserted&since=2018-01-01&bucket=year"),
        ("timeline --event-type AGREE --event-type AID --as-of 2020-01-01 --bucket month",
         "/v1/timeline?event_type=AGREE,AID&as_of=2020-01-01"),
        ("paths PRK Turkey --as-of 2025-10-01 --max-hops 2",
         "/v1/paths?from=PRK&to=TUR&as_of=2025-10-01&max_hops=2"),
        ("blocs --as-of 2025-10-01 --tone any --resolution 2",
         "/v1/blocs?as_of=2025-10-01&tone=any&resolution=2"),
        ("events --actor Putin --limit 3", "/v1/events?actor=vladimir-putin&limit=3"),
        ("events --source France --target USA --until 2021-09-18",
         "/v1/events?source=FRA&target=USA&until=2021-09-18&limit=20"),
        ("alliances Finland --as-of 2023-04-04 --compare 2023-04-03 --quotes 1",
         "/v1/actors/FIN/alliances?as_of=2023-04-04&compare=2023-04-03&proofs=1&limit=15"),
    ],
)  # fmt: skip
def test_json_is_what_the_api_answers(
    cli: Cli, client: TestClient, command: str, path: str
) -> None:
    result = cli(*command.split(), "--format", "json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    wanted = client.get(path).json()
    for found in (told, wanted):
        found.pop("next_cursor", None)
    assert told == wanted


def rows(text: str) -> list[dict[str, Any]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize(
    ("command", "columns"),
    [
        ("adversaries IRN --as-of 2025-10-01", {"id": "ISR", "stance": "rival"}),
        ("alliances RUS --as-of 2025-10-01", {"id": "IRN", "stance": "ally"}),
        ("dyad RUS UKR --since 2022-01-01", {"start": "2022-02-01", "stance": "adversary"}),
        ("timeline --actor IRN", {"start": "2015-01-01"}),
        ("paths PRK TUR --as-of 2025-10-01", {"path": "1", "source": "PRK", "target": "RUS"}),
        ("blocs --as-of 2025-10-01", {"bloc": "USA", "actor": "USA"}),
        ("events --source FRA --relation peacekeeping", {"day": "2013-01-01", "target": "MLI"}),
        ("export --source FRA --relation peacekeeping", {"day": "2013-01-01", "target": "MLI"}),
    ],
)
def test_csv_has_a_head_and_a_row_for_each(cli: Cli, command: str, columns: dict[str, str]) -> None:
    result = cli(*command.split(), "--format", "csv")
    assert result.exit_code == 0, result.output
    first = rows(result.stdout)[0]
    assert {name: first[name] for name in columns} == columns


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("adversaries Iran --as-of 2025-10-01",
         ["Adversaries of Iran on 2025-10-01", "Israel", "rival -0.", "“Iran launched more",
          "Bound to United Arab Emirates all the same"]),
        ("adversaries NZL", ["none seen"]),
        ("dyad RUS UKR --as-of 2025-10-01",
         ["Russia and Ukraine on 2025-10-01", "adversary -0.", "rising", "standing", "█",
          "Turning points", "2022-02-01  mixed → adversary", "“Russia invaded Ukraine"]),
        ("dyad NZL AUS", ["New Zealand and Australia", "nothing observed"]),
        ("timeline --actor Iran", ["events  ", "net     ", "2023-01-01", "+0."]),
        ("timeline --relation apology --since 2025-01-01", ["no events"]),
        ("paths PRK TUR --as-of 2025-10-01",
         ["1. North Korea → Russia → Turkey", "North Korea – Russia", "Vladimir Putin and Kim"]),
        ("paths NZL TUR", ["no path of friendly ties within 3 hops"]),
        ("blocs --as-of 2025-10-01", ["modularity 0.", "Russia, Iran and"]),
        ("events --actor France --limit 1", ["Niger", "protest", "“Thousands of", "--cursor "]),
        ("events --since 2030-01-01", ["no events"]),
        ("alliances FIN --as-of 2023-04-04 --compare 2023-04-03",
         ["Changes from 2023-04-03 to 2023-04-04", "Began: collective defence", "came +0",
          "unseen"]),
        ("alliances FIN --as-of 2023-04-03 --compare 2023-04-02",
         ["nothing changed in what was observed"]),
    ],
)  # fmt: skip
def test_tables_tell_people_what_and_why(cli: Cli, command: str, words: list[str]) -> None:
    result = cli(*command.split())
    assert result.exit_code == 0, result.output
    told = " ".join(result.stdout.split())
    for word in words:
        assert " ".join(word.split()) in told, word


def test_pages_of_events_go_on_where_the_one_before_ended(cli: Cli) -> None:
    first = json.loads(cli("events", "--limit", "2", "--format", "json").stdout)
    second = cli("events", "--limit", "2", "--cursor", first["next_cursor"], "--format", "json")
    whole = json.loads(cli("events", "--limit", "4", "--format", "json").stdout)
    assert first["items"] + json.loads(second.stdout)["items"] == whole["items"]


@pytest.mark.parametrize("name", ["graphml", "gexf"])
def test_an_export_to_a_file_opens_in_networkx_and_is_never_overwritten(
    cli: Cli, client: TestClient, tmp_path: Path, name: str
) -> None:
    path = tmp_path / f"graph.{name}"
    done = cli("export", "--format", name, "--output", str(path))
    assert (done.exit_code, done.stdout) == (0, "")
    read = networkx.read_graphml if name == "graphml" else networkx.read_gexf
    assert read(path).number_of_edges() == client.get("/v1/stats").json()["events"]
    again = cli("export", "--format", name, "-o", str(path))
    assert again.exit_code == 1
    assert "File exists" in again.stderr
    ties = cli("export", "--format", name, "--shape", "ties", "--as-of", "2025-10-01")
    assert "<edge " in ties.stdout


@pytest.mark.parametrize(
    ("command", "code", "words"),
    [
        ("adversaries Irann", 1, "no actor 'Irann'; did you mean Iran"),
        ("dyad RUS RUS", 1, "RUS has no relationship with itself"),
        ("dyad RUS UKR --bucket week", 2, "week"),
        ("timeline --event-type WAR", 2, "--event-type"),
        ("timeline --since 2025", 2, "--since"),
        ("timeline --relation treatey", 1, "did you mean treaty"),
        ("events --partner RUS", 1, "needs the parameter actor"),
        ("events --cursor nonsense", 1, "no cursor"),
        ("paths RUS", 2, "TO"),
        ("export --format xlsx", 2, "xlsx"),
        ("export --format csv --shape ties --relation treaty", 1, "does not go with shape=ties"),
        ("export --format csv --shape stars", 2, "--shape"),
        ("alliances RUS --as-of 2020-01-01 --compare 2020-01-01", 1, "does not lie before"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_name(
    cli: Cli, command: str, code: int, words: str
) -> None:
    result = cli(*command.split())
    assert result.exit_code == code, result.output
    assert words in " ".join(result.stderr.replace("│", " ").split())


def test_a_pipe_gets_utf8_and_nothing_else(sample_path: Path, client: TestClient) -> None:
    done = run("export", "--format", "jsonl", store=sample_path)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.decode().splitlines()
    assert len(lines) == client.get("/v1/stats").json()["events"]
    assert all(json.loads(line)["id"] for line in lines)


def test_sparklines_scale_between_their_ends() -> None:
    assert sparkline([0, 1, 2, 3], 0, 3) == "▁▃▆█"
    assert score_line([-1.0, 0.0, 1.0, None]) == "▁▅█·"
    assert counts_line([0, 1, 8]) == "·▂█"
    assert counts_line([]) == ""
    assert len(score_line([0.5] * 500)) == 60
