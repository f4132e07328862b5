"""The Home tab of apps that show what is open: as people reported it going wrong elsewhere."""

from __future__ import annotations

from datetime import datetime
from functools import partial

import pytest
from sqlalchemy.orm import Session

from bot.slack import blocks
from bot.slack.mrkdwn import SlackMarkup
from bot.slack.open_homes import LOOKED_AT, MOST_KNOWN, OpenHomes
from bot.ui.components import ActionRow
from bot.ui.ids import ActionId
from bot.ui.texts import Texts
from bot.views import home as view
from handlers.home import overview
from handlers.home.overview import HomeRequest
from handlers.requests import Caller
from handlers.screens.home import HomeFilter
from storage.database import Database
from tests.handlers.many_deals import copy_deals
from tests.handlers.test_statement_counts import statements_of
from tests.handlers.world import MONDAY_NOON, World
from tests.sandbox.user_driver import ADA
from tests.slack.slack_driver import Office
from tests.slack.test_undelivered import home
from tests.slack.test_undelivered import tap as tap_home
from tests.wording import wording

reported = pytest.mark.reported


@pytest.fixture
def world(database: Database) -> World:
    """An empty workspace, on a Monday at noon UTC."""
    return World(database)


@reported("Coursemology/coursemology2#3643")
@reported("HDInnovations/UNIT3D#810")
def test_home_costs_the_same_for_one_deal_and_for_fifty(world: World) -> None:
    deal = world.a_recapped_deal()
    look = partial(_look, HomeFilter.ALL)
    one = statements_of(world, look)
    world.write(partial(copy_deals, deal_ids=[deal], times=49))
    assert len(statements_of(world, look)) == len(one)


def _look(shown: HomeFilter, session: Session, caller: Caller, now: datetime) -> None:
    overview.show(session, HomeRequest(caller, shown), now)


@reported("ColeMurray/background-agents#689")
@reported("incidentbot/incidentbot#307")
def test_a_page_of_home_keeps_the_rest_of_it_and_fits(world: World) -> None:
    texts = Texts(SlackMarkup(), "/firstcall")
    world.write(partial(copy_deals, deal_ids=[world.a_recapped_deal()], times=99))
    for page in (1, 2, 10):
        screen = world.do(overview.show, HomeRequest(world.caller(event=""), HomeFilter.PROMISES, page))
        message = view.render(screen, texts)
        drawn = blocks.home_view(message)["blocks"]
        assert len(drawn) <= 100
        assert texts.plain("home.next") in str(drawn)
        assert texts.rich("help.of_team") in str(drawn)
        assert all(len(row.more) <= 5 for row in message.components if isinstance(row, ActionRow))


@reported("slackapi/bolt-js#473")
async def test_home_shows_what_was_saved_in_a_form_that_it_opened(office: Office) -> None:
    await office.command("/firstcall won Northwind $5k")
    shown = await home(office, ADA, wording("stage.open"))
    await tap_home(office, shown, ActionId.CARD_SCHEDULE, who=ADA)
    await office.submit(when="tomorrow 10:00")
    await office.until(
        lambda found: wording("stage.scheduled") in str(found),
        lambda: office.people.get("home", as_=ADA),
    )


@reported("slackapi/bolt-js#473")
def test_only_homes_of_late_are_drawn_again() -> None:
    homes = OpenHomes()
    assert not homes.is_open("U1", MONDAY_NOON)
    homes.shown("U1", MONDAY_NOON)
    assert homes.is_open("U1", MONDAY_NOON + LOOKED_AT)
    assert not homes.is_open("U1", MONDAY_NOON + 2 * LOOKED_AT)
    for number in range(MOST_KNOWN):
        homes.shown(f"U2{number}", MONDAY_NOON)
    assert not homes.is_open("U1", MONDAY_NOON)
