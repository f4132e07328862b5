"""The state of the workspace: team, people, channels and messages. It notifies nobody."""

from __future__ import annotations

import itertools
import secrets
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.clock import WorkspaceClock

Json = dict[str, Any]
EPHEMERALS_PER_CHANNEL = 200


@dataclass(slots=True)
class Person:
    """A user: a person, or the bot's own user (`is_bot`)."""

    id: str
    name: str
    real_name: str
    title: str = ""
    tz: str = "Europe/London"
    tz_label: str = "Greenwich Mean Time"
    locale: str = "en-GB"
    color: str = "4bbe2e"
    is_admin: bool = False
    is_guest: bool = False
    is_bot: bool = False
    deleted: bool = False
    status_text: str = ""
    status_emoji: str = ""
    status_expiration: int = 0
    dnd_until: int = 0
    """When the pause of notifications ends, in seconds since the epoch; 0 if there is none."""
    bot_id: str | None = None
    team_id: str | None = None
    """The workspace that an external person belongs to; None for the simulated one."""
    is_stranger: bool = False
    """Whether users.info says so of an external person. Slack does not say it of everybody in a shared channel."""

    @property
    def display_name(self) -> str:
        """The name shown with the person's messages."""
        return self.real_name.split(" ")[0] if not self.is_bot else self.real_name


@dataclass(slots=True)
class Message:
    """One message: `body` is Slack's object; `metadata` is separate, because Slack returns it only on request."""

    channel: str
    body: Json
    metadata: Json | None = None
    ephemeral_to: str | None = None

    @property
    def ts(self) -> str:
        """The message's timestamp, its id within the channel."""
        return str(self.body["ts"])

    @property
    def thread_ts(self) -> str | None:
        """The timestamp of the thread's first message, for a reply or a parent with replies."""
        value = self.body.get("thread_ts")
        return str(value) if value else None

    @property
    def is_reply(self) -> bool:
        """Whether the message is a reply in a thread."""
        return self.thread_ts is not None and self.thread_ts != self.ts

    @property
    def in_channel(self) -> bool:
        """Whether the message is in the channel itself, not only in a thread."""
        return not self.is_reply or self.body.get("subtype") == "thread_broadcast"


@dataclass(slots=True)
class Channel:
    """A conversation: `kind` is `channel` (public), `group` (private) or `im`."""

    id: str
    name: str
    kind: str
    members: set[str]
    created: int
    creator: str
    topic: str = ""
    purpose: str = ""
    is_general: bool = False
    is_archived: bool = False
    shared_with: set[str] = field(default_factory=set)
    """The ids of other companies' workspaces that the channel is shared with (Slack Connect)."""
    host: str | None = None
    """The workspace that created a shared channel; None for the simulated one. Events name it in `team_id`."""
    is_pending_ext_shared: bool = False
    """Whether another company is invited to it and has not accepted yet."""
    is_org_shared: bool = False
    """Whether it is shared with another workspace of the same organization."""
    messages: OrderedDict[str, Message] = field(default_factory=OrderedDict)
    ephemerals: OrderedDict[str, Message] = field(default_factory=OrderedDict)
    threads: dict[str, list[str]] = field(default_factory=dict)
    last_read: dict[str, str] = field(default_factory=dict)

    def sees(self, user_id: str) -> bool:
        """Whether this person may read the conversation."""
        return self.kind == "channel" or user_id in self.members

    def other_than(self, user_id: str) -> str:
        """The other member of a DM, or the person in a DM with themselves."""
        return next((each for each in sorted(self.members) if each != user_id), user_id)


