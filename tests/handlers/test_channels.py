"""A channel's purpose, chosen or implied by its name, and its manager."""

from __future__ import annotations

import pytest

from handlers.screens.team import ChannelScreen
from handlers.team import channels
from handlers.team.channels import ChannelRequest, PurposeChosen, SummaryChannel
from handlers.workspace.channel_purpose import CHOICES, Purpose
from storage.models import Channel, Person
from tests.handlers.test_compose import compose_next
from tests.handlers.world import ANNA, BEN, ELSEWHERE, WINS, WORKSPACE, World


def invite(world: World, person: str = ANNA, *, event: str | None = None, name: str | None = "deals") -> ChannelScreen:
    return world.do(channels.channel_joined, ChannelRequest(world.caller(person, event=event), WINS, name))


def choose(world: World, purpose: Purpose, person: str = ANNA, *, event: str | None = None) -> ChannelScreen:
    caller = world.caller(person, event=event, zone="Europe/Berlin")
    return world.do(channels.choose_purpose, PurposeChosen(caller, WINS, purpose))


def purpose(world: World, name: str | None = None, workspace: str = WORKSPACE) -> Purpose:
    return world.database.read_sync(channels.purpose_of, "slack", workspace, WINS, name)


def manager(world: World, workspace: str = WORKSPACE) -> str | None:
    return world.database.read_sync(channels.manager_of, "slack", workspace, WINS)


def channel(world: World) -> Channel:
    (found,) = world.all(Channel)
    return found


def test_whoever_adds_the_app_manages_the_channel_and_its_purpose_stays_unset(world: World) -> None:
    assert manager(world) is None

    screen = invite(world, ANNA, event="e1")

    assert (screen.purpose, channel(world).purpose, channel(world).name) == (Purpose.LISTEN, "unset", "deals")
    assert manager(world) == ANNA
    assert manager(world, ELSEWHERE) is None


def test_the_last_person_who_added_the_app_manages_it_and_a_redelivery_is_ignored(world: World) -> None:
    invite(world, ANNA, event="e1")
    invite(world, BEN, event="e2")
    invite(world, ANNA, event="e1")

    assert manager(world) == BEN


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("wins", Purpose.WINS),
        ("emea-wins", Purpose.WINS),
        ("wins-2026", Purpose.WINS),
        ("twins", Purpose.LISTEN),
        (None, Purpose.LISTEN),
    ],
)
def test_the_name_decides_while_no_purpose_is_set(world: World, name: str | None, expected: Purpose) -> None:
    assert purpose(world, name) is expected
    assert invite(world, name=name).purpose is expected
    assert purpose(world, name) is expected
    assert not world.queued("summary")


@pytest.mark.parametrize("chosen", CHOICES)
@pytest.mark.parametrize("name", ["wins", "deals"])
def test_a_chosen_purpose_overrides_the_name(world: World, chosen: Purpose, name: str) -> None:
    screen = choose(world, chosen)
    world.detect(channel_name=name)
    world.detect("Contoso", channel_name=f"{name}-renamed")

    assert screen == ChannelScreen(chosen, "Europe/Berlin" if chosen is Purpose.WINS else "UTC")
    assert purpose(world, name) is chosen
    assert purpose(world, name, ELSEWHERE) in (Purpose.WINS, Purpose.LISTEN)
    assert len(world.queued("summary")) == (chosen is Purpose.WINS)
    screen = world.do(channels.show_purpose, ChannelRequest(world.caller(BEN, event=""), WINS, name))
    assert screen.purpose is chosen


def test_showing_the_purpose_stores_no_channel(world: World) -> None:
    request = ChannelRequest(world.caller(event=""), WINS, "wins")

    assert world.do(channels.show_purpose, request).purpose is Purpose.WINS
    assert world.all(Channel) == []


def test_whoever_sets_the_purpose_manages_a_channel_without_manager(world: World) -> None:
    choose(world, Purpose.LISTEN, BEN)
    choose(world, Purpose.WINS, ANNA)

    assert manager(world) == BEN


def test_a_redelivered_choice_is_ignored(world: World) -> None:
    choose(world, Purpose.WINS, event="tap:1")
    choose(world, Purpose.EXCLUDED)

    assert choose(world, Purpose.WINS, event="tap:1").purpose is Purpose.EXCLUDED


def test_a_queued_summary_is_pointless_once_the_purpose_changed(world: World) -> None:
    choose(world, Purpose.WINS)
    choose(world, Purpose.LISTEN)
    world.advance(days=7)

    composed = compose_next(world)

    assert composed is not None
    assert "no summaries" in str(composed)


def test_turning_summaries_on_and_off_sets_the_purpose(world: World) -> None:
    place = SummaryChannel(world.caller(), WINS)
    world.do(channels.start_summaries, place)
    assert purpose(world) is Purpose.WINS
    world.do(channels.stop_summaries, place)
    assert purpose(world, "wins") is Purpose.LISTEN


def test_stopping_summaries_keeps_a_channel_excluded(world: World) -> None:
    choose(world, Purpose.EXCLUDED)

    world.do(channels.stop_summaries, SummaryChannel(world.caller(), WINS))

    assert purpose(world) is Purpose.EXCLUDED


def test_an_excluded_channel_amends_nothing(world: World) -> None:
    deal = world.a_deal(amount="32000")
    choose(world, Purpose.EXCLUDED)
    before = world.all_rows()

    assert not world.follow_up("sorry, 23k, not 32k")

    assert world.all_rows() == before
    assert world.deal(deal).amount_minor == 3_200_000


def test_reading_stores_no_person(world: World) -> None:
    purpose(world)
    manager(world)

    assert world.all(Person) == []
