"""The reminders that a deal needs, when and why: from the deal, its rep's working time and the cadence.

    call to be made   nudge after some working hours, nudge next morning, then the digest (M1.1, sooner by M1.4)
    call planned      a reminder before it, a question after it, nudge next morning, then the digest
    on the call       next morning when the read-back is half finished, then the digest (M4.2)
    aligned           the recap the same day, then the digest (M6.1)
    agreed            promises with a day, before it and on it; promises that recur, on each occasion (M3.1)
                      the next step, on its day (M9.1)
    recap sent        did corrections come (M6.3); a look back (M1.5); the referrals again, if it was "not now" (M5.1);
                      the day of the first result (M10.4); after the last day "all kept?" (M7.3), then the digest
    completed         the referrals that were earned (M5.2); a look back
    a challenge       tell the customer, at half time and before the end (M7.2); the next mornings, until it is solved
                      and the customer says so (M10.9)
    referrals asked   before and after the planned meeting; what they wanted to think about; an introduction that waits

The digest says that a deal waits on one morning, asks at the start of the next week what to do about it, asks again in
the weeks after, and then is silent: the same line on every day is no reminder.

There is no clock and no database here. The list does not depend on `now`, except for recurring reminders, of which only
the last and the next are returned.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from handlers.method.challenge_clock import tell_reminders
from handlers.method.challenges import Challenge, ChallengeState
from handlers.method.customer_hours import first_common
from handlers.method.recurrence import Recurrence, occasions
from handlers.method.reminder_profiles import STANDARD, ProfileRules
from handlers.method.stages import CALL_TO_MAKE, KEEPING, RECAPPED_OR_LATER, Stage
from handlers.method.urgency import Level, urgency
from handlers.method.working_time import A_DAY, WorkingTime
from prompts.cadence import Cadence

LATE = timedelta(days=14)
"""How long a reminder of a recurring promise that could not be sent stays in the plan."""
BEFORE_THE_END_OF_WORK = timedelta(minutes=30)
SOME_DAY = date(2000, 1, 1)
MORNINGS_OF_A_CHALLENGE = (1, 2, 5, 10)
"""The working days after a step on which the rep is asked for the next one. Nobody is asked about it for ever."""
AGREED = frozenset({Stage.IN_CALL, Stage.ALIGNED, Stage.RECAPPED, Stage.DELIVERING})
"""The stages in which what the customer agreed to is being kept."""


class Kind(StrEnum):
    """The kind of a reminder. The values are kinds of the outbox."""

    CALL = "reminder"
    CALL_SOON = "call_soon"
    CALL_OVER = "call_over"
    READ_BACK = "read_back_open"
    RECAP = "recap_due"
    CORRECTIONS = "corrections"
    PROMISE = "promise"
    UPDATE = "update"
    NEXT_STEP = "next_step"
    REFERRAL = "referral_due"
    REFERRAL_AGAIN = "referral_again"
    LOOK_BACK = "look_back"
    VALUE_DAY = "value_day"
    DIP = "dip"
    OUTCOME_DUE = "outcome_due"
    DIGEST = "digest"
    CHALLENGE_HALF = "challenge_half"
    CHALLENGE_END = "challenge_end"
    CHALLENGE_OPEN = "challenge_open"
    CHALLENGE_CHECK = "challenge_check"
    REFERRAL_SOON = "referral_soon"
    REFERRAL_OVER = "referral_over"
    REFERRAL_SLOT = "referral_slot"
    SELF_CHECK = "self_check"


AT_THE_HOUR = frozenset({Kind.CALL_SOON, Kind.REFERRAL_SOON})
"""Just before what the rep planned for that hour: it comes even outside their working hours."""
OF_A_PERSON = frozenset({Kind.DIGEST, Kind.SELF_CHECK})
"""About no single deal."""


REFERRAL_KINDS = frozenset(
    {Kind.REFERRAL, Kind.REFERRAL_AGAIN, Kind.REFERRAL_SOON, Kind.REFERRAL_OVER, Kind.REFERRAL_SLOT}
)
"""About asking for the referrals that were earned, and following them."""


class DueReason(StrEnum):
    """The reason for the time of a reminder; each has a text, `reminders.why_...`."""

    HOURS = "hours"
    URGENT = "urgent"
    PUT_OFF = "put_off"
    TRY_AGAIN = "try_again"
    MORNING = "morning"
    BEFORE = "before"
    AFTER = "after"
    HALF_DONE = "half_done"
    SAME_DAY = "same_day"
    SILENCE = "silence"
    DAY_NEAR = "day_near"
    DAY_COME = "day_come"
    UNANSWERED = "unanswered"
    AGREED_OFTEN = "agreed_often"
    STEP_DAY = "step_day"
    EARNED = "earned"
    NOT_NOW = "not_now"
    LOOK_BACK = "look_back"
    FIRST_RESULT = "first_result"
    DIP = "dip"
    LAST_DAY = "last_day"
    ALL_SETTLED = "all_settled"
    DAILY = "daily"
    HALF_TIME = "half_time"
    TIME_NEARLY_UP = "time_nearly_up"
    STILL_OPEN = "still_open"
    CALL_BACK = "call_back"
    PRAISED = "praised"
    THINKING = "thinking"
    MEETING_BEFORE = "meeting_before"
    MEETING_AFTER = "meeting_after"
    NOT_MOVED = "not_moved"
    MONTHLY = "monthly"


KEPT_KINDS = frozenset({Kind.PROMISE, Kind.UPDATE})
"""About one promise: they go to who keeps it by name, if somebody does."""
_UNANSWERED = "unanswered "

AFTER_RECAP = frozenset({Kind.CORRECTIONS, Kind.LOOK_BACK, Kind.DIP, Kind.REFERRAL_SLOT})
"""Good to ask, but nobody was promised them: what a profile may leave out, or leave to the weekly digest."""

TELL_KINDS = frozenset({Kind.CHALLENGE_HALF, Kind.CHALLENGE_END})
"""The customer is to be told by a time of day: these may come outside of working hours."""
CHALLENGE_KINDS = TELL_KINDS | {Kind.CHALLENGE_OPEN, Kind.CHALLENGE_CHECK}


@dataclass(frozen=True, slots=True)
class Promise:
    """An active statement, and the date in it."""

    statement_id: int
    day: date


@dataclass(frozen=True, slots=True)
class RecurringPromise:
    """An active statement that recurs; `number` counts the rules of the statement from 0.

    `rule` has the days of its milestones. `agreed_on` and `recap_on` are dates in the rep's zone. `done` are the
    occasions that the rep settled, `moved` those that they put off, with their new day.
    """

    statement_id: int
    rule: Recurrence
    agreed_on: date
    recap_on: date | None
    number: int = 0
    done: frozenset[date] = frozenset()
    moved: Mapping[date, date] = field(default_factory=dict)

    @property
    def ends(self) -> bool:
        """Whether it has a last occasion."""
        return self.rule.ends is not None or self.rule.lasts is not None

    def last_day(self, work: WorkingTime) -> date | None:
        """The day after which it is not due any more; None if it does not end, or has not begun."""
        if self.rule.ends is not None or not self.ends:
            return self.rule.ends
        return max(occasions(self.rule, self.agreed_on, self.recap_on, work, self.agreed_on), default=None)


@dataclass(frozen=True, slots=True)
class AgreedStep:
    """The next step that the rep and the customer agreed on (M9.1): its day, and the id of its entry."""

    entry_id: int
    day: date

    @property
    def name(self) -> str:
        """Identifies its reminder: a step that is moved back to a day is another entry."""
        return f"{self.entry_id} {self.day.isoformat()}"


@dataclass(frozen=True, slots=True)
class ReferralFacts:
    """Where asking for the referrals stands. What is not so is None."""

    agreed: bool = False
    """The customer agreed to give some (M5.1)."""
    earned_at: datetime | None = None
    """Since when every promise is met, by the customer's own word (M5.2)."""
    not_now_at: datetime | None = None
    """When the customer last answered "not now"."""
    asked_at: datetime | None = None
    """The newest answer to the ask for what was earned, whatever it was."""
    thinking: bool = False
    """That answer was that they think about it."""
    meeting_at: datetime | None = None
    praised_at: datetime | None = None
    """When the customer last complimented the rep: the best moment to ask."""
    waiting_since: datetime | None = None
    """Since when an introduction has not moved."""


