"""A shape of message that is called no deal twice is asked about less, here and nowhere else; no word of it is kept."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from handlers.deal import learned_dismissals
from handlers.detection import Cue, Decision, Detection
from storage.models import DismissedShape
from tests.handlers.world import ELSEWHERE, WORKSPACE, World

CUES = ("a rep closed it", "a customer's name")


def weighed(
    world: World,
    decision: Decision = Decision.SURE,
    *,
    cues: tuple[str, ...] = CUES,
    amount: str | None = "45000",
    by_app: bool = False,
    workspace: str = WORKSPACE,
) -> Decision:
    """What becomes of another message."""
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


def test_a_shape_that_was_dismissed_twice_is_asked_about_less(world: World) -> None:
    dismissed(world, "Northwind")
    assert weighed(world) is Decision.SURE

    dismissed(world, "Contoso")

    assert weighed(world, Decision.SURE) is Decision.MAYBE
    assert weighed(world, Decision.MAYBE) is Decision.NO
    assert weighed(world, Decision.NO) is Decision.NO
    assert counts(world) == [("person|amount|a customer's name|a rep closed it", 2)]


def test_another_shape_and_another_workspace_have_not_learnt_it(world: World) -> None:
    dismissed(world, "Northwind")
    dismissed(world, "Contoso")
    world.a_deal(workspace=ELSEWHERE)

    assert weighed(world, cues=(*CUES, "fresh")) is Decision.SURE
    assert weighed(world, amount=None) is Decision.SURE
    assert weighed(world, by_app=True) is Decision.SURE
    assert weighed(world, workspace=ELSEWHERE) is Decision.SURE
    assert weighed(world, workspace="T_UNKNOWN") is Decision.SURE
    assert weighed(world, cues=CUES[::-1]) is Decision.MAYBE


def test_taking_it_back_counts_down_and_a_second_tap_counts_nothing(world: World) -> None:
    first, second = dismissed(world, "Northwind"), dismissed(world, "Contoso")
    world.dismiss(first)
    assert [count for _, count in counts(world)] == [2]

    world.stand_by(second)
    world.stand_by(second)

    assert [count for _, count in counts(world)] == [1]
    assert weighed(world) is Decision.SURE
    world.dismiss(second)
    assert weighed(world) is Decision.MAYBE


def suspected(world: World, customer: str) -> int:
    return world.a_deal(customer, cues=CUES, decision=Decision.MAYBE)


def test_a_shape_that_reps_confirm_counts_down_again(world: World) -> None:
    dismissed(world, "Northwind")
    dismissed(world, "Contoso")
    assert weighed(world) is Decision.MAYBE

    confirmed = suspected(world, "Fabrikam")
    world.stand_by(confirmed)
    world.stand_by(confirmed)
    assert [count for _, count in counts(world)] == [1]
    assert weighed(world) is Decision.SURE

    world.capture(world.a_deal("Tailspin", cues=CUES))
    assert [count for _, count in counts(world)] == [0]


def test_a_deal_counts_once_whatever_is_said_of_it_in_turn(world: World) -> None:
    dismissed(world, "Northwind")
    dismissed(world, "Contoso")
    deal = suspected(world, "Fabrikam")
    found = []
    for says in (world.stand_by, world.capture, world.dismiss, world.stand_by, world.dismiss):
        says(deal)
        found.append(counts(world)[0][1])

    assert found == [1, 1, 3, 2, 3]


def test_what_nobody_dismissed_is_not_counted_when_it_is_confirmed(world: World) -> None:
    deal = suspected(world, "Northwind")
    world.stand_by(deal)
    assert counts(world) == []

    world.dismiss(deal)
    assert [count for _, count in counts(world)] == [1]


def test_a_deal_that_fell_through_had_been_read_rightly(world: World) -> None:
    message = world.new_message()
    deal = world.a_deal(message=message, cues=CUES)
    world.delete(message)
    world.dismiss(deal)
    assert counts(world) == []

    world.stand_by(deal)
    assert counts(world) == []


@pytest.mark.parametrize("word", ["Northwind", "excerpt", "U_ANNA"])
def test_a_shape_holds_no_word_of_the_message_and_nobody(world: World, word: str) -> None:
    dismissed(world, "Northwind")

    assert word not in str(counts(world))
