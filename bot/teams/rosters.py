"""Who is in a conversation of Teams: asked of the Bot Connector, kept for an hour."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from bot.ports.messenger import DeliveryError
from bot.teams.connector.connector import Connector, Member

KEPT_SECONDS = 3600.0
MOST_KEPT = 10_000
MOST_LISTED = 5_000
"""Members of one conversation that are looked through for a name."""

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation, without a thread, and where it is asked about."""

    service_url: str
    conversation: str


@dataclass(frozen=True, slots=True)
class _Kept:
    until: float
    members: dict[str, Member | None]
    """By name in small letters; None for a name that several have."""


class Rosters:
    """Looks members up. A look-up that fails gives None, and is tried again the next time."""

    def __init__(self, connector: Connector, steady: Callable[[], float] = time.monotonic) -> None:
        self._connector = connector
        self._steady = steady
        self._kept: dict[tuple[Conversation, str], tuple[float, Member]] = {}
        self._listed: dict[Conversation, _Kept] = {}

    async def member(self, place: Conversation, person: str) -> Member | None:
        """One member, by Teams' id or by the object id in Entra; None for who is not in there."""
        until, kept = self._kept.get((place, person), (0.0, None))
        if kept is not None and until > self._steady():
            return kept
        try:
            found = await self._connector.member(place.service_url, place.conversation, person)
        except DeliveryError as error:
            log.info("member not looked up", conversation=place.conversation, person=person, reason=str(error))
            return None
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        self._kept[place, person] = (self._steady() + KEPT_SECONDS, found)
        return found

    async def called(self, place: Conversation, name: str) -> Member | None:
        """The one member with that name; None when nobody or several have it."""
        kept = self._listed.get(place)
        if kept is None or kept.until <= self._steady():
            members = await self._members(place)
            if members is None:
                return None
            if len(self._listed) >= MOST_KEPT:
                self._listed.clear()
            kept = self._listed[place] = _Kept(self._steady() + KEPT_SECONDS, members)
        return kept.members.get(_key(name))

    async def _members(self, place: Conversation) -> dict[str, Member | None] | None:
        found: dict[str, Member | None] = {}
        listed = 0
        try:
            async for member in self._connector.members(place.service_url, place.conversation):
                key = _key(member.name or "")
                found[key] = None if key in found else member
                listed += 1
                if listed >= MOST_LISTED:
                    log.warning("a conversation has more members than are listed", conversation=place.conversation)
                    break
        except DeliveryError as error:
            log.warning("members not listed", conversation=place.conversation, reason=str(error))
            return None
        return found


def _key(name: str) -> str:
    return " ".join(name.casefold().split())
