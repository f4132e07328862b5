"""A person's time zone has changed: what is planned for them moves to the same times of day in the new zone."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from handlers.deal.keepers import deals_of_keeper
from handlers.deal.planning import plan_reminders
from handlers.deal.reminder_facts import working_time
from handlers.method.reminders_due import AT_THE_HOUR, OF_A_PERSON, Kind
from handlers.method.stages import NOT_STOOD_BY
from handlers.method.time_zones import known_zone, zone
from handlers.method.working_time import WorkingTime
from storage import audit_log, outbox_reminders
from storage.models import Deal, Person, Tenant

A_MINUTE = timedelta(minutes=1)


def change_zone(session: Session, tenant: Tenant, person: Person, name: str, now: datetime) -> None:
    """Store the zone that the platform calls `name`; if it is another one, move everything planned for the person.

    Reminders, digests, self-checks, and snoozes until a time of day ("tomorrow 10") keep their time of day. A scheduled
    call and a snooze for some hours are moments, and stay. Nothing is planned outside the working hours in the new
    zone.

    A zone that this machine does not know is stored as it is; the workspace's applies, and the log says so.
    """
    before = zone(person.zone, tenant.zone)
    known = known_zone(name)
    person.zone = name if known is None else known.key
    if zone(person.zone, tenant.zone).key != before.key:
        move_reminders(session, tenant, person, now)


def move_reminders(session: Session, tenant: Tenant, person: Person, now: datetime) -> None:
    """Plan everything of the person again in the zone that applies to them now."""
    session.flush()
    work = working_time(person, tenant)
    deals = outbox_reminders.deals_of(session, person.id, NOT_STOOD_BY)
    for deal in deals:
        _move_snooze(session, deal, work.local, now)
    for row in outbox_reminders.queued_for(session, person.id, OF_A_PERSON):
        day = row.due_at.astimezone(zone(row.zone)).date()
        outbox_reminders.move(session, row, work.next(max(work.on(day, work.hours.starts), now)))
    for deal in (*deals, *deals_of_keeper(session, person)):
        plan_reminders(session, deal, now)
    _move_out_of_the_night(session, person, work)
    outbox_reminders.set_zone(session, person.id, work.local.key)


def _move_snooze(session: Session, deal: Deal, local: ZoneInfo, now: datetime) -> None:
    """Move a snooze until a time of day; if that time is over in the new zone, the reminder is due."""
    snoozed = audit_log.latest(session, deal.id, ("snoozed", "snooze_changed"))
    if deal.snoozed_until is None or snoozed is None or "zone" not in snoozed.detail:
        return
    said = datetime.fromisoformat(snoozed.detail["until"]).astimezone(zone(snoozed.detail["zone"]))
    deal.snoozed_until = max(said.replace(tzinfo=local), now + A_MINUTE)


def _move_out_of_the_night(session: Session, person: Person, work: WorkingTime) -> None:
    """Reminders whose time is over in the new zone kept their old moment, which may be at night there."""
    kinds = tuple(kind for kind in Kind if kind not in AT_THE_HOUR | OF_A_PERSON)
    for row in outbox_reminders.queued_for(session, person.id, kinds):
        if not work.includes(row.due_at):
            outbox_reminders.move(session, row, work.next(row.due_at))
