"""A call is not made although the rep was reminded: one offer to the rep, then one line to the manager.

    the rep's own reminders  ->  "Shall I ask Bruno?" to the rep  ->  one line to who manages a wins channel

Each step comes after the playbook's patience (`call_not_made.patience_days` of the cadence, working days of the rep),
until the call is made, the rep says that they make it, or the deal ends. Nobody else hears of it earlier, and no
channel ever does.

A round has each step once. A new one begins when the deal is handed over, when the rep asks a colleague, and when the
colleague accepts: each of them gets the time that it takes. Of a colleague who says no, or gives the deal back, the rep
hears at once; the manager is next.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.cover.asking import ask_about, asked_before, colleague
from handlers.deal.absence import end_covers
from handlers.deal.covering import OFFER, TOLD, redraw_offer, send
from handlers.deal.deal_access import owned_deal
from handlers.deal.facts import facts
from handlers.deal.reminder_facts import cadence_for, working_time
from handlers.deal.sent_reminders import settle_offers
from handlers.errors import NotNowError
from handlers.method.reminders_due import Kind
from handlers.method.stages import CALL_TO_MAKE
from handlers.method.working_time import WorkingTime
from handlers.requests import Caller, DealRequest, Profile, open_request
from handlers.screens.cover import CallWaits, CoverAnswered, CoverOffer
from handlers.screens.deals import DealFacts
from handlers.team.departures import managers_besides
from storage import audit_log, covers, deals, outbox_reminders
from storage.models import Deal, OutboxRow, Person, Tenant

STEPS = (OFFER, TOLD)
"""The kinds of the messages, in this order."""
_BEGINS = frozenset({"handed_over", "cover_asked", "cover_accepted"})
"""What begins a new round: actions in the audit log."""
_TELLS_REP = frozenset({"cover_offered", "cover_declined", "cover_ended"})
"""What the rep hears of by a message: after that, the manager is next."""


@dataclass(frozen=True, slots=True)
class StandInForCall:
    """The rep lets a colleague (the platform's id) be asked to make the call."""

    caller: Caller
    deal_id: int
    stand_in: str
    profile: Profile | None = None


@dataclass(frozen=True, slots=True)
class Ladder:
    """Where the deal stands on the ladder. `number` counts its rounds from 0.

    `began_at` is the start of the round, None for the first; `rep_told_at` when the rep heard last in it.
    """

    number: int = 0
    began_at: datetime | None = None
    by_colleague: bool = False
    """A colleague was asked, or has accepted, in this round."""
    rep_told_at: datetime | None = None
    manager_told: bool = False
    over: bool = False
    """The rep makes the call themselves."""


@dataclass(frozen=True, slots=True)
class Step:
    """The message that comes next."""

    kind: str
    number: int
    person: Person
    due_at: datetime


def ladder_of(session: Session, deal: Deal) -> Ladder:
    """Read it from the audit log."""
    ladder = Ladder()
    for entry in audit_log.entries(session, deal.id, _BEGINS | _TELLS_REP | {"manager_told", "cover_not_needed"}):
        if entry.action in _BEGINS:
            ladder = Ladder(ladder.number + 1, entry.at, entry.action != "handed_over")
        elif entry.action in _TELLS_REP:
            ladder = replace(ladder, rep_told_at=entry.at)
        elif entry.action == "manager_told":
            ladder = replace(ladder, manager_told=True)
        else:
            ladder = replace(ladder, over=True)
    return ladder


def next_step(session: Session, deal: Deal) -> Step | str:
    """What comes next, and when; a text instead says why nothing does."""
    ladder = ladder_of(session, deal)
    reason = _why_none(deal, ladder)
    if reason is not None:
        return reason
    tenant = session.get_one(Tenant, deal.tenant_id)
    if ladder.rep_told_at is None:
        since = ladder.began_at if ladder.by_colleague else _first_reminded(session, deal, ladder.began_at)
        if since is None:
            return "the rep was not reminded yet"
        return Step(OFFER, ladder.number, deal.owner, _due(deal, tenant, since))
    manager = _manager(session, deal)
    if manager is None:
        return "nobody manages a wins channel"
    return Step(TOLD, ladder.number, manager, _due(deal, tenant, ladder.rep_told_at))


def plan_step(session: Session, deal: Deal, now: datetime) -> None:
    """Plan what comes next, once per round. What was planned before and is not next any more is cancelled when due."""
    step = next_step(session, deal)
    if isinstance(step, str):
        return
    key = f"{step.kind}:{deal.id}" if step.number == 0 else f"{step.kind}:{deal.id}:{step.number}"
    send(
        session,
        step.kind,
        key,
        step.person,
        now,
        due_at=max(now, step.due_at),
        deal=deal,
        rep=deal.owner_id,
        round=step.number,
    )


def cover_told(session: Session, row: OutboxRow, now: datetime) -> None:
    """A message about a cover was delivered: what comes next of each deal that it is about, if a call waits."""
    cover = covers.find(session, int(row.payload["cover"]))
    if cover is None:
        return
    for deal in deals.lock_all(session, [each.deal_id for each in covers.together(session, cover)]):
        if deal.stage in CALL_TO_MAKE:
            _settle(session, deal, now)
            plan_step(session, deal, now)


def step_delivered(session: Session, row: OutboxRow, deal: Deal, now: datetime) -> None:
    """Record the step. Once the rep has the offer: if they don't answer it in time, the manager gets a line."""
    if row.kind == TOLD:
        audit_log.record(session, deal.id, None, "manager_told", now)
        return
    audit_log.record(session, deal.id, None, "cover_offered", now)
    session.flush()
    plan_step(session, deal, now)


def due_step(session: Session, row: OutboxRow, deal: Deal, tenant: Tenant, now: datetime) -> Step | str | datetime:
    """The step, if the row is what comes next and now; a time if it comes later; else why it is not needed."""
    step = next_step(session, deal)
    if isinstance(step, str):
        return step
    if (step.kind, step.number) != (row.kind, row.payload.get("round", 0)):
        plan_step(session, deal, now)
        return "something else comes first"
    if step.due_at > now:
        return step.due_at
    return later(deal, tenant, now) or step


def why_not_listed(session: Session, row: OutboxRow, deal: Deal, now: datetime) -> str | None:
    """Why the offer is not needed in a list that is sent now; None if it is."""
    step = due_step(session, row, deal, session.get_one(Tenant, deal.tenant_id), now)
    return "the rep has planned the call" if isinstance(step, datetime) else step if isinstance(step, str) else None


def lists_delivered(session: Session, row: OutboxRow, now: datetime) -> None:
    """A list was delivered: what it offered counts as a message of its own does."""
    for item in row.payload.get("items", ()):
        deal = deals.lock(session, item["deal"]) if item["kind"] == OFFER else None
        if deal is not None:
            audit_log.record(session, deal.id, None, "cover_offered", now)
            session.flush()
            plan_step(session, deal, now)


def digest_of(session: Session, row: OutboxRow, work: WorkingTime, now: datetime) -> OutboxRow | None:
    """The person's digest of today or of the next working day: it tells of the offer, too. None if there is none."""
    next_day = work.on(work.day_after(now.astimezone(work.local).date(), 1), work.hours.starts)
    _, end = work.day_of(next_day)
    return outbox_reminders.queued_before(session, row.person_id or 0, Kind.DIGEST, end)


def later(deal: Deal, tenant: Tenant, now: datetime) -> datetime | None:
    """When the step comes instead, because the rep has planned the call or put it off; None if it may come now."""
    planned = [each for each in (deal.call_at, deal.snoozed_until) if each is not None]
    if not planned:
        return None
    end = _patience_from(max(planned), working_time(deal.owner, tenant), tenant)
    return end if end > now else None


def offer_screen(session: Session, deal: Deal, number: int) -> CoverOffer:
    """The offer of that round. The colleague who covered for the rep last is named, if they still work here.

    Who was asked and has not called is named instead, and is not offered again.
    """
    ladder, standing = ladder_of(session, deal), covers.standing(session, deal.id)
    last = covers.last_of_rep(session, deal.owner_id) if standing is None else None
    known = last is not None and last.stand_in.left_at is None
    return CoverOffer(
        facts(deal),
        last.stand_in.external_id if known and last is not None else "",
        over=deal.stage not in CALL_TO_MAKE or ladder.over or ladder.number != number,
        asked="" if standing is None else standing.stand_in.external_id,
        covered=deal.covered_by_id is not None,
    )


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
    standing = covers.standing(session, deal.id)
    if standing is not None and standing.stand_in_id == stand_in.id:
        raise NotNowError("cover.over")
    answered = ask_about(session, opened.person, stand_in, [deal], None, now)
    _settle(session, deal, now)
    return answered


def not_needed(session: Session, request: DealRequest, now: datetime) -> DealFacts:
    """The rep makes the call themselves: nobody is asked or told, and who was asked or covers is free again."""
    opened = open_request(session, request.caller, now)
    deal = owned_deal(session, opened, request.deal_id)
    _require_call_to_make(deal)
    if not opened.repeated and not ladder_of(session, deal).over:
        if deal.owner_id == opened.person.id:
            end_covers(session, [deal], opened.person.id, now)
        audit_log.record(session, deal.id, opened.person.id, "cover_not_needed", now)
        _settle(session, deal, now)
    return facts(deal)


def _require_call_to_make(deal: Deal) -> None:
    if deal.stage not in CALL_TO_MAKE:
        raise NotNowError("refusal.not_at_this_stage", customer=deal.customer)


def _settle(session: Session, deal: Deal, now: datetime) -> None:
    """The offer is answered, in its own message and in a list."""
    redraw_offer(session, deal, now)
    if ladder_of(session, deal).rep_told_at is None or ladder_of(session, deal).over:
        settle_offers(session, deal, now)


def _why_none(deal: Deal, ladder: Ladder) -> str | None:
    if deal.stage not in CALL_TO_MAKE or deal.doubt is not None:
        return f"the deal is {deal.stage}"
    if not (deal.reminded and deal.owner.reminded):
        return "the rep wants no reminders"
    if ladder.over:
        return "the rep makes the call"
    return "the manager knows" if ladder.manager_told else None


def _first_reminded(session: Session, deal: Deal, since: datetime | None) -> datetime | None:
    """When the rep was first reminded of the call, in this round."""
    rows = outbox_reminders.of_deal(session, deal.id, (Kind.CALL, Kind.CALL_OVER))
    times = [
        row.settled_at
        for row in rows
        if row.person_id == deal.owner_id and row.state in ("sent", "folded") and row.settled_at is not None
    ]
    return min((each for each in times if since is None or each >= since), default=None)


def _due(deal: Deal, tenant: Tenant, since: datetime) -> datetime:
    return _patience_from(since, working_time(deal.owner, tenant), tenant)


def _patience_from(moment: datetime, work: WorkingTime, tenant: Tenant) -> datetime:
    day = work.day_after(moment.astimezone(work.local).date(), cadence_for(tenant).patience_days)
    return work.on(day, work.hours.starts)


def _manager(session: Session, deal: Deal) -> Person | None:
    """Who manages the wins channel that the deal was heard in, else the first who manages one.

    Neither the rep nor who covers for them.
    """
    heard_in = {sighting.channel for sighting in deal.sightings}
    found = [each for each in managers_besides(session, deal.owner) if each[1].id != deal.covered_by_id]
    return next((person for channel, person in found if channel in heard_in), found[0][1] if found else None)
