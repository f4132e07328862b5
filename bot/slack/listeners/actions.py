"""Buttons and menus, wherever they stand. One listener takes them all."""

from __future__ import annotations

import re
from functools import partial

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.interactions import actions
from bot.interactions.actions import Changed, Opened, Replaced
from bot.interactions.interaction import Act
from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.context import Front
from bot.slack.listeners import app_home
from bot.slack.payload import Payload, tap
from bot.slack.web_api import asked
from bot.ui.components import Sheet


def register(app: AsyncApp, front: Front) -> None:
    """Listen to every tap."""
    app.action(re.compile(""))(partial(tapped, front=front))


async def tapped(
    ack: AsyncAck, respond: AsyncRespond, body: Payload, action: Payload, client: AsyncWebClient, front: Front
) -> None:
    """Do what the button says; then show what that leads to, where the button stands."""
    act = tap(body, action)
    match await actions.tapped(front.desk, act):
        case Opened(sheet):
            await _show(front, client, body, act, sheet)
        case Replaced(message) if _on_home(body):
            front.follow_ups.later(app_home.show(client, message, act.looking))
        case Replaced(message):
            front.follow_ups.later(_replace(respond, blocks.message(message)))
        case Changed(line):
            if _on_home(body):
                front.follow_ups.later(app_home.publish(client, front, act.looking))
            elif line and not str(action.get("block_id")).startswith("card:"):
                front.follow_ups.later(_echo(respond, line))
    await ack()


def _on_home(body: Payload) -> bool:
    return (body.get("view") or {}).get("type") == "home"


async def _echo(respond: AsyncRespond, line: str) -> None:
    """Say what has become of the deal where it was tapped: only the card shows it by itself."""
    await respond(text=line, response_type="ephemeral", replace_original=False)


async def _replace(respond: AsyncRespond, message: Block) -> None:
    """Put the message into the place of the one that was tapped."""
    await respond(**message, replace_original=True)


async def _show(front: Front, client: AsyncWebClient, body: Payload, act: Act, sheet: Sheet) -> None:
    if act.form:
        front.redraw(client, body["view"], sheet, partial(actions.where_they_are, front.desk, act))
    else:
        await asked(client.views_open(trigger_id=str(body.get("trigger_id")), view=blocks.modal(sheet)))
