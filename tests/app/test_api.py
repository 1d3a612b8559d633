"""What the API answers, over a real store filled by the real pipeline."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from graph.factory import open_store
from graph.store import Store
from tests.app.conftest import ARTICLES

Json = dict[str, Any]


def get(client: TestClient, path: str, **parameters: str) -> Json:
    response = client.get(path, params=parameters)
    assert response.status_code == 200, response.text
    body: Json = response.json()
    return body


def problem(client: TestClient, path: str, status: int) -> Json:
    response = client.get(path)
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body: Json = response.json()
    assert body["status"] == status
    assert body["instance"] == path.partition("?")[0]
    return body


def triples(client: TestClient, **parameters: str) -> set[tuple[str, str, str, str]]:
    items = get(client, "/v1/triples", **parameters)["items"]
    return {(t["source"], t["relation"], t["target"], t["status"]) for t in items}


TREATY = {("RUS", "treaty", "IRN", "asserted"), ("IRN", "treaty", "RUS", "asserted")}
STRIKES = {("ISR", "attack", "IRN", "asserted"), ("IRN", "attack", "ISR", "asserted")}


def test_an_event_comes_with_the_sentence_that_proves_it(client: TestClient) -> None:
    [event] = get(client, "/v1/events", source="RUS", relation="treaty")["items"]
    assert event["source"] == {
        "id": "RUS",
        "name": "Russia",
        "kind": "state",
        "country": "RUS",
        "provisional": False,
    }
    assert event["target"]["id"] == "IRN"
    assert (event["event_type"], event["cameo"], event["score"]) == ("SUPPORT", "057", 8.0)
    assert event["reported_on"] == "2025-01-18"
    [evidence] = event["evidence"]
    article = ARTICLES[0]
    assert evidence["article"] == {
        "id": article.id,
        "title": "Moscow and Tehran sign",
        "url": "https://news.example/1",
        "publisher": "Wire",
        "published_at": "2025-01-18T00:00:00Z",
    }
    assert evidence["quote"] == article.text[evidence["start"] : evidence["end"]]
    trigger = evidence["trigger"]
    assert article.text[trigger["start"] : trigger["end"]] == trigger["text"] == "signed"
    page = get(client, f"/v1/events/{event['id']}")
    assert event.items() <= page.items()
    assert set(page) - set(event) == {"corroboration", "same_event", "contradictions"}


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"relation": "treaty", "status": "asserted"}, TREATY),
        ({"event_type": "ASSAULT"}, STRIKES),
        ({"event_type": "ASSAULT", "source": "ISR"}, {("ISR", "attack", "IRN", "asserted")}),
        ({"relation": "attack,treaty", "target": "IRN", "until": "2025-02-01"},
         {("RUS", "treaty", "IRN", "asserted")}),
        ({"actor": "IRN", "partner": "ISR"}, STRIKES),
        ({"status": "hypothetical"}, {("CHN", "sanction", "CAN", "hypothetical")}),
        ({"since": "2025-06-01"}, STRIKES),
        ({"since": "2026-01-01"}, set()),
        ({"actor": "vladimir-putin"},
         {("RUS", "meeting", "IRN", "asserted"), ("IRN", "meeting", "RUS", "asserted")}),
        ({"min_confidence": "1"}, set()),
    ],
)  # fmt: skip
def test_filters_choose_events(
    client: TestClient, parameters: dict[str, str], expected: set[tuple[str, str, str, str]]
) -> None:
    assert triples(client, **parameters) == expected


def test_a_filter_may_be_repeated(client: TestClient) -> None:
    repeated = client.get("/v1/triples?relation=treaty&relation=attack&status=asserted").json()
    assert repeated == get(client, "/v1/triples", relation="treaty,attack", status="asserted")


def test_pages_go_through_everything_once_latest_first(client: TestClient) -> None:
    whole = get(client, "/v1/events")
    assert whole["next_cursor"] is None
    seen: list[Json] = []
    page = get(client, "/v1/events", limit="3")
    while True:
        seen += page["items"]
        if page["next_cursor"] is None:
            break
        assert len(page["items"]) == 3
        page = get(client, "/v1/events", limit="3", cursor=page["next_cursor"])
    assert seen == whole["items"]
    days = [e["event_date"]["start"] if e["event_date"] else e["reported_on"] for e in seen]
    assert all(later >= earlier for later, earlier in pairwise(days))


def test_actors_are_found_by_any_of_their_names(client: TestClient) -> None:
    for name in ("Iran", "islamic republic of ir", "IRAN"):
        items = get(client, "/v1/actors", q=name)["items"]
        assert "IRN" in [actor["id"] for actor in items]
    assert get(client, "/v1/actors", q="Iran", limit="1")["items"][0]["id"] == "IRN"
    assert get(client, "/v1/actors", q="xyzzy")["items"] == []


def test_an_actor_tells_its_names_and_what_it_did(client: TestClient) -> None:
    actor = get(client, "/v1/actors/IRN")
    assert (actor["name"], actor["kind"]) == ("Iran", "state")
    assert "Islamic Republic of Iran" in actor["aliases"]
    assert {"relation": "attack", "as_source": 1, "as_target": 1} in actor["relations"]
    assert actor["events"] == 6
    assert actor["last_seen"].startswith("2025-06")


@pytest.mark.parametrize(
    "path",
    [
        "/v1/actors/Irann",
        "/v1/actors/Irann/alliances",
        "/v1/events?actor=Irann",
        "/v1/triples?source=RUS&target=Irann",
    ],
)
def test_an_unknown_actor_is_404_with_close_names(client: TestClient, path: str) -> None:
    body = problem(client, path, 404)
    assert "Iran" in body["close"]
    assert "did you mean" in body["detail"]


def test_alliances_keep_what_was_promised_and_what_was_done_apart(client: TestClient) -> None:
    body = get(client, "/v1/actors/IRN/alliances", as_of="2025-12-01", limit="200")
    assert (body["actor"]["name"], body["as_of"]) == ("Iran", "2025-12-01")
    formal = {item["partner"]["id"]: item["commitments"] for item in body["formal"]}
    assert formal["RUS"][0]["kind"] == "strategic_partnership"
    assert len(body["formal"]) == body["formal_total"]
    partners = {item["partner"]["id"]: item for item in body["observed"]}
    assert list(partners) == ["RUS", "ISR"]
    assert partners["RUS"]["score"] > 0 > partners["ISR"]["score"]
    assert "treaty" in partners["RUS"]["basis"]["words"]
    [treaty] = partners["RUS"]["evidence"]
    assert treaty["quote"] == ARTICLES[0].text
    assert (treaty["url"], treaty["publisher"]) == ("https://news.example/1", "Wire")
    more = get(client, "/v1/actors/IRN/alliances", as_of="2025-12-01", proofs="3")
    russia = next(item for item in more["observed"] if item["partner"]["id"] == "RUS")
    assert [proof["relation"] for proof in russia["evidence"]] == ["treaty", "meeting"]


def test_alliances_show_one_part_one_window_and_one_slice_if_asked(client: TestClient) -> None:
    path = "/v1/actors/IRN/alliances"
    formal = get(client, path, include="formal", as_of="2025-12-01", limit="2")
    assert (len(formal["formal"]), formal["observed"], formal["observed_total"]) == (2, [], 0)
    observed = get(client, path, include="observed", as_of="2025-12-01", offset="1", limit="1")
    assert (observed["formal"], observed["observed_total"]) == ([], 2)
    assert [item["partner"]["id"] for item in observed["observed"]] == ["ISR"]
    early = get(client, path, include="observed", as_of="2024-12-31")
    assert [item["basis"]["acts"] for item in early["observed"]] == [
        [{"relation": "meeting", "status": "asserted", "count": 1}]
    ]
    late = get(client, path, include="observed", since="2025-06-01", as_of="2025-12-01")
    assert [item["partner"]["id"] for item in late["observed"]] == ["ISR"]
    bare = get(client, path, proofs="0", as_of="2025-12-01")
    assert all(item["evidence"] == [] for item in bare["observed"])


def test_an_old_event_counts_less(client: TestClient) -> None:
    path = "/v1/actors/IRN/alliances"
    scores = [
        get(client, path, as_of=day, half_life_days="365", include="observed")["observed"][0]
        for day in ("2025-07-01", "2027-07-01")
    ]
    assert scores[0]["score"] > scores[1]["score"] > 0


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("as_of=2025-01-01&since=2025-01-02", "since"),
        ("half_life_days=0", "half_life_days"),
        ("half_life_days=inf", "half_life_days"),
        ("include=rumours", "include.0"),
        ("limit=201", "limit"),
        ("offset=-1", "offset"),
        ("asof=2025-01-01", "asof"),
    ],
)
def test_a_wrong_parameter_of_alliances_is_named(client: TestClient, query: str, name: str) -> None:
    body = problem(client, f"/v1/actors/IRN/alliances?{query}", 422)
    assert [error["name"] for error in body["errors"]] == [name]


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_first_and_the_last_day_of_all_are_days_like_others(
    client: TestClient, day: str
) -> None:
    assert get(client, "/v1/actors/IRN/alliances", as_of=day)["as_of"] == day


@pytest.mark.parametrize(
    "path", ["/v1/events/e0", "/v1/nothing", "/nothing", "/v1/actors/IRN/friends"]
)
def test_what_is_not_there_is_404(client: TestClient, path: str) -> None:
    problem(client, path, 404)


def test_another_method_is_405(client: TestClient) -> None:
    response = client.post("/v1/events", json={})
    assert response.status_code == 405
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["allow"] == "GET"


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("min_confidence=2", "min_confidence"),
        ("min_confidence=nan", "min_confidence"),
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("since=yesterday", "since"),
        ("since=0", "since"),
        ("until=2025-01-17T00:00:00", "until"),
        ("since=2025-01-02&until=2025-01-02", "until"),
        ("status=maybe", "status.0"),
        ("event_type=FRIENDSHIP", "event_type.0"),
        ("relation=treety", "relation"),
        ("partner=IRN", "partner"),
        ("statuss=planned", "statuss"),
    ],
)
def test_a_wrong_parameter_is_422_and_named(client: TestClient, query: str, name: str) -> None:
    body = problem(client, f"/v1/events?{query}", 422)
    assert [error["name"] for error in body["errors"]] == [name]
    assert body["errors"][0]["place"] == "query"
    assert body["errors"][0]["reason"]


def test_a_misspelt_relation_gets_close_ones(client: TestClient) -> None:
    assert "treaty" in problem(client, "/v1/events?relation=treety", 422)["detail"]


@pytest.mark.parametrize("cursor", ["nonsense", "", "%00", "e30="])
def test_a_cursor_that_was_not_handed_out_is_400(client: TestClient, cursor: str) -> None:
    problem(client, f"/v1/events?cursor={cursor}", 400)


def test_a_cursor_of_another_query_is_400(client: TestClient) -> None:
    cursor = get(client, "/v1/events", limit="1")["next_cursor"]
    problem(client, f"/v1/events?actor=RUS&cursor={cursor}", 400)


@pytest.mark.parametrize("text", ["%00", "%22%20OR%201", "*", "%F0%9F%92%A3", "'", "%ED%A0%80"])
def test_hostile_text_is_harmless(client: TestClient, text: str) -> None:
    assert client.get(f"/v1/actors?q={text}").status_code == 200
    assert client.get(f"/v1/actors/{text}").status_code == 404
    assert client.get(f"/v1/events/{text}").status_code == 404
    assert client.get(f"/v1/events?actor={text}").status_code == 404


def test_an_unchanged_answer_is_304(client: TestClient) -> None:
    first = client.get("/v1/events")
    tag = first.headers["etag"]
    for asked in (tag, f'"other", {tag}', tag.removeprefix("W/"), "*"):
        again = client.get("/v1/events", headers={"If-None-Match": asked})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert client.get("/v1/events", headers={"If-None-Match": '"other"'}).status_code == 200
    assert client.get("/v1/events?limit=1").headers["etag"] != tag


def test_health_tells_of_the_process_and_readiness_of_the_store(
    client: TestClient, tmp_path: Path
) -> None:
    assert get(client, "/healthz") == {"status": "ok"}
    ready = get(client, "/readyz")
    assert (ready["status"], ready["newest_day"]) == ("ready", "2025-06-14")
    assert ready["age_days"] == (datetime.now(UTC).date() - date(2025, 6, 14)).days
    with open_store(f"sqlite:///{tmp_path}/missing.db") as missing:
        broken = TestClient(create_app(Settings(), missing), raise_server_exceptions=False)
        assert get(broken, "/healthz") == {"status": "ok"}
        body = problem(broken, "/readyz", 503)
        assert str(tmp_path) not in str(body)
        problem(broken, "/v1/events", 503)


def test_many_readers_get_the_same_answer(client: TestClient) -> None:
    expected = client.get("/v1/events").content
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: client.get("/v1/events").content, range(40)))
    assert set(answers) == {expected}


def test_no_browser_of_another_origin_is_let_in_unless_it_is_named(store: Store) -> None:
    headers = {"Origin": "https://a.example"}
    closed = TestClient(create_app(Settings(), store))
    assert "access-control-allow-origin" not in closed.get("/healthz", headers=headers).headers
    settings = Settings(cors_origins=("https://a.example",))
    opened = TestClient(create_app(settings, store))
    answer = opened.get("/healthz", headers=headers)
    assert answer.headers["access-control-allow-origin"] == "https://a.example"
    other = opened.get("/healthz", headers={"Origin": "https://b.example"})
    assert "access-control-allow-origin" not in other.headers


def test_with_a_key_file_only_holders_of_a_key_are_let_in(store: Store, tmp_path: Path) -> None:
    keys = tmp_path / "keys.txt"
    keys.write_text(f"# ours\n{sha256(b'right').hexdigest()}  # for the desk\n")
    locked = TestClient(create_app(Settings(api_keys_file=keys), store))
    assert locked.get("/v1/events", headers={"X-API-Key": "right"}).status_code == 200
    for headers in ({}, {"X-API-Key": "wrong"}, {"X-API-Key": ""}):
        refused = locked.get("/v1/events", headers=headers)
        assert refused.status_code == 401
        assert refused.headers["content-type"] == "application/problem+json"
        assert refused.headers["www-authenticate"] == "ApiKey, Bearer"
    assert locked.get("/healthz").status_code == 200
