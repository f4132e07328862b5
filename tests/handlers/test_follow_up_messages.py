"""A later message by the same author corrects the amount, once, and only of the deal it can refer to."""

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
    world.advance(hours=1)

    assert world.follow_up(said)

    row = world.deal(deal)
    assert (row.amount_minor, row.currency, row.period) == (minor, currency, "year")
    assert world.actions(deal) == ["heard", "amount_corrected"]
    assert len(world.queued("card")) == 1
    assert said not in str(world.all_rows())


@pytest.mark.parametrize(
    "said",
    ["the tea was 23, not 32", "23k, not 45k", "it's 23k", "sorry, 23k", "correction: Contoso is 23k", "lunch at 12"],
)
def test_unrelated_messages_change_nothing(world: World, said: str) -> None:
    world.a_deal("Contoso", person=BEN)
    world.a_deal(amount="32000")
    before = world.all_rows()

    assert not world.follow_up(said)
    assert world.all_rows() == before


def test_a_reply_amends_the_message_it_replies_to(world: World) -> None:
    older, newer = world.new_message(), world.new_message()
    northwind = world.a_deal(message=older, amount="32000")
    contoso = world.a_deal("Contoso", message=newer, amount="32000")

    assert world.follow_up("sorry, it's 23k", answering=older.ts)
    assert not world.follow_up("correction: 23k", answering="9.9")

    assert [world.deal(each).amount_minor for each in (northwind, contoso)] == [2_300_000, 3_200_000]


def test_naming_the_customer_selects_that_deal_not_the_newest(world: World) -> None:
    northwind = world.a_deal(amount="32000")
    contoso = world.a_deal("Contoso", amount="32000")

    assert world.follow_up("Correction: Northwind Dental is 23k, not 32k")

    assert [world.deal(each).amount_minor for each in (northwind, contoso)] == [2_300_000, 3_200_000]


def test_only_author_or_rep_in_the_same_channel_and_workspace_within_a_day(world: World) -> None:
    deal = world.a_deal(person=BEN, owner=ANNA, amount="32000")
    world.detect("Northwind Dental", person="U_CARL", owner=ANNA)

    assert not world.follow_up("correction: 23k", person="U_CARL")  # he only mentioned it later
    assert not world.follow_up("correction: 23k", person="U_DORA")
    assert not world.follow_up("correction: 23k", channel="C_OTHER")
    world.workspace = ELSEWHERE
    assert not world.follow_up("correction: 23k")
    world.workspace = "T1"
    assert world.follow_up("correction: 24k", person=BEN)
    assert world.follow_up("correction: 23k", person=ANNA)
    assert world.deal(deal).amount_minor == 2_300_000
    world.advance(hours=25)
    assert not world.follow_up("correction: 22k")


def test_aligned_and_dismissed_deals_are_not_corrected(world: World) -> None:
    world.an_aligned_deal()
    world.dismiss(world.a_deal("Contoso"))

    assert not world.follow_up("correction: 23k")


def test_repeating_a_correction_changes_nothing(world: World) -> None:
    deal = world.a_deal(amount="32000", decision=Decision.MAYBE)
    world.follow_up("correction: 23k")
    world.follow_up("correction: 23k")

    assert world.actions(deal) == ["heard", "amount_corrected"]
    assert world.stage(deal) == Stage.SIGHTED
