"""The outbox: every outbound message is a row first, claimed, sent and settled one by one (data rules 3 and 4).

    queued ──claim──> claimed ──settle_sent──────> sent
      ^                  │ ├────settle_cancelled─> cancelled
      │                  │ └────settle_dead──────> dead
      └──requeue─────────┤                          ^
      └──retry_later─────┴─────(tried too often)────┘

A claim is a lease. When it expires because the sender died, the next claim takes the row over and returns its earlier
tries: the sender then asks the platform whether the message is already there. To settle a row, fetch it with
`lock_claimed` first, so that a slow sender never settles a row that another sender has taken over.

Tenants take turns: `tenants_due` lists those with something to send, and `claim` takes a row of one of them. So no
tenant waits for another's backlog, and the backlog of a paused or blocked tenant is never read.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, exists, func, or_, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from storage.insert_or_ignore import insert_or_ignore
from storage.models import OutboxRow, Person, Tenant
from storage.tenancy import ALL_TENANTS, scope

FIRST_BACKOFF = timedelta(seconds=30)
MAX_BACKOFF = timedelta(hours=1)
MAX_ATTEMPTS = 30
"""A row that fails waits 30 s, then twice as long each time, up to an hour: it is given up after about a day."""
LATE = timedelta(hours=1)
MAX_JITTER = 0.25
"""How much longer a backoff may get, at random, so that rows that failed together are not retried together."""


@dataclass(frozen=True, slots=True)
class Tries:
    """When the first and the last earlier try began. Their answer may be lost: ask the platform for the message."""

    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class Claim:
    """A row that its owner may send until `row.lease_until`, and its earlier tries."""

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
    """Queue a message in the session's tenant, once per `dedupe_key`.

    Args:
        kind: selects how it is composed; see `OutboxRow.kind`.
        due_at: when to send it, in any zone.
        zone: the recipient's IANA time zone.
        person_id: the recipient of a DM; without one, it goes to `channel`, the platform's id.

    Returns:
        The row. An existing row stays as it is, whatever its state, except that a queued one moves to `due_at` if that
        is earlier.
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


def cancel(session: Session, *, deal_ids: Collection[int], kinds: Collection[str], reason: str, now: datetime) -> int:
    """Cancel the deals' queued rows of these kinds; returns how many. A row that is being sent is not stopped."""
    statement = (
        update(OutboxRow)
        .where(OutboxRow.deal_id.in_(deal_ids), OutboxRow.kind.in_(kinds), OutboxRow.state == "queued")
        .values(state="cancelled", reason=reason, settled_at=now)
        .returning(OutboxRow.id)
    )
    return len(session.scalars(statement).all())


# Built once: every interaction runs these.
_COUNT = select(func.count()).where(OutboxRow.deal_id == bindparam("deal_id"), OutboxRow.kind == bindparam("kind"))
_WAITING = (
    select(OutboxRow.id)
    .where(OutboxRow.deal_id == bindparam("deal_id"), OutboxRow.kind == bindparam("kind"), OutboxRow.state == "queued")
    .limit(1)
    .with_for_update()
)


def has_queued(session: Session, *, deal_id: int, kind: str) -> bool:
    """Whether a row of this kind is still queued, and so will show the change that this transaction makes.

    A row that is being claimed shows the state before: this waits until that claim ends, and does not count it. A row
    that this finds cannot be claimed before this transaction ends.
    """
    return session.scalar(_WAITING, {"deal_id": deal_id, "kind": kind}) is not None


def count_rows(session: Session, *, deal_id: int, kind: str) -> int:
    """How many rows of this kind the deal ever had."""
    return session.execute(_COUNT, {"deal_id": deal_id, "kind": kind}).scalar_one()


def latest_due(session: Session, kind: str, channel: str, *, until: datetime) -> OutboxRow | None:
    """The channel's row of this kind, in any state, that was meant for the latest moment up to `until`."""
    meant_for = func.coalesce(OutboxRow.planned_at, OutboxRow.due_at)
    statement = (
        select(OutboxRow)
        .where(OutboxRow.kind == kind, OutboxRow.channel == channel, meant_for <= until)
        .order_by(meant_for.desc(), OutboxRow.id.desc())
        .limit(1)
    )
    return session.scalar(statement)


def sent_since(session: Session, kind: str, since: datetime) -> Sequence[OutboxRow]:
    """The rows of this kind that were sent at or after `since`, and whose message's place is known; oldest first."""
    statement = select(OutboxRow).where(
        OutboxRow.kind == kind,
        OutboxRow.state == "sent",
        OutboxRow.settled_at >= since,
        OutboxRow.sent_channel.is_not(None),
        OutboxRow.sent_ts.is_not(None),
    )
    return session.scalars(statement.order_by(OutboxRow.id)).all()


