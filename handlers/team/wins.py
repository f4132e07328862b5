"""What the team has won: the wins of a week, for the channel on Monday and for who asks meanwhile."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy.orm import Session

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
    """Somebody wants to know what the team has won."""

    caller: Caller


def team(session: Session, request: TeamRequest, now: datetime) -> TeamScreen:
    """This week so far, and the last: of each deal what the summary in the channel tells, and no more."""
    tenant = open_request(session, request.caller, now).tenant
    return TeamScreen(wins_of_week(session, tenant, now), wins_of_week(session, tenant, now - WEEK))


def wins_of_week(session: Session, tenant: Tenant, at: datetime) -> WinSummary:
    """The wins of the week (Monday to Sunday in the tenant's zone) that `at` lies in.

    A deal in doubt is left out. Totals are by currency, the largest first.
    """
    local = zone(tenant.zone)
    there = at.astimezone(local).date()
    monday = there - timedelta(days=there.weekday())
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
    stage = Stage(deal.stage)
    return Win(facts(deal), agreed_counts(statements_of(session, deal.id)), stage in ALIGNED_OR_LATER)
