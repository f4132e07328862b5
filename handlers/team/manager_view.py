"""Where the team's deals stand, for who manages a channel with wins and for admins: what waits, and for how long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from statistics import median

from sqlalchemy.orm import Session

from handlers.deal.due_promises import due_promises
from handlers.deal.facts import facts
from handlers.deal.open_challenges import open_challenges_of
from handlers.deal.promise_rows import promise_rows
from handlers.method.handoff import HandoffState
from handlers.method.next_step import STEPPED
from handlers.method.promise_outcomes import MissReason, PromiseState
from handlers.method.reminders_due import AGREED
from handlers.method.stages import CALL_TO_MAKE, ENDED, WON
from handlers.method.time_zones import zone
from handlers.requests import Caller, OpenedRequest, open_request
from handlers.screens.manager_view import ManagerView, UncalledDeal
from handlers.workspace.channel_purpose import Purpose
from storage import audit_log, deal_members, deals, team_figures, workspaces
from storage.models import Deal, Person

UNCALLED_SHOWN = 10
MOST_LOOKED_AT = 1000
"""Promises and challenges of so many deals are counted: the newest ones."""
MISSES_OF = timedelta(days=90)
CALL_BEGAN = "in_call"
"""The action in the audit log: the first thing noted of the call."""


@dataclass(frozen=True, slots=True)
class ManagerRequest:
    """Somebody asks where the team stands. `is_admin`: they administer the workspace."""

    caller: Caller
    is_admin: bool


def show(session: Session, request: ManagerRequest, now: datetime) -> ManagerView | None:
    """The team's view; None for whoever neither administers the workspace nor manages a channel with wins."""
    opened = open_request(session, request.caller, now)
    if opened.is_guest or not (request.is_admin or _manages_wins(session, opened.person)):
        return None
    won = _won_this_week(session, opened, now)
    began = audit_log.entries_of(session, [deal.id for deal in won], (CALL_BEGAN,))
    waits = [(began[deal.id][0].at - deal.closed_at) / timedelta(hours=1) for deal in won if began[deal.id]]
    uncalled, uncalled_total = team_figures.oldest_in(session, CALL_TO_MAKE, UNCALLED_SHOWN)
    agreed = team_figures.newest_in(session, AGREED, MOST_LOOKED_AT)
    due = due_promises(agreed, promise_rows(session, [deal.id for deal in agreed]), opened.tenant, now)
    challenges = [each for some in open_challenges_of(session, [deal.id for deal in agreed]).values() for each in some]
    today = now.astimezone(zone(opened.tenant.zone)).date()
    outcomes = team_figures.outcomes_since(session, now - MISSES_OF)
    missed = {reason: count for (state, reason), count in outcomes.items() if state == PromiseState.MISSED}
    met = (PromiseState.KEPT, PromiseState.EXCEEDED)
    return ManagerView(
        wins=len(won),
        called=len(waits),
        median_hours=round(max(0.0, median(waits))) if waits else None,
        uncalled=_uncalled(session, opened.person, uncalled, now),
        uncalled_total=uncalled_total,
        promises_due=sum(not each.overdue for each in due),
        promises_overdue=sum(each.overdue for each in due),
        challenges=len(challenges),
        challenges_overdue=sum(each.is_overdue(now) for each in challenges),
        without_step=team_figures.count_without_step(session, STEPPED, today),
        handoffs_waiting=team_figures.count_handoffs(session, HandoffState.OFFERED, ENDED),
        kept=sum(count for (state, _), count in outcomes.items() if state in met),
        missed=tuple(
            (None if reason is None else MissReason(reason), count)
            for reason, count in sorted(missed.items(), key=lambda each: (-each[1], each[0] or ""))
        ),
        partly=len(agreed) == MOST_LOOKED_AT,
    )


def _manages_wins(session: Session, person: Person) -> bool:
    return any(each.purpose == Purpose.WINS for each in workspaces.channels_kept_by(session, person.id))


def _won_this_week(session: Session, opened: OpenedRequest, now: datetime) -> list[Deal]:
    """The week is the team's, from its Monday, as in the summary of its wins."""
    local = zone(opened.tenant.zone)
    today = now.astimezone(local).date()
    monday = datetime.combine(today - timedelta(days=today.weekday()), time.min, tzinfo=local)
    found = deals.closed_between(session, monday, monday + timedelta(days=7), WON)
    return [deal for deal in found if deal.doubt is None and deal.refunded_at is None]


def _uncalled(session: Session, viewer: Person, found: Sequence[Deal], now: datetime) -> tuple[UncalledDeal, ...]:
    on_team = {each.deal_id for each in deal_members.of_person(session, viewer.id)}
    return tuple(
        UncalledDeal(
            facts(deal),
            max(0, (now - deal.closed_at).days),
            opens=viewer.id in (deal.owner_id, deal.covered_by_id) or deal.id in on_team,
        )
        for deal in found
    )
