"""A Neo4j server with its Browser, the samples in it, the API beside it, and a Chromium to look.

The server is one that is started here, since its start-up commands have to name this API.
"""

import os
import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from neo4j import GraphDatabase
from neo4j.graph import Graph
from playwright.sync_api import Page, Route, sync_playwright

from tests.neo4j_server import LTS, Server, ServerMissing, browser_settings, free_port, running
from tests.process import run, start

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
)
_NAMES = ("chromium", "chromium-browser", "google-chrome")
_LOOPBACK = ("localhost", "127.0.0.1")


@dataclass(frozen=True)
class Site:
    """What a person has: a server, an API, and the settings of both."""

    server: Server
    api: str
    settings: dict[str, str]

    def rows(self, statement: str) -> list[list[object]]:
        """What a statement gives, as a person sees it."""
        auth = ("neo4j", self.server.password)
        with (
            GraphDatabase.driver(
                self.server.uri, auth=auth, notifications_min_severity="OFF"
            ) as driver,
            driver.session() as session,
        ):
            return [record.values() for record in session.run(statement)]

    def graph(self, statement: str) -> Graph:
        """The nodes and relationships of a statement's result."""
        auth = ("neo4j", self.server.password)
        with (
            GraphDatabase.driver(self.server.uri, auth=auth) as driver,
            driver.session() as session,
        ):
            return session.run(statement).graph()

    def link(self, *arguments: str) -> str:
        """What `westphalia browser` prints."""
        done = run("browser", *arguments, settings=self.settings)
        assert done.returncode == 0, done.stderr
        return done.stdout.decode().strip()


@contextmanager
def site(samples: Path) -> Iterator[Site]:
    """Start all of it and read the samples. Without a server the test is skipped, and fails where
    CI is set."""
    port = free_port()
    api = f"http://localhost:{port}"
    try:
        with running(LTS, settings=browser_settings(api)) as server:
            settings = {
                "STORE_URL": f"neo4j://127.0.0.1:{server.bolt}",
                "STORE_PASSWORD": server.password,
                "BROWSER_URL": f"http://localhost:{server.http}",
                "PORT": str(port),
            }
            done = run("ingest", str(samples), settings=settings)
            assert done.returncode == 0, done.stderr
            with _serving(api, settings):
                yield Site(server, api, settings)
    except ServerMissing as missing:
        if os.environ.get("CI"):
            pytest.fail(str(missing))
        pytest.skip(f"no Neo4j: {missing}")


@contextmanager
def _serving(api: str, settings: dict[str, str]) -> Iterator[None]:
    with start("serve", settings=settings | {"LOG_LEVEL": "error"}) as process:
        try:
            deadline = time.monotonic() + 60
            while not _answers(f"{api}/healthz"):
                assert process.poll() is None, process.stderr and process.stderr.read()
                assert time.monotonic() < deadline
                time.sleep(0.1)
            yield
        finally:
            process.terminate()
            process.communicate(timeout=30)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def find_chromium() -> str:
    """The program of WESTPHALIA_TEST_CHROMIUM, or one on the path. Without one the test is
    skipped, and fails where CI is set."""
    named = os.environ.get("WESTPHALIA_TEST_CHROMIUM")
    for name in (named,) if named else _NAMES:
        if found := shutil.which(name):
            return found
    reason = f"no {named or 'Chromium'}: install chromium, or name one in WESTPHALIA_TEST_CHROMIUM"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@contextmanager
def chromium(profile: Path) -> Iterator[Page]:
    """A page of a new Chromium that reaches nothing but this machine. An error that the page does
    not catch fails the test."""
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            profile,
            executable_path=find_chromium(),
            headless=True,
            args=list(FLAGS),
            viewport={"width": 1500, "height": 1000},
        )
        errors: list[str] = []
        try:
            context.route("**/*", _only_here)
            page = context.pages[0]
            page.on("pageerror", lambda error: errors.append(str(error)))
            yield page
        finally:
            context.close()
        assert errors == []


def _only_here(route: Route) -> None:
    if urlsplit(route.request.url).hostname in _LOOPBACK:
        route.continue_()
    else:
        route.abort()
