"""Channels: what each is for, who manages it, and whether it gets win summaries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.errors import NotNowError
from handlers.method.time_zones import zone
from handlers.requests import Caller, OpenedRequest, open_request
from handlers.screens.team import ChannelScreen, SharedChannel, SummariesScreen
from handlers.team import closed_channels
from handlers.team.summaries import plan_summaries
from handlers.workspace.channel_purpose import Purpose, effective_purpose
from storage import audit_log, inbound_events, outbox, outbox_reminders, workspaces
from storage.models import Channel, Tenant
from storage.tenancy import scope

UNKNOWN_ZONE = "UTC"
"""A tenant's zone until a person's is known."""
SHARED_CHANNEL = "shared_channel"
"""The kind of message that asks an admin about a shared channel."""
EXTERNAL_WINS_ALLOWED = "external_wins_allowed"
"""The action in the audit log."""


@dataclass(frozen=True, slots=True)
class ChannelRequest:
    """Someone asks what a channel is for, or just added the app to it. `name` has no `#`, None if unknown."""

    caller: Caller
    channel: str
    name: str | None
    shared_externally: bool | None = False
    """Whether people of another company read it; None if unknown."""


@dataclass(frozen=True, slots=True)
class PurposeChosen:
    """Someone chooses what a channel is for: one of `channel_purpose.CHOICES`."""

    caller: Caller
    channel: str
    purpose: Purpose
    shared_externally: bool | None = None
    """Whether people of another company read it; None leaves it as it is known."""
    knowingly: bool = False
    """Whether an admin chose it when asked about exactly that."""


@dataclass(frozen=True, slots=True)
class SharingChanged:
    """A channel is shared with another company from now on, or no more. `admins` can be asked; ids of the platform."""

    platform: str
    workspace: str
    channel: str
    name: str | None
    shared: bool
    event_key: str
    admins: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SummaryChannel:
    """Someone turns the weekly win summary on or off in a channel."""

    caller: Caller
    channel: str
    shared_externally: bool | None = None
    """Whether people of another company read it; None leaves it as it is known."""


@dataclass(frozen=True, slots=True)
class SummariesRequest:
    """Someone asks where the weekly win summaries are posted."""

    caller: Caller


def channel_joined(session: Session, request: ChannelRequest, now: datetime) -> ChannelScreen:
    """Store the channel. Whoever added the app manages it: they are asked when the owner of a deal is unknown."""
    opened = open_request(session, request.caller, now)
    channel = workspaces.get_or_create_channel(session, request.channel, now)
    if not opened.repeated:
        channel.keeper_id = opened.person.id
        channel.name = request.name or channel.name
        closed_channels.reopen(session, opened.tenant, channel, now)
        if request.shared_externally is not None:
            note_sharing(channel, shared=request.shared_externally)
    return _screen(opened, channel, request.name, shared=request.shared_externally is not False)


def show_purpose(session: Session, request: ChannelRequest, now: datetime) -> ChannelScreen:
    """What the channel is for now. Changes nothing."""
    opened = open_request(session, request.caller, now)
    channel = workspaces.find_channel(session, request.channel)
    return _screen(opened, channel, request.name, shared=request.shared_externally is not False)


def choose_purpose(session: Session, request: PurposeChosen, now: datetime) -> ChannelScreen:
    """Set what the channel is for. The person who sets it becomes the manager if there is none.

    Raises `NotNowError` for wins where people of another company read them, unless an admin says so knowingly; that is
    recorded in the audit log.
    """
    opened = open_request(session, request.caller, now)
    channel = workspaces.get_or_create_channel(session, request.channel, now)
    if not opened.repeated:
        if request.shared_externally is not None:
            note_sharing(channel, shared=request.shared_externally)
        if channel.shared_externally and request.purpose is Purpose.WINS and not request.knowingly:
            raise NotNowError("refusal.shared_channel")
        channel.keeper_id = channel.keeper_id or opened.person.id
        channel.external_wins = channel.shared_externally and request.purpose is Purpose.WINS
        if channel.external_wins:
            audit_log.record(session, None, opened.person.id, EXTERNAL_WINS_ALLOWED, now, channel=request.channel)
        apply_purpose(session, opened, channel, request.purpose, now)
    return _screen(opened, channel, channel.name, shared=channel.shared_externally)


def note_sharing(channel: Channel, *, shared: bool) -> None:
    """Store whether people of another company read the channel. What an admin allowed ends with the sharing."""
    channel.shared_externally = shared
    channel.external_wins = channel.external_wins and shared


def sharing_changed(session: Session, request: SharingChanged, now: datetime) -> None:
    """Store it. A wins channel that another company reads gets no more wins until an admin, who is asked, allows it.

    One more company that joins it is asked about again.
    """
    tenant = workspaces.get_or_create_tenant(session, request.platform, request.workspace, now)
    scope(session, tenant.id)
    if request.event_key and not inbound_events.is_first_time(session, request.event_key, now):
        return
    known = workspaces.find_channel(session, request.channel)
    channel = known or workspaces.get_or_create_channel(session, request.channel, now)
    channel.name = request.name or channel.name
    was_for_wins = effective_purpose(Purpose(channel.purpose), channel.name) is Purpose.WINS
    was_posted = known is not None and was_for_wins and (not channel.shared_externally or channel.external_wins)
    note_sharing(channel, shared=request.shared)
    channel.external_wins = False
    session.flush()
    if not request.shared:
        plan_summaries(session, tenant, now)
    elif was_posted:
        _ask_admin(session, tenant, channel, request.admins, now)


def found_shared(session: Session, tenant: Tenant, external_id: str, admins: tuple[str, ...], now: datetime) -> None:
    """A message was about to be posted where people of another company read it: about wins, ask an admin first."""
    channel = workspaces.get_or_create_channel(session, external_id, now)
    note_sharing(channel, shared=True)
    if channel.purpose == Purpose.WINS:
        _ask_admin(session, tenant, channel, admins, now)


def is_shared(session: Session, platform: str, workspace: str, external_id: str) -> bool:
    """Whether people of another company read the channel, as it was last known. Reads only."""
    if workspaces.scope_to(session, platform, workspace) is None:
        return False
    channel = workspaces.find_channel(session, external_id)
    return channel is not None and channel.shared_externally


def shared_channel(session: Session, external_id: str) -> SharedChannel | None:
    """The question to an admin; None if nothing is to be asked any more. Reads only."""
    channel = workspaces.find_channel(session, external_id)
    if channel is None or not channel.shared_externally or channel.external_wins:
        return None
    return SharedChannel(external_id, became=True)


def may_post_wins(channel: Channel | None) -> bool:
    """Whether wins are posted there: it is chosen for them, and read by nobody else unless an admin has allowed it."""
    if channel is None or channel.purpose != Purpose.WINS or channel.blocked_reason is not None:
        return False
    return channel.external_wins or not channel.shared_externally


def _ask_admin(session: Session, tenant: Tenant, channel: Channel, admins: tuple[str, ...], now: datetime) -> None:
    """Ask one admin: the channel's manager, else one who knows the app, else the first; without any, the manager."""
    known = workspaces.people_known_as(session, admins)
    person = channel.keeper if channel.keeper in known else next(iter(known), None)
    if person is None and admins:
        person = workspaces.get_or_create_person(session, admins[0], now)
    person = person or channel.keeper
    if person is None:
        return
    outbox.enqueue(
        session,
        kind="shared_channel",
        dedupe_key=f"{SHARED_CHANNEL}:{channel.external_id}:{now.isoformat()}",
        due_at=now,
        zone=zone(person.zone, tenant.zone).key,
        person_id=person.id,
        payload={"channel": channel.external_id},
        now=now,
    )


