"""What a person and a pipe get from the `westphalia` command."""

import json
import re
import signal
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from app.cli import app
from tests.neo4j_server import free_port
from tests.process import run, start

WriteFile = Callable[[str, str | bytes], Path]
Json = dict[str, Any]

TEXT = "Russia and Iran signed a treaty in Moscow. Rain is expected. Kyiv thanked Poland."
GOOD = json.dumps({"id": "a1", "text": TEXT, "date": "2025-01-17"}) + "\n"


@pytest.fixture
def cli(store_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Call the command in this process, on the small store, as seen on 100 columns."""
    monkeypatch.setenv("WESTPHALIA_STORE_URL", f"sqlite:///{store_path}")
    monkeypatch.setenv("COLUMNS", "100")
    return lambda *arguments, stdin=None: CliRunner().invoke(app, arguments, input=stdin)


def rows(text: str | bytes) -> list[Json]:
    return [json.loads(line) for line in text.splitlines()]


def unwrapped(text: str) -> str:
    return " ".join(text.split())


def test_extract_keeps_its_contract(cli: Callable[..., Result], write_file: WriteFile) -> None:
    result = cli("extract", "--format", "jsonl", str(write_file("in.jsonl", GOOD)))
    assert (result.exit_code, result.stderr) == (0, "")
    events = rows(result.stdout)
    assert len(events) >= 2
    for event in events:
        assert set(event) == {
            "article_id", "source", "target", "relation", "event_type", "status",
            "event_date", "confidence", "attributed_to", "evidence",
        }  # fmt: skip
        assert event["article_id"] == "a1"
        proof, trigger = event["evidence"], event["evidence"]["trigger"]
        assert proof["quote"] == TEXT[proof["start"] : proof["end"]]
        assert trigger["text"] == TEXT[trigger["start"] : trigger["end"]]
        for end in (event["source"], event["target"]):
            assert set(end) == {"id", "name", "kind", "country", "via", "start", "end"}
            assert 0 <= end["start"] < end["end"] <= len(TEXT)
    told = {(e["source"]["id"], e["relation"], e["target"]["id"], e["event_type"]) for e in events}
    assert ("RUS", "treaty", "IRN", "SUPPORT") in told


def test_extract_reports_bad_lines_and_goes_on(
    cli: Callable[..., Result], write_file: WriteFile
) -> None:
    path = write_file("in.jsonl", f"[]\n{GOOD}" + '{"id": "x"}\n')
    result = cli("extract", "--format", "jsonl", str(path))
    assert result.exit_code == 1
    assert {event["article_id"] for event in rows(result.stdout)} == {"a1"}
    assert result.stderr.splitlines() == [
        f"{path}, line 1: a JSON object is needed, not a list",
        f"{path}, line 3: no text",
    ]


def test_extract_warns_of_a_text_in_another_language(
    cli: Callable[..., Result], write_file: WriteFile
) -> None:
    text = "Президент России встретился с президентом Ирана в Москве и подписал договор."
    path = write_file("in.jsonl", json.dumps({"text": text}))
    result = cli("extract", "--format", "jsonl", str(path))
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr.startswith(f"{path}, line 1: the text is in 'ru'")


def test_extract_reads_a_text_file_with_its_date(
    cli: Callable[..., Result], write_file: WriteFile
) -> None:
    path = str(write_file("in.txt", "The Russian president met the Iranian president."))
    named = {}
    for day in ("1998-05-05", "2025-05-05"):
        result = cli("extract", "--format", "jsonl", "--date", day, path)
        named[day] = [event["source"]["id"] for event in rows(result.stdout)]
    assert named["2025-05-05"] == named["1998-05-05"] != []


def test_extract_shows_people_the_sentence_and_both_directions_once(
    cli: Callable[..., Result], write_file: WriteFile
) -> None:
    result = cli("extract", "--format", "table", str(write_file("in.jsonl", GOOD)))
    assert "“Russia and Iran signed a treaty in Moscow.”" in result.stdout
    assert result.stdout.count("treaty  ") == 1
    assert "Iran ↔ Russia  treaty" in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 100


def test_text_from_outside_cannot_steer_the_terminal(
    cli: Callable[..., Result], write_file: WriteFile
) -> None:
    text = "Russia attacked Ukraine \x1b[2J\x1b]0;x\x07[bold]today[/bold] \u202eon Friday."
    path = write_file("in.jsonl", json.dumps({"id": "\x1b[31m", "title": "\x1b[2J", "text": text}))
    for command in (("extract", "--format", "table"), ("explain",)):
        result = cli(*command, str(path))
        assert "\x1b" not in result.stdout
        assert "\x07" not in result.stdout
        assert "\u202e" not in result.stdout
        assert "[bold]" in result.stdout


def test_extract_answers_each_line_of_a_pipe_as_it_comes() -> None:
    with start("extract", "--format", "jsonl", "-", stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for number in range(2):
            row = {"id": str(number), "text": "Russia attacked Ukraine on Friday."}
            process.stdin.write(json.dumps(row).encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["article_id"] == str(number)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (0, b"", b"")


def test_a_reader_that_goes_away_is_no_traceback(write_file: WriteFile) -> None:
    path = write_file("in.jsonl", GOOD * 400)
    with start("extract", "--format", "jsonl", str(path)) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == b""
    assert process.returncode == 1


def test_explain_tells_how_each_name_was_resolved_and_by_which_rule(
    cli: Callable[..., Result], write_file: WriteFile
) -> None:
    path = str(write_file("in.txt", f"date: 2025-01-17\n\n{TEXT}"))
    shown = unwrapped(cli("explain", path).stdout)
    assert "Moscow = RUS (seat: RUS)" in shown
    assert re.search(
        r"event IRN ↔ RUS treaty asserted, SUPPORT, no day, confidence 0\.\d\d "
        r"by verb sign \(frame 1 of verbs/support\.toml\), at “signed”",
        shown,
    )
    assert "Rain is expected. none no actor is named" in shown
    [explanation] = rows(cli("explain", "--format", "json", path).stdout)
    first, second, _ = explanation["sentences"]
    assert [m["principal"] for m in first["mentions"]] == ["RUS", "IRN", "RUS"]
    assert first["events"][0]["rule"].startswith("verb sign")
    assert first["why_none"] is None
    assert (second["events"], second["why_none"]) == ([], "no actor is named")


def test_eval_prints_a_row_for_each_type_and_the_errors(
    cli: Callable[..., Result], write_file: WriteFile
) -> None:
    gold = [
        {"id": "1", "date": "2025-01-17", "text": "Russia attacked Ukraine.",
         "expected": [["RUS", "ASSAULT", "UKR"]]},
        {"id": "2", "date": "2025-01-17", "text": "Israel attacked Iran.",
         "expected": [["IRN", "AID", "ISR"]], "must_not": [["ISR", "ASSAULT", "IRN"]]},
        {"id": "3", "date": "2025-01-17", "text": "It rained.", "expected": []},
    ]  # fmt: skip
    path = str(write_file("gold.jsonl", "\n".join(map(json.dumps, gold))))
    [report] = rows(cli("eval", "--errors", "--format", "json", path).stdout)
    assert (report["items"], report["empty_items"], report["violations"]) == (3, 1, 1)
    assert (report["total"]["precision"], report["total"]["recall"]) == (0.5, 0.5)
    assert [row["event_type"] for row in report["by_type"]] == ["AID", "ASSAULT"]
    assert report["errors"] == [
        {"id": "2", "text": "Israel attacked Iran.", "wrong": ["ISR ASSAULT IRN"],
         "missed": ["IRN AID ISR"], "forbidden": ["ISR ASSAULT IRN"]}
    ]  # fmt: skip
    shown = unwrapped(cli("eval", "--errors", path).stdout)
    assert "ASSAULT │ 1 │ 1 │ 0 │ 0.500 │ 1.000 │ 0.667" in shown
    assert "forbidden ISR ASSAULT IRN" in shown


@pytest.mark.parametrize("name", ["IRN", "irn", "Iran", "iran", "Islamic Republic of Iran"])
def test_alliances_understand_an_id_or_a_name(cli: Callable[..., Result], name: str) -> None:
    result = cli("alliances", name, "--format", "json", "--as-of", "2025-12-01")
    assert json.loads(result.stdout)["actor"]["id"] == "IRN"


def test_alliances_show_both_parts_with_quotes(cli: Callable[..., Result]) -> None:
    result = cli("alliances", "Iran", "--as-of", "2025-12-01")
    assert result.exit_code == 0
    assert max(map(len, result.stdout.splitlines())) <= 100
    shown = unwrapped(result.stdout.replace("│", " "))
    assert "Iran on 2025-12-01" in shown
    assert "strategic partnership 2025-10-02 Russia Comprehensive Strategic" in shown
    assert "Member of" in shown
    assert "“Russia and Iran signed a strategic partnership" in shown
    hostile = re.search("Israel (rival|adversary)", shown)
    assert hostile is not None
    friendly = re.search("Russia (ally|partner)", shown)
    assert friendly is not None
    assert friendly.start() < hostile.start()
    assert shown.count("Vladimir Putin met Masoud Pezeshkian") == 1


def test_alliances_show_the_hostile_end_however_long_the_list_is(
    cli: Callable[..., Result],
) -> None:
    shown = cli("alliances", "Iran", "--as-of", "2025-12-01", "--limit", "1").stdout
    assert "Russia" in shown
    assert "Israel attacked Iran on Friday." in unwrapped(shown.replace("│", " "))


def test_an_unknown_actor_gets_close_names_and_an_unclear_one_the_choice(
    cli: Callable[..., Result],
) -> None:
    unknown = cli("alliances", "Irann")
    assert unknown.exit_code == 1
    assert unknown.stderr.startswith("westphalia: no actor 'Irann'; did you mean Iran")
    unclear = cli("alliances", "United")
    assert unclear.exit_code == 1
    assert "give the id of one" in unclear.stderr
    assert "GBR (United Kingdom)" in unclear.stderr


def test_stats_count_what_is_stored(cli: Callable[..., Result]) -> None:
    counts = json.loads(cli("stats", "--format", "json").stdout)
    assert (counts["articles"], counts["events_by_type"]["ASSAULT"]) == (4, 2)
    assert counts["events"] == sum(counts["events_by_status"].values())
    assert "ASSAULT │ 2" in unwrapped(cli("stats").stdout)


def test_ingest_skips_what_it_knows_and_names_what_it_cannot_read(
    tmp_path: Path, write_file: WriteFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WESTPHALIA_STORE_URL", f"sqlite:///{tmp_path}/w.db")
    path = write_file("in/a.jsonl", GOOD + "bad\n")
    write_file("in/b.txt", f"date: 2025-01-17\n\n{TEXT}")
    first = CliRunner().invoke(app, ["ingest", str(path.parent), "--format", "json"])
    summary = json.loads(first.stdout)
    assert first.exit_code == 1
    assert first.stderr.startswith(f"{path}, line 2: not JSON")
    assert (summary["read"], summary["stored"], summary["known"]) == (3, 1, 1)
    assert summary["bad"][0]["line"] == 2
    second = CliRunner().invoke(app, ["ingest", str(path.parent)])
    assert "Read 3 inputs" in second.stdout
    assert "0 stored, 2 known already, 1 unreadable" in second.stdout


def test_migrate_makes_a_store_that_knows_the_actors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WESTPHALIA_STORE_URL", f"sqlite:///{tmp_path}/w.db")
    assert "actors renewed" in CliRunner().invoke(app, ["migrate"]).stdout
    assert "actors up to date" in CliRunner().invoke(app, ["migrate"]).stdout


def test_reference_check_counts_and_warns_when_it_is_old(cli: Callable[..., Result]) -> None:
    result = cli("reference", "check", "--format", "json")
    coverage = json.loads(result.stdout)
    assert result.exit_code == 0
    assert coverage["states"] >= 197
    assert coverage["stale"] == (coverage["age_days"] > 180)
    assert "states" in cli("reference", "check").stdout


@pytest.mark.parametrize(
    ("arguments", "settings", "message"),
    [
        (("stats",), {}, r"westphalia: .*w\.db does not exist yet; `westphalia ingest PATH`"),
        (("alliances", "Iran"), {}, r"westphalia: .*w\.db does not exist yet"),
        (("stats",), {"STORE_URL": "ftp://x"}, "westphalia: unknown store URL 'ftp://x'"),
        (("stats",), {"PORT": "x"}, "westphalia: setting WESTPHALIA_PORT: "),
        (("extract", "-"), {"SPACY_MODEL": "none"}, "westphalia: no spaCy model 'none'"),
        (("eval", "nowhere"), {}, "westphalia: nowhere cannot be read: "),
        (("ingest", "nowhere"), {}, "nowhere: cannot be read: No such file"),
        (("serve", "--host", "0.0.0.0"), {}, r"westphalia: 0\.0\.0\.0 can be reached"),
    ],
)
def test_a_failure_is_one_line_and_exit_code_1(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    settings: dict[str, str],
    message: str,
) -> None:
    settings = {"STORE_URL": f"sqlite:///{tmp_path}/w.db"} | settings
    for name, value in settings.items():
        monkeypatch.setenv(f"WESTPHALIA_{name}", value)
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 1
    assert re.match(message, result.stderr), result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_a_real_process_fails_with_one_line_too(tmp_path: Path) -> None:
    result = run("stats", store=tmp_path / "w.db")
    assert (result.returncode, result.stdout) == (1, b"")
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "command", [("stats",), ("ingest", "samples"), ("migrate",), ("alliances", "Iran"), ("serve",)]
)
def test_a_store_that_is_no_store_is_one_line(
    write_file: WriteFile, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    path = write_file("w.db", b"This is a letter, not a database. " * 100)
    monkeypatch.setenv("WESTPHALIA_STORE_URL", f"sqlite:///{path}")
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"westphalia: {path}: ")
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("ingest",),
        ("extract", "a", "--format", "xml"),
        ("extract", "a", "--date", "soon"),
        ("alliances", "Iran", "--as-of", "soon"),
        ("serve", "--port", "0"),
        ("nothing",),
    ],
)
def test_wrong_usage_is_exit_code_2(cli: Callable[..., Result], arguments: tuple[str, ...]) -> None:
    result = cli(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "Usage" in result.stderr


@pytest.fixture
def served(store_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    port = free_port()
    process = start("serve", "--port", str(port), store=store_path)
    try:
        yield process, port
    finally:
        process.kill()
        process.communicate()


def answer(process: subprocess.Popen[bytes], url: str) -> bytes:
    deadline = time.monotonic() + 30
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5) as response:
                body: bytes = response.read()
                return body
        except OSError:
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < deadline
            time.sleep(0.05)


def test_serve_answers_prints_calls_that_work_and_stops_cleanly(
    served: tuple[subprocess.Popen[bytes], int], store_path: Path
) -> None:
    process, port = served
    assert b"ready" in answer(process, f"http://127.0.0.1:{port}/readyz")
    taken = run("serve", "--port", str(port), store=store_path)
    assert taken.returncode == 1
    assert b"cannot listen on 127.0.0.1, port" in taken.stderr
    process.send_signal(signal.SIGINT)
    # Asked of the process itself, after it ended: its pipe holds the greeting.
    _, err = process.communicate(timeout=30)
    assert process.returncode == 0
    assert b"Traceback" not in err
    assert len(re.findall(rb"curl -s 'http://127\.0\.0\.1:\d+/v1/", err)) == 3


def test_the_calls_that_serve_prints_work(client: Any) -> None:
    from app.commands.serve import EXAMPLES

    for example in EXAMPLES:
        path = example.removeprefix("curl -s '{base}").removesuffix("'")
        assert client.get(path).status_code == 200
