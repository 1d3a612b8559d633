"""`westphalia mcp`, asked by a client over standard input and output, as a program would."""

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from starlette.testclient import TestClient

from app.tools import TOOLS
from tests.app.conftest import ARTICLES
from tests.process import environment, run

Json = dict[str, Any]
Call = Callable[..., Awaitable[Json]]


class Refused(Exception):
    """A tool told an error."""


def session(store_path: Path, ask: Callable[[Client, Call], Awaitable[None]]) -> None:
    """Start the command, connect, and let `ask` talk to it."""
    parameters = StdioServerParameters(
        command=sys.executable,
        args=["-W", "error", "-m", "app", "mcp"],
        env=environment(store_path, {"LOG_LEVEL": "error"}),
    )

    async def talk() -> None:
        with open(os.devnull, "w") as quiet:
            async with Client(stdio_client(parameters, errlog=quiet)) as client:

                async def call(tool: str, /, **arguments: Any) -> Json:
                    result = await client.call_tool(tool, arguments)
                    if result.is_error:
                        raise Refused(str(result.content))
                    found: Json | None = result.structured_content
                    assert found is not None
                    return found

                await ask(client, call)

    asyncio.run(asyncio.wait_for(talk(), 60))


def test_the_tools_are_described_and_change_nothing(store_path: Path) -> None:
    async def ask(client: Client, _: Call) -> None:
        tools = (await client.list_tools()).tools
        assert [tool.name for tool in tools] == [function.__name__ for function in TOOLS]
        for tool in tools:
            assert tool.description
            assert tool.output_schema
            assert "self" not in tool.input_schema["properties"]
            assert tool.annotations is not None
            assert tool.annotations.read_only_hint
            assert not tool.annotations.destructive_hint

    session(store_path, ask)


def test_its_answers_are_those_of_the_api(store_path: Path, client: TestClient) -> None:
    def api(path: str, **parameters: str) -> Json:
        body: Json = client.get(path, params=parameters).json()
        return body

    async def ask(_: Client, call: Call) -> None:
        assert await call("search_actors", name="islamic rep") == api(
            "/v1/actors", q="islamic rep", limit="10"
        )
        assert await call("get_actor", actor="Iran") == api("/v1/actors/IRN")
        day = "2025-12-01"
        assert await call("get_alliances", actor="Iran", as_of=day, limit=5) == api(
            "/v1/actors/IRN/alliances", as_of=day, limit="5"
        )
        assert await call("get_adversaries", actor="Iran", as_of=day) == api(
            "/v1/actors/IRN/adversaries", as_of=day, limit="10"
        )
        assert await call("get_dyad", one="Iran", other="Russia", as_of=day) == api(
            "/v1/dyads/IRN/RUS", as_of=day, bucket="year", limit="50"
        )
        found = await call("find_paths", source="Iran", target="Russia", as_of=day)
        asked = {"from": "IRN", "to": "RUS", "as_of": day, "limit": "3"}
        assert found == api("/v1/paths", **asked)
        assert found["items"]
        told = await call("list_events", actor="Iran", partner="Israel", event_type=["ASSAULT"])
        assert told == api("/v1/events", actor="IRN", partner="ISR", event_type="ASSAULT")
        assert len(told["items"]) == 2
        event = told["items"][0]["id"]
        assert await call("get_evidence", event_id=event) == api(f"/v1/events/{event}")

    session(store_path, ask)


def test_a_model_gets_from_a_name_to_the_sentence_that_proves(store_path: Path) -> None:
    async def ask(_: Client, call: Call) -> None:
        actor = (await call("search_actors", name="Iran"))["items"][0]["id"]
        partner = (await call("get_alliances", actor=actor, as_of="2025-12-01"))["observed"][0]
        event = partner["evidence"][0]["event_id"]
        proof = (await call("get_evidence", event_id=event))["evidence"][0]
        text = ARTICLES[0].text
        assert proof["quote"] == text[proof["start"] : proof["end"]]

    session(store_path, ask)


def test_pages_go_on_with_the_cursor(store_path: Path) -> None:
    async def ask(_: Client, call: Call) -> None:
        first = await call("list_events", limit=4)
        second = await call("list_events", limit=4, cursor=first["next_cursor"])
        ids = {item["id"] for page in (first, second) for item in page["items"]}
        assert len(ids) == 8

    session(store_path, ask)


WRONG: tuple[tuple[str, Json, str], ...] = (
    ("get_actor", {"actor": "Irann"}, "did you mean"),
    ("get_alliances", {"actor": "United"}, "may mean"),
    ("get_evidence", {"event_id": "e0"}, "no event 'e0'"),
    ("list_events", {"relation": ["treety"]}, "did you mean"),
    ("list_events", {"status": ["maybe"]}, "status"),
    ("list_events", {"since": "yesterday"}, "2025-01-17"),
    ("list_events", {"limit": 1000}, "50"),
    ("list_events", {"partner": "Iran"}, "needs the parameter actor"),
)


def test_a_wrong_question_is_told_so_that_it_can_be_mended(store_path: Path) -> None:
    async def ask(_: Client, call: Call) -> None:
        for tool, arguments, words in WRONG:
            with pytest.raises(Refused, match=words):
                await call(tool, **arguments)
        assert (await call("search_actors", name="Iran"))["items"]

    session(store_path, ask)


def test_standard_output_holds_nothing_but_the_protocol(store_path: Path) -> None:
    hello = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {
            "protocolVersion": "2025-06-18",
            "capabilities": {},
            "clientInfo": {"name": "test", "version": "1"},
        },
    }
    done = run("mcp", store=store_path, stdin=json.dumps(hello).encode() + b"\n")
    assert done.returncode == 0, done.stderr
    [line] = done.stdout.splitlines()
    assert json.loads(line)["result"]["serverInfo"]["name"] == "westphalia"


def test_without_a_store_it_says_so_at_once(tmp_path: Path) -> None:
    done = run("mcp", store=tmp_path / "missing.db")
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"does not exist yet" in done.stderr
