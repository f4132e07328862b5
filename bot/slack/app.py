"""The Bolt app with its listeners. Requests reach it over HTTP or Socket Mode."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from functools import partial

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.async_context import AsyncBoltContext

from bot.slack import listeners
from bot.slack.context import SlackContext
from bot.slack.web_client import SlackWebClient


def slack_app(slack: SlackContext, client: SlackWebClient, installation: AuthorizeResult) -> AsyncApp:
    """The Bolt app. It need not verify requests: `bot.slack.endpoint` does, and Socket Mode is an outbound connection.

    `installation`: whose token it is, from the start. Bolt would ask Slack (`auth.test`) with the first request, and if
    that fails answer 200 for us, so that Slack never sends the request again.

    `process_before_response`: listeners commit before they answer, so Bolt need not poll for `ack()` every 10 ms.
    """
    # Bolt warns about a token in the environment, and about every event without a listener.
    bolt_log = logging.getLogger(f"{__name__}.bolt")
    bolt_log.setLevel(logging.ERROR)
    app = AsyncApp(
        name="FirstCall",  # without one, Bolt reads the source files of all its callers to find one
        logger=bolt_log,
        client=client,
        authorize=_authorize(client, installation),
        request_verification_enabled=False,
        process_before_response=True,
    )
    listeners.register(app, slack)
    return app


def _authorize(
    client: SlackWebClient, installation: AuthorizeResult
) -> Callable[[AsyncBoltContext], Awaitable[AuthorizeResult]]:
    """Authorize every request without asking Slack, and give the listeners `client` instead of Bolt's copies of it.

    Those have none of its limits: neither the copied Web API client nor `respond`, which opens a session of its own.
    """

    async def authorize(context: AsyncBoltContext) -> AuthorizeResult:
        context["client"] = client
        context["respond"] = partial(client.respond, context.response_url or "")
        return installation

    return authorize
