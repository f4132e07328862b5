"""The seam between the async edge and synchronous SQLAlchemy: `await database.write(fn, ...)` and `read(fn, ...)`.

`fn` is a plain function whose first parameter is a `Session`; it runs on a thread of the database's, in a transaction.

- It returns plain data. Rows may be returned too: their loaded columns stay readable; what was not loaded cannot be
  loaded any more, and changing them changes nothing.
- It does nothing but its queries, because on PostgreSQL it may run again (see `storage.postgresql`).
- It neither commits nor rolls back: it returns or it raises. What may fail and shall not undo the rest it wraps in
  `session.begin_nested()`; an error that it swallows otherwise undoes all of it, and its caller hears so.
- Cancelling the caller never splits a write. Work that has not begun is dropped as a whole; work that has begun goes on
  to its commit, unheard.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Protocol, TypeVar

from storage.engines import parse_url
from storage.errors import DatabaseClosedError
from storage.postgresql import PostgresqlStore
from storage.sqlite import SqliteStore

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from storage.unit_of_work import Work

P = ParamSpec("P")
T = TypeVar("T")

CLOSE_SECONDS = 5.0


class Store(Protocol):
    """What a kind of database does for the seam. The futures are answered on one of its threads."""

    def write(self, work: Work[T]) -> Future[T]:
        """Queue a write; it is answered after the commit."""

    def read(self, work: Work[T]) -> Future[T]:
        """Queue a read."""

    def stop(self) -> None:
        """Let the threads end when their queues are empty."""

    def disconnect(self) -> None:
        """Close the connections; no work uses one any more."""


class Database:
    """A database and its threads. Make one for each process and close it at the end.

    Args:
        url: as in DATABASE_URL: `sqlite:///firstcall.db` or `postgresql://user:password@host/name`. Nothing is
            connected before the first call.

    Raises:
        DatabaseUrlError: the URL is of no use; its text says why.
    """

    def __init__(self, url: str) -> None:
        self.url = parse_url(url)
        self._store: Store = (
            SqliteStore(self.url) if self.url.get_backend_name() == "sqlite" else PostgresqlStore(self.url)
        )
        self._pending: set[Future[Any]] = set()
        self._closing = False
        self._gave_up = False

    async def write(self, fn: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `fn(session, *args, **kwargs)` in a transaction; return its result when the commit is durable.

        Raises:
            Whatever `fn` raises: then nothing of its work is kept, and nobody else's work is touched.
            AbortedWorkError: `fn` went on after a statement had failed, outside of a savepoint; nothing is kept.
            CommitFailedError: the commit failed; nothing is kept.
            CommitUnknownError: PostgreSQL only; see there.
            DatabaseClosedError: after `close`.
            sqlalchemy.exc.DBAPIError: the database is out of reach, or locked by another process for seconds.
        """
        return await asyncio.wrap_future(self._submit(self._store.write, fn, *args, **kwargs))

    async def read(self, fn: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `fn(session, *args, **kwargs)` on one snapshot of what is committed; return its result.

        The database refuses every change that `fn` tries (`sqlalchemy.exc.DBAPIError`). A read never waits for writes.
        """
        return await asyncio.wrap_future(self._submit(self._store.read, fn, *args, **kwargs))

    def write_sync(self, fn: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """`write` for code without an event loop (the command line). Inside an `fn` it would wait for itself."""
        return self._submit(self._store.write, fn, *args, **kwargs).result()

    def read_sync(self, fn: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """`read` for code without an event loop (the command line)."""
        return self._submit(self._store.read, fn, *args, **kwargs).result()

    async def close(self, seconds: float = CLOSE_SECONDS) -> None:
        """Take no more calls, finish those that were made, close the connections. Safe to call twice.

        After `seconds` it waits no longer: what runs then may still commit; what has not begun is not begun any more
        and raises `DatabaseClosedError` for its caller.
        """
        await asyncio.to_thread(self.close_sync, seconds)

    def close_sync(self, seconds: float = CLOSE_SECONDS) -> None:
        """`close` for code without an event loop."""
        self._closing = True
        concurrent.futures.wait(tuple(self._pending), seconds)
        self._gave_up = True
        self._store.stop()
        self._disconnect_at_last()

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
            if self._gave_up:
                raise DatabaseClosedError
            return fn(session, *args, **kwargs)

        future = submit(work)
        self._pending.add(future)
        future.add_done_callback(self._done)
        return future

    def _done(self, future: Future[Any]) -> None:
        self._pending.discard(future)
        self._disconnect_at_last()

    def _disconnect_at_last(self) -> None:
        # Whoever comes last closes the connections: `close`, or the work that it did not wait for.
        if self._gave_up and not self._pending:
            self._store.disconnect()
