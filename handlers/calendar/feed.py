"""What a person's calendar feed shows: their calls, next steps, promises due, and kickoffs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from handlers.calendar.links import PURPOSE
from handlers.deal.tracked_promises import promises_of
from handlers.method.stages import ENDED, KEEPING, Stage
from handlers.screens.calendar import CalendarFeed, DateKind, FeedDate
from storage import audit_log, deals, handoffs, orders, personal_links
from storage.models import Deal, Person

MOST_DEALS = 200
"""Deals whose dates are shown, those that closed last: no calendar shows more, and a calendar asks every hour."""
SHOWN_BACK = timedelta(days=90)
"""Older dates leave the feed; no calendar needs them."""


def feed(session: Session, token: str, now: datetime) -> CalendarFeed | None:
    """The feed of whoever has this link; None if it is no link (any more). The session is unscoped."""
    owner = personal_links.resolve(session, token, PURPOSE, now)
    if owner is None:
        return None
    oldest = (now - SHOWN_BACK).date()
    dates = [each for each in _dates(session, owner.person) if (each.day or (each.at or now).date()) >= oldest]
    return CalendarFeed(owner.tenant.external_id, tuple(sorted(dates, key=lambda each: each.uid)))


def _dates(session: Session, person: Person) -> Iterator[FeedDate]:
    found = deals.of_rep(session, person.id, frozenset(Stage) - ENDED)
    own = [deal for deal in found if deal.current_rep_id == person.id and deal.owner_known][-MOST_DEALS:]
    steps = orders.steps_of(session, [deal.id for deal in own])
    for deal in own:
        if deal.call_at is not None:
            revision = audit_log.count(session, deal.id, "scheduled", "rescheduled") - 1
            uid = f"deal-{deal.id}"  # as the file of the call has it: a calendar that has both shows one
            yield FeedDate(DateKind.CALL, uid, revision, deal.stage_since, deal.customer, "", at=deal.call_at)
        if deal.next_step and deal.next_step_on is not None:
            entries, day = steps.get(deal.id, []), deal.next_step_on
            made_at = entries[-1].at if entries else deal.stage_since
            uid = f"step-{deal.id}"
            yield FeedDate(DateKind.STEP, uid, len(entries), made_at, deal.customer, deal.next_step, day=day)
        if deal.stage in KEEPING:
            yield from _promises(session, deal)
    taken = handoffs.received_by(session, person.id)
    handed = {deal.id: deal for deal in [*(deal for deal in own if deal.stage in KEEPING), *taken]}
    for deal in handed.values():
        kickoff = _kickoff(session, deal)
        if kickoff is not None:
            yield kickoff


def _promises(session: Session, deal: Deal) -> Iterator[FeedDate]:
    for each in promises_of(session, deal):
        if each.due is not None and not each.settled:
            uid = f"promise-{each.statement_id}-{each.due.isoformat()}"
            yield FeedDate(DateKind.PROMISE, uid, 0, deal.stage_since, deal.customer, each.wording, day=each.due)


def _kickoff(session: Session, deal: Deal) -> FeedDate | None:
    handoff = handoffs.latest(session, deal.id)
    if handoff is None or handoff.state != "taken" or handoff.kickoff_on is None:
        return None
    made_at = handoff.settled_at or handoff.sent_at
    return FeedDate(DateKind.KICKOFF, f"kickoff-{handoff.id}", 0, made_at, deal.customer, "", day=handoff.kickoff_on)
