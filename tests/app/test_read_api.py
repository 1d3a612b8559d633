"""What the reading endpoints answer, the same over SQLite and Neo4j."""

import csv
import io
import itertools
import json
from collections import Counter
from typing import Any

import networkx
import pytest
from starlette.testclient import TestClient

from graph.ontology import load_ontology
from graph.store import Store

Json = dict[str, Any]
DAY = "2025-10-01"


def get(client: TestClient, path: str, **parameters: object) -> Json:
    response = client.get(path, params={name: str(value) for name, value in parameters.items()})
    assert response.status_code == 200, response.text
    body: Json = response.json()
    return body


def pages(client: TestClient, path: str, key: str = "items", **parameters: object) -> list[Json]:
    """All items of a list, page by page; the pages must be full but the last."""
    found: list[Json] = []
    more: dict[str, object] = {}
    while True:
        page = get(client, path, **parameters, **more)
        found += page[key]
        if page["next_cursor"] is None:
            return found
        more = {"cursor": page["next_cursor"]}


# Actors


def test_actors_are_found_by_names_leaders_and_in_spite_of_typos(sample_client: TestClient) -> None:
    def ids(q: str) -> list[str]:
        return [item["id"] for item in get(sample_client, "/v1/actors", q=q)["items"]]

    assert ids("niger")[0] == "NER"
    assert ids("putin")[:2] == ["vladimir-putin", "RUS"]
    assert "vladimir-putin" in ids("vladimr putin")
    assert "NATO" in ids("North Atlantc Treaty Organisation")
    [hit] = [i for i in get(sample_client, "/v1/actors", q="putin")["items"] if i["id"] == "RUS"]
    assert (hit["how"], hit["because"]) == ("office", "Vladimir Putin, president")
    assert "NGA" not in ids("Nigerja")


def test_an_actor_tells_offices_memberships_and_how_fresh_they_are(
    sample_client: TestClient,
) -> None:
    found = get(sample_client, "/v1/actors/vladimir-putin", as_of=DAY)
    assert found["acts_for"]["id"] == "RUS"
    assert found["offices"][0]["title"] == "president"
    assert found["known_until"] >= "2025-01-01"
    state = get(sample_client, "/v1/actors/FIN", as_of=DAY)
    nato = next(m for m in state["memberships"] if m["organization"]["id"] == "NATO")
    assert (nato["since"], nato["until"]) == ("2023-04-04", None)
    assert state["first_seen"] <= state["last_seen"] == "2023-04-04"


def test_relations_are_counted_in_each_direction(sample_client: TestClient) -> None:
    found = get(sample_client, "/v1/actors/FRA/relations")
    counts = {(i["relation"], i["direction"]): i["events"] for i in found["items"]}
    assert counts["ties_cut", "out"] >= 2
    for end, direction in (("source", "out"), ("target", "in")):
        events = pages(sample_client, "/v1/events", **{end: "FRA"}, limit=7)
        told = {key: n for key, n in counts.items() if key[1] == direction}
        assert told == Counter((event["relation"], direction) for event in events)
    some = get(sample_client, "/v1/actors/FRA/relations", relation="ties_cut", status="asserted")
    [only] = some["items"]
    assert (only["direction"], only["partners"], only["last_seen"]) == ("out", 2, "2021-09-17")
    quiet = get(sample_client, "/v1/actors/NZL/relations")
    assert (quiet["actor"]["name"], quiet["items"]) == ("New Zealand", [])


