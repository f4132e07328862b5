"""What Slack sends: each listener reads the payload, calls one handler, and renders what it returns."""

from __future__ import annotations

from slack_bolt.async_app import AsyncApp

from bot.slack.front import Front
from bot.slack.listeners import channels, commands, failures, forms, home, messages, shortcuts, taps


def register(app: AsyncApp, front: Front) -> None:
    """Register all listeners, the most frequent first: Bolt asks them in this order (9 us each)."""
    messages.register(app, front)
    taps.register(app, front)
    forms.register(app, front)
    commands.register(app, front)
    shortcuts.register(app, front)
    home.register(app, front)
    channels.register(app, front)
    failures.register(app, front)
