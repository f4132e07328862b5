"""Every change of a deal plans its messages anew, in the same transaction: its card, its reminders, its call."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from handlers.deal.learned_dismissals import learn_confirmed, learn_dismissed, unlearn_dismissed
from handlers.deal.reminder_facts import due_of
from handlers.errors import NotNowError
from handlers.method.reminders_due import DueReminder, Kind
from handlers.method.stages import NOT_STOOD_BY, Stage, may_become
from handlers.method.time_zones import next_summary, zone
from storage import audit_log, outbox, outbox_reminders, workspaces
from storage.models import Deal, OutboxRow, Person, Tenant

INVITE = "invite"
OF_THE_CALL = (INVITE, Kind.CALL_SOON, Kind.CALL_OVER)
"""The kinds of messages that belong to a call with a time."""
OF_THE_DEAL = (INVITE, *(kind for kind in Kind if kind is not Kind.DIGEST))
"""The kinds of messages that a deal plans ahead. A digest is the person's, and tells of several."""


def advance(session: Session, deal: Deal, stage: Stage, actor_id: int | None, now: datetime) -> None:
    """Move the deal to `stage`, write it down, and plan what follows from it.

    Raises `NotNowError` when the deal's life does not go that way.
    """
    if not may_become(Stage(deal.stage), stage):
        raise NotNowError("refusal.not_at_this_stage", customer=deal.customer)
    if stage is Stage.DISMISSED:
        learn_dismissed(session, deal)
    elif deal.stage == Stage.DISMISSED:
        unlearn_dismissed(session, deal)
    elif stage is Stage.IN_CALL or (deal.stage == Stage.SIGHTED and actor_id is not None):
        learn_confirmed(session, deal)
    deal.stage, deal.stage_since, deal.call_at, deal.doubt = stage, now, None, None
    deal.snoozed_until = None
    audit_log.record(session, deal.id, actor_id, stage, now)
    plan(session, deal, now)


def accept_deal(session: Session, deal: Deal, actor_id: int, now: datetime) -> None:
    """The rep says that it is a deal, and theirs: what was only suspected, or given up, is open; a doubt is settled."""
    deal.owner_known = True
    if deal.stage in NOT_STOOD_BY:
        advance(session, deal, Stage.OPEN, actor_id, now)
    else:
        settle_doubt(session, deal, actor_id, now)


def replan_question(session: Session, deal: Deal, actor_id: int, now: datetime) -> None:
    """It is a deal after all, but nobody has said yet whose: that is asked as before."""
    if deal.stage == Stage.DISMISSED:
        advance(session, deal, Stage.SIGHTED, actor_id, now)
    else:
        settle_doubt(session, deal, actor_id, now)


def settle_doubt(session: Session, deal: Deal, actor_id: int | None, now: datetime) -> None:
    """It is a deal: the rep says so, or who had told of it tells it anew."""
    if deal.doubt is None:
        return
    deal.doubt = None
    audit_log.record(session, deal.id, actor_id, "stood_by", now)
    refresh_card(session, deal, now)


def plan(session: Session, deal: Deal, now: datetime) -> None:
    """Plan the deal's messages from its present state: its card, what belongs to a call with a time, reminders."""
    refresh_card(session, deal, now)
    plan_reminders(session, deal, now)


def refresh_card(session: Session, deal: Deal, now: datetime) -> None:
    """Have the card in the rep's DM show the present state. Changes in quick succession make one update.

    The first card that a person ever gets introduces us.
    """
    if deal.owner.introduced_with is None:
        deal.owner.introduced_with = deal.id
    if outbox.has_queued(session, deal_id=deal.id, kind="card"):
        return
    number = outbox.count_rows(session, deal_id=deal.id, kind="card") + 1
    outbox.enqueue(
        session,
        kind="card",
        dedupe_key=f"card:{deal.id}:{number}",
        due_at=now,
        zone=zone_of(session, deal).key,
        deal_id=deal.id,
        person_id=deal.owner_id,
        now=now,
    )


def plan_reminders(session: Session, deal: Deal, now: datetime) -> None:
    """Have the rows that wait be those that are due (`handlers.method.reminders_due`), and no others.

    A row whose time is unchanged stays; one that is superseded is cancelled, with the reason on it; what was sent, or
    told in a digest, is not planned again, and what is over is not planned at all.
    """
    tenant = session.get_one(Tenant, deal.tenant_id)
    wanted = [(each.kind.value, each.of, each.at, _payload(deal, each)) for each in due_of(session, deal, tenant, now)]
    if deal.call_at is not None:  # the file for the calendar, at once, for each time that the call is given
        revision = audit_log.count(session, deal.id, "scheduled", "rescheduled")
        planned = {"of": f"{deal.call_at.isoformat()} {revision}", "call_at": deal.call_at.isoformat()}
        wanted.append((INVITE, planned["of"], now, planned))
    rows = outbox_reminders.of_deal(session, deal.id, OF_THE_DEAL)
    own = [row for row in rows if row.person_id == deal.owner_id]
    settled = {(row.kind, row.payload.get("of")) for row in own if row.state not in ("queued", "cancelled")}
    waiting = {(row.kind, row.payload.get("of")): row for row in own if row.state == "queued"}
    made = Counter(row.kind for row in rows)
    new: list[tuple[str, datetime, dict[str, Any]]] = []
    for kind, of, at, payload in wanted:
        row = waiting.get((kind, of))
        if kind == Kind.DIGEST:
            plan_digest(session, deal.owner, at, zone_of(session, deal), now)
        elif (kind, of) in settled:
            continue
        elif row is not None and (row.due_at == at or at <= now):
            del waiting[kind, of]
        elif at > now or kind == INVITE:
            new.append((kind, at, payload))
    _supersede(session, deal, list(waiting.values()), {kind for kind, _, _, _ in wanted}, now)
    for kind, at, payload in new:
        made[kind] += 1
        outbox.enqueue(
            session,
            kind=kind,
            dedupe_key=f"{kind}:{deal.id}:{made[kind]}",
            due_at=at,
            zone=zone_of(session, deal).key,
            deal_id=deal.id,
            person_id=deal.owner_id,
            payload=payload,
            now=now,
        )


