"""App Home: the Home tab is published whenever a person opens it."""

from __future__ import annotations

from functools import partial

import structlog
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.interactions.app_home import app_home
from bot.ports.messenger import RefusedError
from bot.slack import blocks
from bot.slack.context import SlackContext
from bot.slack.payload import PLATFORM, Payload
from bot.slack.web_api import call_slack
from bot.ui.components import Message
from handlers.requests import Caller

log = structlog.stdlib.get_logger(__name__)


def register(app: AsyncApp, slack: SlackContext) -> None:
    """Listen to `app_home_opened`."""
    app.event("app_home_opened")(partial(handle_home_opened, slack=slack))


async def handle_home_opened(event: Payload, body: Payload, client: AsyncWebClient, slack: SlackContext) -> None:
    """Publish the Home tab. Slack sends the same event for the Messages tab, which is ignored."""
    if event.get("tab") != "home":
        return
    try:
        await publish(client, slack, Caller(PLATFORM, str(body.get("team_id")), str(event.get("user")), event_key=""))
    except RefusedError as refusal:  # they left, or are of another workspace: it would be refused again
        log.warning("Home tab not published", reason=str(refusal))


async def publish(client: AsyncWebClient, slack: SlackContext, person: Caller) -> None:
    """Publish the person's Home tab as of now."""
    await show(client, await app_home(slack.context, person), person)


async def show(client: AsyncWebClient, message: Message, person: Caller) -> None:
    """Publish this message on the person's Home tab."""
    await call_slack(client.views_publish(user_id=person.person, view=blocks.home_view(message)))
