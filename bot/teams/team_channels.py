"""A team lets us in: all its channels are asked for, since Teams tells only of those that are made or renamed later."""

from __future__ import annotations

import structlog

from bot.ports.messenger import DeliveryError
from bot.teams.context import TeamsContext
from handlers.workspace import conversation_references
from handlers.workspace.conversation_references import ChannelsListed, ReferenceSeen

BATCH_SIZE = 50
"""Channels that are written in one transaction: nobody else waits for a large team."""

log = structlog.stdlib.get_logger(__name__)


async def learn_channels(teams: TeamsContext, entrance: ReferenceSeen) -> None:
    """Remember each channel of the team that `entrance` is in, with its name, so that all of them can be written to.

    When Teams does not answer, that is logged, and what was known before stays as it is.
    """
    if entrance.team is None:
        return
    try:
        channels = await teams.connector.channels(entrance.service_url, entrance.team)
    except DeliveryError as error:
        log.warning("the channels of a team were not listed", team=entrance.team, reason=str(error))
        return
    named = tuple((channel.id, channel.name) for channel in channels)
    for start in range(0, len(named), BATCH_SIZE):
        batch = named[start : start + BATCH_SIZE]
        await teams.apply(
            conversation_references.remember_channels,
            ChannelsListed(entrance, batch, teams.wording("teams.first_channel")),
        )
