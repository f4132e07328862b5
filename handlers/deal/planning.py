"""Plans a deal's messages (card, reminders, planned call) in the transaction of each change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from handlers.deal.covering import end_cover, passed_on, redraw_offer
from handlers.deal.delivery import redraw, tell_delivery
from handlers.deal.learned_dismissals import learn_confirmed, learn_dismissed, unlearn_dismissed
from handlers.deal.posted_wins import put_right
from handlers.deal.reminder_facts import reminders_of_deal, reminders_of_keepers, working_time
from handlers.deal.sent_reminders import retire_outdated
from handlers.errors import NotNowError
from handlers.method.order_changes import TAKEN_BACK, OrderChangeKind, resumed_stage
from handlers.method.reminders_due import OF_A_PERSON, DueReminder, Kind, latest_digest, next_digest
from handlers.method.stages import CALL_TO_MAKE, ENDED, NOT_STOOD_BY, WON, Stage, may_become
from handlers.method.time_zones import zone
from handlers.method.working_time import WorkingTime
from storage import audit_log, deal_members, drafts, orders, outbox, outbox_reminders
from storage.models import Deal, OutboxRow, Person, Tenant

INVITE = "invite"
CALL_KINDS = (INVITE, Kind.CALL_SOON, Kind.CALL_OVER)
"""The kinds of messages about a scheduled call."""
DEAL_KINDS = (INVITE, *(kind for kind in Kind if kind not in OF_A_PERSON))
"""The kinds of messages that a deal plans. A digest or a self-check belongs to a person."""


def advance(
    session: Session, deal: Deal, stage: Stage, actor_id: int | None, now: datetime, *, action: str | None = None
) -> None:
    """Move the deal to `stage`, record it in the audit log, and plan the deal's messages.

    `action` is recorded instead of the stage. A win that the team's summary told of, and that is none any more, is put
    right there. Raises `NotNowError` if the deal cannot move from its stage to this one.
    """
    if not may_become(Stage(deal.stage), stage):
        raise NotNowError("refusal.not_at_this_stage", customer=deal.customer)
    if stage is Stage.DISMISSED:
        learn_dismissed(session, deal)
    elif deal.stage == Stage.DISMISSED:
        unlearn_dismissed(session, deal)
    elif stage is Stage.IN_CALL or (deal.stage == Stage.SIGHTED and actor_id is not None):
        learn_confirmed(session, deal)
    if deal.stage in CALL_TO_MAKE and stage not in CALL_TO_MAKE:
        redraw_offer(session, deal, now)
    counted = (deal.stage in WON, stage in WON)
    deal.stage, deal.stage_since, deal.call_at, deal.doubt = stage, now, None, None
    deal.snoozed_until = None
    if stage is Stage.RECAPPED or stage in ENDED:
        drafts.drop_of_deal(session, deal.id)
    audit_log.record(session, deal.id, actor_id, action or stage, now)
    if stage in ENDED and end_cover(session, deal, actor_id, now):
        return_to_rep(session, deal, now)
    plan_messages(session, deal, now)
    if counted[0] != counted[1]:
        put_right(session, deal, now)


def resume(session: Session, deal: Deal, actor_id: int, now: datetime, reason: str | None = None) -> None:
    """A cancelled or lost deal goes on where it was."""
    before = deal.stage
    ended = orders.latest_change(session, deal.id, (before,))
    stage = resumed_stage(None if ended is None else ended.was)
    orders.record_change(
        session,
        deal_id=deal.id,
        kind=OrderChangeKind.REOPENED,
        was=before,
        became=stage,
        reason=reason,
        actor_id=actor_id,
        now=now,
    )
    advance(session, deal, stage, actor_id, now, action=None if stage is Stage.OPEN else "resumed")


def accept_deal(session: Session, deal: Deal, actor_id: int, now: datetime) -> None:
    """The rep confirms the deal as theirs: a suspected or dismissed one opens, a doubt is settled.

    A cancelled or lost one goes on where it was.
    """
    deal.owner_known = True
    if deal.stage in TAKEN_BACK:
        resume(session, deal, actor_id, now)
    elif deal.stage in NOT_STOOD_BY:
        advance(session, deal, Stage.OPEN, actor_id, now)
    else:
        settle_doubt(session, deal, actor_id, now)


def reopen_owner_question(session: Session, deal: Deal, actor_id: int, now: datetime) -> None:
    """It is a deal after all, but its owner is unknown: ask for them as before."""
    if deal.stage == Stage.DISMISSED:
        advance(session, deal, Stage.SIGHTED, actor_id, now)
    else:
        settle_doubt(session, deal, actor_id, now)


def settle_doubt(session: Session, deal: Deal, actor_id: int | None, now: datetime) -> None:
    """It is a deal: the rep says so, or the author of its first message announced it again."""
    if deal.doubt is None:
        return
    deal.doubt = None
    audit_log.record(session, deal.id, actor_id, "stood_by", now)
    refresh_card(session, deal, now)


def plan_messages(session: Session, deal: Deal, now: datetime) -> None:
    """Plan the deal's messages from its current state: card, messages about a scheduled call, reminders."""
    refresh_card(session, deal, now)
    plan_reminders(session, deal, now)
    tell_delivery(session, deal, now)


