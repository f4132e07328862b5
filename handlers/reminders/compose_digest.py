"""Composes messages about several deals: the digest, the reminders of one morning. Draws sent reminders again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from handlers.cover.patience import offer_screen, why_not_listed
from handlers.deal.covering import OFFER, passed_on
from handlers.deal.deal_access import acts_as_rep, may_see
from handlers.deal.facts import card, facts
from handlers.deal.keepers import reader_of
from handlers.deal.next_steps import lacks_step
from handlers.deal.planning import plan_digest, plan_reminders
from handlers.deal.reminder_facts import reminders_of_deal, working_time
from handlers.deal.sent_reminders import NEWER, item_of
from handlers.method.next_step import STEPPED
from handlers.method.reminder_profiles import profile_rules
from handlers.method.reminders_due import AFTER_RECAP, CHALLENGE_KINDS, DueReminder, Kind, latest_digest, next_digest
from handlers.method.stages import NOT_STOOD_BY, Stage
from handlers.method.working_time import WorkingTime
from handlers.promises.board import board_promise
from handlers.reminders.compose_reminder import OF_THE_MORNING, not_now, nudge, start_of_week, why_pointless
from handlers.reminders.outcomes import Pointless, Postponed
from handlers.screens.deals import HandedOver
from handlers.screens.promises import PromiseAnswered
from handlers.screens.reminders import (
    Digest,
    DigestStep,
    Nudge,
    ReminderSnoozed,
    RetiredReminder,
    StoppedReminder,
)
from handlers.screens.review import SelfCheckDone
from storage import audit_log, deals, outbox_reminders, promises
from storage.models import Deal, OutboxRow, Person, Tenant

MAX_FOLDED_AGE = timedelta(days=14)
"""A reminder folded longer ago than this, but in no delivered digest, is cancelled."""
MOST_IN_DIGEST = 10
OWN_QUESTIONS = (Kind.CALL, Kind.CALL_OVER, Kind.READ_BACK, Kind.RECAP, Kind.OUTCOME_DUE)
"""What a deal asks by itself before the digest tells of it."""
MOST_WITHOUT_STEP = 5
STEP_TOLD = 2
"""How often a digest points out that a deal has no next step, within `STEP_FORGOTTEN_AFTER`."""
STEP_FORGOTTEN_AFTER = timedelta(days=60)
SETTLED = NOT_STOOD_BY | {Stage.COMPLETED}
"""The stages in which a deal is in a digest only if one of its reminders was folded into it."""
NEVER = datetime.min.replace(tzinfo=UTC)

Item = dict[str, Any]
"""A line of the list, as its row stores it (`handlers.deal.sent_reminders.item_of`)."""


def compose_digest(session: Session, row: OutboxRow, tenant: Tenant, now: datetime) -> Digest | Pointless | Postponed:
    """Compose the person's digest: what is due now, the reminders folded into it, and the deals that do not move.

    Plans the next digest, whatever happens to this one.
    """
    person = outbox_reminders.lock_person(session, row.person_id or 0)
    work = working_time(person, tenant)
    not_today = _not_today(session, row, person, work, now)
    if not_today is not None:
        return not_today
    today, _ = work.day_of(now)
    told_until = outbox_reminders.last_sent(session, person.id, Kind.DIGEST) or NEVER
    told = [*_folded(session, row, now), *_due_now(session, row, now)]
    items = [_item(each, deal) for each, deal in told]
    for deal in outbox_reminders.deals_of(session, person.id, SETTLED):
        reminders = reminders_of_deal(session, deal, tenant, now)
        following, latest = next_digest(reminders, now), latest_digest(reminders, now)
        if following is not None:
            plan_digest(session, person, following.at, work.local, now)
        is_told = any(item["deal"] == deal.id and item["kind"] != OFFER for item in items)
        if latest is not None and latest.at > told_until and not is_told and _only_in_digest(session, deal, today, now):
            items.append(item_of(Kind.DIGEST, deal, {}, step=_step(latest)))
    if not items:
        return Pointless("nothing is open")
    if len(items) == len(told) and all(_can_wait(each, person, work, now) for each, _ in told):
        return Pointless("all of it waits for the digest of the week")
    _include(session, row, told, now)
    row.payload = {**row.payload, "items": _by_deal(items)}
    without = _without_step(session, row, work, now)
    if without:
        row.payload = {**row.payload, "without_step": without}
    return _digest(session, row, now)


def _not_today(
    session: Session, row: OutboxRow, person: Person, work: WorkingTime, now: datetime
) -> Pointless | Postponed | None:
    """Why the person gets no digest now, if they do not."""
    if not person.reminded:
        return Pointless("the rep wants no reminders")
    later = not_now(person, work, now)
    if later is not None:
        return later
    today, end = work.day_of(now)
    if outbox_reminders.queued_before(session, person.id, Kind.DIGEST, end, after_id=row.id) is not None:
        return Pointless("a later digest of the same day tells of it, too")
    if outbox_reminders.count_sent_between(session, row, (Kind.DIGEST,), today, end):
        return Postponed(work.morning_after(now), "the day has had its digest")
    return None


def with_others(session: Session, row: OutboxRow, alone: Nudge, deal: Deal, now: datetime) -> Nudge | Digest:
    """The reminder, with the others of this morning if there are any: they are one message."""
    others = _due_now(session, row, now)
    if not others:
        return alone
    _include(session, row, others, now)
    items = [_item(each, of) for each, of in ((row, deal), *others)]
    row.payload = {**row.payload, "items": _by_deal(items)}
    return _digest(session, row, now)


def _by_deal(items: Sequence[Item]) -> list[Item]:
    """The lines with those of one deal together.

    A promise has one line: after days off, the reminder of the day before and that of the day come at once.
    """
    promises = {(item["deal"], item.get("statement")): item for item in items if item["kind"] == Kind.PROMISE}
    last = {id(item) for item in promises.values()}
    told = [item for item in items if item["kind"] != Kind.PROMISE or id(item) in last]
    order = list(dict.fromkeys(item["deal"] for item in told))
    return sorted(told, key=lambda item: (order.index(item["deal"]), item["kind"] == OFFER))


def _item(row: OutboxRow, deal: Deal) -> Item:
    if row.kind == OFFER:
        return {"deal": deal.id, "kind": OFFER, "stage": deal.stage, "round": row.payload.get("round", 0)}
    return item_of(Kind(row.kind), deal, row.payload)


def _why_not(session: Session, row: OutboxRow, deal: Deal, now: datetime) -> str | None:
    if row.kind == OFFER:
        return why_not_listed(session, row, deal, now)
    return why_pointless(session, row, deal, now)


def _can_wait(row: OutboxRow, person: Person, work: WorkingTime, now: datetime) -> bool:
    """Whether the person's profile leaves the reminder to a digest of the week that is still to come."""
    weekly = profile_rules(person.reminder_profile).in_weekly_digest
    return weekly and row.kind in AFTER_RECAP and start_of_week(work, row.meant_for) > now


