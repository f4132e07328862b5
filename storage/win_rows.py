"""What the figures of the team's wins are made of: one query each, whatever the number of wins."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import and_, exists, func, select
from sqlalchemy.orm import Session, aliased, selectinload

from storage.models import (
    Announcement,
    AuditEntry,
    Challenge,
    ChallengeStep,
    Deal,
    ImportedDeal,
    OrderChange,
    PromiseOutcome,
    Referral,
    Statement,
)


class ClosedDeal(NamedTuple):
    """A deal that closed, without the texts of its row."""

    id: int
    owner_id: int
    stage: str
    closed_at: datetime
    amount_minor: int | None
    currency: str | None
    period: str | None
    kind: str | None
    doubt: str | None
    refunded_at: datetime | None
    amount_hidden: bool
    """The rep left the amount out when they announced the win."""
    imported: bool
    """It came from a file."""


class LoggedAction(NamedTuple):
    """An entry of a deal's timeline."""

    deal_id: int
    action: str
    at: datetime


class RecordedOutcome(NamedTuple):
    """An outcome of a version of a statement, or of one of its occasions."""

    statement_id: int
    version: int
    occasion: date | None
    number: int | None
    deal_id: int
    state: str
    at: datetime


_IMPORTED = exists().where(ImportedDeal.deal_id == Deal.id)
_AMOUNT_HIDDEN = exists().where(Announcement.deal_id == Deal.id, Announcement.shows_amount.is_(False))


def closed_deals(session: Session, start: datetime, end: datetime, stages: Collection[str]) -> list[ClosedDeal]:
    """The deals in the given stages that closed in `[start, end)`, oldest first."""
    known = {"amount_hidden": _AMOUNT_HIDDEN, "imported": _IMPORTED}
    statement = (
        select(*(known[name] if name in known else getattr(Deal, name) for name in ClosedDeal._fields))
        .where(Deal.closed_at >= start, Deal.closed_at < end, Deal.stage.in_(stages))
        .order_by(Deal.closed_at, Deal.id)
    )
    return [ClosedDeal(*row) for row in session.execute(statement).all()]


def logged(session: Session, start: datetime, end: datetime, actions: Collection[str]) -> list[LoggedAction]:
    """The entries with these actions of deals that closed in `[start, end)`, oldest first."""
    statement = (
        select(Deal.id, AuditEntry.action, AuditEntry.at)
        .join(Deal, Deal.id == AuditEntry.deal_id)
        .where(Deal.closed_at >= start, Deal.closed_at < end, AuditEntry.action.in_(actions))
        .order_by(AuditEntry.id)
    )
    return [LoggedAction(*row) for row in session.execute(statement)]


def outcomes(session: Session, start: datetime, end: datetime) -> list[RecordedOutcome]:
    """What was said in `[start, end)` of what became of promises, oldest first; not of dismissed deals."""
    statement = (
        select(
            PromiseOutcome.statement_id,
            PromiseOutcome.version,
            PromiseOutcome.occasion,
            PromiseOutcome.number,
            Deal.id,
            PromiseOutcome.state,
            PromiseOutcome.at,
        )
        .join(Statement, Statement.id == PromiseOutcome.statement_id)
        .join(Deal, Deal.id == Statement.deal_id)
        .where(PromiseOutcome.at >= start, PromiseOutcome.at < end, Deal.stage != "dismissed")
        .order_by(PromiseOutcome.id)
    )
    return [RecordedOutcome(*row) for row in session.execute(statement)]


def referrals(session: Session, start: datetime, end: datetime) -> list[tuple[datetime, datetime | None]]:
    """When people were named and won, of those named or won in `[start, end)`."""
    # Two queries in one, so that each half takes its index.
    named = select(Referral.id, Referral.named_at, Referral.won_at).where(
        Referral.named_at >= start, Referral.named_at < end
    )
    won = select(Referral.id, Referral.named_at, Referral.won_at).where(Referral.won_at >= start, Referral.won_at < end)
    return [(named_at, won_at) for _id, named_at, won_at in session.execute(named.union(won))]


def challenges(session: Session, start: datetime, end: datetime) -> list[tuple[datetime, datetime | None]]:
    """By when customers were to be told of problems, for those due in `[start, end)`, and when they first were.

    Without those that were withdrawn: they were logged by mistake.
    """
    told = aliased(ChallengeStep)
    withdrawn = (
        select(ChallengeStep.id)
        .where(ChallengeStep.challenge_id == Challenge.id, ChallengeStep.step == "withdrawn")
        .exists()
    )
    statement = (
        select(Challenge.tell_by, func.min(told.happened_at))
        .outerjoin(told, and_(told.challenge_id == Challenge.id, told.step == "told"))
        .where(Challenge.tell_by >= start, Challenge.tell_by < end, ~withdrawn)
        .group_by(Challenge.id, Challenge.tell_by)
        .order_by(Challenge.id)
    )
    return [(tell_by, told_at) for tell_by, told_at in session.execute(statement)]


def largest(
    session: Session, start: datetime, end: datetime, stages: Collection[str]
) -> list[tuple[str, str | None, int]]:
    """The largest amount of the wins that closed in `[start, end)`: by currency and period."""
    statement = (
        select(Deal.currency, Deal.period, func.max(Deal.amount_minor))
        .where(
            Deal.closed_at >= start,
            Deal.closed_at < end,
            Deal.stage.in_(stages),
            Deal.doubt.is_(None),
            Deal.refunded_at.is_(None),
            Deal.currency.is_not(None),
            Deal.amount_minor.is_not(None),
        )
        .group_by(Deal.currency, Deal.period)
    )
    found = session.execute(statement)
    return [(currency, period, minor) for currency, period, minor in found if currency and minor is not None]


def newcomers(session: Session, start: datetime, end: datetime, stages: Collection[str]) -> set[int]:
    """The reps with a deal in the given stages that closed in `[start, end)`, and none that closed before."""
    earlier = aliased(Deal)
    before = (
        select(earlier.id)
        .where(
            earlier.owner_id == Deal.owner_id,
            earlier.stage.in_(stages),
            earlier.closed_at < start,
            earlier.doubt.is_(None),
            earlier.refunded_at.is_(None),
        )
        .exists()
    )
    statement = (
        select(Deal.owner_id)
        .where(Deal.closed_at >= start, Deal.closed_at < end, Deal.stage.in_(stages), Deal.owner_known.is_(True))
        .where(~before)
        .distinct()
    )
    return set(session.scalars(statement))


def changes(
    session: Session, start: datetime, end: datetime, kinds: Collection[str], since: datetime
) -> set[tuple[int, str]]:
    """The deals that closed in `[start, end)` and changed after `since`, each with the kind of change."""
    statement = (
        select(OrderChange.deal_id, OrderChange.kind)
        .join(Deal, Deal.id == OrderChange.deal_id)
        .where(Deal.closed_at >= start, Deal.closed_at < end, OrderChange.kind.in_(kinds), OrderChange.at > since)
    )
    return {(deal_id, kind) for deal_id, kind in session.execute(statement)}


def shown(session: Session, deal_ids: Collection[int]) -> Sequence[Deal]:
    """The deals with these ids, their reps and contacts, oldest close first."""
    statement = select(Deal).where(Deal.id.in_(deal_ids)).order_by(Deal.closed_at, Deal.id)
    return session.scalars(statement.options(selectinload(Deal.contacts), selectinload(Deal.covered_by))).all()
