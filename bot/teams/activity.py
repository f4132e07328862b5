"""What Teams tells us at once: an activity, read into plain fields. Nothing in it is believed before it was checked."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Literal
from zoneinfo import available_timezones

from handlers.requests import Caller, Profile

PLATFORM = "teams"
CHANNEL_ID = "msteams"
LONGEST_ID = 255
"""What the database keeps of an id. Microsoft's are shorter."""
LONGEST_NAME = 200

Json = dict[str, Any]
Scope = Literal["personal", "channel", "groupChat"]
SCOPES: tuple[Scope, ...] = ("personal", "channel", "groupChat")


class MalformedActivityError(Exception):
    """The activity lacks what every activity of Teams has. The text says what, for the log."""


@dataclass(frozen=True, slots=True)
class IncomingActivity:
    """One activity. `activity` is the whole of it as JSON; the other fields are what everybody needs of it."""

    json: Json
    kind: str
    """The type: `message`, `invoke`, `installationUpdate`, ..."""
    name: str
    """What an invoke is about (`adaptiveCard/action`, `task/fetch`, ...); empty for anything else."""
    id: str
    tenant: str
    """The Entra tenant, in lower case; empty when the activity names none."""
    service_url: str
    """Where answers to this conversation go."""
    conversation: str
    """The conversation's id. In a channel it may point to a thread (`;messageid=`)."""
    scope: Scope
    channel: str | None
    """The channel's id, without a thread."""
    team: str | None
    user: str
    """Teams' own id of the person (`29:...`), which is good for this bot only."""
    person: str | None
    """The person's object id in Entra; None for who is none, such as another app."""
    person_name: str | None
    zone: str | None
    """The person's IANA zone, when their client told one that exists."""
    bot: str
    """Our own id in this conversation (`28:...`)."""
    text: str
    """The text without the mention of us."""
    mentioned: bool
    """Somebody called us by name in it."""

    @property
    def is_personal(self) -> bool:
        """Between one person and us."""
        return self.scope == "personal"

    @property
    def conversation_root(self) -> str:
        """The id of the channel, or else of the chat: where something can be posted anew."""
        return self.channel or self.conversation

    @property
    def event_key(self) -> str:
        """The same activity delivered again has the same key."""
        return f"activity:{self.conversation}:{self.kind}:{self.id}"

    def caller(self, event_key: str = "") -> Caller:
        """Who did it. An empty key is for what may be repeated."""
        profile = Profile(name=self.person_name, zone=self.zone)
        return Caller(PLATFORM, self.tenant, self.person or self.user, event_key, profile)


def read_activity(activity: Json) -> IncomingActivity:
    """Read an activity.

    Raises `MalformedActivityError` when something that each has is missing, of another kind, or beyond all measure.
    """
    if activity.get("channelId") != CHANNEL_ID:
        raise MalformedActivityError("channelId is not msteams")
    conversation = _object(activity, "conversation")
    sender, recipient = _object(activity, "from"), _object(activity, "recipient")
    data = _object(activity, "channelData")
    channel = _id(_object(data, "channel"), "id") or None
    conversation_id = _id(conversation, "id", needed=True)
    scope = _scope(_text(conversation, "conversationType"), conversation)
    if scope == "channel" and channel is None:
        channel = conversation_id.partition(";messageid=")[0]
    bot = _id(recipient, "id", needed=True)
    mentions = _mentions(activity, bot)
    return IncomingActivity(
        json=activity,
        kind=_id(activity, "type", needed=True),
        name=_id(activity, "name"),
        id=_id(activity, "id"),
        tenant=_id(_object(data, "tenant"), "id").lower(),
        service_url=_id(activity, "serviceUrl", needed=True),
        conversation=conversation_id,
        scope=scope,
        channel=channel,
        team=_id(_object(data, "team"), "id") or None,
        user=_id(sender, "id", needed=True),
        person=_id(sender, "aadObjectId") or None,
        person_name=_text(sender, "name").strip()[:LONGEST_NAME] or None,
        zone=_zone(activity),
        bot=bot,
        text=_without(_text(activity, "text"), mentions),
        mentioned=bool(mentions),
    )


def _object(holder: Json, name: str) -> Json:
    found = holder.get(name)
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise MalformedActivityError(f"{name} is no object")
    return found


def _text(holder: Json, name: str) -> str:
    found = holder.get(name)
    if found is None:
        return ""
    if not isinstance(found, str):
        raise MalformedActivityError(f"{name} is no text")
    return found


def _id(holder: Json, name: str, *, needed: bool = False) -> str:
    found = _text(holder, name)
    if needed and not found:
        raise MalformedActivityError(f"{name} is missing")
    if len(found) > LONGEST_ID:
        raise MalformedActivityError(f"{name} is too long")
    return found


def _scope(named: str, conversation: Json) -> Scope:
    for scope in SCOPES:
        if named.lower() == scope.lower():
            return scope
    return "groupChat" if conversation.get("isGroup") is True else "personal"


def _entities(activity: Json, kind: str) -> list[Json]:
    found = activity.get("entities") or []
    if not isinstance(found, list):
        raise MalformedActivityError("entities is no list")
    return [each for each in found if isinstance(each, dict) and each.get("type") == kind]


def _mentions(activity: Json, bot: str) -> list[str]:
    """The texts by which the bot is mentioned."""
    return [
        _text(entity, "text")
        for entity in _entities(activity, "mention")
        if _object(entity, "mentioned").get("id") == bot
    ]


def _without(text: str, mentions: list[str]) -> str:
    for mention in filter(None, mentions):
        text = text.replace(mention, "", 1)
    return text.strip()


def _zone(activity: Json) -> str | None:
    told = [entity.get("timezone") for entity in _entities(activity, "clientInfo")]
    for name in (*told, activity.get("localTimezone")):
        if isinstance(name, str) and name in _zones():
            return name
    return None


@cache
def _zones() -> set[str]:
    # Windows' names ("Romance Standard Time") are no zones of ours, and a path is none at all.
    return available_timezones()
