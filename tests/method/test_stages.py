"""The life of a deal: which stage may follow which, and what the groups of stages mean."""

from __future__ import annotations

from itertools import pairwise

import pytest

from handlers.method.stages import (
    ALIGNED_OR_LATER,
    CALL_TO_MAKE,
    CALL_UNDER_WAY,
    NOT_STOOD_BY,
    WON,
    Stage,
    may_become,
)


def reachable(start: Stage) -> set[Stage]:
    """Every stage that a deal in `start` may come to, `start` included."""
    found = {start}
    while more := {b for a in found for b in Stage if may_become(a, b)} - found:
        found |= more
    return found


def test_no_stage_follows_itself() -> None:
    assert not [stage for stage in Stage if may_become(stage, stage)]


def test_every_stage_can_be_reached_from_the_first_message() -> None:
    assert reachable(Stage.SIGHTED) == set(Stage)


def test_only_a_completed_deal_goes_nowhere_any_more() -> None:
    assert [stage for stage in Stage if reachable(stage) == {stage}] == [Stage.COMPLETED]


def test_a_deal_can_go_the_way_that_the_method_describes() -> None:
    way = ["sighted", "open", "scheduled", "in_call", "aligned", "recapped", "delivering", "completed"]

    assert all(may_become(Stage(a), Stage(b)) for a, b in pairwise(way))


@pytest.mark.parametrize("target", sorted(ALIGNED_OR_LATER))
def test_nobody_is_aligned_who_was_not_in_the_call(target: Stage) -> None:
    before = {stage for stage in Stage if may_become(stage, target)}

    assert before <= ALIGNED_OR_LATER | {Stage.IN_CALL}


def test_a_deal_can_be_called_no_deal_until_it_is_aligned_and_taken_back_into_the_open() -> None:
    assert {stage for stage in Stage if may_become(stage, Stage.DISMISSED)} == CALL_UNDER_WAY | {Stage.SIGHTED}
    assert {stage for stage in Stage if may_become(Stage.DISMISSED, stage)} == {Stage.OPEN, Stage.SIGHTED}


def test_the_call_is_opened_again_after_the_alignment_until_all_is_completed() -> None:
    """M6.3: a correction that comes back reopens what it touches."""
    again = {stage for stage in ALIGNED_OR_LATER if may_become(stage, Stage.IN_CALL)}

    assert again == ALIGNED_OR_LATER - {Stage.COMPLETED}


def test_a_stage_is_either_won_or_not_stood_by_and_the_call_is_either_to_come_or_done() -> None:
    assert set(Stage) == WON | NOT_STOOD_BY
    assert not WON & NOT_STOOD_BY
    assert CALL_UNDER_WAY | ALIGNED_OR_LATER == WON
    assert not CALL_UNDER_WAY & ALIGNED_OR_LATER
    assert CALL_TO_MAKE < CALL_UNDER_WAY