def refresh_card(session: Session, deal: Deal, now: datetime) -> None:
    """Have the card in the rep's DM show the current state. Changes in quick succession make one update.

    A person's first card introduces the app. Messages about delivery follow, too.
    """
    if deal.current_rep.introduced_with is None:
        deal.current_rep.introduced_with = deal.id
    _enqueue_once(session, deal, kind="card", now=now)
    redraw(session, deal, now)


def plan_reminders(session: Session, deal: Deal, now: datetime) -> None:
    """Make the deal's queued rows match its due reminders (`handlers.method.reminders_due`).

    A row whose time is unchanged stays; a superseded one is cancelled, with the reason. A reminder that was sent, or
    included in a digest, is not planned again; one whose time has passed is not planned at all.
    """
    tenant = session.get_one(Tenant, deal.tenant_id)
    reminders = reminders_of_deal(session, deal, tenant, now)
    plan_digest_of(session, deal, reminders, working_time(deal.current_rep, tenant), now)
    of_people = {deal.current_rep_id: reminders, **reminders_of_keepers(session, deal, tenant, now)}
    wanted = [
        (person_id, each.kind.value, each.of, each.at, _payload(deal, each))
        for person_id, theirs in of_people.items()
        for each in theirs
        if each.kind is not Kind.DIGEST
    ]
    if deal.call_at is not None:  # the calendar file, sent at once, each time the call is scheduled
        revision = audit_log.count(session, deal.id, "scheduled", "rescheduled")
        planned = {"of": f"{deal.call_at.isoformat()} {revision}", "call_at": deal.call_at.isoformat()}
        wanted.append((deal.current_rep_id, INVITE, planned["of"], now, planned))
    rows = outbox_reminders.of_deal(session, deal.id, DEAL_KINDS)
    keys = {row.id: (row.person_id, row.kind, row.payload.get("of")) for row in rows}
    settled = {keys[row.id] for row in rows if row.state not in ("queued", "cancelled")}
    waiting = {keys[row.id]: row for row in rows if row.state == "queued"}
    row_counts = Counter(row.kind for row in rows)
    new: list[tuple[int, str, datetime, dict[str, Any]]] = []
    for person_id, kind, of, at, payload in wanted:
        row = waiting.get((person_id, kind, of))
        if (person_id, kind, of) in settled:
            continue
        if row is not None and (row.due_at == at or at <= now):
            del waiting[person_id, kind, of]
        elif at > now or kind == INVITE:
            new.append((person_id, kind, at, payload))
    _supersede(session, deal, list(waiting.values()), {kind for _, kind, _, _, _ in wanted}, now)
    retire_outdated(session, deal, rows, of_people, now)
    for person_id, kind, at, payload in new:
        row_counts[kind] += 1
        outbox.enqueue(
            session,
            kind=kind,
            dedupe_key=f"{kind}:{deal.id}:{row_counts[kind]}",
            due_at=at,
            zone=zone(session.get_one(Person, person_id).zone, tenant.zone).key,
            deal_id=deal.id,
            person_id=person_id,
            payload=payload,
            now=now,
        )


