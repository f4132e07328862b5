"""The outbox: every outbound message is a row first, claimed, sent and settled one by one (data rules 3 and 4).

    queued ──claim──> claimed ──settle_sent──────> sent
      ^                  │ ├────settle_cancelled─> cancelled
      │                  │ └────settle_dead──────> dead
      └──put_back────────┤                          ^
      └──retry_later─────┴─────(tried too often)────┘

A claim is a lease. When it runs out, because the sender died, the next claim takes the row over, and says that it was
tried before: the platform is asked whether the message is already there. Who settles fetches the row with `held`
first, so that a sender who was too slow does not settle what somebody else sends now.

Tenants take turns: `tenants_due` names those that something waits for, and `claim` takes a row of one of them. So
nobody waits for another's backlog, and what a paused or blocked tenant has piled up is never read.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, exists, func, or_, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from storage.insert_or_ignore import insert_or_ignore
from storage.models import OutboxRow, Tenant
from storage.tenancy import ALL_TENANTS, scope

FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=1)
MOST_ATTEMPTS = 30
"""A row that fails waits 30 s, then twice as long each time up to an hour: it is given up after about a day."""
SPREAD = 0.25
"""How much longer a pause may get, by chance: what failed together is not tried again together."""


@dataclass(frozen=True, slots=True)
class Tries:
    """When earlier tries of a row began. Nobody may have heard the answer: ask the platform whether it is there."""

    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class Claim:
    """A row that its owner may send until `row.lease_until`, and the earlier tries of it."""

    row: OutboxRow
    tries: Tries | None


def enqueue(  # noqa: PLR0913 (a row's columns, by name)
    session: Session,
    *,
    kind: str,
    dedupe_key: str,
    due_at: datetime,
    zone: str,
    now: datetime,
    deal_id: int | None = None,
    person_id: int | None = None,
    channel: str | None = None,
    payload: dict[str, Any] | None = None,
) -> OutboxRow:
    """Plan a message in the session's tenant, once for each `dedupe_key`.

    Args:
        kind: who composes it; see `OutboxRow.kind`.
        due_at: when it shall go, in any zone.
        zone: the recipient's IANA zone.
        person_id: the recipient of a DM; otherwise `channel`, the platform's id, is where it goes.

    Returns:
        The row. One that is there already stays as it is, whatever became of it; only when it still waits and would go
        later than `due_at`, it goes at `due_at`.
    """
    row = insert_or_ignore(
        session,
        OutboxRow,
        ("tenant_id", "dedupe_key"),
        kind=kind,
        dedupe_key=dedupe_key,
        due_at=due_at,
        zone=zone,
        deal_id=deal_id,
        person_id=person_id,
        channel=channel,
        payload=payload or {},
        created_at=now,
    )
    if row is None:
        row = session.scalars(select(OutboxRow).where(OutboxRow.dedupe_key == dedupe_key).with_for_update()).one()
        if row.state == "queued" and due_at < row.due_at:
            row.due_at = due_at
    return row


def cancel(session: Session, *, deal_id: int, kinds: Collection[str], reason: str, now: datetime) -> int:
    """Cancel the deal's waiting rows of those kinds and say how many. One that is just being sent is not stopped."""
    statement = (
        update(OutboxRow)
        .where(OutboxRow.deal_id == deal_id, OutboxRow.kind.in_(kinds), OutboxRow.state == "queued")
        .values(state="cancelled", reason=reason, settled_at=now)
        .returning(OutboxRow.id)
    )
    return len(session.scalars(statement).all())


# Made once: every tap asks it.
_WAITING = (
    select(OutboxRow.id)
    .where(OutboxRow.deal_id == bindparam("deal_id"), OutboxRow.kind == bindparam("kind"), OutboxRow.state == "queued")
    .limit(1)
    .with_for_update()
)


def has_queued(session: Session, *, deal_id: int, kind: str) -> bool:
    """Whether a row of that kind still waits to be claimed, and so will say what this transaction is about to change.

    A row that is just being claimed says what was before: this waits for the end of that claim, and then does not count
    it. And a row that is found here cannot be claimed before this transaction ends.
    """
    return session.scalar(_WAITING, {"deal_id": deal_id, "kind": kind}) is not None