class Workspace:
    """One simulated Slack workspace."""

    def __init__(self, clock: WorkspaceClock, app_name: str, messages_per_channel: int) -> None:
        self.clock = clock
        self.team_id = "T0BRIGHTSD"
        self.team_name = "Brightside Software"
        self.team_domain = "brightside"
        self.enterprise_id: str | None = None
        self.is_enterprise_install = False
        self.app_id = "A0FIRSTCAL"
        self.bot_id = "B0FIRSTCAL"
        self.bot_user_id = "U0FIRSTCAL"
        self.app_name = app_name
        self.messages_per_channel = messages_per_channel
        self.people: dict[str, Person] = {}
        self.channels: dict[str, Channel] = {}
        self._dms: dict[frozenset[str], str] = {}
        self._serial = itertools.count(1)

    def serial(self, prefix: str) -> str:
        """A new id such as `F0000001A7`: formatted like Slack's, and increasing, so logs are easy to read."""
        return f"{prefix}{next(self._serial):07d}{secrets.token_hex(1).upper()}"

    # --- people -------------------------------------------------------------------------------------------------

    def add_person(self, person: Person) -> Person:
        """Add a person."""
        self.people[person.id] = person
        return person

    def team_of(self, user_id: str) -> str:
        """The workspace that a person belongs to."""
        person = self.people.get(user_id)
        return self.team_id if person is None or person.team_id is None else person.team_id

    def sees(self, user_id: str, channel: Channel) -> bool:
        """Whether a person may read the conversation; somebody of another company only where they are a member."""
        return channel.sees(user_id) and (self.team_of(user_id) == self.team_id or user_id in channel.members)

    @property
    def bot(self) -> Person:
        """The bot's own user."""
        return self.people[self.bot_user_id]

    def by_name(self, name: str) -> Person | None:
        """The person with this handle or display name (in any case), or None."""
        wanted = name.lower()
        return next(
            (each for each in self.people.values() if wanted in {each.name.lower(), each.display_name.lower()}), None
        )

    # --- channels -----------------------------------------------------------------------------------------------

    def add_channel(self, name: str, members: set[str], *, creator: str, kind: str = "channel") -> Channel:
        """Create a public (`channel`) or private (`group`) channel."""
        channel = Channel(self.serial("C"), name, kind, set(members), created=int(self.clock.now()), creator=creator)
        self.channels[channel.id] = channel
        return channel

    def channel_by_name(self, name: str) -> Channel | None:
        """The public or private channel with this name, or None."""
        return next((each for each in self.channels.values() if each.kind != "im" and each.name == name), None)

    def dm(self, one: str, other: str) -> tuple[Channel, bool]:
        """The DM of two people, and whether it existed already."""
        pair = frozenset({one, other})
        known = self._dms.get(pair)
        if known is not None:
            return self.channels[known], True
        channel = Channel(self.serial("D"), "", "im", {one, other}, created=int(self.clock.now()), creator=one)
        self.channels[channel.id] = channel
        self._dms[pair] = channel.id
        return channel, False

    # --- messages -----------------------------------------------------------------------------------------------

    def add_message(self, message: Message) -> Message:
        """Add a message to its channel and thread; drops the oldest message of a full channel."""
        channel = self.channels[message.channel]
        if message.ephemeral_to is not None:
            channel.ephemerals[message.ts] = message
            while len(channel.ephemerals) > EPHEMERALS_PER_CHANNEL:
                channel.ephemerals.popitem(last=False)
            return message
        channel.messages[message.ts] = message
        if message.is_reply:
            self._count_reply(channel, message)
        while len(channel.messages) > self.messages_per_channel:
            _, oldest = channel.messages.popitem(last=False)
            channel.threads.pop(oldest.ts, None)
            self._leave_thread(channel, oldest)
        return message

    def _count_reply(self, channel: Channel, reply: Message) -> None:
        parent_ts = str(reply.thread_ts)
        channel.threads.setdefault(parent_ts, []).append(reply.ts)
        self.recount_thread(channel, parent_ts)

    def _leave_thread(self, channel: Channel, reply: Message) -> None:
        """Remove a reply from its thread. The parent may be gone, and a newer thread may have its timestamp."""
        parent_ts = str(reply.thread_ts)
        replies = channel.threads.get(parent_ts, [])
        if reply.ts in replies:
            replies.remove(reply.ts)
            self.recount_thread(channel, parent_ts)
            if not replies:
                del channel.threads[parent_ts]

    def recount_thread(self, channel: Channel, parent_ts: str) -> None:
        """Update `reply_count`, `reply_users` and `latest_reply` of a thread's first message."""
        parent = channel.messages.get(parent_ts)
        if parent is None:
            return
        replies = [channel.messages[ts] for ts in channel.threads.get(parent_ts, [])]
        if not replies:
            for key in ("reply_count", "reply_users", "reply_users_count", "latest_reply", "thread_ts", "is_locked"):
                parent.body.pop(key, None)
            return
        users = list(dict.fromkeys(each.body.get("user", "") for each in replies))
        parent.body |= {
            "thread_ts": parent_ts,
            "reply_count": len(replies),
            "reply_users": users,
            "reply_users_count": len(users),
            "latest_reply": replies[-1].ts,
            "is_locked": False,
        }

    def remove_message(self, channel: Channel, ts: str) -> None:
        """Delete a message; a thread's first message becomes a tombstone while there are replies."""
        message = channel.messages[ts]
        if channel.threads.get(ts):
            message.body["subtype"] = "tombstone"
            message.body["text"] = "This message was deleted."
            message.body["hidden"] = True
            for key in ("blocks", "attachments", "reactions", "files", "bot_profile"):
                message.body.pop(key, None)
            message.metadata = None
            return
        del channel.messages[ts]
        self._leave_thread(channel, message)

    def unread(self, channel: Channel, user_id: str) -> int:
        """How many messages of others are newer than the person's last read one."""
        mark = channel.last_read.get(user_id, "0")
        count = 0
        for message in reversed(channel.messages.values()):
            if message.ts <= mark:
                break
            count += message.in_channel and message.body.get("user") != user_id
        return count


def tz_offset(person: Person, at: float) -> int:
    """The person's UTC offset in seconds at a moment (seconds since the epoch)."""
    offset = datetime.fromtimestamp(at, ZoneInfo(person.tz)).utcoffset()
    return int(offset.total_seconds()) if offset is not None else 0
