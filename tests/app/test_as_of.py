"""As of a day: what was so on that day, no more and no less, on every kind of store.

Each case is a fact of the public record; the days on both sides of a change are asked for.
"""

from typing import Any

import pytest
from starlette.testclient import TestClient

Json = dict[str, Any]


def ask(client: TestClient, path: str, **parameters: str | int) -> Json:
    response = client.get(path, params=parameters)
    assert response.status_code == 200, response.text
    body: Json = response.json()
    return body


def signed(client: TestClient, actor: str, partner: str, day: str) -> set[tuple[str, str]]:
    """The (id, kind) of every commitment in force between two on a day."""
    found = ask(client, f"/v1/dyads/{actor}/{partner}", as_of=day)
    return {(item["id"], item["kind"]) for item in found["formal"]}


@pytest.mark.parametrize(
    ("actor", "partner", "commitment", "not_on", "on"),
    [
        ("FIN", "USA", ("member-NATO", "collective_defence"), "2023-04-03", "2023-04-04"),
        ("SWE", "FIN", ("member-NATO", "collective_defence"), "2024-03-06", "2024-03-07"),
        ("MNE", "USA", ("member-NATO", "collective_defence"), "2017-06-04", "2017-06-05"),
        ("GBR", "FRA", ("member-EU", "collective_defence"), "2020-02-01", "2020-01-31"),
        ("MLI", "NGA", ("member-ECOWAS", "collective_defence"), "2025-01-29", "2025-01-28"),
        ("QAT", "SAU", ("member-OPEC", "membership"), "2019-01-01", "2018-12-31"),
        ("GEO", "RUS", ("member-CIS", "membership"), "2009-12-31", "2007-06-01"),
        ("IRN", "CHN", ("member-SCO", "membership"), "2023-07-03", "2023-07-04"),
        ("SAU", "PAK", ("saudi-pakistan-smda", "bilateral_defence"), "2025-09-16", "2025-09-17"),
        ("RUS", "UKR", ("russia-ukraine-1997", "friendship"), "2019-04-01", "2019-03-31"),
        ("USA", "FRA", ("member-NATO", "membership"), "1949-04-03", "1949-04-04"),
    ],
)
def test_a_commitment_binds_on_its_days_alone(
    sample_client: TestClient,
    actor: str,
    partner: str,
    commitment: tuple[str, str],
    not_on: str,
    on: str,
) -> None:
    for one, other in ((actor, partner), (partner, actor)):
        assert commitment in signed(sample_client, one, other, on)
        assert commitment not in signed(sample_client, one, other, not_on)
    for day, wanted in ((on, True), (not_on, False)):
        formal = ask(
            sample_client, f"/v1/actors/{actor}/alliances", as_of=day, include="formal", limit=200
        )["formal"]
        told = {(item["partner"]["id"], c["id"]) for item in formal for c in item["commitments"]}
        assert ((partner, commitment[0]) in told) is wanted


def standing(client: TestClient, actor: str, partner: str, day: str) -> Json | None:
    """What was observed between two up to a day."""
    summary: Json | None = ask(client, f"/v1/dyads/{actor}/{partner}", as_of=day)["summary"]
    return summary


@pytest.mark.parametrize(
    ("actor", "partner", "before", "on"),
    [
        ("RUS", "UKR", "2022-02-23", "2022-02-24"),
        ("SAU", "QAT", "2017-06-04", "2017-06-05"),
        ("IND", "CHN", "2020-06-14", "2020-06-15"),
    ],
)
def test_a_rupture_is_not_seen_the_day_before(
    sample_client: TestClient, actor: str, partner: str, before: str, on: str
) -> None:
    def adversaries(day: str) -> set[str]:
        found = ask(sample_client, f"/v1/actors/{actor}/adversaries", as_of=day, limit=200)
        return {item["partner"]["id"] for item in found["observed"]}

    assert partner not in adversaries(before)
    assert partner in adversaries(on)
    early, late = (standing(sample_client, actor, partner, day) for day in (before, on))
    assert late is not None
    assert late["score"] < min(0.0, early["score"] if early else 0.0)
    assert all(proof["day"] <= on for proof in late["evidence"])


@pytest.mark.parametrize(
    ("actor", "partner", "before", "on"),
    [
        ("SAU", "IRN", "2023-03-09", "2023-03-10"),
        ("ETH", "ERI", "2018-07-07", "2018-07-09"),
        ("RUS", "PRK", "2024-06-18", "2024-06-19"),
        ("ISR", "ARE", "2020-09-14", "2020-09-15"),
    ],
)
def test_a_rapprochement_is_not_seen_the_day_before(
    sample_client: TestClient, actor: str, partner: str, before: str, on: str
) -> None:
    early, late = (standing(sample_client, actor, partner, day) for day in (before, on))
    assert late is not None
    assert late["score"] > max(0.0, early["score"] if early else 0.0)
    changes = ask(
        sample_client, f"/v1/actors/{actor}/alliances", as_of=on, compare=before, limit=200
    )["changes"]
    [change] = [item for item in changes["observed"] if item["partner"]["id"] == partner]
    assert change["delta"] > 0
    assert change["evidence"][0]["day"] == on


def test_offices_and_memberships_are_those_of_the_day(sample_client: TestClient) -> None:
    def leader(day: str) -> str:
        offices = ask(sample_client, "/v1/actors/USA", as_of=day)["offices"]
        held = [o for o in offices if o["role"] == "head_of_state" and o["until"] is None]
        [one] = held
        name: str = one["person"]["name"]
        return name

    assert leader("2016-06-01") == "Barack Obama"
    assert leader("2018-06-01") == "Donald Trump"
    assert leader("2022-06-01") == "Joe Biden"
    members = ask(sample_client, "/v1/actors/FIN", as_of="2023-04-03")["memberships"]
    assert "NATO" not in {item["organization"]["id"] for item in members}


def test_nothing_later_than_the_day_is_listed(sample_client: TestClient) -> None:
    for path in ("/v1/events", "/v1/triples"):
        items = ask(sample_client, path, as_of="2018-05-08", limit=500)["items"]
        days = {i["event_date"]["start"] if i["event_date"] else i["reported_on"] for i in items}
        assert max(days) == "2018-05-08"
    periods = ask(sample_client, "/v1/timeline", as_of="2018-05-08", bucket="day")["items"]
    assert periods[-1]["start"] == "2018-05-08"
    articles = ask(sample_client, "/v1/articles", as_of="2018-05-08")["items"]
    assert articles
    assert all(item["published_at"][:10] <= "2018-05-08" for item in articles)
