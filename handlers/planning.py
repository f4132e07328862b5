"""Every change of a deal plans its messages anew, in the same transaction: its card, its reminders, its call."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from handlers.errors import NotNowError
from handlers.method.cadence import AFTER_THE_CALL, BEFORE_THE_CALL, call_reminders, next_summary, zone
from handlers.method.stages import CALL_TO_MAKE, NOT_STOOD_BY, Stage, may_become
from handlers.shapes import learn_confirmed, learn_dismissed, unlearn_dismissed
from storage import journal, outbox, workspaces
from storage.models import Deal, Person, Tenant

OF_THE_CALL = ("invite", "call_soon", "call_over")
"""The kinds of messages that belong to a call with a time."""


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
    journal.write_down(session, deal.id, actor_id, stage, now)
    plan(session, deal, now)


def take_on(session: Session, deal: Deal, actor_id: int, now: datetime) -> None:
    """The rep says that it is a deal, and theirs: what was only suspected, or given up, is open; a doubt is settled."""
    deal.owner_known = True
    if deal.stage in NOT_STOOD_BY:
        advance(session, deal, Stage.OPEN, actor_id, now)
    else:
        settle_doubt(session, deal, actor_id, now)


def ask_again(session: Session, deal: Deal, actor_id: int, now: datetime) -> None:
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
    journal.write_down(session, deal.id, actor_id, "stood_by", now)
    refresh_card(session, deal, now)


def plan(session: Session, deal: Deal, now: datetime) -> None:
    """Plan the deal's messages from its present state: its card, what belongs to a call with a time, and nudges.

    While a call is planned nobody nudges: the nudges wait for its time, in case that it is not made then.
    """
    refresh_card(session, deal, now)
    pointless: tuple[str, ...] = ()
    if deal.call_at is None:
        pointless += OF_THE_CALL
    else:
        _plan_call(session, deal, deal.call_at, now)
    if deal.stage in CALL_TO_MAKE:
        plan_reminders(session, deal, call_reminders(deal.call_at or deal.stage_since, zone_of(session, deal)), now)
    else:
        pointless += ("reminder",)
    if pointless:
        outbox.cancel(session, deal_id=deal.id, kinds=pointless, reason=f"the deal is {deal.stage}", now=now)


def refresh_card(session: Session, deal: Deal, now: datetime) -> None:
    """Have the card in the rep's DM show the present state. Changes in quick succession make one update.

    The first card that a person ever gets introduces us.
    """
    if deal.owner.introduced_with is None:
        deal.owner.introduced_with = deal.id
    if outbox.waits(session, deal_id=deal.id, kind="card"):
        return
    number = outbox.made(session, deal_id=deal.id, kind="card") + 1
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


def plan_reminders(session: Session, deal: Deal, due: Iterable[datetime], now: datetime) -> None:
    """Remind the rep of the call at these times, and at no other."""
    _renew(session, deal, "reminder", [(at, {"nth": nth}) for nth, at in enumerate(due, start=1)], now)


def _plan_call(session: Session, deal: Deal, call_at: datetime, now: datetime) -> None:
    """The file for the calendar at once, a word before the call unless it is about to begin, a question after it."""
    planned = {"call_at": call_at.isoformat()}
    soon = call_at - BEFORE_THE_CALL
    _renew(session, deal, "invite", [(now, planned)], now)
    _renew(session, deal, "call_soon", [(soon, planned)] if soon > now else [], now)
    _renew(session, deal, "call_over", [(call_at + AFTER_THE_CALL, planned)], now)


def _renew(
    session: Session, deal: Deal, kind: str, due: Iterable[tuple[datetime, dict[str, Any]]], now: datetime
) -> None:
    """Put these rows into the place of those of the kind that wait."""
    outbox.cancel(session, deal_id=deal.id, kinds=(kind,), reason="planned anew", now=now)
    made = outbox.made(session, deal_id=deal.id, kind=kind)
    for number, (due_at, payload) in enumerate(due, start=made + 1):
        outbox.enqueue(
            session,
            kind=kind,
            dedupe_key=f"{kind}:{deal.id}:{number}",
            due_at=due_at,
            zone=zone_of(session, deal).key,
            deal_id=deal.id,
            person_id=deal.owner_id,
            payload=payload,
            now=now,
        )


def plan_brief(session: Session, deal: Deal, now: datetime) -> None:
    """Send the rep the brief as a message. One that waits already will say the same."""
    if outbox.waits(session, deal_id=deal.id, kind="brief"):
        return
    number = outbox.made(session, deal_id=deal.id, kind="brief") + 1
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
    kinds = ("card", "reminder", *OF_THE_CALL)
    outbox.cancel(session, deal_id=deal.id, kinds=kinds, reason="the deal was handed over", now=now)
    deal.owner, deal.owner_id, deal.owner_known, deal.stage_since = to, to.id, True, now
    deal.card_channel = deal.card_ts = None
    journal.write_down(session, deal.id, actor_id, "handed_over", now, to=to.external_id)
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