def apply_purpose(session: Session, opened: OpenedRequest, channel: Channel, purpose: Purpose, now: datetime) -> None:
    """Set what the channel is for. For a wins channel plan the next summary, on Monday in the team's zone.

    A summary planned for a channel that is no longer a wins channel is cancelled when it is due.
    """
    switched_on = None if channel.purpose == Purpose.WINS else channel
    channel.purpose, channel.blocked_reason = purpose, None
    if purpose is Purpose.WINS:
        _set_zone(session, opened.tenant, opened.person.zone)
        plan_summaries(session, opened.tenant, now, switched_on=switched_on)


def start_summaries(session: Session, request: SummaryChannel, now: datetime) -> str:
    """Make the channel a wins channel and plan its next summary. Returns the IANA zone of its Monday morning.

    The person becomes the manager if there is none: somebody must hear of it when the summaries end. Raises
    `NotNowError` if people of another company read it.
    """
    opened = open_request(session, request.caller, now)
    channel = workspaces.get_or_create_channel(session, request.channel, now)
    if request.shared_externally is not None:
        note_sharing(channel, shared=request.shared_externally)
    if channel.shared_externally and not channel.external_wins:
        raise NotNowError("refusal.shared_channel")
    channel.keeper_id = channel.keeper_id or opened.person.id
    apply_purpose(session, opened, channel, Purpose.WINS, now)
    return opened.tenant.zone


