"""What Slack knows of people and channels: names and zones, asked once and kept for an hour."""

from __future__ import annotations

import time
from dataclasses import dataclass

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.ports.context import Member
from bot.ports.messenger import DeliveryError
from bot.slack.web_api import call_slack
from handlers.requests import Profile

KEPT_SECONDS = 3600.0
MOST_KEPT = 10_000

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel's name without the `#`, and the id of who made it."""

    name: str | None
    creator: str | None
    private: bool


@dataclass(frozen=True, slots=True)
class _Kept:
    until: float
    value: Member | Channel


class SlackDirectory:
    """Looks people and channels up through `client`. A look-up that fails gives None: the name is a courtesy."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._kept: dict[str, _Kept] = {}
        self._by_name: tuple[float, dict[str, str]] = (0.0, {})

    async def profile(self, user_id: str) -> Profile | None:
        """A person's name and IANA zone."""
        member = await self.member(user_id)
        return None if member is None else member.profile

    async def member(self, user_id: str) -> Member | None:
        """Who that is."""
        kept = self._fresh(user_id)
        if kept is not None:
            return kept.value if isinstance(kept.value, Member) else None
        try:
            user = (await call_slack(self._client.users_info(user=user_id)))["user"]
        except DeliveryError as error:
            log.warning("person not looked up", person=user_id, reason=str(error))
            return None
        names = user.get("profile") or {}
        name = names.get("display_name") or names.get("real_name") or user.get("real_name") or user.get("name")
        at_work = not user.get("deleted") and not user.get("is_bot")
        admin = at_work and any(user.get(role) for role in ("is_admin", "is_owner", "is_primary_owner"))
        guest = bool(user.get("is_restricted"))  # those of a single channel are, too
        member = Member(Profile(name=name, zone=user.get("tz")), at_work, admin, guest)
        self._keep(user_id, member)
        return member

    async def is_colleague(self, user_id: str) -> bool:
        """Whether they are a member, and no guest."""
        member = await self.member(user_id)
        return member is not None and not member.guest

    async def channel_name(self, channel_id: str) -> str | None:
        """A channel's name without the `#`; None for a DM, which has none."""
        channel = await self.channel(channel_id)
        return None if channel is None else channel.name

    async def channel(self, channel_id: str) -> Channel | None:
        """Which channel that is; None for a DM, which we may not ask about."""
        if channel_id.startswith("D"):
            return None
        kept = self._fresh(channel_id)
        if kept is not None:
            return kept.value if isinstance(kept.value, Channel) else None
        try:
            found = (await call_slack(self._client.conversations_info(channel=channel_id)))["channel"]
        except DeliveryError as error:
            log.warning("channel not looked up", channel=channel_id, reason=str(error))
            return None
        channel = Channel(found.get("name"), found.get("creator"), bool(found.get("is_private")))
        self._keep(channel_id, channel)
        return channel

    async def permalink(self, channel_id: str, message: str) -> str | None:
        """Where Slack shows a message, by its ts."""
        try:
            answer = await call_slack(self._client.chat_getPermalink(channel=channel_id, message_ts=message))
        except DeliveryError as error:
            log.info("no link to the message", channel=channel_id, ts=message, reason=str(error))
            return None
        return str(answer["permalink"])

    async def channel_creator(self, channel_id: str) -> str | None:
        """The id of who made a channel."""
        channel = await self.channel(channel_id)
        return None if channel is None else channel.creator

    async def make_reachable(self, user_id: str) -> Profile | None:
        """A person's name and IANA zone. On Slack the id is all that it takes to write to them."""
        return await self.profile(user_id)

    async def is_in_channel(self, channel_id: str) -> bool:
        """Whether the app is in the channel now, and so can hear and write there."""
        try:
            channel = (await call_slack(self._client.conversations_info(channel=channel_id)))["channel"]
        except DeliveryError as error:
            log.info("channel not seen", channel=channel_id, reason=str(error))
            return False
        return bool(channel.get("is_member"))

    async def can_see(self, user_id: str, channel_id: str) -> bool:
        """Whether somebody may see what is said in the channel now: a private one only who is in it."""
        channel = await self.channel(channel_id)
        if channel is None or not channel.private:
            return channel is not None
        cursor = ""
        while True:
            try:
                page = await call_slack(
                    self._client.conversations_members(channel=channel_id, limit=1000, cursor=cursor)
                )
            except DeliveryError as error:
                log.warning("channel's members not listed", channel=channel_id, reason=str(error))
                return False
            if user_id in page["members"]:
                return True
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return False

    async def find_person(self, written: str) -> str | None:
        """The id of whom a message names: it stands there itself, or the one member's full or display name does.

        None when nobody or several have the name.
        """
        if _is_id(written):
            return written
        until, ids = self._by_name
        if time.monotonic() >= until:
            ids = await self._names()
            self._by_name = (time.monotonic() + KEPT_SECONDS, ids)
        return ids.get(written.strip().casefold()) or None

    async def _names(self) -> dict[str, str]:
        ids: dict[str, str] = {}
        cursor = ""
        while True:
            try:
                page = await call_slack(self._client.users_list(limit=200, cursor=cursor))
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

    def _keep(self, key: str, value: Member | Channel) -> None:
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        self._kept[key] = _Kept(time.monotonic() + KEPT_SECONDS, value)


def _is_id(written: str) -> bool:
    return written.startswith(("U", "W")) and written.isalnum() and written.isupper()
