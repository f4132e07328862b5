"""The Home tab: the overview, made anew whenever it is opened."""

from __future__ import annotations

from functools import partial

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.interactions.app_home import app_home
from bot.slack import blocks
from bot.slack.context import SlackContext
from bot.slack.payload import PLATFORM, Payload
from bot.slack.web_api import call_slack
from bot.ui.components import Message
from handlers.requests import Caller


def register(app: AsyncApp, slack: SlackContext) -> None:
    """Listen to the tab being opened."""
    app.event("app_home_opened")(partial(handle_home_opened, slack=slack))


async def handle_home_opened(event: Payload, body: Payload, client: AsyncWebClient, slack: SlackContext) -> None:
    """Publish the tab. (Opening the messages tab sends the same event, and needs nothing.)"""
    if event.get("tab") != "home":
        return
    await publish(client, slack, Caller(PLATFORM, str(body.get("team_id")), str(event.get("user")), event_key=""))


async def publish(client: AsyncWebClient, slack: SlackContext, who: Caller) -> None:
    """Make the person's tab anew."""
    await show(client, await app_home(slack.context, who), who)


async def show(client: AsyncWebClient, drawn: Message, who: Caller) -> None:
    """Have the person's tab show this."""
    await call_slack(client.views_publish(user_id=who.person, view=blocks.home_view(drawn)))