def test_neighbours_are_paged_and_may_tell_their_ties(sample_client: TestClient) -> None:
    whole = get(sample_client, "/v1/actors/RUS/neighbours", as_of=DAY)
    assert whole["total"] == len(whole["items"]) > 8
    events = [item["events"] for item in whole["items"]]
    assert events == sorted(events, reverse=True)
    assert pages(sample_client, "/v1/actors/RUS/neighbours", as_of=DAY, limit=3) == whole["items"]
    belarus = get(sample_client, "/v1/actors/BLR/neighbours", as_of=DAY)
    assert belarus["items"] == []
    iran = next(item for item in whole["items"] if item["partner"]["id"] == "IRN")
    assert "membership" in iran["formal"]
    tied = get(sample_client, "/v1/actors/RUS/neighbours", as_of=DAY, ties="true", limit=10)
    shown = {item["partner"]["id"] for item in tied["items"]}
    assert tied["ties"]
    for tie in tied["ties"]:
        assert {tie["one"], tie["other"]} <= shown
        dyad = get(sample_client, f"/v1/dyads/{tie['one']}/{tie['other']}", as_of=DAY)
        assert dyad["summary"]["score"] == pytest.approx(tie["score"], abs=2e-4)


# Alliances, adversaries, dyads


@pytest.mark.parametrize("sort", ["closest", "most_hostile", "busiest", "latest"])
def test_partners_are_paged_by_cursor_in_any_order(sample_client: TestClient, sort: str) -> None:
    path = "/v1/actors/IRN/alliances"
    whole = get(sample_client, path, as_of=DAY, sort=sort, limit=200)
    assert whole["next_cursor"] is None
    paged = pages(sample_client, path, "observed", as_of=DAY, sort=sort, limit=4)
    assert paged == whole["observed"]
    formal = pages(sample_client, path, "formal", as_of=DAY, sort=sort, limit=4)
    assert formal == whole["formal"]
    by_offset = get(sample_client, path, as_of=DAY, sort=sort, limit=4, offset=4)
    assert by_offset["observed"] == whole["observed"][4:8]


def test_adversaries_are_the_hostile_part_of_the_partners(sample_client: TestClient) -> None:
    allies = get(sample_client, "/v1/actors/IRN/alliances", as_of=DAY, limit=200)["observed"]
    found = get(sample_client, "/v1/actors/IRN/adversaries", as_of=DAY, limit=200)
    hostile = {p["partner"]["id"]: p["score"] for p in allies if p["score"] < 0}
    assert {p["partner"]["id"]: p["score"] for p in found["observed"]} == hostile
    assert found["observed_total"] == len(hostile) > 3
    scores = [p["score"] for p in found["observed"]]
    assert scores == sorted(scores)
    assert all(p["evidence"] for p in found["observed"])
    assert {p["partner"]["id"] for p in found["formal"]} <= set(hostile)
    rivals = get(sample_client, "/v1/actors/IRN/adversaries", as_of=DAY, stance="rival")["observed"]
    assert {p["stance"] for p in rivals} <= {"rival"}


def test_rivals_in_one_alliance_show_what_binds_them(sample_client: TestClient) -> None:
    found = get(sample_client, "/v1/actors/FRA/adversaries", as_of="2021-12-01", limit=200)
    bound = {p["partner"]["id"]: [c["id"] for c in p["commitments"]] for p in found["formal"]}
    assert "member-NATO" in bound["USA"]


def test_what_changed_between_two_days(sample_client: TestClient) -> None:
    found = get(
        sample_client, "/v1/actors/FIN/alliances", as_of="2023-04-04", compare="2023-04-03"
    )["changes"]
    nato = next(b for b in found["began"] if b["commitment"]["id"] == "member-NATO")
    assert nato["commitment"]["kind"] == "collective_defence"
    assert len(nato["partners"]) == 30
    assert found["ended"] == []
    kinds = {c["partner"]["id"]: (c["kind"], c["before"]) for c in found["observed"]}
    assert kinds["TUR"] == ("came", None)
    assert kinds["RUS"][0] == "stance"


