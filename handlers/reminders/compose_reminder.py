"""Composes a due reminder or digest: cancels it if pointless, postpones it outside working hours."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from handlers.call.contacts import reachable_contacts
from handlers.call.talk import opening_line
from handlers.deal.facts import card, statements_of
from handlers.deal.planning import plan_digest
from handlers.deal.reminder_facts import cadence_for, reminders_of_deal, working_time
from handlers.method.offered_times import snooze_choices
from handlers.method.reminders_due import Kind
from handlers.method.stages import CALL_TO_MAKE, NOT_STOOD_BY, Stage
from handlers.method.statements import Said
from handlers.method.working_time import WorkingTime
from handlers.reminders.outcomes import Folded, Pointless, Postponed
from handlers.screens.reminders import CallOver, CallReminder, CallSoon, Digest, Nudge
from storage import audit_log, briefs, deals, outbox, outbox_reminders
from storage.models import Deal, OutboxRow, Tenant

MAX_FOLDED_AGE = timedelta(days=14)
"""A reminder folded longer ago than this, but in no delivered digest, is cancelled."""
MOST_IN_DIGEST = 10
SETTLED = NOT_STOOD_BY | {Stage.RECAPPED, Stage.DELIVERING, Stage.COMPLETED}
"""The stages in which a deal is in a digest only if one of its reminders was folded into it."""

_STAGES_OF = {
    Kind.READ_BACK: frozenset({Stage.IN_CALL}),
    Kind.RECAP: frozenset({Stage.ALIGNED}),
    Kind.CORRECTIONS: frozenset({Stage.RECAPPED, Stage.DELIVERING}),
    Kind.PROMISE: frozenset({Stage.RECAPPED, Stage.DELIVERING}),
    Kind.UPDATE: frozenset({Stage.RECAPPED, Stage.DELIVERING}),
    Kind.REFERRAL: frozenset({Stage.COMPLETED}),
    Kind.LOOK_BACK: frozenset({Stage.RECAPPED, Stage.DELIVERING, Stage.COMPLETED}),
    Kind.CALL: CALL_TO_MAKE,
    Kind.CALL_OVER: CALL_TO_MAKE,
    Kind.CALL_SOON: CALL_TO_MAKE,
}
"""The stages in which each kind of reminder makes sense."""

ReminderScreen = CallReminder | CallSoon | CallOver | Nudge
"""What a reminder of one deal can show."""


def compose_reminder(
    session: Session, row: OutboxRow, deal: Deal, tenant: Tenant, now: datetime
) -> ReminderScreen | Pointless | Postponed | Folded:
    """Compose a claimed reminder. Locks its person, so that the day's limit holds."""
    reason = why_pointless(session, row, deal, now)
    if reason is not None:
        return Pointless(reason)
    work = working_time(outbox_reminders.lock_person(session, deal.owner_id), tenant)
    if row.kind == Kind.CALL_SOON:
        opening = opening_line(session, deal, briefs.latest(session, deal.id))
        return CallSoon(card(session, deal, now), opening, reachable_contacts(deal, now))
    if not work.includes(now):
        return Postponed(work.next(now), "the rep is not at work")
    start, end = work.day_of(now)
    sent_today = outbox_reminders.count_sent_between(session, row, tuple(Kind), start, end)
    sent_today += outbox_reminders.has_queued_before(session, deal.owner_id, Kind.DIGEST, end)
    if sent_today >= cadence_for(tenant).most_a_day:
        digest = plan_digest(session, deal.owner, work.morning_after(now), work.local, now)
        return Folded(digest, "the day has as many reminders as it may: the next digest tells of this one")
    return _screen(session, row, deal, work, now)


def compose_digest(session: Session, row: OutboxRow, tenant: Tenant, now: datetime) -> Digest | Pointless | Postponed:
    """Compose the person's digest: the reminders folded into it, and the deals whose own reminders are over.

    Plans the next digest, whatever happens to this one.
    """
    person = outbox_reminders.lock_person(session, row.person_id or 0)
    if not person.reminded:
        return Pointless("the rep wants no reminders")
    work = working_time(person, tenant)
    if not work.includes(now):
        return Postponed(work.next(now), "the rep is not at work")
    today, end = work.day_of(now)
    if outbox_reminders.has_queued_before(session, person.id, Kind.DIGEST, end, after_id=row.id):
        return Pointless("a later digest of the same day tells of it, too")
    if outbox_reminders.count_sent_between(session, row, (Kind.DIGEST,), today, end):
        return Postponed(work.morning_after(now), "the day has had its digest")
    found = _folded(session, row, now)
    for deal in outbox_reminders.deals_of(session, person.id, SETTLED):
        of_digest = [each for each in reminders_of_deal(session, deal, tenant, now) if each.kind is Kind.DIGEST]
        for each in of_digest:
            plan_digest(session, person, each.at, work.local, now)
        if of_digest and deal.id not in found and _only_in_digest(session, deal, today, now):
            found[deal.id] = Nudge(card(session, deal, now), Kind.DIGEST)
    if not found:
        return Pointless("nothing is open")
    shown = tuple(found.values())
    return Digest(shown[:MOST_IN_DIGEST], total=len(shown))


