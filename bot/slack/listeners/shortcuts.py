"""The message shortcut "Closed deal": the form of a won deal, filled with what the message says."""

from __future__ import annotations

import re
from functools import partial

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.interactions import report_deal
from bot.slack import blocks
from bot.slack.context import Front
from bot.slack.payload import Payload, post
from bot.slack.web_api import asked


def register(app: AsyncApp, front: Front) -> None:
    """Listen to the shortcut."""
    app.shortcut(re.compile(""))(partial(chosen, front=front))


async def chosen(ack: AsyncAck, body: Payload, client: AsyncWebClient, front: Front) -> None:
    """Open the form. Nothing is remembered before the rep saves it."""
    form = report_deal.form(front.desk.words, post(body.get("message") or {}))
    await asked(client.views_open(trigger_id=str(body.get("trigger_id")), view=blocks.modal(form)))
    await ack()
