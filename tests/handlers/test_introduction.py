"""A rep's first card introduces the app and says who sees what; no later card does."""

from __future__ import annotations

from bot.slack.manifest import COMMAND
from bot.slack.mrkdwn import SlackMarkup
from bot.ui.components import ContextText
from bot.ui.texts import Texts
from bot.views import card as card_view
from bot.views.deal_lists import deal_list
from handlers.call import card_actions, deal_search
from handlers.call.deal_search import DealSearch
from handlers.deal.facts import card
from handlers.screens.deals import DealCard
from storage.models import Deal
from tests.handlers.world import ANNA, BEN, World
from tests.wording import wording


def a_card(world: World, deal: int) -> DealCard:
    return world.read(lambda session: card(session, session.get_one(Deal, deal), world.now))


def test_a_persons_first_card_introduces_the_app_until_the_call(world: World) -> None:
    first, second, bens = world.a_deal("Northwind"), world.a_deal("Contoso"), world.a_deal("Fabrikam", person=BEN)

    assert [a_card(world, deal).introduces for deal in (first, second, bens)] == [True, False, True]
    world.advance(hours=30)
    world.dismiss(second)
    world.click(card_actions.continue_call, first)
    assert [a_card(world, deal).introduces for deal in (first, second)] == [True, False]
    world.capture(first)
    assert not a_card(world, first).introduces


def test_a_handed_over_first_deal_introduces_the_app(world: World) -> None:
    deal = world.a_deal()
    world.correct_deal(deal, owner=BEN)

    assert a_card(world, deal).introduces
    assert not a_card(world, world.a_deal("Contoso", person=BEN)).introduces
    assert not a_card(world, world.a_deal("Fabrikam", person=ANNA)).introduces


def test_the_introduction_is_two_sentences_below_the_card_and_on_no_list(world: World) -> None:
    deal, words = world.a_deal(), Texts(SlackMarkup(), COMMAND)

    last = card_view.render(a_card(world, deal), words).components[-1]

    assert isinstance(last, ContextText)
    (text,) = last.lines
    assert text.count(". ") + text.endswith(".") == 2
    assert wording("card.introduction") in text
    listed = world.do(deal_search.my_deals, DealSearch(world.caller()))
    assert last not in deal_list(listed, words).components
