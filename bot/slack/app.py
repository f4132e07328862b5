"""The Bolt app with its listeners. Requests reach it over HTTP or Socket Mode."""

from __future__ import annotations

import logging

from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack import listeners
from bot.slack.context import SlackContext


def slack_app(slack: SlackContext, client: AsyncWebClient) -> AsyncApp:
    """The Bolt app. It need not verify requests: `bot.slack.endpoint` does, and Socket Mode is an outbound connection.

    `process_before_response`: listeners commit before they answer, so Bolt need not poll for `ack()` every 10 ms.
    """
    # Bolt warns about a token in the environment, and about every event without a listener.
    bolt_log = logging.getLogger(f"{__name__}.bolt")
    bolt_log.setLevel(logging.ERROR)
    app = AsyncApp(
        name="FirstCall",  # without one, Bolt reads the source files of all its callers to find one
        logger=bolt_log,
        client=client,
        request_verification_enabled=False,
        process_before_response=True,
    )
    listeners.register(app, slack)
    return app
