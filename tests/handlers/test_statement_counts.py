"""How many SQL statements each screen with a list costs: the same for one deal of each kind, for ten and for fifty."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, event
from sqlalchemy.orm import Session

from handlers.call import deal_search
from handlers.call.deal_search import DealSearch
from handlers.challenges import challenge_list, log
from handlers.challenges.challenge_list import ChallengesRequest
from handlers.challenges.log import ChallengeLogged
from handlers.handoff import handing_over
from handlers.handoff.handing_over import DealHanded
from handlers.home import overview
from handlers.home.overview import HomeRequest
from handlers.reminders import my_reminders
from handlers.reminders.my_reminders import RemindersRequest
from handlers.requests import Caller
from handlers.screens.home import HomeFilter
from handlers.team import manager_view
from handlers.team.manager_view import ManagerRequest
from tests.handlers.many_deals import copy_deals
from tests.handlers.world import BEN, World

Screen = Callable[[Session, Caller, datetime], Any]

SCREENS: dict[str, Screen] = {
    "home": lambda session, caller, now: overview.show(session, HomeRequest(caller), now),
    "home done": lambda session, caller, now: overview.show(session, HomeRequest(caller, HomeFilter.DONE), now),
    "list": lambda session, caller, now: deal_search.my_deals(session, DealSearch(caller), now),
    "list northwind": lambda session, caller, now: deal_search.my_deals(session, DealSearch(caller, "northwind"), now),
    "team": lambda session, caller, now: manager_view.show(session, ManagerRequest(caller, True), now),
    "challenges": lambda session, caller, now: challenge_list.show(session, ChallengesRequest(caller), now),
    "reminders": lambda session, caller, now: my_reminders.show(session, RemindersRequest(caller), now),
}
STATEMENTS = {
    #                  to call  promised
    "home": (33, 37),
    "home done": (35, 36),
    "list": (26, 26),
    "list northwind": (26, 26),
    "team": (19, 20),
    "challenges": (8, 12),
    "reminders": (6, 6),
}
"""By screen: the statements from the request to what is shown, of deals to call, and of deals with promises."""
KINDS = ("to call", "promised")


@contextmanager
def counted(connection: Connection) -> Iterator[list[str]]:
    """Collect the SQL statements that the connection runs."""
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        found.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(connection, "before_cursor_execute", note)


def statements_of(world: World, screen: Screen) -> list[str]:
    """The statements of one look at a screen, which changes nothing."""

    def look(session: Session) -> list[str]:
        with counted(session.connection()) as found:
            screen(session, world.caller(event=""), world.now)
        return found

    return world.database.write_sync(look)


def a_deal_to_call(world: World) -> int:
    deal = world.a_deal("Northwind Dental")
    world.add_contact(deal, "decision_maker", "Olga Petrova")
    return deal


def a_promised_deal(world: World) -> int:
    """A deal with promises, an open challenge and a handoff."""
    deal = world.a_recapped_deal("Northwind Mills")
    world.do(log.save, ChallengeLogged(world.caller(), deal, "The scanner is late.", "2", "ours", ""))
    world.do(handing_over.hand_over, DealHanded(world.caller(), deal, BEN))
    return deal


@pytest.mark.parametrize("kind", KINDS)
def test_a_longer_list_costs_no_more_statements(world: World, kind: str) -> None:
    deal = a_deal_to_call(world) if kind == "to call" else a_promised_deal(world)
    found = {1: {name: statements_of(world, screen) for name, screen in SCREENS.items()}}
    for many, more in ((10, 9), (50, 40)):
        world.write(partial(copy_deals, deal_ids=[deal], times=more))
        found[many] = {name: statements_of(world, screen) for name, screen in SCREENS.items()}

    counts = {many: {name: len(run) for name, run in runs.items()} for many, runs in found.items()}
    pinned = {name: numbers[KINDS.index(kind)] for name, numbers in STATEMENTS.items()}
    assert counts == {1: pinned, 10: pinned, 50: pinned}
