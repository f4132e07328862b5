"""Run work on SQLite: one writer thread with group commit (waiting writes share a commit), and reader threads."""

from __future__ import annotations

import time
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Semaphore
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from storage.engines import OPEN_FILES, sqlite_engine
from storage.errors import CommitFailedError, DatabaseReplacedError
from storage.sqlite_files import OpenFiles
from storage.unit_of_work import Work, run

if TYPE_CHECKING:
    import sqlite3

    from sqlalchemy import URL, Connection

T = TypeVar("T")

READERS = 4

GROUP_COMMIT_SECONDS = 0.02
"""How long a transaction admits further waiting writes. Its first write waits at most this much longer."""


class SqliteStore:
    """Runs work on one SQLite file.

    SQLite lets one transaction write at a time, and with `synchronous = FULL` it spends nearly all of that time waiting
    for the disk. So the writes that queue up during one commit share the next. A lone write never waits for others.
    """

    def __init__(self, url: URL) -> None:
        self._write_engine = sqlite_engine(url, connections=1, writes=True)
        self._read_engine = sqlite_engine(url, connections=READERS, writes=False)
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="sqlite-writer")
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="sqlite-reader")
        self._free_readers = Semaphore(READERS)
        self._queue: deque[_QueuedWrite[Any]] = deque()

    def write(self, work: Work[T]) -> Future[T]:
        """Queue a write; the future resolves after the commit."""
        write = _QueuedWrite(work)
        self._queue.append(write)
        # One call per write: it finds the write queued, or an earlier call has committed it with its group.
        self._writer.submit(self._commit_group)
        return write.future

    def read(self, work: Work[T]) -> Future[T]:
        """Run a read on a snapshot of its own."""
        return self._readers.submit(self._read, work)

    def stop(self) -> None:
        """Stop the threads once their queues are empty."""
        self._writer.shutdown(wait=False)
        self._readers.shutdown(wait=False)

    def disconnect(self) -> None:
        """Close the connections. No work may be running."""
        self._write_engine.dispose()
        self._read_engine.dispose()

    def _read(self, work: Work[T]) -> T:
        with self._free_readers, self._read_engine.begin() as connection:
            return run(connection, work)

    def _leave_files(self) -> None:
        """Close every connection at once; the next work opens what is at the path then.

        The connections of a process share what SQLite knows of the log. One that were still open, because somebody is
        reading, would make the new ones look for pages of the old log, and fail.
        """
        for _ in range(READERS):
            self._free_readers.acquire()
        try:
            self.disconnect()
        finally:
            self._free_readers.release(READERS)

    def _next_write(self) -> _QueuedWrite[Any] | None:
        while self._queue:
            write = self._queue.popleft()
            if write.future.set_running_or_notify_cancel():
                return write
        return None

    def _commit_group(self) -> None:
        first = self._next_write()
        if first is None:
            return
        group = [first]
        try:
            with self._write_engine.begin() as connection:
                files: OpenFiles | None = connection.info.get(OPEN_FILES)
                if files is not None:
                    files.require_unchanged()
                # The first write needs no savepoint: nothing else is in the transaction yet.
                first.run(connection)
                _require_open_transaction(connection)
                self._run_in_savepoints(connection, group)
            if files is not None:
                files.require_unchanged()
        except BaseException as error:  # noqa: BLE001 (the end of the thread: every caller gets it)
            if isinstance(error, DatabaseReplacedError):
                self._leave_files()
            _fail_all(group, error)
        else:
            for write in group:
                write.future.set_result(write.result)

    def _run_in_savepoints(self, connection: Connection, group: list[_QueuedWrite[Any]]) -> None:
        deadline = time.monotonic() + GROUP_COMMIT_SECONDS
        while time.monotonic() < deadline and (write := self._next_write()) is not None:
            try:
                with connection.begin_nested():
                    write.run(connection)
            except BaseException as error:  # noqa: BLE001 (the end of the thread: its caller gets it)
                write.future.set_exception(error)
            else:
                group.append(write)
            _require_open_transaction(connection)


def _require_open_transaction(connection: Connection) -> None:
    # Some errors (a full disk) make SQLite roll back the whole transaction, including the other savepoints.
    if not cast("sqlite3.Connection", connection.connection.driver_connection).in_transaction:
        raise CommitFailedError


def _fail_all(group: list[_QueuedWrite[Any]], error: BaseException) -> None:
    if len(group) == 1:
        group[0].future.set_exception(error)
        return
    for write in group:
        failed = DatabaseReplacedError() if isinstance(error, DatabaseReplacedError) else CommitFailedError()
        failed.__cause__ = error
        write.future.set_exception(failed)


class _QueuedWrite(Generic[T]):
    """A queued write and the future that its caller awaits."""

    __slots__ = ("future", "result", "work")

    result: T

    def __init__(self, work: Work[T]) -> None:
        self.work = work
        self.future: Future[T] = Future()

    def run(self, connection: Connection) -> None:
        self.result = run(connection, self.work)
