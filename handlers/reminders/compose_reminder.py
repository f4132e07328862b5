"""Composes a due reminder: cancels it if pointless, postpones it outside working hours."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from handlers.call.contacts import reachable_contacts
from handlers.call.talk import opening_line
from handlers.deal.facts import card, statements_of
from handlers.deal.keepers import keepers_of, reader_of
from handlers.deal.planning import plan_digest
from handlers.deal.reminder_facts import agreed_step, cadence_for, referral_facts, working_time
from handlers.method.offered_times import snooze_choices
from handlers.method.reminder_profiles import profile_rules
from handlers.method.reminders_due import (
    AFTER_RECAP,
    AGREED,
    AT_THE_HOUR,
    CHALLENGE_KINDS,
    REFERRAL_KINDS,
    TELL_KINDS,
    Kind,
    is_unanswered,
)
from handlers.method.stages import CALL_TO_MAKE, KEEPING, RECAPPED_OR_LATER, Stage
from handlers.method.statements import Said, Statement
from handlers.method.working_time import WorkingTime
from handlers.reminders import challenge_reminders, promised_occasions
from handlers.reminders.outcomes import Folded, Pointless, Postponed
from handlers.screens.reminders import CallOver, CallReminder, CallSoon, Nudge
from storage import audit_log, briefs, orders, outbox, outbox_reminders, promises
from storage.models import Deal, OutboxRow, Person, Tenant

OF_THE_MORNING = (
    Kind.READ_BACK,
    Kind.CORRECTIONS,
    Kind.PROMISE,
    Kind.UPDATE,
    Kind.NEXT_STEP,
    Kind.REFERRAL,
    Kind.REFERRAL_AGAIN,
    Kind.REFERRAL_SLOT,
    Kind.LOOK_BACK,
    Kind.DIP,
    Kind.CHALLENGE_OPEN,
    Kind.CHALLENGE_CHECK,
    Kind.VALUE_DAY,
    Kind.OUTCOME_DUE,
)
"""Kinds that come when work starts: those of one morning are one message."""
COUNTED = tuple(kind for kind in Kind if kind not in {*AT_THE_HOUR, Kind.RECAP, Kind.UPDATE, *CHALLENGE_KINDS})
"""What the day's limit is for. The rep asked for the reminder just before a call; the recap is due today (M6.1), and so
is what the customer was promised for today (M7.1), and what they are to hear of a challenge (M7.2).
"""

_STAGES_OF = {
    Kind.READ_BACK: frozenset({Stage.IN_CALL}),
    Kind.RECAP: frozenset({Stage.ALIGNED}),
    Kind.CORRECTIONS: frozenset({Stage.RECAPPED}),
    Kind.PROMISE: AGREED,
    Kind.UPDATE: AGREED,
    Kind.NEXT_STEP: AGREED,
    Kind.REFERRAL: RECAPPED_OR_LATER,
    Kind.REFERRAL_AGAIN: RECAPPED_OR_LATER,
    Kind.REFERRAL_SOON: RECAPPED_OR_LATER,
    Kind.REFERRAL_OVER: RECAPPED_OR_LATER,
    Kind.REFERRAL_SLOT: RECAPPED_OR_LATER,
    Kind.LOOK_BACK: RECAPPED_OR_LATER,
    Kind.DIP: RECAPPED_OR_LATER,
    Kind.VALUE_DAY: RECAPPED_OR_LATER,
    Kind.OUTCOME_DUE: KEEPING,
    Kind.CALL: CALL_TO_MAKE,
    Kind.CALL_OVER: CALL_TO_MAKE,
    Kind.CALL_SOON: CALL_TO_MAKE,
    **dict.fromkeys(CHALLENGE_KINDS, AGREED),
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
    person = outbox_reminders.lock_person(session, row.person_id or deal.current_rep_id)
    work = working_time(person, tenant)
    if row.kind == Kind.REFERRAL_SOON:
        return nudge(session, Kind.REFERRAL_SOON, deal, row.payload, now)
    if row.kind == Kind.CALL_SOON:
        opening = opening_line(session, deal, briefs.latest(session, deal.id))
        return CallSoon(card(session, deal, now), opening, reachable_contacts(deal, now))
    suits = row.kind in TELL_KINDS and challenge_reminders.may_come_now(session, row.payload, person, work, now)
    later = None if suits else not_now(person, work, now)
    if later is not None:
        return later
    return _digest_for(session, row, person, tenant, now) or _screen(session, row, deal, work, now)


def _digest_for(session: Session, row: OutboxRow, person: Person, tenant: Tenant, now: datetime) -> Folded | None:
    """The digest that tells of the reminder, if it does not come by itself."""
    work = working_time(person, tenant)
    start, end = work.day_of(now)
    week_starts = start_of_week(work, now)
    if row.kind in AFTER_RECAP and profile_rules(person.reminder_profile).in_weekly_digest and week_starts > now:
        return Folded(plan_digest(session, person, week_starts, work.local, now), "it waits for the digest of the week")
    planned = outbox_reminders.queued_before(session, person.id, Kind.DIGEST, end)
    if is_unanswered(str(row.payload.get("of", ""))):
        return Folded(planned or plan_digest(session, person, now, work.local, now), "the digest tells of it")
    if row.kind in OF_THE_MORNING and planned is not None:
        return Folded(planned, "this morning's digest tells of it")
    sent_today = outbox_reminders.count_sent_between(session, row, COUNTED, start, end) + (planned is not None)
    if row.kind not in COUNTED or sent_today < cadence_for(tenant).most_a_day:
        return None
    tomorrow = plan_digest(session, person, work.morning_after(now), work.local, now)
    return Folded(tomorrow, "the day has as many reminders as it may: the next digest tells of this one")


def not_now(person: Person, work: WorkingTime, now: datetime) -> Postponed | None:
    """Whether a reminder has to wait: the person is not at work, or their platform says that they are away."""
    if person.quiet_until is not None and person.quiet_until > now:
        return Postponed(work.next(person.quiet_until), "the platform says that the rep takes no messages")
    return None if work.includes(now) else Postponed(work.next(now), "the rep is not at work")


def start_of_week(work: WorkingTime, now: datetime) -> datetime:
    """The start of the person's working week if that is today, else of the next one. In UTC."""
    today = now.astimezone(work.local).date()
    monday = today - timedelta(days=today.weekday())
    this_week = work.on(monday, work.hours.starts)
    if this_week.astimezone(work.local).date() >= today:
        return this_week
    return work.on(monday + timedelta(weeks=1), work.hours.starts)