def _payload(deal: Deal, each: DueReminder) -> dict[str, Any]:
    payload: dict[str, Any] = {"of": each.of, "why": each.why}
    if each.nth:
        payload["nth"] = each.nth
    if each.statement_id is not None:
        payload["statement"] = each.statement_id
    if each.challenge_id is not None:
        payload["challenge"] = each.challenge_id
    if each.occasion is not None:
        payload |= {"occasion": each.occasion.isoformat(), "number": each.number}
    if each.kind in CALL_KINDS and deal.call_at is not None:
        payload["call_at"] = deal.call_at.isoformat()
    return payload


def _supersede(session: Session, deal: Deal, rows: list[OutboxRow], planned: set[str], now: datetime) -> None:
    """Cancel rows that the new plan does not contain, each with the reason."""
    if deal.current_rep.left_at is not None:
        why = "the account is deactivated"
    elif not deal.current_rep.reminded:
        why = "the rep wants no reminders"
    elif not deal.reminded:
        why = "the rep wants no reminder of this deal"
    else:
        why = f"the deal is {deal.stage}"
    replanned = [row for row in rows if row.kind in planned]
    outbox_reminders.cancel(session, replanned, reason="planned anew", now=now)
    outbox_reminders.cancel(session, [row for row in rows if row.kind not in planned], reason=why, now=now)


def plan_digest_of(
    session: Session, deal: Deal, reminders: Sequence[DueReminder], work: WorkingTime, now: datetime
) -> None:
    """Plan the digest that tells of the deal: the next morning's if the last one that was to tell of it was not sent.

    `reminders` are those of the deal. A digest that is queued by then does as well.
    """
    latest, following = latest_digest(reminders, now), next_digest(reminders, now)
    told_until = outbox_reminders.last_sent(session, deal.current_rep_id, Kind.DIGEST) if latest is not None else None
    if latest is not None and (told_until is None or latest.at > told_until):
        morning = work.morning_after(now)
        if outbox_reminders.queued_before(session, deal.current_rep_id, Kind.DIGEST, morning) is None:
            plan_digest(session, deal.current_rep, morning, work.local, now)
    if following is not None:
        plan_digest(session, deal.current_rep, following.at, work.local, now)


def plan_digest(session: Session, person: Person, due_at: datetime, local: ZoneInfo, now: datetime) -> OutboxRow:
    """The person's queued digest of that day, for all of their deals; enqueued if there is none.

    A day can have several rows: the first was cancelled but is needed after all, or the person crossed the date line
    and has the day twice.
    """
    day = f"digest:{person.id}:{due_at.astimezone(local).date().isoformat()}"
    number, row = 1, None
    while row is None or row.state != "queued":
        row = outbox.enqueue(
            session,
            kind=Kind.DIGEST.value,
            dedupe_key=day if number == 1 else f"{day}:{number}",
            due_at=due_at,
            zone=local.key,
            person_id=person.id,
            now=now,
        )
        number += 1
    return row


def plan_brief(session: Session, deal: Deal, now: datetime) -> None:
    """Send the rep the brief as a message."""
    _enqueue_once(session, deal, kind="brief", now=now)


