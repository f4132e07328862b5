"""Queries for deals, within the session's tenant."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, bindparam, func, or_, select, union_all
from sqlalchemy.orm import Session, aliased, lazyload, selectinload
from sqlalchemy.sql.elements import ColumnElement

from storage.models import Deal, Person, Sighting

MAX_COMPARED = 500
"""A customer's name is compared with this many of the workspace's newest deals."""

_WITHOUT_OWNER_JOIN = lazyload(Deal.owner)
"""For queries that lock a deal. After waiting for a row lock, PostgreSQL joins the row's new version with the owner it
had read before: a deal that was just handed over would no longer match, and would seem to be gone."""

_OTHER = aliased(Deal)
# Built once: every interaction runs these.
_BY_ID = select(Deal).where(Deal.id == bindparam("deal_id"))
_BY_ID_FOR_UPDATE = _BY_ID.options(_WITHOUT_OWNER_JOIN, selectinload(Deal.contacts)).with_for_update(of=Deal)


def find(session: Session, deal_id: int) -> Deal | None:
    """The deal with this id, or None."""
    return session.scalar(_BY_ID, {"deal_id": deal_id})


def find_all(session: Session, deal_ids: Collection[int]) -> dict[int, Deal]:
    """The deals with these ids, with their sightings; without those that do not exist."""
    statement = select(Deal).where(Deal.id.in_(deal_ids)).options(selectinload(Deal.sightings))
    return {deal.id: deal for deal in session.scalars(statement)}


def lock(session: Session, deal_id: int) -> Deal | None:
    """The deal, locked against other writers until this transaction ends (SQLite has only one writer anyway)."""
    return session.scalar(_BY_ID_FOR_UPDATE, {"deal_id": deal_id})


def lock_all(session: Session, deal_ids: Collection[int]) -> Sequence[Deal]:
    """The deals with these ids, locked as by `lock`, in the order of their ids: two that lock some wait in turn."""
    statement = select(Deal).where(Deal.id.in_(deal_ids)).order_by(Deal.id)
    options = (_WITHOUT_OWNER_JOIN, selectinload(Deal.contacts))
    return session.scalars(statement.options(*options).with_for_update(of=Deal)).all()


def sightings_of(session: Session, channel: str, message_ts: str) -> Sequence[Sighting]:
    """The sightings of a message, one per deal that it reported, by position; empty if the message was not a deal."""
    statement = select(Sighting).where(Sighting.channel == channel, Sighting.message_ts == message_ts)
    return session.scalars(statement.order_by(Sighting.position)).all()


def reported_by(session: Session, person: str, channel: str, since: datetime) -> Sequence[Sighting]:
    """Sightings in a channel at or after `since` that a person wrote, or that are of a deal of theirs; newest first.

    `person` and `channel` are the platform's ids. At most `MAX_COMPARED`.
    """
    statement = (
        select(Sighting)
        .join(Deal, Deal.id == Sighting.deal_id)
        .join(Person, Person.id == Deal.owner_id)
        .where(
            Sighting.channel == channel,
            Sighting.seen_at >= since,
            or_(Sighting.author == person, Person.external_id == person),
        )
        .order_by(Sighting.seen_at.desc(), Sighting.id.desc())
        .limit(MAX_COMPARED)
    )
    return session.scalars(statement).all()


class KnownDeal(NamedTuple):
    """What tells a deal from others, without the rest of its row."""

    id: int
    customer: str
    record_url: str | None
    amount_minor: int | None
    currency: str | None


def heard_since(
    session: Session, since: datetime, *, owner_id: int | None = None, customer_key: str | None = None
) -> Sequence[KnownDeal]:
    """The deals that were reported at or after `since`, newest first; at most `MAX_COMPARED`.

    `owner_id` limits them to the rep's own deals and deals whose owner is unknown, `customer_key` to one customer's.
    """
    statement = select(Deal.id, Deal.customer, Deal.record_url, Deal.amount_minor, Deal.currency)
    statement = statement.where(Deal.heard_at >= since)
    if owner_id is not None:
        statement = statement.where(or_(Deal.owner_id == owner_id, Deal.owner_known.is_(False)))
    if customer_key is not None:
        statement = statement.where(Deal.customer_key == customer_key)
    newest = statement.order_by(Deal.heard_at.desc(), Deal.id.desc()).limit(MAX_COMPARED)
    return [KnownDeal(*row) for row in session.execute(newest)]


def of_owner(session: Session, owner_id: int, stages: Collection[str]) -> Sequence[Deal]:
    """The rep's deals in the given stages, oldest close first."""
    statement = select(Deal).where(Deal.owner_id == owner_id, Deal.stage.in_(stages)).order_by(Deal.closed_at, Deal.id)
    return session.scalars(statement).all()


def of_rep(session: Session, person_id: int, stages: Collection[str]) -> Sequence[Deal]:
    """The deals in the given stages on which the person acts as the rep, as a stand-in too; oldest close first."""
    theirs = _either(_OTHER.owner_id == person_id, _OTHER.covered_by_id == person_id, _OTHER.stage.in_(stages))
    return session.scalars(select(Deal).where(theirs).order_by(Deal.closed_at, Deal.id)).all()


def current_rep_is(person_id: int, *, without: Collection[str]) -> ColumnElement[bool]:
    """The condition that the person does the rep's work now (see `Deal.current_rep`), in none of these stages."""
    own = and_(_OTHER.owner_id == person_id, _OTHER.covered_by_id.is_(None))
    return _either(own, _OTHER.covered_by_id == person_id, _OTHER.stage.not_in(without))


def _either(one: ColumnElement[bool], other: ColumnElement[bool], both: ColumnElement[bool]) -> ColumnElement[bool]:
    """One condition or the other, and a third, all on `_OTHER`.

    As two queries, each with its index: rather than two for an OR, SQLite takes one that has the right order.
    """
    return Deal.id.in_(union_all(*(select(_OTHER.id).where(each, both) for each in (one, other))))


def count_before(session: Session, deal: Deal) -> int:
    """How many confirmed or suspected deals its rep had before this one."""
    statement = select(func.count()).where(
        Deal.owner_id == deal.owner_id, Deal.id < deal.id, Deal.owner_known.is_(True), Deal.stage != "dismissed"
    )
    return session.execute(statement).scalar_one()
