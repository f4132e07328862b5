"""Challenges: which step may follow, by when the customer is told, and when the rep is reminded of that."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from handlers.method.challenge_clock import AgreedSpan, agreed_spans, tell_by, tell_reminders
from handlers.method.challenges import (
    Challenge,
    ChallengeState,
    Step,
    StepTaken,
    after_step,
    most_urgent_first,
    steps_from,
)
from handlers.method.measurables import measure_rules
from handlers.method.reminders_due import CHALLENGE_KINDS, Kind, challenge_reminders
from handlers.method.working_time import WorkingTime
from prompts.cadence import Hours, cadence
from prompts.playbook import playbook

RULES = playbook().challenges
BERLIN = ZoneInfo("Europe/Berlin")
WORK = WorkingTime(BERLIN, Hours(time(8, 30), time(18)), frozenset(range(5)))
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)

spans = st.integers(10, 100 * 60).map(lambda minutes: timedelta(minutes=minutes))
moments = st.integers(0, 300 * 24 * 60).map(lambda minutes: NOON + timedelta(minutes=minutes))
severities = st.integers(1, 3)


class OneChallenge(RuleBasedStateMachine):
    """Any steps, in any order: only those that may follow are taken."""

    @initialize(severity=severities, at=moments, span=spans)
    def log(self, severity: int, at: datetime, span: timedelta) -> None:
        self.challenge = Challenge(1, severity, at, at + span)
        self.now = at

    @rule(step=st.sampled_from(Step), later=spans)
    def take(self, step: Step, later: timedelta) -> None:
        state = self.challenge.state
        if step not in steps_from(state):
            with pytest.raises(ValueError, match="does not follow"):
                after_step(state, step)
            return
        self.now += later
        taken = (*self.challenge.steps, StepTaken(step, self.now))
        before = self.challenge
        self.challenge = Challenge(1, before.severity, before.discovered_at, before.tell_by, taken)

    @precondition(lambda self: self.challenge.state is ChallengeState.SOLVED)
    @rule()
    def only_the_customers_word_ends_it(self) -> None:
        assert steps_from(ChallengeState.SOLVED) == {Step.CONFIRMED, Step.REOPENED}

    @invariant()
    def the_customer_hears_of_it_first(self) -> None:
        steps = [taken.step for taken in self.challenge.steps]
        assert steps[:1] in ([], [Step.TOLD], [Step.WITHDRAWN])
        assert steps.count(Step.TOLD) <= 1
        assert (self.challenge.told_in_time is None) == (Step.TOLD not in steps)

    @invariant()
    def each_state_has_a_next_step_with_a_reminder_or_is_settled(self) -> None:
        reminders = list(challenge_reminders(self.challenge, WORK, cadence()))
        assert bool(steps_from(self.challenge.state)) == self.challenge.is_open == bool(reminders)
        assert all(each.kind in CHALLENGE_KINDS and each.at > self.challenge.discovered_at for each in reminders)
        assert len({(each.kind, each.of) for each in reminders}) == len(reminders)


TestOneChallenge = OneChallenge.TestCase


@pytest.mark.parametrize(
    ("wording", "span"),
    [
        ("Tell us about any delay within 4 hours", (4, "hour", False)),
        ("Problems told within 4 hours, by phone", (4, "hour", False)),
        ("We hear of any delay, within 90 minutes", (90, "minute", False)),
        ("We want to know about slips within 4 business hours", (4, "hour", True)),
        ("Bad news inside 2 working days: call us", (2, "day", True)),
        ("Tell us about delays within 1 day and fix them within 2 hours", (1, "day", False)),
        ("Notify us of outages within 30 minutes; repaired in 4 hours", (30, "minute", False)),
        ("If anything goes wrong, we hear within two hours", (2, "hour", False)),
        ("Tell us about any delay the same day", (0, "day", False)),
        ("We hear of problems by the end of the working day", (0, "day", True)),
        ("Call us about delays within the hour, and fix them the same day", (1, "hour", False)),
        ("You tell us about any slip by the next business day", (1, "day", True)),
        ("Problems are fixed the same day", None),
        ("Tell us about problems with the same-day report within 4 hours", (4, "hour", False)),
        ("Every problem is fixed within 4 hours", None),
        ("Response to any issue within 4 hours", None),
        ("A call every Friday until go-live", None),
        ("A call every Friday. No delays of more than 4 hours", None),
        ("Tell us about delays", None),
        ("Tell us about problems in the 24 months of the warranty", None),
    ],
)
def test_what_the_customer_agreed_to(wording: str, span: tuple[float, str, bool] | None) -> None:
    found = agreed_spans([(7, wording)], RULES, measure_rules())
    assert found == ([] if span is None else [AgreedSpan(7, *span)])


@given(moments, severities, st.lists(st.builds(AgreedSpan, st.integers(1, 9), st.integers(1, 9), st.just("hour"))))
def test_the_strictest_agreement_counts(at: datetime, severity: int, agreed: list[AgreedSpan]) -> None:
    """M3.5; without any, the severity (M10.10)."""
    hours = min((span.number for span in agreed), default=RULES.tell_hours[severity - 1])
    assert tell_by(at, severity, agreed, RULES, WORK).at == at + timedelta(hours=hours)


@pytest.mark.parametrize(
    ("at", "working", "end"),
    [
        ("2026-03-02T12:00", False, "2026-03-03T00:00"),
        ("2026-03-02T12:00", True, "2026-03-02T18:00"),
        ("2026-03-02T20:00", False, "2026-03-03T00:00"),
        ("2026-03-06T20:00", True, "2026-03-09T18:00"),  # a Friday evening
    ],
)
def test_the_same_day_ends_at_midnight_and_a_working_day_with_work(at: str, working: bool, end: str) -> None:
    begin, ends = (datetime.fromisoformat(each).replace(tzinfo=BERLIN) for each in (at, end))
    assert tell_by(begin, 1, [AgreedSpan(7, 0, "day", working)], RULES, WORK).at == ends


@given(moments, severities, spans, st.integers(1, 120))
def test_when_the_rep_is_reminded(at: datetime, severity: int, span: timedelta, minutes: int) -> None:
    """Within the time; outside of working hours only if it ends before work begins; at night only of the worst."""
    challenge = Challenge(1, severity, at, at + span)
    found = [each for each in tell_reminders(challenge, WORK, minutes) if each is not None]
    assert found == sorted(found)
    for reminder in found:
        clock = reminder.astimezone(BERLIN).time()
        assert at < reminder < challenge.tell_by
        if not WORK.includes(reminder):
            assert challenge.tell_by <= WORK.next(reminder)
            assert severity == 3 or time(7) <= clock < time(22)
    if WORK.includes(at + span / 2):
        assert found


@given(st.lists(st.builds(Challenge, st.integers(1, 99), severities, moments, moments), max_size=6))
def test_the_customers_who_do_not_know_come_first_by_their_time(found: list[Challenge]) -> None:
    times = [each.tell_by for each in most_urgent_first(found)]
    assert times == sorted(times)


def test_both_reminders_of_a_short_time_are_one() -> None:
    half, last = tell_reminders(Challenge(1, 3, NOON, NOON + timedelta(minutes=20)), WORK, 30)
    assert half is None
    assert last == NOON + timedelta(minutes=15)


def test_an_answer_ends_what_it_answers() -> None:
    told = Challenge(1, 2, NOON, NOON + 8 * HOUR, (StepTaken(Step.TOLD, NOON + HOUR),))
    assert {each.kind for each in challenge_reminders(told, WORK, cadence())} == {Kind.CHALLENGE_OPEN}
    solved = Challenge(1, 2, NOON, told.tell_by, (*told.steps, StepTaken(Step.SOLVED, NOON + 2 * HOUR)))
    first = next(challenge_reminders(solved, WORK, cadence()))
    assert (first.kind, first.at) == (Kind.CHALLENGE_CHECK, datetime(2026, 3, 3, 7, 30, tzinfo=UTC))
