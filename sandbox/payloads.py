"""Slack's payloads for commands, shortcuts, actions and views."""

from __future__ import annotations

from typing import Any

from sandbox.simulation import Simulation
from sandbox.workspace import Channel, Message, Person

Json = dict[str, Any]
VERIFICATION = "sandbox-verification-token"


def _common(sim: Simulation, person: Person, kind: str) -> Json:
    workspace = sim.workspace
    return {
        "type": kind,
        "team": {"id": workspace.team_id, "domain": workspace.team_domain},
        "user": {
            "id": person.id,
            "username": person.name,
            "name": person.name,
            "team_id": workspace.team_of(person.id),
        },
        "api_app_id": workspace.app_id,
        "token": VERIFICATION,
        "is_enterprise_install": False,
        "enterprise": None,
    }


def _of_view(sim: Simulation, person: Person, kind: str) -> Json:
    """In a shared channel `team` is the person's; where the app is installed, only the view says."""
    return _common(sim, person, kind) | {"team": {"id": sim.workspace.team_of(person.id), "domain": ""}}


def channel_name(channel: Channel) -> str:
    """The name of a conversation in payloads."""
    return {"im": "directmessage", "group": "privategroup"}.get(channel.kind, channel.name)


def command(sim: Simulation, person: Person, channel: Channel, name: str, text: str, *, response_url: str) -> Json:
    """The form fields of a slash command."""
    workspace = sim.workspace
    return {
        "token": VERIFICATION,
        "team_id": workspace.team_of(person.id),
        "team_domain": workspace.team_domain,
        "channel_id": channel.id,
        "channel_name": channel_name(channel),
        "user_id": person.id,
        "user_name": person.name,
        "command": name,
        "text": text,
        "api_app_id": workspace.app_id,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": sim.triggers.issue(person.id),
    }


def global_shortcut(sim: Simulation, person: Person, callback_id: str) -> Json:
    """A global shortcut."""
    return _common(sim, person, "shortcut") | {
        "callback_id": callback_id,
        "trigger_id": sim.triggers.issue(person.id),
        "action_ts": sim.clock.ts(),
    }


def message_shortcut(
    sim: Simulation, person: Person, channel: Channel, message: Message, callback_id: str, *, response_url: str
) -> Json:
    """A shortcut on a message."""
    return _common(sim, person, "message_action") | {
        "callback_id": callback_id,
        "trigger_id": sim.triggers.issue(person.id),
        "action_ts": sim.clock.ts(),
        "response_url": response_url,
        "message_ts": message.ts,
        "channel": {"id": channel.id, "name": channel_name(channel)},
        "message": dict(message.body),
    }


def message_action(
    sim: Simulation,
    person: Person,
    channel: Channel,
    message: Message,
    *,
    action: Json,
    state: Json,
    response_url: str,
) -> Json:
    """An action on an element of a message."""
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": message.ephemeral_to is not None,
    }
    if message.thread_ts is not None:
        container["thread_ts"] = message.thread_ts
    return _common(sim, person, "block_actions") | {
        "container": container,
        "trigger_id": sim.triggers.issue(person.id),
        "channel": {"id": channel.id, "name": channel_name(channel)},
        "message": dict(message.body),
        "state": {"values": state},
        "response_url": response_url,
        "actions": [action],
    }


def view_action(sim: Simulation, person: Person, view: Json, action: Json) -> Json:
    """An action on an element of a modal or an App Home."""
    view_id = view["id"] if view["type"] == "modal" else None
    return _common(sim, person, "block_actions") | {
        "container": {"type": "view", "view_id": view["id"]},
        "trigger_id": sim.triggers.issue(person.id, view_id),
        "view": dict(view),
        "actions": [action],
    }


def view_submission(sim: Simulation, person: Person, view: Json) -> Json:
    """The submission of a modal."""
    return _of_view(sim, person, "view_submission") | {
        "trigger_id": sim.triggers.issue(person.id, view["id"]),
        "view": dict(view),
        "response_urls": [],
    }


def view_closed(sim: Simulation, person: Person, view: Json, *, is_cleared: bool) -> Json:
    """The closing of a modal. What is in its fields stays with the client."""
    closed = {**view, "state": {"values": {}}}
    return _of_view(sim, person, "view_closed") | {"view": closed, "is_cleared": is_cleared}


def block_suggestion(sim: Simulation, person: Person, element: Json, block_id: str, value: str) -> Json:
    """A request for the options of an external select."""
    return _common(sim, person, "block_suggestion") | {
        "action_id": element["action_id"],
        "block_id": block_id,
        "value": value,
    }
