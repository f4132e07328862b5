"""The desk for one turn on Teams: who is known there, and the words in the reader's zone with everybody's name."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.ports.context import Context
from bot.teams.activity import PLATFORM, IncomingActivity
from bot.teams.card_text import TeamsMarkup
from bot.teams.context import TeamsContext
from bot.teams.directory import TeamsDirectory
from bot.ui.components import Option
from bot.ui.texts import Texts
from handlers.workspace.names import Names, NamesRequest, look_up_names

COMMAND = "@FirstCall"
"""What stands before a command. In the chat of two it may be left out."""


async def known_names(teams: TeamsContext, tenant: str, reader: str | None) -> Names:
    """The names of a tenant, and the zone of who reads."""
    return await teams.database.read(look_up_names, NamesRequest(PLATFORM, tenant, reader))


def turn_context(teams: TeamsContext, activity: IncomingActivity, directory: TeamsDirectory, found: Names) -> Context:
    """What a turn is worked off with."""
    return Context(teams.database, teams.clock, directory, turn_texts(found), teams.wake, activity.bot)


def turn_texts(found: Names) -> Texts:
    """The words for a reader."""
    return Texts(TeamsMarkup({**found.people, **found.channels}, ZoneInfo(found.zone)), COMMAND)


def people_options(found: Names) -> tuple[Option, ...]:
    """Who can be picked as somebody's rep, by name."""
    return tuple(Option(person, name) for person, name in sorted(found.people.items(), key=lambda each: each[1]))
