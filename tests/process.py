"""Real processes of the command line, for tests that need more than a function call."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from tests.conftest import REPOSITORY

COMMAND = (sys.executable, "-W", "error", "-m", "app")


def environment(
    store: Path | None = None, settings: Mapping[str, str] = MappingProxyType({})
) -> dict[str, str]:
    """The environment of a child that sees this checkout and no setting but those given."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("WESTPHALIA_")}
    kept |= {"PYTHONPATH": str(REPOSITORY), "COLUMNS": "100", "PYTHONUTF8": "1"}
    if store is not None:
        kept["WESTPHALIA_STORE_URL"] = f"sqlite:///{store}"
    return kept | {f"WESTPHALIA_{name}": value for name, value in settings.items()}


def run(
    *arguments: str,
    store: Path | None = None,
    stdin: bytes = b"",
    settings: Mapping[str, str] = MappingProxyType({}),
) -> subprocess.CompletedProcess[bytes]:
    """Run the command to its end."""
    return subprocess.run(
        [*COMMAND, *arguments],
        env=environment(store, settings),
        input=stdin,
        capture_output=True,
        timeout=120,
        check=False,
    )


def start(
    *arguments: str,
    store: Path | None = None,
    stdin: int = subprocess.DEVNULL,
    settings: Mapping[str, str] = MappingProxyType({}),
) -> subprocess.Popen[bytes]:
    """Start the command; the caller waits for it, or kills it."""
    return subprocess.Popen(
        [*COMMAND, *arguments],
        env=environment(store, settings),
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
