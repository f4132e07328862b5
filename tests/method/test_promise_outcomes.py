"""What becomes of the promises of a deal: both lists must be met, and the customer's own word earns the referral."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.method.promise_outcomes import MET, PromiseState, SaidBy, TrackedPromise, gaps, outcome_of
from handlers.method.statements import Kind

promises = st.lists(
    st.builds(
        TrackedPromise,
        st.integers(1, 50),
        st.sampled_from(Kind),
        st.just("A call every Friday"),
        st.sampled_from([state for state in PromiseState if state is not PromiseState.RENEGOTIATED]),
        st.sampled_from([*SaidBy, None]),
        st.dates(date(2026, 1, 1), date(2027, 1, 1)) | st.none(),
    ),
    max_size=12,
)


def a_promise(
    state: PromiseState = PromiseState.KEPT, kind: Kind = Kind.EXPECTATION, said_by: SaidBy | None = SaidBy.CUSTOMER
) -> TrackedPromise:
    return TrackedPromise(1, kind, "A call every Friday", state, said_by)


@pytest.mark.parametrize(
    ("found", "met", "earned"),
    [
        ([], False, False),
        ([a_promise(), a_promise(PromiseState.EXCEEDED, Kind.PRIORITY)], True, True),
        ([a_promise(), a_promise(PromiseState.MISSED, Kind.PRIORITY)], False, False),
        ([a_promise(PromiseState.PENDING), a_promise(kind=Kind.PRIORITY)], False, False),
        ([a_promise(said_by=SaidBy.US), a_promise(kind=Kind.PRIORITY)], True, False),
    ],
)
def test_both_lists_are_met_and_the_customers_word_earns_the_referral(
    found: list[TrackedPromise], met: bool, earned: bool
) -> None:
    """M3.3, M5.2, M10.2."""
    outcome = outcome_of(found)
    assert (outcome.both_lists_met, outcome.earned) == (met, earned)


@given(promises)
def test_a_referral_is_earned_exactly_when_there_is_no_gap(found: list[TrackedPromise]) -> None:
    outcome = outcome_of(found)
    assert outcome.earned == (bool(found) and not gaps(found))
    assert outcome.pending + outcome.kept + outcome.exceeded + outcome.missed == len(found)
    assert outcome.earned <= outcome.both_lists_met <= (outcome.pending == 0)


@given(promises)
def test_what_was_missed_comes_first_among_the_gaps(found: list[TrackedPromise]) -> None:
    """M8.4."""
    states = [each.state for each in gaps(found)]
    first = [state for state in states if state is PromiseState.MISSED]
    assert states[: len(first)] == first
    assert all(each.state not in MET or each.said_by is not SaidBy.CUSTOMER for each in gaps(found))
