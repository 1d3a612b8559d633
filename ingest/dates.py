"""When something happened, by the words of its sentence and the day of publication.

Precision is kept: a day, a month, a year, a range; where nothing is said there is no date, never
silently the day of publication. Imports `graph.model`, `clauses`, `document`.
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
_DAY_MONTH = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?\s+({_MONTH})\.?(?:,?\s+(\d{{4}}))?\b")
_MONTH_DAY = re.compile(
    rf"\b({_MONTH})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?(?!\d)(?:,?\s+(\d{{4}}))?\b"
)
_MONTH_YEAR = re.compile(rf"\b({_MONTH})\.?,?\s+(\d{{4}})\b")
_IN_MONTH = re.compile(rf"\b(?:in|since|until|last|this|next|by)\s+({_MONTH})\b")
_IN_YEAR = re.compile(r"\b(?:in|since|during)\s+(1[89]\d\d|20\d\d)\b")
_RELATIVE_DAY = re.compile(r"\b(yesterday|today|tonight|tomorrow|this morning)\b", re.I)
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
            _absolute(text, published, forward)
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
        if above is None or above.index in own:
            words.append(token.text)
    return " ".join(words)


def _verb_above(sentence: Sentence, token: Token) -> Token | None:
    return next((t for t in sentence.ancestors(token) if is_verb(t)), None)


def _absolute(text: str, published: date | None, forward: bool) -> EventDate | None:
    if match := _ISO.search(text):
        return _day(int(match[1]), int(match[2]), int(match[3]))
    for pattern, day_group, month_group in ((_DAY_MONTH, 1, 2), (_MONTH_DAY, 2, 1)):
        if match := pattern.search(text):
            month = _MONTHS[match[month_group]]
            if match[3]:
                return _day(int(match[3]), month, int(match[day_group]))
            if published:
                return _nearest(published, month, int(match[day_group]), forward)
    return None


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
        shift = {"yesterday": -1, "tomorrow": 1}.get(match[1].lower(), 0)
        return EventDate.day(published + timedelta(days=shift))
    if match := _WEEKDAY.search(text):
        return EventDate.day(_weekday(published, match[2], (match[1] or "").lower(), forward))
    if match := _PERIOD.search(text):
        return _period(published, match[1].lower(), match[2].lower())
    return None


def _weekday(published: date, name: str, word: str, forward: bool) -> date:
    back = (published.weekday() - _WEEKDAYS[name.lower()]) % 7
    if word in ("next", "coming") or (forward and word != "last"):
        return published + timedelta(days=(-back) % 7 or 7)
    return published - timedelta(days=back)


def _period(published: date, word: str, unit: str) -> EventDate:
    step = {"last": -1, "this": 0, "next": 1}[word]
    if unit == "week":
        monday = published - timedelta(days=published.weekday()) + timedelta(weeks=step)
        return EventDate(monday, monday + timedelta(days=6), Precision.RANGE)
    if unit == "month":
        months = published.year * 12 + published.month - 1 + step
        return _month(months // 12, months % 12 + 1)
    return _year(published.year + step)


def _rough(text: str, published: date | None, forward: bool) -> EventDate | None:
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
