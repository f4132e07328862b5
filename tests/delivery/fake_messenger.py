"""A platform in memory, and workspaces with letters for it: what tests and benches of delivery begin with."""

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
class PostOffice:
    """Takes every letter. Workspaces may have answers of their own: an error to raise, something to wait for."""

    arrived: list[tuple[str, int]] = field(default_factory=list)
    """Workspace and row of every message, in the order in which they arrived."""
    before: dict[str, Callable[[OutboundMessage], object]] = field(default_factory=dict)
    """What happens when a workspace is about to get a letter; an awaitable is waited for."""
    after: dict[str, Callable[[OutboundMessage], object]] = field(default_factory=dict)
    """What happens when it has got it."""
    asked: list[int] = field(default_factory=list)
    """The rows that were looked for."""
    hidden: Exception | None = None
    """What is raised instead of letting us look."""
    delay: float = 0.0

    async def deliver(self, letter: OutboundMessage) -> Receipt:
        if self.delay:
            await asyncio.sleep(self.delay)
        await _happen(self.before, letter)
        self.arrived.append((letter.workspace, letter.row_id))
        await _happen(self.after, letter)
        return Receipt(f"D{letter.person}", f"{letter.row_id}.1")

    async def find(self, letter: OutboundMessage, tries: Tries) -> Receipt | None:
        self.asked.append(letter.row_id)
        if self.hidden is not None:
            raise self.hidden
        there = (letter.workspace, letter.row_id) in self.arrived
        return Receipt(f"D{letter.person}", f"{letter.row_id}.1") if there else None


async def _happen(what: dict[str, Callable[[OutboundMessage], object]], letter: OutboundMessage) -> None:
    happens = what.get(letter.workspace)
    if happens is not None:
        result = happens(letter)
        if asyncio.iscoroutine(result):
            await result


class HandClock(Clock):
    """A clock whose times are set by hand: `jump` sets the machine's time, `wait` lets time go by."""

    def __init__(self, now: datetime = MONDAY_NINE) -> None:
        self._time = now
        self._seconds = 0.0
        super().__init__(wall=lambda: self._time, monotonic=lambda: self._seconds)

    def jump(self, by: timedelta) -> None:
        self._time += by

    def wait(self, span: timedelta) -> None:
        self._time += span
        self._seconds += span.total_seconds()


def delivery(database: Database, office: PostOffice, clock: Clock) -> DeliveryWorker:
    return DeliveryWorker(database, {"slack": office}, clock)


def letters(session: Session, workspaces: Iterable[str], each: int, due_at: datetime = MONDAY_NINE) -> None:
    """Plan so many messages for a rep in each of the workspaces, which are new."""
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
    """How many rows there are in each state."""
    counted = select(OutboxRow.state, func.count()).group_by(OutboxRow.state)
    found = session.execute(counted, execution_options={ALL_TENANTS: True}).all()
    return dict(found)  # type: ignore[arg-type]


def rows(session: Session, tenant_id: int = 1) -> list[OutboxRow]:
    """The workspace's rows, the oldest first."""
    scope(session, tenant_id)
    return list(session.scalars(select(OutboxRow).order_by(OutboxRow.id)))
