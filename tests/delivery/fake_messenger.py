"""A messenger in memory, and workspaces with queued messages, for tests and benchmarks of delivery."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from bot.delivery.worker import DeliveryWorker
from bot.ports.clock import Clock
from bot.ports.messenger import Receipt
from handlers.reminders.compose import OutboundMessage
from storage.database import Database
from storage.models import Deal, OutboxRow, Person, Tenant
from storage.outbox import Tries
from storage.tenancy import ALL_TENANTS, scope

MONDAY_NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@dataclass
class FakeMessenger:
    """Accepts every message. A workspace can have hooks that raise an error or wait."""

    delivered: list[tuple[str, int]] = field(default_factory=list)
    """Workspace and row of every message, in order of delivery."""
    before: dict[str, Callable[[OutboundMessage], object]] = field(default_factory=dict)
    """Hooks by workspace, called before a delivery; an awaitable is awaited."""
    after: dict[str, Callable[[OutboundMessage], object]] = field(default_factory=dict)
    """Hooks by workspace, called after a delivery."""
    searched: list[int] = field(default_factory=list)
    """The rows that were searched for."""
    search_error: Exception | None = None
    """Raised by a search."""
    delay: float = 0.0

    async def deliver(self, message: OutboundMessage) -> Receipt:
        if self.delay:
            await asyncio.sleep(self.delay)
        await _call(self.before, message)
        self.delivered.append((message.workspace, message.row_id))
        await _call(self.after, message)
        return Receipt(f"D{message.person}", f"{message.row_id}.1")

    async def find(self, message: OutboundMessage, tries: Tries) -> Receipt | None:
        self.searched.append(message.row_id)
        if self.search_error is not None:
            raise self.search_error
        there = (message.workspace, message.row_id) in self.delivered
        return Receipt(f"D{message.person}", f"{message.row_id}.1") if there else None


async def _call(what: dict[str, Callable[[OutboundMessage], object]], message: OutboundMessage) -> None:
    happens = what.get(message.workspace)
    if happens is not None:
        result = happens(message)
        if asyncio.iscoroutine(result):
            await result


class ManualClock(Clock):
    """A clock for tests: `jump` sets the machine's time, `advance` lets time pass."""

    def __init__(self, now: datetime = MONDAY_NINE) -> None:
        self._time = now
        self._seconds = 0.0
        super().__init__(wall=lambda: self._time, monotonic=lambda: self._seconds)

    def jump(self, by: timedelta) -> None:
        self._time += by

    def advance(self, span: timedelta) -> None:
        self._time += span
        self._seconds += span.total_seconds()


def make_worker(database: Database, messenger: FakeMessenger, clock: Clock) -> DeliveryWorker:
    return DeliveryWorker(database, {"slack": messenger}, clock)


def queue_messages(session: Session, workspaces: Iterable[str], each: int, due_at: datetime = MONDAY_NINE) -> None:
    """Create the workspaces, and queue `each` messages for a rep in each of them."""
    for name in workspaces:
        tenant = Tenant(platform="slack", external_id=name, created_at=due_at)
        session.add(tenant)
        session.flush()
        row = session.connection()
        person_id = row.execute(
            insert(Person).returning(Person.id),
            {"tenant_id": tenant.id, "external_id": f"U{name}", "created_at": due_at},
        ).scalar_one()
        deal_id = row.execute(
            insert(Deal).returning(Deal.id),
            {
                "tenant_id": tenant.id,
                "owner_id": person_id,
                "customer": f"Customer of {name}",
                "customer_key": f"customer of {name}",
                "stage": "open",
                "stage_since": due_at,
                "closed_at": due_at,
                "heard_at": due_at,
            },
        ).scalar_one()
        row.execute(
            insert(OutboxRow),
            [
                {
                    "tenant_id": tenant.id,
                    "kind": "brief",
                    "dedupe_key": f"brief:{number}",
                    "deal_id": deal_id,
                    "person_id": person_id,
                    "payload": {},
                    "due_at": due_at,
                    "zone": "UTC",
                    "created_at": due_at,
                }
                for number in range(each)
            ],
        )


def states(session: Session) -> dict[str, int]:
    """The number of rows by state."""
    counted = select(OutboxRow.state, func.count()).group_by(OutboxRow.state)
    found = session.execute(counted, execution_options={ALL_TENANTS: True}).all()
    return dict(found)  # type: ignore[arg-type]


def rows(session: Session, tenant_id: int = 1) -> list[OutboxRow]:
    """The workspace's rows, oldest first."""
    scope(session, tenant_id)
    return list(session.scalars(select(OutboxRow).order_by(OutboxRow.id)))
