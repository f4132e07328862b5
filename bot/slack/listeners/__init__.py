"""What Slack sends: each listener reads the payload, calls one handler, and renders what it returns."""

from __future__ import annotations

from slack_bolt.async_app import AsyncApp

from bot.slack.context import Front
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


def register(app: AsyncApp, front: Front) -> None:
    """Register all listeners, the most frequent first: Bolt asks them in this order (9 us each)."""
    messages.register(app, front)
    actions.register(app, front)
    view_submissions.register(app, front)
    commands.register(app, front)
    shortcuts.register(app, front)
    app_home.register(app, front)
    channel_joins.register(app, front)
    errors.register(app, front)
