"""A call is not made although the rep was reminded: one offer to the rep, then one line to the manager.

    the rep's own reminders  ->  "Shall I ask Bruno?" to the rep  ->  one line to who manages a wins channel

Each step comes once per deal, after the playbook's patience (`call_not_made.patience_days` of the cadence, working days
of the rep), and only if the one before was not answered. Nobody else hears of it earlier, and no channel ever does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.cover.asking import ask_about, asked_before, colleague
from handlers.deal.covering import OFFER, TOLD, redraw_offer, send
from handlers.deal.deal_access import owned_deal
from handlers.deal.facts import facts
from handlers.deal.reminder_facts import cadence_for, working_time
from handlers.errors import NotNowError
from handlers.method.stages import CALL_TO_MAKE
from handlers.method.working_time import WorkingTime
from handlers.requests import Caller, DealRequest, Profile, open_request
from handlers.screens.cover import CallWaits, CoverAnswered, CoverOffer
from handlers.screens.deals import DealFacts
from handlers.team.departures import managers_besides
from storage import audit_log, covers
from storage.models import Deal, OutboxRow, Person, Tenant

ANSWERS = ("cover_asked", "cover_not_needed")
"""The rep's answers to the offer: actions in the audit log."""
STEPS = (OFFER, TOLD)
"""The kinds of the messages, in this order."""


@dataclass(frozen=True, slots=True)
class StandInForCall:
    """The rep lets a colleague (the platform's id) be asked to make the call."""

    caller: Caller
    deal_id: int
    stand_in: str
    profile: Profile | None = None


def plan_offer(session: Session, deal: Deal, now: datetime) -> None:
    """The rep was reminded of the call: when the patience ends, offer to ask a colleague. Once per deal."""
    if deal.stage in CALL_TO_MAKE and deal.covered_by_id is None:
        tenant = session.get_one(Tenant, deal.tenant_id)
        due_at = _patience_from(now, working_time(deal.owner, tenant), tenant)
        send(session, OFFER, f"{OFFER}:{deal.id}", deal.owner, now, due_at=due_at, deal=deal)


def step_delivered(session: Session, row: OutboxRow, deal: Deal, now: datetime) -> None:
    """Record the step. Once the rep has the offer: if they don't answer it in time, the manager gets a line."""
    if row.kind == TOLD:
        audit_log.record(session, deal.id, None, "manager_told", now)
        return
    audit_log.record(session, deal.id, None, "cover_offered", now)
    manager = _manager(session, deal)
    if manager is not None:
        tenant = session.get_one(Tenant, deal.tenant_id)
        due_at = _patience_from(now, working_time(deal.owner, tenant), tenant)
        send(session, TOLD, f"{TOLD}:{deal.id}", manager, now, due_at=due_at, deal=deal, rep=deal.owner_id)


def why_no_step(session: Session, row: OutboxRow, deal: Deal) -> str | None:
    """Why the step is not needed; None if it is."""
    if deal.stage not in CALL_TO_MAKE or deal.doubt is not None:
        reason: str | None = f"the deal is {deal.stage}"
    elif covers.standing(session, deal.id) is not None or deal.covered_by_id is not None:
        reason = "a colleague was asked"
    elif not (deal.reminded and deal.owner.reminded):
        reason = "the rep wants no reminders"
    elif row.kind == OFFER and row.person_id != deal.owner_id:
        reason = "the deal was handed over"
    elif row.kind == TOLD and (row.payload["rep"] != deal.owner_id or _answered(session, deal)):
        reason = "the rep has answered, or the deal was handed over"
    else:
        reason = None
    return reason


def later(deal: Deal, tenant: Tenant, now: datetime) -> datetime | None:
    """When the step comes instead, because the rep has planned the call or put it off; None if it may come now."""
    planned = [each for each in (deal.call_at, deal.snoozed_until) if each is not None]
    if not planned:
        return None
    end = _patience_from(max(planned), working_time(deal.owner, tenant), tenant)
    return end if end > now else None


def offer_screen(session: Session, deal: Deal) -> CoverOffer:
    """The offer: the last colleague who covered for the rep is named, if they still work here."""
    last = covers.last_of_rep(session, deal.owner_id)
    known = last is not None and last.stand_in.left_at is None
    over = deal.stage not in CALL_TO_MAKE or _answered(session, deal) or deal.covered_by_id is not None
    return CoverOffer(facts(deal), last.stand_in.external_id if known and last is not None else "", over)


def waits_screen(deal: Deal) -> CallWaits:
    """The manager's line."""
    return CallWaits(facts(deal), deal.stage_since)


def ask_for_call(session: Session, request: StandInForCall, now: datetime) -> CoverAnswered:
    """The rep agrees: ask the colleague about this deal. An empty `stand_in` is the last one who covered."""
    opened = open_request(session, request.caller, now)
    deal = owned_deal(session, opened, request.deal_id)
    _require_call_to_make(deal)
    if deal.owner_id != opened.person.id:
        raise NotNowError("cover.over")
    stand_in = colleague(session, opened, request.stand_in, request.profile, now)
    if opened.repeated:
        return asked_before(session, opened.person, stand_in, now)
    if covers.standing(session, deal.id) is not None:
        raise NotNowError("cover.over")
    answered = ask_about(session, opened.person, stand_in, [deal], None, now)
    redraw_offer(session, deal, now)
    return answered


def not_needed(session: Session, request: DealRequest, now: datetime) -> DealFacts:
    """The rep makes the call themselves: nobody is asked or told."""
    opened = open_request(session, request.caller, now)
    deal = owned_deal(session, opened, request.deal_id)
    _require_call_to_make(deal)
    if not opened.repeated and not _answered(session, deal):
        audit_log.record(session, deal.id, opened.person.id, "cover_not_needed", now)
    return facts(deal)


def _require_call_to_make(deal: Deal) -> None:
    if deal.stage not in CALL_TO_MAKE:
        raise NotNowError("refusal.not_at_this_stage", customer=deal.customer)


def _answered(session: Session, deal: Deal) -> bool:
    offered = audit_log.latest(session, deal.id, ("cover_offered",))
    answer = audit_log.latest(session, deal.id, ANSWERS)
    return offered is not None and answer is not None and answer.id > offered.id


def _patience_from(moment: datetime, work: WorkingTime, tenant: Tenant) -> datetime:
    day = work.day_after(moment.astimezone(work.local).date(), cadence_for(tenant).patience_days)
    return work.on(day, work.hours.starts)


def _manager(session: Session, deal: Deal) -> Person | None:
    """Who manages the wins channel that the deal was heard in, else the first who manages one."""
    heard_in = {sighting.channel for sighting in deal.sightings}
    found = managers_besides(session, deal.owner)
    return next((person for channel, person in found if channel in heard_in), found[0][1] if found else None)
