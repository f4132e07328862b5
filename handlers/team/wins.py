"""The team's wins of a week, for the Monday summary and on request."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy.orm import Session

from handlers.deal.call_gaps import call_gaps
from handlers.deal.facts import facts, statements_of
from handlers.method import money
from handlers.method.order_changes import ENDINGS, TAKEN_BACK, OrderChangeKind
from handlers.method.stages import ALIGNED_OR_LATER, WON, Stage
from handlers.method.statements import agreed_counts
from handlers.method.time_zones import zone
from handlers.requests import Caller, open_request
from handlers.screens.team import ChangedSince, TeamScreen, Win, WinSummary
from storage import deal_members, deals, orders
from storage.models import Deal, DealMember, Tenant

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class TeamRequest:
    """Someone asks what the team has won."""

    caller: Caller


def team_wins(session: Session, request: TeamRequest, now: datetime) -> TeamScreen:
    """This week so far, and last week, with the same facts as the summary in the channel."""
    tenant = open_request(session, request.caller, now).tenant
    return TeamScreen(wins_of_week(session, tenant, now), wins_of_week(session, tenant, now - WEEK))


def wins_of_week(session: Session, tenant: Tenant, at: datetime, *, posted_at: datetime | None = None) -> WinSummary:
    """The wins of the week (Monday to Sunday in the tenant's zone) that contains `at`.

    Leaves out deals in doubt, and what was refunded. Totals are per currency, the largest first. `posted_at`: count
    what has changed since then.
    """
    local = zone(tenant.zone)
    today = at.astimezone(local).date()
    monday = today - timedelta(days=today.weekday())
    start, end = (datetime.combine(day, time.min, tzinfo=local) for day in (monday, monday + WEEK))
    closed = deals.closed_between(session, start, end, WON | TAKEN_BACK)
    won = [deal for deal in closed if deal.stage in WON and deal.doubt is None and deal.refunded_at is None]
    teams = deal_members.of_deals(session, [deal.id for deal in won])
    totals: Counter[str] = Counter()
    for deal in won:
        if deal.amount_minor is not None and deal.currency is not None:
            totals[deal.currency] += deal.amount_minor
    return WinSummary(
        start=start,
        end=end,
        wins=tuple(_win(session, deal, teams.get(deal.id, ()), tenant.locale) for deal in won),
        totals=tuple(money.format_amount(minor, currency, tenant.locale) for currency, minor in totals.most_common()),
        since=ChangedSince() if posted_at is None else _changed_since(session, closed, won, posted_at),
    )


def _changed_since(session: Session, closed: Sequence[Deal], won: Sequence[Deal], posted_at: datetime) -> ChangedSince:
    ended = [deal.id for deal in closed if deal.stage in TAKEN_BACK]
    refunded = [deal for deal in closed if deal.stage in WON and deal.refunded_at and deal.refunded_at > posted_at]
    counted = [deal.id for deal in won]
    return ChangedSince(
        cancelled=len(orders.changed_since(session, ended, ENDINGS, posted_at)),
        refunded=len(refunded),
        amounts=len(orders.changed_since(session, counted, (OrderChangeKind.AMOUNT_CHANGED,), posted_at)),
    )


def _win(session: Session, deal: Deal, team: Sequence[DealMember], locale: str) -> Win:
    current = statements_of(session, deal.id)
    aligned = Stage(deal.stage) in ALIGNED_OR_LATER
    complete = not (aligned and call_gaps(session, deal, current))
    named = tuple(each.person.external_id for each in team if each.person_id != deal.owner_id)
    return Win(facts(deal, locale), agreed_counts(current), aligned, complete, named)