def compose_retired(
    session: Session, row: OutboxRow, deal: Deal | None, now: datetime
) -> (
    Digest
    | HandedOver
    | ReminderSnoozed
    | RetiredReminder
    | SelfCheckDone
    | StoppedReminder
    | PromiseAnswered
    | Pointless
):
    """What takes the place of a reminder that was sent."""
    sent = outbox_reminders.find(session, int(row.payload["row"]))
    if sent is None or sent.payload.get("drawn") != row.payload["drawn"]:
        return Pointless("it was drawn again since")
    if sent.payload.get("items"):
        return _digest(session, sent, now)
    if sent.kind == Kind.SELF_CHECK:
        return SelfCheckDone(newer=sent.payload.get("retired") == NEWER)
    if deal is None:
        return Pointless("the deal is gone")
    return _what_became(session, sent, deal, now)


def _what_became(
    session: Session, sent: OutboxRow, deal: Deal, now: datetime
) -> HandedOver | ReminderSnoozed | RetiredReminder | StoppedReminder | PromiseAnswered:
    """What the message of a single reminder says now; the same as what an answer on it has put there at once."""
    newer = sent.payload.get("retired") == NEWER
    is_covered = deal.covered_by_id is not None and sent.person_id == deal.owner_id
    if is_covered or sent.person is None or not may_see(session, sent.person, deal):
        return HandedOver(facts(deal), deal.current_rep.external_id, passed_on(session, deal, sent.person_id))
    if not newer and not deal.reminded and sent.person_id == deal.current_rep_id:
        return StoppedReminder(facts(deal))
    if not newer and deal.snoozed_until is not None and deal.snoozed_until > now:
        return ReminderSnoozed(facts(deal), deal.snoozed_until, coaches=_coached_when_snoozed(session, deal))
    if not newer and sent.kind == Kind.PROMISE and sent.payload["statement"] in promises.outcomes(session, deal.id):
        own = acts_as_rep(session, sent.person, deal)
        return PromiseAnswered(facts(deal), board_promise(session, deal, sent.payload["statement"], now), own=own)
    return RetiredReminder(card(session, deal, now), newer=newer)


def _coached_when_snoozed(session: Session, deal: Deal) -> bool:
    """Whether the fear of the call was answered when the rep put the reminder off, as the message then said."""
    coached = audit_log.latest(session, deal.id, ("coached",))
    snoozed = audit_log.latest(session, deal.id, ("snoozed", "snooze_changed"))
    return coached is not None and snoozed is not None and coached.at == snoozed.at


def _step(each: DueReminder) -> DigestStep:
    if each.nth == 1:
        return DigestStep.WAITS
    if each.last:
        return DigestStep.LAST
    return DigestStep.ASKS if each.nth == 2 else DigestStep.AGAIN


