"""PostgreSQL behind a pooler, such as PgBouncer: nothing that FirstCall needs is kept in a session (decision 0017).

A pooler in transaction mode gives each transaction another session of the server. What one has prepared or set is
unknown to the next, or worse, is found there by somebody else. So nothing is prepared, and settings end with their
transaction. Directly connected, both are done once per connection, which is faster.

No pooler says that it is one. But the process id that it gives out with a new connection is its own invention, so it
differs from what the server calls itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import event

if TYPE_CHECKING:
    from typing import Any

    import psycopg
    from sqlalchemy import Connection, Engine
    from sqlalchemy.pool import ConnectionPoolEntry

PREPARE_THRESHOLD = 5
"""A statement is prepared when it is executed for the sixth time; psycopg's default."""

_POOLED = "pooled"
"""In the `info` of a connection: whether it leads to a pooler."""


def set_up_sessions(engine: Engine, *, lock_timeout: str | None, pooled: bool) -> None:
    """Set up each connection of the engine for what it leads to: a server, or a pooler.

    Args:
        engine: of psycopg.
        lock_timeout: how long a statement waits for a lock, in PostgreSQL's spelling; None leaves it as it is.
        pooled: True if there certainly is a pooler; otherwise each connection finds out.
    """

    def set_up(connection: psycopg.Connection[Any], entry: ConnectionPoolEntry) -> None:
        entry.info[_POOLED] = pooled or _is_pooled(connection)
        connection.prepare_threshold = None if entry.info[_POOLED] else PREPARE_THRESHOLD
        if lock_timeout is not None and not entry.info[_POOLED]:
            connection.execute(f"SET lock_timeout = '{lock_timeout}'")
        connection.commit()

    def set_for_this_transaction(connection: Connection) -> None:
        if lock_timeout is not None and connection.info[_POOLED]:
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{lock_timeout}'")

    event.listen(engine, "connect", set_up)
    event.listen(engine, "begin", set_for_this_transaction)


def _is_pooled(connection: psycopg.Connection[Any]) -> bool:
    row = connection.execute("SELECT pg_backend_pid()").fetchone()
    return row is None or row[0] != connection.info.backend_pid