@dataclass(frozen=True, slots=True)
class DealSnapshot:
    """The facts of a deal that reminders depend on. `quiet`: it is in doubt, or the rep stopped its reminders."""

    stage: Stage
    since: datetime
    closed_at: datetime
    sellers: int | None = None
    call_at: datetime | None = None
    snoozed_until: datetime | None = None
    theirs: ZoneInfo | None = None
    """The time zone of the customer who is called, if it is known."""
    tried: bool = False
    """Whether `snoozed_until` is when to try again to reach the customer."""
    recap_sent_at: datetime | None = None
    promises: tuple[Promise, ...] = ()
    recurring: tuple[RecurringPromise, ...] = ()
    step: AgreedStep | None = None
    referral: ReferralFacts = ReferralFacts()
    challenges: tuple[Challenge, ...] = ()
    """Those that are open."""
    pending: int = 0
    """How many promises are open; `promises` and `recurring` have only those."""
    settled_at: datetime | None = None
    """When the last of the promises was settled; None while one is pending."""
    last_day: date | None = None
    """The last day that a promise names or on which one recurs; None if there is none."""
    looked_back: frozenset[int] = frozenset()
    """The look backs, in days after the recap, that the rep has answered."""
    value_on: date | None = None
    """The day of the customer's first result; None if it is unknown, or the rep has answered that reminder."""
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class DueReminder:
    """A reminder: its kind, time (UTC) and reason. `of` identifies it among those of its kind and deal, and is stable.

    `nth` counts the nudges for one call, and the digests that tell of a deal, from 1; `statement_id` is that of a
    promise, `occasion` is the day on which a recurring one is due, by the rule `number` of the statement. `last`: no
    digest after this one tells of the deal.
    """

    kind: Kind
    at: datetime
    why: DueReason
    of: str
    nth: int = 0
    statement_id: int | None = None
    occasion: date | None = None
    number: int = 0
    last: bool = False
    challenge_id: int | None = None


