"""Listing a rep's deals, and finding one by a part of its customer's name."""

from __future__ import annotations

import pytest

from bot.slack.manifest import COMMAND
from bot.slack.mrkdwn import SlackMarkup
from bot.ui.components import ActionRow
from bot.ui.texts import Texts
from bot.views.deal_lists import deal_choice
from handlers.call import deal_search
from handlers.call.deal_search import LIST_LENGTH, DealSearch
from handlers.detection import Decision
from handlers.errors import NotNowError
from handlers.method.stages import Stage
from handlers.screens.call import CallScreen, ChecklistScreen, ReadBackScreen, RecapScreen, RecordScreen, WrapUpScreen
from handlers.screens.deals import DealCard, DealChoice, DealList
from storage.models import Deal
from tests.handlers.world import BEN, World
from tests.wording import wording


def my_deals(world: World) -> DealList:
    return world.do(deal_search.my_deals, DealSearch(world.caller(event="")))


def show(world: World, typed: str = "") -> RecordScreen | DealChoice:
    return world.do(deal_search.show_record, DealSearch(world.caller(event=""), typed))


def call(world: World, typed: str = "") -> CallScreen | DealChoice:
    return world.do(deal_search.continue_call, DealSearch(world.caller(event=""), typed))


def next_up(world: World, typed: str = "") -> CallScreen | DealCard | DealChoice | None:
    return world.do(deal_search.next_deal, DealSearch(world.caller(event=""), typed))


def shown(world: World, typed: str = "") -> str:
    """The customer of the only deal shown."""
    screen = show(world, typed)
    assert isinstance(screen, RecordScreen)
    return screen.card.deal.customer


def choice(screen: object) -> list[str]:
    """The customers to choose from."""
    assert isinstance(screen, DealChoice)
    return [deal.customer for deal in screen.deals]


# --- the list ---


def test_questions_come_first_then_calls_the_oldest_before_the_newer(world: World) -> None:
    world.an_aligned_deal("aligned")
    world.advance(hours=1)
    world.a_deal("older")
    world.advance(hours=1)
    world.a_deal("newer")
    world.a_deal("suspected", decision=Decision.MAYBE)

    assert [card.deal.customer for card in my_deals(world).deals] == ["suspected", "older", "newer", "aligned"]


def test_dismissed_deals_and_deals_of_others_are_not_listed(world: World) -> None:
    world.dismiss(world.a_deal("no deal"))
    world.a_deal("Ben's", person=BEN)

    assert my_deals(world) == DealList((), total=0)


def test_a_long_list_is_cut_and_has_the_total(world: World) -> None:
    for number in range(LIST_LENGTH + 2):
        world.advance(minutes=1)
        world.a_deal(f"Customer {number:02}")

    found = my_deals(world)

    assert found.total == LIST_LENGTH + 2
    assert [card.deal.customer for card in found.deals] == [f"Customer {n:02}" for n in range(LIST_LENGTH)]
    assert shown(world, "customer 11") == "Customer 11"


# --- searching ---


def test_a_part_of_a_name_is_enough(world: World) -> None:
    world.a_deal("Northwind Dental, Inc.")
    world.a_deal("Crème Brûlée & Co")

    for typed in ("northwind", "DENTAL", "Northwind Dental LLC", " wind "):
        assert shown(world, typed) == "Northwind Dental, Inc."
    assert shown(world, "creme brulee") == "Crème Brûlée & Co"


def test_several_matches_are_a_choice_but_an_exact_name_is_not(world: World) -> None:
    world.a_deal("Northwind")
    world.advance(days=8)
    world.a_deal("Northwind Dental")

    assert choice(show(world, "north")) == ["Northwind", "Northwind Dental"]
    assert choice(call(world, "north")) == ["Northwind", "Northwind Dental"]
    assert shown(world, "northwind") == "Northwind"


def test_two_deals_with_the_same_customer_are_a_choice(world: World) -> None:
    world.a_deal("Northwind")
    world.advance(days=8)
    world.a_deal("Northwind")

    assert choice(show(world, "northwind")) == ["Northwind", "Northwind"]


def test_an_empty_search_finds_the_only_deal_or_gives_a_choice(world: World) -> None:
    world.a_deal("Northwind")
    assert shown(world) == "Northwind"

    world.a_deal(None)
    assert choice(show(world)) == ["Northwind", ""]
    assert choice(show(world, "  ")) == ["Northwind", ""]


def test_a_search_without_match_is_refused(world: World) -> None:
    world.a_deal("Northwind")

    for typed in ("contoso", "%", "_", "n_rth", "<!channel>", "x" * 10_000, "'; --"):
        with pytest.raises(NotNowError) as refused:
            show(world, typed)
        assert (refused.value.key, refused.value.values) == ("refusal.nothing_fits", {"typed": typed})


