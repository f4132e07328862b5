"""Queries for deal reviews and self-checks. Each takes the person: nobody is ever shown another's (M7.4, M7.6)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from storage.models import Deal, DealReview, OutboxRow, Person, SelfCheck


def latest_review(session: Session, person_id: int, deal_id: int) -> DealReview | None:
    """The person's newest answers about the deal."""
    statement = select(DealReview).where(DealReview.person_id == person_id, DealReview.deal_id == deal_id)
    return session.scalar(statement.order_by(DealReview.id.desc()).limit(1))


def latest_other_review(session: Session, person_id: int, deal_id: int) -> DealReview | None:
    """The person's newest answers about any other deal."""
    statement = select(DealReview).where(DealReview.person_id == person_id, DealReview.deal_id != deal_id)
    return session.scalar(statement.order_by(DealReview.id.desc()).limit(1))


def latest_checks(session: Session, person_id: int, most: int) -> Sequence[SelfCheck]:
    """The person's newest self-checks, at most `most`, oldest first."""
    statement = select(SelfCheck).where(SelfCheck.person_id == person_id).order_by(SelfCheck.id.desc()).limit(most)
    return session.scalars(statement).all()[::-1]


def people_to_ask(
    session: Session, kind: str, stages: Collection[str], since: datetime, without: Collection[str]
) -> Sequence[Person]:
    """People with a deal in one of these stages since `since`, for whom no message of this kind is planned.

    Left out: whoever turned off reminders or the self-check, or has one of the reminder profiles in `without`.
    """
    planned = exists().where(
        OutboxRow.person_id == Person.id, OutboxRow.kind == kind, OutboxRow.state.in_(("queued", "claimed"))
    )
    at_work = exists().where(Deal.owner_id == Person.id, Deal.stage.in_(stages), Deal.stage_since >= since)
    statement = select(Person).where(
        Person.reminded.is_(True),
        Person.self_checked.is_(True),
        Person.reminder_profile.is_(None) | Person.reminder_profile.not_in(without),
        at_work,
        ~planned,
    )
    return session.scalars(statement.order_by(Person.id)).all()