def stop_summaries(session: Session, request: SummaryChannel, now: datetime) -> None:
    """Post no more summaries in the channel. The app still listens there, unless the channel is excluded."""
    opened = open_request(session, request.caller, now)
    channel = workspaces.get_or_create_channel(session, request.channel, now)
    if channel.purpose != Purpose.EXCLUDED:
        apply_purpose(session, opened, channel, Purpose.LISTEN, now)


def show_summaries(session: Session, request: SummariesRequest, now: datetime) -> SummariesScreen:
    """Where the week's wins are posted. Changes nothing."""
    opened = open_request(session, request.caller, now)
    posted = tuple(each.external_id for each in workspaces.wins_channels(session) if may_post_wins(each))
    return SummariesScreen(posted, opened.tenant.zone)


def remember_channel(
    session: Session,
    opened: OpenedRequest,
    external_id: str,
    name: str | None,
    zone: str | None,
    now: datetime,
    *,
    maybe_shared: bool = False,
) -> None:
    """Store the channel of a detected deal. A channel named for wins becomes a wins channel.

    `zone` is the rep's; it becomes the workspace's if that has none yet. `maybe_shared`: people of another company may
    read it, so its name alone does not make it a wins channel.
    """
    channel = workspaces.get_or_create_channel(session, external_id, now)
    channel.name = name or channel.name
    closed_channels.reopen(session, opened.tenant, channel, now)
    shared = maybe_shared or channel.shared_externally
    if channel.purpose == Purpose.UNSET and current_purpose(channel, channel.name, shared=shared) is Purpose.WINS:
        channel.purpose = Purpose.WINS
        _set_zone(session, opened.tenant, zone)
        plan_summaries(session, opened.tenant, now, switched_on=channel)


def _set_zone(session: Session, tenant: Tenant, name: str | None) -> None:
    """Store the workspace's zone, if it has none yet: it is also that of everybody whose own is unknown.

    It is the team's: somebody who works elsewhere does not move everybody's Monday by setting up a channel.
    """
    if name and tenant.zone == UNKNOWN_ZONE:
        tenant.zone = name
        outbox_reminders.replan_without_zone(session)
    session.flush()


def purpose_of(
    session: Session,
    platform: str,
    workspace: str,
    external_id: str,
    name: str | None,
    *,
    maybe_shared: bool = False,
) -> Purpose:
    """The channel's effective purpose, one of `channel_purpose.CHOICES`. Reads only.

    `name` is None if the platform did not send it; then the channel's last known name counts. `maybe_shared`: people of
    another company may read it.
    """
    if workspaces.scope_to(session, platform, workspace) is None:
        return current_purpose(None, name, shared=maybe_shared)
    return current_purpose(workspaces.find_channel(session, external_id), name, shared=maybe_shared)


def current_purpose(channel: Channel | None, name: str | None, *, shared: bool = False) -> Purpose:
    """The purpose that applies, one of `channel_purpose.CHOICES`. `shared`: people of another company may read it.

    Then wins need an admin's word, and the channel's name is not enough.
    """
    purpose = Purpose.UNSET if channel is None else Purpose(channel.purpose)
    if not shared and not (channel is not None and channel.shared_externally):
        return effective_purpose(purpose, name or (None if channel is None else channel.name))
    if purpose is Purpose.EXCLUDED:
        return purpose
    return Purpose.WINS if purpose is Purpose.WINS and channel is not None and channel.external_wins else Purpose.LISTEN


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


def _screen(opened: OpenedRequest, channel: Channel | None, name: str | None, *, shared: bool) -> ChannelScreen:
    return ChannelScreen(current_purpose(channel, name, shared=shared), opened.tenant.zone)
