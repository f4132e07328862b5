"""Admins, and nobody else, see undelivered messages, retry them or cancel them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from handlers.errors import NotNowError
from handlers.reminders import undelivered
from handlers.reminders.undelivered import UndeliveredRequest
from handlers.screens.team import UndeliveredScreen
from storage.models import OutboxRow, Tenant
from tests.handlers.test_compose import next_message, states
from tests.handlers.world import ANNA, BEN, ELSEWHERE, World

HANDLERS = (undelivered.show, undelivered.retry, undelivered.cancel, undelivered.unblock)


def give_up(world: World, workspace: str = "T1") -> int:
    """A deal's card is refused; returns its row id."""
    World(world.database, world.now, workspace).a_deal()

    def refuse(session: Session) -> int:
        waiting = update(OutboxRow).where(OutboxRow.kind == "card", OutboxRow.state == "queued")
        tried = {"attempts": 1, "first_tried_at": world.now, "last_tried_at": world.now}
        values = waiting.values(state="dead", reason="restricted_action", settled_at=world.now, **tried)
        return session.scalars(values.returning(OutboxRow.id)).one()

    found: list[int] = []
    World(world.database, world.now, workspace).write(lambda session: found.append(refuse(session)))
    return found[0]


def ask(
    world: World, handler: Callable[..., UndeliveredScreen] = undelivered.show, row: int = 0, *, event: str = ""
) -> UndeliveredScreen:
    return world.do(handler, UndeliveredRequest(world.caller(BEN, event=event), admin=True, row_id=row))


def test_an_admin_sees_undelivered_messages_and_reasons_but_no_customer(world: World) -> None:
    give_up(world, ELSEWHERE)
    row = give_up(world)

    screen = ask(world)

    assert (screen.blocked, screen.total) == (None, 1)
    (found,) = screen.messages
    assert (found.row_id, found.kind, found.person, found.reason) == (row, "card", ANNA, "restricted_action")
    assert "Northwind" not in str(screen)


@pytest.mark.parametrize("handler", HANDLERS)
def test_only_admins_are_allowed(world: World, handler: Callable[..., UndeliveredScreen]) -> None:
    row = give_up(world)
    before = world.all_rows()

    with pytest.raises(NotNowError, match="admins_only"):
        world.do(handler, UndeliveredRequest(world.caller(BEN), admin=False, row_id=row))

    assert world.all_rows() == before


def test_a_retried_message_is_sent(world: World) -> None:
    row = give_up(world)

    assert ask(world, undelivered.retry, row).messages == ()

    sent = next_message(world)
    assert (sent.row_id, sent.tries is not None) == (
        row,
        True,
    )  # the platform is asked whether it was delivered after all


def test_a_cancelled_message_stores_who_cancelled_it(world: World) -> None:
    row = give_up(world)

    assert ask(world, undelivered.cancel, row).messages == ()

    (cancelled,) = (each for each in world.all(OutboxRow) if each.id == row)
    assert (cancelled.state, cancelled.reason) == ("cancelled", f"given up by {BEN}")


def test_only_undelivered_messages_of_the_own_workspace_can_be_changed(world: World) -> None:
    elsewhere = give_up(world, ELSEWHERE)
    world.a_deal("Contoso")
    (waiting,) = (row.id for row in world.queued("card"))

    for handler in (undelivered.retry, undelivered.cancel):
        for row in (elsewhere, waiting, 999):
            ask(world, handler, row)

    assert states(world, "card") == ["dead", "queued"]


def test_a_redelivered_action_is_applied_once(world: World) -> None:
    row = give_up(world)
    ask(world, undelivered.retry, row, event="tap")
    world.write(lambda session: session.execute(update(OutboxRow).values(state="dead")) and None)

    ask(world, undelivered.retry, row, event="tap")

    assert states(world, "card") == ["dead"]


def test_a_blocked_workspace_can_be_unblocked(world: World) -> None:
    give_up(world)

    def block(session: Session) -> None:
        session.get_one(Tenant, 1).blocked_reason = "token_revoked"

    world.write(block)

    assert ask(world).blocked == "token_revoked"
    assert ask(world, undelivered.unblock).blocked is None
