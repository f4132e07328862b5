"""The outbox: queued once, claimed by one sender, settled by the owner of the claim, and never lost silently."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from storage import outbox
from storage.database import Database
from storage.errors import UnscopedQueryError
from storage.models import OutboxRow, Tenant
from storage.outbox import Claim, Tries
from storage.tenancy import scope
from tests.storage.given import NOON, a_deal, a_tenant

pytestmark = pytest.mark.both_databases

T = TypeVar("T")

LEASE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


@pytest.fixture
def tenant(database: Database) -> int:
    return database.write_sync(a_tenant)


def plan(session: Session, tenant_id: int, key: str = "card:1", due_at: datetime = NOON, **values: Any) -> OutboxRow:
    scope(session, tenant_id)
    return outbox.enqueue(
        session, **{"kind": "card", "dedupe_key": key, "due_at": due_at, "zone": "Europe/Berlin", "now": NOON} | values
    )


def take(session: Session, now: datetime = NOON, owner: str = "sender") -> Claim | None:
    for tenant_id in outbox.tenants_due(session, now):
        return outbox.claim(session, tenant_id, owner=owner, lease=LEASE, now=now)
    return None


def taken_key(session: Session, now: datetime = NOON, owner: str = "sender") -> str | None:
    claim = take(session, now, owner)
    return claim.row.dedupe_key if claim else None


def row(session: Session, tenant_id: int, key: str = "card:1") -> OutboxRow:
    scope(session, tenant_id)
    return session.scalars(select(OutboxRow).where(OutboxRow.dedupe_key == key)).one()


def settle(session: Session, tenant_id: int, row_id: int, how: Callable[[OutboxRow], T], owner: str = "sender") -> T:
    scope(session, tenant_id)
    claimed = outbox.lock_claimed(session, row_id, owner)
    assert claimed is not None
    return how(claimed)


# --- queueing ---


def test_a_queued_row_keeps_all_its_values(database: Database, tenant: int) -> None:
    deal_id = database.write_sync(a_deal, tenant)
    due_at = datetime(2026, 3, 3, 9, 0, tzinfo=ZoneInfo("Europe/Berlin"))

    database.write_sync(plan, tenant, due_at=due_at, deal_id=deal_id, channel="C1", payload={"nth": 2})

    kept = database.read_sync(row, tenant)
    assert (kept.tenant_id, kept.deal_id, kept.channel, kept.payload) == (tenant, deal_id, "C1", {"nth": 2})
    assert (kept.due_at, kept.zone, kept.created_at) == (due_at, "Europe/Berlin", NOON)
    assert (kept.state, kept.attempts, kept.claimed_by, kept.reason) == ("queued", 0, None, None)


def test_the_same_message_is_queued_once(database: Database, tenant: int) -> None:
    first = database.write_sync(plan, tenant, payload={"nth": 1})
    second = database.write_sync(plan, tenant, due_at=NOON + SECOND, payload={"nth": 2})

    assert second.id == first.id
    assert (second.due_at, second.payload) == (NOON, {"nth": 1})


def test_an_earlier_due_time_wins(database: Database, tenant: int) -> None:
    database.write_sync(plan, tenant, due_at=NOON)
    database.write_sync(plan, tenant, due_at=NOON - SECOND)

    assert database.read_sync(row, tenant).due_at == NOON - SECOND


def test_a_sent_message_stays_sent(database: Database, tenant: int) -> None:
    planned = database.write_sync(plan, tenant)
    database.write_sync(take)
    database.write_sync(
        settle, tenant, planned.id, lambda held: outbox.settle_sent(held, channel="D1", ts="1.2", now=NOON)
    )

    again = database.write_sync(plan, tenant, due_at=NOON - SECOND)

    assert (again.state, again.due_at, again.sent_channel, again.sent_ts) == ("sent", NOON, "D1", "1.2")
    assert database.write_sync(take, NOON + timedelta(days=1)) is None


def test_two_tenants_may_use_the_same_key(database: Database, tenant: int) -> None:
    other = database.write_sync(a_tenant, "T2")

    ids = {database.write_sync(plan, tenant).id, database.write_sync(plan, other).id}

    assert len(ids) == 2


async def test_queueing_the_same_message_concurrently_makes_one_row(database: Database, tenant: int) -> None:
    rows = await asyncio.gather(*(database.write(plan, tenant) for _ in range(20)))

    assert len({each.id for each in rows}) == 1


def test_queueing_needs_a_tenant(database: Database) -> None:
    def enqueue_unscoped(session: Session) -> None:
        outbox.enqueue(session, kind="card", dedupe_key="k", due_at=NOON, zone="UTC", now=NOON)

    with pytest.raises(UnscopedQueryError):
        database.write_sync(enqueue_unscoped)


# --- cancelling and counting ---


def test_cancelling_settles_queued_rows_with_the_reason(database: Database, tenant: int) -> None:
    deal_id = database.write_sync(a_deal, tenant)
    database.write_sync(plan, tenant, "r:1", NOON - SECOND, kind="reminder", deal_id=deal_id)
    database.write_sync(plan, tenant, "r:2", kind="reminder", deal_id=deal_id)
    database.write_sync(plan, tenant, "c:1", kind="card", deal_id=deal_id)
    assert database.write_sync(taken_key) == "r:1"

    def cancel(session: Session) -> int:
        scope(session, tenant)
        return outbox.cancel(session, deal_ids=[deal_id], kinds=("reminder",), reason="the call was made", now=NOON)

    assert database.write_sync(cancel) == 1
    stopped = database.read_sync(row, tenant, "r:2")
    assert (stopped.state, stopped.reason, stopped.settled_at) == ("cancelled", "the call was made", NOON)
    assert database.read_sync(row, tenant, "r:1").state == "claimed"
    assert database.read_sync(row, tenant, "c:1").state == "queued"


def test_counting_rows_and_finding_an_older_one(database: Database, tenant: int) -> None:
    deal_id = database.write_sync(a_deal, tenant)

    def state(session: Session) -> tuple[int, bool, list[str | None]]:
        scope(session, tenant)
        rows = session.scalars(select(OutboxRow).order_by(OutboxRow.id)).all()
        return (
            outbox.count_rows(session, deal_id=deal_id, kind="card"),
            outbox.has_queued(session, deal_id=deal_id, kind="card"),
            [outbox.older_row_state(session, each) for each in rows],
        )

    assert database.write_sync(state) == (0, False, [])
    first = database.write_sync(plan, tenant, "c:1", deal_id=deal_id)
    database.write_sync(plan, tenant, "c:2", NOON + SECOND, deal_id=deal_id)
    assert database.write_sync(state) == (2, True, [None, "queued"])
    database.write_sync(take)
    assert database.write_sync(state) == (2, True, [None, "claimed"])
    database.write_sync(
        settle, tenant, first.id, lambda held: outbox.settle_sent(held, channel="D1", ts="1.2", now=NOON)
    )
    assert database.write_sync(state) == (2, True, [None, None])
    database.write_sync(take, NOON + SECOND)
    assert database.write_sync(state) == (2, False, [None, None])


def test_a_row_that_is_being_claimed_does_not_count_as_queued(database: Database, tenant: int) -> None:
    """Its sender has read the state before: changing the deal now needs another row (a card once stayed stale)."""
    deal_id = database.write_sync(a_deal, tenant)
    database.write_sync(plan, tenant, deal_id=deal_id)
    claimed, may_commit = threading.Event(), threading.Event()

    def claim_slowly(session: Session) -> None:
        assert take(session) is not None
        claimed.set()
        may_commit.wait(10)

    def has_queued(session: Session) -> bool:
        scope(session, tenant)
        return outbox.has_queued(session, deal_id=deal_id, kind="card")

    with ThreadPoolExecutor() as threads:
        claiming = threads.submit(database.write_sync, claim_slowly)
        assert claimed.wait(10)
        querying = threads.submit(database.write_sync, has_queued)
        may_commit.set()
        claiming.result(10)
        assert querying.result(10) is False


# --- claiming ---


def test_the_row_due_longest_goes_first_and_none_goes_early(database: Database, tenant: int) -> None:
    database.write_sync(plan, tenant, "later", NOON + SECOND)
    database.write_sync(plan, tenant, "second", NOON)
    database.write_sync(plan, tenant, "first", NOON - SECOND)

    taken = [database.write_sync(taken_key) for _ in range(3)]

    assert taken == ["first", "second", None]
    assert database.write_sync(taken_key, NOON + SECOND) == "later"


def test_a_claim_sets_owner_lease_and_attempts(database: Database, tenant: int) -> None:
    database.write_sync(plan, tenant)

    claim = database.write_sync(take)

    assert claim is not None
    assert claim.tries is None
    kept = database.read_sync(row, tenant)
    assert (kept.state, kept.claimed_by, kept.lease_until, kept.attempts) == ("claimed", "sender", NOON + LEASE, 1)


def test_after_a_claim_the_session_is_scoped_to_the_tenant(database: Database, tenant: int) -> None:
    deal_id = database.write_sync(a_deal, tenant)
    database.write_sync(plan, tenant, deal_id=deal_id)

    def claim_and_read(session: Session) -> str | None:
        claim = take(session)
        assert claim is not None
        scope(session, claim.row.tenant_id)
        return session.get_one(OutboxRow, claim.row.id).claimed_by

    assert database.write_sync(claim_and_read) == "sender"


async def test_each_row_is_claimed_by_exactly_one_of_many_senders(database: Database, tenant: int) -> None:
    def plan_many(session: Session) -> None:
        for number in range(60):
            plan(session, tenant, f"k:{number}")

    await database.write(plan_many)
    taken: Counter[str] = Counter()

    async def send(owner: str) -> None:
        while (key := await database.write(taken_key, NOON, owner)) is not None:
            taken[key] += 1

    await asyncio.gather(*(send(f"sender {number}") for number in range(8)))

    assert len(taken) == 60
    assert set(taken.values()) == {1}


def test_a_claim_with_an_expired_lease_is_taken_over_with_its_tries(database: Database, tenant: int) -> None:
    database.write_sync(plan, tenant)
    database.write_sync(take, NOON, "died")

    assert database.write_sync(take, NOON + LEASE - SECOND, "next") is None
    claim = database.write_sync(take, NOON + LEASE, "next")

    assert claim is not None
    assert claim.tries == Tries(NOON, NOON)
    assert (claim.row.claimed_by, claim.row.attempts) == ("next", 2)


def test_a_slow_sender_cannot_settle_a_row_that_was_taken_over(database: Database, tenant: int) -> None:
    planned = database.write_sync(plan, tenant)
    database.write_sync(take, NOON, "slow")
    database.write_sync(take, NOON + LEASE, "next")

    def is_claimed_by(session: Session, owner: str) -> bool:
        scope(session, tenant)
        return outbox.lock_claimed(session, planned.id, owner) is not None

    assert not database.write_sync(is_claimed_by, "slow")
    assert database.write_sync(is_claimed_by, "next")


def test_a_paused_tenant_is_skipped_until_its_pause_ends(database: Database, tenant: int) -> None:
    other = database.write_sync(a_tenant, "T2")
    database.write_sync(plan, tenant, "paused", NOON - SECOND)
    database.write_sync(plan, other, "open", NOON)
    database.write_sync(outbox.pause_tenant, tenant, NOON + 45 * SECOND)
    database.write_sync(outbox.pause_tenant, tenant, NOON + 30 * SECOND)

    assert [database.write_sync(taken_key) for _ in range(2)] == ["open", None]
    assert database.write_sync(taken_key, NOON + 44 * SECOND) is None
    assert database.write_sync(taken_key, NOON + 45 * SECOND) == "paused"


def test_a_blocked_tenant_gets_nothing_and_keeps_its_rows(database: Database, tenant: int) -> None:
    database.write_sync(plan, tenant)

    def set_block(session: Session, reason: str | None) -> None:
        session.get_one(Tenant, tenant).blocked_reason = reason

    database.write_sync(set_block, "account_inactive")
    assert database.write_sync(take) is None
    assert database.read_sync(outbox.next_due, NOON) is None

    database.write_sync(set_block, None)
    assert database.write_sync(taken_key) == "card:1"


# --- settling ---


@pytest.mark.parametrize(
    ("how", "state"),
    [
        (lambda held: outbox.settle_cancelled(held, reason="why", now=NOON), "cancelled"),
        (lambda held: outbox.settle_dead(held, reason="why", now=NOON), "dead"),
    ],
)
def test_a_row_that_will_not_be_sent_has_a_reason(
    database: Database, tenant: int, how: Callable[[OutboxRow], None], state: str
) -> None:
    planned = database.write_sync(plan, tenant)
    database.write_sync(take)

    database.write_sync(settle, tenant, planned.id, how)

    kept = database.read_sync(row, tenant)
    assert (kept.state, kept.reason, kept.settled_at) == (state, "why", NOON)
    assert (kept.claimed_by, kept.lease_until) == (None, None)
    assert database.write_sync(take, NOON + timedelta(days=9)) is None


def test_a_failed_row_backs_off_and_is_given_up_after_about_a_day(database: Database, tenant: int) -> None:
    planned = database.write_sync(plan, tenant)
    now, pauses = NOON, []

    for attempt in range(1, outbox.MAX_ATTEMPTS + 1):
        claim = database.write_sync(take, now)
        assert claim is not None
        assert (claim.tries is not None) == (attempt > 1)
        again = database.write_sync(
            settle, tenant, planned.id, partial(outbox.retry_later, reason="timed out", now=now)
        )
        assert again == (attempt < outbox.MAX_ATTEMPTS)
        if again:
            due_at = database.read_sync(row, tenant).due_at
            assert database.write_sync(take, due_at - SECOND) is None
            pauses.append(due_at - now)
            now = due_at

    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[1], pauses[-1]) == (30 * SECOND, 60 * SECOND, timedelta(hours=1))
    assert timedelta(hours=20) < now - NOON < timedelta(hours=28)
    kept = database.read_sync(row, tenant)
    assert (kept.state, kept.reason, kept.settled_at) == ("dead", "timed out", now)


def test_a_requeued_row_does_not_count_the_try(database: Database, tenant: int) -> None:
    planned = database.write_sync(plan, tenant)
    database.write_sync(take)
    later = NOON + timedelta(seconds=7)
    database.write_sync(
        settle, tenant, planned.id, lambda held: outbox.requeue(held, until=later, reason="ratelimited")
    )

    assert database.write_sync(take, later - SECOND) is None
    claim = database.write_sync(take, later)

    assert claim is not None
    assert claim.tries is None
    assert (claim.row.attempts, claim.row.reason) == (1, "ratelimited")


# --- when to sweep again ---


def test_next_due_is_when_a_row_may_be_claimable(database: Database, tenant: int) -> None:
    other = database.write_sync(a_tenant, "T2")
    assert database.read_sync(outbox.next_due, NOON) is None

    database.write_sync(plan, tenant, "a", NOON + 50 * SECOND)
    assert database.read_sync(outbox.next_due, NOON) == NOON + 50 * SECOND

    database.write_sync(plan, other, "b", NOON - SECOND)
    assert database.read_sync(outbox.next_due, NOON) == NOON - SECOND

    database.write_sync(outbox.pause_tenant, other, NOON + 20 * SECOND)
    assert database.read_sync(outbox.next_due, NOON) == NOON + 20 * SECOND

    database.write_sync(take, NOON + 20 * SECOND)
    assert database.read_sync(outbox.next_due, NOON + 20 * SECOND) == NOON + 50 * SECOND

    database.write_sync(take, NOON + 50 * SECOND)
    assert database.read_sync(outbox.next_due, NOON + 50 * SECOND) == NOON + 20 * SECOND + LEASE


# --- speed ---


def a_long_history(session: Session, tenant_id: int) -> None:
    scope(session, tenant_id)
    for number in range(3_000):
        state = "queued" if number < 10 else "sent"
        key = f"k:{number}"
        session.add(
            OutboxRow(kind="card", dedupe_key=key, payload={}, due_at=NOON, zone="UTC", created_at=NOON, state=state)
        )


def many_quiet_workspaces(session: Session) -> None:
    session.add_all(Tenant(platform="slack", external_id=f"Q{number}", created_at=NOON) for number in range(200))


def plans_of_a_sweep(session: Session, tenant_id: int) -> list[str]:
    """The query plan of each statement that a sweep of the outbox runs."""
    connection = session.connection()
    statements: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        statements.append((statement, parameters))

    connection.exec_driver_sql("ANALYZE")
    event.listen(connection, "before_cursor_execute", note)
    outbox.next_due(session, NOON)
    outbox.tenants_due(session, NOON)
    outbox.claim(session, tenant_id, owner="sender", lease=LEASE, now=NOON)
    event.remove(connection, "before_cursor_execute", note)
    explain = "EXPLAIN QUERY PLAN" if connection.dialect.name == "sqlite" else "EXPLAIN"
    return [
        "\n".join(str(line[-1]) for line in connection.exec_driver_sql(f"{explain} {statement}", parameters))
        for statement, parameters in statements
    ]


def test_the_sweep_reads_queued_rows_and_not_sent_ones(database: Database, tenant: int) -> None:
    database.write_sync(many_quiet_workspaces)
    database.write_sync(a_long_history, tenant)

    plans = [plan for plan in database.write_sync(plans_of_a_sweep, tenant) if "outbox" in plan]

    assert len(plans) == 5
    for shown in plans:
        assert "ix_outbox_tenant_id_state_due_at" in shown, shown
        assert "Seq Scan on outbox" not in shown, shown
        assert "SCAN outbox" not in shown, shown
