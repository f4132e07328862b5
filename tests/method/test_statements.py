"""Nothing is agreed by default, every change needs a new answer, and the referral comes last (M3 - M5)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from handlers.method.statements import (
    Kind,
    Said,
    Statement,
    active_statements,
    agreed_counts,
    in_reading_order,
    next_to_read,
    progress,
    referral_may_be_asked,
)
from tests.method.given import a_statement, lists_of_statements


@pytest.mark.parametrize(
    ("said", "settled", "stands"),
    [
        (None, False, True),
        (Said.AGREED, True, True),
        (Said.CORRECTED, False, True),
        (Said.WITHDRAWN, True, False),
    ],
)
def test_only_the_customers_final_answer_settles_a_statement(said: Said | None, settled: bool, stands: bool) -> None:
    """M4.2: agreed or withdrawn; silence and a correction are no agreement."""
    statement = a_statement(said=said)

    assert (statement.settled, statement.active) == (settled, stands)


def test_expectations_are_read_before_priorities_and_each_kind_in_its_order() -> None:
    first, second = a_statement(9, position=1), a_statement(3, position=2)
    top, next_one = (
        a_statement(7, kind=Kind.PRIORITY, position=1),
        a_statement(1, kind=Kind.PRIORITY, position=2),
    )

    assert in_reading_order([next_one, second, top, first]) == [first, second, top, next_one]


def test_statements_with_the_same_position_are_read_by_age() -> None:
    later, earlier = a_statement(2, position=1), a_statement(1, position=1)

    assert in_reading_order([later, earlier]) == [earlier, later]


@given(lists_of_statements())
def test_the_reading_order_is_complete_and_deterministic(statements: list[Statement]) -> None:
    order = in_reading_order(statements)

    assert sorted(order, key=lambda s: s.id) == sorted(statements, key=lambda s: s.id)
    assert in_reading_order(order[::-1]) == order
    assert [s.kind for s in order] == sorted(s.kind for s in order)


@given(lists_of_statements())
def test_the_next_to_read_is_the_first_unsettled_one(statements: list[Statement]) -> None:
    unread = next_to_read(statements)

    assert (unread is None) == all(s.settled for s in statements)
    if unread is not None:
        order = in_reading_order(statements)
        assert not unread.settled
        assert all(s.settled for s in order[: order.index(unread)])


@given(lists_of_statements())
def test_active_statements_are_those_not_withdrawn(statements: list[Statement]) -> None:
    for kind in Kind:
        assert active_statements(statements, kind) == [
            s for s in in_reading_order(statements) if s.kind is kind and s.said is not Said.WITHDRAWN
        ]


@given(lists_of_statements())
def test_the_referral_is_asked_for_once_all_are_settled_and_one_is_agreed(statements: list[Statement]) -> None:
    """M5.1."""
    counts, done = agreed_counts(statements), progress(statements)

    assert counts.expectations + counts.priorities == [s.said for s in statements].count(Said.AGREED)
    assert done.total == len(statements)
    assert done.complete == (bool(statements) and all(s.settled for s in statements))
    assert referral_may_be_asked(statements) == (
        all(s.settled for s in statements) and any(s.said is Said.AGREED for s in statements)
    )


@given(lists_of_statements())
def test_one_new_version_delays_the_referral(statements: list[Statement]) -> None:
    """M4.3: agreement to an older wording does not carry over."""
    agreed = [replace(s, said=Said.AGREED) for s in statements]

    for changed in agreed:
        revised = replace(changed, version=changed.version + 1, said=None)
        assert not referral_may_be_asked([revised if s is changed else s for s in agreed])
        assert next_to_read([revised if s is changed else s for s in agreed]) == revised


def test_no_referral_when_everything_was_withdrawn() -> None:
    assert not referral_may_be_asked([])
    assert not referral_may_be_asked([a_statement(said=Said.WITHDRAWN)])
