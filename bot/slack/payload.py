"""Reading Slack's payloads: who did what, on which deal, with which entries, and the key that makes it count once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.interactions.interaction import Command, FormValues, Interaction
from bot.ui.ids import ModalState
from handlers.detection import Post
from handlers.requests import Caller

PLATFORM = "slack"
Payload = dict[str, Any]


def interaction(body: Payload, action: Payload) -> Interaction:
    """A tap on a button, or a person picked in a menu. Raises `ValueError` for a modal that is not ours."""
    view, container = body.get("view") or {}, body.get("container") or {}
    modal = view if view.get("type") == "modal" else {}
    who = caller(body)
    return Interaction(
        viewer=who,
        actor=replace(who, event_key=action_key(body, action)),
        action_id=str(action.get("action_id")),
        view=str(modal.get("callback_id") or ""),
        value=_action_value(action),
        selected_user=str(action.get("selected_user") or ""),
        state=modal_state(modal),
        values=form_values(modal),
        channel=str(container.get("channel_id") or ""),
        message=f"{container.get('channel_id')}:{container.get('message_ts')}",
    )


def submission(body: Payload, view: Payload) -> Interaction:
    """A form that was saved. Raises `ValueError` for one that is not ours."""
    who = caller(body)
    return Interaction(
        viewer=who,
        actor=replace(who, event_key=submission_key(view)),
        view=str(view.get("callback_id")),
        state=modal_state(view),
        values=form_values(view),
    )


def command(body: Payload) -> Command:
    """What somebody typed after the slash command."""
    who, channel = caller(body), str(body.get("channel_id"))
    return Command(
        viewer=who,
        actor=replace(who, event_key=f"command:{body.get('trigger_id')}"),
        text=str(body.get("text") or ""),
        channel=channel,
        is_direct=channel.startswith("D"),
    )


def caller(body: Payload) -> Caller:
    """Who sent a command, an action, a form or a shortcut, without a key."""
    user = body.get("user")
    person = user.get("id") if isinstance(user, dict) else body.get("user_id")
    return Caller(PLATFORM, workspace(body), str(person or ""), event_key="")


def workspace(body: Payload) -> str:
    """The id of the workspace that an event or interaction belongs to."""
    team = body.get("team")
    found = body.get("team_id") or (team.get("id") if isinstance(team, dict) else team)
    if not found and isinstance(body.get("user"), dict):
        found = body["user"].get("team_id")
    return str(found or "")


def action_key(body: Payload, action: Payload) -> str:
    """The same tap delivered twice, or two taps on one button in the same state of a view, have the same key."""
    view = body.get("view")
    if isinstance(view, dict):
        return f"tap:{view.get('id')}:{view.get('hash')}:{action.get('action_id')}:{action.get('value') or ''}"
    container = body.get("container") or {}
    return f"tap:{container.get('channel_id')}:{container.get('message_ts')}:{action.get('action_ts')}"


def submission_key(view: Payload) -> str:
    """The same submission of the same state of a view has the same key."""
    return f"form:{view.get('id')}:{view.get('hash')}"


def modal_state(view: Payload) -> ModalState:
    """Which deal and statement a modal shows. Raises `ValueError` for a modal that is not ours."""
    return ModalState.from_text(str(view.get("private_metadata") or ""))


def form_values(view: Payload) -> FormValues:
    """What was entered in a modal, by the name of the field (its action; a block may be called otherwise)."""
    blocks = (view.get("state") or {}).get("values") or {}
    return FormValues({name: _value(element) for block in blocks.values() for name, element in block.items()})


def _value(element: Payload) -> str | frozenset[str]:
    if "selected_options" in element:
        return frozenset(str(option["value"]) for option in element["selected_options"] or ())
    option = element.get("selected_option") or {}
    return str(element.get("value") or option.get("value") or element.get("selected_user") or "")


def _action_value(action: Payload) -> str:
    """What a button carries; what a menu does stands in the name of its row, because Slack's menus carry nothing."""
    if "selected_user" in action:
        _, carried, *_ = f"{action.get('block_id')}:".split(":")
        return carried
    return str(action.get("value") or "")


def post(message: Payload) -> Post:
    """A message as the detector reads it."""
    return Post(
        text=str(message.get("text") or ""),
        blocks=message.get("blocks") or (),
        attachments=message.get("attachments") or (),
        author_is_bot="bot_id" in message,
        subtype=message.get("subtype"),
    )


def posted_at(message_ts: str, now: datetime) -> datetime:
    """When a message was posted; `now` when its ts is no time."""
    try:
        return datetime.fromtimestamp(float(message_ts), UTC)
    except (ValueError, OverflowError, OSError):
        return now
