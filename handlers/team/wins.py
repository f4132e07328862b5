"""The team's wins of a period, for the summary in its channel and on request.

Few queries, and as many for a thousand wins as for one: figures are made of plain rows, and only the wins that are
shown are loaded whole.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from sqlalchemy.orm import Session

from handlers.deal.facts import facts, statements_of_deals
from handlers.method import money
from handlers.method.alignment import missing
from handlers.method.order_changes import ENDINGS, TAKEN_BACK, OrderChangeKind
from handlers.method.promise_outcomes import PromiseState
from handlers.method.stages import ALIGNED_OR_LATER, WON, Stage
from handlers.method.statements import Statement, agreed_counts
from handlers.method.summary_periods import Period, Span, period_of
from handlers.method.time_zones import zone
from handlers.method.win_figures import (
    ChallengeRow,
    DealRow,
    Milestone,
    OutcomeRow,
    Over,
    ReferralRow,
    Sum,
    TimelineRow,
    WinRows,
    exceeded_last,
    milestones,
    win_figures,
)
from handlers.requests import Caller, open_request
from handlers.screens.deals import DealFacts
from handlers.screens.team import ChangedSince, SpecialWin, TeamScreen, Total, Win, WinSummary
from prompts.cadence import TRIES
from prompts.playbook import playbook
from storage import deal_members, statements, win_rows
from storage.models import Deal, DealMember, Tenant

WEEK = timedelta(days=7)
WINS_LOADED = 20
"""So many wins are loaded whole; a message shows no more."""
MILESTONES_SHOWN = 3
CHANGES = (*ENDINGS, OrderChangeKind.AMOUNT_CHANGED)


@dataclass(frozen=True, slots=True)
class TeamRequest:
    """Someone asks what the team has won."""

    caller: Caller


def team_wins(session: Session, request: TeamRequest, now: datetime) -> TeamScreen:
    """This week so far, and last week, with the same facts as the summary in the channel."""
    tenant = open_request(session, request.caller, now).tenant
    return TeamScreen(wins_of_week(session, tenant, now, now=now), wins_of_week(session, tenant, now - WEEK, now=now))


def wins_of_week(
    session: Session, tenant: Tenant, at: datetime, *, now: datetime | None = None, posted_at: datetime | None = None
) -> WinSummary:
    """The wins of the week (Monday to Sunday in the tenant's zone) that contains `at`: see `wins_of`."""
    period = period_of(Span.WEEK, at.astimezone(zone(tenant.zone)).date())
    return wins_of(session, tenant, period, now=now, posted_at=posted_at)


def wins_of(
    session: Session,
    tenant: Tenant,
    period: Period,
    *,
    local: str | None = None,
    now: datetime | None = None,
    posted_at: datetime | None = None,
) -> WinSummary:
    """The wins of a period, compared with the one before.

    Leaves out deals in doubt, and what was refunded. Totals are per currency, the largest first.

    Args:
        session: bound to the workspace.
        tenant: the workspace.
        period: its days are those of `local`, an IANA zone; by default, of the workspace's.
        now: what is not over by then is not judged yet; by default, everything is over.
        posted_at: count what has changed since then.
    """
    days = zone(local, tenant.zone)
    start, end = period.moments(days)
    began = period.before().moments(days)[0]
    rows = _rows(session, began, end)
    figures = win_figures(rows, start, end, now or end + WEEK)
    before = win_figures(rows, began, start, now or end + WEEK)
    counted = [deal for deal in rows.deals if start <= deal.closed_at < end and deal.is_win]
    special = _special(session, period, counted, start, end, days.key)[:MILESTONES_SHOWN]
    story = exceeded_last(rows.outcomes, start, end)
    first = counted[:WINS_LOADED]
    wanted = {deal.id for deal in first} | {deal.id for deal, _ in special}
    loaded = {deal.id: deal for deal in win_rows.shown(session, wanted | ({story.deal_id} if story else set()))}
    told = None if story is None else loaded.get(story.deal_id)
    hidden = {deal.id for deal in rows.deals if deal.amount_hidden}
    return WinSummary(
        start=start,
        end=end,
        wins=_wins(session, [loaded[deal.id] for deal in first], hidden, tenant.locale),
        totals=_totals(figures.sums, tenant.locale),
        since=ChangedSince() if posted_at is None else _changed_since(session, rows.deals, start, end, posted_at),
        more=len(counted) - len(first),
        span=period.span,
        figures=figures,
        before=before.wins if now is None or now >= end else None,
        totals_before=_totals(before.sums, tenant.locale),
        special=tuple(SpecialWin(_facts(loaded[deal.id], hidden, tenant.locale), what) for deal, what in special),
        exceeded=None if told is None or told.stage not in WON or told.doubt else _facts(told, hidden, tenant.locale),
    )


def _rows(session: Session, start: datetime, end: datetime) -> WinRows:
    """What the figures of `[start, end)` are made of, in five queries."""
    return WinRows(
        deals=[
            DealRow(
                id=row.id,
                rep=row.owner_id,
                stage=row.stage,
                closed_at=row.closed_at,
                amount_minor=row.amount_minor,
                currency=row.currency,
                period=row.period,
                kind=row.kind,
                in_doubt=row.doubt is not None,
                refunded_at=row.refunded_at,
                amount_hidden=row.amount_hidden,
                imported=row.imported,
            )
            for row in win_rows.closed_deals(session, start, end, WON | TAKEN_BACK)
        ],
        timeline=[TimelineRow(*row) for row in win_rows.logged(session, start, end, (Stage.IN_CALL, *TRIES))],
        outcomes=[
            OutcomeRow(
                (row.statement_id, row.version, row.occasion, row.number), row.deal_id, PromiseState(row.state), row.at
            )
            for row in win_rows.outcomes(session, start, end)
        ],
        referrals=[ReferralRow(*row) for row in win_rows.referrals(session, start, end)],
        challenges=[ChallengeRow(*row) for row in win_rows.challenges(session, start, end)],
    )


def _totals(sums: Iterable[Sum], locale: str) -> tuple[Total, ...]:
    return tuple(Total(money.format_amount(each.minor, each.currency, locale), each.over) for each in sums)


def _special(
    session: Session, period: Period, counted: Sequence[DealRow], start: datetime, end: datetime, local: str
) -> list[tuple[DealRow, Milestone]]:
    """The milestones of the period. Its quarter is that of its last day."""
    last = period.end - timedelta(days=1)
    quarter = datetime.combine(last.replace(month=last.month - (last.month - 1) % 3, day=1), time.min, zone(local))
    best: dict[tuple[str, Over], int] = {}
    for currency, covers, minor in win_rows.largest(session, quarter, start, WON):
        row = DealRow(0, 0, "", start, minor, currency, covers, None)
        key = (currency, row.over)
        best[key] = max(best.get(key, 0), row.worth)
    return milestones(counted, best, win_rows.newcomers(session, start, end, WON), quarter)


def _changed_since(
    session: Session, closed: Sequence[DealRow], start: datetime, end: datetime, posted_at: datetime
) -> ChangedSince:
    closed = [deal for deal in closed if start <= deal.closed_at < end]
    changed = win_rows.changes(session, start, end, CHANGES, posted_at)
    ended = {deal.id for deal in closed if deal.stage in TAKEN_BACK}
    counted = {deal.id for deal in closed if deal.is_win}
    return ChangedSince(
        cancelled=len({deal for deal, kind in changed if deal in ended and kind in ENDINGS}),
        refunded=sum(bool(deal.stage in WON and deal.refunded_at and deal.refunded_at > posted_at) for deal in closed),
        amounts=sum(deal in counted and kind == OrderChangeKind.AMOUNT_CHANGED for deal, kind in changed),
    )


def _facts(deal: Deal, hidden: Collection[int], locale: str) -> DealFacts:
    """What is shown of the deal: no amount, if the rep left it out when they announced the win."""
    found = facts(deal, locale)
    return replace(found, amount=None) if deal.id in hidden else found


def _wins(session: Session, won: Sequence[Deal], hidden: Collection[int], locale: str) -> tuple[Win, ...]:
    ids = [deal.id for deal in won]
    current = statements_of_deals(session, ids)
    attested = statements.attested_of_deals(session, ids)
    teams = deal_members.of_deals(session, ids)
    return tuple(
        _win(
            deal,
            _facts(deal, hidden, locale),
            current.get(deal.id, []),
            attested.get(deal.id, set()),
            teams.get(deal.id, ()),
        )
        for deal in won
    )


def _win(
    deal: Deal, shown: DealFacts, current: Sequence[Statement], attested: set[str], team: Sequence[DealMember]
) -> Win:
    counts = agreed_counts(current)
    aligned = Stage(deal.stage) in ALIGNED_OR_LATER
    reached = next((contact.name for contact in deal.contacts if contact.name), "")
    done = attested & {step.rule for step in playbook().steps}
    complete = not (aligned and missing(reached, done, counts))
    named = tuple(each.person.external_id for each in team if each.person_id != deal.owner_id)
    return Win(shown, counts, aligned, complete, named)
