"""API keys: made and revoked by the command, told apart by what they may do."""

import hmac
import json
import stat
from collections.abc import Callable
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner, Result

from app import keys as keys_module
from app.cli import app
from app.keys import Key, KeyRing, Scope, hashed, joined, load_keys, make_key, save_keys
from app.main import create_app
from app.settings import Settings
from graph.errors import InvalidInput
from graph.store import Store

DAY = date(2026, 1, 2)
READ = frozenset({Scope.READ})


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "keys.txt"


@pytest.fixture
def command(file: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setenv("WESTPHALIA_API_KEYS_FILE", str(file))
    return lambda *arguments: CliRunner().invoke(app, ["keys", *arguments])


def test_a_key_is_printed_once_and_only_its_hash_is_kept(
    command: Callable[..., Result], file: Path
) -> None:
    made = command("create", "the desk", "--scope", "read", "--scope", "ingest")
    assert made.exit_code == 0, made.output
    text = made.stdout.strip()
    [key] = load_keys(file)
    assert key.sha256 == sha256(text.encode()).hexdigest()
    assert (key.name, joined(key.scopes)) == ("the desk", "read,ingest")
    assert text not in file.read_text()
    assert text.startswith(f"wph_{key.id}_")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.chmod(0o644)
    other = command("create").stdout.strip()
    assert other != text
    assert stat.S_IMODE(file.stat().st_mode) == 0o644
    assert [key.scopes for key in load_keys(file)][1] == READ


def test_keys_are_listed_and_revoked_by_their_id(
    command: Callable[..., Result], file: Path
) -> None:
    for name in ("one", "two"):
        command("create", name)
    listed = [json.loads(line) for line in command("list", "--format", "json").stdout.splitlines()]
    assert [row["name"] for row in listed] == ["one", "two"]
    assert "one" in command("list").stdout
    assert command("revoke", listed[0]["id"]).exit_code == 0
    assert [key.name for key in load_keys(file)] == ["two"]
    again = command("revoke", listed[0]["id"])
    assert again.exit_code == 1
    assert again.stderr.startswith(f"westphalia: no key '{listed[0]['id']}'")


def test_the_command_asks_which_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WESTPHALIA_API_KEYS_FILE", raising=False)
    told = CliRunner().invoke(app, ["keys", "list"])
    assert told.exit_code == 1
    assert "WESTPHALIA_API_KEYS_FILE" in told.stderr


def test_a_file_is_read_as_it_was_written(file: Path) -> None:
    keys = [make_key(frozenset(Scope), "everything  it can", DAY)[1], make_key(READ, "", DAY)[1]]
    save_keys(file, keys)
    assert load_keys(file) == tuple(keys)


def test_a_line_of_the_older_form_may_read_and_outlives_a_rewrite(
    file: Path, command: Callable[..., Result]
) -> None:
    file.write_text(f"# ours\n\n{sha256(b'old').hexdigest().upper()}  # the desk\n")
    [key] = load_keys(file)
    assert (key.scopes, key.name, key.made) == (READ, "the desk", None)
    command("create", "new")
    assert load_keys(file)[0] == key
    assert "older form" in command("list").stdout


@pytest.mark.parametrize(
    "line",
    [
        "nothing",
        "0" * 63,
        f"id read 2026-01-02 {'0' * 63}",
        f"id everything 2026-01-02 {'0' * 64}",
        f"id read yesterday {'0' * 64}",
        f"ID! read 2026-01-02 {'0' * 64}",
        f"id  2026-01-02 {'0' * 64}",
    ],
)
def test_a_wrong_line_is_named_and_nobody_is_let_in(file: Path, line: str) -> None:
    file.write_text(f"# head\n{line}\n")
    with pytest.raises(InvalidInput, match=r"line 2.*westphalia keys create"):
        load_keys(file)


def test_the_same_id_twice_a_missing_file_and_an_empty_one_are_refused(file: Path) -> None:
    with pytest.raises(InvalidInput, match="cannot be read"):
        KeyRing(file)
    save_keys(file, [])
    with pytest.raises(InvalidInput, match="no key in it"):
        KeyRing(file)
    key = make_key(READ, "", DAY)[1]
    save_keys(file, [key, key])
    with pytest.raises(InvalidInput, match="already"):
        load_keys(file)


@pytest.mark.parametrize("name", ["two\nlines", "a # b", "n" * 101, "\x1b[2J"])
def test_a_name_that_would_break_the_file_is_refused(name: str) -> None:
    with pytest.raises(InvalidInput, match="name of a key"):
        make_key(READ, name, DAY)


def test_every_key_is_compared_whatever_is_shown(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [make_key(READ, "", DAY) for _ in range(5)]
    save_keys(file, [key for _, key in made])
    ring = KeyRing(file)
    compared: list[str] = []
    compare = hmac.compare_digest

    def counting(one: str, other: str) -> bool:
        compared.append(other)
        return compare(one, other)

    monkeypatch.setattr(hmac, "compare_digest", counting)
    for text, found in [*((text, key) for text, key in made), ("wrong", None), ("", None)]:
        compared.clear()
        assert ring.find(text) == found
        assert compared == [key.sha256 for _, key in made]


def test_a_running_service_sees_keys_come_and_go(
    file: Path, monkeypatch: pytest.MonkeyPatch, store: Store
) -> None:
    monkeypatch.setattr(keys_module, "RELOAD_SECONDS", 0.0)
    (one, kept_one), (two, kept_two) = (make_key(READ, "", DAY) for _ in range(2))
    save_keys(file, [kept_one])
    client = TestClient(create_app(Settings(api_keys_file=file), store))

    def answers(key: str) -> int:
        return client.get("/v1/events", headers={"X-API-Key": key}).status_code

    assert (answers(one), answers(two)) == (200, 401)
    save_keys(file, [kept_two])
    assert (answers(one), answers(two)) == (401, 200)
    file.write_text("rubbish\n")
    assert (answers(one), answers(two)) == (401, 401)
    file.unlink()
    assert answers(two) == 401
    save_keys(file, [kept_one])
    assert answers(one) == 200


def test_only_admin_may_everything() -> None:
    may = {
        held: {asked for asked in Scope if Key("k", frozenset({held}), DAY, hashed("")).may(asked)}
        for held in Scope
    }
    assert may == {
        Scope.READ: {Scope.READ},
        Scope.INGEST: {Scope.INGEST},
        Scope.ADMIN: set(Scope),
    }
