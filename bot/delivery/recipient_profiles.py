"""Looks the recipient of a reminder up before it is sent: they may be in another time zone, where it is night.

A platform tells of a move by an event, but not while the bot is down, and not to an app with an older manifest.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog
from cachetools import TTLCache
from sqlalchemy.orm import Session

from bot.ports.clock import Clock
from bot.ports.platform import RefreshProfile
from handlers.method.reminders_due import Kind
from storage import outbox
from storage.database import Database
from storage.models import Tenant

AGAIN_AFTER = timedelta(hours=1)
PEOPLE_REMEMBERED = 10_000
LOOK_UP_TIMEOUT = timedelta(seconds=5)
"""A platform that does not answer must not hold up what it may still deliver."""

log = structlog.stdlib.get_logger(__name__)


class RecipientProfiles:
    """Refreshes profiles, each at most once in `AGAIN_AFTER`. After a failure the next reminder tries again."""

    def __init__(self, database: Database, clock: Clock, refreshers: Mapping[str, RefreshProfile]) -> None:
        self._database = database
        self._refreshers = refreshers
        self._fresh: TTLCache[tuple[int, str], bool] = TTLCache(
            PEOPLE_REMEMBERED, AGAIN_AFTER.total_seconds(), lambda: clock.now().timestamp()
        )

    async def refresh_next(self, tenant_id: int, now: datetime) -> None:
        """Refresh the recipient of the reminder that the tenant sends next at `now`.

        That may move the reminder; then the recipient of the one that is next instead is refreshed, too.
        """
        tried: set[str] = set()
        while self._refreshers:
            found = await self._database.read(_next_recipient, tenant_id, now)
            if found is None:
                return
            platform, workspace, person = found
            refresh = self._refreshers.get(platform)
            if refresh is None or person in tried or (tenant_id, person) in self._fresh:
                return
            tried.add(person)
            if await self._refreshed(refresh, workspace, person):
                self._fresh[tenant_id, person] = True

    async def _refreshed(self, refresh: RefreshProfile, workspace: str, person: str) -> bool:
        try:
            async with asyncio.timeout(LOOK_UP_TIMEOUT.total_seconds()):
                return await refresh(workspace, person)
        except TimeoutError:
            log.warning("a profile was not looked up in time", person=person)
            return False


def _next_recipient(session: Session, tenant_id: int, now: datetime) -> tuple[str, str, str] | None:
    """The platform, the workspace and the person that the next due reminder goes to."""
    person = outbox.longest_due_recipient(session, tenant_id, tuple(Kind), now)
    if person is None:
        return None
    tenant = session.get_one(Tenant, tenant_id)
    return tenant.platform, tenant.external_id, person
