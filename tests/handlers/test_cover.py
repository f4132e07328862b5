"""A colleague stands in for a rep: asked, accepted or declined, and back again."""

from __future__ import annotations

import pytest

from handlers.call import card_actions
from handlers.cover import asking
from handlers.cover.asking import CoverFilled, CoverRequest
from handlers.deal.covering import BACK
from handlers.errors import NotYoursError
from handlers.requests import Profile
from handlers.screens.cover import CoverAnswered, CoverAsk
from storage.models import Cover, OutboxRow
from tests.handlers.world import ANNA, BEN, World

CARA = "U_CARA"
TOKYO = Profile("Ben", "Asia/Tokyo")


def ask(world: World, customers: str = "", until: str = "", stand_in: str = BEN) -> CoverAnswered:
    return world.do(asking.ask, CoverFilled(world.caller(), stand_in, TOKYO, customers, until))


def accept(world: World, cover: int, person: str = BEN) -> CoverAsk:
    return world.do(asking.accept, CoverRequest(world.caller(person), cover))


def reminded(world: World, deal: int) -> set[str]:
    """Who has queued reminders of the deal."""
    rows = [row for row in world.all(OutboxRow) if row.state == "queued" and row.deal_id == deal]
    return {
        world.read(lambda session, row=row: session.get_one(OutboxRow, row.id).person.external_id)
        for row in rows
        if row.kind not in ("card", "handed")
    }


def states(world: World) -> list[str]:
    return [row.state for row in world.all(Cover)]


def test_the_deals_pass_with_the_consent_and_come_back_with_the_news(world: World) -> None:
    first, second = world.a_deal("Northwind Dental"), world.a_deal("Contoso")

    asked = ask(world)
    assert (asked.stand_in, asked.state, asked.total) == (BEN, "asked", 2)
    assert reminded(world, first) == {ANNA}
    with pytest.raises(NotYoursError):
        world.click(card_actions.continue_call, first, BEN)

    screen = accept(world, asked.cover_id)
    assert (screen.state, len(screen.briefs)) == ("accepted", 2)
    assert reminded(world, first) == reminded(world, second) == {BEN}
    assert {row.zone for row in world.queued("reminder")} == {"Asia/Tokyo"}
    world.capture(first, person=BEN)
    assert world.deal(first).owner.external_id == ANNA

    world.advance(hours=1)
    world.do(asking.give_back, CoverRequest(world.caller(), asked.cover_id))
    assert states(world) == ["returned", "returned"]
    assert reminded(world, first) == {ANNA}
    with pytest.raises(NotYoursError):
        world.click(card_actions.continue_call, first, BEN)
    assert len(world.queued(BACK)) == 2
