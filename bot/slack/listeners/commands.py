"""The slash command: answered by an ephemeral message or a modal."""

from __future__ import annotations

import re
from functools import partial

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.interactions import commands
from bot.slack import blocks, mrkdwn
from bot.slack.context import SlackContext
from bot.slack.directory import SlackDirectory
from bot.slack.payload import Payload, command
from bot.slack.web_api import call_slack
from bot.ui.components import Message


def register(app: AsyncApp, slack: SlackContext) -> None:
    """Listen to the slash command, whatever it is called."""
    app.command(re.compile("^/"))(partial(handle_command, slack=slack))


async def handle_command(ack: AsyncAck, body: Payload, client: AsyncWebClient, slack: SlackContext) -> None:
    """Run the command."""
    names = await _names(slack.directory, str(body.get("text") or ""))
    typed = command(body, slack.installation.workspace, names)
    answer = await commands.run_command(slack.context, typed)
    if isinstance(answer, Message):
        await ack(**blocks.message(answer), response_type="ephemeral")
    else:
        await call_slack(client.views_open(trigger_id=str(body.get("trigger_id")), view=blocks.modal(answer)))
        await ack()


async def _names(directory: SlackDirectory, text: str) -> dict[str, str]:
    """The names of the people and channels that the text mentions by id alone; empty for those that are unknown."""
    names = {}
    for mentioned in mrkdwn.unlabelled_mentions(text):
        if mentioned.startswith("C"):
            names[mentioned] = await directory.channel_name(mentioned) or ""
        else:
            profile = await directory.profile(mentioned)
            names[mentioned] = "" if profile is None else profile.name or ""
    return names
