"""A person's settings at a glance: their reminders, and the channels they manage."""

from __future__ import annotations

from handlers.reminders import my_reminders, my_settings
from handlers.reminders.my_reminders import RemindersRequest
from handlers.reminders.my_settings import SettingsRequest
from handlers.screens.reminders import SettingsScreen
from handlers.team import channels
from handlers.team.channels import ChannelRequest, PurposeChosen
from handlers.workspace.channel_purpose import Purpose
from tests.handlers.world import ANNA, BEN, World


def settings(world: World, person: str = ANNA) -> SettingsScreen:
    return world.do(my_settings.show, SettingsRequest(world.caller(person, event="")))


def test_the_settings_list_the_managed_channels_with_their_purpose(world: World) -> None:
    world.do(channels.channel_joined, ChannelRequest(world.caller(event="in:1"), "C7", "big-wins"))
    world.do(channels.channel_joined, ChannelRequest(world.caller(event="in:2"), "C8", "lunch"))
    world.do(channels.choose_purpose, PurposeChosen(world.caller(event="set:1"), "C8", Purpose.EXCLUDED))
    mine = settings(world)
    assert [(each.channel, each.purpose) for each in mine.channels] == [("C7", Purpose.WINS), ("C8", Purpose.EXCLUDED)]
    assert settings(world, BEN).channels == ()


def test_a_long_list_of_channels_is_cut_and_has_the_total(world: World) -> None:
    for number in range(my_settings.MOST_SHOWN + 3):
        world.do(channels.channel_joined, ChannelRequest(world.caller(event=f"in:{number}"), f"C7{number}", None))
    mine = settings(world)
    assert (len(mine.channels), mine.total) == (my_settings.MOST_SHOWN, my_settings.MOST_SHOWN + 3)


def test_the_reminders_are_those_of_the_reminder_list(world: World) -> None:
    assert settings(world).reminders == world.do(my_reminders.show, RemindersRequest(world.caller(event="")))
    world.do(my_reminders.opt_out, RemindersRequest(world.caller(event="off")))
    assert not settings(world).reminders.reminded
