"""Buttons and menus, wherever they stand. One listener takes them all."""

from __future__ import annotations

import re
from functools import partial

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.interactions import actions
from bot.interactions.actions import DealChanged, OpenModal, ReplaceMessage
from bot.interactions.interaction import Interaction
from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.context import SlackContext
from bot.slack.listeners import app_home
from bot.slack.payload import Payload, interaction
from bot.slack.web_api import call_slack
from bot.ui.components import Modal


def register(app: AsyncApp, slack: SlackContext) -> None:
    """Listen to every tap."""
    app.action(re.compile(""))(partial(handle_action, slack=slack))


async def handle_action(
    ack: AsyncAck, respond: AsyncRespond, body: Payload, action: Payload, client: AsyncWebClient, slack: SlackContext
) -> None:
    """Do what the button says; then show what that leads to, where the button stands."""
    act = interaction(body, action)
    match await actions.run_action(slack.context, act):
        case OpenModal(sheet):
            await _show(slack, client, body, act, sheet)
        case ReplaceMessage(message) if _on_home(body):
            slack.background.run(app_home.show(client, message, act.viewer))
        case ReplaceMessage(message):
            slack.background.run(_replace(respond, blocks.message(message)))
        case DealChanged(line):
            if _on_home(body):
                slack.background.run(app_home.publish(client, slack, act.viewer))
            elif line and not str(action.get("block_id")).startswith("card:"):
                slack.background.run(_echo(respond, line))
    await ack()


def _on_home(body: Payload) -> bool:
    return (body.get("view") or {}).get("type") == "home"


async def _echo(respond: AsyncRespond, line: str) -> None:
    """Say what has become of the deal where it was tapped: only the card shows it by itself."""
    await respond(text=line, response_type="ephemeral", replace_original=False)


async def _replace(respond: AsyncRespond, message: Block) -> None:
    """Put the message into the place of the one that was tapped."""
    await respond(**message, replace_original=True)


async def _show(
    slack: SlackContext, client: AsyncWebClient, body: Payload, interaction: Interaction, modal: Modal
) -> None:
    if interaction.view:
        slack.redraw(client, body["view"], modal, partial(actions.current_modal, slack.context, interaction))
    else:
        await call_slack(client.views_open(trigger_id=str(body.get("trigger_id")), view=blocks.modal(modal)))
