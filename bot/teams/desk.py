"""The desk for one turn on Teams: who is known there, and the words in the reader's zone with everybody's name."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.desk import Desk, Member
from bot.pieces import Option
from bot.teams.front import TeamsFront
from bot.teams.text import TeamsMarkup
from bot.teams.turn import PLATFORM, Turn
from bot.words import Words
from handlers import references
from handlers.arrival import Profile
from handlers.names import Names, NamesAsked, names
from handlers.references import Wanted

COMMAND = "@FirstCall"
"""What stands before a command. In the chat of two it may be left out."""


class TeamsDirectory:
    """`bot.desk.Directory` of a tenant: those whom we have met. Teams tells a bot of nobody else."""

    def __init__(self, front: TeamsFront, tenant: str, known: Names) -> None:
        self._front = front
        self._tenant = tenant
        self._known = known

    async def profile(self, user_id: str) -> Profile | None:
        """A person's name. Their zone came with what they wrote, and is kept."""
        name = self._known.people.get(user_id)
        return None if name is None else Profile(name, None)

    async def member(self, user_id: str) -> Member | None:
        """Who that is. Whether they still work there, Teams does not tell."""
        profile = await self.profile(user_id)
        return None if profile is None else Member(profile, at_work=True)

    async def channel_name(self, channel_id: str) -> str | None:
        """A channel's name; None for a chat, and for a channel that was never named to us."""
        return self._known.channels.get(channel_id)

    async def hears(self, channel_id: str) -> bool:
        """Whether we are installed there now."""
        wanted = Wanted(PLATFORM, self._tenant, channel_id)
        found = await self._front.database.read(references.address_of, wanted)
        return found is not None and found.blocked_reason is None


async def known(front: TeamsFront, tenant: str, reader: str | None) -> Names:
    """The names of a tenant, and the zone of who reads."""
    return await front.database.read(names, NamesAsked(PLATFORM, tenant, reader))


def desk(front: TeamsFront, turn: Turn, found: Names) -> Desk:
    """What a turn is worked off with."""
    directory = TeamsDirectory(front, turn.tenant, found)
    return Desk(front.database, front.clock, directory, words(found), front.wake, turn.bot)


def words(found: Names) -> Words:
    """The words for a reader."""
    return Words(TeamsMarkup({**found.people, **found.channels}, ZoneInfo(found.zone)), COMMAND)


def people(found: Names) -> tuple[Option, ...]:
    """Who can be picked as somebody's rep, by name."""
    return tuple(Option(person, name) for person, name in sorted(found.people.items(), key=lambda each: each[1]))