def test_a_dyad_has_a_series_a_summary_and_turning_points(sample_client: TestClient) -> None:
    found = get(sample_client, "/v1/dyads/RUS/UKR", as_of=DAY)
    assert found["summary"]["stance"] in ("rival", "adversary")
    assert found["points_total"] == len(found["points"]) > 2
    turn = next(t for t in found["turning_points"] if t["start"] == "2022-02-01")
    assert turn["after"] < turn["before"]
    assert turn["evidence"][0]["quote"]
    back = get(sample_client, "/v1/dyads/UKR/RUS", as_of=DAY)
    assert back["points"] == found["points"]
    years = get(sample_client, "/v1/dyads/RUS/UKR", as_of=DAY, bucket="year")["points"]
    assert sum(p["events"] for p in years) == sum(p["events"] for p in found["points"])
    events = pages(sample_client, "/v1/dyads/RUS/UKR/events", limit=3)
    assert events == pages(sample_client, "/v1/events", actor="RUS", partner="UKR", limit=100)
    assert all({e["source"]["id"], e["target"]["id"]} == {"RUS", "UKR"} for e in events)
    persons = get(sample_client, "/v1/dyads/vladimir-putin/kim-jong-un", as_of=DAY)
    assert persons["summary"]["evidence"]


def test_a_pair_without_events_has_an_empty_dyad(sample_client: TestClient) -> None:
    found = get(sample_client, "/v1/dyads/NZL/AUS", as_of=DAY)
    assert (found["summary"], found["points"], found["turning_points"]) == (None, [], [])
    assert found["formal"]
    assert get(sample_client, "/v1/dyads/NZL/AUS/events")["items"] == []


def test_a_timeline_counts_what_the_events_list(sample_client: TestClient) -> None:
    whole = get(sample_client, "/v1/timeline", bucket="year")["items"]
    assert sum(item["events"] for item in whole) == get(sample_client, "/v1/stats")["events"]
    assert pages(sample_client, "/v1/timeline", bucket="year", limit=2) == whole
    filters = {"actor": "IRN", "event_type": "ACCUSE,SANCTION", "since": "2018-01-01"}
    events = pages(sample_client, "/v1/events", **filters, limit=100)
    told = get(sample_client, "/v1/timeline", **filters, bucket="day")["items"]
    assert sum(item["events"] for item in told) == len(events) > 3
    assert all(item["hostile"] == item["events"] for item in told)
    filled = get(sample_client, "/v1/timeline", **filters, fill="true")["items"]
    months = [item["start"][:7] for item in filled]
    assert len(months) == len(set(months)) > len(told)
    assert sum(item["events"] for item in filled) == len(events)


# Analysis


def test_paths_lead_by_way_of_friends_with_a_sentence_for_each_hop(
    sample_client: TestClient,
) -> None:
    found = get(sample_client, "/v1/paths", **{"from": "PRK", "to": "TUR"}, as_of=DAY)
    assert found["items"]
    for path in found["items"]:
        ends = [(hop["source"]["id"], hop["target"]["id"]) for hop in path["hops"]]
        assert (ends[0][0], ends[-1][1]) == ("PRK", "TUR")
        assert all(one[1] == other[0] for one, other in itertools.pairwise(ends))
        assert all(hop["score"] > 0 for hop in path["hops"])
        assert all(hop["evidence"] for hop in path["hops"])
    close = [path["closeness"] for path in found["items"]]
    assert close == sorted(close, reverse=True)
    person = get(sample_client, "/v1/paths", **{"from": "kim-jong-un", "to": "RUS"}, as_of=DAY)
    assert len(person["items"][0]["hops"]) == 1
    nobody = get(sample_client, "/v1/paths", **{"from": "NZL", "to": "RUS"}, as_of=DAY)
    assert nobody["items"] == []


def exported(client: TestClient, tone: str) -> networkx.Graph:
    text = client.get(
        "/v1/export", params={"format": "graphml", "shape": "ties", "as_of": DAY, "tone": tone}
    )
    graph: networkx.Graph = networkx.read_graphml(io.BytesIO(text.content))
    graph.remove_nodes_from(list(networkx.isolates(graph)))
    return graph


