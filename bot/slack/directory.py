"""What Slack knows of people and channels: names and zones, asked once and kept for an hour."""

from __future__ import annotations

import time
from dataclasses import dataclass

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.messenger import DeliveryError
from bot.slack.web import asked
from handlers.arrival import Profile

KEPT_SECONDS = 3600.0
MOST_KEPT = 10_000

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Kept:
    until: float
    value: Profile | str | None


class Directory:
    """Looks people and channels up through `client`. A look-up that fails gives None: the name is a courtesy."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._kept: dict[str, _Kept] = {}
        self._by_name: tuple[float, dict[str, str]] = (0.0, {})

    async def profile(self, user_id: str) -> Profile | None:
        """A person's name and IANA zone."""
        kept = self._fresh(user_id)
        if kept is not None:
            return kept.value if isinstance(kept.value, Profile) else None
        try:
            user = (await asked(self._client.users_info(user=user_id)))["user"]
        except DeliveryError as error:
            log.warning("person not looked up", person=user_id, reason=str(error))
            return None
        names = user.get("profile") or {}
        name = names.get("display_name") or names.get("real_name") or user.get("real_name") or user.get("name")
        profile = Profile(name=name, zone=user.get("tz"))
        self._keep(user_id, profile)
        return profile

    async def channel_name(self, channel_id: str) -> str | None:
        """A channel's name without the `#`; None for a DM, which has none (and which we may not ask about)."""
        if channel_id.startswith("D"):
            return None
        kept = self._fresh(channel_id)
        if kept is not None:
            return kept.value if isinstance(kept.value, str) else None
        try:
            channel = (await asked(self._client.conversations_info(channel=channel_id)))["channel"]
        except DeliveryError as error:
            log.warning("channel not looked up", channel=channel_id, reason=str(error))
            return None
        name = channel.get("name")
        self._keep(channel_id, name)
        return name if isinstance(name, str) else None

    async def hears(self, channel_id: str) -> bool:
        """Whether the app is in the channel now, and so can hear and write there."""
        try:
            channel = (await asked(self._client.conversations_info(channel=channel_id)))["channel"]
        except DeliveryError as error:
            log.info("channel not seen", channel=channel_id, reason=str(error))
            return False
        return bool(channel.get("is_member"))

    async def member_called(self, name: str) -> str | None:
        """The id of the one member with that full or display name; None when nobody or several have it."""
        until, ids = self._by_name
        if time.monotonic() >= until:
            ids = await self._names()
            self._by_name = (time.monotonic() + KEPT_SECONDS, ids)
        return ids.get(name.strip().casefold()) or None

    async def _names(self) -> dict[str, str]:
        ids: dict[str, str] = {}
        cursor = ""
        while True:
            try:
                page = await asked(self._client.users_list(limit=200, cursor=cursor))
            except DeliveryError as error:
                log.warning("members not listed", reason=str(error))
                return ids
            for user in page["members"]:
                if user.get("deleted") or user.get("is_bot"):
                    continue
                profile = user.get("profile") or {}
                for name in {user.get("real_name"), profile.get("real_name"), profile.get("display_name")}:
                    key = (name or "").strip().casefold()
                    if key:
                        ids[key] = "" if ids.get(key, user["id"]) != user["id"] else user["id"]
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return ids

    def _fresh(self, key: str) -> _Kept | None:
        kept = self._kept.get(key)
        return kept if kept is not None and kept.until > time.monotonic() else None

    def _keep(self, key: str, value: Profile | str | None) -> None:
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        self._kept[key] = _Kept(time.monotonic() + KEPT_SECONDS, value)
