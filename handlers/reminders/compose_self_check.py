"""Composes the monthly question whether a rep wants to check themselves (M7.4)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from handlers.deal.reminder_facts import cadence_for, working_time
from handlers.method.self_check import LATELY
from handlers.reminders.compose_reminder import COUNTED, not_now
from handlers.reminders.outcomes import Pointless, Postponed
from handlers.review.self_check import is_asked_monthly
from handlers.screens.review import SelfCheckAsk
from storage import outbox_reminders, review
from storage.models import OutboxRow, Tenant


def compose_self_check(
    session: Session, row: OutboxRow, tenant: Tenant, now: datetime
) -> SelfCheckAsk | Pointless | Postponed:
    """Ask, unless the person wants no reminders or no self-check, or has checked themselves lately.

    It can wait: on a day that has as many reminders as it may, it comes the next morning.
    """
    person = outbox_reminders.lock_person(session, row.person_id or 0)
    if not is_asked_monthly(person):
        return Pointless("the rep wants no self-check")
    checks = review.latest_checks(session, person.id, 1)
    if checks and checks[-1].at > now - LATELY:
        return Pointless("the rep has checked themselves lately")
    work = working_time(person, tenant)
    later = not_now(person, work, now)
    if later is not None:
        return later
    sent_today = outbox_reminders.count_sent_between(session, row, COUNTED, *work.day_of(now))
    if sent_today >= cadence_for(tenant).most_a_day:
        return Postponed(work.morning_after(now), "the day has as many reminders as it may")
    return SelfCheckAsk()
