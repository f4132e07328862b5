"""What goes wrong elsewhere when somebody stands in: no end, delegates who are away or gone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from handlers.cover import asking
from handlers.cover.asking import OtherAsked
from handlers.errors import InvalidEntryError
from handlers.screens.cover import CoverAnswered
from storage.database import Database
from tests.handlers.test_cover import CARA, accept, ask, deliver_all, states
from tests.handlers.test_cover_absence import covered, days, leave, pause, status
from tests.handlers.world import ANNA, BEN, World


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


@pytest.mark.reported("target/goalert#4362")
def test_a_cover_does_not_outlast_the_absence(world: World) -> None:
    world.a_deal("Fabrikam")
    pause(world, "9 March")
    covered(world)
    pause(world, "5 March")
    deliver_all(world, until=world.now + timedelta(days=4))
    assert (states(world), days(world)) == (["returned"], [date(2026, 3, 5)])


@pytest.mark.reported("pneumaticapp/pneumaticworkflow#193")
def test_the_work_is_the_reps_again_once_the_status_is_gone(world: World) -> None:
    world.a_deal("Fabrikam")
    covered(world)
    status(world, world.now + timedelta(days=8))
    status(world, None)
    assert states(world) == ["returned"]


@pytest.mark.reported("objectstack-ai/objectstack#3235")
def test_two_who_are_away_do_not_cover_for_each_other(world: World) -> None:
    world.a_deal("Fabrikam")
    world.a_deal("Contoso", person=BEN, owner=BEN)
    for who in (ANNA, BEN):
        pause(world, "16 March", who)
    with pytest.raises(InvalidEntryError, match="is_away"):
        ask(world)


@pytest.mark.reported("grafana-cold-storage/oncall#3142", "grafana-cold-storage/oncall#1021")
def test_who_covers_and_goes_away_is_replaced(world: World) -> None:
    world.a_deal("Fabrikam")
    cover = covered(world)
    pause(world, "16 March", BEN)
    assert [each for each in deliver_all(world) if isinstance(each.screen, CoverAnswered) and each.screen.asks]
    other = world.do(asking.ask_again, OtherAsked(world.caller(), cover, CARA))
    accept(world, other.cover_id, CARA)
    assert states(world) == ["returned", "accepted"]


@pytest.mark.reported("HTBox/allReady#183", "department-of-veterans-affairs/caseflow#12523")
def test_who_leaves_before_the_answer_leaves_no_deal_waiting(world: World) -> None:
    world.a_deal("Fabrikam")
    ask(world)
    deliver_all(world)
    leave(world, BEN)
    sent = deliver_all(world, until=world.now + timedelta(days=2))
    assert [each.person for each in sent if isinstance(each.screen, CoverAnswered) and each.screen.asks] == [ANNA]
