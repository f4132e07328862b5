"""SQLite behind the seam: one writer thread whose waiting writes share a commit, and readers beside it."""

from __future__ import annotations

import time
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from storage.engines import sqlite_engine
from storage.errors import CommitFailedError
from storage.unit_of_work import Work, run

if TYPE_CHECKING:
    import sqlite3

    from sqlalchemy import URL, Connection

T = TypeVar("T")

READERS = 4

SHARE_SECONDS = 0.02
"""How long a transaction takes in further writes that wait. The first of them waits this much longer at most."""


class SqliteStore:
    """Runs work on one SQLite file.

    SQLite lets one transaction write at a time, and with `synchronous = FULL` nearly all its time is the wait for the
    disk. So the writes that queue up during one commit share the next. A lone write never waits for company.
    """

    def __init__(self, url: URL) -> None:
        self._write_engine = sqlite_engine(url, connections=1, writes=True)
        self._read_engine = sqlite_engine(url, connections=READERS, writes=False)
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="sqlite-writer")
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="sqlite-reader")
        self._waiting: deque[_Write[Any]] = deque()

    def write(self, work: Work[T]) -> Future[T]:
        """Queue a write; it is answered after the commit."""
        write = _Write(work)
        self._waiting.append(write)
        # One call of the writer for each write: it finds the write, or that an earlier call has taken it along.
        self._writer.submit(self._commit_waiting)
        return write.answer

    def read(self, work: Work[T]) -> Future[T]:
        """Run a read on a snapshot of its own."""
        return self._readers.submit(self._read, work)

    def stop(self) -> None:
        """Let the threads end when their queues are empty."""
        self._writer.shutdown(wait=False)
        self._readers.shutdown(wait=False)

    def disconnect(self) -> None:
        """Close the connections; no work uses one any more."""
        self._write_engine.dispose()
        self._read_engine.dispose()

    def _read(self, work: Work[T]) -> T:
        with self._read_engine.begin() as connection:
            return run(connection, work)

    def _next(self) -> _Write[Any] | None:
        while self._waiting:
            write = self._waiting.popleft()
            if write.answer.set_running_or_notify_cancel():
                return write
        return None

    def _commit_waiting(self) -> None:
        first = self._next()
        if first is None:
            return
        shared = [first]
        try:
            with self._write_engine.begin() as connection:
                # The first needs no savepoint: while it is alone, the whole transaction is its own.
                first.do(connection)
                _require_alive(connection)
                self._take_along(connection, shared)
        except BaseException as error:  # noqa: BLE001 (a thread's edge: every caller gets it)
            _fail(shared, error)
        else:
            for write in shared:
                write.answer.set_result(write.result)

    def _take_along(self, connection: Connection, shared: list[_Write[Any]]) -> None:
        enough = time.monotonic() + SHARE_SECONDS
        while time.monotonic() < enough and (write := self._next()) is not None:
            try:
                with connection.begin_nested():
                    write.do(connection)
            except BaseException as error:  # noqa: BLE001 (a thread's edge: its caller gets it)
                write.answer.set_exception(error)
            else:
                shared.append(write)
            _require_alive(connection)


def _require_alive(connection: Connection) -> None:
    # Some errors (a full disk) make SQLite roll back everything, the savepoints of others too.
    if not cast("sqlite3.Connection", connection.connection.driver_connection).in_transaction:
        raise CommitFailedError


def _fail(shared: list[_Write[Any]], error: BaseException) -> None:
    if len(shared) == 1:
        shared[0].answer.set_exception(error)
        return
    for write in shared:
        failed = CommitFailedError()
        failed.__cause__ = error
        write.answer.set_exception(failed)


class _Write(Generic[T]):
    """A write that waits, and the answer that its caller waits for."""

    __slots__ = ("answer", "result", "work")

    result: T

    def __init__(self, work: Work[T]) -> None:
        self.work = work
        self.answer: Future[T] = Future()

    def do(self, connection: Connection) -> None:
        self.result = run(connection, self.work)
