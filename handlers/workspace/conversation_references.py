"""Conversation references of Teams: stored when the app is installed, blocked when it is removed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from storage import conversation_references, inbound_events, outbox_admin, workspaces
from storage.models import Tenant
from storage.tenancy import scope

NOT_INSTALLED = "FirstCall has not been let in there"
REMOVED = "FirstCall was removed there"
CHANNEL_DELETED = "the channel was deleted"
TEAM_ARCHIVED = "the team is archived"
TEAM_DELETED = "the team was deleted"


@dataclass(frozen=True, slots=True)
class Event:
    """An event of a workspace. `key` identifies it so that it is applied once; empty if it may be repeated."""

    platform: str
    workspace: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class ReferenceSeen:
    """An activity showed how to reach a person or a channel.

    `external_id` is what messages are addressed to. `conversation` is None for a person seen in another conversation:
    then it does not show that they have the app installed.
    """

    event: Event
    external_id: str
    conversation: str | None
    service_url: str
    bot: str
    user: str | None = None
    team: str | None = None
    name: str | None = None
    """A channel's name, if the activity has it."""


@dataclass(frozen=True, slots=True)
class ChannelsListed:
    """The id and name of each channel of the team in which `team_reference` was seen.

    The first channel of a team has the team's id and no name: it is called `default_name` until someone renames it.
    """

    team_reference: ReferenceSeen
    channels: tuple[tuple[str, str | None], ...]
    default_name: str
    shared: frozenset[str] = frozenset()
    """The ids of those that people of other teams and companies can be in."""


@dataclass(frozen=True, slots=True)
class ReferenceLost:
    """The app can no longer write to a conversation or a whole team. `reason` is shown to the administrator."""

    event: Event
    external_id: str | None
    team: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class TeamRestored:
    """An archived or deleted team was restored."""

    event: Event
    team: str


@dataclass(frozen=True, slots=True)
class AddressRequest:
    """The recipient of a message: a person or a channel."""

    platform: str
    workspace: str
    external_id: str


@dataclass(frozen=True, slots=True)
class Address:
    """Where to send a message. If `conversation` is None, one must be opened with `user` first."""

    conversation: str | None
    service_url: str
    bot: str
    user: str | None
    blocked_reason: str | None


def remember(session: Session, request: ReferenceSeen, now: datetime) -> None:
    """Store the reference. A conversation proves that the app is installed, so it lifts the recipient's block.

    Cards and other messages of a deal that the recipient has missed meanwhile are sent now.

    This also lifts a block of the whole workspace: an administrator who had blocked the app has allowed it again.
    """
    tenant = open_event(session, request.event, now)
    if tenant is not None:
        _store(session, tenant, request, now)


def remember_channels(session: Session, request: ChannelsListed, now: datetime) -> None:
    """Store the reference and the name of each channel of a team: `remember` for many at once.

    The list is fetched after the installation. Does nothing if the app has been removed since then.
    """
    entrance = request.team_reference
    tenant = workspaces.get_or_create_tenant(session, entrance.event.platform, entrance.event.workspace, now)
    scope(session, tenant.id)
    by = conversation_references.find(session, entrance.external_id)
    if by is None or by.blocked_reason is not None:
        return
    with session.no_autoflush:  # no row depends on another, and all are written at the end
        for channel, name in request.channels:
            _store(session, tenant, replace(entrance, external_id=channel, conversation=channel, name=name), now)
            if name is None and channel == entrance.team:
                row = workspaces.get_or_create_channel(session, channel, now)
                row.name = row.name or request.default_name
            if channel in request.shared:
                workspaces.get_or_create_channel(session, channel, now).shared_externally = True


def _store(session: Session, tenant: Tenant, request: ReferenceSeen, now: datetime) -> None:
    known = conversation_references.get_or_create(
        session, request.external_id, service_url=request.service_url, bot=request.bot, now=now
    )
    known.service_url, known.bot, known.seen_at = request.service_url, request.bot, now
    known.user = request.user or known.user
    known.team = request.team or known.team
    if request.conversation is not None:
        if known.blocked_reason is not None or known.conversation is None:
            missed = (NOT_INSTALLED, *filter(None, (known.blocked_reason,)))
            outbox_admin.retry_missed(session, request.external_id, missed, now)
        known.conversation, known.blocked_reason = request.conversation, None
        tenant.blocked_reason = None
        workspaces.unblock_channels(session, [request.external_id])
    if request.name is not None:
        workspaces.get_or_create_channel(session, request.external_id, now).name = request.name


def forget(session: Session, request: ReferenceLost, now: datetime) -> tuple[Tenant, Sequence[str]]:
    """Block the references. Queued messages to them end as undeliverable, with the reason.

    Returns:
        The session's tenant and the recipients that were blocked; none if the event was applied before.
    """
    tenant = open_event(session, request.event, now)
    if tenant is None:
        return workspaces.get_or_create_tenant(session, request.event.platform, request.event.workspace, now), ()
    lost: list[str] = []
    if request.external_id is not None:
        conversation_references.block(session, [request.external_id], request.reason)
        lost.append(request.external_id)
    if request.team is not None:
        lost += conversation_references.block_team(session, request.team, request.reason)
    return tenant, list(dict.fromkeys(lost))


def restore_team(session: Session, request: TeamRestored, now: datetime) -> None:
    """Lift the block of channels that were blocked only because their team was archived or deleted."""
    if open_event(session, request.event, now) is not None:
        reasons = (TEAM_ARCHIVED, TEAM_DELETED)
        workspaces.unblock_channels(session, conversation_references.unblock_team(session, request.team, reasons))


def address_of(session: Session, request: AddressRequest) -> Address | None:
    """The stored reference of the recipient, None if there is none. Reads only."""
    if workspaces.scope_to(session, request.platform, request.workspace) is None:
        return None
    found = conversation_references.find(session, request.external_id)
    if found is None:
        return None
    return Address(found.conversation, found.service_url, found.bot, found.user, found.blocked_reason)


def is_blocked(session: Session, platform: str, workspace: str) -> bool:
    """Whether the workspace is blocked: the last message to it was refused. Reads only."""
    tenant = workspaces.find_tenant(session, platform, workspace)
    return tenant is not None and tenant.blocked_reason is not None


def person_by_name(session: Session, platform: str, workspace: str, name: str) -> str | None:
    """The id of the only reachable person with that name; None if there are none or several. Reads only."""
    if workspaces.scope_to(session, platform, workspace) is None:
        return None
    found = conversation_references.reachable_people_named(session, name)
    return found[0] if len(found) == 1 else None


def refused(session: Session, request: AddressRequest, reason: str) -> None:
    """The platform lets nothing be sent to the recipient: send nothing until they let the app in again."""
    if workspaces.scope_to(session, request.platform, request.workspace) is not None:
        conversation_references.block(session, [request.external_id], reason)


def conversation_opened(session: Session, request: AddressRequest, conversation: str) -> None:
    """Store the conversation that was opened with a person; the next message uses it."""
    if workspaces.scope_to(session, request.platform, request.workspace) is None:
        return
    found = conversation_references.find(session, request.external_id)
    if found is not None:
        found.conversation = conversation


def open_event(session: Session, event: Event, now: datetime) -> Tenant | None:
    """Bind the session to the event's workspace and return it; None if the event was applied before."""
    tenant = workspaces.get_or_create_tenant(session, event.platform, event.workspace, now)
    scope(session, tenant.id)
    return None if event.key and not inbound_events.is_first_time(session, event.key, now) else tenant
