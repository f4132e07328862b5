"""Where people and channels of Teams can be written to: kept when we are let in, given up when we are sent away."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from storage import conversation_references, inbound_events, workspaces
from storage.models import Tenant
from storage.tenancy import scope

REMOVED = "FirstCall was removed there"
CHANNEL_DELETED = "the channel was deleted"
TEAM_ARCHIVED = "the team is archived"
TEAM_DELETED = "the team was deleted"


@dataclass(frozen=True, slots=True)
class Event:
    """In whose workspace, and the key that makes a second delivery harmless; an empty one for what may be repeated."""

    platform: str
    workspace: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class ReferenceSeen:
    """Somebody or some place that the platform has just shown us.

    `external_id` is what a letter is addressed to. `conversation` is None for a person whom we met elsewhere: then it
    says nothing about whether they want to hear from us.
    """

    event: Event
    external_id: str
    conversation: str | None
    service_url: str
    bot: str
    user: str | None = None
    team: str | None = None
    name: str | None = None
    """A channel's name, when it was told."""


@dataclass(frozen=True, slots=True)
class ChannelsListed:
    """Channels of a team that has let us in by `entrance`, as the platform lists them: the id and the name of each.

    The first channel of a team has the team's id, and the platform gives it no name: it is called `first`, until it is
    renamed.
    """

    entrance: ReferenceSeen
    channels: tuple[tuple[str, str | None], ...]
    first: str


@dataclass(frozen=True, slots=True)
class ReferenceLost:
    """We can no longer write to a place, or to a whole team. `reason` is shown to the administrator."""

    event: Event
    external_id: str | None
    team: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class TeamRestored:
    """A team that was archived or deleted is in use again."""

    event: Event
    team: str


@dataclass(frozen=True, slots=True)
class AddressRequest:
    """Whom a letter is for."""

    platform: str
    workspace: str
    external_id: str


@dataclass(frozen=True, slots=True)
class Address:
    """Where a letter goes. `conversation` is None when one has to be opened with `user` first."""

    conversation: str | None
    service_url: str
    bot: str
    user: str | None
    blocked_reason: str | None


def remember(session: Session, request: ReferenceSeen, now: datetime) -> None:
    """Keep how to reach them. Who has a conversation with us has us installed: what blocked them before is over.

    That holds for their workspace, too: an administrator who had switched FirstCall off has it on again.
    """
    tenant = _first(session, request.event, now)
    if tenant is not None:
        _keep(session, tenant, request, now)


def remember_channels(session: Session, request: ChannelsListed, now: datetime) -> None:
    """Keep how to reach each channel of a team, and what it is called: as `remember`, for many at once.

    The list is asked for after we were let in. If we have lost the entrance meanwhile, it has come too late.
    """
    entrance = request.entrance
    tenant = workspaces.get_or_create_tenant(session, entrance.event.platform, entrance.event.workspace, now)
    scope(session, tenant.id)
    by = conversation_references.find(session, entrance.external_id)
    if by is None or by.blocked_reason is not None:
        return
    with session.no_autoflush:  # none of them asks about another, and all are written at the end
        for channel, name in request.channels:
            _keep(session, tenant, replace(entrance, external_id=channel, conversation=channel, name=name), now)
            if name is None and channel == entrance.team:
                met = workspaces.get_or_create_channel(session, channel, now)
                met.name = met.name or request.first


def _keep(session: Session, tenant: Tenant, request: ReferenceSeen, now: datetime) -> None:
    known = conversation_references.get_or_create(
        session, request.external_id, service_url=request.service_url, bot=request.bot, now=now
    )
    known.service_url, known.bot, known.seen_at = request.service_url, request.bot, now
    known.user = request.user or known.user
    known.team = request.team or known.team
    if request.conversation is not None:
        known.conversation, known.blocked_reason = request.conversation, None
        tenant.blocked_reason = None
    if request.name is not None:
        workspaces.get_or_create_channel(session, request.external_id, now).name = request.name


def forget(session: Session, request: ReferenceLost, now: datetime) -> None:
    """Write there no more. What waits for them in the outbox ends with the reason."""
    if _first(session, request.event, now) is None:
        return
    if request.external_id is not None:
        conversation_references.block(session, [request.external_id], request.reason)
    if request.team is not None:
        conversation_references.block_team(session, request.team, request.reason)


def restore_team(session: Session, request: TeamRestored, now: datetime) -> None:
    """Channels that were out of reach only because their team was gone can be written to again."""
    if _first(session, request.event, now) is not None:
        conversation_references.unblock_team(session, request.team, (TEAM_ARCHIVED, TEAM_DELETED))


def address_of(session: Session, request: AddressRequest) -> Address | None:
    """How to reach them; None when we have never met. Reads only."""
    if workspaces.scope_to(session, request.platform, request.workspace) is None:
        return None
    found = conversation_references.find(session, request.external_id)
    if found is None:
        return None
    return Address(found.conversation, found.service_url, found.bot, found.user, found.blocked_reason)


def is_refused(session: Session, platform: str, workspace: str) -> bool:
    """Whether the workspace refuses everything, as the last letter to it told. Reads only."""
    tenant = workspaces.find_tenant(session, platform, workspace)
    return tenant is not None and tenant.blocked_reason is not None


def person_by_name(session: Session, platform: str, workspace: str, name: str) -> str | None:
    """The id of the one person of that name whom we can write to; None when nobody or several have it. Reads only."""
    if workspaces.scope_to(session, platform, workspace) is None:
        return None
    found = conversation_references.reachable_people_named(session, name)
    return found[0] if len(found) == 1 else None


def conversation_opened(session: Session, request: AddressRequest, conversation: str) -> None:
    """A conversation with a person was opened: the next letter goes straight there."""
    if workspaces.scope_to(session, request.platform, request.workspace) is None:
        return
    found = conversation_references.find(session, request.external_id)
    if found is not None:
        found.conversation = conversation


def _first(session: Session, event: Event, now: datetime) -> Tenant | None:
    """The event's workspace, to which the session is bound now; None when the event was applied before."""
    tenant = workspaces.get_or_create_tenant(session, event.platform, event.workspace, now)
    scope(session, tenant.id)
    return None if event.key and not inbound_events.is_first_time(session, event.key, now) else tenant
