"""Slack users and channels: names, time zones and roles, looked up once and cached for an hour."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog
from cachetools import TTLCache
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.ports.context import Member
from bot.ports.messenger import DeliveryError, RefusedError
from bot.slack.web_api import call_slack
from handlers.requests import Profile

CACHE_SECONDS = 3600.0
CACHE_SIZE = 10_000
ALL_USERS = "users.list"
SHORTEST_ID = 9
"""Characters of a user id."""

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel's name without the `#`, and the id of its creator."""

    name: str | None
    creator: str | None
    private: bool


class SlackDirectory:
    """Looks users and channels up through `client`.

    A failed look-up gives None or False, is not cached, and so is tried again the next time.
    """

    def __init__(
        self, client: AsyncWebClient, timer: Callable[[], float] = time.monotonic, cache_size: int = CACHE_SIZE
    ) -> None:
        self._client = client
        self._members: TTLCache[str, Member] = TTLCache(cache_size, CACHE_SECONDS, timer)
        self._channels: TTLCache[str, Channel] = TTLCache(cache_size, CACHE_SECONDS, timer)
        self._user_lists: TTLCache[str, dict[str, str]] = TTLCache(1, CACHE_SECONDS, timer)
        """The only entry is `ALL_USERS`: ids by name in small letters, empty for a name that several users share."""

    async def profile(self, user_id: str) -> Profile | None:
        """A user's name and IANA zone."""
        member = await self.member(user_id)
        return None if member is None else member.profile

    async def member(self, user_id: str) -> Member | None:
        """A user, with their role in the workspace."""
        cached = self._members.get(user_id)
        if cached is not None:
            return cached
        try:
            user = (await call_slack(self._client.users_info(user=user_id)))["user"]
        except DeliveryError as error:
            log.warning("user look-up failed", person=user_id, reason=str(error))
            return None
        member = self._members[user_id] = _member(user)
        return member

    async def is_colleague(self, user_id: str) -> bool:
        """Whether they are a full member of the workspace, not a guest."""
        member = await self.member(user_id)
        return member is not None and not member.guest

    async def channel_name(self, channel_id: str) -> str | None:
        """A channel's name without the `#`; None for a DM, which has no name."""
        channel = await self.channel(channel_id)
        return None if channel is None else channel.name

    async def channel(self, channel_id: str) -> Channel | None:
        """A channel; None for a DM, which the app has no scope to look up."""
        if channel_id.startswith("D"):
            return None
        cached = self._channels.get(channel_id)
        if cached is not None:
            return cached
        try:
            info = (await call_slack(self._client.conversations_info(channel=channel_id)))["channel"]
        except DeliveryError as error:
            log.warning("channel look-up failed", channel=channel_id, reason=str(error))
            return None
        channel = Channel(info.get("name"), info.get("creator"), bool(info.get("is_private")))
        self._channels[channel_id] = channel
        return channel

    async def permalink(self, channel_id: str, message: str) -> str | None:
        """The permalink of a message, by its ts."""
        try:
            answer = await call_slack(self._client.chat_getPermalink(channel=channel_id, message_ts=message))
        except DeliveryError as error:
            log.info("permalink look-up failed", channel=channel_id, ts=message, reason=str(error))
            return None
        return str(answer["permalink"])

    async def channel_creator(self, channel_id: str) -> str | None:
        """The id of the user who created a channel."""
        channel = await self.channel(channel_id)
        return None if channel is None else channel.creator

    async def make_reachable(self, user_id: str) -> Profile | None:
        """A user's name and IANA zone. On Slack the id is enough to send them a DM."""
        return await self.profile(user_id)

    async def is_in_channel(self, channel_id: str) -> bool:
        """Whether the app is in the channel now, and so can read and post there. Never cached."""
        try:
            channel = (await call_slack(self._client.conversations_info(channel=channel_id)))["channel"]
        except DeliveryError as error:
            log.info("channel look-up failed", channel=channel_id, reason=str(error))
            return False
        return bool(channel.get("is_member"))

    async def exists(self, user_id: str) -> bool | None:
        """Whether Slack knows a user with this id; None if it could not be asked. An app's user exists, too."""
        if user_id in self._members:
            return True
        try:
            await call_slack(self._client.users_info(user=user_id))
        except RefusedError as refusal:
            return None if refusal.whole_workspace else False
        except DeliveryError:
            return None
        return True

    async def shares_channel(self, user_id: str, channel_id: str) -> bool | None:
        """Whether the user and the app are both in the channel now. Never cached."""
        if not channel_id or channel_id.startswith("D"):
            return False
        try:
            channel = (await call_slack(self._client.conversations_info(channel=channel_id)))["channel"]
            return bool(channel.get("is_member")) and await self._is_member(user_id, channel_id)
        except RefusedError as refusal:
            return None if refusal.whole_workspace else False
        except DeliveryError as error:
            log.warning("channel look-up failed", channel=channel_id, reason=str(error))
            return None

    async def can_see(self, user_id: str, channel_id: str) -> bool:
        """Whether a user can read the channel now: a private channel only if they are in it."""
        channel = await self.channel(channel_id)
        if channel is None or not channel.private:
            return channel is not None
        try:
            return await self._is_member(user_id, channel_id)
        except DeliveryError as error:
            log.warning("listing channel members failed", channel=channel_id, reason=str(error))
            return False

    async def _is_member(self, user_id: str, channel_id: str) -> bool:
        """Whether a user is in the channel. Raises `DeliveryError`."""
        cursor = ""
        while True:
            page = await call_slack(self._client.conversations_members(channel=channel_id, limit=1000, cursor=cursor))
            if user_id in page["members"]:
                return True
            cursor = _next_cursor(page)
            if not cursor:
                return False

    async def find_person(self, written: str) -> str | None:
        """The id of the user that a message names: by id, or by a full or display name that only one user has."""
        if _is_user_id(written):
            exists = await self.exists(written)
            if exists or (exists is None and len(written) >= SHORTEST_ID):
                return written  # otherwise a name in capitals, such as WILL
        ids = self._user_lists.get(ALL_USERS)
        if ids is None:
            ids = await self._ids_by_name()
            if ids is None:
                return None
            self._user_lists[ALL_USERS] = ids
        return ids.get(written.strip().casefold()) or None

    async def _ids_by_name(self) -> dict[str, str] | None:
        ids: dict[str, str] = {}
        cursor = ""
        while True:
            try:
                page = await call_slack(self._client.users_list(limit=200, cursor=cursor))
            except DeliveryError as error:
                log.warning("listing users failed", reason=str(error))
                return None  # a name that is unique on the first pages may not be unique
            for user in page["members"]:
                if user.get("deleted") or user.get("is_bot"):
                    continue
                profile = user.get("profile") or {}
                for name in {user.get("real_name"), profile.get("real_name"), profile.get("display_name")}:
                    key = (name or "").strip().casefold()
                    if key:
                        ids[key] = "" if ids.get(key, user["id"]) != user["id"] else user["id"]
            cursor = _next_cursor(page)
            if not cursor:
                return ids


def _member(user: dict[str, Any]) -> Member:
    profile = user.get("profile") or {}
    name = profile.get("display_name") or profile.get("real_name") or user.get("real_name") or user.get("name")
    active = not user.get("deleted") and not user.get("is_bot")
    admin = active and any(user.get(role) for role in ("is_admin", "is_owner", "is_primary_owner"))
    guest = bool(user.get("is_restricted"))  # Slack sets it for single-channel guests, too
    return Member(Profile(name=name, zone=user.get("tz")), active, admin, guest)


def _next_cursor(page: AsyncSlackResponse) -> str:
    return (page.get("response_metadata") or {}).get("next_cursor") or ""


def _is_user_id(written: str) -> bool:
    return written.startswith(("U", "W")) and written.isalnum() and written.isupper()
