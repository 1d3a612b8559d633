"""The date of an event is what its sentence says, as precisely and no more."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.model import EventDate, Precision, Status
from ingest.dates import event_date

TUESDAY = date(2025, 1, 14)
"""The day of publication."""

DAY, MONTH, YEAR, RANGE = Precision.DAY, Precision.MONTH, Precision.YEAR, Precision.RANGE
DONE, DUE = Status.ASSERTED, Status.PLANNED


def told(text: str, status: Status = DONE, published: date | None = TUESDAY) -> str:
    """The date as text: "2025-01-14", "2025-01-01..2025-01-31 month" or ""."""
    found = event_date(text, status, published)
    if found is None:
        return ""
    if found.start == found.end:
        assert found.precision is DAY
        return str(found.start)
    return f"{found.start}..{found.end} {found.precision}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("They signed it on 2001-03-12.", "2001-03-12"),
        ("They signed it on 12 March 2001.", "2001-03-12"),
        ("They signed it on the 3rd of the month, 3rd March 2001.", "2001-03-03"),
        ("They signed it on March 12, 2001.", "2001-03-12"),
        ("They signed it on March 12th 2001.", "2001-03-12"),
        ("They signed it on Sept. 11, 2001.", "2001-09-11"),
        ("They signed it on 5 Feb 2001.", "2001-02-05"),
        ("They signed it on 30 December.", "2024-12-30"),
        ("They signed it on January 3.", "2025-01-03"),
        ("They signed it on Jan. 14.", "2025-01-14"),
        ("They signed it in March 2001.", "2001-03-01..2001-03-31 month"),
        ("They signed it in February 2004.", "2004-02-01..2004-02-29 month"),
        ("They signed it in November.", "2024-11-01..2024-11-30 month"),
        ("They signed it last December.", "2024-12-01..2024-12-31 month"),
        ("They signed it in 2001.", "2001-01-01..2001-12-31 year"),
        ("They signed it yesterday.", "2025-01-13"),
        ("They signed it today.", "2025-01-14"),
        ("They signed it this morning.", "2025-01-14"),
        ("They met on Tuesday.", "2025-01-14"),
        ("They met on Monday.", "2025-01-13"),
        ("They met on Wednesday.", "2025-01-08"),
        ("They met last Friday.", "2025-01-10"),
        ("They met last week.", "2025-01-06..2025-01-12 range"),
        ("They met this week.", "2025-01-13..2025-01-19 range"),
        ("They met last month.", "2024-12-01..2024-12-31 month"),
        ("They met last year.", "2024-01-01..2024-12-31 year"),
        ("They met this year.", "2025-01-01..2025-12-31 year"),
        ("In 2001, they signed it.", "2001-01-01..2001-12-31 year"),
        ("In May they met.", "2024-05-01..2024-05-31 month"),
        ("They met in late May.", "2024-05-01..2024-05-31 month"),
        ("They met in early 2014.", "2014-01-01..2014-12-31 year"),
        ("They met in mid-2014.", "2014-01-01..2014-12-31 year"),
        ("They met in the summer of 2014.", "2014-01-01..2014-12-31 year"),
        ("They met on the 3rd of May.", "2024-05-03"),
        ("They met on the 3rd of May 2024.", "2024-05-03"),
        ("They met on 3 May.", "2024-05-03"),
        ("They met on Monday, January 6.", "2025-01-06"),
        ("They met on Monday night.", "2025-01-13"),
        ("They met last night.", "2025-01-13"),
        ("They met the day before yesterday.", "2025-01-12"),
        ("They met two days ago.", "2025-01-12"),
        ("They met a week ago.", "2025-01-06..2025-01-12 range"),
        ("They met 3 weeks ago.", "2024-12-23..2024-12-29 range"),
        ("They met a month ago.", "2024-12-01..2024-12-31 month"),
        ("They met two years ago.", "2023-01-01..2023-12-31 year"),
        ("They met two days after 3 May 2024.", "2024-05-05"),
        ("They met two days before Monday.", "2025-01-11"),
        ("They met a week after Sept. 11, 2001.", "2001-09-18"),
    ],
)
def test_what_has_happened_lies_at_or_before_the_day_of_publication(
    text: str, expected: str
) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("They will sign it on 17 January.", "2025-01-17"),
        ("They will sign it on January 3.", "2026-01-03"),
        ("They will sign it on 30 December.", "2025-12-30"),
        ("They will sign it on Friday.", "2025-01-17"),
        ("They will sign it on Monday.", "2025-01-20"),
        ("They will sign it next Tuesday.", "2025-01-21"),
        ("They will sign it tomorrow.", "2025-01-15"),
        ("They will sign it in March.", "2025-03-01..2025-03-31 month"),
        ("They will sign it next week.", "2025-01-20..2025-01-26 range"),
        ("They will sign it next month.", "2025-02-01..2025-02-28 month"),
        ("They will sign it next year.", "2026-01-01..2026-12-31 year"),
        ("They will sign it in 2027.", "2027-01-01..2027-12-31 year"),
        ("They will sign it by June.", "2025-06-01..2025-06-30 month"),
        ("They will sign it in two days.", "2025-01-16"),
        ("They will sign it in three weeks.", "2025-02-03..2025-02-09 range"),
        ("They will sign it in six months.", "2025-07-01..2025-07-31 month"),
        ("They will sign it the day after tomorrow.", "2025-01-16"),
        ("They will sign it later this month.", "2025-01-01..2025-01-31 month"),
        ("They will meet from 3 to 5 May.", "2025-05-03..2025-05-05 range"),
    ],
)
def test_what_is_planned_lies_after_it(text: str, expected: str) -> None:
    assert told(text, DUE) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("They met from 3 to 5 May 2024.", "2024-05-03..2024-05-05 range"),
        ("They met between 3 and 5 May 2024.", "2024-05-03..2024-05-05 range"),
        ("They met on 3-5 May 2024.", "2024-05-03..2024-05-05 range"),
        ("They met on 3 - 5 May 2024.", "2024-05-03..2024-05-05 range"),
        ("They met on May 3-5, 2024.", "2024-05-03..2024-05-05 range"),
        ("They met on May 3–5.", "2024-05-03..2024-05-05 range"),
        ("They met on 3 and 4 May.", "2024-05-03..2024-05-04 range"),
        ("They met from 30 April to 2 May 2024.", "2024-04-30..2024-05-02 range"),
        ("They met from 30 December to 2 January.", "2024-12-30..2025-01-02 range"),
        ("They met from January 6 to January 9.", "2025-01-06..2025-01-09 range"),
        ("They fought from 2014 to 2019.", "2014-01-01..2019-12-31 range"),
        ("They fought between 2014 and 2019.", "2014-01-01..2019-12-31 range"),
        ("They fought in 2014-2015.", "2014-01-01..2015-12-31 range"),
        ("They fought in the 1980s.", "1980-01-01..1989-12-31 range"),
    ],
)
def test_a_range_keeps_both_its_ends(text: str, expected: str) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("On 5 May 2024 to 3 of them it was new.", "2024-05-05"),
        ("They met from 5 to 3 May 2024.", "2024-05-03"),
        ("On May 3 and 20 of them left.", "2024-05-03"),
        ("On May 3 to 20 towns they went.", "2024-05-03"),
        ("They fought from 2019 to 2014.", ""),
    ],
)
def test_numbers_beside_a_date_make_no_range(text: str, expected: str) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "They signed it.",
        "They may sign it.",
        "It cost 2025 dollars.",
        "They signed it on 2001-02-30.",
        "They signed 31 papers.",
        "They may march on Moscow.",
        "Sunny Sundays Ltd signed it.",
        "At least 30 may have died.",
        "They sent a force of 2000 soldiers.",
        "They met two days after.",
        "They met in two days.",
        "They sent aid in two weeks of talks.",
        "They met two months after Monday.",
    ],
)
def test_where_nothing_is_said_there_is_no_date(text: str) -> None:
    assert told(text) == ""


def test_a_month_without_a_year_needs_the_day_of_publication() -> None:
    assert told("They met on 3 March.", published=None) == ""
    assert told("They met on Monday.", published=None) == ""
    assert told("They met last week.", published=None) == ""
    assert told("They met on 3 March 2001.", published=None) == "2001-03-03"
    assert told("They met in 2001.", published=None) == "2001-01-01..2001-12-31 year"


def test_the_turn_of_the_year_is_crossed_both_ways() -> None:
    assert told("They met last month.", published=date(2024, 1, 3)).startswith("2023-12-01")
    assert told("They meet next month.", DUE, date(2024, 12, 3)).startswith("2025-01-01")
    assert told("They met on 29 February.", published=date(2024, 3, 1)) == "2024-02-29"


@given(st.dates(date(1990, 1, 1), date(2030, 12, 31)), st.sampled_from(list(Status)))
def test_a_weekday_is_at_most_a_week_away(published: date, status: Status) -> None:
    found = event_date("They met on Thursday.", status, published)
    assert found is not None
    assert found.start.weekday() == 3
    assert abs(found.start - published) <= timedelta(days=7)


@given(st.dates(date(1990, 1, 1), date(2030, 12, 31)))
def test_a_full_date_is_read_back_whatever_the_day_of_publication(day: date) -> None:
    for text in (f"{day:%d %B %Y}", f"{day:%B %d, %Y}", day.isoformat()):
        assert event_date(f"They met on {text}.", DONE, TUESDAY) == EventDate.day(day)


@given(st.text(max_size=60), st.sampled_from(list(Status)), st.none() | st.dates())
def test_no_text_is_too_odd(text: str, status: Status, published: date | None) -> None:
    event_date(text, status, published)


@pytest.mark.parametrize("published", [date.min, date.max], ids=str)
@pytest.mark.parametrize(
    "words", ["yesterday", "last month", "next year", "Friday", "9 years ago", "in 9 weeks"]
)
def test_the_ends_of_the_calendar_do_no_harm(published: date, words: str) -> None:
    event_date(f"They met {words}.", DONE, published)
    event_date(f"They meet {words}.", DUE, published)
