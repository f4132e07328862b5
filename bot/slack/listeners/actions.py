"""Block actions: buttons and select menus in messages, modals and the Home tab. One listener handles all."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from functools import partial

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.interactions import actions, drafts
from bot.interactions.actions import DealChanged, OpenModal, ReplaceMessage
from bot.interactions.interaction import Interaction
from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.context import SlackContext
from bot.slack.listeners import app_home
from bot.slack.payload import Payload, interaction, is_entry, posted_at, submission
from bot.slack.web_api import call_slack
from bot.ui.components import Modal
from handlers.errors import NotNowError, Refusal

log = structlog.stdlib.get_logger(__name__)

Respond = Callable[..., Awaitable[None]]
"""`SlackWebClient.respond` for the interaction's response_url."""


def register(app: AsyncApp, slack: SlackContext) -> None:
    """Listen to every block action, and to menus that ask for their options."""
    app.action(re.compile(""))(partial(handle_action, slack=slack))
    app.options(re.compile(""))(handle_options)


async def handle_action(
    ack: AsyncAck, respond: Respond, body: Payload, action: Payload, client: AsyncWebClient, slack: SlackContext
) -> None:
    """Run the action, and show its result in the place of the button. An entry in a form is kept, without an answer."""
    if is_entry(body, action):
        await _keep_entries(body, action, slack)
        await ack()
        return
    try:
        click = interaction(body, action, slack.installation.workspace)
    except ValueError as error:  # the modal is not the app's, or of an unknown version
        raise NotNowError("refusal.old_button") from error
    match await actions.run_action(slack.context, click):
        case OpenModal(modal):
            await _open_or_redraw(slack, client, body, click, modal)
        case ReplaceMessage(message) if _on_home(body):
            slack.background.run(app_home.show(client, message, click.viewer))
        case ReplaceMessage(message):
            slack.background.run(_replace(respond, blocks.message(message)))
        case DealChanged(summary):
            if _on_home(body):
                slack.background.run(app_home.publish(client, slack, click.viewer))
            elif summary and not str(action.get("block_id")).startswith("card:"):
                slack.background.run(_confirm(respond, summary))
    await ack()


async def _keep_entries(body: Payload, action: Payload, slack: SlackContext) -> None:
    """Keep what the form contains. A person who is typing is never interrupted, so a refusal goes to the log alone."""
    try:
        form = submission(body, body["view"], slack.installation.workspace)
        now = slack.context.clock.now()
        await drafts.keep(slack.context, form, posted_at(str(action.get("action_ts") or ""), now))
    except (ValueError, Refusal) as error:  # the modal is not the app's, or the person is of another company
        log.info("entries of a form not kept", reason=type(error).__name__)


async def handle_options(ack: AsyncAck) -> None:
    """Offer nothing: the menus of this version carry their options, so this one is not of this version."""
    await ack(options=[])


def _on_home(body: Payload) -> bool:
    return (body.get("view") or {}).get("type") == "home"


async def _confirm(respond: Respond, summary: str) -> None:
    """Say what has changed about the deal. Only its card shows that by itself."""
    await respond(text=summary, response_type="ephemeral", replace_original=False)


async def _replace(respond: Respond, message: Block) -> None:
    """Replace the message whose button was clicked."""
    await respond(**message, replace_original=True)


async def _open_or_redraw(
    slack: SlackContext, client: AsyncWebClient, body: Payload, interaction: Interaction, modal: Modal
) -> None:
    if interaction.view:
        slack.redraw(client, body["view"], modal, partial(actions.current_modal, slack.context, interaction))
    else:
        await call_slack(client.views_open(trigger_id=str(body.get("trigger_id")), view=blocks.modal(modal)))
