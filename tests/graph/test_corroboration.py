"""One event and what stands beside it: its group, its contradictions, its corroboration."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from graph.corroboration import (
    ANSWER_DAYS,
    RELATION_WINDOW_DAYS,
    WHY,
    WINDOW_DAYS,
    Conflict,
    attest,
    contradiction,
    same_event,
    window_days,
)
from graph.factory import open_store
from graph.model import Actor, Event, EventDate, Precision, Status
from graph.ontology import EventType, load_ontology
from graph.store import Batch, Store
from tests.builders import DAY, IRN, RUS, USA, article, event, evidence, person
from tests.conftest import REPOSITORY

ANYBODY = article("Somebody said so.")


def act(relation: str = "attack", later: int = 0, **fields: object) -> Event:
    """An event of RUS and IRN, so many days after DAY."""
    day = DAY + timedelta(days=later)
    known: dict[str, object] = {"day": day, "reported": day} | fields
    return event(evidence(ANYBODY), relation=relation, **known)  # type: ignore[arg-type]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path}/w.db") as opened:
        opened.migrate()
        yield opened


def keep(store: Store, *events: Event) -> None:
    assert store.write(Batch(articles=[ANYBODY], events=events)).events > 0


# The group


@pytest.mark.parametrize(
    ("relation", "days"),
    [("attack", 1), ("visit", 2), ("treaty", 3), ("sanction", 7), ("blockade", 7), ("arrest", 1)],
)
def test_reports_are_of_one_act_up_to_the_window_of_the_relation(relation: str, days: int) -> None:
    first = act(relation)
    assert window_days(relation) == days
    for apart in range(days + 1):
        assert same_event(first, act(relation, apart)) == apart
        assert same_event(act(relation, apart), first) == apart
    assert same_event(first, act(relation, days + 1)) is None


@pytest.mark.parametrize(
    "other",
    [
        act(source=USA),
        act(target=USA),
        act(target=None),
        act("airstrike"),
        act(status=Status.PLANNED),
        act(source=IRN, target=RUS),
        act(day=None, reported=None),
    ],
)
def test_another_end_relation_or_status_is_another_act(other: Event) -> None:
    assert same_event(act(), other) is None
    assert same_event(other, act()) is None


def test_a_mutual_act_told_from_the_other_end_is_the_same() -> None:
    assert same_event(act("meeting"), act("meeting", source=IRN, target=RUS)) == 0


def dated(start: date, end: date, precision: Precision) -> Event:
    plain = act("visit")
    when = EventDate(start, end, precision)
    return Event(RUS, "visit", IRN, Status.ASSERTED, when, DAY, plain.evidence)


def test_a_day_within_a_month_is_the_same_and_a_year_is_too_rough() -> None:
    month = dated(date(2025, 1, 1), date(2025, 1, 31), Precision.MONTH)
    year = dated(date(2025, 1, 1), date(2025, 12, 31), Precision.YEAR)
    assert same_event(month, act("visit")) == same_event(act("visit"), month) == 0
    assert same_event(month, act("visit", 16)) == 2
    assert same_event(year, act("visit")) is None
    assert same_event(year, year) == 0


# Contradictions


@pytest.mark.parametrize("told", [Status.ASSERTED, Status.HISTORICAL])
def test_what_is_told_as_fact_and_denied_is_a_contradiction_seen_from_both(told: Status) -> None:
    said, denied = act(status=told), act(later=1, status=Status.NEGATED)
    here, there = contradiction(said, denied), contradiction(denied, said)
    assert here is not None
    assert there is not None
    assert (here.event, here.kind, here.days_apart) == (denied, Conflict.SAID_NOT_TO_BE, 1)
    assert (there.event, there.kind, there.days_apart) == (said, Conflict.SAID_TO_BE, 1)


@pytest.mark.parametrize(
    "other",
    [
        act(later=2, status=Status.NEGATED),
        act(source=IRN, target=RUS, status=Status.NEGATED),
        act(status=Status.HYPOTHETICAL),
        act(status=Status.PLANNED),
        act("denial", source=USA, target=IRN),
        act("denial", source=IRN, target=RUS),
        act("denial", later=-1),
        act("denial", later=ANSWER_DAYS + 1),
        act("denial", status=Status.NEGATED),
        act("refusal"),
    ],
)
def test_what_leaves_an_attack_as_it_is_told_is_none(other: Event) -> None:
    assert contradiction(act(), other) is None
    assert contradiction(other, act()) is None


def test_the_accused_denies_an_attack_to_its_victim_or_to_whoever_tells_of_it() -> None:
    told = evidence(ANYBODY, attributed_to=USA)
    attack = event(told, relation="attack")
    for accuser in (IRN, USA):
        found = contradiction(attack, act("denial", later=2, target=accuser))
        assert found is not None
        assert (found.kind, found.days_apart) == (Conflict.DENIED_BY_ACCUSED, 2)
    assert contradiction(act(), act("denial", target=USA)) is None


def test_a_denial_answers_the_accusation_of_the_one_it_is_told_to() -> None:
    accusation = act("accusation", source=IRN, target=RUS)
    denial = act("denial", later=1)
    found = contradiction(accusation, denial)
    assert found is not None
    assert found.kind is Conflict.DENIED_BY_ACCUSED
    back = contradiction(denial, accusation)
    assert back is not None
    assert back.kind is Conflict.DENIES
    assert contradiction(act("criticism", source=IRN, target=RUS), denial) is None


@pytest.mark.parametrize("ends", [(RUS, IRN), (IRN, RUS)])
def test_a_plan_is_called_off_by_either_of_the_two(ends: tuple[Actor, Actor]) -> None:
    plan = act("visit", later=10, status=Status.PLANNED, reported=DAY)
    refusal = act("refusal", later=4, source=ends[0], target=ends[1])
    found = contradiction(plan, refusal)
    assert found is not None
    assert (found.kind, found.days_apart) == (Conflict.CALLED_OFF, 6)
    back = contradiction(refusal, plan)
    assert back is not None
    assert back.kind is Conflict.CALLS_OFF


@pytest.mark.parametrize(
    ("plan", "refusal"),
    [
        (act("visit", later=10, status=Status.PLANNED, reported=DAY), act("refusal", later=-1)),
        (act("visit", status=Status.PLANNED), act("refusal", later=3)),
        (act("visit", later=40, status=Status.PLANNED, reported=DAY), act("refusal", later=1)),
        (act("attack", status=Status.PLANNED), act("refusal")),
        (act("visit", status=Status.PLANNED), act("refusal", target=USA)),
        (act("visit", status=Status.PLANNED), act("refusal", status=Status.PLANNED)),
        (act("visit"), act("refusal")),
    ],
)
def test_a_refusal_of_something_else_calls_nothing_off(plan: Event, refusal: Event) -> None:
    assert contradiction(plan, refusal) is None
    assert contradiction(refusal, plan) is None


def test_every_kind_is_explained_and_every_relation_has_a_window() -> None:
    assert set(WHY) == set(Conflict)
    assert set(WINDOW_DAYS) == set(EventType)
    assert set(RELATION_WINDOW_DAYS) <= set(load_ontology().relations)


# Over the store


def test_the_store_is_asked_for_everything_that_the_rules_want(store: Store) -> None:
    attack = event(evidence(ANYBODY, attributed_to=USA), relation="attack")
    next_day, negated = act(later=1), act(later=-1, status=Status.NEGATED)
    denials = [act("denial", later=3), act("denial", later=2, target=USA)]
    far = [act(later=2), act(later=2, status=Status.NEGATED), act("denial", later=4)]
    others = [act("airstrike"), act("treaty"), act(target=USA, status=Status.NEGATED)]
    keep(store, attack, next_day, negated, *denials, *far, *others)
    found = attest(store, attack)
    assert [(item.event.id, item.days_apart) for item in found.same_event] == [(next_day.id, 1)]
    assert [(c.event.id, c.kind, c.days_apart) for c in found.contradictions] == [
        (negated.id, Conflict.SAID_NOT_TO_BE, 1),
        (denials[1].id, Conflict.DENIED_BY_ACCUSED, 2),
        (denials[0].id, Conflict.DENIED_BY_ACCUSED, 3),
    ]
    for denial in denials:
        answered = {c.event.id: c.kind for c in attest(store, denial).contradictions}
        assert answered[attack.id] is Conflict.DENIES


def test_plans_and_refusals_find_each_other_in_the_store(store: Store) -> None:
    plan = act("meeting", later=30, status=Status.PLANNED, reported=DAY)
    refusal = act("refusal", later=2, source=IRN, target=RUS)
    keep(store, plan, refusal)
    assert [c.event.id for c in attest(store, plan).contradictions] == [refusal.id]
    assert [c.event.id for c in attest(store, refusal).contradictions] == [plan.id]


def test_one_without_a_day_or_a_target_has_a_group_of_its_own(store: Store) -> None:
    keep(store, act())
    for alone in (act(day=None, reported=None), act(target=None), act(day=date.max)):
        keep(store, alone)
        found = attest(store, alone)
        assert (found.same_event, found.contradictions) == ((), ())
        assert found.corroboration.sentences == 1


def test_both_directions_of_a_meeting_rest_on_one_sentence(store: Store) -> None:
    there, back = act("meeting"), act("meeting", source=IRN, target=RUS)
    keep(store, there, back)
    found = attest(store, there)
    assert [item.event.id for item in found.same_event] == [back.id]
    assert (found.corroboration.sentences, found.corroboration.articles) == (1, 1)


def test_near_copies_in_two_papers_are_one_independent_publisher(store: Store) -> None:
    wire = "Russia struck a military base in western Iran on Friday, officials said."
    texts = {
        "The Courier": wire,
        "The Herald": f"TEHRAN (Wire) - {wire}",
        "The Post": "Rockets fell on a barracks near Kermanshah, and Moscow is behind it.",
    }
    for publisher, text in texts.items():
        source = article(text, publisher=publisher)
        store.write(Batch(articles=[source], events=[event(evidence(source), relation="attack")]))
    found = attest(store, store.event(act().id)).corroboration
    assert (found.articles, found.publishers, found.independent_publishers) == (3, 3, 2)


@pytest.mark.parametrize(
    ("speakers", "unattributed", "only_parties"),
    [
        ([IRN], 0, True),
        ([person("iranian-spokesman", "IRN"), RUS], 0, True),
        ([IRN, USA], 0, False),
        ([IRN, None], 1, False),
        ([None], 1, False),
    ],
)
def test_what_only_the_parties_say_is_marked(
    store: Store, speakers: list[Actor | None], unattributed: int, only_parties: bool
) -> None:
    for number, speaker in enumerate(speakers):
        source = article(f"Report {number}.", url=f"https://example.org/{number}")
        proof = evidence(source, attributed_to=speaker)
        store.write(Batch(articles=[source], events=[event(proof, relation="attack")]))
    found = attest(store, store.event(act().id)).corroboration
    assert (found.unattributed, found.only_parties) == (unattributed, only_parties)
    named = [speaker for speaker in speakers if speaker is not None]
    assert {item.actor.id for item in found.speakers} == {actor.id for actor in named}
    assert all(item.party == (item.actor != USA) for item in found.speakers)


# The page


def test_the_page_has_every_window() -> None:
    page = (REPOSITORY / "docs" / "corroboration.md").read_text("utf-8")
    rows = [line.split("|")[1:3] for line in page.splitlines() if line.startswith("| ")]
    told = {name.strip(): days.strip() for name, days in rows}
    wanted = {kind.value: days for kind, days in WINDOW_DAYS.items()} | dict(RELATION_WINDOW_DAYS)
    for name, days in wanted.items():
        assert told.get(name) == str(days), name
