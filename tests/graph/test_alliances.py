"""Alliances: formal ties and observed ones apart, and a score that cannot be argued with."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from graph.alliances import (
    Alliances,
    Basis,
    Choice,
    Order,
    Part,
    Partner,
    Stance,
    alliances,
)
from graph.errors import InvalidInput, NotFound, ReferenceDataError
from graph.model import Commitment, CommitmentKind, Event, Status
from graph.reference.types import Membership, Organization, Period, Reference, State
from graph.store import Batch, TieQuery
from graph.stores.sqlite import SqliteStore
from tests.builders import DAY, IRN, NATO, PUTIN, RUS, USA, article, event, evidence, state

CHN = state("CHN", "China")
LATER = DAY + timedelta(days=9)


def a_state(code: str, name: str) -> State:
    return State(code, code[:2], name, name, (), (), (), "", (), (), (), ())


def an_alliance(code: str, *members: str) -> Organization:
    return Organization(
        id=code,
        name=code,
        official=code,
        aliases=(),
        nouns=(),
        seats=(),
        acts_for=None,
        defence_since=date(1949, 4, 4),
        instrument=f"Treaty of {code}",
        period=Period(date(1949, 4, 4), None),
        members=tuple(Membership(member, Period(date(1949, 4, 4), None)) for member in members),
    )


@pytest.fixture(scope="module")
def reference() -> Reference:
    pact = Commitment(
        id="rus-irn-2025",
        kind=CommitmentKind.STRATEGIC_PARTNERSHIP,
        instrument="Comprehensive Strategic Partnership Treaty",
        parties=("RUS", "IRN"),
        since=date(2025, 10, 2),
    )
    old = replace(
        pact,
        id="rus-irn-2001",
        kind=CommitmentKind.FRIENDSHIP,
        since=date(2001, 3, 12),
        until=date(2025, 10, 2),
    )
    names = {"RUS": "Russia", "IRN": "Iran", "USA": "United States", "CAN": "Canada"}
    return Reference(
        states={code: a_state(code, name) for code, name in names.items()},
        organizations={"NATO": an_alliance("NATO", "USA", "CAN")},
        persons={},
        terms=(),
        groups={},
        institutions={},
        commitments=(pact, old),
        as_of=date(2025, 12, 1),
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with SqliteStore(tmp_path / "graph.db") as found:
        found.migrate()
        yield found


def put(store: SqliteStore, *events: Event) -> None:
    store.write(Batch(events=events))


def one(answer: Alliances) -> Partner:
    (partner,) = answer.observed
    return partner


# Formal and observed


def test_an_older_event_counts_less(store: SqliteStore, reference: Reference) -> None:
    source = article()
    store.write(Batch(articles=[source]))
    put(store, event(evidence(source)))
    fresh = one(alliances(store, reference, "RUS", DAY))
    later = one(alliances(store, reference, "RUS", DAY.replace(year=2027)))
    short = one(alliances(store, reference, "RUS", DAY.replace(year=2027), half_life_days=90))
    assert fresh.score > later.score > short.score > 0
    assert later.basis.cooperation == pytest.approx(fresh.basis.cooperation / 2)


def test_a_planned_treaty_is_shown_as_planned(store: SqliteStore, reference: Reference) -> None:
    source = article()
    store.write(Batch(articles=[source]))
    put(store, event(evidence(source), status=Status.PLANNED))
    partner = one(alliances(store, reference, "RUS", DAY))
    assert "treaty planned" in partner.basis.words
    assert (partner.basis.events, partner.basis.planned) == (1, 1)
    assert partner.proofs[0].status is Status.PLANNED


def test_the_basis_speaks_in_words_and_numbers(store: SqliteStore, reference: Reference) -> None:
    source = article()
    store.write(Batch(articles=[source]))
    put(
        store,
        event(evidence(source, confidence=1.0)),
        event(evidence(source, confidence=1.0), relation="visit"),
        event(evidence(source, confidence=1.0), relation="visit", source=IRN, target=RUS),
        event(evidence(source, confidence=1.0), relation="clash", status=Status.HISTORICAL),
        event(evidence(source), relation="attack", status=Status.NEGATED),
    )
    partner = one(alliances(store, reference, "RUS", DAY))
    assert partner.basis.words == (
        "4 events; cooperation 13.0, conflict 9.0: 2 visit, clash (historical), treaty"
    )
    assert partner.score == pytest.approx(4.0 / 32.0)
    assert partner.stance is Stance.MIXED


def test_words_say_when_they_are_of_the_latest_events_only() -> None:
    assert Basis(1.0, 0.0, events=1, planned=1).words == (
        "1 event, 1 planned; cooperation 1.0, conflict 0.0"
    )


def test_the_formal_part_holds_what_is_in_force_on_the_day(
    store: SqliteStore, reference: Reference
) -> None:
    for day, wanted in (
        (date(2001, 3, 11), []),
        (date(2025, 10, 1), ["rus-irn-2001"]),
        (date(2025, 10, 2), ["rus-irn-2025"]),
    ):
        answer = alliances(store, reference, "IRN", day)
        found = [(item.partner.id, c.id) for item in answer.formal for c in item.commitments]
        assert found == [("RUS", key) for key in wanted]
        assert answer.observed == ()


def test_members_of_an_alliance_are_formal_partners(
    store: SqliteStore, reference: Reference
) -> None:
    (canada,) = alliances(store, reference, "USA", DAY).formal
    assert canada.partner.id == "CAN"
    assert [c.kind for c in canada.commitments] == [CommitmentKind.COLLECTIVE_DEFENCE]


def test_the_strongest_commitment_comes_first(store: SqliteStore, reference: Reference) -> None:
    more = Commitment(
        "usa-irn", CommitmentKind.BASING, "Bases", ("USA", "IRN", "CAN"), date(2000, 1, 1)
    )
    both = replace(reference, commitments=(more,))
    formal = alliances(store, both, "USA", DAY).formal
    assert [item.partner.id for item in formal] == ["CAN", "IRN"]
    assert [c.id for c in formal[0].commitments] == ["member-NATO", "usa-irn"]


def test_a_party_that_nobody_knows_is_an_error_of_the_data(
    store: SqliteStore, reference: Reference
) -> None:
    wrong = Commitment("odd", CommitmentKind.BASING, "Odd", ("USA", "XYZ"), date(2000, 1, 1))
    with pytest.raises(ReferenceDataError, match="XYZ"):
        alliances(store, replace(reference, commitments=(wrong,)), "USA", DAY)


def test_proofs_carry_quote_publisher_link_and_date(
    store: SqliteStore, reference: Reference
) -> None:
    weak, strong = article("They met."), article("They signed.", publisher="The Herald", url="h")
    store.write(Batch(articles=[weak, strong]))
    signed = event(evidence(strong, attributed_to=PUTIN))
    put(store, event(evidence(weak), relation="meeting"), signed)
    partner = one(alliances(store, reference, "IRN", DAY, proofs=1))
    (proof,) = partner.proofs
    assert (proof.event_id, proof.quote) == (signed.id, "They signed.")
    assert (proof.publisher, proof.url, proof.title) == ("The Herald", "h", "A title")
    assert (proof.day, proof.relation, proof.source, proof.target) == (DAY, "treaty", RUS, IRN)
    assert proof.attributed_to == PUTIN
    assert (partner.first_seen, partner.last_seen) == (DAY, DAY)
    assert alliances(store, reference, "IRN", DAY, proofs=0).observed[0].proofs == ()


def test_the_window_and_the_confidence_reach_numbers_and_proofs(
    store: SqliteStore, reference: Reference
) -> None:
    first, second, third = sources = [article(text) for text in ("One.", "Two.", "Three.")]
    store.write(Batch(articles=sources))
    early, late = DAY - timedelta(days=30), DAY + timedelta(days=1)
    events = [
        event(evidence(first, confidence=0.9), day=early),
        event(evidence(second, confidence=0.4)),
        event(evidence(third, confidence=0.9), day=late),
    ]
    put(store, *events)
    everything = one(alliances(store, reference, "RUS", late, proofs=3))
    assert (everything.basis.events, len(everything.proofs)) == (3, 3)
    today = one(alliances(store, reference, "RUS", DAY, proofs=3))
    assert {proof.day for proof in today.proofs} == {early, DAY}
    recent = one(alliances(store, reference, "RUS", DAY, since=DAY))
    assert [proof.day for proof in recent.proofs] == [DAY]
    sure = one(alliances(store, reference, "RUS", DAY, min_confidence=0.5))
    assert [proof.day for proof in sure.proofs] == [early]


def test_partners_are_ordered_by_score_and_cut_into_slices(
    store: SqliteStore, reference: Reference
) -> None:
    source = article()
    store.write(Batch(articles=[source]))
    put(
        store,
        event(evidence(source), source=USA, target=IRN, relation="sanction"),
        event(evidence(source), source=USA, target=RUS, relation="meeting"),
    )
    answer = alliances(store, reference, "USA", DAY)
    assert [item.partner.id for item in answer.observed] == ["RUS", "IRN"]
    cut = alliances(store, reference, "USA", DAY, choice=Choice(limit=1, offset=1))
    assert [item.partner.id for item in cut.observed] == ["IRN"]
    assert (answer.observed_total, cut.observed_total) == (2, 2)
    with pytest.raises(InvalidInput):
        Choice(offset=-1)


def test_an_answer_holds_the_parts_that_were_asked_for(
    store: SqliteStore, reference: Reference
) -> None:
    source = article()
    store.write(Batch(articles=[source]))
    put(store, event(evidence(source), source=USA))
    formal = alliances(store, reference, "USA", DAY, include=frozenset({Part.FORMAL}))
    assert formal.formal
    assert not formal.observed
    observed = alliances(store, reference, "USA", DAY, include=frozenset({Part.OBSERVED}))
    assert not observed.formal
    assert one(observed).proofs == ()
    assert one(observed).basis.acts == ()


def test_an_actor_of_only_one_of_the_two_sources_is_enough(
    store: SqliteStore, reference: Reference
) -> None:
    assert alliances(store, reference, "USA", DAY).actor.name == "United States"
    source = article()
    store.write(Batch(articles=[source], events=[event(evidence(source, source_via=PUTIN))]))
    answer = alliances(store, reference, PUTIN.id, DAY)
    assert (answer.actor, one(answer).partner) == (PUTIN, IRN)
    with pytest.raises(NotFound):
        alliances(store, reference, "nobody", DAY)


# Orders and pages


def four_partners(store: SqliteStore) -> None:
    source = article()
    store.write(Batch(articles=[source]))
    put(
        store,
        event(evidence(source, confidence=1.0), target=IRN),
        event(evidence(source, confidence=1.0), target=USA, relation="attack"),
        event(evidence(source, confidence=1.0), target=NATO, relation="criticism", day=LATER),
        *(
            event(evidence(source), target=CHN, relation="meeting", day=DAY - timedelta(days=n))
            for n in range(3)
        ),
    )


@pytest.mark.parametrize(
    ("order", "wanted"),
    [
        (Order.CLOSEST, ["IRN", "CHN", "NATO", "USA"]),
        (Order.MOST_HOSTILE, ["USA", "NATO", "CHN", "IRN"]),
        (Order.BUSIEST, ["CHN", "IRN", "NATO", "USA"]),
        (Order.LATEST, ["NATO", "CHN", "IRN", "USA"]),
    ],
)
def test_partners_can_be_ordered_and_paged_by_rank(
    store: SqliteStore, reference: Reference, order: Order, wanted: list[str]
) -> None:
    four_partners(store)
    seen: list[str] = []
    after = None
    while True:
        choice = Choice(order=order, limit=1, after=after)
        found = alliances(store, reference, "RUS", LATER, choice=choice)
        assert found.observed_total == 4
        seen.append(one(found).partner.id)
        after = found.last
        if after is None:
            break
    ties = {tie.partner.id: tie for tie in store.ties("RUS", TieQuery(LATER))}
    ranks = [Choice(order=order).rank(ties[key]) for key in wanted]
    assert ranks == sorted(ranks)
    assert seen == wanted


def everybody(store: SqliteStore, reference: Reference) -> tuple[Partner, ...]:
    return alliances(store, reference, "RUS", LATER).observed


def test_adversaries_are_those_whose_conflict_outweighs_and_what_binds_them_all_the_same(
    store: SqliteStore, reference: Reference
) -> None:
    four_partners(store)
    choice = Choice(order=Order.MOST_HOSTILE, hostile=True)
    found = alliances(store, reference, "RUS", LATER, choice=choice)
    assert [partner.partner.id for partner in found.observed] == ["USA", "NATO"]
    assert found.formal == ()
    source = article("Iran attacked Russia.")
    store.write(Batch(articles=[source]))
    attacks = [event(evidence(source, confidence=1.0), relation="attack", day=DAY + timedelta(n))
               for n in range(3)]  # fmt: skip
    put(store, *attacks)
    found = alliances(store, reference, "RUS", date(2025, 11, 1), choice=choice)
    assert [item.partner.id for item in found.formal] == ["IRN"]


def test_stances_can_be_chosen(store: SqliteStore, reference: Reference) -> None:
    four_partners(store)
    stances = {partner.partner.id: partner.stance for partner in everybody(store, reference)}
    for stance in Stance:
        choice = Choice(stances=frozenset({stance}))
        found = alliances(store, reference, "RUS", LATER, choice=choice).observed
        wanted = [key for key, value in stances.items() if value is stance]
        assert [partner.partner.id for partner in found] == wanted
    assert len(set(stances.values())) > 1
