"""The Home tab: the one thing first, what is due this week, the deals by what they wait for, and the private corner."""

from __future__ import annotations

from functools import partial

from bot.slack import blocks
from bot.slack.mrkdwn import SlackMarkup
from bot.teams import adaptive_cards
from bot.teams.adaptive_cards import CardOptions
from bot.ui.texts import Texts
from bot.views import home as view
from handlers.challenges import log
from handlers.challenges.log import ChallengeLogged
from handlers.home import overview
from handlers.home.overview import HomeRequest
from handlers.method.self_check import Question
from handlers.review import self_check
from handlers.review.self_check import SelfCheckFilled
from handlers.screens.challenges import ChallengeFacts
from handlers.screens.deals import DealCard
from handlers.screens.home import DuePromise, Home, HomeFilter
from tests.handlers.many_deals import copy_deals
from tests.handlers.world import ANNA, BEN, World
from tests.wording import fixed_part

TEXTS = Texts(SlackMarkup(), "/firstcall")


def home(world: World, person: str = ANNA, shown: HomeFilter = HomeFilter.ALL, page: int = 1) -> Home:
    return world.do(overview.show, HomeRequest(world.caller(person, event=""), shown, page))


def customers(screen: Home) -> list[str]:
    return [card.deal.customer for card in screen.deals.deals]


def log_challenge(world: World, deal: int) -> None:
    world.do(log.save, ChallengeLogged(world.caller(), deal, "The scanner is late.", "2", "ours", ""))


def test_somebody_without_deals_is_told_what_to_do(world: World) -> None:
    screen = home(world, BEN)

    assert (screen.first, screen.promises, screen.challenges, screen.deals.total) == (None, (), (), 0)
    assert fixed_part("list.empty") in view.render(screen, TEXTS).text


def test_the_one_thing_is_a_challenge_to_tell_then_a_call_then_a_promise(world: World) -> None:
    promised = world.a_recapped_deal("Contoso")
    due = home(world).first
    assert isinstance(due, DuePromise)
    assert due.wording == "A call every Friday"
    assert not due.overdue

    world.a_deal("Northwind")
    call = home(world).first
    assert isinstance(call, DealCard)
    assert call.deal.customer == "Northwind"

    log_challenge(world, promised)
    told = home(world).first
    assert isinstance(told, ChallengeFacts)
    assert told.deal.customer == "Contoso"


def test_each_deal_waits_for_one_thing(world: World) -> None:
    world.a_deal("to call")
    world.a_recapped_deal("promised")
    waiting = world.an_aligned_deal("waiting")
    world.send_recap(waiting)
    world.keep_promises(waiting)
    done = world.a_recapped_deal("done")
    world.keep_promises(done)
    world.complete(done)

    screen = home(world)
    assert screen.counts == {
        HomeFilter.ALL: 3,
        HomeFilter.CALL: 1,
        HomeFilter.PROMISES: 1,
        HomeFilter.WAITING: 1,
    }
    for shown, expected in zip(HomeFilter, (3, ["to call"], ["promised"], ["waiting"], ["done"]), strict=True):
        found = customers(home(world, shown=shown))
        assert found == expected if shown is not HomeFilter.ALL else len(found) == expected


def test_a_promise_of_a_day_that_has_passed_is_overdue_until_it_is_answered(world: World) -> None:
    deal = world.a_deal("Northwind")
    world.capture(deal, "Go-live by 5 March", "40 seats")
    world.agree_to_all(deal)
    world.wrap_up(deal)
    world.send_recap(deal)
    assert [(each.wording, each.overdue) for each in home(world).promises] == [("Go-live by 5 March", False)]

    world.advance(days=20)
    assert [each.overdue for each in home(world).promises] == [True]

    world.keep_promises(deal)
    assert home(world).promises == ()


def test_the_corner_is_the_persons_own(world: World) -> None:
    answers = dict.fromkeys(Question, "4")
    world.do(self_check.save, SelfCheckFilled(world.caller(), answers))
    for name in ("Northwind", "Contoso", "Fabrikam"):
        world.an_aligned_deal(name)

    corner = home(world).corner
    assert corner.calls is not None
    assert (corner.calls.calls, corner.calls.cancelled) == (3, 0)
    assert {each.scores for each in corner.self_checks} == {(4,)}
    other = home(world, BEN).corner
    assert other.calls is None
    assert {each.scores for each in other.self_checks} == {()}


def test_all_of_five_hundred_deals_can_be_reached_and_each_page_fits(world: World) -> None:
    world.write(partial(copy_deals, deal_ids=[world.a_deal("Northwind")], times=499))

    seen: list[int] = []
    for page in range(1, 73):
        screen = home(world, page=page)
        seen += [card.deal.id for card in screen.deals.deals]
        if page in (1, 72):
            message = view.render(screen, TEXTS)
            assert len(blocks.home_view(message)["blocks"]) <= 100
            assert adaptive_cards.message_card(message, CardOptions("1", "needed", "pick"))
    assert (screen.deals.pages, len(set(seen))) == (72, 500)
    assert home(world, page=999).deals == screen.deals