def older_row_state(session: Session, row: OutboxRow) -> str | None:
    """The state (`queued` or `claimed`) of the oldest open row of the same kind and deal before this one, or None."""
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


def has_newer_due(session: Session, row: OutboxRow, now: datetime) -> bool:
    """Whether a newer row of the same kind and deal is queued and due, too."""
    statement = select(OutboxRow.id).where(
        OutboxRow.deal_id == row.deal_id,
        OutboxRow.kind == row.kind,
        OutboxRow.state == "queued",
        OutboxRow.id > row.id,
        OutboxRow.due_at <= now,
    )
    return session.scalar(statement.limit(1)) is not None


def _accepts_messages(now: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """The tenant is neither blocked nor paused."""
    return Tenant.blocked_reason.is_(None) & or_(Tenant.paused_until.is_(None), Tenant.paused_until <= now)


# By tenant, because there are few; and as scalar subqueries, which PostgreSQL answers from the index, whereas for an
# EXISTS it would read a whole backlog. Built once.
_earliest_due = (
    select(func.min(OutboxRow.due_at))
    .where(OutboxRow.tenant_id == Tenant.id, OutboxRow.state == "queued")
    .scalar_subquery()
)
_earliest_lease_end = (
    select(func.min(OutboxRow.lease_until))
    .where(OutboxRow.tenant_id == Tenant.id, OutboxRow.state == "claimed")
    .scalar_subquery()
)


def tenants_due(session: Session, now: datetime, *, take_over: bool = True) -> list[int]:
    """The tenants that `claim` would find a row for; without paused or blocked ones.

    Args:
        session: unscoped.
        take_over: whether rows with an expired lease count.
    """
    lapsed = [_earliest_lease_end <= now] if take_over else []
    statement = select(Tenant.id).where(_accepts_messages(now), or_(_earliest_due <= now, *lapsed)).order_by(Tenant.id)
    return list(session.scalars(statement, execution_options={ALL_TENANTS: True}))


def _longest_due(which: ColumnElement[bool]) -> Select[OutboxRow]:
    return (
        select(OutboxRow)
        .where(
            OutboxRow.tenant_id == bindparam("of"),
            which,
            exists().where(Tenant.id == bindparam("of"), _accepts_messages(_NOW)),
        )
        .order_by(OutboxRow.due_at, OutboxRow.id)
        .limit(1)
        .with_for_update(of=OutboxRow, skip_locked=True)
    )


# Built once: every message runs them.
_NOW = bindparam("now", type_=OutboxRow.due_at.type)
_EXPIRED = _longest_due((OutboxRow.state == "claimed") & (OutboxRow.lease_until <= _NOW))
_DUE = _longest_due((OutboxRow.state == "queued") & (OutboxRow.due_at <= _NOW))


def longest_due_recipient(session: Session, tenant_id: int, kinds: Collection[str], now: datetime) -> str | None:
    """The platform's id of whom the tenant's row that has been due longest goes to; None unless it is of these kinds.

    Scopes the session to the tenant. Claims nothing.
    """
    scope(session, tenant_id)
    statement = (
        select(OutboxRow.kind, Person.external_id)
        .outerjoin(Person, Person.id == OutboxRow.person_id)
        .where(OutboxRow.tenant_id == tenant_id, OutboxRow.state == "queued", OutboxRow.due_at <= now)
        .order_by(OutboxRow.due_at, OutboxRow.id)
        .limit(1)
    )
    found = session.execute(statement).first()
    return found.external_id if found is not None and found.kind in kinds else None


def claim(
    session: Session, tenant_id: int, *, owner: str, lease: timedelta, now: datetime, take_over: bool = True
) -> Claim | None:
    """Claim the tenant's row that has been due longest; None if there is nothing to send now.

    Rows with an expired lease come first; a row whose every sender ended without a result is given up. Any number of
    processes may claim at the same time: PostgreSQL skips rows that others are claiming (`SKIP LOCKED`), and SQLite
    lets one transaction write at a time.

    Args:
        session: is scoped to the tenant afterwards.
        owner: the sender's name; unique among running senders.
        lease: must be longer than sending can take.
        take_over: whether to claim rows with an expired lease.
    """
    scope(session, tenant_id)
    for first in (_EXPIRED, _DUE) if take_over else (_DUE,):
        while (row := session.scalar(first, {"of": tenant_id, "now": now})) is not None:
            row.attempts += 1
            if row.attempts <= MAX_ATTEMPTS:
                tries = _earlier_tries(row)
                row.first_tried_at, row.last_tried_at = tries.first if tries else now, now
                row.state, row.claimed_by, row.lease_until = "claimed", owner, now + lease
                return Claim(row, tries)
            settle_dead(row, reason="whoever tried to send it ended without a word", now=now)
            session.flush()
    return None


def _earlier_tries(row: OutboxRow) -> Tries | None:
    if row.first_tried_at is None or row.last_tried_at is None:
        return None
    return Tries(row.first_tried_at, row.last_tried_at)


def lock_claimed(session: Session, row_id: int, owner: str) -> OutboxRow | None:
    """The row, locked, if `owner` still has the claim; None if another sender has taken it over or settled it."""
    statement = select(OutboxRow).where(
        OutboxRow.id == row_id, OutboxRow.state == "claimed", OutboxRow.claimed_by == owner
    )
    return session.scalar(statement.with_for_update())


def settle_sent(row: OutboxRow, *, channel: str, ts: str, now: datetime) -> None:
    """The platform has the message, in `channel` under the id `ts`."""
    row.sent_channel, row.sent_ts = channel, ts
    _settle(row, "sent", None, now)


def settle_cancelled(row: OutboxRow, *, reason: str, now: datetime) -> None:
    """The message was no longer needed when it was about to be sent."""
    _settle(row, "cancelled", reason, now)


def settle_dead(row: OutboxRow, *, reason: str, now: datetime) -> None:
    """The platform refuses the message for good."""
    _settle(row, "dead", reason, now)


def retry_later(row: OutboxRow, *, reason: str, now: datetime, jitter: float = 0.0) -> bool:
    """Sending failed temporarily: try again after a backoff. Returns False if that was the last try: the row is dead.

    `jitter`, from 0 to 1, is the share of `MAX_JITTER` that is added to the backoff.
    """
    if row.attempts >= MAX_ATTEMPTS:
        _settle(row, "dead", reason, now)
        return False
    backoff = min(FIRST_BACKOFF * 2 ** (row.attempts - 1), MAX_BACKOFF)
    _requeue(row, now + backoff * (1 + MAX_JITTER * jitter), reason)
    return True


def requeue(row: OutboxRow, *, until: datetime, reason: str) -> None:
    """The message was certainly not sent, for a reason outside of it: queue it again without counting this try."""
    row.attempts -= 1
    if not row.attempts:
        row.first_tried_at = row.last_tried_at = None
    _requeue(row, until, reason)


def pause_tenant(session: Session, tenant_id: int, until: datetime) -> None:
    """Send nothing to the tenant before `until` (the platform's 429). A longer pause is kept."""
    later = or_(Tenant.paused_until.is_(None), Tenant.paused_until < until)
    session.execute(update(Tenant).where(Tenant.id == tenant_id, later).values(paused_until=until))


def lift_pause(session: Session, tenant_id: int) -> None:
    """The platform took a message of the tenant: it no longer asks the app to wait."""
    paused = update(Tenant).where(Tenant.id == tenant_id, Tenant.paused_until.is_not(None))
    session.execute(paused.values(paused_until=None))


def lift_all_pauses(session: Session) -> None:
    """Every tenant can be sent to again; the platform says so if it still wants to wait.

    Args:
        session: unscoped.
    """
    session.execute(update(Tenant).where(Tenant.paused_until.is_not(None)).values(paused_until=None))


@dataclass(frozen=True, slots=True)
class Undelivered:
    """How many messages were given up, and how many have been tried in vain for `LATE`."""

    given_up: int
    late: int


def undelivered(session: Session, now: datetime) -> Undelivered:
    """What keeps messages of any tenant from being delivered.

    Args:
        session: unscoped.
    """
    given_up = select(func.count(OutboxRow.id)).where(OutboxRow.state == "dead")
    late = select(func.count(OutboxRow.id)).where(
        OutboxRow.state == "queued", OutboxRow.attempts > 0, OutboxRow.first_tried_at < now - LATE
    )
    found = (session.scalar(each, execution_options={ALL_TENANTS: True}) or 0 for each in (given_up, late))
    return Undelivered(*found)


def next_due(session: Session, now: datetime) -> datetime | None:
    """When to call `tenants_due` next. A time in the past means now, None means that nothing is queued.

    It may be too early (a pause ends, but nothing is queued), never too late.
    """
    queued = select(func.min(_earliest_due)).where(_accepts_messages(now))
    leased = select(func.min(_earliest_lease_end)).where(_accepts_messages(now))
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
