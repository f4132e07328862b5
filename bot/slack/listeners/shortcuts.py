"""The message shortcuts "Closed deal" and "Log a challenge": a form, prefilled from the message."""

from __future__ import annotations

import re
from functools import partial

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.interactions import challenges, report_deal
from bot.slack import blocks, mrkdwn
from bot.slack.context import SlackContext
from bot.slack.manifest import LOG_CHALLENGE
from bot.slack.payload import Payload, caller, post
from bot.slack.web_api import call_slack
from handlers.detection import flatten


def register(app: AsyncApp, slack: SlackContext) -> None:
    """Listen to the message shortcuts."""
    app.shortcut(re.compile(""))(partial(handle_shortcut, slack=slack))


async def handle_shortcut(ack: AsyncAck, body: Payload, client: AsyncWebClient, slack: SlackContext) -> None:
    """Open the form. Nothing is stored before the rep saves it."""
    person = caller(body, slack.installation.workspace)
    await slack.context.require_member(person)
    message = post(body.get("message") or {})
    if body.get("callback_id") == LOG_CHALLENGE:
        form = await challenges.form_for_message(slack.context, person, mrkdwn.unescape(flatten(message)))
    else:
        form = report_deal.report_form(slack.context.texts, message)
    await call_slack(client.views_open(trigger_id=str(body.get("trigger_id")), view=blocks.modal(form)))
    await ack()
