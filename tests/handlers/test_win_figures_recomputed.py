"""The figures of a summary are what anybody computes from the export with a calendar and a pocket calculator."""

from __future__ import annotations

import itertools
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers import export
from handlers.method import money
from handlers.method.summary_periods import Span, period_of
from handlers.method.win_figures import WinFigures
from handlers.team import wins
from storage import audit_log, promises, statements, workspaces
from storage.models import Challenge, ChallengeStep, Deal, Referral
from storage.statements import Content
from storage.tenancy import scope

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from handlers.screens.team import WinSummary
    from tests.handlers.world import World

Json = dict[str, Any]
NOW = datetime(2026, 3, 31, 10, 0, tzinfo=UTC)
"""The clocks of Europe changed two days before, those of New York three weeks before."""
numbers = itertools.count(1)


class Sample(NamedTuple):
    """A deal and what happened to it.

    `closed` is in hours after the midnight that begins the day in question, other spans are in hours after the close.
    """

    stage: str
    closed: int
    amount: int | None
    currency: str | None
    period: str | None
    kind: str | None
    doubt: str | None
    refunded: bool
    tries: list[int]
    called: int | None
    outcomes: list[tuple[str, int]]
    told: tuple[int, int | None, bool] | None
    referral: tuple[int, int | None] | None


after = st.integers(0, 60) | st.integers(0, 500)
samples = st.builds(
    Sample,
    stage=st.sampled_from(
        ["open", "in_call", "aligned", "recapped", "completed", "open", "sighted", "dismissed", "cancelled", "lost"]
    ),
    closed=st.sampled_from([0, 1, 23, 24, -1, -24]) | st.integers(-24 * 9, 24 * 7),
    amount=st.integers(0, 10**9) | st.integers(1, 10**6) | st.none(),
    currency=st.sampled_from(["USD", "EUR", "JPY", "USD", "EUR", None]),
    period=st.sampled_from([None, "year", "quarter", "month", "week", "total"]),
    kind=st.sampled_from([None, "new", "renewal", "expansion", "partner"]),
    doubt=st.sampled_from([None, None, None, "deleted", "retracted"]),
    refunded=st.sampled_from([False, False, False, True]),
    tries=st.lists(after, max_size=2),
    called=st.none() | after,
    outcomes=st.lists(
        st.tuples(st.sampled_from(["kept", "exceeded", "missed", "renegotiated", "pending"]), after), max_size=3
    ),
    told=st.none() | st.tuples(after, st.none() | after, st.sampled_from([False, False, True])),
    referral=st.none() | st.tuples(after, st.none() | after),
)


def stored(session: Session, sample: Sample, rep: int, midnight: datetime) -> None:
    def at(hours: int) -> datetime:
        return midnight + timedelta(hours=sample.closed + hours)

    deal = Deal(owner_id=rep, customer="Acme", customer_key="acme", stage=sample.stage, doubt=sample.doubt)
    deal.amount_minor, deal.currency, deal.period, deal.kind = (
        sample.amount,
        sample.currency,
        sample.period,
        sample.kind,
    )
    deal.stage_since = deal.closed_at = deal.heard_at = at(0)
    deal.refunded_at = at(1) if sample.refunded else None
    session.add(deal)
    session.flush()
    entries = [(hours, "no_answer") for hours in sample.tries]
    entries += [] if sample.called is None else [(sample.called, "in_call")]
    for hours, action in sorted(entries):
        audit_log.record(session, deal.id, rep, action, at(hours))
        session.flush()
    if sample.outcomes:
        says = Content("priority", "40 seats", 1, None, [])
        statement = statements.add(session, deal_id=deal.id, says=says, by=rep, now=at(0))
        session.flush()
        for state, hours in sorted(sample.outcomes, key=lambda each: each[1]):
            promises.add_outcome(
                session, statement_id=statement.id, version=1, state=state, said_by="us", by=rep, now=at(hours)
            )
    if sample.told is not None:
        due, told, withdrawn = sample.told
        challenge = Challenge(deal_id=deal.id, what="Late", severity=1, whose="ours", recorded_by=rep, at=at(0))
        challenge.discovered_at, challenge.tell_by = at(0), at(due)
        session.add(challenge)
        session.flush()
        step, when = ("withdrawn", 0) if withdrawn else ("told", told)
        if when is not None:
            session.add(
                ChallengeStep(challenge_id=challenge.id, step=step, happened_at=at(when), recorded_by=rep, at=at(when))
            )
    if sample.referral is not None:
        named, won = sample.referral
        row = Referral(deal_id=deal.id, name="Olga Petrova", named_at=at(named))
        if won is not None:
            row.introduced_at = row.met_at = row.won_at = at(named + won)
        session.add(row)
    session.flush()


# --- the pocket calculator: only what the export says, and nothing of the product ---

WON = {"open", "scheduled", "in_call", "aligned", "recapped", "delivering", "completed"}
PER_YEAR = {"week": 52, "month": 12, "quarter": 4, "year": 1}


def moment(written: str | None) -> datetime | None:
    return None if written is None else datetime.fromisoformat(written)


def within(written: str | None, first: datetime, end: datetime) -> bool:
    at = moment(written)
    return at is not None and first <= at < end


