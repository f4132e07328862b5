"""By when a customer is told of a challenge, and when the rep is reminded of that (M3.5, M7.2, M10.10).

The hours are the customer's own if one of their agreed statements names them ("tell us about any delay within 4
hours"), else the playbook's for the severity. Hours are hours of the clock, unless the statement speaks of business or
working hours.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta

from handlers.method.challenges import MOST_SEVERE, Challenge
from handlers.method.measurables import MeasureRules, Target, read_targets
from handlers.method.working_time import A_DAY, WorkingTime
from prompts.challenge_rules import ChallengeRules
from prompts.measures import What

NIGHT_BEGINS, NIGHT_ENDS = time(22), time(7)
"""Local times between which nobody is reminded, except of the worst."""
BEFORE_THE_NIGHT = timedelta(minutes=30)
CLOSE_TOGETHER = timedelta(minutes=15)
"""Two reminders as close as this are one."""
MINUTE = timedelta(minutes=1)
MOST_DAYS = 30
"""A longer time is none in which to tell of a problem."""
MOST_HOURS = MOST_DAYS * 24

_SENTENCE_ENDS = re.compile(r"[.;!?\n]+(?:\s|$)")
_CLAUSE_ENDS = re.compile(r",|\s(?:and|but)\s", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class AgreedSpan:
    """How long the rep has to tell of a problem, by a statement. `working`: in working hours or days.

    No days are the rest of the same day.
    """

    statement_id: int
    number: float
    unit: str
    working: bool = False


@dataclass(frozen=True, slots=True)
class TellBy:
    """By when to tell the customer, in UTC, and the statement that says so; None if it is the playbook's time."""

    at: datetime
    agreed_in: int | None = None


def agreed_spans(wordings: Iterable[tuple[int, str]], words: ChallengeRules, rules: MeasureRules) -> list[AgreedSpan]:
    """Read from agreed statements (id and wording) how soon the customer wants to hear of problems."""
    return [span for statement_id, wording in wordings for span in _spans(statement_id, wording, words, rules)]


def tell_by(
    discovered_at: datetime, severity: int, spans: Iterable[AgreedSpan], words: ChallengeRules, work: WorkingTime
) -> TellBy:
    """The strictest of the agreed times; without any, the playbook's for the severity.

    A working hour is one of the rep's; days away count, because the customer's agreement does not pause.
    """
    agreed = [TellBy(_end(discovered_at, span, work), span.statement_id) for span in spans]
    if agreed:
        return min(agreed, key=lambda each: (each.at, each.agreed_in))
    return TellBy(discovered_at.astimezone(UTC) + timedelta(hours=words.tell_hours[severity - 1]))


def tell_reminders(challenge: Challenge, work: WorkingTime, minutes_before: int) -> list[datetime | None]:
    """When to remind the rep at half time, and before the end: in UTC; None if no moment suits.

    In working hours, if one of them comes before the end. Else at the time itself, but never at night, unless it is
    the worst.
    """
    begin, end = challenge.discovered_at, challenge.tell_by
    before = min(timedelta(minutes=minutes_before), (end - begin) / 4)
    half = _suitable(begin + (end - begin) / 2, challenge, work)
    last = _suitable(end - before, challenge, work)
    if half is not None and last is not None and last - half < CLOSE_TOGETHER:
        half = None
    return [half, last]


def may_interrupt(challenge: Challenge, work: WorkingTime, now: datetime) -> bool:
    """Whether the rep may be reminded at this moment to tell the customer."""
    if work.includes(now):
        return True
    if challenge.tell_by > work.next(now):
        return False
    return challenge.severity >= MOST_SEVERE or not _is_night(now, work)


def _suitable(wanted: datetime, challenge: Challenge, work: WorkingTime) -> datetime | None:
    if may_interrupt(challenge, work, wanted):
        return wanted.astimezone(UTC)
    at_work = work.next(wanted)
    if at_work < challenge.tell_by:
        return at_work
    moments = _around_the_night(wanted, work)
    possible = (at for at in moments if challenge.discovered_at < at < challenge.tell_by)
    return next((at for at in possible if may_interrupt(challenge, work, at)), None)


