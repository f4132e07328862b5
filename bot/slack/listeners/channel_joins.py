"""When someone invites the app to a channel, they are asked what the channel is for."""

from __future__ import annotations

from functools import partial

import structlog
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.interactions.channel_invite import ask_purpose
from bot.ports.messenger import DeliveryError
from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.context import SlackContext
from bot.slack.payload import PLATFORM, Payload
from bot.slack.web_api import call_slack
from handlers.requests import Caller
from handlers.team import closed_channels
from handlers.team.channels import ChannelRequest
from handlers.team.closed_channels import ChannelReopened
from handlers.workspace.conversation_references import Event

log = structlog.stdlib.get_logger(__name__)


def register(app: AsyncApp, slack: SlackContext) -> None:
    """Listen to `member_joined_channel`; the member may be the app itself."""
    app.event("member_joined_channel")(partial(handle_channel_join, slack=slack))


async def handle_channel_join(event: Payload, body: Payload, client: AsyncWebClient, slack: SlackContext) -> None:
    """Store who invited the app, and ask them what the channel is for. An app added by an admin has no inviter."""
    if event.get("user") != slack.context.bot_user:
        return
    inviter, channel, key = event.get("inviter"), str(event.get("channel")), f"event:{body.get('event_id')}"
    workspace = slack.installation.workspace
    if not inviter:
        joined = ChannelReopened(Event(PLATFORM, workspace, key), channel)
        await slack.context.apply(closed_channels.reopen_channel, joined)
        return
    caller = Caller(PLATFORM, workspace, str(inviter), key)
    shared = True if body.get("is_ext_shared_channel") else None
    request = ChannelRequest(caller, channel, await slack.directory.channel_name(channel), shared)
    question = await ask_purpose(slack.context, request)
    slack.background.run(_post_ephemeral(client, channel, caller.person, blocks.message(question)))


async def _post_ephemeral(client: AsyncWebClient, channel: str, person: str, message: Block) -> None:
    try:
        await call_slack(client.chat_postEphemeral(channel=channel, user=person, **message))
    except DeliveryError as error:  # the command asks the same question
        log.warning("question about the channel's purpose not sent", channel=channel, reason=str(error))
