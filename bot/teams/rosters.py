"""Members of Teams conversations: looked up through the Bot Connector and cached for an hour."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from cachetools import TTLCache

from bot.ports.messenger import DeliveryError, RefusedError
from bot.teams.connector.connector import Connector, Member

CACHE_SECONDS = 3600.0
CACHE_SIZE = 10_000
MEMBER_LIMIT = 5_000
"""Members of one conversation that are searched for a name."""

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation, without a thread, and the service address that knows it."""

    service_url: str
    id: str


class Rosters:
    """Looks members up. A failed look-up gives None, is not cached, and so is tried again the next time."""

    def __init__(
        self, connector: Connector, timer: Callable[[], float] = time.monotonic, cache_size: int = CACHE_SIZE
    ) -> None:
        self._connector = connector
        self._members: TTLCache[tuple[Conversation, str], Member] = TTLCache(cache_size, CACHE_SECONDS, timer)
        self._by_name: TTLCache[Conversation, dict[str, Member | None]] = TTLCache(cache_size, CACHE_SECONDS, timer)
        """Members by normalized name; None for a name that several members share."""

    async def member(self, conversation: Conversation, person: str) -> Member | None:
        """One member, by Teams id or Entra object id; None if they are not in the conversation."""
        try:
            return await self._look_up(conversation, person)
        except DeliveryError as error:
            if isinstance(error, RefusedError) and not error.whole_workspace:
                log.info("the conversation has no such member", conversation=conversation.id, person=person)
                return None
            log.info("member look-up failed", conversation=conversation.id, person=person, reason=str(error))
            return None

    async def has_member(self, conversation: Conversation, person: str) -> bool | None:
        """Whether they are in the conversation; None if Teams could not be asked."""
        try:
            await self._look_up(conversation, person)
        except RefusedError as refusal:
            return None if refusal.whole_workspace else False
        except DeliveryError as error:
            log.info("member look-up failed", conversation=conversation.id, person=person, reason=str(error))
            return None
        return True

    async def _look_up(self, conversation: Conversation, person: str) -> Member:
        key = (conversation, person)
        member = self._members.get(key)
        if member is None:
            member = await self._connector.member(conversation.service_url, conversation.id, person)
            self._members[key] = member
        return member

    async def has_external_members(self, conversation: Conversation, tenant: str) -> bool:
        """Whether guests or people of another tenant are in a conversation. Never cached. Raises `DeliveryError`."""
        async for member in self._connector.members(conversation.service_url, conversation.id):
            if member.is_external(tenant):
                return True
        return False

    async def member_by_name(self, conversation: Conversation, name: str) -> Member | None:
        """The only member with that name; None if there is none, or more than one."""
        members = self._by_name.get(conversation)
        if members is None:
            members = await self._list_by_name(conversation)
            if members is None:
                return None
            self._by_name[conversation] = members
        return members.get(_normalized(name))

    async def _list_by_name(self, conversation: Conversation) -> dict[str, Member | None] | None:
        members: dict[str, Member | None] = {}
        count = 0
        try:
            async for member in self._connector.members(conversation.service_url, conversation.id):
                name = _normalized(member.name or "")
                members[name] = None if name in members else member
                count += 1
                if count >= MEMBER_LIMIT:
                    log.warning("conversation has too many members to list them all", conversation=conversation.id)
                    break
        except DeliveryError as error:
            log.warning("listing members failed", conversation=conversation.id, reason=str(error))
            return None
        return members


def _normalized(name: str) -> str:
    return " ".join(name.casefold().split())
