"""What a channel is for: as somebody sets it, else as it is called; and who keeps it."""

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


def keeper(world: World, workspace: str = WORKSPACE) -> str | None:
    return world.database.read_sync(channels.manager_of, "slack", workspace, WINS)


def channel(world: World) -> Channel:
    (found,) = world.all(Channel)
    return found


def test_who_invites_us_keeps_the_channel_and_nothing_is_set_yet(world: World) -> None:
    assert keeper(world) is None

    screen = invite(world, ANNA, event="e1")

    assert (screen.purpose, channel(world).purpose, channel(world).name) == (Purpose.LISTEN, "unset", "deals")
    assert keeper(world) == ANNA
    assert keeper(world, ELSEWHERE) is None


def test_the_last_who_invited_us_keeps_it_and_an_invitation_told_twice_counts_once(world: World) -> None:
    invite(world, ANNA, event="e1")
    invite(world, BEN, event="e2")
    invite(world, ANNA, event="e1")

    assert keeper(world) == BEN


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
def test_as_long_as_nobody_has_set_it_the_name_decides(world: World, name: str | None, expected: Purpose) -> None:
    assert purpose(world, name) is expected
    assert invite(world, name=name).purpose is expected
    assert purpose(world, name) is expected
    assert not world.waiting("summary")


@pytest.mark.parametrize("chosen", CHOICES)
@pytest.mark.parametrize("name", ["wins", "deals"])
def test_what_somebody_has_set_holds_whatever_the_channel_is_called(world: World, chosen: Purpose, name: str) -> None:
    screen = choose(world, chosen)
    world.hear(channel_name=name)
    world.hear("Contoso", channel_name=f"{name}-renamed")

    assert screen == ChannelScreen(chosen, "Europe/Berlin" if chosen is Purpose.WINS else "UTC")
    assert purpose(world, name) is chosen
    assert purpose(world, name, ELSEWHERE) in (Purpose.WINS, Purpose.LISTEN)
    assert len(world.waiting("summary")) == (chosen is Purpose.WINS)
    asked = world.do(channels.show_purpose, ChannelRequest(world.caller(BEN, event=""), WINS, name))
    assert asked.purpose is chosen


def test_asking_remembers_no_channel(world: World) -> None:
    asked = ChannelRequest(world.caller(event=""), WINS, "wins")

    assert world.do(channels.show_purpose, asked).purpose is Purpose.WINS
    assert world.all(Channel) == []


def test_who_sets_it_keeps_it_when_nobody_does(world: World) -> None:
    choose(world, Purpose.LISTEN, BEN)
    choose(world, Purpose.WINS, ANNA)

    assert keeper(world) == BEN


def test_a_tap_delivered_again_brings_nothing_back(world: World) -> None:
    choose(world, Purpose.WINS, event="tap:1")
    choose(world, Purpose.EXCLUDED)

    assert choose(world, Purpose.WINS, event="tap:1").purpose is Purpose.EXCLUDED


def test_a_summary_that_waits_has_lost_its_point_once_the_channel_is_for_something_else(world: World) -> None:
    choose(world, Purpose.WINS)
    choose(world, Purpose.LISTEN)
    world.later(days=7)

    composed = compose_next(world)

    assert composed is not None
    assert "no summaries" in str(composed)


def test_the_summary_here_and_off_is_the_same_setting(world: World) -> None:
    place = SummaryChannel(world.caller(), WINS)
    world.do(channels.start_summaries, place)
    assert purpose(world) is Purpose.WINS
    world.do(channels.stop_summaries, place)
    assert purpose(world, "wins") is Purpose.LISTEN


def test_no_more_summaries_does_not_mean_to_listen_where_we_were_told_not_to(world: World) -> None:
    choose(world, Purpose.EXCLUDED)

    world.do(channels.stop_summaries, SummaryChannel(world.caller(), WINS))

    assert purpose(world) is Purpose.EXCLUDED


def test_nothing_is_amended_where_we_are_not_to_listen(world: World) -> None:
    deal = world.a_deal(amount="32000")
    choose(world, Purpose.EXCLUDED)
    before = world.everything()

    assert not world.say("sorry, 23k, not 32k")

    assert world.everything() == before
    assert world.deal(deal).amount_minor == 3_200_000


def test_nobody_is_met_by_looking(world: World) -> None:
    purpose(world)
    keeper(world)

    assert world.all(Person) == []