def due_reminders(
    deal: DealSnapshot,
    reminded: bool,
    work: WorkingTime,
    cadence: Cadence,
    now: datetime,
    rules: ProfileRules = STANDARD,
) -> list[DueReminder]:
    """Return the reminders of the deal, past ones included, by time. `reminded`: the rep wants reminders."""
    if deal.quiet or not reminded:
        return []
    wanted = [each for each in _due(deal, work, cadence, now, rules) if _is_wanted(each, rules)]
    return sorted(wanted, key=lambda each: (each.at, each.kind))


def for_the_rep(theirs: Sequence[DueReminder], work: WorkingTime) -> list[DueReminder]:
    """What the rep is told on the next morning of each due promise that its keeper has not answered.

    `theirs` are the keepers' reminders; the reminder that a day is near needs no answer. `work` is the rep's.
    """
    return [
        replace(each, at=work.morning_after(each.at), why=DueReason.UNANSWERED, of=f"{_UNANSWERED}{each.of}")
        for each in theirs
        if each.why is not DueReason.DAY_NEAR
    ]


def is_unanswered(of: str) -> bool:
    """Whether a reminder with this name tells the rep what a keeper has not answered."""
    return of.startswith(_UNANSWERED)


def next_digest(reminders: Sequence[DueReminder], now: datetime) -> DueReminder | None:
    """The next digest that tells of the deal; None if it is silent from now on."""
    return next((each for each in reminders if each.kind is Kind.DIGEST and each.at > now), None)


def latest_digest(reminders: Sequence[DueReminder], now: datetime) -> DueReminder | None:
    """The last digest up to now that was to tell of the deal."""
    return next((each for each in reversed(reminders) if each.kind is Kind.DIGEST and each.at <= now), None)


def _is_wanted(each: DueReminder, rules: ProfileRules) -> bool:
    if each.kind is Kind.CALL:
        return each.nth <= rules.call_nudges
    return rules.after_recap or each.kind not in AFTER_RECAP


