"""Finding deals, within the session's tenant."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session, lazyload, selectinload

from storage.models import Deal, Person, Sighting

MOST_COMPARED = 500
"""How many of a workspace's newest deals a customer's name is compared with."""

ROW_ALONE = lazyload(Deal.owner)
"""For whoever locks a deal. PostgreSQL joins the new version of a row that it has waited for with what it had read
before: a deal that was just handed over would match its old owner no more, and seem to be gone."""

# Made once: every tap asks these.
_ONE = select(Deal).where(Deal.id == bindparam("deal_id"))
_ONE_HELD = _ONE.options(ROW_ALONE, selectinload(Deal.contacts)).with_for_update(of=Deal)


def find(session: Session, deal_id: int) -> Deal | None:
    """The deal, or None when this tenant has none with that id."""
    return session.scalar(_ONE, {"deal_id": deal_id})


def lock(session: Session, deal_id: int) -> Deal | None:
    """The deal, held against other writers until this transaction ends (SQLite: there is only one writer anyway)."""
    return session.scalar(_ONE_HELD, {"deal_id": deal_id})


def sighting_of(session: Session, channel: str, message_ts: str) -> Sighting | None:
    """The sighting made from a message, or None when the message was no deal."""
    return session.scalar(select(Sighting).where(Sighting.channel == channel, Sighting.message_ts == message_ts))


def reported_by(session: Session, person: str, channel: str, since: datetime) -> Sequence[Sighting]:
    """What somebody told in a channel at or after `since`, or others told of their deals there: the newest first.

    `person` and `channel` are the platform's ids. `MOST_COMPARED` at most.
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
        .order_by(Sighting.id.desc())
        .limit(MOST_COMPARED)
    )
    return session.scalars(statement).all()


def heard_since(session: Session, customer_key: str, since: datetime, owner_id: int | None = None) -> Deal | None:
    """The newest deal with that customer that was heard at or after `since`, held for a change.

    `owner_id` leaves only a rep's own deals, and those of which nobody could tell whose they are.
    """
    statement = select(Deal).where(Deal.customer_key == customer_key, Deal.heard_at >= since)
    if owner_id is not None:
        statement = statement.where(or_(Deal.owner_id == owner_id, Deal.owner_known.is_(False)))
    newest = statement.order_by(Deal.heard_at.desc(), Deal.id.desc()).limit(1)
    return session.scalar(newest.options(ROW_ALONE).with_for_update(of=Deal))


def customers_since(session: Session, since: datetime, owner_id: int | None = None) -> Sequence[tuple[int, str]]:
    """Id and customer's key of the deals that were heard at or after `since`, the newest first.

    No more than `MOST_COMPARED`. `owner_id` leaves only a rep's own deals, and those of which nobody could tell whose
    they are.
    """
    statement = select(Deal.id, Deal.customer_key).where(Deal.heard_at >= since)
    if owner_id is not None:
        statement = statement.where(or_(Deal.owner_id == owner_id, Deal.owner_known.is_(False)))
    newest = statement.order_by(Deal.heard_at.desc(), Deal.id.desc()).limit(MOST_COMPARED)
    return [(deal_id, key) for deal_id, key in session.execute(newest)]


def of_owner(session: Session, owner_id: int, stages: Collection[str], named: str = "") -> Sequence[Deal]:
    """The rep's deals in the given stages, the longest closed first. `named` is a part of the customer's key."""
    statement = select(Deal).where(Deal.owner_id == owner_id, Deal.stage.in_(stages)).order_by(Deal.closed_at, Deal.id)
    if named:
        statement = statement.where(Deal.customer_key.contains(named, autoescape=True))
    return session.scalars(statement).all()


def closed_between(session: Session, start: datetime, end: datetime, stages: Collection[str]) -> Sequence[Deal]:
    """The team's deals in the given stages that closed in `[start, end)`, oldest first."""
    statement = (
        select(Deal)
        .where(Deal.closed_at >= start, Deal.closed_at < end, Deal.stage.in_(stages))
        .order_by(Deal.closed_at, Deal.id)
    )
    return session.scalars(statement).all()
