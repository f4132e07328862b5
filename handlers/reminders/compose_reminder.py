"""A reminder is due: whether it still has a point, whether its person may be written to now, and what it says."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from handlers.call.brief_screens import opening_line
from handlers.deal.facts import card, statements_of
from handlers.deal.planning import plan_digest
from handlers.deal.reminder_facts import cadence_for, due_of, working_time
from handlers.method.offered_times import snooze_choices
from handlers.method.reminders_due import Kind
from handlers.method.stages import CALL_TO_MAKE, NOT_STOOD_BY, Stage
from handlers.method.statements import Said
from handlers.method.working_time import WorkingTime
from handlers.reminders.outcomes import Folded, Pointless, Postponed
from handlers.screens.reminders import CallOver, CallReminder, CallSoon, Digest, Nudge
from storage import audit_log, briefs, deals, outbox, outbox_reminders
from storage.models import Deal, OutboxRow, Tenant

TOLD_LATE = timedelta(days=14)
"""What was folded longer ago than this and never told is news to nobody."""
MOST_IN_DIGEST = 10
SETTLED = NOT_STOOD_BY | {Stage.RECAPPED, Stage.DELIVERING, Stage.COMPLETED}
"""The stages of which a digest says nothing by itself."""

_HOLDS_AT = {
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
"""The stages that a reminder has a point at."""

Sent = CallReminder | CallSoon | CallOver | Nudge
"""What a reminder of one deal is sent as."""


def compose_reminder(
    session: Session, row: OutboxRow, deal: Deal, tenant: Tenant, now: datetime
) -> Sent | Pointless | Postponed | Folded:
    """What a claimed reminder says now. Its person is held until the end, so that the day's count holds."""
    reason = pointless(session, row, deal, now)
    if reason is not None:
        return Pointless(reason)
    work = working_time(outbox_reminders.lock_person(session, deal.owner_id), tenant)
    if row.kind == Kind.CALL_SOON:
        return CallSoon(card(session, deal, now), opening_line(deal, briefs.latest(session, deal.id)))
    if not work.includes(now):
        return Postponed(work.next(now), "the rep is not at work")
    start, end = work.day_of(now)
    told = outbox_reminders.sent_on_day(session, row, tuple(Kind), start, end)
    told += outbox_reminders.waits_until(session, deal.owner_id, Kind.DIGEST, end)
    if told >= cadence_for(tenant).most_a_day:
        digest = plan_digest(session, deal.owner, work.morning_after(now), work.local, now)
        return Folded(digest, "the day has as many reminders as it may: the next digest tells of this one")
    return _screen(session, row, deal, work, now)


def compose_digest(session: Session, row: OutboxRow, tenant: Tenant, now: datetime) -> Digest | Pointless | Postponed:
    """What the person's digest says now: what was folded into it, and the deals that only the digest still tells of.

    Plans the next one, whatever becomes of this one.
    """
    person = outbox_reminders.lock_person(session, row.person_id or 0)
    if not person.reminded:
        return Pointless("the rep wants no reminders")
    work = working_time(person, tenant)
    if not work.includes(now):
        return Postponed(work.next(now), "the rep is not at work")
    today, end = work.day_of(now)
    if outbox_reminders.waits_until(session, person.id, Kind.DIGEST, end, after_id=row.id):
        return Pointless("a later digest of the same day tells of it, too")
    if outbox_reminders.sent_on_day(session, row, (Kind.DIGEST,), today, end):
        return Postponed(work.morning_after(now), "the day has had its digest")
    found = _folded(session, row, now)
    for deal in outbox_reminders.deals_of(session, person.id, SETTLED):
        of_digest = [each for each in due_of(session, deal, tenant, now) if each.kind is Kind.DIGEST]
        for each in of_digest:
            plan_digest(session, person, each.at, work.local, now)
        if of_digest and deal.id not in found and _told_by_digest_alone(session, deal, today, now):
            found[deal.id] = Nudge(card(session, deal, now), Kind.DIGEST)
    if not found:
        return Pointless("nothing is open")
    shown = tuple(found.values())
    return Digest(shown[:MOST_IN_DIGEST], total=len(shown))


def _folded(session: Session, digest: OutboxRow, now: datetime) -> dict[int, Nudge]:
    """What was folded and is still untold, by deal: from now on this digest is the one that tells of it."""
    found: dict[int, Nudge] = {}
    for row in outbox_reminders.folded_for(session, digest, now - TOLD_LATE):
        deal = deals.find(session, row.deal_id or 0)
        reason = "the deal is gone" if deal is None else pointless(session, row, deal, now)
        if deal is None or reason is not None:
            outbox_reminders.drop(row, reason=reason or "", now=now)
        else:
            row.folded_into = digest.id
            found.setdefault(deal.id, _nudge(session, row, deal, now))
    return found


def _told_by_digest_alone(session: Session, deal: Deal, today: datetime, now: datetime) -> bool:
    """Whether the deal's own reminders are over, the last of them before `today`, and nothing else asks about it."""
    if deal.doubt is not None or (deal.call_at is not None and deal.call_at > now):
        return False
    rows = outbox_reminders.of_deal(session, deal.id, (Kind.CALL, Kind.CALL_OVER, Kind.READ_BACK, Kind.RECAP))
    return not any(
        row.state in ("queued", "claimed") or (row.state == "sent" and row.settled_at and row.settled_at >= today)
        for row in rows
    )


def pointless(session: Session, row: OutboxRow, deal: Deal, now: datetime) -> str | None:
    """Why the reminder has no point any more; None when it has one."""
    kind = Kind(row.kind)
    if deal.stage not in _HOLDS_AT[kind]:
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
    if outbox.earliest_due(session, row, now):
        return "a later reminder of the same deal is due, too"
    return None


def _screen(session: Session, row: OutboxRow, deal: Deal, work: WorkingTime, now: datetime) -> Sent:
    match Kind(row.kind):
        case Kind.CALL:
            return CallReminder(
                card(session, deal, now),
                nth=int(row.payload["nth"]),
                coaches=coaches(session, row, deal),
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
    """The words of the promise that the reminder is about, as they are agreed now; empty when they are no more."""
    wanted = row.payload.get("statement")
    found = (s for s in statements_of(session, deal.id) if s.id == wanted and s.said is Said.AGREED)
    return next((statement.wording for statement in found), "")


def coaches(session: Session, row: OutboxRow, deal: Deal) -> bool:
    """Whoever lets two reminders pass puts the call off as well as who snoozes; each deal's rep is coached once."""
    return int(row.payload["nth"]) > 1 and audit_log.count(session, deal.id, "coached") == 0
