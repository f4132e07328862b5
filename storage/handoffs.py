"""Queries for delivery: its contacts, whether promises can be kept, and handoffs with their read-backs."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from storage.models import (
    Deal,
    DeliveryContact,
    FeasibilityAnswer,
    FeasibilityAsk,
    Handoff,
    HandoffReading,
    Statement,
    StatementVersion,
)


def contacts(session: Session) -> Sequence[DeliveryContact]:
    """The workspace's rules about who delivers, in the order in which they were added."""
    return session.scalars(select(DeliveryContact).order_by(DeliveryContact.id)).all()


def contact(session: Session, contact_id: int) -> DeliveryContact | None:
    """The rule with this id, or None."""
    return session.scalar(select(DeliveryContact).where(DeliveryContact.id == contact_id))


class Asked(NamedTuple):
    """The newest question about a statement, its answer, and whether it was about the wording as it is now."""

    ask: FeasibilityAsk
    answer: FeasibilityAnswer | None
    current: bool


# Built once: every interaction runs these.
_THEN, _NOW = aliased(StatementVersion), aliased(StatementVersion)
_ASKED = (
    select(FeasibilityAsk, FeasibilityAnswer, _THEN, _NOW)
    .join(Statement, Statement.id == FeasibilityAsk.statement_id)
    .join(_THEN, and_(_THEN.statement_id == Statement.id, _THEN.version == FeasibilityAsk.version))
    .join(_NOW, and_(_NOW.statement_id == Statement.id, _NOW.version == Statement.current_version))
    .outerjoin(FeasibilityAnswer, FeasibilityAnswer.ask_id == FeasibilityAsk.id)
    .where(Statement.deal_id == bindparam("deal_id"))
    .order_by(FeasibilityAsk.id)
)
_LATEST = select(Handoff).where(Handoff.deal_id == bindparam("deal_id")).order_by(Handoff.id.desc()).limit(1)
_READINGS = (
    select(HandoffReading, _THEN, _NOW)
    .join(Statement, Statement.id == HandoffReading.statement_id)
    .join(_THEN, and_(_THEN.statement_id == Statement.id, _THEN.version == HandoffReading.version))
    .join(_NOW, and_(_NOW.statement_id == Statement.id, _NOW.version == Statement.current_version))
    .where(HandoffReading.handoff_id == bindparam("handoff_id"))
    .order_by(HandoffReading.id)
)


def asked(session: Session, deal_id: int) -> dict[int, Asked]:
    """The newest question about each of the deal's statements that delivery was asked about, by statement id.

    A change of place or list is no new wording.
    """
    return {
        ask.statement_id: Asked(ask, answer, (before.wording, before.target) == (after.wording, after.target))
        for ask, answer, before, after in session.execute(_ASKED, {"deal_id": deal_id})
    }


def ask(session: Session, ask_id: int) -> FeasibilityAsk | None:
    """The question with this id, or None."""
    return session.scalar(select(FeasibilityAsk).where(FeasibilityAsk.id == ask_id))


def answer_to(session: Session, ask_id: int) -> FeasibilityAnswer | None:
    """The answer to a question, or None."""
    return session.scalar(select(FeasibilityAnswer).where(FeasibilityAnswer.ask_id == ask_id))


def deal_of(session: Session, statement_id: int) -> int:
    """The deal of a statement. Raises `NoResultFound` if there is no such statement."""
    return session.scalars(select(Statement.deal_id).where(Statement.id == statement_id)).one()


def latest(session: Session, deal_id: int) -> Handoff | None:
    """The deal's newest handoff, or None."""
    return session.scalar(_LATEST, {"deal_id": deal_id})


def received_by(session: Session, person_id: int) -> Sequence[Deal]:
    """The deals whose newest handoff went to the person, and is taken."""
    newest = select(func.max(Handoff.id)).group_by(Handoff.deal_id)
    return session.scalars(
        select(Deal)
        .join(Handoff, Handoff.deal_id == Deal.id)
        .where(Handoff.id.in_(newest), Handoff.receiver_id == person_id, Handoff.state == "taken")
        .order_by(Deal.id)
    ).all()


def find(session: Session, handoff_id: int) -> Handoff | None:
    """The handoff with this id, or None."""
    return session.scalar(select(Handoff).where(Handoff.id == handoff_id))


def readings(session: Session, handoff_id: int) -> dict[int, HandoffReading]:
    """The newest read-back of each promise in its current wording, by statement id."""
    return {
        reading.statement_id: reading
        for reading, before, after in session.execute(_READINGS, {"handoff_id": handoff_id})
        if (before.wording, before.target) == (after.wording, after.target)
    }


class History(NamedTuple):
    """All that delivery said and did about some deals, oldest first."""

    asks: Sequence[FeasibilityAsk]
    answers: Sequence[FeasibilityAnswer]
    handoffs: Sequence[Handoff]
    readings: Sequence[HandoffReading]


def history(session: Session, deal_ids: Collection[int]) -> History:
    """All questions, answers, handoffs and read-backs of these deals."""
    statements = select(Statement.id).where(Statement.deal_id.in_(deal_ids))
    handoffs = select(Handoff.id).where(Handoff.deal_id.in_(deal_ids))
    return History(
        session.scalars(
            select(FeasibilityAsk).where(FeasibilityAsk.statement_id.in_(statements)).order_by(FeasibilityAsk.id)
        ).all(),
        session.scalars(
            select(FeasibilityAnswer)
            .where(FeasibilityAnswer.statement_id.in_(statements))
            .order_by(FeasibilityAnswer.id)
        ).all(),
        session.scalars(select(Handoff).where(Handoff.deal_id.in_(deal_ids)).order_by(Handoff.id)).all(),
        session.scalars(
            select(HandoffReading).where(HandoffReading.handoff_id.in_(handoffs)).order_by(HandoffReading.id)
        ).all(),
    )


def first_wordings(session: Session, deal_id: int) -> dict[int, str]:
    """The wording of each of the deal's statements as it was first noted, by statement id."""
    rows = session.execute(
        select(StatementVersion.statement_id, StatementVersion.wording)
        .join(Statement, Statement.id == StatementVersion.statement_id)
        .where(Statement.deal_id == deal_id, StatementVersion.version == 1)
    )
    return dict(rows.all())


def read_back(  # noqa: PLR0913 (a row's columns, by name)
    session: Session,
    *,
    handoff: Handoff,
    statement_id: int,
    version: int,
    said: str,
    words: str,
    by: int,
    now: datetime,
) -> None:
    """Record what was said about a promise of a handoff."""
    session.add(
        HandoffReading(
            handoff_id=handoff.id,
            statement_id=statement_id,
            version=version,
            said=said,
            words=words,
            recorded_by=by,
            at=now,
        )
    )
