"""The platform says what a person is called and where they are: store what is new about the people who are known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.cover.away import absence_changed
from handlers.deal.absence import absence_of
from handlers.method.locales import known_locale
from handlers.method.stages import Stage
from handlers.method.working_time import A_DAY
from handlers.requests import Profile, apply_profile, new_zone
from storage import deals, workspaces


@dataclass(frozen=True, slots=True)
class ProfileSeen:
    """A person's profile as the platform has it now. `workspace` and `person` are the platform's ids."""

    platform: str
    workspace: str
    person: str
    profile: Profile


@dataclass(frozen=True, slots=True)
class QuietSeen:
    """Until when a person takes no messages, as the platform says now; None if it says nothing of that."""

    platform: str
    workspace: str
    person: str
    until: datetime | None


def is_news(session: Session, seen: ProfileSeen) -> bool:
    """Whether the person is known, and their name, locale or zone is new. Reads only.

    For somebody without a zone and without a deal, who is reminded of nothing, no zone need be stored.
    """
    tenant = workspaces.scope_to(session, seen.platform, seen.workspace)
    person = None if tenant is None else workspaces.find_person(session, seen.person)
    if tenant is None or person is None:
        return False
    if person.zone is None and not deals.of_owner(session, person.id, frozenset(Stage)):
        return False
    if seen.profile.name not in (None, person.name) or known_locale(seen.profile.locale) not in (None, person.locale):
        return True
    return new_zone(tenant, person, seen.profile) is not None


def has_zone(session: Session, platform: str, workspace: str, person: str) -> bool:
    """Whether the person is known, with a time zone. Reads only."""
    if workspaces.scope_to(session, platform, workspace) is None:
        return False
    found = workspaces.find_person(session, person)
    return found is not None and found.zone is not None


def profile_seen(session: Session, seen: ProfileSeen, now: datetime) -> None:
    """Store the profile of a known person; a new zone moves what is planned for them. Nobody new is stored."""
    tenant = workspaces.scope_to(session, seen.platform, seen.workspace)
    person = None if tenant is None else workspaces.find_person(session, seen.person)
    if tenant is not None and person is not None:
        apply_profile(session, tenant, person, seen.profile, now)


def quiet_seen(session: Session, seen: QuietSeen, now: datetime) -> None:
    """Store until when a known person takes no messages: their reminders wait, and covers follow."""
    tenant = workspaces.scope_to(session, seen.platform, seen.workspace)
    person = None if tenant is None else workspaces.find_person(session, seen.person)
    if tenant is None or person is None or person.quiet_until == seen.until:
        return
    before, last = absence_of(person, tenant, now), person.quiet_until
    person.quiet_until = seen.until
    # a status without an end is seen anew each day
    goes_on = last is not None and seen.until is not None and now - A_DAY <= last < seen.until <= now + A_DAY
    absence_changed(session, person, tenant, before, absence_of(person, tenant, now, open_ended=goes_on), now)