def _due(
    deal: DealSnapshot, work: WorkingTime, cadence: Cadence, now: datetime, rules: ProfileRules
) -> Iterator[DueReminder]:
    if deal.stage in CALL_TO_MAKE:
        yield from _call(deal, work, cadence, rules)
    elif deal.stage is Stage.IN_CALL:
        at = work.morning_after(deal.since)
        yield DueReminder(Kind.READ_BACK, at, DueReason.HALF_DONE, _name(deal.since))
        yield from _digests(work, at, rules)
    elif deal.stage is Stage.ALIGNED:
        at = _same_day(deal.since, work, cadence)
        yield DueReminder(Kind.RECAP, at, DueReason.SAME_DAY, _name(deal.since))
        yield from _digests(work, at, rules)
    elif deal.stage is Stage.RECAPPED:
        yield _corrections(deal, work, cadence)
    if deal.stage in AGREED:
        yield from _agreed(deal, work, cadence, now)
    if deal.stage in RECAPPED_OR_LATER:
        yield from _after_recap(deal, work, cadence, rules)


def _after_recap(deal: DealSnapshot, work: WorkingTime, cadence: Cadence, rules: ProfileRules) -> Iterator[DueReminder]:
    if deal.stage in KEEPING:
        yield from _outcome(deal, work, cadence, rules)
    yield from _looking_back(deal, work, cadence)
    yield from _referrals(deal, work, cadence)


def _referrals(deal: DealSnapshot, work: WorkingTime, cadence: Cadence) -> Iterator[DueReminder]:
    """One thing at a time: the planned meeting, else the answer that is awaited, else the first ask.

    What was earned is only asked for while it is: after a promise was missed, when it is met again.
    """
    facts, earned = deal.referral, deal.referral.earned_at

    def morning(moment: datetime, days: int) -> datetime:
        return work.on(work.day_after(_day(moment, work), days), work.hours.starts)

    if facts.waiting_since is not None:
        at = morning(facts.waiting_since, cadence.referral_slot_after_days)
        yield DueReminder(Kind.REFERRAL_SLOT, at, DueReason.NOT_MOVED, _name(facts.waiting_since))
    if facts.not_now_at is not None and facts.asked_at is None and facts.meeting_at is None:  # before it was earned
        at = morning(facts.not_now_at, cadence.referral_again_after_days)
        yield DueReminder(Kind.REFERRAL_AGAIN, at, DueReason.NOT_NOW, _name(facts.not_now_at))
        return
    if earned is None:
        return
    since_earned = morning(earned, cadence.referral_after_days)
    if facts.meeting_at is not None:
        name, meeting = _name(facts.meeting_at), facts.meeting_at
        before, later = timedelta(minutes=cadence.minutes_before), timedelta(minutes=cadence.minutes_after)
        over = work.next(meeting + later) if earned <= meeting else since_earned
        again = morning(over, cadence.referral_slot_after_days)
        yield DueReminder(Kind.REFERRAL_SOON, meeting - before, DueReason.MEETING_BEFORE, name)
        yield DueReminder(Kind.REFERRAL_OVER, over, DueReason.MEETING_AFTER, name)
        yield DueReminder(Kind.REFERRAL_OVER, again, DueReason.MEETING_AFTER, f"{name} 2")
    elif facts.asked_at is not None and (facts.not_now_at is not None or facts.thinking):
        days = cadence.referral_thinking_after_days if facts.thinking else cadence.referral_again_after_days
        why = DueReason.THINKING if facts.thinking else DueReason.NOT_NOW
        at = max(morning(facts.asked_at, days), since_earned)
        yield DueReminder(Kind.REFERRAL_AGAIN, at, why, _name(facts.asked_at))
    elif facts.asked_at is None:
        completed = facts.agreed and deal.stage is Stage.COMPLETED
        moment = deal.since if completed else facts.praised_at
        if moment is not None:
            at = max(morning(moment, cadence.referral_after_days), since_earned)
            yield DueReminder(Kind.REFERRAL, at, DueReason.EARNED if completed else DueReason.PRAISED, _name(moment))


