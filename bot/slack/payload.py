"""Reads Slack's payloads into interactions and commands, with the event key that makes each count once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from slack_bolt.request.internals import extract_team_id

from bot.interactions.interaction import Command, FormValues, Interaction, digest_of
from bot.slack import mrkdwn
from bot.ui.ids import ModalState, OverflowValue
from handlers.detection import Post
from handlers.requests import Caller
from storage.message_versions import Version

PLATFORM = "slack"
Payload = dict[str, Any]


def interaction(body: Payload, action: Payload, workspace: str | None = None) -> Interaction:
    """A button click, or a user selected in a menu. Raises `ValueError` if the modal is not the app's.

    `workspace` is the installation's (`bot.slack.installation`), here and below; None takes what the payload says.
    """
    action = _chosen(action)
    view, container = body.get("view") or {}, body.get("container") or {}
    modal = view if view.get("type") == "modal" else {}
    user, selected = caller(body, workspace), str(action.get("selected_user") or "")
    return Interaction(
        viewer=user,
        # In a message, each click has a time of its own.
        actor=replace(user, event_key=action_key(body, action), content=digest_of(selected) if view else ""),
        action_id=str(action.get("action_id")),
        view=str(modal.get("callback_id") or ""),
        value=_action_value(action),
        selected_user=selected,
        state=modal_state(modal),
        values=form_values(modal),
        channel=str(container.get("channel_id") or ""),
        message=f"{container.get('channel_id')}:{container.get('message_ts')}",
        is_direct=str(container.get("channel_id") or "").startswith("D"),
    )


def _chosen(action: Payload) -> Payload:
    """The action as that of a button, if it is an option of the menu behind "…". Raises `ValueError` if not ours."""
    if action.get("type") != "overflow":
        return action
    option = OverflowValue.from_text(str((action.get("selected_option") or {}).get("value")))
    return {**action, "action_id": option.action_id, "value": option.value}


def submission(body: Payload, view: Payload, workspace: str | None = None) -> Interaction:
    """A view submission. Raises `ValueError` if the modal is not the app's."""
    user, values = caller(body, workspace), form_values(view)
    return Interaction(
        viewer=user,
        actor=replace(user, event_key=submission_key(view), content=values.digest),
        view=str(view.get("callback_id")),
        state=modal_state(view),
        values=values,
    )


def is_entry(body: Payload, action: Payload) -> bool:
    """Whether a block action is an entry in a form's field (`dispatch_action`), not a click on a button or a menu."""
    blocks = (body.get("view") or {}).get("blocks") or ()
    return any(each.get("type") == "input" and each.get("block_id") == action.get("block_id") for each in blocks)


def command(body: Payload, workspace: str | None = None, names: Mapping[str, str] | None = None) -> Command:
    """A slash command, as it was typed. `names` are those of the people and channels that it mentions by id alone."""
    user, channel = caller(body, workspace), str(body.get("channel_id"))
    return Command(
        viewer=user,
        actor=replace(user, event_key=f"command:{body['trigger_id']}" if body.get("trigger_id") else ""),
        text=mrkdwn.unescape(str(body.get("text") or ""), names),
        mentions=mrkdwn.mentioned_people(str(body.get("text") or ""), names or {}),
        channel=channel,
        is_direct=channel.startswith("D"),
    )


def caller(body: Payload, workspace: str | None = None) -> Caller:
    """The user behind a command, an action, a view submission or a shortcut, without an event key."""
    user = body.get("user")
    if isinstance(user, dict):
        person, home = user.get("id"), user.get("team_id")
    else:
        person, home = body.get("user_id"), None  # a command's team is not always the person's
    return Caller(
        PLATFORM, workspace or extract_team_id(body) or "", str(person or ""), event_key="", home=home or None
    )


def home_of(message: Payload) -> str | None:
    """The workspace or organization that a message's author belongs to; None if the message does not say."""
    profile = message.get("bot_profile") or {}
    return message.get("user_team") or profile.get("team_id") or message.get("team")


def action_key(body: Payload, action: Payload) -> str:
    """The same for repeated deliveries of a click, and for two clicks on one button in the same state of a view."""
    view = body.get("view")
    if isinstance(view, dict):
        return f"tap:{view.get('id')}:{view.get('hash')}:{action.get('action_id')}:{action.get('value') or ''}"
    container = body.get("container") or {}
    return f"tap:{container.get('channel_id')}:{container.get('message_ts')}:{action.get('action_ts')}"


def submission_key(view: Payload) -> str:
    """The same for each submission of the same state of a view, whatever was entered."""
    return f"form:{view.get('id')}:{view.get('hash')}"


def modal_state(view: Payload) -> ModalState:
    """The deal and statement that a modal shows. Raises `ValueError` if the modal is not the app's."""
    return ModalState.from_text(str(view.get("private_metadata") or ""))


def form_values(view: Payload) -> FormValues:
    """The values of a modal, by field name: its action id, as the block id may differ."""
    blocks = (view.get("state") or {}).get("values") or {}
    return FormValues({name: _value(element) for block in blocks.values() for name, element in block.items()})


def _value(element: Payload) -> str | frozenset[str]:
    if "selected_options" in element:
        return frozenset(str(option["value"]) for option in element["selected_options"] or ())
    option = element.get("selected_option") or {}
    return str(element.get("value") or option.get("value") or element.get("selected_user") or "")


def _action_value(action: Payload) -> str:
    """The value of a button. A select menu has none, so its value is in the block id of its row."""
    if "selected_user" in action:
        _, value, *_ = f"{action.get('block_id')}:".split(":")
        return value
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


def version(event: Payload, message: Payload, now: datetime) -> Version:
    """Which version of a message an event brings: as posted, or since when it is as it is.

    Slack dates an edit to the second, so the time of the event decides between two.
    """
    sent_at = posted_at(str(event.get("event_ts") or event.get("ts")), now)
    edited = message.get("edited")
    edited_at = posted_at(str(edited.get("ts")), now) if isinstance(edited, dict) else None
    return Version(edited_at, sent_at)


def deleted_version(event: Payload, now: datetime) -> Version:
    """The version of a message that was deleted by this event: no edit is newer."""
    sent_at = posted_at(str(event.get("event_ts") or event.get("ts")), now)
    return Version(sent_at, sent_at)


def posted_at(message_ts: str, now: datetime) -> datetime:
    """When a message was posted; `now` if its ts is not a time."""
    try:
        return datetime.fromtimestamp(float(message_ts), UTC)
    except (ValueError, OverflowError, OSError):
        return now
