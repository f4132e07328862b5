"""The outbox seen as reminders: those of a deal, and how many a person has had in a day."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased, joinedload

from storage.models import Deal, OutboxRow, Person

UNSENT = ("dead", "cancelled")
"""How a row ends that nobody got."""


def of_deal(session: Session, deal_id: int, kinds: Collection[str]) -> Sequence[OutboxRow]:
    """Every row of those kinds that the deal ever had, whatever became of it, the oldest first."""
    statement = select(OutboxRow).where(OutboxRow.deal_id == deal_id, OutboxRow.kind.in_(kinds)).order_by(OutboxRow.id)
    return session.scalars(statement, execution_options={"populate_existing": True}).all()


def deal_reminded_last(session: Session, person_id: int, among: Collection[int], kind: str) -> int | None:
    """Of which of these deals the person got the newest reminder of that kind; None for none yet."""
    statement = select(OutboxRow.deal_id).where(
        OutboxRow.person_id == person_id,
        OutboxRow.kind == kind,
        OutboxRow.state == "sent",
        OutboxRow.deal_id.in_(among),
    )
    return session.scalar(statement.order_by(OutboxRow.settled_at.desc(), OutboxRow.id.desc()).limit(1))


def cancel(session: Session, rows: Iterable[OutboxRow], *, reason: str, now: datetime) -> None:
    """Cancel those of the rows that still wait. One that is just being sent is not stopped."""
    ids = [row.id for row in rows]
    if ids:
        session.execute(
            update(OutboxRow)
            .where(OutboxRow.id.in_(ids), OutboxRow.state == "queued")
            .values(state="cancelled", reason=reason, settled_at=now)
        )


def lock_person(session: Session, person_id: int) -> Person:
    """The person, held: nobody else decides on a message of theirs before this transaction ends."""
    statement = select(Person).where(Person.id == person_id).with_for_update(key_share=True)
    return session.scalars(statement).one()


def sent_on_day(session: Session, row: OutboxRow, kinds: Collection[str], start: datetime, end: datetime) -> int:
    """How many other messages of those kinds its person has in `[start, end)`: sent, or just being sent."""
    statement = select(func.count()).where(
        OutboxRow.person_id == row.person_id,
        OutboxRow.kind.in_(kinds),
        OutboxRow.id != row.id,
        or_(
            OutboxRow.state == "claimed",
            (OutboxRow.state == "sent") & (OutboxRow.settled_at >= start) & (OutboxRow.settled_at < end),
        ),
    )
    return session.execute(statement).scalar_one()


def waits_until(session: Session, person_id: int, kind: str, end: datetime, *, after_id: int = 0) -> bool:
    """Whether a message of that kind waits for the person and is due before `end`; made after row `after_id`."""
    statement = select(OutboxRow.id).where(
        OutboxRow.person_id == person_id,
        OutboxRow.kind == kind,
        OutboxRow.state == "queued",
        OutboxRow.due_at < end,
        OutboxRow.id > after_id,
    )
    return session.scalar(statement.limit(1)) is not None


def fold(row: OutboxRow, *, into: OutboxRow, reason: str, now: datetime) -> None:
    """The digest `into` tells of the row, which is not sent by itself."""
    row.state, row.reason, row.settled_at, row.folded_into = "folded", reason, now, into.id
    row.claimed_by = row.lease_until = None


def drop(row: OutboxRow, *, reason: str, now: datetime) -> None:
    """A row that was folded is told in no digest any more."""
    row.state, row.reason, row.settled_at, row.folded_into = "cancelled", reason, now, None


def folded_for(session: Session, digest: OutboxRow, since: datetime) -> Sequence[OutboxRow]:
    """The person's rows that were folded at or after `since` and that no digest but this one has told, by due time."""
    teller = aliased(OutboxRow)
    statement = (
        select(OutboxRow)
        .join(teller, teller.id == OutboxRow.folded_into)
        .where(
            OutboxRow.person_id == digest.person_id,
            OutboxRow.state == "folded",
            OutboxRow.settled_at >= since,
            or_(teller.id == digest.id, teller.state != "sent"),
        )
        .order_by(OutboxRow.due_at, OutboxRow.id)
    )
    return session.scalars(statement).all()


def lost_digests(session: Session, most: int) -> Sequence[OutboxRow]:
    """Rows that were folded into a digest which was then given up or cancelled, held for a change, the oldest first."""
    teller = aliased(OutboxRow)
    statement = (
        select(OutboxRow)
        .join(teller, teller.id == OutboxRow.folded_into)
        .where(OutboxRow.state == "folded", teller.state.in_(UNSENT))
        .order_by(OutboxRow.id)
        .limit(most)
    )
    return session.scalars(statement.with_for_update(of=OutboxRow)).all()


def without_next(session: Session, kind: str, since: datetime, *, after_id: int, most: int) -> list[int]:
    """People whose newest message of that kind ended unsent at or after `since`, by id, of those above `after_id`."""
    later = aliased(OutboxRow)
    follows = exists().where(later.person_id == OutboxRow.person_id, later.kind == kind, later.id > OutboxRow.id)
    statement = (
        select(OutboxRow.person_id)
        .where(
            OutboxRow.person_id > after_id,
            OutboxRow.kind == kind,
            OutboxRow.state.in_(UNSENT),
            OutboxRow.settled_at >= since,
            ~follows,
        )
        .order_by(OutboxRow.person_id)
        .limit(most)
    )
    return [each for each in session.scalars(statement) if each is not None]


def waiting_for(session: Session, person_id: int, kinds: Collection[str]) -> Sequence[OutboxRow]:
    """The rows of those kinds that wait for the person, by due time."""
    statement = select(OutboxRow).where(
        OutboxRow.person_id == person_id, OutboxRow.kind.in_(kinds), OutboxRow.state == "queued"
    )
    return session.scalars(statement.order_by(OutboxRow.due_at, OutboxRow.id)).all()


def next_due(session: Session, most: int) -> Sequence[OutboxRow]:
    """The workspace's rows that wait, whatever they are, by due time."""
    statement = select(OutboxRow).where(OutboxRow.state == "queued").options(joinedload(OutboxRow.person))
    return session.scalars(statement.order_by(OutboxRow.due_at, OutboxRow.id).limit(most)).all()


def deals_of(
    session: Session, person_id: int, without: Collection[str], *, after_id: int = 0, most: int | None = None
) -> Sequence[Deal]:
    """The person's deals, held for a change, but those in the given stages, by id; only those above `after_id`."""
    statement = (
        select(Deal)
        .where(Deal.owner_id == person_id, Deal.stage.not_in(without), Deal.id > after_id)
        .order_by(Deal.id)
        .limit(most)
    )
    return session.scalars(statement.with_for_update(of=Deal)).all()


def to_replan(session: Session) -> Person | None:
    """Somebody whose deals are still to be planned anew, held for a change; nobody whom another process holds."""
    statement = select(Person).where(Person.replan_after.is_not(None)).order_by(Person.id).limit(1)
    return session.scalar(statement.with_for_update(skip_locked=True))


def replan_all(session: Session) -> None:
    """Everybody's deals are to be planned anew."""
    session.execute(update(Person).values(replan_after=0))