def _agreed(deal: DealSnapshot, work: WorkingTime, cadence: Cadence, now: datetime) -> Iterator[DueReminder]:
    """What was agreed with the customer, promises and the next step, and what stands in their way."""
    yield from _dated(deal, work, cadence)
    for promise in deal.recurring:
        yield from _recurring(promise, work, cadence, now)
    if deal.step is not None:
        at = _on_or_before(deal.step.day, work)
        yield DueReminder(Kind.NEXT_STEP, at, DueReason.STEP_DAY, deal.step.name)
    for challenge in deal.challenges:
        yield from challenge_reminders(challenge, work, cadence)


def _call(deal: DealSnapshot, work: WorkingTime, cadence: Cadence, rules: ProfileRules) -> Iterator[DueReminder]:
    """Two nudges, then the digest. For a planned call, the question after its time is the first of them."""
    asked, ended = deal.since, []
    if deal.call_at is not None:
        asked = deal.call_at
        before, after = timedelta(minutes=cadence.minutes_before), timedelta(minutes=cadence.minutes_after)
        over = work.next(deal.call_at + after)
        ended.append(over)
        # The rep chose this time, so the reminder before it comes even outside working hours.
        yield DueReminder(Kind.CALL_SOON, deal.call_at - before, DueReason.BEFORE, _name(asked))
        yield DueReminder(Kind.CALL_OVER, over, DueReason.AFTER, _name(asked))
    if deal.snoozed_until is not None:
        asked, first = deal.snoozed_until, work.next(deal.snoozed_until)
        why = DueReason.TRY_AGAIN if deal.tried else DueReason.PUT_OFF
    else:
        level = urgency(deal.closed_at, asked, deal.sellers).level
        first = work.after(asked, timedelta(hours=_first_hours(level, cadence)))
        why = DueReason.HOURS if level is Level.TODAY else DueReason.URGENT
    first = first_common(first, work, deal.theirs) or first
    second = work.morning_after(first)
    second = first_common(second, work, deal.theirs) or second
    if deal.call_at is None or deal.snoozed_until is not None:
        yield DueReminder(Kind.CALL, first, why, f"{_name(asked)} 1", nth=1)
    yield DueReminder(Kind.CALL, second, DueReason.MORNING, f"{_name(asked)} 2", nth=2)
    ended.append(second if rules.call_nudges > 1 else first)
    yield from _digests(work, max(ended), rules)


def _first_hours(level: Level, cadence: Cadence) -> int:
    match level:
        case Level.TODAY:
            return cadence.fresh_hours
        case Level.SOON_BLURRED:
            return cadence.several_sellers_hours
        case Level.BLURRED | Level.OLD:
            return cadence.blurred_hours


def _digests(work: WorkingTime, after: datetime, rules: ProfileRules) -> Iterator[DueReminder]:
    """When the digest tells of a deal whose own reminders end at `after`: one morning, then weekly, then no more.

    The weekly ones are on the first day of the person's week, so that one digest asks about all their deals.
    """
    first = work.morning_after(after)
    monday = _day(first, work) + (7 - _day(first, work).weekday()) * A_DAY
    mornings = [
        first,
        *(work.on(monday + 7 * week * A_DAY, work.hours.starts) for week in range(rules.weekly_questions)),
    ]
    for nth, at in enumerate(mornings, 1):
        yield DueReminder(Kind.DIGEST, at, DueReason.DAILY, f"{_name(after)} {nth}", nth=nth, last=nth == len(mornings))


def _same_day(since: datetime, work: WorkingTime, cadence: Cadence) -> datetime:
    """The time of the recap on the day of the call, but at least an hour after the call."""
    due_at = datetime.combine(_day(since, work), cadence.recap_due_at, tzinfo=work.local).astimezone(UTC)
    return work.next(max(due_at, since + timedelta(hours=1)))


def _corrections(deal: DealSnapshot, work: WorkingTime, cadence: Cadence) -> DueReminder:
    sent = deal.recap_sent_at or deal.since
    day = work.day_after(_day(sent, work), cadence.corrections_after_days)
    return DueReminder(Kind.CORRECTIONS, work.on(day, work.hours.starts), DueReason.SILENCE, _name(sent))


