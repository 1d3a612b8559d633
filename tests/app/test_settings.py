"""Settings come from the environment, and their table says what there is."""

import re
from pathlib import Path

import pytest

from app.settings import PREFIX, Settings, load_settings
from graph.errors import InvalidInput
from tests.conftest import REPOSITORY

_ROW = re.compile(r"^\| `(WESTPHALIA_\w+)` \| (?:`(.*)`)? ?\| (.+) \|$", re.M)


def table() -> dict[str, tuple[str, str]]:
    text = (REPOSITORY / "docs" / "settings.md").read_text("utf-8")
    return {name: (default, meaning) for name, default, meaning in _ROW.findall(text)}


def test_the_table_lists_every_setting_with_its_default_and_meaning() -> None:
    expected = {}
    for name, field in Settings.model_fields.items():
        default = "" if field.default in (None, ()) else str(field.default)
        expected[PREFIX + name.upper()] = (default, field.description)
    assert table() == expected


def test_a_setting_is_taken_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WESTPHALIA_PORT", "9000")
    monkeypatch.setenv("WESTPHALIA_LOG_LEVEL", "WARNING")
    monkeypatch.setenv("WESTPHALIA_CORS_ORIGINS", "https://a.example, https://b.example")
    monkeypatch.setenv("WESTPHALIA_API_KEYS_FILE", "keys.txt")
    settings = load_settings()
    assert settings.port == 9000
    assert settings.log_level == "warning"
    assert settings.cors_origins == ("https://a.example", "https://b.example")
    assert settings.api_keys_file == Path("keys.txt")


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WESTPHALIA_STORE_URL", "")
    monkeypatch.setenv("WESTPHALIA_API_KEYS_FILE", "")
    settings = load_settings()
    assert settings.store_url == "sqlite:///westphalia.db"
    assert settings.api_keys_file is None


@pytest.mark.parametrize(
    ("name", "value"), [("PORT", "99999"), ("PORT", "many"), ("LOG_LEVEL", "loud")]
)
def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(PREFIX + name, value)
    with pytest.raises(InvalidInput, match=f"setting {PREFIX}{name}: "):
        load_settings()
