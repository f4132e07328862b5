"""The Bolt listeners: each reads a payload, calls one handler, and renders what that returns."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from bot.slack.context import SlackContext
from bot.slack.listeners import (
    actions,
    app_home,
    app_lifecycle,
    channel_events,
    channel_joins,
    channel_sharing,
    commands,
    errors,
    messages,
    other_events,
    profile_changes,
    shortcuts,
    view_submissions,
)
from bot.slack.payload import Payload

log = structlog.stdlib.get_logger(__name__)


def register(app: AsyncApp, slack: SlackContext) -> None:
    """Register all listeners, the most frequent first: Bolt tries them in this order (9 us each)."""
    app.use(partial(only_own_installation, slack=slack))
    messages.register(app, slack)
    actions.register(app, slack)
    view_submissions.register(app, slack)
    commands.register(app, slack)
    shortcuts.register(app, slack)
    app_home.register(app, slack)
    channel_joins.register(app, slack)
    channel_events.register(app, slack)
    channel_sharing.register(app, slack)
    app_lifecycle.register(app, slack)
    profile_changes.register(app, slack)
    other_events.register(app)
    errors.register(app, slack)


async def only_own_installation(
    body: Payload, next_: Callable[[], Awaitable[BoltResponse]], slack: SlackContext
) -> BoltResponse:
    """Ignore what Slack sends of the same app in another workspace: the bot has no token for it."""
    if slack.installation.receives(body):
        return await next_()
    log.info("a request is of another installation of the app", kind=body.get("type"), team=body.get("team_id"))
    return BoltResponse(status=200, body="")