def count_rows(session: Session, *, deal_id: int, kind: str) -> int:
    """How many rows of that kind the deal ever had."""
    statement = select(func.count()).where(OutboxRow.deal_id == deal_id, OutboxRow.kind == kind)
    return session.execute(statement).scalar_one()


def reschedule_earlier(session: Session, row: OutboxRow) -> str | None:
    """The state of the oldest row of the same kind and deal that waits (`queued`) or is being sent (`claimed`)."""
    statement = (
        select(OutboxRow.state)
        .where(
            OutboxRow.deal_id == row.deal_id,
            OutboxRow.kind == row.kind,
            OutboxRow.state.in_(("queued", "claimed")),
            OutboxRow.id < row.id,
        )
        .order_by(OutboxRow.id)
        .limit(1)
    )
    return session.scalar(statement)


def earliest_due(session: Session, row: OutboxRow, now: datetime) -> bool:
    """Whether a younger row of the same kind and deal waits and is due as well."""
    statement = select(OutboxRow.id).where(
        OutboxRow.deal_id == row.deal_id,
        OutboxRow.kind == row.kind,
        OutboxRow.state == "queued",
        OutboxRow.id > row.id,
        OutboxRow.due_at <= now,
    )
    return session.scalar(statement.limit(1)) is not None


