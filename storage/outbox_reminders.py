"""Queries on the outbox for reminders: by deal, by person and by day; digests and the rows folded into them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import bindparam, exists, func, literal_column, or_, select, update
from sqlalchemy.orm import Session, aliased, joinedload

from storage.deals import current_rep_is
from storage.models import Deal, OutboxRow, Person

UNSENT = ("dead", "cancelled")
"""The final states of a row that was never delivered."""

_DIGEST, _LATER = aliased(OutboxRow), aliased(OutboxRow)
# The kind is written out, not bound: SQLite takes the index of the digests only for the words of its condition.
_IS_DIGEST, _IS_LATER_DIGEST = (each.kind == literal_column("'digest'") for each in (_DIGEST, _LATER))
# Built once: every change of a deal runs it.
_OF_DEAL = (
    select(OutboxRow)
    .where(OutboxRow.deal_id == bindparam("deal_id"), OutboxRow.kind.in_(bindparam("kinds", expanding=True)))
    .order_by(OutboxRow.id)
)


def of_deal(session: Session, deal_id: int, kinds: Collection[str]) -> Sequence[OutboxRow]:
    """Every row of these kinds that the deal ever had, in any state, oldest first."""
    of_these = {"deal_id": deal_id, "kinds": list(kinds)}
    return session.scalars(_OF_DEAL, of_these, execution_options={"populate_existing": True}).all()


def find(session: Session, row_id: int) -> OutboxRow | None:
    """A row by its id."""
    return session.scalar(select(OutboxRow).where(OutboxRow.id == row_id))


def last_reminded_deal(session: Session, person_id: int, among: Collection[int], kind: str) -> int | None:
    """The deal, among these, of the newest reminder of this kind that the person got; None if there is none."""
    statement = select(OutboxRow.deal_id).where(
        OutboxRow.person_id == person_id,
        OutboxRow.kind == kind,
        OutboxRow.state == "sent",
        OutboxRow.deal_id.in_(among),
    )
    return session.scalar(statement.order_by(OutboxRow.settled_at.desc(), OutboxRow.id.desc()).limit(1))


def cancel(session: Session, rows: Iterable[OutboxRow], *, reason: str, now: datetime) -> None:
    """Cancel those of the rows that are still queued. A row that is being sent is not stopped."""
    ids = [row.id for row in rows]
    if ids:
        session.execute(
            update(OutboxRow)
            .where(OutboxRow.id.in_(ids), OutboxRow.state == "queued")
            .values(state="cancelled", reason=reason, settled_at=now)
        )


def lock_person(session: Session, person_id: int) -> Person:
    """The person, locked: no other transaction decides on their messages before this one ends."""
    statement = select(Person).where(Person.id == person_id).with_for_update(key_share=True)
    return session.scalars(statement).one()


def sent_since(session: Session, person_id: int, kinds: Collection[str], since: datetime) -> Sequence[OutboxRow]:
    """The person's messages of these kinds that were sent at or after `since`, oldest first."""
    statement = select(OutboxRow).where(
        OutboxRow.person_id == person_id,
        OutboxRow.state == "sent",
        OutboxRow.kind.in_(kinds),
        OutboxRow.settled_at >= since,
    )
    return session.scalars(statement.order_by(OutboxRow.id)).all()


def last_sent(session: Session, person_id: int, kind: str) -> datetime | None:
    """When the person last got a message of this kind."""
    statement = select(func.max(OutboxRow.settled_at)).where(
        OutboxRow.person_id == person_id, OutboxRow.kind == kind, OutboxRow.state == "sent"
    )
    return session.scalar(statement)


def due_with(session: Session, row: OutboxRow, kinds: Collection[str], now: datetime) -> Sequence[OutboxRow]:
    """The other queued rows of these kinds that are due to the same person; locked, by due time."""
    statement = (
        select(OutboxRow)
        .where(
            OutboxRow.person_id == row.person_id,
            OutboxRow.kind.in_(kinds),
            OutboxRow.state == "queued",
            OutboxRow.due_at <= now,
            OutboxRow.id != row.id,
        )
        .order_by(OutboxRow.due_at, OutboxRow.id)
    )
    return session.scalars(statement.with_for_update(skip_locked=True, of=OutboxRow)).all()


def count_sent_between(session: Session, row: OutboxRow, kinds: Collection[str], start: datetime, end: datetime) -> int:
    """How many other messages of these kinds the row's recipient got in `[start, end)`, or is being sent now."""
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


def queued_before(session: Session, person_id: int, kind: str, end: datetime, *, after_id: int = 0) -> OutboxRow | None:
    """A message of this kind to the person, newer than row `after_id`, that is queued and due before `end`."""
    statement = select(OutboxRow).where(
        OutboxRow.person_id == person_id,
        OutboxRow.kind == kind,
        OutboxRow.state == "queued",
        OutboxRow.due_at < end,
        OutboxRow.id > after_id,
    )
    return session.scalar(statement.order_by(OutboxRow.due_at, OutboxRow.id).limit(1))


