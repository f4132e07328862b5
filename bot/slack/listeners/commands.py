"""The slash command: answered by an ephemeral message or a modal."""

from __future__ import annotations

import re
from functools import partial

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.interactions import commands
from bot.slack import blocks
from bot.slack.context import SlackContext
from bot.slack.payload import Payload, command
from bot.slack.web_api import call_slack
from bot.ui.components import Message


def register(app: AsyncApp, slack: SlackContext) -> None:
    """Listen to the slash command, whatever it is called."""
    app.command(re.compile("^/"))(partial(handle_command, slack=slack))


async def handle_command(ack: AsyncAck, body: Payload, client: AsyncWebClient, slack: SlackContext) -> None:
    """Run the command."""
    answer = await commands.run_command(slack.context, command(body, slack.installation.workspace))
    if isinstance(answer, Message):
        await ack(**blocks.message(answer), response_type="ephemeral")
    else:
        await call_slack(client.views_open(trigger_id=str(body.get("trigger_id")), view=blocks.modal(answer)))
        await ack()