def why_pointless(session: Session, row: OutboxRow, deal: Deal, now: datetime) -> str | None:
    """Why the reminder is pointless now; None if it is not."""
    kind = Kind(row.kind)
    if deal.stage not in _STAGES_OF[kind]:
        reason: str | None = f"the deal is {deal.stage}"
    elif row.person_id != (reader := reader_of(session, deal, row.kind, row.payload)).id:
        reason = "the deal was handed over" if reader is deal.current_rep else "somebody else keeps the promise"
    elif not reader.reminded:
        reason = "the rep wants no reminders"
    elif not deal.reminded and reader is deal.current_rep:
        reason = "the rep wants no reminder of this deal"
    else:
        reason = _why_outdated(session, row, deal, now)
    return reason


def _why_outdated(session: Session, row: OutboxRow, deal: Deal, now: datetime) -> str | None:
    """Why what the reminder is about has changed; None if it has not."""
    kind, reason = Kind(row.kind), None
    if kind in (Kind.CALL_SOON, Kind.CALL_OVER):
        reason = _no_call(row, deal, now)
    elif kind is Kind.CALL:
        reason = _no_nudge(session, row, deal, now)
    elif kind is Kind.UPDATE:
        reason = promised_occasions.why_no_reminder(session, deal, row.payload)
    elif kind in CHALLENGE_KINDS:
        reason = challenge_reminders.why_no_reminder(session, deal, kind, row.payload, now)
    elif kind in REFERRAL_KINDS:
        reason = _no_referral_reminder(session, kind, row, deal)
    else:
        reason = _no_item(session, kind, row, deal)
    return reason


