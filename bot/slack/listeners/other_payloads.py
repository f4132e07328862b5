"""Payloads that the app makes no use of, acknowledged.

Slack delivers an event again that is answered with an error, and disables the app's events if too many are. An admin
can subscribe the app to more events than its manifest names.
"""

from __future__ import annotations

import re

from slack_bolt.async_app import AsyncAck, AsyncApp

ANY = re.compile("")


def register(app: AsyncApp) -> None:
    """Listen to all that no other listener takes: register it last."""
    app.event(ANY)(acknowledge)
    app.view_closed(ANY)(acknowledge)
    app.options(ANY)(offer_nothing)


async def acknowledge(ack: AsyncAck) -> None:
    """Nothing is to be done: an event without a use, or a modal that was closed."""
    await ack()


async def offer_nothing(ack: AsyncAck) -> None:
    """No menu of the app asks for its options: one that does is not of this version."""
    await ack(options=[])
