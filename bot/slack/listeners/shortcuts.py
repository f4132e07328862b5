"""The message shortcut "Closed deal": a form for a won deal, prefilled from the message."""

from __future__ import annotations

import re
from functools import partial

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.interactions import report_deal
from bot.slack import blocks
from bot.slack.context import SlackContext
from bot.slack.payload import Payload, caller, post
from bot.slack.web_api import call_slack


def register(app: AsyncApp, slack: SlackContext) -> None:
    """Listen to the message shortcut."""
    app.shortcut(re.compile(""))(partial(handle_shortcut, slack=slack))


async def handle_shortcut(ack: AsyncAck, body: Payload, client: AsyncWebClient, slack: SlackContext) -> None:
    """Open the form. Nothing is stored before the rep saves it."""
    person = caller(body, slack.installation.workspace)
    await slack.context.require_member(person)
    form = report_deal.report_form(slack.context.texts, post(body.get("message") or {}))
    await call_slack(client.views_open(trigger_id=str(body.get("trigger_id")), view=blocks.modal(form)))
    await ack()