def _payload(deal: Deal, each: DueReminder) -> dict[str, Any]:
    made: dict[str, Any] = {"of": each.of, "why": each.why}
    if each.nth:
        made["nth"] = each.nth
    if each.statement_id is not None:
        made["statement"] = each.statement_id
    if each.kind in OF_THE_CALL and deal.call_at is not None:
        made["call_at"] = deal.call_at.isoformat()
    return made


def _supersede(session: Session, deal: Deal, rows: list[OutboxRow], planned: set[str], now: datetime) -> None:
    """Cancel rows that have no place in the new plan, each with the reason."""
    if not deal.owner.reminded:
        why = "the rep wants no reminders"
    elif not deal.reminded:
        why = "the rep wants no reminder of this deal"
    else:
        why = f"the deal is {deal.stage}"
    anew = [row for row in rows if row.kind in planned]
    outbox_reminders.cancel(session, anew, reason="planned anew", now=now)
    outbox_reminders.cancel(session, [row for row in rows if row.kind not in planned], reason=why, now=now)


def plan_digest(session: Session, person: Person, due_at: datetime, local: ZoneInfo, now: datetime) -> OutboxRow:
    """The person's digest of that day, which waits for all of their deals. One that was settled is not it any more.

    A day can have several: it was cancelled and is wanted after all, or the day came twice to who travels.
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
    """Send the rep the brief as a message. One that waits already will say the same."""
    if outbox.has_queued(session, deal_id=deal.id, kind="brief"):
        return
    number = outbox.count_rows(session, deal_id=deal.id, kind="brief") + 1
    outbox.enqueue(
        session,
        kind="brief",
        dedupe_key=f"brief:{deal.id}:{number}",
        due_at=now,
        zone=zone_of(session, deal).key,
        deal_id=deal.id,
        person_id=deal.owner_id,
        now=now,
    )


def zone_of(session: Session, deal: Deal) -> ZoneInfo:
    """The zone that the deal's rep lives in, or else the workspace's."""
    return zone(deal.owner.zone, session.get_one(Tenant, deal.tenant_id).zone)


def hand_over(session: Session, deal: Deal, to: Person, actor_id: int | None, now: datetime) -> None:
    """Make `to` the deal's rep: they get its card and reminders anew, and the old card says where it went."""
    before, place = deal.owner, (deal.card_channel, deal.card_ts)
    kinds = ("card", *OF_THE_DEAL)
    outbox.cancel(session, deal_id=deal.id, kinds=kinds, reason="the deal was handed over", now=now)
    deal.owner, deal.owner_id, deal.owner_known, deal.stage_since = to, to.id, True, now
    deal.snoozed_until, deal.reminded = None, True
    deal.card_channel = deal.card_ts = None
    audit_log.record(session, deal.id, actor_id, "handed_over", now, to=to.external_id)
    session.flush()
    if place[0] and place[1]:
        retire_card(session, deal, before, channel=place[0], ts=place[1], now=now)
    plan(session, deal, now)


def retire_card(session: Session, deal: Deal, holder: Person, *, channel: str, ts: str, now: datetime) -> None:
    """Have the card that `holder` has in their DM say that the deal is somebody else's."""
    outbox.enqueue(
        session,
        kind="handed",
        dedupe_key=f"handed:{deal.id}:{channel}:{ts}",
        due_at=now,
        zone=zone(holder.zone, session.get_one(Tenant, deal.tenant_id).zone).key,
        deal_id=deal.id,
        person_id=holder.id,
        payload={"channel": channel, "ts": ts, "to": deal.owner.external_id},
        now=now,
    )


def plan_summaries(session: Session, tenant: Tenant, now: datetime) -> None:
    """See to it that the next win summary of each wins channel is in the outbox."""
    local = zone(tenant.zone)
    due_at = next_summary(now, local)
    for channel in workspaces.wins_channels(session):
        outbox.enqueue(
            session,
            kind="summary",
            dedupe_key=f"summary:{channel.external_id}:{due_at.astimezone(local).date().isoformat()}",
            due_at=due_at,
            zone=local.key,
            channel=channel.external_id,
            now=now,
        )
