"""When a channel is shared with another company, or no more: its wins wait for an admin's word."""

from __future__ import annotations

from functools import partial

import structlog
from slack_bolt.async_app import AsyncApp

from bot.ports.messenger import DeliveryError
from bot.slack.context import SlackContext
from bot.slack.payload import PLATFORM, Payload
from handlers.team import channels
from handlers.team.channels import SharingChanged

log = structlog.stdlib.get_logger(__name__)


def register(app: AsyncApp, slack: SlackContext) -> None:
    """Listen to `channel_shared` and `channel_unshared`."""
    app.event("channel_shared")(partial(handle_sharing, slack=slack))
    app.event("channel_unshared")(partial(handle_sharing, slack=slack))


async def handle_sharing(event: Payload, body: Payload, slack: SlackContext) -> None:
    """Store it, and ask an admin if wins were posted there.

    A channel that is shared within an organization is not external, and one company may leave while another stays.
    """
    channel = str(event.get("channel"))
    joined = event.get("type") == "channel_shared"
    if not joined and event.get("is_ext_shared"):
        return
    shared = joined and await slack.directory.shared_externally(channel) is not False
    request = SharingChanged(
        PLATFORM,
        slack.installation.workspace,
        channel,
        await slack.directory.channel_name(channel),
        shared=shared,
        event_key=f"event:{body.get('event_id')}",
        admins=await _admins(slack) if shared else (),
    )
    await slack.context.apply(channels.sharing_changed, request)


async def _admins(slack: SlackContext) -> tuple[str, ...]:
    try:
        return await slack.directory.admins()
    except DeliveryError as error:  # the channel's manager is asked instead
        log.warning("listing admins failed", reason=str(error))
        return ()
