"""When something happened, by the words of its sentence and the day of publication.

Precision is kept: a day, a month, a year, a range; where nothing is said there is no date, never
silently the day of publication. Imports `graph.model`, `clause` and `document`.
"""

import calendar
import re
from datetime import date, timedelta

from graph.model import EventDate, Precision, Status
from ingest.clause import is_verb
from ingest.document import Sentence, Token

_WEEKDAYS = {name.lower(): index for index, name in enumerate(calendar.day_name)}
_MONTHS = {name: index for index, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name: index for index, name in enumerate(calendar.month_abbr) if name} | {"Sept": 9}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
"""With a capital, so that "30 may have died" is no day in May."""

_ISO = re.compile(r"\b(\d{4})-(\d\d)-(\d\d)\b")
_DAY_MONTH = re.compile(
    rf"\b(\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?({_MONTH})\.?(?:,?\s+(\d{{4}}))?\b"
)
_MONTH_DAY = re.compile(
    rf"\b({_MONTH})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?(?!\d)(?:,?\s+(\d{{4}}))?\b"
)
_MONTH_YEAR = re.compile(rf"\b({_MONTH})\.?,?\s+(\d{{4}})\b")
_PART = r"(?:(?:the\s+)?(?:early|mid|late|spring|summer|autumn|winter)\b\s*[-–]?\s*(?:of\s+)?)?"
_IN_MONTH = re.compile(rf"\b(?i:in|since|until|last|this|next|by)\s+{_PART}({_MONTH})\b")
_IN_YEAR = re.compile(rf"\b(?:in|since|during)\s+{_PART}(1[89]\d\d|20\d\d)\b", re.I)
_DAY = r"(\d{1,2})(?:st|nd|rd|th)?"
_OF_YEAR = r"(?:,?\s+(\d{4}))?\b"
_DAYS = (
    re.compile(
        rf"\b{_DAY}(?:\s+(?:of\s+)?({_MONTH})\.?)?\s*(?:to|and|until|[-–—])\s*"
        rf"{_DAY}\s+(?:of\s+)?({_MONTH})\.?{_OF_YEAR}"
    ),
    re.compile(
        rf"\b({_MONTH})\.?\s+{_DAY}\s*(?:to|until|[-–—])\s*({_MONTH})\.?\s+{_DAY}(?!\d){_OF_YEAR}"
    ),
    re.compile(rf"\b({_MONTH})\.?\s+{_DAY}\s*[-–—]\s*()(\d{{1,2}})(?!\d){_OF_YEAR}"),
)
""" "3-5 May", "from 30 April to 2 May"; "January 6 to January 9"; "May 3-5, 2024"."""
_YEARS = re.compile(
    r"\b(?:in|from|between|during)\s+(1[89]\d\d|20\d\d)\s*(?:to|and|until|[-–—])\s*"
    r"(1[89]\d\d|20\d\d)\b",
    re.I,
)
_DECADE = re.compile(r"\b(?:in|during|since)\s+the\s+(1[89]\d0|20\d0)s\b", re.I)
_NUMBERS = {
    word: number
    for number, words in enumerate(
        ("one a an", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"), 1
    )
    for word in words.split()
}
_COUNT = rf"\b(\d{{1,2}}|{'|'.join(_NUMBERS)})\s+(day|week|month|year)s?"
_AGO = re.compile(rf"{_COUNT}\s+ago\b", re.I)
_FROM_NOW = re.compile(rf"\bin\s+{_COUNT}(?!\s+(?:ago|after|before|of))\b", re.I)
_AWAY = re.compile(rf"{_COUNT}\s+(before|after)\s*$", re.I)
_RELATIVE_DAY = re.compile(
    r"\b(day before yesterday|day after tomorrow|yesterday|today|tonight|last night|tomorrow|"
    r"this morning)\b",
    re.I,
)
_SHIFTS = {
    "day before yesterday": -2,
    "yesterday": -1,
    "last night": -1,
    "tomorrow": 1,
    "day after tomorrow": 2,
}
_WEEKDAY = re.compile(rf"\b(next|last|this|coming)?\s*({'|'.join(_WEEKDAYS)})\b", re.I)
_PERIOD = re.compile(r"\b(last|this|next)\s+(week|month|year)\b", re.I)
_ANNOUNCING = frozenset("expect be set schedule due plan slate say".split())
_FORWARD = frozenset([Status.PLANNED, Status.HYPOTHETICAL])


def event_date(text: str, status: Status, published: date | None) -> EventDate | None:
    """Return the date that a stretch of text gives for what it tells, or None.

    A weekday or a month without a year lies at or before `published`, or after it where the
    status looks forward. Relative words need `published`.
    """
    forward = status in _FORWARD
    try:
        return (
            _days(text, published, forward)
            or _absolute(text, published, forward)
            or (published and _relative(text, published, forward))
            or _rough(text, published, forward)
            or None
        )
    except (OverflowError, ValueError):  # beyond the calendar's first or last year
        return None


def date_phrases(sentence: Sentence, verb: Token) -> str:
    """The words of a sentence that may date a verb: its own, not those of other verbs.

    A date belongs to the nearest verb above it. "are expected to meet on Monday": what hangs on a
    verb that only announces counts too.
    """
    own = {verb.index}
    for ancestor in sentence.ancestors(verb):
        if ancestor.lemma not in _ANNOUNCING:
            break
        own.add(ancestor.index)
    words = []
    for token in sentence.tokens:
        above = token if is_verb(token) else _verb_above(sentence, token)
        if (above is None or above.index in own) and not _dates_a_noun(sentence, token):
            words.append(token.text)
    return " ".join(words)


def _dates_a_noun(sentence: Sentence, token: Token) -> bool:
    """ "the first visit since independence in 1921"."""
    return any(
        above.lemma == "since" and sentence.head(above).pos == "NOUN"
        for above in [token, *sentence.ancestors(token)]
    )


def _verb_above(sentence: Sentence, token: Token) -> Token | None:
    return next((t for t in sentence.ancestors(token) if is_verb(t)), None)


def _days(text: str, published: date | None, forward: bool) -> EventDate | None:
    """From one day to another. The year belongs to the last."""
    for pattern in _DAYS:
        match = pattern.search(text)
        if match is None:
            continue
        one, two, three, four, year = match.groups()
        starts_with_month = one in _MONTHS
        first_day, first_month = (two, one) if starts_with_month else (one, two)
        last_day, last_month = (four, three) if starts_with_month else (three, four)
        months = _MONTHS[first_month or last_month], _MONTHS[last_month or first_month]
        last = _in_year(year, months[1], int(last_day), published, forward)
        first = last and _day(last.start.year - (months[0] > months[1]), months[0], int(first_day))
        if first and last and first.start < last.start:
            return EventDate(first.start, last.start, Precision.RANGE)
    return None


def _absolute(text: str, published: date | None, forward: bool) -> EventDate | None:
    if match := _ISO.search(text):
        return _day(int(match[1]), int(match[2]), int(match[3]))
    for pattern, day_group, month_group in ((_DAY_MONTH, 1, 2), (_MONTH_DAY, 2, 1)):
        if match := pattern.search(text):
            month = _MONTHS[match[month_group]]
            found = _in_year(match[3], month, int(match[day_group]), published, forward)
            return found and _moved(text[: match.start()], found)
    return None


def _in_year(
    year: str | None, month: int, day: int, published: date | None, forward: bool
) -> EventDate | None:
    if year:
        return _day(int(year), month, day)
    return _nearest(published, month, day, forward) if published else None


def _moved(before: str, found: EventDate) -> EventDate | None:
    """ "two days after Monday", given the words before the day; None if it is so much as a month
    away."""
    match = _AWAY.search(before)
    if match is None:
        return found
    days = {"day": 1, "week": 7}.get(match[2].lower())
    if days is None:
        return None
    away = timedelta(days=days * _number(match[1]))
    return EventDate.day(found.start + (away if match[3].lower() == "after" else -away))


def _number(word: str) -> int:
    return int(word) if word.isdigit() else _NUMBERS[word.lower()]


def _day(year: int, month: int, day: int) -> EventDate | None:
    try:
        return EventDate.day(date(year, month, day))
    except ValueError:
        return None


def _nearest(published: date, month: int, day: int, forward: bool) -> EventDate | None:
    found = _day(published.year, month, day)
    if found and forward and found.start < published:
        return _day(published.year + 1, month, day)
    if found and not forward and found.start > published + timedelta(days=1):
        return _day(published.year - 1, month, day)
    return found


def _relative(text: str, published: date, forward: bool) -> EventDate | None:
    if match := _RELATIVE_DAY.search(text):
        shift = _SHIFTS.get(match[1].lower(), 0)
        return EventDate.day(published + timedelta(days=shift))
    if match := _WEEKDAY.search(text):
        day = _weekday(published, match[2], (match[1] or "").lower(), forward)
        return _moved(text[: match.start()], EventDate.day(day))
    if match := _PERIOD.search(text):
        step = {"last": -1, "this": 0, "next": 1}[match[1].lower()]
        return _period(published, step, match[2].lower())
    if match := _AGO.search(text):
        return _period(published, -_number(match[1]), match[2].lower())
    if forward and (match := _FROM_NOW.search(text)):
        return _period(published, _number(match[1]), match[2].lower())
    return None


def _weekday(published: date, name: str, word: str, forward: bool) -> date:
    back = (published.weekday() - _WEEKDAYS[name.lower()]) % 7
    if word in ("next", "coming") or (forward and word != "last"):
        return published + timedelta(days=(-back) % 7 or 7)
    return published - timedelta(days=back)


def _period(published: date, step: int, unit: str) -> EventDate:
    """The day, week, month or year that is so many away, as precise as the unit."""
    if unit == "day":
        return EventDate.day(published + timedelta(days=step))
    if unit == "week":
        monday = published - timedelta(days=published.weekday()) + timedelta(weeks=step)
        return EventDate(monday, monday + timedelta(days=6), Precision.RANGE)
    if unit == "month":
        months = published.year * 12 + published.month - 1 + step
        return _month(months // 12, months % 12 + 1)
    return _year(published.year + step)


def _rough(text: str, published: date | None, forward: bool) -> EventDate | None:
    if match := _YEARS.search(text):
        return _from_year_to(int(match[1]), int(match[2]))
    if match := _DECADE.search(text):
        return _from_year_to(int(match[1]), int(match[1]) + 9)
    if match := _MONTH_YEAR.search(text):
        return _month(int(match[2]), _MONTHS[match[1]])
    if published and (match := _IN_MONTH.search(text)):
        month = _MONTHS[match[1]]
        year = published.year
        if forward and month < published.month:
            year += 1
        if not forward and month > published.month:
            year -= 1
        return _month(year, month)
    if match := _IN_YEAR.search(text):
        return _year(int(match[1]))
    return None


def _month(year: int, month: int) -> EventDate:
    last = calendar.monthrange(year, month)[1]
    return EventDate(date(year, month, 1), date(year, month, last), Precision.MONTH)


def _year(year: int) -> EventDate:
    return EventDate(date(year, 1, 1), date(year, 12, 31), Precision.YEAR)


def _from_year_to(first: int, last: int) -> EventDate | None:
    if first >= last:
        return None
    return EventDate(date(first, 1, 1), date(last, 12, 31), Precision.RANGE)
