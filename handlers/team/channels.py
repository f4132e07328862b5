"""Channels: what each one is for, who keeps it, and the summaries that follow from that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.requests import Caller, OpenedRequest, open_request
from handlers.screens.team import ChannelScreen
from handlers.team.summaries import plan_summaries
from handlers.workspace.channel_purpose import Purpose, effective_purpose
from storage import workspaces
from storage.models import Channel

UNKNOWN_ZONE = "UTC"
"""A tenant's zone until somebody's is known."""


@dataclass(frozen=True, slots=True)
class ChannelRequest:
    """Somebody asks what a channel is for, or has just invited us there. `name` is without the `#`, None if unknown."""

    caller: Caller
    channel: str
    name: str | None


@dataclass(frozen=True, slots=True)
class PurposeChosen:
    """Somebody says what a channel is for: one of `purposes.CHOICES`."""

    caller: Caller
    channel: str
    purpose: Purpose


@dataclass(frozen=True, slots=True)
class SummaryChannel:
    """Someone turns the weekly win summary on or off in a channel."""

    caller: Caller
    channel: str


def channel_joined(session: Session, request: ChannelRequest, now: datetime) -> ChannelScreen:
    """Remember the channel and who invited us: from now on they are asked when nobody can tell whose a deal is."""
    arrival = open_request(session, request.caller, now)
    channel = workspaces.get_or_create_channel(session, request.channel, now)
    if not arrival.repeated:
        channel.keeper_id = arrival.person.id
        channel.name = request.name or channel.name
    return _screen(arrival, channel, request.name)


def ask(session: Session, request: ChannelRequest, now: datetime) -> ChannelScreen:
    """What the channel is for at present. Changes nothing."""
    arrival = open_request(session, request.caller, now)
    return _screen(arrival, workspaces.find_channel(session, request.channel), request.name)


def choose(session: Session, request: PurposeChosen, now: datetime) -> ChannelScreen:
    """Set what the channel is for. Who sets it keeps the channel when nobody does yet."""
    arrival = open_request(session, request.caller, now)
    channel = workspaces.get_or_create_channel(session, request.channel, now)
    if not arrival.repeated:
        channel.keeper_id = channel.keeper_id or arrival.person.id
        set_purpose(session, arrival, channel, request.purpose, now)
    return _screen(arrival, channel, channel.name)


def set_purpose(session: Session, arrival: OpenedRequest, channel: Channel, purpose: Purpose, now: datetime) -> None:
    """Set what the channel is for. A wins channel has its next summary planned, on the Monday of who asks.

    One that is planned for a channel that is no wins channel any more has lost its point when it is due.
    """
    channel.purpose = purpose
    if purpose is Purpose.WINS:
        arrival.tenant.zone = arrival.person.zone or arrival.tenant.zone  # whose Monday it is, their team's
        session.flush()
        plan_summaries(session, arrival.tenant, now)


def start_summaries(session: Session, request: SummaryChannel, now: datetime) -> str:
    """Make the channel a wins channel and plan its next summary. Returns the IANA zone of its Monday morning."""
    arrival = open_request(session, request.caller, now)
    set_purpose(session, arrival, workspaces.get_or_create_channel(session, request.channel, now), Purpose.WINS, now)
    return arrival.tenant.zone


def stop_summaries(session: Session, request: SummaryChannel, now: datetime) -> None:
    """Post no more summaries in the channel. The app still listens there, unless the channel is excluded."""
    arrival = open_request(session, request.caller, now)
    channel = workspaces.get_or_create_channel(session, request.channel, now)
    if channel.purpose != Purpose.EXCLUDED:
        set_purpose(session, arrival, channel, Purpose.LISTEN, now)


def get_or_create(
    session: Session, arrival: OpenedRequest, external_id: str, name: str | None, zone: str | None, now: datetime
) -> None:
    """Remember the channel that a deal was heard in; one that is named for wins becomes a place for win summaries.

    `zone` is the rep's, for a workspace of which none is known yet.
    """
    channel = workspaces.get_or_create_channel(session, external_id, now)
    channel.name = name or channel.name
    if channel.purpose == Purpose.UNSET and effective_purpose(Purpose.UNSET, channel.name) is Purpose.WINS:
        channel.purpose = Purpose.WINS
        if arrival.tenant.zone == UNKNOWN_ZONE and zone:
            arrival.tenant.zone = zone
        session.flush()
        plan_summaries(session, arrival.tenant, now)


def purpose_of(session: Session, platform: str, workspace: str, external_id: str, name: str | None) -> Purpose:
    """What holds for the channel, one of `purposes.CHOICES`. Reads only.

    `name` is None where the platform did not tell it this time; then the channel's last known one counts.
    """
    if workspaces.scope_to(session, platform, workspace) is None:
        return effective_purpose(Purpose.UNSET, name)
    channel = workspaces.find_channel(session, external_id)
    return (
        effective_purpose(Purpose.UNSET, name)
        if channel is None
        else effective_purpose(Purpose(channel.purpose), name or channel.name)
    )


def set_to(session: Session, external_id: str) -> Purpose:
    """What somebody has said that the channel is for. Reads only."""
    channel = workspaces.find_channel(session, external_id)
    return Purpose.UNSET if channel is None else Purpose(channel.purpose)


def manager_of(session: Session, platform: str, workspace: str, external_id: str) -> str | None:
    """The platform's id of who is asked about the channel's deals when nobody can tell whose they are. Reads only."""
    if workspaces.scope_to(session, platform, workspace) is None:
        return None
    channel = workspaces.find_channel(session, external_id)
    return None if channel is None or channel.keeper is None else channel.keeper.external_id


def _screen(arrival: OpenedRequest, channel: Channel | None, name: str | None) -> ChannelScreen:
    purpose = Purpose.UNSET if channel is None else Purpose(channel.purpose)
    known = None if channel is None else channel.name
    return ChannelScreen(effective_purpose(purpose, name or known), arrival.tenant.zone)
