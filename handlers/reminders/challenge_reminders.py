"""Reminders of challenges: whether one is still needed, whether it may come now, and what it shows (M7.2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from handlers.challenges.shown import challenge_facts
from handlers.deal.open_challenges import challenge_of
from handlers.deal.reminder_facts import cadence_for, working_time
from handlers.method.challenge_clock import may_interrupt
from handlers.method.reminders_due import Kind, challenge_reminders
from handlers.method.working_time import WorkingTime
from handlers.screens.challenges import ChallengeFacts
from storage import challenges
from storage.models import Challenge, Deal, Person, Tenant


def why_no_reminder(session: Session, deal: Deal, kind: Kind, payload: Mapping[str, Any], now: datetime) -> str | None:
    """Why the reminder is pointless now; None if it is not.

    Of those of one challenge that come late, only the last one comes.
    """
    row = _row(session, payload)
    if row is None or row.deal_id != deal.id:
        return "the challenge is gone"
    tenant = session.get_one(Tenant, deal.tenant_id)
    planned = list(challenge_reminders(challenge_of(row), working_time(deal.current_rep, tenant), cadence_for(tenant)))
    own = next((each for each in planned if (each.kind, each.of) == (kind, payload["of"])), None)
    if own is None:
        return "the challenge has moved on"
    if any(own.at < each.at <= now for each in planned):
        return "a later reminder of the same challenge is due, too"
    return None


def may_come_now(
    session: Session, payload: Mapping[str, Any], person: Person, work: WorkingTime, now: datetime
) -> bool:
    """Whether it may come although the person is not at work: the customer's time ends before they are back.

    A pause of notifications holds it back only as long as there is still time.
    """
    row = _row(session, payload)
    if row is None or not may_interrupt(challenge_of(row), work, now):
        return False
    return person.quiet_until is None or person.quiet_until <= now or row.tell_by <= person.quiet_until


def shown_challenge(session: Session, deal: Deal, payload: Mapping[str, Any], now: datetime) -> ChallengeFacts | None:
    """The challenge that the reminder is about; None if it is gone."""
    row = _row(session, payload)
    return None if row is None else challenge_facts(session, deal, row, now)


def _row(session: Session, payload: Mapping[str, Any]) -> Challenge | None:
    return challenges.find(session, int(payload["challenge"])) if "challenge" in payload else None
