"""The rules of referrals: closed until earned, one step after the other, and every tap can be undone (M5.2, M10.8)."""

from __future__ import annotations

from dataclasses import astuple
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from handlers.method.referral_words import KnownOfAsk, asking, inviting, thanking
from handlers.method.referrals import (
    ANSWERS,
    ANY_TIME,
    FORWARD,
    AskState,
    AskStep,
    ReferralDates,
    ReferralStep,
    advanced,
    ask_state,
    may_record,
    referral_counts,
    taken_back,
    waiting_since,
)
from prompts.playbook import PLACEHOLDER, playbook

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
steps = st.sampled_from(ReferralStep)


class Introduction(RuleBasedStateMachine):
    """A person whom the customer named, and a rep who taps whatever there is to tap."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOON
        self.dates = ReferralDates(NOON)

    @rule(step=steps, hours=st.integers(0, 500))
    def advance(self, step: ReferralStep, hours: int) -> None:
        self.now += timedelta(hours=hours)
        before, self.dates = self.dates, advanced(self.dates, step, self.now)
        assert advanced(self.dates, step, self.now + timedelta(days=1)) == self.dates  # a second tap changes nothing
        if before.is_open and step in (*FORWARD, ReferralStep.DROPPED):
            order = list(ReferralStep)
            assert order.index(self.dates.step) == max(order.index(before.step), order.index(step))
        else:
            assert self.dates == before

    @rule(step=steps)
    def take_back(self, step: ReferralStep) -> None:
        before, self.dates = self.dates, taken_back(self.dates, step)
        assert (self.dates == before) == (step is not before.step or step is ReferralStep.NAMED)

    @precondition(lambda self: self.dates.following is not None)
    @rule()
    def tap_and_undo(self) -> None:
        following = self.dates.following
        assert following is not None
        assert taken_back(advanced(self.dates, following, self.now), following) == self.dates

    @invariant()
    def each_step_follows_the_one_before(self) -> None:
        made = [at for at in astuple(self.dates)[:4] if at is not None]
        assert made == sorted(made) == list(astuple(self.dates)[: len(made)])
        assert (self.dates.following is None) != self.dates.is_open
        assert NOON <= self.dates.moved_at <= self.now
        assert waiting_since([self.dates]) == (self.dates.moved_at if self.dates.is_open else None)


TestIntroduction = Introduction.TestCase


@given(st.booleans(), st.none() | st.sampled_from(AskStep))
def test_the_ask_is_open_exactly_when_it_is_earned(earned: bool, last: AskStep | None) -> None:
    state = ask_state(earned, last)
    assert (state is AskState.CLOSED) == (not earned)
    assert all(may_record(earned, step) for step in AskStep) == earned
    assert {step for step in ANSWERS if may_record(False, step)} == {AskStep.NOT_NOW, AskStep.DECLINED} < ANY_TIME


@given(st.lists(st.lists(steps, max_size=4), max_size=8), st.none() | st.integers(1, 50))
def test_agreement_against_outcome_counts_each_once(taps: list[list[ReferralStep]], agreed: int | None) -> None:
    found = []
    for each in taps:
        dates = ReferralDates(NOON)
        for step in each:
            dates = advanced(dates, step, NOON)
        found.append(dates)
    counts = referral_counts(agreed, found)
    assert counts.agreed == agreed
    assert counts.got == len(taps) >= counts.introduced >= counts.met >= counts.won


BRACES = "{{ name }} {{ definition }}"


@pytest.mark.parametrize("name", ["Hannah", ""])
@pytest.mark.parametrize(("number", "in_words", "people"), [(1, "one", "one person"), (5, "five", "five people")])
@pytest.mark.parametrize("agreed", [True, False])
def test_the_sentences_are_complete_with_and_without_a_name(
    name: str, number: int, in_words: str, people: str, agreed: bool
) -> None:
    book = playbook()
    known = KnownOfAsk(name, number, in_words, "Somebody with the need.", agreed)
    asked, invited = asking(book, known), inviting(book, known)
    thanked = [thanking(book, step, name, "Jo") for step in ReferralStep if step is not ReferralStep.DROPPED]
    assert people in asked
    assert "somebody with the need." in asked
    assert thanking(book, ReferralStep.DROPPED, name, "Jo") == ""
    for text in (asked, invited, *thanked):
        assert text.startswith("Hannah, " if name else text[0].upper())
        assert not PLACEHOLDER.search(text)
        assert "  " not in text
        assert ".." not in text


def test_what_people_typed_is_never_read_as_a_template() -> None:
    known = KnownOfAsk(BRACES, 2, "two", BRACES, agreed=True)
    assert asking(playbook(), known).count(BRACES) == 2
    assert BRACES in thanking(playbook(), ReferralStep.MET, "Jo", BRACES)
