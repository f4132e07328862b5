"""Where we are let in and sent away: activities of installation and of teams, read into what the handlers take."""

from __future__ import annotations

from bot.teams.activity import PLATFORM, IncomingActivity, Json
from handlers.workspace.conversation_references import (
    CHANNEL_DELETED,
    REMOVED,
    TEAM_ARCHIVED,
    TEAM_DELETED,
    Event,
    ReferenceLost,
    ReferenceSeen,
    TeamRestored,
)

Change = ReferenceSeen | ReferenceLost | TeamRestored

ADDED = frozenset({"add", "add-upgrade"})
REMOVED_ACTIONS = frozenset({"remove", "remove-upgrade"})


def conversation_reference(activity: IncomingActivity, event_key: str = "") -> ReferenceSeen:
    """How to answer where this activity comes from: to the person in a personal chat, else to the channel or chat."""
    personal = activity.is_personal
    return ReferenceSeen(
        event=_event(activity, event_key),
        external_id=(activity.person or activity.user) if personal else activity.conversation_root,
        conversation=activity.conversation_root,
        service_url=activity.service_url,
        bot=activity.bot,
        user=activity.user if personal else None,
        team=activity.team,
        name=None if personal else _channel_name(activity),
    )


def author_reference(activity: IncomingActivity, event_key: str = "") -> ReferenceSeen:
    """How to open a personal chat with who wrote this in a channel."""
    return ReferenceSeen(
        event=_event(activity, event_key),
        external_id=activity.person or activity.user,
        conversation=activity.conversation if activity.is_personal else None,
        service_url=activity.service_url,
        bot=activity.bot,
        user=activity.user,
    )


def installation_change(activity: IncomingActivity) -> Change | None:
    """What an installationUpdate or a conversationUpdate changes for us; None for nothing."""
    if activity.kind == "installationUpdate":
        return _installation(activity, str(activity.json.get("action") or ""))
    if activity.kind != "conversationUpdate":
        return None
    if activity.bot in _ids(activity.json, "membersRemoved"):
        return _removed(activity)
    if activity.bot in _ids(activity.json, "membersAdded"):
        return conversation_reference(activity, activity.event_key)
    return _team_event(activity, str(_data(activity).get("eventType") or ""))


def is_team_installation(activity: IncomingActivity) -> bool:
    """Whether a team has just let us in, by whichever of the two activities that tell of it."""
    if activity.is_personal or activity.team is None:
        return False
    installed = activity.kind == "installationUpdate" and str(activity.json.get("action") or "") in ADDED
    return installed or activity.bot in _ids(activity.json, "membersAdded")


def _installation(activity: IncomingActivity, action: str) -> Change | None:
    if action in ADDED:
        return conversation_reference(activity, activity.event_key)
    # An upgrade is followed by an "add-upgrade"; if that one got lost, the next word with us lets us in again.
    return _removed(activity) if action in REMOVED_ACTIONS else None


def _removed(activity: IncomingActivity) -> ReferenceLost:
    """From a person's chats, from a group chat, or from a team with all its channels."""
    event = _event(activity, activity.event_key)
    if activity.is_personal:
        return ReferenceLost(event, activity.person or activity.user, None, REMOVED)
    return ReferenceLost(event, activity.conversation_root, activity.team, REMOVED)


def _team_event(activity: IncomingActivity, happened: str) -> Change | None:
    event, team = _event(activity, activity.event_key), activity.team
    match happened:
        case "channelCreated" | "channelRestored" | "channelRenamed":
            return conversation_reference(activity, activity.event_key)
        case "channelDeleted":
            return ReferenceLost(event, activity.conversation_root, None, CHANNEL_DELETED)
        case "teamArchived" if team is not None:
            return ReferenceLost(event, None, team, TEAM_ARCHIVED)
        case "teamUnarchived" | "teamRestored" if team is not None:
            return TeamRestored(event, team)
        case "teamDeleted" | "teamHardDeleted" if team is not None:
            return ReferenceLost(event, None, team, TEAM_DELETED)
    return None


def _event(activity: IncomingActivity, key: str) -> Event:
    return Event(PLATFORM, activity.tenant, key)


def _data(activity: IncomingActivity) -> Json:
    found = activity.json.get("channelData")
    return found if isinstance(found, dict) else {}


def _channel_name(activity: IncomingActivity) -> str | None:
    channel = _data(activity).get("channel")
    name = channel.get("name") if isinstance(channel, dict) else None
    return name[:200] if isinstance(name, str) and name else None


def _ids(activity: Json, name: str) -> set[str]:
    members = activity.get(name)
    if not isinstance(members, list):
        return set()
    return {each["id"] for each in members if isinstance(each, dict) and isinstance(each.get("id"), str)}
