"""A deactivated account gets no reminders, and who manages the wins channel is asked who takes over (M9.4)."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from handlers.screens.team import RepLeft
from handlers.team import departures, handover
from handlers.team.departures import PresenceSeen
from handlers.team.handover import HandoverFilled
from storage import workspaces
from storage.models import OutboxRow, Person
from tests.handlers.world import ANNA, BEN, World

CARA = "U_CARA"
CARDS = ("card", "handed")


def seen(world: World, *, active: bool) -> PresenceSeen:
    return PresenceSeen("slack", world.workspace, ANNA, active)


def changed(world: World, *, active: bool) -> None:
    """What the platform says of Anna's account reaches the handler if it is news."""
    if world.read(lambda session: departures.is_news(session, seen(world, active=active))):
        world.do(departures.presence_seen, seen(world, active=active))


@pytest.fixture
def manager(world: World) -> str:
    """Ben manages the wins channel."""
    world.a_deal("Northwind")

    def manages(session: Session) -> None:
        channel = workspaces.get_or_create_channel(session, "C1", world.now)
        channel.purpose, channel.keeper = "wins", workspaces.get_or_create_person(session, BEN, world.now)

    world.write(manages)
    return BEN


def reminders(world: World) -> list[str]:
    return [row.kind for row in world.all(OutboxRow) if row.state == "queued" and row.kind not in CARDS]


def test_who_left_is_reminded_of_nothing_and_the_manager_is_asked_once(world: World, manager: str) -> None:
    """M9.4."""
    assert "reminder" in reminders(world)

    changed(world, active=False)
    changed(world, active=False)

    assert reminders(world) == ["rep_left"]
    (row,) = [row for row in world.all(OutboxRow) if row.kind == departures.KIND]
    screen = world.read(lambda session: departures.compose_left(session, session.get_one(OutboxRow, row.id)))
    assert isinstance(screen, RepLeft)
    assert ([deal.customer for deal in screen.deals], screen.person) == (["Northwind"], ANNA)
    assert world.read(lambda session: departures.may_hand_over(session, "slack", world.workspace, manager, ANNA))

    world.do(handover.hand_over_deals, HandoverFilled(world.caller(manager), ANNA, CARA, None, "", is_admin=True))
    assert world.read(lambda session: departures.compose_left(session, session.get_one(OutboxRow, row.id))) is None
    assert "reminder" in reminders(world)


def test_who_is_back_is_reminded_again(world: World, manager: str) -> None:
    planned = reminders(world)
    changed(world, active=False)
    changed(world, active=True)

    assert sorted(kind for kind in reminders(world) if kind != departures.KIND) == sorted(planned)
    (anna,) = [person for person in world.all(Person) if person.external_id == ANNA]
    assert anna.left_at is None
    assert not world.read(lambda session: departures.may_hand_over(session, "slack", world.workspace, manager, ANNA))


def test_only_a_manager_of_wins_may_hand_over_and_only_for_those_who_left(world: World, manager: str) -> None:
    def may(person: str) -> bool:
        return world.read(lambda s: departures.may_hand_over(s, "slack", world.workspace, person, ANNA))

    assert not may(manager)
    changed(world, active=False)
    assert [may(manager), may(CARA), may(ANNA)] == [True, False, False]


def test_with_nobody_to_ask_the_messages_stay_planned_and_an_admin_sees_them_fail(world: World) -> None:
    world.a_deal("Northwind")
    planned = reminders(world)
    changed(world, active=False)
    assert reminders(world) == planned


def test_nobody_new_is_stored(world: World) -> None:
    world.a_deal("Northwind", person=BEN)
    changed(world, active=False)
    assert [person.external_id for person in world.all(Person)] == [BEN]