def _open(now: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """The tenant takes messages now."""
    return Tenant.blocked_reason.is_(None) & or_(Tenant.paused_until.is_(None), Tenant.paused_until <= now)


# By tenant, for there are few; and as a value, which PostgreSQL finds by index, where it would read a whole backlog for
# an EXISTS. Made once.
_queued_for = (
    select(func.min(OutboxRow.due_at))
    .where(OutboxRow.tenant_id == Tenant.id, OutboxRow.state == "queued")
    .scalar_subquery()
)
_leased_until = (
    select(func.min(OutboxRow.lease_until))
    .where(OutboxRow.tenant_id == Tenant.id, OutboxRow.state == "claimed")
    .scalar_subquery()
)


def tenants_due(session: Session, now: datetime, *, take_over: bool = True) -> list[int]:
    """The tenants that `claim` finds a row for. Those that are paused or blocked are passed over.

    Args:
        session: of no tenant.
        take_over: whether rows whose lease has run out count.
    """
    lapsed = [_leased_until <= now] if take_over else []
    statement = select(Tenant.id).where(_open(now), or_(_queued_for <= now, *lapsed)).order_by(Tenant.id)
    return list(session.scalars(statement, execution_options={ALL_TENANTS: True}))


def _first(which: ColumnElement[bool]) -> Select[OutboxRow]:
    return (
        select(OutboxRow)
        .where(OutboxRow.tenant_id == bindparam("of"), which, exists().where(Tenant.id == bindparam("of"), _open(_NOW)))
        .order_by(OutboxRow.due_at, OutboxRow.id)
        .limit(1)
        .with_for_update(of=OutboxRow, skip_locked=True)
    )


# Made once: every message asks them.
_NOW = bindparam("now", type_=OutboxRow.due_at.type)
_LAPSED = _first((OutboxRow.state == "claimed") & (OutboxRow.lease_until <= _NOW))
_DUE = _first((OutboxRow.state == "queued") & (OutboxRow.due_at <= _NOW))


def claim(
    session: Session, tenant_id: int, *, owner: str, lease: timedelta, now: datetime, take_over: bool = True
) -> Claim | None:
    """Take the tenant's row that has been due the longest; None when there is nothing to send to it now.

    Rows whose lease has run out come first; one whose senders all ended without a word is given up. Any number of
    processes may claim at the same time: PostgreSQL skips the rows that others are just taking (`SKIP LOCKED`), and
    SQLite lets one transaction write at a time.

    Args:
        session: speaks for the tenant afterwards.
        owner: names who sends; no two senders at work may share it.
        lease: longer than sending can take.
        take_over: whether rows whose lease has run out are taken.
    """
    scope(session, tenant_id)
    for first in (_LAPSED, _DUE) if take_over else (_DUE,):
        while (row := session.scalar(first, {"of": tenant_id, "now": now})) is not None:
            row.attempts += 1
            if row.attempts <= MOST_ATTEMPTS:
                tries = _tries(row)
                row.first_tried_at, row.last_tried_at = tries.first if tries else now, now
                row.state, row.claimed_by, row.lease_until = "claimed", owner, now + lease
                return Claim(row, tries)
            settle_dead(row, reason="whoever tried to send it ended without a word", now=now)
            session.flush()
    return None


def _tries(row: OutboxRow) -> Tries | None:
    if row.first_tried_at is None or row.last_tried_at is None:
        return None
    return Tries(row.first_tried_at, row.last_tried_at)


def still_held(session: Session, row_id: int, owner: str) -> OutboxRow | None:
    """The row, locked, if `owner` still holds its claim; None when somebody else has taken it over or settled it."""
    statement = select(OutboxRow).where(
        OutboxRow.id == row_id, OutboxRow.state == "claimed", OutboxRow.claimed_by == owner
    )
    return session.scalar(statement.with_for_update())


def settle_sent(row: OutboxRow, *, channel: str, ts: str, now: datetime) -> None:
    """The platform has the message, in `channel` under the id `ts`."""
    row.sent_channel, row.sent_ts = channel, ts
    _settle(row, "sent", None, now)


def settle_cancelled(row: OutboxRow, *, reason: str, now: datetime) -> None:
    """The row had become pointless when it was about to be sent."""
    _settle(row, "cancelled", reason, now)


def settle_dead(row: OutboxRow, *, reason: str, now: datetime) -> None:
    """The platform refuses the message, now and for ever."""
    _settle(row, "dead", reason, now)


def retry_later(row: OutboxRow, *, reason: str, now: datetime, jitter: float = 0.0) -> bool:
    """Sending failed in a way that may pass: try again after a pause. False when that was the last try: it is dead.

    `jitter`, from 0 to 1, is how much of `SPREAD` the pause gets on top.
    """
    if row.attempts >= MOST_ATTEMPTS:
        _settle(row, "dead", reason, now)
        return False
    pause = min(FIRST_PAUSE * 2 ** (row.attempts - 1), LONGEST_PAUSE)
    _requeue(row, now + pause * (1 + SPREAD * jitter), reason)
    return True


def requeue(row: OutboxRow, *, until: datetime, reason: str) -> None:
    """The message was certainly not sent, through no fault of its own: it waits, and this try does not count."""
    row.attempts -= 1
    if not row.attempts:
        row.first_tried_at = row.last_tried_at = None
    _requeue(row, until, reason)


def pause_tenant(session: Session, tenant_id: int, until: datetime) -> None:
    """Send nothing to the tenant before `until` (the platform's 429). A longer pause stays."""
    later = or_(Tenant.paused_until.is_(None), Tenant.paused_until < until)
    session.execute(update(Tenant).where(Tenant.id == tenant_id, later).values(paused_until=until))


def next_due(session: Session, now: datetime) -> datetime | None:
    """When `tenants_due` should be asked next. A time in the past means at once, None that nothing waits.

    It may be too early (a pause ends and nothing was waiting for that), and never too late.
    """
    queued = select(func.min(_queued_for)).where(_open(now))
    leased = select(func.min(_leased_until)).where(_open(now))
    paused = select(func.min(Tenant.paused_until)).where(Tenant.blocked_reason.is_(None), Tenant.paused_until > now)
    found = (session.scalar(each, execution_options={ALL_TENANTS: True}) for each in (queued, leased, paused))
    return min((moment for moment in found if moment is not None), default=None)


def _settle(row: OutboxRow, state: str, reason: str | None, now: datetime) -> None:
    row.state, row.reason, row.settled_at = state, reason, now
    row.claimed_by = row.lease_until = None


def _requeue(row: OutboxRow, due_at: datetime, reason: str) -> None:
    row.planned_at = row.meant_for
    row.state, row.due_at, row.reason = "queued", due_at, reason
    row.claimed_by = row.lease_until = None
