"""A message shape dismissed twice is asked about less in that workspace; no word of it is stored."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from handlers.deal import learned_dismissals
from handlers.detection import Cue, Decision, Detection
from storage.models import DismissedShape
from tests.handlers.world import ELSEWHERE, WORKSPACE, World

CUES = ("a rep closed it", "a customer's name")


def decide_again(
    world: World,
    decision: Decision = Decision.SURE,
    *,
    cues: tuple[str, ...] = CUES,
    amount: str | None = "45000",
    by_app: bool = False,
    workspace: str = WORKSPACE,
) -> Decision:
    """The decision on another message of that shape."""
    detection = Detection(
        decision,
        0.9,
        amount=None if amount is None else Decimal(amount),
        cues=tuple(Cue(name, 2.0, "another excerpt") for name in cues),
    )

    def read(session: Session) -> Decision:
        return learned_dismissals.adjust_decision(session, "slack", workspace, detection, by_app).decision

    return world.database.read_sync(read)


def dismissed(world: World, customer: str) -> int:
    deal = world.a_deal(customer, cues=CUES)
    world.dismiss(deal)
    return deal


def counts(world: World) -> list[tuple[str, int]]:
    return [(row.shape, row.count) for row in world.all(DismissedShape)]


def test_a_shape_dismissed_twice_is_asked_about_less(world: World) -> None:
    dismissed(world, "Northwind")
    assert decide_again(world) is Decision.SURE

    dismissed(world, "Contoso")

    assert decide_again(world, Decision.SURE) is Decision.MAYBE
    assert decide_again(world, Decision.MAYBE) is Decision.NO
    assert decide_again(world, Decision.NO) is Decision.NO
    assert counts(world) == [("person|amount|a customer's name|a rep closed it", 2)]


def test_other_shapes_and_other_workspaces_are_not_affected(world: World) -> None:
    dismissed(world, "Northwind")
    dismissed(world, "Contoso")
    world.a_deal(workspace=ELSEWHERE)

    assert decide_again(world, cues=(*CUES, "fresh")) is Decision.SURE
    assert decide_again(world, amount=None) is Decision.SURE
    assert decide_again(world, by_app=True) is Decision.SURE
    assert decide_again(world, workspace=ELSEWHERE) is Decision.SURE
    assert decide_again(world, workspace="T_UNKNOWN") is Decision.SURE
    assert decide_again(world, cues=CUES[::-1]) is Decision.MAYBE


def test_undoing_a_dismissal_counts_down_and_repeats_do_not_count(world: World) -> None:
    first, second = dismissed(world, "Northwind"), dismissed(world, "Contoso")
    world.dismiss(first)
    assert [count for _, count in counts(world)] == [2]

    world.confirm_deal(second)
    world.confirm_deal(second)

    assert [count for _, count in counts(world)] == [1]
    assert decide_again(world) is Decision.SURE
    world.dismiss(second)
    assert decide_again(world) is Decision.MAYBE


def suspected(world: World, customer: str) -> int:
    return world.a_deal(customer, cues=CUES, decision=Decision.MAYBE)


def test_confirmations_count_a_shape_down(world: World) -> None:
    dismissed(world, "Northwind")
    dismissed(world, "Contoso")
    assert decide_again(world) is Decision.MAYBE

    confirmed = suspected(world, "Fabrikam")
    world.confirm_deal(confirmed)
    world.confirm_deal(confirmed)
    assert [count for _, count in counts(world)] == [1]
    assert decide_again(world) is Decision.SURE

    world.capture(world.a_deal("Tailspin", cues=CUES))
    assert [count for _, count in counts(world)] == [0]


def test_a_deal_counts_once_whatever_its_answers_are(world: World) -> None:
    dismissed(world, "Northwind")
    dismissed(world, "Contoso")
    deal = suspected(world, "Fabrikam")
    found = []
    for says in (world.confirm_deal, world.capture, world.dismiss, world.confirm_deal, world.dismiss):
        says(deal)
        found.append(counts(world)[0][1])

    assert found == [1, 1, 3, 2, 3]


def test_confirming_a_shape_that_nobody_dismissed_counts_nothing(world: World) -> None:
    deal = suspected(world, "Northwind")
    world.confirm_deal(deal)
    assert counts(world) == []

    world.dismiss(deal)
    assert [count for _, count in counts(world)] == [1]


def test_dismissing_a_deal_with_a_deleted_message_does_not_count(world: World) -> None:
    message = world.new_message()
    deal = world.a_deal(message=message, cues=CUES)
    world.delete(message)
    world.dismiss(deal)
    assert counts(world) == []

    world.confirm_deal(deal)
    assert counts(world) == []


@pytest.mark.parametrize("word", ["Northwind", "excerpt", "U_ANNA"])
def test_a_shape_has_no_word_of_the_message_and_no_person(world: World, word: str) -> None:
    dismissed(world, "Northwind")

    assert word not in str(counts(world))