def _dated(deal: DealSnapshot, work: WorkingTime, cadence: Cadence) -> Iterator[DueReminder]:
    for promise in deal.promises:
        near = work.day_after(promise.day, -cadence.promise_days_before)
        for on, why in ((near, DueReason.DAY_NEAR), (promise.day, DueReason.DAY_COME)):
            name = f"{promise.statement_id} {promise.day.isoformat()} {why}"
            yield DueReminder(Kind.PROMISE, _on_or_before(on, work), why, name, statement_id=promise.statement_id)


def _on_or_before(day: date, work: WorkingTime) -> datetime:
    """The start of work on that day, on the last working day before a day off, or on the day of return."""
    present = replace(work, away_until=None)
    return work.on(day if present.works_on(day) else present.day_after(day, -1), work.hours.starts)


def _recurring(promise: RecurringPromise, work: WorkingTime, cadence: Cadence, now: datetime) -> Iterator[DueReminder]:
    """The last reminder of a recurring promise and the next, and those that were put off.

    Occasions that come to one day, because the rep is away or has days off, have one reminder: of that day's own
    occasion, else of the last one.
    """
    planned: list[DueReminder] = []
    days = occasions(promise.rule, promise.agreed_on, promise.recap_on, work, _day(now, work) - LATE)
    for occasion in days:
        day = None if occasion in promise.done or occasion in promise.moved else _day_of(promise, occasion, work)
        if day is None:
            continue
        at = work.on(day, _clock(promise.rule, work, cadence) if day == occasion else work.hours.starts)
        if planned and _day(planned[-1].at, work) == _day(at, work):
            if planned[-1].occasion == _day(at, work):
                continue
            planned.pop()
        elif planned and planned[-1].at > now:
            break
        planned.append(_occasion(promise, occasion, at))
    coming = [each for each in planned if each.at > now]
    yield from (*[each for each in planned if each.at <= now][-1:], *coming[:1])
    for occasion, day in promise.moved.items():
        at = work.on(day, work.hours.starts)
        is_covered = any(_day(each.at, work) == _day(at, work) for each in coming)
        if occasion not in promise.done and at > now - LATE and not is_covered:
            yield _occasion(promise, occasion, at, moved=True)


def _occasion(promise: RecurringPromise, occasion: date, at: datetime, *, moved: bool = False) -> DueReminder:
    name = f"{promise.statement_id} {promise.number} {occasion.isoformat()}{' moved' if moved else ''}"
    return DueReminder(
        Kind.UPDATE,
        at,
        DueReason.PUT_OFF if moved else DueReason.AGREED_OFTEN,
        name,
        statement_id=promise.statement_id,
        occasion=occasion,
        number=promise.number,
    )


def _day_of(promise: RecurringPromise, occasion: date, work: WorkingTime) -> date | None:
    """The day of the reminder: the occasion itself, unless that is a day off, or due before the rep's day begins.

    Then it is the working day before, so that the promise can still be kept; a promise without a day of its own moves
    to the next working day. Never before the agreement, never after the end. What is promised for every working day
    has none on a day off.
    """
    rule, present = promise.rule, replace(work, away_until=None)
    due_at = rule.at or rule.before
    too_early = due_at is not None and due_at <= work.hours.starts
    if present.works_on(occasion) and not too_early:
        return occasion
    if rule.is_daily and not present.works_on(occasion):
        return None
    before, after = present.day_after(occasion, -1), present.day_after(occasion)
    if present.works_on(occasion):
        days = (before, occasion)
    elif not rule.has_day or (rule.workday and 1 in rule.days):
        days = (after, before)
    else:
        days = (before, after)
    agreed_on = promise.agreed_on if rule.has_day or promise.recap_on is None else promise.recap_on
    return next((day for day in days if agreed_on < day <= (rule.ends or date.max)), None)