def test_a_rep_without_deals_is_refused(world: World) -> None:
    with pytest.raises(NotNowError) as refused:
        call(world)

    assert refused.value.key == "refusal.no_deals"


def test_a_choice_has_a_limit(world: World) -> None:
    for number in range(LIST_LENGTH + 2):
        world.a_deal(f"Customer {number}")

    assert len(choice(show(world))) == LIST_LENGTH


def test_a_deal_without_customer_can_be_chosen_in_slack(world: World) -> None:
    """Slack refuses a button without text."""
    world.a_deal("Northwind")
    world.a_deal(None)
    found = show(world)
    assert isinstance(found, DealChoice)

    rows = [
        piece for piece in deal_choice(found, Texts(SlackMarkup(), COMMAND)).components if isinstance(piece, ActionRow)
    ]

    assert [button.text for row in rows for button in row.elements] == ["Northwind", wording("card.nameless")]


def test_a_list_can_be_filtered(world: World) -> None:
    for name in ("Northwind Dental", "Northwind Freight", "Contoso"):
        world.a_deal(name)
    world.dismiss(world.a_deal("Northwind Bakery"))

    found = world.do(deal_search.my_deals, DealSearch(world.caller(event=""), "NORTHWIND"))

    assert [card.deal.customer for card in found.deals] == ["Northwind Dental", "Northwind Freight"]
    assert (found.total, found.typed) == (2, "NORTHWIND")
    with pytest.raises(NotNowError) as refused:
        world.do(deal_search.my_deals, DealSearch(world.caller(event=""), "fabrikam"))
    assert refused.value.key == "refusal.nothing_fits"


# --- the next step ---


def test_next_is_the_next_step_of_the_most_urgent_deal(world: World) -> None:
    assert next_up(world) is None
    aligned = world.an_aligned_deal("aligned")
    screen = next_up(world)
    assert isinstance(screen, RecapScreen)
    older = world.a_deal("older")
    world.advance(hours=1)
    world.a_deal("newer")

    screen = next_up(world)
    assert isinstance(screen, ChecklistScreen)
    assert screen.deal.id == older
    world.capture(older)
    assert isinstance(next_up(world), ReadBackScreen)
    world.agree_to_all(older)
    assert isinstance(next_up(world), WrapUpScreen)
    world.send_recap(aligned)
    world.wrap_up(older)
    screen = next_up(world)
    assert isinstance(screen, ChecklistScreen)
    assert screen.deal.customer == "newer"


def test_more_sellers_are_more_urgent_than_more_hours(world: World) -> None:
    """M1.4."""
    world.a_deal("older")
    world.advance(hours=12)
    newer = world.a_deal("newer")
    world.write(lambda session: setattr(session.get_one(Deal, newer), "sellers", 4))

    screen = next_up(world)

    assert isinstance(screen, ChecklistScreen)
    assert screen.deal.customer == "newer"


def test_an_open_question_comes_before_the_call(world: World) -> None:
    deal = world.a_deal(decision=Decision.MAYBE)
    before = world.all_rows()

    screen = next_up(world)

    assert isinstance(screen, DealCard)
    assert world.all_rows() == before
    message = world.new_message()
    world.dismiss(deal)
    world.a_deal("Contoso", message=message)
    world.delete(message)
    screen = next_up(world)
    assert isinstance(screen, DealCard)
    assert screen.doubt is not None


def test_nothing_is_due_when_all_deals_are_recapped_dismissed_or_of_others(world: World) -> None:
    world.a_recapped_deal()
    world.dismiss(world.a_deal("no deal"))
    world.a_deal("Ben's", person=BEN)

    assert next_up(world) is None


def test_next_with_a_name_is_that_deals_call(world: World) -> None:
    world.a_deal("Northwind Dental")
    world.a_deal("Northwind Freight")
    freight = next_up(world, "freight")
    assert isinstance(freight, ChecklistScreen)
    assert freight.deal.customer == "Northwind Freight"
    assert choice(next_up(world, "northwind")) == ["Northwind Dental", "Northwind Freight"]


# --- calling ---


def test_a_call_resumes_where_it_was_left(world: World) -> None:
    deal = world.a_deal()
    assert isinstance(call(world, "northwind"), ChecklistScreen)

    world.capture(deal)
    assert isinstance(call(world, "northwind"), ReadBackScreen)


def test_calling_a_suspected_deal_confirms_it_as_the_button_does(world: World) -> None:
    deal = world.a_deal(decision=Decision.MAYBE)

    assert isinstance(call(world, "northwind"), ChecklistScreen)
    assert world.stage(deal) == Stage.OPEN


def test_a_dismissed_deal_can_be_shown_but_not_called(world: World) -> None:
    world.dismiss(world.a_deal())

    assert shown(world, "northwind") == "Northwind Dental"
    with pytest.raises(NotNowError):
        call(world, "northwind")
