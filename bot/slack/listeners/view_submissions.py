"""View submissions: the values are saved, then the modal shows the next step. And modals that are closed instead."""

from __future__ import annotations

import re
from functools import partial

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.interactions import drafts, submissions
from bot.slack import blocks
from bot.slack.context import SlackContext
from bot.slack.listeners import app_home
from bot.slack.payload import Payload, submission
from handlers.errors import NotNowError, Refusal

log = structlog.stdlib.get_logger(__name__)


def register(app: AsyncApp, slack: SlackContext) -> None:
    """Listen to every view submission, and to every modal that is closed without one."""
    app.view(re.compile(""))(partial(handle_submission, slack=slack))
    app.view_closed(re.compile(""))(partial(handle_closing, slack=slack))


async def handle_submission(
    ack: AsyncAck, body: Payload, view: Payload, client: AsyncWebClient, slack: SlackContext
) -> None:
    """Save the values, then show the next step in the modal, or close it after the last one.

    The Home tab behind the modal shows what was saved, too: Slack reports no other moment to draw it again.
    """
    try:
        entered = submission(body, view, slack.installation.workspace)
    except ValueError as error:  # the modal is not the app's, or of an unknown version
        raise NotNowError("refusal.old_button") from error
    next_step = await submissions.save_submission(slack.context, entered)
    if next_step is None:
        await ack(response_action="clear")
    else:
        await ack(response_action="update", view=blocks.modal(next_step))
    person = entered.viewer
    if slack.homes.is_open(person.person, slack.context.clock.now()):
        slack.background.run(app_home.publish(client, slack, person))


async def handle_closing(ack: AsyncAck, body: Payload, view: Payload, slack: SlackContext) -> None:
    """Keep what the closed form contained, if Slack says so and nothing newer is kept already.

    Mostly it does not (decision 24): what was typed has come with each entry before.
    """
    try:
        form = submission(body, view, slack.installation.workspace)
        await drafts.keep(slack.context, form, slack.context.clock.now(), only_missing=True)
    except (ValueError, Refusal) as error:  # the modal is not the app's, or the person is of another company
        log.info("entries of a closed form not kept", reason=type(error).__name__)
    await ack()
