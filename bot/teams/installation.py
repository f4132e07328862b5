"""Parses installationUpdate and conversationUpdate activities into handler requests."""

from __future__ import annotations

from bot.teams.activity import PLATFORM, IncomingActivity
from bot.teams.json_fields import object_field, object_list_field, text_field
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

CHANNEL_SHARED, CHANNEL_UNSHARED = "channelShared", "channelUnshared"
"""A channel was shared with another team, or no more. The team may be of the same company."""

InstallationChange = ReferenceSeen | ReferenceLost | TeamRestored

ADDED_ACTIONS = frozenset({"add", "add-upgrade"})
REMOVED_ACTIONS = frozenset({"remove", "remove-upgrade"})


def conversation_reference(activity: IncomingActivity, event_key: str = "") -> ReferenceSeen:
    """How to answer this activity: the person in a personal chat, otherwise the channel or group chat."""
    personal = activity.is_personal
    return ReferenceSeen(
        event=_event(activity, event_key),
        external_id=(activity.person or activity.user) if personal else activity.conversation_root,
        conversation=activity.conversation_root,
        service_url=activity.service_url,
        bot=activity.bot,
        user=activity.user if personal else None,
        team=activity.team,
        name=activity.channel_name,
    )


def author_reference(activity: IncomingActivity, event_key: str = "") -> ReferenceSeen:
    """How to open a personal chat with the sender of this activity."""
    return ReferenceSeen(
        event=_event(activity, event_key),
        external_id=activity.person or activity.user,
        conversation=activity.conversation if activity.is_personal else None,
        service_url=activity.service_url,
        bot=activity.bot,
        user=activity.user,
    )


def installation_change(activity: IncomingActivity) -> InstallationChange | None:
    """What an installationUpdate or conversationUpdate changes for the bot; None if nothing."""
    if activity.type == "installationUpdate":
        return _installation_update(activity)
    if activity.type != "conversationUpdate":
        return None
    if activity.bot in activity.members_removed:
        return _removed(activity)
    if activity.bot in activity.members_added:
        return conversation_reference(activity, activity.event_key)
    return _team_event(activity)


def other_companies(activity: IncomingActivity) -> bool:
    """Whether one of the teams that a channel was shared with is another company's, or does not say whose it is."""
    teams = object_list_field(object_field(activity.json, "channelData"), "sharedWithTeams")
    return not teams or any(text_field(team, "tenantId").lower() != activity.tenant for team in teams)


def is_team_installation(activity: IncomingActivity) -> bool:
    """Whether a team has just installed the bot. Teams reports that by either of two activities, or both."""
    if activity.is_personal or activity.team is None:
        return False
    installed = activity.type == "installationUpdate" and activity.action in ADDED_ACTIONS
    return installed or activity.bot in activity.members_added


def _installation_update(activity: IncomingActivity) -> InstallationChange | None:
    if activity.action in ADDED_ACTIONS:
        return conversation_reference(activity, activity.event_key)
    # "add-upgrade" follows "remove-upgrade"; if it is lost, the next message to the bot restores the reference.
    return _removed(activity) if activity.action in REMOVED_ACTIONS else None


def _removed(activity: IncomingActivity) -> ReferenceLost:
    """Removed from a personal chat, from a group chat, or from a team with all its channels."""
    event = _event(activity, activity.event_key)
    if activity.is_personal:
        return ReferenceLost(event, activity.person or activity.user, None, REMOVED)
    return ReferenceLost(event, activity.conversation_root, activity.team, REMOVED)


def _team_event(activity: IncomingActivity) -> InstallationChange | None:
    event, team = _event(activity, activity.event_key), activity.team
    match activity.event_type:
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
