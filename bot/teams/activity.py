"""An incoming activity, read into typed fields. Reading checks types only; `connector.allowlist` checks the origin."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal
from zoneinfo import available_timezones

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
from handlers.requests import Caller, Profile

PLATFORM = "teams"
CHANNEL_ID = "msteams"
NAME_LIMIT = 200

Scope = Literal["personal", "channel", "groupChat"]
SCOPES: tuple[Scope, ...] = ("personal", "channel", "groupChat")


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
    """The sender's IANA zone, if their client sent a valid one."""
    bot: str
    """The bot's own id in this conversation (`28:...`)."""
    text: str
    """The text without mentions of the bot."""
    mentions_bot: bool

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
        profile = Profile(name=self.person_name, zone=self.zone)
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
    mentions = _mentions_of(bot, activity)
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
        channel_name=(text_field(channel, "name")[:NAME_LIMIT] or None) if scope != "personal" else None,
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
        bot=bot,
        text=_without(checked_text(activity, "text"), mentions),
        mentions_bot=bool(mentions),
    )


def _scope(conversation_type: str, conversation: Json) -> Scope:
    for scope in SCOPES:
        if conversation_type.lower() == scope.lower():
            return scope
    return "groupChat" if conversation.get("isGroup") is True else "personal"


def _selected_channel(channel_data: Json) -> str | None:
    channel = text_field(object_field(object_field(channel_data, "settings"), "selectedChannel"), "id")
    return channel if 0 < len(channel) <= ID_LIMIT else None


def _member_ids(activity: Json, name: str) -> frozenset[str]:
    return frozenset(filter(None, (text_field(member, "id") for member in object_list_field(activity, name))))


def _entities(activity: Json, entity_type: str) -> list[Json]:
    return [entity for entity in checked_object_list(activity, "entities") if entity.get("type") == entity_type]


def _mentions_of(bot: str, activity: Json) -> list[str]:
    """The texts that mention the bot."""
    return [
        checked_text(entity, "text")
        for entity in _entities(activity, "mention")
        if checked_object(entity, "mentioned").get("id") == bot
    ]


def _without(text: str, mentions: list[str]) -> str:
    for mention in filter(None, mentions):
        text = text.replace(mention, "", 1)
    return text.strip()


def _zone(activity: Json) -> str | None:
    from_client = [entity.get("timezone") for entity in _entities(activity, "clientInfo")]
    for name in (*from_client, activity.get("localTimezone")):
        if isinstance(name, str) and name in _iana_zones():
            return name
    return None


@cache
def _iana_zones() -> set[str]:
    # A Windows name ("Romance Standard Time") or a path is not in here.
    return available_timezones()