def _digest(session: Session, row: OutboxRow, now: datetime) -> Digest:
    """The list that the row stores, as it looks now."""
    items: list[Item] = row.payload["items"]
    settled = set(row.payload.get("settled", ()))
    shown = []
    for number, item in enumerate(items[:MOST_IN_DIGEST]):
        deal = deals.find(session, item["deal"])
        if deal is not None:
            reader = deal.owner if item["kind"] == OFFER else reader_of(session, deal, item["kind"], item)
            done = number in settled or reader.id != row.person_id
            shown.append(_line(session, item, deal, done=done, now=now))
    replaced = row.payload.get("retired") == NEWER
    told = (deals.find(session, deal_id) for deal_id in row.payload.get("without_step", ()))
    without = tuple(facts(deal) for deal in told if deal is not None and lacks_step(session, deal, now))
    return Digest(tuple(shown), total=len(items), replaced=replaced, without_step=without)


def _without_step(session: Session, row: OutboxRow, work: WorkingTime, now: datetime) -> list[int]:
    """In the first digest of a week: the person's deals without a next step to come, the latest first.

    Each is pointed out twice at the most: the same line in every week is no reminder.
    """
    today, end = work.day_of(row.meant_for)
    if not today <= start_of_week(work, row.meant_for) < end:
        return []
    sent = outbox_reminders.sent_since(session, row.person_id or 0, (Kind.DIGEST,), now - STEP_FORGOTTEN_AFTER)
    told = Counter(deal_id for each in sent for deal_id in each.payload.get("without_step", ()))
    person_id = row.person_id or 0
    own = [deal for deal in deals.of_rep(session, person_id, STEPPED) if deal.current_rep_id == person_id]
    stepped = [deal for deal in own if deal.reminded]
    without = (deal.id for deal in reversed(stepped) if told[deal.id] < STEP_TOLD and lacks_step(session, deal, now))
    return list(without)[:MOST_WITHOUT_STEP]


def _line(session: Session, item: Item, deal: Deal, *, done: bool, now: datetime) -> Nudge:
    if item["kind"] == OFFER:
        offer = offer_screen(session, deal, item["round"])
        return Nudge(card(session, deal, now), Kind.CALL, settled=done or offer.over, offer=offer)
    kind = Kind(item["kind"])
    if kind is Kind.DIGEST:
        return Nudge(card(session, deal, now), kind, step=DigestStep(item["step"]), settled=done)
    shown = nudge(session, kind, deal, item, now)
    is_gone = (kind is Kind.UPDATE and shown.occasion is None) or (kind in CHALLENGE_KINDS and shown.challenge is None)
    return replace(shown, settled=done or is_gone)


Told = tuple[OutboxRow, Deal]
"""A reminder that goes into a list, and its deal."""


def _folded(session: Session, digest: OutboxRow, now: datetime) -> list[Told]:
    """The folded reminders that no digest has delivered; a pointless one is cancelled."""
    found: list[Told] = []
    for row in outbox_reminders.folded_for(session, digest, now - MAX_FOLDED_AGE):
        deal = deals.find(session, row.deal_id or 0)
        reason = "the deal is gone" if deal is None else _why_not(session, row, deal, now)
        if deal is None or reason is not None:
            outbox_reminders.cancel_folded(row, reason=reason or "", now=now)
        else:
            found.append((row, deal))
    return found


def _due_now(session: Session, into: OutboxRow, now: datetime) -> list[Told]:
    """The person's other reminders of this morning; a pointless one is cancelled."""
    found: list[Told] = []
    for row in outbox_reminders.due_with(session, into, (*OF_THE_MORNING, OFFER), now):
        deal = deals.lock(session, row.deal_id or 0)
        reason = "the deal is gone" if deal is None else _why_not(session, row, deal, now)
        if deal is None or reason is not None:
            outbox_reminders.cancel(session, [row], reason=reason or "", now=now)
        else:
            found.append((row, deal))
    return found


def _include(session: Session, into: OutboxRow, told: Sequence[Told], now: datetime) -> None:
    """Fold the reminders into the message, and plan what follows each."""
    for row, deal in told:
        if row.state == "folded":
            row.folded_into = into.id
            continue
        outbox_reminders.fold(row, into=into, reason="this morning's message tells of it", now=now)
        session.flush()
        plan_reminders(session, deal, now)


def _only_in_digest(session: Session, deal: Deal, today: datetime, now: datetime) -> bool:
    """Whether the deal's own reminders ended before `today`, and no doubt or planned call replaces them."""
    if deal.doubt is not None or (deal.call_at is not None and deal.call_at > now):
        return False
    rows = outbox_reminders.of_deal(session, deal.id, OWN_QUESTIONS)
    return not any(
        row.state in ("queued", "claimed") or (row.state == "sent" and row.settled_at and row.settled_at >= today)
        for row in rows
    )
