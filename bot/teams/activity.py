"""An incoming activity, read into typed fields. Reading checks types only; `connector.allowlist` checks the origin."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from typing import Literal

from bot.teams.errors import MalformedActivityError
from bot.teams.json_fields import (
    ID_LIMIT,
    Json,
    checked_id,
    checked_object,
    checked_object_list,
    checked_text,
    object_field,
    object_list_field,
    text_field,
)
from handlers.method.time_zones import known_zone
from handlers.requests import Caller, Profile

PLATFORM = "teams"
CHANNEL_ID = "msteams"
NAME_LIMIT = 200
SHARED = "shared"
CHANNEL_TYPES = ("type", "channelType", "membershipType")
"""The fields in which Teams says of which type a channel is: in activities, in lists, in Graph."""

Scope = Literal["personal", "channel", "groupChat"]
SCOPES: tuple[Scope, ...] = ("personal", "channel", "groupChat")
_AT = re.compile(r"<at(?:\s[^<>]*)?>([^<>]*)</at>", re.IGNORECASE)
_QUOTED = re.compile(r"<quoted\s[^<>]*>")
"""Stands in the text for a message that is quoted: a `quotedReply` entity has its id."""


@dataclass(frozen=True, slots=True)
class IncomingActivity:
    """One activity. `json` is all of it; the other fields are the parts that more than one module needs."""

    json: Json
    type: str
    """`message`, `invoke`, `installationUpdate`, ..."""
    name: str
    """The name of an invoke (`adaptiveCard/action`, `task/fetch`, ...); otherwise empty."""
    action: str
    """What an installationUpdate reports (`add`, `remove`, ...); otherwise empty."""
    id: str
    reply_to_id: str
    """The message that it replies to, or whose button was clicked; empty if there is none."""
    tenant: str
    """The Entra tenant, in lower case; empty if the activity names none."""
    service_url: str
    """Where answers to this conversation are sent."""
    conversation: str
    """The conversation id. In a channel it may point to a thread (`;messageid=`)."""
    scope: Scope
    channel: str | None
    """The channel id, without a thread."""
    channel_name: str | None
    """The name of the channel or group chat, if the activity has it."""
    shared_channel: bool
    """Whether the channel is a shared one, which people of other teams and companies can be in."""
    selected_channel: str | None
    """The channel that was chosen for the bot when a team installed it."""
    team: str | None
    team_group: str
    """The Entra object id of the team's group; often empty."""
    event_type: str
    """What happened to a channel, a team or a message (`channelRenamed`, `softDeleteMessage`, ...); may be empty."""
    members_added: frozenset[str]
    members_removed: frozenset[str]
    user: str
    """The sender's Teams id (`29:...`), which only this bot can use."""
    person: str | None
    """The sender's Entra object id; None for a sender that is not a person, such as another app."""
    person_name: str | None
    zone: str | None
    """The sender's IANA zone, if their client sent one that the machine knows."""
    locale: str | None
    """The locale of the sender's client, such as `en-GB`."""
    local_time: datetime | None
    """The sender's clock, with its offset, if their client sent it."""
    bot: str
    """The bot's own id in this conversation (`28:...`)."""
    text: str
    """The text without mentions of the bot and without quotes. Other people are mentioned as `<at>Name</at>`."""
    mentions: Mapping[str, str]
    """The Teams ids that the message mentions, by the name as written."""
    mentions_bot: bool

    @property
    def bot_names(self) -> frozenset[str]:
        """The names by which the message mentions the bot, as `mention_key` makes them comparable."""
        return frozenset(mention_key(name) for name, user in self.mentions.items() if user == self.bot)

    @property
    def is_personal(self) -> bool:
        """Whether this is the one-on-one chat of a person and the bot."""
        return self.scope == "personal"

    @property
    def conversation_root(self) -> str:
        """The id of the channel or chat, without a thread: where a new message can be posted."""
        return self.channel or self.conversation

    @property
    def event_key(self) -> str:
        """The same for each delivery of the same activity."""
        return f"activity:{self.conversation}:{self.type}:{self.id}"

    def caller(self, event_key: str = "") -> Caller:
        """The sender. Leave the key empty for requests that may be repeated."""
        profile = Profile(name=self.person_name, zone=self.zone, local_time=self.local_time, locale=self.locale)
        return Caller(PLATFORM, self.tenant, self.person or self.user, event_key, profile)