def _enqueue_once(session: Session, deal: Deal, *, kind: Literal["card", "brief"], now: datetime) -> None:
    """Enqueue a message about the deal, due now, unless one of its kind is queued: that one shows the same state."""
    if outbox.has_queued(session, deal_id=deal.id, kind=kind):
        return
    number = outbox.count_rows(session, deal_id=deal.id, kind=kind) + 1
    outbox.enqueue(
        session,
        kind=kind,
        dedupe_key=f"{kind}:{deal.id}:{number}",
        due_at=now,
        zone=zone_of(session, deal).key,
        deal_id=deal.id,
        person_id=deal.current_rep_id,
        now=now,
    )


def zone_of(session: Session, deal: Deal) -> ZoneInfo:
    """The zone of the deal's rep, else the workspace's."""
    return zone(deal.current_rep.zone, session.get_one(Tenant, deal.tenant_id).zone)


def hand_over(session: Session, deal: Deal, new_owner: Person, actor_id: int | None, now: datetime) -> None:
    """Give the deal a new owner: they get a new card and reminders, and the old card says who has the deal."""
    hand_over_all(session, [deal], new_owner, actor_id, now)


def hand_over_all(
    session: Session, deals: Sequence[Deal], new_owner: Person, actor_id: int | None, now: datetime
) -> None:
    """`hand_over` for several deals, which are locked."""
    kinds, ids = ("card", *DEAL_KINDS), [deal.id for deal in deals]
    outbox.cancel(session, deal_ids=ids, kinds=kinds, reason="the deal was handed over", now=now)
    for deal in deals:
        joined = deal_members.find(session, deal.id, new_owner.id)
        if joined is not None:  # from the team to its head: the deal has them once
            deal_members.take_off(session, joined, actor_id, now)
        end_cover(session, deal, actor_id, now)
        holder, channel, ts = deal.current_rep, deal.card_channel, deal.card_ts
        deal.owner, deal.owner_id, deal.owner_known, deal.stage_since = new_owner, new_owner.id, True, now
        deal.covered_by = None
        deal.snoozed_until, deal.reminded = None, True
        deal.card_channel = deal.card_ts = None
        audit_log.record(session, deal.id, actor_id, "handed_over", now, to=new_owner.external_id)
        session.flush()
        if channel and ts:
            retire_card(session, deal, holder, channel=channel, ts=ts, now=now)
        plan_messages(session, deal, now)
        put_right(session, deal, now)


def let_cover(session: Session, deal: Deal, stand_in: Person, now: datetime) -> None:
    """From now on the stand-in has the deal's card and its reminders. It stays the rep's."""
    _pass_card(session, deal, stand_in, now)
    plan_messages(session, deal, now)


def return_to_rep(session: Session, deal: Deal, now: datetime) -> None:
    """The rep has the deal's card again; the caller plans its messages."""
    if deal.covered_by_id is not None:
        _pass_card(session, deal, None, now)


def _pass_card(session: Session, deal: Deal, stand_in: Person | None, now: datetime) -> None:
    kinds = ("card", "brief", *DEAL_KINDS)
    outbox.cancel(session, deal_ids=[deal.id], kinds=kinds, reason="somebody else has the deal for now", now=now)
    holder, channel, ts = deal.current_rep, deal.card_channel, deal.card_ts
    deal.covered_by, deal.card_channel, deal.card_ts = stand_in, None, None
    session.flush()
    if channel and ts:
        retire_card(session, deal, holder, channel=channel, ts=ts, now=now)


def retire_card(session: Session, deal: Deal, holder: Person, *, channel: str, ts: str, now: datetime) -> None:
    """Have the card in the DM of `holder` say who has the deal now."""
    outbox.enqueue(
        session,
        kind="handed",
        dedupe_key=f"handed:{deal.id}:{channel}:{ts}",
        due_at=now,
        zone=zone(holder.zone, session.get_one(Tenant, deal.tenant_id).zone).key,
        deal_id=deal.id,
        person_id=holder.id,
        payload={
            "channel": channel,
            "ts": ts,
            "to": deal.current_rep.external_id,
            "passed": passed_on(session, deal, holder.id),
        },
        now=now,
    )