def _folded(session: Session, digest: OutboxRow, now: datetime) -> dict[int, Nudge]:
    """Move the folded reminders that no digest has delivered into this one; returns them by deal."""
    found: dict[int, Nudge] = {}
    for row in outbox_reminders.folded_for(session, digest, now - MAX_FOLDED_AGE):
        deal = deals.find(session, row.deal_id or 0)
        reason = "the deal is gone" if deal is None else why_pointless(session, row, deal, now)
        if deal is None or reason is not None:
            outbox_reminders.cancel_folded(row, reason=reason or "", now=now)
        else:
            row.folded_into = digest.id
            found.setdefault(deal.id, _nudge(session, row, deal, now))
    return found


def _only_in_digest(session: Session, deal: Deal, today: datetime, now: datetime) -> bool:
    """Whether the deal's own reminders ended before `today`, and no doubt or planned call replaces them."""
    if deal.doubt is not None or (deal.call_at is not None and deal.call_at > now):
        return False
    rows = outbox_reminders.of_deal(session, deal.id, (Kind.CALL, Kind.CALL_OVER, Kind.READ_BACK, Kind.RECAP))
    return not any(
        row.state in ("queued", "claimed") or (row.state == "sent" and row.settled_at and row.settled_at >= today)
        for row in rows
    )


def why_pointless(session: Session, row: OutboxRow, deal: Deal, now: datetime) -> str | None:
    """Why the reminder is pointless now; None if it is not."""
    kind = Kind(row.kind)
    if deal.stage not in _STAGES_OF[kind]:
        reason: str | None = f"the deal is {deal.stage}"
    elif row.person_id != deal.owner_id:
        reason = "the deal was handed over"
    elif not deal.owner.reminded:
        reason = "the rep wants no reminders"
    elif not deal.reminded:
        reason = "the rep wants no reminder of this deal"
    elif kind in (Kind.CALL_SOON, Kind.CALL_OVER):
        reason = _no_call(row, deal, now)
    elif kind is Kind.CALL:
        reason = _no_nudge(session, row, deal, now)
    elif kind is Kind.PROMISE and not _wording(session, row, deal):
        reason = "the statement was changed or withdrawn"
    else:
        reason = None
    return reason


def _no_call(row: OutboxRow, deal: Deal, now: datetime) -> str | None:
    if deal.call_at is None:
        return f"the deal is {deal.stage}"
    if row.payload["call_at"] != deal.call_at.isoformat():
        return "the call was put at another time"
    if row.kind == Kind.CALL_SOON and deal.call_at <= now:
        return "the time of the call has come"
    return None


def _no_nudge(session: Session, row: OutboxRow, deal: Deal, now: datetime) -> str | None:
    if deal.doubt is not None:
        return f"the message was {deal.doubt}, and the card asks about that"
    if deal.call_at is not None and deal.call_at > now:
        return "the call is planned"
    if outbox.has_newer_due(session, row, now):
        return "a later reminder of the same deal is due, too"
    return None


def _screen(session: Session, row: OutboxRow, deal: Deal, work: WorkingTime, now: datetime) -> ReminderScreen:
    match Kind(row.kind):
        case Kind.CALL:
            return CallReminder(
                card(session, deal, now),
                nth=int(row.payload["nth"]),
                coaches=should_coach(session, row, deal),
                snoozes=snooze_choices(now, work),
            )
        case Kind.CALL_OVER:
            return CallOver(card(session, deal, now))
        case _:
            return _nudge(session, row, deal, now)


def _nudge(session: Session, row: OutboxRow, deal: Deal, now: datetime) -> Nudge:
    return Nudge(
        card(session, deal, now), Kind(row.kind), _wording(session, row, deal), days=int(row.payload.get("nth", 0))
    )


def _wording(session: Session, row: OutboxRow, deal: Deal) -> str:
    """The agreed wording of the promise that the reminder is about; empty if it is no longer agreed."""
    wanted = row.payload.get("statement")
    found = (s for s in statements_of(session, deal.id) if s.id == wanted and s.said is Said.AGREED)
    return next((statement.wording for statement in found), "")


def should_coach(session: Session, row: OutboxRow, deal: Deal) -> bool:
    """Whether to coach: ignoring two reminders counts as snoozing; the rep is coached once per deal."""
    return int(row.payload["nth"]) > 1 and audit_log.count(session, deal.id, "coached") == 0
