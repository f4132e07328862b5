"""The desk for one turn on Teams: who is known there, and the words in the reader's zone with everybody's name."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.ports.context import Desk
from bot.teams.activity import PLATFORM, Turn
from bot.teams.card_text import TeamsMarkup
from bot.teams.context import TeamsFront
from bot.teams.directory import Around
from bot.ui.components import Option
from bot.ui.texts import Words
from handlers.workspace.names import Names, NamesAsked, names

COMMAND = "@FirstCall"
"""What stands before a command. In the chat of two it may be left out."""


async def known(front: TeamsFront, tenant: str, reader: str | None) -> Names:
    """The names of a tenant, and the zone of who reads."""
    return await front.database.read(names, NamesAsked(PLATFORM, tenant, reader))


def desk(front: TeamsFront, turn: Turn, around: Around, found: Names) -> Desk:
    """What a turn is worked off with."""
    return Desk(front.database, front.clock, around, words(found), front.wake, turn.bot)


def words(found: Names) -> Words:
    """The words for a reader."""
    return Words(TeamsMarkup({**found.people, **found.channels}, ZoneInfo(found.zone)), COMMAND)


def people(found: Names) -> tuple[Option, ...]:
    """Who can be picked as somebody's rep, by name."""
    return tuple(Option(person, name) for person, name in sorted(found.people.items(), key=lambda each: each[1]))
