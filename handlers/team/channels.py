"""Channels: what each is for, who manages it, and whether it gets win summaries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.requests import Caller, OpenedRequest, open_request
from handlers.screens.team import ChannelScreen
from handlers.team import closed_channels
from handlers.team.summaries import plan_summaries
from handlers.workspace.channel_purpose import Purpose, effective_purpose
from storage import outbox_reminders, workspaces
from storage.models import Channel, Tenant

UNKNOWN_ZONE = "UTC"
"""A tenant's zone until a person's is known."""


@dataclass(frozen=True, slots=True)
class ChannelRequest:
    """Someone asks what a channel is for, or just added the app to it. `name` has no `#`, None if unknown."""

    caller: Caller
    channel: str
    name: str | None


@dataclass(frozen=True, slots=True)
class PurposeChosen:
    """Someone chooses what a channel is for: one of `channel_purpose.CHOICES`."""

    caller: Caller
    channel: str
    purpose: Purpose


@dataclass(frozen=True, slots=True)
class SummaryChannel:
    """Someone turns the weekly win summary on or off in a channel."""

    caller: Caller
    channel: str


def channel_joined(session: Session, request: ChannelRequest, now: datetime) -> ChannelScreen:
    """Store the channel. Whoever added the app manages it: they are asked when the owner of a deal is unknown."""
    opened = open_request(session, request.caller, now)
    channel = workspaces.get_or_create_channel(session, request.channel, now)
    if not opened.repeated:
        channel.keeper_id = opened.person.id
        channel.name = request.name or channel.name
        closed_channels.reopen(session, opened.tenant, channel, now)
    return _screen(opened, channel, request.name)


def show_purpose(session: Session, request: ChannelRequest, now: datetime) -> ChannelScreen:
    """What the channel is for now. Changes nothing."""
    opened = open_request(session, request.caller, now)
    return _screen(opened, workspaces.find_channel(session, request.channel), request.name)


def choose_purpose(session: Session, request: PurposeChosen, now: datetime) -> ChannelScreen:
    """Set what the channel is for. The person who sets it becomes the manager if there is none."""
    opened = open_request(session, request.caller, now)
    channel = workspaces.get_or_create_channel(session, request.channel, now)
    if not opened.repeated:
        channel.keeper_id = channel.keeper_id or opened.person.id
        apply_purpose(session, opened, channel, request.purpose, now)
    return _screen(opened, channel, channel.name)


def apply_purpose(session: Session, opened: OpenedRequest, channel: Channel, purpose: Purpose, now: datetime) -> None:
    """Set what the channel is for. For a wins channel plan the next summary, on Monday in the person's zone.

    A summary planned for a channel that is no longer a wins channel is cancelled when it is due.
    """
    switched_on = None if channel.purpose == Purpose.WINS else channel
    channel.purpose, channel.blocked_reason = purpose, None
    if purpose is Purpose.WINS:
        _change_zone(session, opened.tenant, opened.person.zone)
        plan_summaries(session, opened.tenant, now, switched_on=switched_on)


def start_summaries(session: Session, request: SummaryChannel, now: datetime) -> str:
    """Make the channel a wins channel and plan its next summary. Returns the IANA zone of its Monday morning.

    The person becomes the manager if there is none: somebody must hear of it when the summaries end.
    """
    opened = open_request(session, request.caller, now)
    channel = workspaces.get_or_create_channel(session, request.channel, now)
    channel.keeper_id = channel.keeper_id or opened.person.id
    apply_purpose(session, opened, channel, Purpose.WINS, now)
    return opened.tenant.zone


def stop_summaries(session: Session, request: SummaryChannel, now: datetime) -> None:
    """Post no more summaries in the channel. The app still listens there, unless the channel is excluded."""
    opened = open_request(session, request.caller, now)
    channel = workspaces.get_or_create_channel(session, request.channel, now)
    if channel.purpose != Purpose.EXCLUDED:
        apply_purpose(session, opened, channel, Purpose.LISTEN, now)


def remember_channel(
    session: Session, opened: OpenedRequest, external_id: str, name: str | None, zone: str | None, now: datetime
) -> None:
    """Store the channel of a detected deal. A channel named for wins becomes a wins channel.

    `zone` is the rep's; it becomes the workspace's if that has none yet.
    """
    channel = workspaces.get_or_create_channel(session, external_id, now)
    channel.name = name or channel.name
    closed_channels.reopen(session, opened.tenant, channel, now)
    if channel.purpose == Purpose.UNSET and effective_purpose(Purpose.UNSET, channel.name) is Purpose.WINS:
        channel.purpose = Purpose.WINS
        _change_zone(session, opened.tenant, zone if opened.tenant.zone == UNKNOWN_ZONE else None)
        plan_summaries(session, opened.tenant, now, switched_on=channel)


def _change_zone(session: Session, tenant: Tenant, name: str | None) -> None:
    """Store the workspace's new zone, if there is one: it is also that of everybody whose own is unknown."""
    if name and name != tenant.zone:
        tenant.zone = name
        outbox_reminders.replan_without_zone(session)
    session.flush()


def purpose_of(session: Session, platform: str, workspace: str, external_id: str, name: str | None) -> Purpose:
    """The channel's effective purpose, one of `channel_purpose.CHOICES`. Reads only.

    `name` is None if the platform did not send it; then the channel's last known name counts.
    """
    if workspaces.scope_to(session, platform, workspace) is None:
        return effective_purpose(Purpose.UNSET, name)
    channel = workspaces.find_channel(session, external_id)
    return (
        effective_purpose(Purpose.UNSET, name)
        if channel is None
        else effective_purpose(Purpose(channel.purpose), name or channel.name)
    )


def chosen_purpose(session: Session, external_id: str) -> Purpose:
    """The purpose that someone chose for the channel, `UNSET` if nobody did. Reads only."""
    channel = workspaces.find_channel(session, external_id)
    return Purpose.UNSET if channel is None else Purpose(channel.purpose)


def manager_of(session: Session, platform: str, workspace: str, external_id: str) -> str | None:
    """The platform's id of the channel's manager, who is asked about deals without a known owner. Reads only."""
    if workspaces.scope_to(session, platform, workspace) is None:
        return None
    channel = workspaces.find_channel(session, external_id)
    return None if channel is None or channel.keeper is None else channel.keeper.external_id


def _screen(opened: OpenedRequest, channel: Channel | None, name: str | None) -> ChannelScreen:
    purpose = Purpose.UNSET if channel is None else Purpose(channel.purpose)
    known = None if channel is None else channel.name
    return ChannelScreen(effective_purpose(purpose, name or known), opened.tenant.zone)
