"""A user changed their profile: a new time zone moves what is planned for them."""

from __future__ import annotations

from functools import partial

from slack_bolt.async_app import AsyncApp

from bot.slack.context import SlackContext
from bot.slack.payload import Payload, posted_at


def register(app: AsyncApp, slack: SlackContext) -> None:
    """Listen to `user_change`. Slack sends it for every member and every status, too."""
    app.event("user_change")(partial(handle_user_change, slack=slack))


async def handle_user_change(event: Payload, slack: SlackContext) -> None:
    """Store what is new about a known person."""
    user = event.get("user")
    if isinstance(user, dict) and isinstance(user.get("id"), str):
        changed_at = posted_at(str(event.get("event_ts")), slack.context.clock.now())
        await slack.directory.user_changed(user["id"], user, changed_at)
