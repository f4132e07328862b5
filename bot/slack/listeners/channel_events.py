"""A channel is archived, deleted or renamed, has a new id, or the bot is removed from it."""

from __future__ import annotations

import re
from functools import partial

import structlog
from slack_bolt.async_app import AsyncApp

from bot.slack.context import SlackContext
from bot.slack.payload import PLATFORM, Payload
from handlers.team import channel_ids, closed_channels
from handlers.team.channel_ids import ChannelIdChanged
from handlers.team.closed_channels import ChannelClosed, ChannelRenamed, ChannelReopened, Closed
from handlers.workspace.conversation_references import Event

_CLOSED = {"archive": Closed.ARCHIVED, "deleted": Closed.DELETED, "left": Closed.LEFT}

log = structlog.stdlib.get_logger(__name__)


def register(app: AsyncApp, slack: SlackContext) -> None:
    """Listen to the events of public channels (`channel_...`) and of private ones (`group_...`)."""
    app.event(re.compile("^(channel|group)_(archive|deleted|left)$"))(partial(handle_closed, slack=slack))
    app.event("member_left_channel")(partial(handle_member_left, slack=slack))
    app.event(re.compile("^(channel|group)_unarchive$"))(partial(handle_unarchived, slack=slack))
    app.event(re.compile("^(channel|group)_rename$"))(partial(handle_renamed, slack=slack))
    app.event("channel_id_changed")(partial(handle_id_changed, slack=slack))


async def handle_closed(event: Payload, body: Payload, slack: SlackContext) -> None:
    """Stop the summaries of a channel that the bot can no longer post to."""
    await _close(event, body, slack, _CLOSED[str(event["type"]).partition("_")[2]])


async def handle_member_left(event: Payload, body: Payload, slack: SlackContext) -> None:
    """The same when the bot is removed. Other members may come and go."""
    if event.get("user") == slack.context.bot_user:
        await _close(event, body, slack, Closed.LEFT)


async def handle_unarchived(event: Payload, body: Payload, slack: SlackContext) -> None:
    """Go on where it was, if the bot is in the channel: Slack removes bots when a channel is archived."""
    channel = str(event.get("channel"))
    if await slack.directory.is_in_channel(channel):
        await slack.context.apply(closed_channels.reopen_channel, ChannelReopened(_event(slack, body), channel))
    else:
        await _close(event, body, slack, Closed.LEFT)


async def handle_renamed(event: Payload, body: Payload, slack: SlackContext) -> None:
    """Use the channel's new name from now on: it may say that wins are posted there."""
    renamed = event.get("channel")
    if not isinstance(renamed, dict):
        return
    channel, name = str(renamed.get("id")), str(renamed.get("name") or "")
    slack.directory.forget_channel(channel)
    await slack.context.apply(closed_channels.rename_channel, ChannelRenamed(_event(slack, body), channel, name))


async def handle_id_changed(event: Payload, body: Payload, slack: SlackContext) -> None:
    """Move what is stored about the channel. Slack sends this before the channel is shared with another company."""
    old, new = (str(event.get(name) or "") for name in ("old_channel_id", "new_channel_id"))
    for channel in (old, new):
        slack.directory.forget_channel(channel)
    log.info("a channel has a new id", channel=old, new=new)
    await slack.context.apply(channel_ids.change_channel_id, ChannelIdChanged(_event(slack, body), old, new))


async def _close(event: Payload, body: Payload, slack: SlackContext, closed: Closed) -> None:
    channel = str(event.get("channel"))
    slack.directory.forget_channel(channel)
    log.info("nothing can be posted in a channel", channel=channel, reason=str(closed))
    await slack.context.apply(closed_channels.close_channel, ChannelClosed(_event(slack, body), channel, closed))


def _event(slack: SlackContext, body: Payload) -> Event:
    return Event(PLATFORM, slack.installation.workspace, f"event:{body.get('event_id')}")