def read_activity(activity: Json) -> IncomingActivity:
    """Read an activity.

    Raises `MalformedActivityError` if a required field is missing, or a field has the wrong type or is too long.
    """
    if activity.get("channelId") != CHANNEL_ID:
        raise MalformedActivityError("channelId is not msteams")
    conversation = checked_object(activity, "conversation")
    sender, recipient = checked_object(activity, "from"), checked_object(activity, "recipient")
    data = checked_object(activity, "channelData")
    team, channel = checked_object(data, "team"), checked_object(data, "channel")
    channel_id = checked_id(channel, "id") or None
    conversation_id = checked_id(conversation, "id", required=True)
    scope = _scope(checked_text(conversation, "conversationType"), conversation)
    if scope == "channel" and channel_id is None:
        channel_id = conversation_id.partition(";messageid=")[0]
    bot = checked_id(recipient, "id", required=True)
    mentions = _mentions(activity)
    bot_names = _bot_names(bot, checked_text(recipient, "name"), mentions)
    return IncomingActivity(
        json=activity,
        type=checked_id(activity, "type", required=True),
        name=checked_id(activity, "name"),
        action=text_field(activity, "action"),
        id=checked_id(activity, "id"),
        reply_to_id=text_field(activity, "replyToId"),
        tenant=checked_id(checked_object(data, "tenant"), "id").lower(),
        service_url=checked_id(activity, "serviceUrl", required=True),
        conversation=conversation_id,
        scope=scope,
        channel=channel_id,
        channel_name=_conversation_name(scope, channel, conversation),
        shared_channel=SHARED in (text_field(channel, name).lower() for name in CHANNEL_TYPES),
        selected_channel=_selected_channel(data),
        team=checked_id(team, "id") or None,
        team_group=text_field(team, "aadGroupId"),
        event_type=text_field(data, "eventType"),
        members_added=_member_ids(activity, "membersAdded"),
        members_removed=_member_ids(activity, "membersRemoved"),
        user=checked_id(sender, "id", required=True),
        person=checked_id(sender, "aadObjectId") or None,
        person_name=checked_text(sender, "name").strip()[:NAME_LIMIT] or None,
        zone=_zone(activity),
        locale=_locale(activity),
        local_time=_local_time(activity),
        bot=bot,
        text=_without_bot(_QUOTED.sub("", checked_text(activity, "text")), bot_names),
        mentions=mentions | dict.fromkeys(bot_names, bot),
        mentions_bot=bool(bot_names),
    )


def _scope(conversation_type: str, conversation: Json) -> Scope:
    for scope in SCOPES:
        if conversation_type.lower() == scope.lower():
            return scope
    return "groupChat" if conversation.get("isGroup") is True else "personal"


def _conversation_name(scope: Scope, channel: Json, conversation: Json) -> str | None:
    if scope == "personal":
        return None
    name = text_field(channel, "name") or (text_field(conversation, "name") if scope == "groupChat" else "")
    return name.strip()[:NAME_LIMIT] or None


def _selected_channel(channel_data: Json) -> str | None:
    channel = text_field(object_field(object_field(channel_data, "settings"), "selectedChannel"), "id")
    return channel if 0 < len(channel) <= ID_LIMIT else None


def _member_ids(activity: Json, name: str) -> frozenset[str]:
    return frozenset(filter(None, (text_field(member, "id") for member in object_list_field(activity, name))))


def _entities(activity: Json, entity_type: str) -> list[Json]:
    return [entity for entity in checked_object_list(activity, "entities") if entity.get("type") == entity_type]


def _mentions(activity: Json) -> dict[str, str]:
    """The Teams ids that the message mentions, by name. Teams leaves out the text of a mention now and then."""
    mentions = {}
    for entity in _entities(activity, "mention"):
        mentioned = checked_object(entity, "mentioned")
        written = _AT.sub(r"\1", checked_text(entity, "text")) or text_field(mentioned, "name")
        mentions[unescape(written).strip()] = text_field(mentioned, "id")
    return mentions


def _bot_names(bot: str, own_name: str, mentions: Mapping[str, str]) -> list[str]:
    """The names by which the bot is mentioned; empty if it is not. A mention without any name has the bot's own."""
    names = [name for name, user in mentions.items() if user == bot]
    return [*filter(None, names), own_name] if names else []


def mention_key(name: str) -> str:
    """A mentioned name in the form in which two are compared."""
    return " ".join(unescape(name).casefold().split()).removeprefix("@")


def _without_bot(text: str, bot_names: list[str]) -> str:
    keys = {mention_key(name) for name in bot_names}
    text = _AT.sub(lambda mention: " " if mention_key(mention[1]) in keys else mention[0], text).strip()
    name = next((name for name in bot_names if name and text.startswith(name)), "")  # some clients send it without tags
    return text.removeprefix(name).strip()


def _locale(activity: Json) -> str | None:
    from_client = [entity.get("locale") for entity in _entities(activity, "clientInfo")]
    said = (name for name in (activity.get("locale"), *from_client) if isinstance(name, str) and len(name) <= ID_LIMIT)
    return next(said, None)


def _zone(activity: Json) -> str | None:
    from_client = [entity.get("timezone") for entity in _entities(activity, "clientInfo")]
    for name in (*from_client, activity.get("localTimezone")):
        found = known_zone(name) if isinstance(name, str) and len(name) <= ID_LIMIT else None
        if found is not None:
            return found.key
    return None


def _local_time(activity: Json) -> datetime | None:
    try:
        found = datetime.fromisoformat(text_field(activity, "localTimestamp"))
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
