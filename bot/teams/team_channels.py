"""Lists a team's channels when it installs the bot: Teams only reports channels that change afterwards."""

from __future__ import annotations

import structlog

from bot.ports.messenger import DeliveryError
from bot.teams.context import TeamsContext
from handlers.workspace import conversation_references
from handlers.workspace.conversation_references import ChannelsListed, ReferenceSeen

BATCH_SIZE = 50
"""Channels per transaction, so that a large team does not block other writes."""

log = structlog.stdlib.get_logger(__name__)


async def learn_channels(teams: TeamsContext, installed_in: ReferenceSeen) -> None:
    """Store each channel of the team that `installed_in` belongs to, with its name, so that messages can be sent to it.

    If Teams does not answer, that is logged, and what was stored before remains.
    """
    if installed_in.team is None:
        return
    try:
        channels = await teams.connector.channels(installed_in.service_url, installed_in.team)
    except DeliveryError as error:
        log.warning("the channels of a team were not listed", team=installed_in.team, reason=str(error))
        return
    ids_and_names = tuple((channel.id, channel.name) for channel in channels)
    shared = frozenset(channel.id for channel in channels if channel.shared)
    for start in range(0, len(ids_and_names), BATCH_SIZE):
        batch = ids_and_names[start : start + BATCH_SIZE]
        await teams.apply(
            conversation_references.remember_channels,
            ChannelsListed(installed_in, batch, teams.wording("teams.first_channel"), shared),
        )
