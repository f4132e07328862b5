"""A long history to measure with: completed deals by the thousand, copied in SQL from a few that the handlers made."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    DateTime,
    Table,
    Text,
    cast,
    func,
    insert,
    literal,
    select,
    text,
    true,
    update,
)
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from storage.column_types import UtcDateTime
from storage.models import Base, OutboxRow
from storage.tenancy import ALL_TENANTS
from tests.handlers.world import World

AGE = timedelta(days=60)
"""The history ends so long ago: what happened since is the same at every size."""
SPREAD = timedelta(days=5 * 365)
"""It is spread evenly over so long before."""
REPS = tuple(f"U_REP{number}" for number in range(20))
EXPECTATIONS = "A call every Friday until go-live\nGo-live by 1 May\nProblems told within 4 hours"
PRIORITIES = "Check-in in under 2 minutes\n40 seats"
COPIES_AT_ONCE = 2_000
NUMBERED = {"deals": ("customer", "customer_key"), "outbox": ("dedupe_key",), "sightings": ("message_ts",)}
"""Text that may not be there twice, or would make two deals one: the number of the copy is added."""


def write(world: World, deals: int) -> int:
    """Write about `deals` completed deals of five statements into the world, which must be empty. Returns how many."""
    for number, rep in enumerate(REPS):
        _complete_a_deal(world, f"Customer {number}", rep)
    world.database.write_sync(_settle_what_is_queued)
    stride = world.database.read_sync(_highest_id) + 1
    copies = max(deals // len(REPS) - 1, 0)
    for first in range(1, copies + 1, COPIES_AT_ONCE):
        last = min(first + COPIES_AT_ONCE - 1, copies)
        world.database.write_sync(_copy, first, last, stride, SPREAD / copies)
    world.database.write_sync(_count_on)
    return (copies + 1) * len(REPS)


def _complete_a_deal(world: World, customer: str, rep: str) -> None:
    deal = world.a_deal(customer, person=rep)
    world.capture(deal, EXPECTATIONS, PRIORITIES, person=rep)
    for statement in world.statements(deal):
        world.answer(deal, statement, person=rep)
    world.wrap_up(deal, person=rep)
    world.send_recap(deal, person=rep)
    world.keep_promises(deal)
    world.complete(deal)


def _settle_what_is_queued(session: Session) -> None:
    sent = {"state": "sent", "settled_at": OutboxRow.due_at, "sent_channel": "D1", "sent_ts": "1.000100"}
    queued = update(OutboxRow).where(OutboxRow.state == "queued").values(sent)
    session.execute(queued, execution_options={ALL_TENANTS: True})


def _tables() -> list[Table]:
    """What belongs to a deal: its own table, and every one that refers to one of these; in the order of references."""
    found: list[Table] = []
    for table in Base.metadata.sorted_tables:
        if table.name == "deals" or any(key.column.table in found for key in table.foreign_keys):
            found.append(table)
    return found


def _highest_id(session: Session) -> int:
    connection = session.connection()
    return max(connection.execute(select(func.coalesce(func.max(each.c.id), 0))).scalar_one() for each in _tables())


def _copy(session: Session, first: int, last: int, stride: int, step: timedelta) -> None:
    """Insert copies `first` to `last` of the rows with ids below `stride`, each `step` older than the one before."""
    connection, tables = session.connection(), _tables()
    counted = select(literal(first).label("number")).cte("copies", recursive=True)
    copies = counted.union_all(select(counted.c.number + 1).where(counted.c.number < last))
    for table in tables:
        rows = select(*(_copied(connection, each, copies.c.number, stride, step) for each in table.c))
        rows = rows.select_from(table.join(copies, true())).where(table.c.id < stride)
        connection.execute(insert(table).from_select(list(table.c.keys()), rows))


def _copied(
    connection: Connection, column: Column[Any], number: ColumnElement[int], stride: int, step: timedelta
) -> ColumnElement[Any]:
    refers = any(key.column.table in _tables() for key in column.foreign_keys)
    if column.name == "id" or refers:
        return column + number * stride
    if column.name in NUMBERED.get(column.table.name, ()):
        return cast(column, Text).concat(" ").concat(cast(number, Text))
    if isinstance(column.type, UtcDateTime):
        return _earlier(connection, column, AGE.total_seconds() + number * step.total_seconds())
    return column


def _earlier(connection: Connection, column: Column[Any], seconds: ColumnElement[Any]) -> ColumnElement[Any]:
    """The time, some seconds earlier, as the database stores it."""
    if connection.dialect.name == "postgresql":
        return cast(column, DateTime(timezone=True)) - func.make_interval(0, 0, 0, 0, 0, 0, seconds)
    back = literal("-").concat(cast(seconds, Text)).concat(" seconds")
    return func.strftime("%Y-%m-%d %H:%M:%f000", column, back)


def _count_on(session: Session) -> None:
    """PostgreSQL counts ids apart from the rows."""
    if session.get_bind().dialect.name != "postgresql":
        return
    for table in _tables():
        session.execute(
            text(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), (SELECT max(id) FROM {table.name}))")
        )
