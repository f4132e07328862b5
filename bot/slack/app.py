"""The Slack face: a Bolt app with its listeners; HTTP or Socket Mode bring it the requests."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack import listeners
from bot.slack.context import SlackContext


@dataclass(frozen=True, slots=True)
class Workspace:
    """The workspace that the token belongs to, as Slack says at the start."""

    team_id: str
    team: str
    bot_user: str


def slack_app(slack: SlackContext, client: AsyncWebClient) -> AsyncApp:
    """The Bolt app. It trusts what it is given: `bot.slack.endpoint` verifies, and Socket Mode is a connection of ours.

    `process_before_response`: we commit before we answer, and Bolt then need not poll for the answer every 10 ms.
    """
    # Bolt warns that it found our token in the environment as well, and of every event that nobody asked for.
    quiet = logging.getLogger(f"{__name__}.bolt")
    quiet.setLevel(logging.ERROR)
    app = AsyncApp(
        name="FirstCall",  # else Bolt reads the source of every caller up the stack to find one
        logger=quiet,
        client=client,
        request_verification_enabled=False,
        process_before_response=True,
    )
    listeners.register(app, slack)
    return app
