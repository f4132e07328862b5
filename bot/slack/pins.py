"""Pins a message that the app posted (pins.add)."""

from __future__ import annotations

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.ports.messenger import DeliveryError, RefusedError
from bot.ports.pins import Pinned
from bot.slack.web_api import call_slack

log = structlog.stdlib.get_logger(__name__)

OUTCOMES = {
    "already_pinned": Pinned.DONE,
    "too_many_pins": Pinned.FULL,
    "missing_scope": Pinned.NO_SCOPE,
}
"""What Slack's refusals mean; any other is `REFUSED`."""


class SlackPins:
    """Pins in one workspace."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client

    async def __call__(self, channel: str, ts: str) -> Pinned:
        """Pin the message; the reason of a failure goes to the log."""
        try:
            await call_slack(self._client.pins_add(channel=channel, timestamp=ts))
        except RefusedError as refusal:
            outcome = OUTCOMES.get(str(refusal), Pinned.REFUSED)
            log.info("a brief was not pinned", channel=channel, reason=str(refusal), outcome=outcome.value)
            return outcome
        except DeliveryError as error:
            log.warning("a brief was not pinned", channel=channel, reason=str(error))
            return Pinned.FAILED
        return Pinned.DONE