def _clock(rule: Recurrence, work: WorkingTime, cadence: Cadence) -> time:
    """The time of day of the reminder, within working hours: shortly before a fixed time, else as early as it may."""
    starts, ends = (datetime.combine(SOME_DAY, clock) for clock in work.hours)
    wanted = starts
    if rule.at is not None:
        wanted = datetime.combine(SOME_DAY, rule.at) - timedelta(minutes=cadence.minutes_before)
    elif rule.after is not None:
        wanted = datetime.combine(SOME_DAY, rule.after)
    return max(starts, min(wanted, ends - BEFORE_THE_END_OF_WORK)).time()


def _outcome(deal: DealSnapshot, work: WorkingTime, cadence: Cadence, rules: ProfileRules) -> Iterator[DueReminder]:
    """Ask whether all was kept once the last day has passed, or to complete the deal; then the digest, weekly.

    What names no day is asked about with the first look back. What recurs without an end has its own reminders.
    """
    sent = deal.recap_sent_at or deal.since
    if deal.settled_at is not None:
        at, why, name = work.morning_after(max(deal.settled_at, sent)), DueReason.ALL_SETTLED, "settled"
    elif deal.pending and all(each.ends for each in deal.recurring):
        day = deal.last_day or _day(sent, work) + cadence.look_back_days[0] * A_DAY
        asked_on = work.day_after(max(day, _day(sent, work)))
        at, why, name = work.on(asked_on, work.hours.starts), DueReason.LAST_DAY, day.isoformat()
    else:
        return
    yield DueReminder(Kind.OUTCOME_DUE, at, why, f"{_name(sent)} {name}")
    yield from (each for each in _digests(work, at, rules) if each.nth > 1)


def _looking_back(deal: DealSnapshot, work: WorkingTime, cadence: Cadence) -> Iterator[DueReminder]:
    """The reminders to think of the next order: some time after the recap, and with the first result (M1.5, M10.4).

    One falls into the dip after the novelty, when learning makes it feel slower (M10.5).
    """
    if deal.value_on is not None:
        yield DueReminder(
            Kind.VALUE_DAY, _on_or_before(deal.value_on, work), DueReason.FIRST_RESULT, deal.value_on.isoformat()
        )
    sent = deal.recap_sent_at or deal.since
    touches = [(Kind.LOOK_BACK, DueReason.LOOK_BACK, days) for days in cadence.look_back_days]
    for kind, why, days in (*touches, (Kind.DIP, DueReason.DIP, cadence.dip_days)):
        if days in deal.looked_back:
            continue
        at = work.on(_day(sent, work) + days * A_DAY, work.hours.starts)
        yield DueReminder(kind, at, why, f"{_name(sent)} {days}", nth=days)


def challenge_reminders(challenge: Challenge, work: WorkingTime, cadence: Cadence) -> Iterator[DueReminder]:
    """What the rep is reminded of about a challenge in its present state, past reminders included."""
    asked, kind, why = challenge.since, Kind.CHALLENGE_OPEN, DueReason.STILL_OPEN
    match challenge.state:
        case ChallengeState.TO_TELL:
            asked, name = challenge.tell_by, f"{challenge.id} {_name(challenge.tell_by)}"
            half, last = tell_reminders(challenge, work, cadence.tell_minutes_before)
            for at, tells, reason in (
                (half, Kind.CHALLENGE_HALF, DueReason.HALF_TIME),
                (last, Kind.CHALLENGE_END, DueReason.TIME_NEARLY_UP),
            ):
                if at is not None:
                    yield DueReminder(tells, at, reason, name, challenge_id=challenge.id)
        case ChallengeState.SOLVED:
            kind, why = Kind.CHALLENGE_CHECK, DueReason.CALL_BACK
        case ChallengeState.CONFIRMED | ChallengeState.WITHDRAWN:
            return
    for nth, days in enumerate(MORNINGS_OF_A_CHALLENGE, 1):
        at = work.on(work.day_after(_day(asked, work), days), work.hours.starts)
        yield DueReminder(kind, at, why, f"{challenge.id} {_name(asked)} {days}", nth=nth, challenge_id=challenge.id)


def _day(moment: datetime, work: WorkingTime) -> date:
    return moment.astimezone(work.local).date()


def _name(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
