"""Synchronous SQLAlchemy for async code: `await database.write(fn, ...)` and `await database.read(fn, ...)`.

`fn` is a plain function whose first parameter is a `Session`. It runs in a transaction, on a thread.

- It returns plain data. It may also return rows: their loaded columns stay readable, but nothing more can be loaded,
  and changes to them are not saved.
- It only runs queries, because PostgreSQL may run it again (see `storage.postgresql`).
- It never commits or rolls back: it returns or raises. Wrap a part that may fail alone in `session.begin_nested()`;
  if `fn` swallows a database error without that, everything is rolled back and the caller gets `AbortedWorkError`.
- Cancelling the caller never splits a write. Work that has not started is dropped; work that has started still commits,
  and its result is discarded.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Protocol, TypeVar

from sqlalchemy.exc import DBAPIError

from storage.database_url import parse_url
from storage.errors import CommitFailedError, DatabaseClosedError
from storage.health import find_damage, is_damage, write_a_little
from storage.postgresql import PostgresqlStore
from storage.sqlite import SqliteStore

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from storage.unit_of_work import Work

P = ParamSpec("P")
T = TypeVar("T")

CLOSE_SECONDS = 5.0
DAMAGE_COUNTS_SECONDS = 60.0


class Store(Protocol):
    """One kind of database. It resolves each future on one of its own threads."""

    def write(self, work: Work[T]) -> Future[T]:
        """Queue a write; the future resolves after the commit."""

    def read(self, work: Work[T]) -> Future[T]:
        """Queue a read."""

    def stop(self) -> None:
        """Stop the threads once their queues are empty."""

    def disconnect(self) -> None:
        """Close the connections. No work may be running."""


class Database:
    """A database and its threads. Create one per process and close it at the end.

    Args:
        url: as in DATABASE_URL: `sqlite:///firstcall.db` or `postgresql://user:password@host/name`. The first call
            connects.

    Raises:
        DatabaseUrlError: the URL cannot be used; the message says why.
    """

    def __init__(self, url: str) -> None:
        self.url = parse_url(url)
        self._store: Store = (
            SqliteStore(self.url) if self.url.get_backend_name() == "sqlite" else PostgresqlStore(self.url)
        )
        self._pending: set[Future[Any]] = set()
        self._damaged_at = float("-inf")
        self._closing = False
        self._closed = False

    async def write(self, fn: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `fn(session, *args, **kwargs)` in a transaction; return its result once the commit is durable.

        Raises:
            Whatever `fn` raises: its work is rolled back, and no other work is affected.
            AbortedWorkError: `fn` continued after a statement had failed outside a savepoint; nothing was kept.
            CommitFailedError: the commit failed; nothing was kept.
            CommitUnknownError: PostgreSQL only; see its docstring.
            DatabaseClosedError: `close` was called.
            sqlalchemy.exc.DBAPIError: the database is unreachable, or another process kept it locked for seconds.
        """
        try:
            result = await asyncio.wrap_future(self._submit(self._store.write, fn, *args, **kwargs))
        except (DBAPIError, CommitFailedError) as error:
            if is_damage(error):
                self._damaged_at = time.monotonic()
            raise
        self._damaged_at = float("-inf")
        return result

    async def find_trouble(self) -> str | None:
        """Why a write would fail now; None if it would succeed. It writes to find out, and so waits like a write.

        A full disk or a damaged page counts for `DAMAGE_COUNTS_SECONDS`, or until a write succeeds: this one is small,
        and may not meet it.

        Raises `sqlalchemy.exc.DBAPIError` or `StorageError` if the database fails.
        """
        if not await asyncio.wrap_future(self._submit(self._store.write, write_a_little)):
            return "the database is of another version"
        damage = await asyncio.wrap_future(self._submit(self._store.read, find_damage))
        if damage is None and time.monotonic() - self._damaged_at < DAMAGE_COUNTS_SECONDS:
            return "the last write met a full disk or a damaged page"
        return damage

    async def read(self, fn: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `fn(session, *args, **kwargs)` on one snapshot of the committed data; return its result.

        The database refuses any change by `fn` (`sqlalchemy.exc.DBAPIError`). Reads never wait for writes.
        """
        return await asyncio.wrap_future(self._submit(self._store.read, fn, *args, **kwargs))

    def write_sync(self, fn: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """`write` for code without an event loop (the command line). Inside an `fn` it would wait for itself."""
        return self._submit(self._store.write, fn, *args, **kwargs).result()

    def read_sync(self, fn: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """`read` for code without an event loop (the command line)."""
        return self._submit(self._store.read, fn, *args, **kwargs).result()

    async def close(self, seconds: float = CLOSE_SECONDS) -> None:
        """Refuse new calls, finish the pending ones, close the connections. Safe to call twice.

        Waits at most `seconds`. Work that is still running then may commit; work that has not started raises
        `DatabaseClosedError` for its caller.
        """
        await asyncio.to_thread(self.close_sync, seconds)

    def close_sync(self, seconds: float = CLOSE_SECONDS) -> None:
        """`close` for code without an event loop."""
        self._closing = True
        concurrent.futures.wait(tuple(self._pending), seconds)
        self._closed = True
        self._store.stop()
        self._disconnect_when_idle()

    def _submit(
        self,
        submit: Callable[[Work[T]], Future[T]],
        fn: Callable[Concatenate[Session, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> Future[T]:
        if self._closing:
            raise DatabaseClosedError

        def work(session: Session) -> T:
            if self._closed:
                raise DatabaseClosedError
            return fn(session, *args, **kwargs)

        future = submit(work)
        self._pending.add(future)
        future.add_done_callback(self._on_done)
        return future

    def _on_done(self, future: Future[Any]) -> None:
        self._pending.discard(future)
        self._disconnect_when_idle()

    def _disconnect_when_idle(self) -> None:
        # Called by `close`, and by each piece of work that outlived it: the last one closes the connections.
        if self._closed and not self._pending:
            self._store.disconnect()
