"""The manager's view: who sees it, and what it counts."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.slack.mrkdwn import SlackMarkup
from bot.ui.components import Paragraph
from bot.ui.texts import Texts
from bot.views import manager_view as view
from handlers.challenges import log
from handlers.challenges.log import ChallengeLogged
from handlers.handoff import handing_over
from handlers.handoff.handing_over import DealHanded
from handlers.method.promise_outcomes import MissReason
from handlers.screens.manager_view import ManagerView
from handlers.team import manager_view
from handlers.team.manager_view import ManagerRequest
from storage import workspaces
from tests.handlers.world import ANNA, BEN, WINS, World

TEXTS = Texts(SlackMarkup(), "/firstcall")
MANAGER = "U_MARA"


def look(world: World, person: str = MANAGER, *, admin: bool = False) -> ManagerView | None:
    return world.do(manager_view.show, ManagerRequest(world.caller(person, event=""), admin))


def manages(world: World, person: str, purpose: str) -> None:
    def keep(session: Session) -> None:
        channel = workspaces.get_or_create_channel(session, WINS, world.now)
        channel.keeper_id = workspaces.get_or_create_person(session, person, world.now).id
        channel.purpose = purpose

    world.write(keep)


def test_only_admins_and_managers_of_wins_see_it(world: World) -> None:
    world.a_deal("Northwind")
    assert look(world) is None
    assert look(world, ANNA) is None

    manages(world, MANAGER, "listen")
    assert look(world) is None
    manages(world, MANAGER, "wins")
    assert look(world) is not None
    assert look(world, BEN, admin=True) is not None


def test_it_counts_the_calls_of_the_week_and_names_who_was_not_called(world: World) -> None:
    old = world.a_deal("Old")
    world.advance(days=9)
    for name in ("Contoso", "Fabrikam"):
        world.a_deal(name)
    called = world.a_deal("Northwind")
    world.advance(hours=5)
    world.capture(called)
    world.advance(days=1)

    found = look(world, admin=True)

    assert found is not None
    assert (found.wins, found.called, found.median_hours) == (3, 1, 5)
    assert next((each.deal.id, each.days) for each in found.uncalled) == (old, 10)
    assert found.uncalled_total == 3
    assert not any(each.opens for each in found.uncalled)
    own = look(world, ANNA, admin=True)
    assert own is not None
    assert all(each.opens for each in own.uncalled)


def test_it_counts_what_waits_and_why_promises_were_missed(world: World) -> None:
    first, second = world.a_recapped_deal("Northwind"), world.a_recapped_deal("Contoso")
    world.do(log.save, ChallengeLogged(world.caller(), first, "The scanner is late.", "2", "ours", ""))
    world.do(handing_over.hand_over, DealHanded(world.caller(), first, BEN))
    world.keep_promises(second, "missed", "missed", reason="communication", last=False)

    found = look(world, admin=True)

    assert found is not None
    assert (found.promises_due, found.promises_overdue) == (1, 0)
    assert (found.challenges, found.challenges_overdue) == (1, 0)
    assert (found.without_step, found.handoffs_waiting) == (2, 1)
    assert found.missed == ((MissReason.COMMUNICATION, 2),)
    assert found.kept == 2
    shown = [each.text for each in view.render(found, TEXTS).components if isinstance(each, Paragraph)]
    assert "Missed in 90 days: 2 (poor communication: 2). Kept: 2." in shown[-1]
    assert "The scanner" not in str(shown)
