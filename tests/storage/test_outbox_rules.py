"""For any outbox: `claim` takes the right row, and `next_due` is never too late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete
from sqlalchemy.orm import Session

from storage import outbox
from storage.database import Database
from storage.models import OutboxRow, Tenant
from storage.tenancy import ALL_TENANTS, scope
from tests.storage.given import NOON

pytestmark = pytest.mark.both_databases

LEASE = timedelta(minutes=1)

moments = st.integers(-3, 3)


@dataclass(frozen=True)
class Planned:
    state: str
    due: int
    leased: int


@dataclass(frozen=True)
class Workspace:
    paused: int | None
    blocked: bool
    rows: list[Planned]

    def open_at(self, minute: int) -> bool:
        return not self.blocked and (self.paused is None or self.paused <= minute)


planned = st.builds(Planned, st.sampled_from(["queued", "claimed", "sent", "cancelled", "dead"]), moments, moments)
workspaces = st.lists(
    st.builds(Workspace, st.none() | moments, st.booleans(), st.lists(planned, max_size=4)), max_size=3
)


def minute(number: int) -> timedelta:
    return timedelta(minutes=number)


def forget_all(session: Session) -> None:
    session.execute(delete(OutboxRow), execution_options={ALL_TENANTS: True})
    session.execute(delete(Tenant))


def make(session: Session, number: int, workspace: Workspace) -> tuple[int, list[int]]:
    """The ids of the tenant and of its rows."""
    tenant = Tenant(
        platform="slack",
        external_id=f"T{number}",
        created_at=NOON,
        paused_until=None if workspace.paused is None else NOON + minute(workspace.paused),
        blocked_reason="account_inactive" if workspace.blocked else None,
    )
    session.add(tenant)
    session.flush()
    scope(session, tenant.id)
    rows = [
        OutboxRow(
            kind="card",
            dedupe_key=f"k:{key}",
            payload={},
            zone="UTC",
            created_at=NOON,
            state=each.state,
            due_at=NOON + minute(each.due),
            lease_until=NOON + minute(each.leased) if each.state == "claimed" else None,
        )
        for key, each in enumerate(workspace.rows)
    ]
    session.add_all(rows)
    session.flush()
    return tenant.id, [row.id for row in rows]


def take(session: Session, tenant_id: int, now: int) -> int | None:
    claim = outbox.claim(session, tenant_id, owner="sender", lease=LEASE, now=NOON + minute(now))
    return claim.row.id if claim else None


def due(session: Session, now: int) -> list[int]:
    return outbox.tenants_due(session, NOON + minute(now))


def expected_row(workspace: Workspace, ids: list[int], now: int) -> int | None:
    """The row that `claim` should take: the same rule in plain Python."""
    rows = list(zip(ids, workspace.rows, strict=True)) if workspace.open_at(now) else []
    expired = [(each.due, row_id) for row_id, each in rows if each.state == "claimed" and each.leased <= now]
    due = [(each.due, row_id) for row_id, each in rows if each.state == "queued" and each.due <= now]
    order = sorted(expired) + sorted(due)
    return order[0][1] if order else None


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(made=workspaces)
def test_claim_takes_the_right_row_and_next_due_is_in_time(database: Database, made: list[Workspace]) -> None:
    database.write_sync(forget_all)
    found = [(workspace, *database.write_sync(make, number, workspace)) for number, workspace in enumerate(made)]

    def tenants_expected(now: int) -> list[int]:
        return [tenant_id for workspace, tenant_id, ids in found if expected_row(workspace, ids, now) is not None]

    for now in range(5):
        assert database.read_sync(due, now) == tenants_expected(now)
    next_due = database.read_sync(outbox.next_due, NOON)
    # The first minute at which a claim would find a row if nothing else happened.
    first = next((now for now in range(5) if tenants_expected(now)), None)
    if first is None:
        assert next_due is None or next_due > NOON
    else:
        assert next_due is not None
        assert next_due <= NOON + minute(first)
        assert (next_due <= NOON) == (first == 0)

    for workspace, tenant_id, ids in found:
        assert database.write_sync(take, tenant_id, 0) == expected_row(workspace, ids, 0)
