"""What Slack sends that nothing else listens to: answered, because Slack turns off the events of an app that fails."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from bot.slack.payload import Payload

RATE_LIMITED = "app_rate_limited"
EVENT = "event_callback"
INTERACTIVITY = frozenset(
    {"block_actions", "view_submission", "view_closed", "shortcut", "message_action", "block_suggestion"}
    | {"interactive_message", "dialog_submission", "dialog_cancellation", "dialog_suggestion"}  # of older apps
    | {"workflow_step_edit"}  # a step of a workflow is set up, as older apps offer them
)
"""A person waits for the answer to these: without a listener they must see that nothing happened."""

log = structlog.stdlib.get_logger(__name__)


def register(app: AsyncApp) -> None:
    """Answer what comes without a listener. To be registered last."""
    app.event(re.compile(""))(handle_other_event)
    app.use(answer_other_bodies)


async def handle_other_event(event: Payload) -> None:
    """Ignore the event. Nobody subscribed to it, unless the app's manifest is not the bot's."""
    log.debug("an event was ignored", type=str(event.get("type"))[:80])


async def answer_other_bodies(body: Payload, next_: Callable[[], Awaitable[Any]]) -> BoltResponse | None:
    """Answer a JSON body that is neither an event nor an interaction, such as `app_rate_limited`."""
    kind = body.get("type")
    if kind == RATE_LIMITED:
        log.warning(
            "Slack dropped events, because there were too many: deals may have been missed",
            workspace=str(body.get("team_id"))[:80],
            minute=_minute(body.get("minute_rate_limited")),
        )
        return BoltResponse(status=200, body="")
    if kind is None or kind in INTERACTIVITY or (kind == EVENT and isinstance(_event_type(body), str)):
        await next_()
        return None
    log.info("a request of an unknown type was ignored", type=str(kind)[:80])
    return BoltResponse(status=200, body="")


def _event_type(body: Payload) -> object:
    event = body.get("event")
    return event.get("type") if isinstance(event, dict) else None


def _minute(seconds: object) -> str:
    """The minute in which events were dropped; empty if it cannot be read."""
    try:
        return datetime.fromtimestamp(float(str(seconds)), UTC).isoformat(timespec="minutes")
    except (ValueError, OverflowError, OSError):
        return ""