def recomputed(deals: list[Json], first: datetime, end: datetime) -> Json:
    closed = [each for each in deals if within(each["closed_at"], first, end) and each["stage"] in WON]
    standing = [each for each in closed if each["refunded_at"] is None]
    won = [each for each in standing if each["doubt"] is None]
    sums: Counter[tuple[str, str]] = Counter()
    for each in won:
        if each["amount"] is not None and each["currency"] is not None:
            once = "once" if each["period"] == "total" else "unsaid"
            covers = "year" if each["period"] in PER_YEAR else once
            sums[covers, each["currency"]] += Decimal(each["amount"]) * PER_YEAR.get(each["period"], 1)
    waits = [
        max(moment(each["close_to_call"]["call_at"]) - moment(each["closed_at"]), timedelta(0))  # type: ignore[operator]
        for each in won
        if each["close_to_call"]["call_at"] is not None
    ]
    overdue = [
        each
        for each in won
        if each["close_to_call"]["call_at"] is None and moment(each["closed_at"]) + timedelta(days=1) <= NOW  # type: ignore[operator]
    ]
    said = Counter()  # type: ignore[var-annotated]
    for each in deals:
        for statement in each["statements"] if each["stage"] != "dismissed" else []:
            mine = [outcome for outcome in statement["outcomes"] if within(outcome["at"], first, end)]
            if mine and mine[-1]["state"] != "pending":
                said[mine[-1]["state"]] += 1
    problems = [
        each
        for deal in deals
        for each in deal["challenges"]
        if within(each["tell_by"], first, min(end, NOW)) and all(step["step"] != "withdrawn" for step in each["steps"])
    ]
    in_time = [
        each
        for each in problems
        if any(step["step"] == "told" and step["happened_at"] <= each["tell_by"] for step in each["steps"])
    ]
    introduced = [each for deal in deals for each in deal["introductions"]]
    return {
        "wins": len(won),
        "kinds": Counter(each["kind"] for each in won),
        "sums": dict(sums),
        "left_out": {
            "no_amount": sum(each["amount"] is None for each in won),
            "no_currency": sum(each["amount"] is not None and each["currency"] is None for each in won),
            "in_doubt": len(standing) - len(won),
        },
        "called": (len(waits) + len(overdue), sum(wait <= timedelta(days=1) for wait in waits)),
        "median": median(wait.total_seconds() for wait in waits) // 1 if waits else None,
        "tries": sum(each["close_to_call"]["tries"] for each in won if each["close_to_call"]["call_at"] is not None),
        "promises": dict(said),
        "referrals": (
            sum(within(each["named_at"], first, end) for each in introduced),
            sum(within(each["won_at"], first, end) for each in introduced),
        ),
        "problems": (len(problems), len(in_time)),
    }


def as_shown(figures: WinFigures) -> Json:
    middle = figures.calls.middle
    return {
        "wins": figures.wins,
        "kinds": figures.kinds,
        "sums": {
            (each.over.value, each.currency): Decimal(each.minor).scaleb(-money.digits(each.currency))
            for each in figures.sums
        },
        "left_out": {name: figures.left_out.get(name, 0) for name in ("no_amount", "no_currency", "in_doubt")},  # type: ignore[call-overload]
        "called": (figures.calls.due, figures.calls.in_time),
        "median": None if middle is None else middle.total_seconds(),
        "tries": figures.calls.tries,
        "promises": dict(figures.promises),
        "referrals": (figures.referrals_named, figures.referrals_won),
        "problems": (figures.problems_due, figures.problems_in_time),
    }


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    found=st.lists(samples, min_size=1, max_size=8),
    zone=st.sampled_from(["UTC", "America/New_York", "Europe/Berlin", "Pacific/Kiritimati", "Asia/Kathmandu"]),
    span=st.sampled_from(Span),
    back=st.integers(0, 40),
)
def test_every_figure_is_that_of_the_export(
    world: World, found: list[Sample], zone: str, span: Span, back: int
) -> None:
    name = f"W{next(numbers)}"
    day = NOW.astimezone(ZoneInfo(zone)).date() - timedelta(days=back)
    midnight = datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)

    def write(session: Session) -> tuple[WinSummary, int]:
        tenant = workspaces.get_or_create_tenant(session, "slack", name, NOW)
        tenant.zone = zone
        scope(session, tenant.id)
        rep = workspaces.get_or_create_person(session, "U_ANNA", NOW).id
        for sample in found:
            stored(session, sample, rep, midnight)
        return wins.wins_of(session, tenant, period_of(span, day), now=NOW), tenant.id

    summary, tenant_id = world.database.write_sync(write)

    def exported(session: Session) -> list[Json]:
        return export.page(session, export.Workspace(tenant_id, "slack", name, None))

    deals = world.database.read_sync(exported)
    first, end = summary.start, summary.end
    assert first == datetime.combine(first_day(span, day), time(), ZoneInfo(zone))
    assert summary.figures is not None
    assert as_shown(summary.figures) == recomputed(deals, first, end)
    assert summary.count == summary.figures.wins
    before = datetime.combine(first_day(span, first.date() - timedelta(days=1)), time(), ZoneInfo(zone))
    assert summary.before == (None if end > NOW else recomputed(deals, before, first)["wins"])


def first_day(span: Span, day: date) -> date:
    """The first day of the day, the week or the month."""
    if span is Span.DAY:
        return day
    return day - timedelta(days=day.isoweekday() - 1) if span is Span.WEEK else day - timedelta(days=day.day - 1)
