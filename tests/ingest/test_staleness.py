"""A country is named once when an article it acts in is newer than what is known of it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from graph.model import Event
from graph.reference import Reference, load_reference
from graph.reference.types import Role
from ingest.pipeline import Coded
from ingest.staleness import StaleWatch
from tests.builders import IRN, NATO, RUS, article, event, evidence

AS_OF = load_reference().as_of
LATER = AS_OF + timedelta(days=1)


def told_on(day: date | None, *events: Event) -> Coded:
    text = article(published=day)
    own = tuple(replace(item, evidence=(evidence(text),)) for item in events)
    return Coded(text, own or (event(evidence(text)),), ())


def names(watch: StaleWatch, coded: Coded) -> list[str]:
    return [stale.country.id for stale in watch.look(coded)]


@pytest.fixture
def watch() -> StaleWatch:
    return StaleWatch(load_reference())


def test_an_article_of_the_last_known_day_is_not_too_new(watch: StaleWatch) -> None:
    assert names(watch, told_on(AS_OF)) == []


def test_both_ends_of_an_event_of_the_day_after_are_named(watch: StaleWatch) -> None:
    assert names(watch, told_on(LATER)) == ["RUS", "IRN"]


def test_a_country_is_named_once_in_a_run(watch: StaleWatch) -> None:
    assert names(watch, told_on(LATER)) == ["RUS", "IRN"]
    assert names(watch, told_on(LATER + timedelta(days=9))) == []


def test_an_article_without_a_date_names_nobody(watch: StaleWatch) -> None:
    assert names(watch, told_on(None)) == []


def test_an_article_without_events_names_nobody(watch: StaleWatch) -> None:
    assert names(watch, Coded(article(published=LATER), (), ())) == []


def test_an_organisation_has_no_heads_that_could_be_out_of_date(watch: StaleWatch) -> None:
    some = evidence(article())
    assert names(watch, told_on(LATER, event(some, source=NATO, target=None))) == []


def test_a_head_whose_term_ended_without_a_successor_makes_it_earlier() -> None:
    watch = StaleWatch(_without_a_president_after(date(2020, 5, 1)))
    assert names(watch, told_on(date(2020, 5, 1))) == []
    (stale,) = watch.look(told_on(date(2020, 5, 2)))
    assert (stale.country, stale.known_until) == (RUS, date(2020, 5, 1))
    assert str(stale) == (
        "Russia: offices known until 2020-05-01, an article is of 2020-05-02; "
        "later holders are not known"
    )


def _without_a_president_after(day: date) -> Reference:
    reference = load_reference()
    terms = tuple(
        replace(term, period=replace(term.period, until=day))
        if term.principal == "RUS" and term.role is Role.HEAD_OF_STATE and not term.period.until
        else term
        for term in reference.terms
    )
    return Reference(
        states=reference.states,
        organizations=reference.organizations,
        persons=reference.persons,
        terms=terms,
        groups=reference.groups,
        institutions=reference.institutions,
        commitments=reference.commitments,
        as_of=reference.as_of,
    )


def test_the_names_of_the_builders_are_those_of_the_data() -> None:
    assert load_reference().actor("RUS") == RUS
    assert load_reference().actor("IRN") == IRN
