"""Every change of a deal plans its messages anew, in the same transaction: its card, its reminders."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from handlers.errors import NotNowError
from handlers.method.cadence import call_reminders, next_summary, zone
from handlers.method.stages import CALL_TO_MAKE, NOT_STOOD_BY, Stage, may_become
from handlers.shapes import learn_confirmed, learn_dismissed, unlearn_dismissed
from storage import journal, outbox, workspaces
from storage.models import Deal, Person, Tenant


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
    deal.stage, deal.stage_since, deal.doubt = stage, now, None
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
    """Plan the deal's messages from its present state: its card, and reminders while the call is not made."""
    refresh_card(session, deal, now)
    if deal.stage in CALL_TO_MAKE:
        _plan_call_reminders(session, deal, now)
    else:
        outbox.cancel(session, deal_id=deal.id, kind="reminder", reason=f"the deal is {deal.stage}", now=now)


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
        zone=_zone_of(session, deal).key,
        deal_id=deal.id,
        person_id=deal.owner_id,
        now=now,
    )


def _plan_call_reminders(session: Session, deal: Deal, now: datetime) -> None:
    local = _zone_of(session, deal)
    for nth, due_at in enumerate(call_reminders(deal.stage_since, local), start=1):
        outbox.enqueue(
            session,
            kind="reminder",
            dedupe_key=f"call-reminder:{deal.id}:{deal.owner_id}:{int(deal.stage_since.timestamp())}:{nth}",
            due_at=due_at,
            zone=local.key,
            deal_id=deal.id,
            person_id=deal.owner_id,
            payload={"nth": nth},
            now=now,
        )


def _zone_of(session: Session, deal: Deal) -> ZoneInfo:
    return zone(deal.owner.zone, session.get_one(Tenant, deal.tenant_id).zone)


def hand_over(session: Session, deal: Deal, to: Person, actor_id: int | None, now: datetime) -> None:
    """Make `to` the deal's rep: they get its card and reminders anew, and the old card says where it went."""
    before, place = deal.owner, (deal.card_channel, deal.card_ts)
    for kind in ("card", "reminder"):
        outbox.cancel(session, deal_id=deal.id, kind=kind, reason="the deal was handed over", now=now)
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
