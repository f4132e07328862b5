"""View submissions: the values are saved, then the modal shows the next step."""

from __future__ import annotations

import re
from functools import partial

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.interactions import submissions
from bot.slack import blocks
from bot.slack.context import SlackContext
from bot.slack.payload import Payload, submission
from handlers.errors import NotNowError


def register(app: AsyncApp, slack: SlackContext) -> None:
    """Listen to every view submission, and acknowledge that a modal was closed."""
    app.view(re.compile(""))(partial(handle_submission, slack=slack))
    app.view_closed(re.compile(""))(handle_closing)


async def handle_submission(ack: AsyncAck, body: Payload, view: Payload, slack: SlackContext) -> None:
    """Save the values, then show the next step in the modal, or close it after the last one."""
    try:
        entered = submission(body, view, slack.installation.workspace)
    except ValueError as error:  # the modal is not the app's, or of an unknown version
        raise NotNowError("refusal.old_button") from error
    next_step = await submissions.save_submission(slack.context, entered)
    if next_step is None:
        await ack(response_action="clear")
    else:
        await ack(response_action="update", view=blocks.modal(next_step))


async def handle_closing(ack: AsyncAck) -> None:
    """Nothing to do: no modal of this version asks Slack to say that it was closed."""
    await ack()
