"""Requests to handlers: who asks, in which workspace, and whether the event was applied before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.deal.zone_changes import change_zone
from handlers.method.locales import known_locale
from handlers.method.time_zones import known_zone, zone, zone_with_offset
from storage import inbound_events, workspaces
from storage.models import Person, Tenant
from storage.tenancy import scope


@dataclass(frozen=True, slots=True)
class Profile:
    """What the platform knows about a person: display name and time zone, by any name of it."""

    name: str | None
    zone: str | None
    local_time: datetime | None = None
    """Their clock, if the platform sent it: it tells that a zone has changed when the zone's name is missing."""
    locale: str | None = None
    """The language and region that they chose on the platform, such as `en-GB`, if it said so."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who did something and where. `event_key` identifies the event: it is applied once (DESIGN, data rule 2)."""

    platform: str
    workspace: str
    """The platform's id of the workspace (Slack team, Entra tenant)."""
    person: str
    """The platform's id of the person."""
    event_key: str
    profile: Profile | None = None
    content: str = ""
    """A digest of what was entered, if the event is a submission. The same form with other content is no repetition:
    a person who is told "Try again?" may change an entry first."""
    home: str | None = None
    """The platform's id of the company that the person belongs to, if the event itself says so."""
    is_guest: bool = False
    """A guest of the workspace: they act on their own deals alone, even if they were put on a team as a colleague."""


@dataclass(frozen=True, slots=True)
class DealRequest:
    """Someone acts on a deal."""

    caller: Caller
    deal_id: int


@dataclass(frozen=True, slots=True)
class OpenedRequest:
    """The caller's rows; the session is bound to their tenant.

    `repeated`: exactly this was applied before. `earlier`: when the same form was submitted before with other content.
    What those submissions wrote (it carries their time) is this person's own: the new content replaces it.
    """

    tenant: Tenant
    person: Person
    repeated: bool
    earlier: tuple[datetime, ...] = ()
    is_guest: bool = False
    """As of the caller."""


def open_request(session: Session, caller: Caller, now: datetime) -> OpenedRequest:
    """Bind the session to the caller's tenant and record the event as applied, in this transaction.

    Creates the workspace and the person if they are new. An event with an empty key is not recorded: opening a screen
    changes nothing and may be repeated.
    """
    tenant = workspaces.get_or_create_tenant(session, caller.platform, caller.workspace, now)
    scope(session, tenant.id)
    person = workspaces.get_or_create_person(session, caller.person, now)
    if caller.profile is not None:
        apply_profile(session, tenant, person, caller.profile, now)
    if caller.event_key and caller.content:
        earlier = inbound_events.record_submission(session, caller.event_key, caller.content, now)
        return OpenedRequest(tenant, person, earlier is None, earlier or (), caller.is_guest)
    repeated = bool(caller.event_key) and not inbound_events.is_first_time(session, caller.event_key, now)
    return OpenedRequest(tenant, person, repeated, is_guest=caller.is_guest)


def apply_profile(session: Session, tenant: Tenant, person: Person, profile: Profile, now: datetime) -> None:
    """Store what the platform sent about a person, which is not always everything.

    A changed time zone moves what is planned for them (`handlers.deal.zone_changes`).
    """
    person.name = profile.name or person.name
    person.locale = known_locale(profile.locale) or person.locale
    found = new_zone(tenant, person, profile)
    if found is not None:
        change_zone(session, tenant, person, found, now)


def new_zone(tenant: Tenant, person: Person, profile: Profile) -> str | None:
    """The zone of the profile, if it is not the one that is stored.

    If only the person's clock is known: the zone with its offset, if the zone that applies to them has another one.
    """
    if profile.zone:
        return profile.zone if known_zone(profile.zone) != known_zone(person.zone or "") else None
    if profile.local_time is None:
        return None
    offset = profile.local_time.utcoffset()
    expected = profile.local_time.astimezone(zone(person.zone, tenant.zone)).utcoffset()
    return None if offset == expected else zone_with_offset(offset)