def fold(row: OutboxRow, *, into: OutboxRow, reason: str, now: datetime) -> None:
    """Make the row part of the digest `into`; it is not sent by itself."""
    row.state, row.reason, row.settled_at, row.folded_into = "folded", reason, now, into.id
    row.claimed_by = row.lease_until = None


def cancel_folded(row: OutboxRow, *, reason: str, now: datetime) -> None:
    """Cancel a folded row; no digest includes it any more."""
    row.state, row.reason, row.settled_at, row.folded_into = "cancelled", reason, now, None


def folded_for(session: Session, digest: OutboxRow, since: datetime) -> Sequence[OutboxRow]:
    """The person's rows, folded at or after `since`, that no sent digest but this one includes; by due time."""
    including = aliased(OutboxRow)
    statement = (
        select(OutboxRow)
        .join(including, including.id == OutboxRow.folded_into)
        .where(
            OutboxRow.person_id == digest.person_id,
            OutboxRow.state == "folded",
            OutboxRow.settled_at >= since,
            or_(including.id == digest.id, including.state != "sent"),
        )
        .order_by(OutboxRow.due_at, OutboxRow.id)
    )
    return session.scalars(statement).all()


def lost_digests(session: Session, since: datetime, most: int) -> Sequence[OutboxRow]:
    """Rows folded into a digest that was given up or cancelled at or after `since`; locked, oldest first."""
    statement = (
        select(OutboxRow)
        .join(_DIGEST, _DIGEST.id == OutboxRow.folded_into)
        .where(_IS_DIGEST, _DIGEST.state.in_(UNSENT), _DIGEST.settled_at >= since, OutboxRow.state == "folded")
        .order_by(OutboxRow.id)
        .limit(most)
    )
    return session.scalars(statement.with_for_update(of=OutboxRow)).all()


def people_without_digest(session: Session, since: datetime) -> list[int]:
    """The ids of people whose newest digest ended undelivered at or after `since`, in order."""
    follows = exists().where(_LATER.person_id == _DIGEST.person_id, _IS_LATER_DIGEST, _LATER.id > _DIGEST.id)
    statement = select(_DIGEST.person_id).where(
        _IS_DIGEST, _DIGEST.state.in_(UNSENT), _DIGEST.settled_at >= since, ~follows
    )
    return sorted(each for each in session.scalars(statement) if each is not None)


def queued_for(session: Session, person_id: int, kinds: Collection[str]) -> Sequence[OutboxRow]:
    """The person's queued rows of these kinds, by due time."""
    statement = select(OutboxRow).where(
        OutboxRow.person_id == person_id, OutboxRow.kind.in_(kinds), OutboxRow.state == "queued"
    )
    return session.scalars(statement.order_by(OutboxRow.due_at, OutboxRow.id)).all()


def move(session: Session, row: OutboxRow, due_at: datetime) -> None:
    """Have a row sent at `due_at`, as if it had been planned so, if it is still queued."""
    session.execute(
        update(OutboxRow)
        .where(OutboxRow.id == row.id, OutboxRow.state == "queued")
        .values(due_at=due_at, planned_at=None)
    )


def set_zone(session: Session, person_id: int, zone: str) -> None:
    """Store the IANA zone of a person on their queued rows."""
    session.execute(
        update(OutboxRow).where(OutboxRow.person_id == person_id, OutboxRow.state == "queued").values(zone=zone)
    )


def next_due(session: Session, most: int) -> Sequence[OutboxRow]:
    """The workspace's queued rows of every kind, by due time."""
    statement = select(OutboxRow).where(OutboxRow.state == "queued").options(joinedload(OutboxRow.person))
    return session.scalars(statement.order_by(OutboxRow.due_at, OutboxRow.id).limit(most)).all()


def deals_of(
    session: Session, person_id: int, without: Collection[str], *, after_id: int = 0, most: int | None = None
) -> Sequence[Deal]:
    """The deals that the person works on, above `after_id`, that are not in the given stages; locked, by id."""
    statement = (
        select(Deal).where(current_rep_is(person_id, without=without), Deal.id > after_id).order_by(Deal.id).limit(most)
    )
    return session.scalars(statement.with_for_update(of=Deal)).all()


def next_to_replan(session: Session) -> Person | None:
    """A person whose deals still have to be planned again, locked; skips people whom another process has locked."""
    statement = select(Person).where(Person.replan_after.is_not(None)).order_by(Person.id).limit(1)
    return session.scalar(statement.with_for_update(skip_locked=True))


def replan_without_zone(session: Session) -> None:
    """Have the deals of everybody without a time zone planned again."""
    session.execute(update(Person).where(Person.zone.is_(None)).values(replan_after=0))


def replan_all(session: Session) -> None:
    """Have everybody's deals planned again."""
    session.execute(update(Person).values(replan_after=0))