def test_blocs_are_a_partition_with_the_modularity_of_networkx(sample_client: TestClient) -> None:
    found = get(sample_client, "/v1/blocs", as_of=DAY, limit=200)
    graph = exported(sample_client, "friendly")
    groups = [{m["actor"]["id"] for m in bloc["members"]} for bloc in found["items"]]
    assert set().union(*groups) <= set(graph)
    assert sum(map(len, groups)) + found["loners"] == found["actors"] == len(graph)
    alone = [{actor} for actor in set(graph) - set().union(*groups)]
    modularity = networkx.community.modularity(graph, groups + alone, weight="weight")
    assert found["modularity"] == pytest.approx(modularity, abs=1e-4)
    assert found["total"] == len(found["items"]) > 2
    assert pages(sample_client, "/v1/blocs", as_of=DAY, limit=2) == found["items"]
    assert all(bloc["id"] == bloc["members"][0]["actor"]["id"] for bloc in found["items"])


def test_centrality_is_that_of_networkx_on_the_exported_graph(sample_client: TestClient) -> None:
    found = get(sample_client, "/v1/centrality", as_of=DAY, limit=500)
    graph = exported(sample_client, "any")
    degree = networkx.degree_centrality(graph)
    assert found["sampled"] is None
    assert {i["actor"]["id"]: i["degree"] for i in found["items"]} == pytest.approx(
        degree, abs=1e-5
    )
    assert pages(sample_client, "/v1/centrality", as_of=DAY, limit=9) == found["items"]
    by_degree = get(sample_client, "/v1/centrality", as_of=DAY, sort="degree")["items"]
    assert by_degree[0]["degree"] == pytest.approx(max(degree.values()), abs=1e-5)


# Articles, export, catalog


def test_articles_are_listed_and_show_where_everything_was_found(
    sample_client: TestClient,
) -> None:
    listed = pages(sample_client, "/v1/articles", limit=7)
    assert len(listed) == get(sample_client, "/v1/stats")["articles"] == 30
    days = [item["published_at"] for item in listed]
    assert days == sorted(days, reverse=True)
    for head in listed[:5]:
        article = get(sample_client, f"/v1/articles/{head['id']}")
        text = article["text"]
        assert len(text) == head["characters"]
        assert len({found["event_id"] for found in article["events"]}) == head["events"]
        for found in article["events"]:
            trigger = found["trigger"]
            assert text[trigger["start"] : trigger["end"]] == trigger["text"]
            sentence = found["sentence"]
            assert sentence["start"] <= trigger["start"] < trigger["end"] <= sentence["end"]
        for problem in article["problems"]:
            assert problem["reason"]
    year = get(sample_client, "/v1/articles", since="2020-01-01", until="2021-01-01")["items"]
    assert {item["published_at"][:4] for item in year} == {"2020"}


@pytest.mark.parametrize("name", ["graphml", "gexf", "jsonld", "csv", "jsonl"])
def test_an_export_is_a_file_of_all_events_that_pass(sample_client: TestClient, name: str) -> None:
    parameters = {"format": name, "actor": "RUS", "status": "asserted"}
    response = sample_client.get("/v1/export", params=parameters)
    assert response.status_code == 200
    assert f'filename="westphalia-events.{name}"' in response.headers["content-disposition"]
    events = pages(sample_client, "/v1/events", actor="RUS", status="asserted", limit=100)
    ids = sorted(event["id"] for event in events)
    if name == "csv":
        told = [row["id"] for row in csv.DictReader(io.StringIO(response.text, newline=""))]
    elif name == "jsonl":
        told = [json.loads(line)["id"] for line in response.text.splitlines()]
    elif name == "jsonld":
        nodes = response.json()["@graph"]
        told = [n["@id"].removeprefix("event:") for n in nodes if n["@type"] == "Event"]
    else:
        read = networkx.read_graphml if name == "graphml" else networkx.read_gexf
        graph = read(io.BytesIO(response.content))
        told = [values["event"] for _, _, values in graph.edges(data=True)]
    assert sorted(told) == ids


def test_the_catalog_tells_counts_and_the_vocabulary(
    sample_client: TestClient, sample_store: Store
) -> None:
    stats = get(sample_client, "/v1/stats")
    assert stats["events"] == sample_store.statistics().events
    assert stats["reference_as_of"] > "2025-01-01"
    found = get(sample_client, "/v1/ontology")
    assert [r["name"] for r in found["relations"]] == list(load_ontology().relations)
    assert len(found["event_types"]) == 16