def _no_item(session: Session, kind: Kind, row: OutboxRow, deal: Deal) -> str | None:
    if kind is Kind.PROMISE:
        return _no_promise(session, row, deal)
    if kind is Kind.NEXT_STEP and row.payload["of"] != _name_of_step(session, deal):
        return "the next step was done or moved"
    return None


def _no_promise(session: Session, row: OutboxRow, deal: Deal) -> str | None:
    if _promise(session, row.payload, deal) is None:
        return "the statement was changed or withdrawn"
    if row.payload["statement"] in promises.outcomes(session, deal.id):
        return "the rep has settled it"
    return None


def _name_of_step(session: Session, deal: Deal) -> str | None:
    step = agreed_step(session, deal)
    return None if step is None else step.name


def _no_referral_reminder(session: Session, kind: Kind, row: OutboxRow, deal: Deal) -> str | None:
    """Why the reminder is pointless: it was answered, or a promise is no longer met, so that nothing is asked for."""
    found, reason = referral_facts(session, deal), None
    if kind is Kind.REFERRAL_SLOT:
        reason = None if found.waiting_since is not None else "no introduction waits"
    elif kind is Kind.REFERRAL_AGAIN and found.not_now_at is None and not found.thinking:
        reason = "the referral ask was answered since"
    elif found.earned_at is None and not (kind is Kind.REFERRAL_AGAIN and found.asked_at is None):
        reason = "the referrals are not earned"
    elif kind is Kind.REFERRAL and (found.asked_at is not None or found.meeting_at is not None):
        reason = "the referral ask was answered since"
    elif kind in (Kind.REFERRAL_SOON, Kind.REFERRAL_OVER):
        planned = found.meeting_at is not None and row.payload["of"] == found.meeting_at.astimezone(UTC).isoformat()
        reason = None if planned else "the meeting was put at another time"
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
        case kind:
            return nudge(session, kind, deal, row.payload, now)


def nudge(session: Session, kind: Kind, deal: Deal, payload: Mapping[str, Any], now: datetime) -> Nudge:
    """A reminder of one due item. `payload` is that of its row, or what a list stores of it."""
    occasion = None
    if kind is Kind.UPDATE:
        work = working_time(deal.current_rep, session.get_one(Tenant, deal.tenant_id))
        occasion = promised_occasions.shown_occasion(session, deal, payload, work, now)
    challenge = challenge_reminders.shown_challenge(session, deal, payload, now) if kind in CHALLENGE_KINDS else None
    promise = _promise(session, payload, deal)
    return Nudge(
        card(session, deal, now),
        kind,
        _wording(kind, promise, deal),
        days=int(payload.get("nth", 0)),
        occasion=occasion,
        promise=promise if kind is Kind.PROMISE else None,
        keeper=_silent_keeper(session, deal, payload),
        for_keeper=reader_of(session, deal, kind, payload).id != deal.current_rep_id,
        challenge=challenge,
        step_id=orders.latest_step_id(session, deal.id) if kind is Kind.NEXT_STEP else 0,
    )


def _silent_keeper(session: Session, deal: Deal, payload: Mapping[str, Any]) -> str:
    """Who has not answered their reminder of the promise, by the platform's id; empty unless the rep is told so."""
    keeper = keepers_of(session, deal).get(payload.get("statement", 0))
    return keeper.external_id if keeper is not None and is_unanswered(str(payload.get("of", ""))) else ""


def _wording(kind: Kind, promise: Statement | None, deal: Deal) -> str:
    """The agreed wording of the promise that the reminder is about, or the next step; empty if it is about neither."""
    if kind is Kind.NEXT_STEP:
        return deal.next_step or ""
    return "" if promise is None else promise.wording


def _promise(session: Session, payload: Mapping[str, Any], deal: Deal) -> Statement | None:
    """The promise that the reminder is about; None if it is no longer agreed, or it is about none."""
    wanted = payload.get("statement")
    if wanted is None:
        return None
    return next((s for s in statements_of(session, deal.id) if s.id == wanted and s.said is Said.AGREED), None)


def should_coach(session: Session, row: OutboxRow, deal: Deal) -> bool:
    """Whether to coach: ignoring two reminders counts as snoozing; the rep is coached once per deal."""
    return int(row.payload["nth"]) > 1 and audit_log.count(session, deal.id, "coached") == 0
