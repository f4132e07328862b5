"""A later message of the same author corrects the amount, once, and only of the deal that it can mean."""

from __future__ import annotations

import pytest

from handlers.detection import Decision
from handlers.method.stages import Stage
from tests.handlers.world import ANNA, BEN, ELSEWHERE, World


@pytest.mark.parametrize(
    ("said", "minor", "currency"),
    [
        ("correction: 23k, not 32k", 2_300_000, "USD"),
        ("23k, not 32k", 2_300_000, "USD"),
        ("not 32k but 23k", 2_300_000, "USD"),
        ("typo, it's $23k", 2_300_000, "USD"),
        ("I meant 23,000", 2_300_000, "USD"),
        ("make that 23k EUR", 2_300_000, "EUR"),
        ("Northwind Dental should be $23k", 2_300_000, "USD"),
        ("Korrektur: 23.000 statt 32.000", 2_300_000, "USD"),
        ("typo: ¥500,000", 500_000, "JPY"),
    ],
)
def test_a_correction_overwrites_the_amount(world: World, said: str, minor: int, currency: str) -> None:
    deal = world.a_deal(amount="32000", period="year")
    world.later(hours=1)

    assert world.say(said)

    row = world.deal(deal)
    assert (row.amount_minor, row.currency, row.period) == (minor, currency, "year")
    assert world.actions(deal) == ["heard", "amount_corrected"]
    assert len(world.waiting("card")) == 1
    assert said not in str(world.everything())


@pytest.mark.parametrize(
    "said",
    ["the tea was 23, not 32", "23k, not 45k", "it's 23k", "sorry, 23k", "correction: Contoso is 23k", "lunch at 12"],
)
def test_what_is_about_something_else_changes_nothing(world: World, said: str) -> None:
    world.a_deal("Contoso", person=BEN)
    world.a_deal(amount="32000")
    before = world.everything()

    assert not world.say(said)
    assert world.everything() == before


def test_in_a_thread_it_is_about_the_message_that_it_answers_to(world: World) -> None:
    older, newer = world.new_message(), world.new_message()
    northwind = world.a_deal(message=older, amount="32000")
    contoso = world.a_deal("Contoso", message=newer, amount="32000")

    assert world.say("sorry, it's 23k", answering=older.ts)
    assert not world.say("correction: 23k", answering="9.9")

    assert [world.deal(each).amount_minor for each in (northwind, contoso)] == [2_300_000, 3_200_000]


def test_who_names_the_customer_means_that_deal_not_the_newest(world: World) -> None:
    northwind = world.a_deal(amount="32000")
    contoso = world.a_deal("Contoso", amount="32000")

    assert world.say("Correction: Northwind Dental is 23k, not 32k")

    assert [world.deal(each).amount_minor for each in (northwind, contoso)] == [2_300_000, 3_200_000]


def test_only_the_author_the_rep_the_channel_the_workspace_and_the_day(world: World) -> None:
    deal = world.a_deal(person=BEN, owner=ANNA, amount="32000")
    world.hear("Northwind Dental", person="U_CARL", owner=ANNA)

    assert not world.say("correction: 23k", person="U_CARL")  # he only told of it again
    assert not world.say("correction: 23k", person="U_DORA")
    assert not world.say("correction: 23k", channel="C_OTHER")
    world.workspace = ELSEWHERE
    assert not world.say("correction: 23k")
    world.workspace = "T1"
    assert world.say("correction: 24k", person=BEN)
    assert world.say("correction: 23k", person=ANNA)
    assert world.deal(deal).amount_minor == 2_300_000
    world.later(hours=25)
    assert not world.say("correction: 22k")


def test_what_was_agreed_and_what_was_dismissed_is_not_corrected(world: World) -> None:
    world.an_aligned_deal()
    world.dismiss(world.a_deal("Contoso"))

    assert not world.say("correction: 23k")


def test_a_correction_that_is_delivered_again_or_says_what_is_known_changes_nothing(world: World) -> None:
    deal = world.a_deal(amount="32000", decision=Decision.MAYBE)
    world.say("correction: 23k")
    world.say("correction: 23k")

    assert world.actions(deal) == ["heard", "amount_corrected"]
    assert world.stage(deal) == Stage.SIGHTED
