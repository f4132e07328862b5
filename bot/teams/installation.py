"""Where we are let in and sent away: activities of installation and of teams, read into what the handlers take."""

from __future__ import annotations

from bot.teams.activity import PLATFORM, Json, Turn
from handlers.workspace.conversation_references import (
    CHANNEL_DELETED,
    REMOVED,
    TEAM_ARCHIVED,
    TEAM_DELETED,
    Event,
    Lost,
    Reached,
    TeamBack,
)

Change = Reached | Lost | TeamBack

LET_IN = frozenset({"add", "add-upgrade"})
SENT_AWAY = frozenset({"remove", "remove-upgrade"})


def here(turn: Turn, event_key: str = "") -> Reached:
    """How to answer where this activity comes from: to the person in a personal chat, else to the channel or chat."""
    personal = turn.is_personal
    return Reached(
        event=_event(turn, event_key),
        external_id=(turn.person or turn.user) if personal else turn.place,
        conversation=turn.place,
        service_url=turn.service_url,
        bot=turn.bot,
        user=turn.user if personal else None,
        team=turn.team,
        name=None if personal else _channel_name(turn),
    )


def author(turn: Turn, event_key: str = "") -> Reached:
    """How to open a personal chat with who wrote this in a channel."""
    return Reached(
        event=_event(turn, event_key),
        external_id=turn.person or turn.user,
        conversation=turn.conversation if turn.is_personal else None,
        service_url=turn.service_url,
        bot=turn.bot,
        user=turn.user,
    )


def change(turn: Turn) -> Change | None:
    """What an installationUpdate or a conversationUpdate changes for us; None for nothing."""
    if turn.kind == "installationUpdate":
        return _installation(turn, str(turn.activity.get("action") or ""))
    if turn.kind != "conversationUpdate":
        return None
    if turn.bot in _ids(turn.activity, "membersRemoved"):
        return _sent_away(turn)
    if turn.bot in _ids(turn.activity, "membersAdded"):
        return here(turn, turn.event_key)
    return _of_the_team(turn, str(_data(turn).get("eventType") or ""))


def lets_into_a_team(turn: Turn) -> bool:
    """Whether a team has just let us in, by whichever of the two activities that tell of it."""
    if turn.is_personal or turn.team is None:
        return False
    installed = turn.kind == "installationUpdate" and str(turn.activity.get("action") or "") in LET_IN
    return installed or turn.bot in _ids(turn.activity, "membersAdded")


def _installation(turn: Turn, action: str) -> Change | None:
    if action in LET_IN:
        return here(turn, turn.event_key)
    # An upgrade is followed by an "add-upgrade"; if that one got lost, the next word with us lets us in again.
    return _sent_away(turn) if action in SENT_AWAY else None


def _sent_away(turn: Turn) -> Lost:
    """From a person's chats, from a group chat, or from a team with all its channels."""
    event = _event(turn, turn.event_key)
    if turn.is_personal:
        return Lost(event, turn.person or turn.user, None, REMOVED)
    return Lost(event, turn.place, turn.team, REMOVED)


def _of_the_team(turn: Turn, happened: str) -> Change | None:
    event, team = _event(turn, turn.event_key), turn.team
    match happened:
        case "channelCreated" | "channelRestored" | "channelRenamed":
            return here(turn, turn.event_key)
        case "channelDeleted":
            return Lost(event, turn.place, None, CHANNEL_DELETED)
        case "teamArchived" if team is not None:
            return Lost(event, None, team, TEAM_ARCHIVED)
        case "teamUnarchived" | "teamRestored" if team is not None:
            return TeamBack(event, team)
        case "teamDeleted" | "teamHardDeleted" if team is not None:
            return Lost(event, None, team, TEAM_DELETED)
    return None


def _event(turn: Turn, key: str) -> Event:
    return Event(PLATFORM, turn.tenant, key)


def _data(turn: Turn) -> Json:
    found = turn.activity.get("channelData")
    return found if isinstance(found, dict) else {}


def _channel_name(turn: Turn) -> str | None:
    channel = _data(turn).get("channel")
    name = channel.get("name") if isinstance(channel, dict) else None
    return name[:200] if isinstance(name, str) and name else None


def _ids(activity: Json, name: str) -> set[str]:
    members = activity.get(name)
    if not isinstance(members, list):
        return set()
    return {each["id"] for each in members if isinstance(each, dict) and isinstance(each.get("id"), str)}
