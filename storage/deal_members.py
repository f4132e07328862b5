"""Queries for the team on a deal: its members, the deals of a member, and who keeps which promise."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from storage.models import Deal, DealMember, Person, PromiseKeeper, Statement

# Built once: every interaction runs these.
_OF_DEAL = (
    select(DealMember)
    .where(DealMember.deal_id == bindparam("deal_id"), DealMember.removed_at.is_(None))
    .order_by(DealMember.id)
)
_KEEPERS = (
    select(PromiseKeeper.statement_id, PromiseKeeper.person_id)
    .join(Statement, Statement.id == PromiseKeeper.statement_id)
    .where(Statement.deal_id == bindparam("deal_id"))
    .order_by(PromiseKeeper.id)
)


def of_deal(session: Session, deal_id: int) -> Sequence[DealMember]:
    """Who is on the team now, in the order in which they were added."""
    return session.scalars(_OF_DEAL, {"deal_id": deal_id}).all()


def of_deals(session: Session, deal_ids: Collection[int]) -> dict[int, list[DealMember]]:
    """The same for several deals, by deal id; without the deals that have no team."""
    statement = select(DealMember).where(DealMember.deal_id.in_(deal_ids), DealMember.removed_at.is_(None))
    found: dict[int, list[DealMember]] = {}
    for row in session.scalars(statement.order_by(DealMember.id)):
        found.setdefault(row.deal_id, []).append(row)
    return found


def find(session: Session, deal_id: int, person_id: int) -> DealMember | None:
    """The person as a member of the deal's team now, or None."""
    return session.scalar(
        select(DealMember).where(
            DealMember.deal_id == deal_id, DealMember.person_id == person_id, DealMember.removed_at.is_(None)
        )
    )


def of_person(session: Session, person_id: int) -> Sequence[DealMember]:
    """Where the person is on a team now."""
    statement = select(DealMember).where(DealMember.person_id == person_id, DealMember.removed_at.is_(None))
    return session.scalars(statement.order_by(DealMember.id)).all()


def deals_of(session: Session, person_id: int, stages: Collection[str], roles: Collection[str]) -> Sequence[Deal]:
    """The deals in these stages whose team the person is on in one of these roles, oldest close first."""
    statement = (
        select(Deal)
        .join(DealMember, DealMember.deal_id == Deal.id)
        .where(
            DealMember.person_id == person_id,
            DealMember.removed_at.is_(None),
            DealMember.role.in_(roles),
            Deal.stage.in_(stages),
        )
    )
    return session.scalars(statement.order_by(Deal.closed_at, Deal.id)).all()


def everybody(session: Session, deal_id: int) -> frozenset[str]:
    """The platform's ids of all who are or ever were on the team."""
    statement = select(Person.external_id).join(DealMember, DealMember.person_id == Person.id)
    return frozenset(session.scalars(statement.where(DealMember.deal_id == deal_id)))


def keepers(session: Session, deal_id: int) -> dict[int, int]:
    """Who was last named to keep each of the deal's statements: the person's id, by statement id."""
    newest = dict(session.execute(_KEEPERS, {"deal_id": deal_id}).all())
    return {statement_id: person_id for statement_id, person_id in newest.items() if person_id is not None}


def take_off(session: Session, member: DealMember, by: int | None, now: datetime) -> int:
    """End the membership. Nobody is named for what they kept any more, also if they are added again.

    Returns how many statements that was.
    """
    member.removed_at = now
    kept = [each for each, who in keepers(session, member.deal_id).items() if who == member.person_id]
    session.add_all(PromiseKeeper(statement_id=each, person_id=None, assigned_by=by, at=now) for each in kept)
    return len(kept)


def history(session: Session, deal_ids: Collection[int]) -> dict[int, list[DealMember]]:
    """All members that the deals ever had, by deal id."""
    found: dict[int, list[DealMember]] = {}
    statement = select(DealMember).where(DealMember.deal_id.in_(deal_ids)).order_by(DealMember.id)
    for row in session.scalars(statement):
        found.setdefault(row.deal_id, []).append(row)
    return found


def keepers_history(session: Session, deal_ids: Collection[int]) -> dict[int, list[PromiseKeeper]]:
    """All that was ever said of who keeps the deals' statements, the oldest first, by deal id."""
    found: dict[int, list[PromiseKeeper]] = {}
    statement = (
        select(Statement.deal_id, PromiseKeeper)
        .join(Statement, Statement.id == PromiseKeeper.statement_id)
        .where(Statement.deal_id.in_(deal_ids))
        .order_by(PromiseKeeper.id)
    )
    for deal_id, row in session.execute(statement):
        found.setdefault(deal_id, []).append(row)
    return found
