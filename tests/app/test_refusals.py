"""What the reading endpoints refuse: unknown actors, parameters without sense, foreign cursors."""

import pytest
from starlette.testclient import TestClient

from tests.app.test_read_api import get


@pytest.mark.parametrize(
    "path",
    [
        "/v1/actors/Irann",
        "/v1/actors/Irann/relations",
        "/v1/actors/Irann/neighbours",
        "/v1/actors/Irann/alliances",
        "/v1/actors/Irann/adversaries",
        "/v1/dyads/Irann/RUS",
        "/v1/dyads/RUS/Irann/events",
        "/v1/paths?from=Irann&to=RUS",
        "/v1/paths?from=RUS&to=Irann",
        "/v1/timeline?actor=Irann",
        "/v1/export?format=csv&source=Irann",
        "/v1/events?target=Irann",
    ],
)
def test_an_unknown_actor_is_not_found_and_close_names_are_offered(
    sample_client: TestClient, path: str
) -> None:
    response = sample_client.get(path)
    assert response.status_code == 404
    assert any("Iran" in name for name in response.json()["close"])


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/v1/actors?q=x&limit=0", "limit"),
        ("/v1/actors?q=x&q=y", "q"),
        ("/v1/actors/RUS/alliances?limit=2&limit=3&stance=ally&stance=rival", "limit"),
        ("/v1/actors/RUS/alliances?stance=", "stance.0"),
        ("/v1/events?event_type=", "event_type.0"),
        ("/v1/events?event_type=AID,", "event_type.1"),
        ("/v1/events?relation=", "relation"),
        ("/v1/paths?from=RUS&from=IRN&to=USA", "from"),
        ("/v1/articles?publisher=a&publisher=b", "publisher"),
        ("/v1/actors?q=x&as_of=tomorrow", "as_of"),
        ("/v1/actors/RUS?asof=2025-01-01", "asof"),
        ("/v1/actors/RUS/relations?relation=treatey", "relation"),
        ("/v1/actors/RUS/relations?since=2025-01-01&as_of=2024-01-01", "since"),
        ("/v1/actors/RUS/neighbours?sort=fame", "sort"),
        ("/v1/actors/RUS/alliances?compare=2025-01-01&as_of=2025-01-01", "compare"),
        ("/v1/actors/RUS/alliances?half_life_days=0", "half_life_days"),
        ("/v1/actors/RUS/adversaries?stance=foe", "stance.0"),
        ("/v1/actors/RUS/adversaries?since=2025-01-01&as_of=2024-01-01", "since"),
        ("/v1/dyads/RUS/RUS", "other"),
        ("/v1/dyads/RUS/IRN?bucket=week", "bucket"),
        ("/v1/dyads/RUS/IRN/events?limit=1001", "limit"),
        ("/v1/timeline?bucket=week", "bucket"),
        ("/v1/timeline?partner=IRN", "partner"),
        ("/v1/timeline?min_confidence=2", "min_confidence"),
        ("/v1/paths?from=RUS", "to"),
        ("/v1/paths?from=RUS&to=RUS", "to"),
        ("/v1/paths?from=RUS&to=IRN&max_hops=7", "max_hops"),
        ("/v1/blocs?tone=cold", "tone"),
        ("/v1/blocs?resolution=0", "resolution"),
        ("/v1/centrality?sort=fame", "sort"),
        ("/v1/articles?since=2025-01-01&until=2025-01-01", "until"),
        ("/v1/export?format=xlsx", "format"),
        ("/v1/export", "format"),
        ("/v1/export?format=csv&shape=ties&relation=treaty", "relation"),
    ],
)
def test_a_parameter_that_makes_no_sense_is_named(client: TestClient, path: str, name: str) -> None:
    response = client.get(path)
    assert response.status_code == 422, response.text
    assert [wrong["name"] for wrong in response.json()["errors"]] == [name]


@pytest.mark.parametrize(
    "path",
    [
        "/v1/actors/RUS/alliances",
        "/v1/actors/RUS/neighbours",
        "/v1/timeline",
        "/v1/blocs",
        "/v1/centrality",
        "/v1/articles",
        "/v1/dyads/RUS/UKR/events",
    ],
)
def test_a_cursor_of_another_question_is_refused(sample_client: TestClient, path: str) -> None:
    cursor = get(sample_client, path, limit=1)["next_cursor"]
    assert sample_client.get(path, params={"limit": 2, "cursor": cursor}).status_code == 200
    others = {path: {"since": "2016-01-01"}, "/v1/events": {}, "/v1/actors/IRN/alliances": {}}
    for other, extra in others.items():
        response = sample_client.get(other, params={"cursor": cursor, **extra})
        assert response.status_code == 400, other
        assert "cursor" in response.json()["detail"]
    for nonsense in ("", "AAAA", "bm9uc2Vuc2U", cursor[:-3], f"{cursor}x"):
        response = sample_client.get(path, params={"limit": 1, "cursor": nonsense})
        assert response.status_code == 400, nonsense


def test_the_pages_of_an_answer_about_today_stay_on_its_day(sample_client: TestClient) -> None:
    first = get(sample_client, "/v1/actors/RUS/alliances", limit=2)
    second = get(sample_client, "/v1/actors/RUS/alliances", limit=2, cursor=first["next_cursor"])
    assert first["as_of"] == second["as_of"]


def test_unknown_articles_are_not_found(sample_client: TestClient) -> None:
    assert sample_client.get("/v1/articles/a123").status_code == 404
    assert sample_client.delete("/v1/articles/a123").status_code == 404
