"""Submitted modals: saved, then the same modal shows the next step."""

from __future__ import annotations

import re
from functools import partial

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.interactions import submissions
from bot.slack import blocks
from bot.slack.context import SlackContext
from bot.slack.payload import Payload, submission


def register(app: AsyncApp, slack: SlackContext) -> None:
    """Listen to every submission."""
    app.view(re.compile(""))(partial(handle_submission, slack=slack))


async def handle_submission(ack: AsyncAck, body: Payload, view: Payload, slack: SlackContext) -> None:
    """Save the form, then show the next step in its place, or close the modal when there is none."""
    following = await submissions.save_submission(slack.context, submission(body, view))
    if following is None:
        await ack(response_action="clear")
    else:
        await ack(response_action="update", view=blocks.modal(following))
