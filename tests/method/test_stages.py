"""The life of a deal: the transitions between stages, and the groups of stages."""

from __future__ import annotations

from itertools import pairwise

import pytest

from handlers.method.order_changes import TAKEN_BACK
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
    """Every stage that a deal in `start` can reach, `start` included."""
    found = {start}
    while more := {b for a in found for b in Stage if may_become(a, b)} - found:
        found |= more
    return found


def test_no_stage_follows_itself() -> None:
    assert not [stage for stage in Stage if may_become(stage, stage)]


def test_every_stage_can_be_reached_from_the_first_message() -> None:
    assert reachable(Stage.SIGHTED) == set(Stage)


def test_only_a_completed_deal_is_final() -> None:
    assert [stage for stage in Stage if reachable(stage) == {stage}] == [Stage.COMPLETED]


def test_the_path_of_the_method_is_possible() -> None:
    way = ["sighted", "open", "scheduled", "in_call", "aligned", "recapped", "delivering", "completed"]

    assert all(may_become(Stage(a), Stage(b)) for a, b in pairwise(way))


@pytest.mark.parametrize("target", sorted(ALIGNED_OR_LATER))
def test_alignment_needs_the_call(target: Stage) -> None:
    before = {stage for stage in Stage if may_become(stage, target)} - TAKEN_BACK  # these go on where they were

    assert before <= ALIGNED_OR_LATER | {Stage.IN_CALL}


def test_a_deal_can_be_dismissed_until_it_is_aligned_and_restored() -> None:
    assert {stage for stage in Stage if may_become(stage, Stage.DISMISSED)} == CALL_UNDER_WAY | {Stage.SIGHTED}
    assert {stage for stage in Stage if may_become(Stage.DISMISSED, stage)} == {Stage.OPEN, Stage.SIGHTED}


def test_a_correction_reopens_the_call_until_completion() -> None:
    """M6.3: a correction reopens the call."""
    again = {stage for stage in ALIGNED_OR_LATER if may_become(stage, Stage.IN_CALL)}

    assert again == ALIGNED_OR_LATER - {Stage.COMPLETED}


def test_the_groups_of_stages_are_consistent() -> None:
    assert set(Stage) == WON | NOT_STOOD_BY
    assert not WON & NOT_STOOD_BY
    assert CALL_UNDER_WAY | ALIGNED_OR_LATER == WON
    assert not CALL_UNDER_WAY & ALIGNED_OR_LATER
    assert CALL_TO_MAKE < CALL_UNDER_WAY
