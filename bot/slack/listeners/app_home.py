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
from handlers.errors import Refusal
from handlers.requests import Caller

log = structlog.stdlib.get_logger(__name__)


def register(app: AsyncApp, slack: SlackContext) -> None:
    """Listen to `app_home_opened`."""
    app.event("app_home_opened")(partial(handle_home_opened, slack=slack))


async def handle_home_opened(event: Payload, client: AsyncWebClient, slack: SlackContext) -> None:
    """Publish the Home tab; for somebody of another company it is one sentence.

    Slack sends the same event for the Messages tab, which is ignored.
    """
    if event.get("tab") != "home":
        return
    person = Caller(PLATFORM, slack.installation.workspace, str(event.get("user")), event_key="")
    try:
        try:
            await publish(client, slack, person)
        except Refusal as refusal:
            await show(client, Message.saying(refusal.sentence(slack.context.texts.rich)), person)
    except RefusedError as error:  # they left, or are of another workspace: it would be refused again
        log.warning("Home tab not published", reason=str(error))


async def publish(client: AsyncWebClient, slack: SlackContext, person: Caller) -> None:
    """Publish the person's Home tab as of now. Raises `Refusal` for somebody of another company."""
    message = await app_home(slack.context, person)
    slack.homes.shown(person.person, slack.context.clock.now())
    await show(client, message, person)


async def show(client: AsyncWebClient, message: Message, person: Caller) -> None:
    """Publish this message on the person's Home tab."""
    await call_slack(client.views_publish(user_id=person.person, view=blocks.home_view(message)))
