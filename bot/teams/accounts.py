"""Notices accounts that are gone. Teams reports no deactivation: a person is only missing from every roster.

Who leaves a team is missing there alone, and who removes or blocks the app still has their chat. So an account counts
as gone only if Teams no longer finds it in its own chat with the bot, and in no team or group chat that the bot is in.
"""

from __future__ import annotations

from collections.abc import Collection

import structlog

from bot.interactions.profiles import note_presence
from bot.ports.messenger import DeliveryError, RefusedError
from bot.teams.activity import PLATFORM
from bot.teams.context import TeamsContext
from handlers.team.departures import PresenceSeen
from handlers.workspace.account_rosters import Account, Roster, known_accounts

NOT_A_MEMBER = frozenset({"MemberNotFound", "MemberNotFoundInConversation", "UserNotFound"})
"""Teams knows the conversation, but not this account in it."""

log = structlog.stdlib.get_logger(__name__)


class Accounts:
    """Looks accounts up past every cache."""

    def __init__(self, teams: TeamsContext) -> None:
        self._teams = teams

    async def notice(self, tenant: str, ids: Collection[str]) -> frozenset[str]:
        """Store which of these people (Entra object ids or Teams ids) are gone; returns their Entra object ids."""
        accounts, rosters = await self._teams.database.read(known_accounts, PLATFORM, tenant, ids)
        gone = frozenset([each.person for each in accounts if await self._is_gone(each, rosters)])
        for person in gone:
            log.info("an account is gone", person=person)
            await note_presence(self._teams, PresenceSeen(PLATFORM, tenant, person, active=False))
        return gone

    async def _is_gone(self, account: Account, rosters: Collection[Roster]) -> bool:
        if account.chat is None:
            return False
        try:
            if await self._is_member(account, account.chat) is not False:
                return False
            return not any([await self._is_member(account, each) for each in rosters])
        except DeliveryError as error:  # it is noticed the next time
            log.info("an account was not looked up", person=account.person, reason=str(error))
            return False

    async def _is_member(self, account: Account, roster: Roster) -> bool | None:
        """None if this conversation tells nothing. Raises `DeliveryError` if Teams could not be asked."""
        try:
            await self._teams.connector.member(roster.service_url, roster.conversation, account.user)
        except RefusedError as refusal:
            return False if str(refusal) in NOT_A_MEMBER else None
        return True
