"""Who at the customer answers: with two contacts known the rep chooses, and nobody is invented (M2.1, M4.2)."""

from __future__ import annotations

import pytest

from handlers.call.contacts import DECISION_MAKER, FUNCTIONAL_DECISION_MAKER
from handlers.errors import NotNowError
from handlers.screens.call import CallContact, ReadAllScreen, ReadBackScreen, WrapUpScreen
from storage.models import Confirmation, Recap
from tests.handlers.world import World
from tests.wording import wording


@pytest.fixture
def deal(world: World) -> int:
    """A deal with two contacts at the customer."""
    deal = world.a_deal()
    world.add_contact(deal, FUNCTIONAL_DECISION_MAKER, "Ivan Marsh")
    world.capture(deal)
    return deal


def said_by(world: World) -> list[str | None]:
    return [c.contact for c in world.all(Confirmation)]


def test_with_two_contacts_the_screen_offers_both_and_preselects_none(world: World, deal: int) -> None:
    """M2.1."""
    screen = world.next_screen(deal)

    assert isinstance(screen, ReadBackScreen)
    assert screen.people == (
        CallContact(DECISION_MAKER, "Olga Petrova", chosen=False),
        CallContact(FUNCTIONAL_DECISION_MAKER, "Ivan Marsh", chosen=False),
    )
    assert screen.reached == ""
    world.answer(deal, world.statements(deal)[0])
    assert said_by(world) == [None]


def test_the_choice_lasts_for_the_rest_of_the_call(world: World, deal: int) -> None:
    first, second, *others = world.statements(deal)
    world.choose_contact(deal, FUNCTIONAL_DECISION_MAKER)
    world.answer(deal, first)
    world.correct(deal, second, "live by 1 June")
    world.choose_contact(deal, DECISION_MAKER)
    screen = world.read_all(deal, *others)
    assert isinstance(screen, ReadBackScreen | ReadAllScreen)
    assert (screen.reached, screen.people[0].chosen, screen.people[1].chosen) == ("Olga Petrova", True, False)

    assert isinstance(world.agree_to_all(deal), WrapUpScreen)

    assert said_by(world) == ["Ivan Marsh", "Ivan Marsh", *["Olga Petrova"] * 3]


def test_the_contact_on_the_call_is_asked_for_the_referral_and_gets_the_mail(world: World, deal: int) -> None:
    world.choose_contact(deal, FUNCTIONAL_DECISION_MAKER)
    screen = world.agree_to_all(deal)
    assert isinstance(screen, WrapUpScreen)
    assert screen.reached == "Ivan Marsh"
    world.wrap_up(deal)

    assert world.all(Recap)[0].body.startswith(wording("recap.greeting", name="Ivan"))
    world.send_recap(deal, world.all(Recap)[0].body + " ", hints_seen=False)
    assert world.stage(deal) == "recapped"


def test_the_next_call_asks_again(world: World, deal: int) -> None:
    world.choose_contact(deal, FUNCTIONAL_DECISION_MAKER)
    world.agree_to_all(deal)
    world.wrap_up(deal)
    world.reopen(deal, world.statements(deal)[0])

    screen = world.next_screen(deal)

    assert isinstance(screen, ReadBackScreen)
    assert not any(person.chosen for person in screen.people)


def test_with_one_contact_there_is_no_choice(world: World) -> None:
    deal = world.a_deal()
    world.add_contact(deal, FUNCTIONAL_DECISION_MAKER, "Ivan Marsh")
    world.capture(deal, reached="")

    screen = world.next_screen(deal)

    assert isinstance(screen, ReadBackScreen)
    assert (screen.reached, screen.people) == ("Ivan Marsh", ())
    world.answer(deal, world.statements(deal)[0])
    assert said_by(world) == ["Ivan Marsh"]


def test_an_unknown_contact_cannot_be_chosen(world: World) -> None:
    deal = world.a_deal()
    world.capture(deal)
    before = world.all_rows()

    for role in (FUNCTIONAL_DECISION_MAKER, "somebody"):
        with pytest.raises(NotNowError):
            world.choose_contact(deal, role)

    assert world.all_rows() == before
