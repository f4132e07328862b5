"""The team's wins of a week, for the Monday summary and on request."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy.orm import Session

from handlers.deal.call_gaps import call_gaps
from handlers.deal.facts import facts, statements_of
from handlers.method import money
from handlers.method.stages import ALIGNED_OR_LATER, WON, Stage
from handlers.method.statements import agreed_counts
from handlers.method.time_zones import zone
from handlers.requests import Caller, open_request
from handlers.screens.team import TeamScreen, Win, WinSummary
from storage import deals
from storage.models import Deal, Tenant

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class TeamRequest:
    """Someone asks what the team has won."""

    caller: Caller


def team_wins(session: Session, request: TeamRequest, now: datetime) -> TeamScreen:
    """This week so far, and last week, with the same facts as the summary in the channel."""
    tenant = open_request(session, request.caller, now).tenant
    return TeamScreen(wins_of_week(session, tenant, now), wins_of_week(session, tenant, now - WEEK))


def wins_of_week(session: Session, tenant: Tenant, at: datetime) -> WinSummary:
    """The wins of the week (Monday to Sunday in the tenant's zone) that contains `at`.

    Leaves out deals in doubt. Totals are per currency, the largest first.
    """
    local = zone(tenant.zone)
    today = at.astimezone(local).date()
    monday = today - timedelta(days=today.weekday())
    start, end = (datetime.combine(day, time.min, tzinfo=local) for day in (monday, monday + WEEK))
    won = [deal for deal in deals.closed_between(session, start, end, WON) if deal.doubt is None]
    totals: Counter[str] = Counter()
    for deal in won:
        if deal.amount_minor is not None and deal.currency is not None:
            totals[deal.currency] += deal.amount_minor
    return WinSummary(
        start=start,
        end=end,
        wins=tuple(_win(session, deal) for deal in won),
        totals=tuple(money.format_amount(minor, currency) for currency, minor in totals.most_common()),
    )


def _win(session: Session, deal: Deal) -> Win:
    current = statements_of(session, deal.id)
    aligned = Stage(deal.stage) in ALIGNED_OR_LATER
    complete = not (aligned and call_gaps(session, deal, current))
    return Win(facts(deal), agreed_counts(current), aligned, complete)