def _around_the_night(moment: datetime, work: WorkingTime) -> Iterator[datetime]:
    """The end of the night of that moment, and the evening before, in UTC."""
    local = moment.astimezone(work.local)
    morning = local.date() if local.time() < NIGHT_ENDS else local.date() + A_DAY
    yield datetime.combine(morning, NIGHT_ENDS, tzinfo=work.local).astimezone(UTC)
    yield datetime.combine(morning - A_DAY, NIGHT_BEGINS, tzinfo=work.local).astimezone(UTC) - BEFORE_THE_NIGHT


def _is_night(moment: datetime, work: WorkingTime) -> bool:
    clock = moment.astimezone(work.local).time()
    return clock >= NIGHT_BEGINS or clock < NIGHT_ENDS


def _end(begin: datetime, span: AgreedSpan, work: WorkingTime) -> datetime:
    if span.unit != "day":
        length = timedelta(hours=span.number) if span.unit == "hour" else timedelta(minutes=span.number)
        return _after_work(begin, length, work) if span.working else begin.astimezone(UTC) + length
    if not span.number:
        return _end_of_day(begin, work, working=span.working)
    days = max(1, round(span.number))
    if not span.working:
        local = begin.astimezone(work.local)
        return datetime.combine(local.date() + days * A_DAY, local.time(), tzinfo=work.local).astimezone(UTC)
    present = replace(work, away_until=None)
    started = present.next(begin).astimezone(work.local)
    return present.on(present.day_after(started.date(), days), started.time())


def _end_of_day(begin: datetime, work: WorkingTime, *, working: bool) -> datetime:
    """The end of this day; of a working day, the end of work, on the next one if it is over."""
    if not working:
        return work.day_of(begin)[1]
    day = replace(work, away_until=None).next(begin).astimezone(work.local).date()
    return datetime.combine(day, work.hours.ends, tzinfo=work.local).astimezone(UTC)


def _after_work(begin: datetime, length: timedelta, work: WorkingTime) -> datetime:
    """When so much has been worked: the end of a day is one, and not the start of the next."""
    return replace(work, away_until=None).after(begin, max(length - MINUTE, timedelta(0))) + MINUTE


def _spans(statement_id: int, wording: str, words: ChallengeRules, rules: MeasureRules) -> Iterator[AgreedSpan]:
    """The times in sentences that speak of telling and of problems. How soon those are mended is another promise."""
    for sentence in _SENTENCE_ENDS.split(wording):
        if not (_has(sentence, words.telling) and _has(sentence, words.problems)):
            continue
        clauses = [
            clause
            for clause in _CLAUSE_ENDS.split(sentence)
            if (_has(clause, words.telling) or _has(clause, words.problems)) and not _has(clause, words.mending)
        ]
        found = [target for clause in clauses for target in _durations(clause, rules)]
        if not found and not _has(sentence, words.mending):
            found = _durations(sentence, rules)
        for target in found:
            number = float(target.number or 0)
            yield AgreedSpan(statement_id, number, target.unit or "", _has(target.text, words.working))
        for said, number, unit in (
            (words.within_the_hour, 1, "hour"),
            (words.same_day, 0, "day"),
            (words.next_day, 1, "day"),
        ):
            text = next(filter(None, (_found(clause, said) for clause in clauses)), None)
            if text is not None and not found:
                yield AgreedSpan(statement_id, number, unit, _has(text, words.working))


def _durations(text: str, rules: MeasureRules) -> list[Target]:
    most = {"minute": MOST_HOURS * 60, "hour": MOST_HOURS, "day": MOST_DAYS}
    return [
        target
        for target in read_targets(text, rules)
        if target.what is What.DURATION
        and target.unit in most
        and target.number is not None
        and 0 < target.number <= most[target.unit]
    ]


def _has(text: str, words: Iterable[str]) -> bool:
    """Whether one of these words is in the text, as a whole word."""
    return _found(text, words) is not None


def _found(text: str, words: Iterable[str]) -> str | None:
    """The first of these words in the text, as a whole word."""
    found = re.search(rf"\b(?:{'|'.join(re.escape(word) for word in words)})\b", text, re.IGNORECASE)
    return None if found is None else found[0]
