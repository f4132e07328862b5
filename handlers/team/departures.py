"""A person's account is deactivated, or active again: their reminders stop, and somebody takes over (M9.4).

Slack accepts messages to a deactivated user, so no error tells. Who manages a wins channel is asked who takes over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.deal.absence import absence_of, covers_follow, person_left
from handlers.deal.facts import facts
from handlers.deal.keepers import deals_of_keeper
from handlers.deal.planning import plan_reminders
from handlers.deal.reminder_facts import working_time
from handlers.deal.team import leave_all
from handlers.screens.team import RepLeft
from handlers.team.handover import PASSED_ON
from storage import deals, outbox, outbox_reminders, workspaces
from storage.models import OutboxRow, Person, Tenant

KIND = "rep_left"
"""The kind of the message that asks who takes the deals over."""
MOST_LISTED = 10


@dataclass(frozen=True, slots=True)
class PresenceSeen:
    """Whether a person's account is active, as the platform says now. Ids are the platform's."""

    platform: str
    workspace: str
    person: str
    active: bool


def is_news(session: Session, seen: PresenceSeen) -> bool:
    """Whether the person is known, and this is not. Reads only."""
    if workspaces.scope_to(session, seen.platform, seen.workspace) is None:
        return False
    person = workspaces.find_person(session, seen.person)
    return person is not None and (person.left_at is None) is not seen.active


def presence_seen(session: Session, seen: PresenceSeen, now: datetime) -> None:
    """Store that the person left or is back, and plan what follows. Nobody new is stored.

    If they have open deals and there is nobody to ask, nothing changes: an admin sees that their messages have no
    reader any more, until somebody manages a wins channel.
    """
    tenant = workspaces.scope_to(session, seen.platform, seen.workspace)
    person = None if tenant is None else workspaces.find_person(session, seen.person)
    if tenant is None or person is None or (person.left_at is None) is seen.active:
        return
    if not seen.active:
        person_left(session, person, now)
        leave_all(session, person, now)
    open_deals = deals.of_owner(session, person.id, PASSED_ON)
    managers = [] if seen.active or not open_deals else _managers(session, person)
    if not seen.active and open_deals and not managers:
        return
    person.left_at = None if seen.active else now
    session.flush()
    if seen.active:
        covers_follow(session, person, None, absence_of(person, tenant, now), now)
    outbox_reminders.cancel(
        session,
        [] if seen.active else outbox_reminders.queued_for(session, person.id, ("digest",)),
        reason="the account is deactivated",
        now=now,
    )
    kept = deals_of_keeper(session, person)
    for deal in deals.lock_all(session, [deal.id for deal in (*open_deals, *kept)]):
        plan_reminders(session, deal, now)
    for manager in managers:
        _ask(session, tenant, manager, person, now)


def _managers(session: Session, person: Person) -> Sequence[Person]:
    """Who manages the wins channels and still works here."""
    return list({each.id: each for _, each in managers_besides(session, person)}.values())


def managers_besides(session: Session, person: Person) -> list[tuple[str, Person]]:
    """The wins channels (the platform's ids) with those who manage them, still work here, and are not this person."""
    found = ((channel.external_id, channel.keeper) for channel in workspaces.wins_channels(session))
    return [(channel, each) for channel, each in found if each is not None and _may_be_asked(each, person)]


def _may_be_asked(manager: Person, person: Person) -> bool:
    return manager.left_at is None and manager.id != person.id


def _ask(session: Session, tenant: Tenant, manager: Person, person: Person, now: datetime) -> None:
    work = working_time(manager, tenant)
    outbox.enqueue(
        session,
        kind=KIND,
        dedupe_key=f"{KIND}:{person.id}:{manager.id}:{int(now.timestamp())}",
        due_at=work.next(now),
        zone=work.local.key,
        person_id=manager.id,
        payload={"person": person.external_id},
        now=now,
    )


def compose_left(session: Session, row: OutboxRow) -> RepLeft | None:
    """The question who takes over; None once the person is back, or has no open deal any more."""
    person = workspaces.find_person(session, str(row.payload["person"]))
    if person is None or person.left_at is None:
        return None
    found = deals.of_owner(session, person.id, PASSED_ON)
    if not found:
        return None
    return RepLeft(person.external_id, person.name, tuple(facts(deal) for deal in found[:MOST_LISTED]), len(found))


def may_hand_over(session: Session, platform: str, workspace: str, person: str, giver: str) -> bool:
    """Whether the person manages a wins channel, and the giver's account is deactivated. Reads only."""
    if workspaces.scope_to(session, platform, workspace) is None:
        return False
    left = workspaces.find_person(session, giver)
    if left is None or left.left_at is None:
        return False
    return any(manager.external_id == person for manager in _managers(session, left))
