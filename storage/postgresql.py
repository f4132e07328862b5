"""PostgreSQL behind the seam: a pool of threads, and which failures are worth another try."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar, cast

from psycopg.pq import TransactionStatus
from sqlalchemy.exc import DBAPIError

from storage.engines import postgresql_engine
from storage.errors import AbortedWorkError, CommitUnknownError
from storage.unit_of_work import Work, run

if TYPE_CHECKING:
    import psycopg
    from sqlalchemy import URL, Connection

T = TypeVar("T")

CONNECTIONS = 8

TRIES = 5

PAUSE_SECONDS = 0.01
"""The first pause before another try, at most. It doubles each time and is drawn at random, so that rivals part."""

SERIALIZATION_FAILURE, DEADLOCK_DETECTED = "40001", "40P01"


class PostgresqlStore:
    """Runs work on a PostgreSQL database, `CONNECTIONS` pieces at a time.

    A write is tried again, up to `TRIES` times, when PostgreSQL certainly kept nothing of it: it was the victim of a
    deadlock or a serialization failure (at COMMIT too: then the server itself said so), or its connection broke before
    COMMIT was sent. When the connection breaks during COMMIT nobody can know: `CommitUnknownError`, and no second try.
    """

    def __init__(self, url: URL) -> None:
        self._engine = postgresql_engine(url, connections=CONNECTIONS)
        self._read_engine = self._engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self._threads = ThreadPoolExecutor(CONNECTIONS, thread_name_prefix="postgresql")

    def write(self, work: Work[T]) -> Future[T]:
        """Queue a write; it is answered after the commit."""
        return self._threads.submit(_again, self._write, work)

    def read(self, work: Work[T]) -> Future[T]:
        """Run a read on a snapshot of its own."""
        return self._threads.submit(_again, self._read, work)

    def stop(self) -> None:
        """Let the threads end when their queue is empty."""
        self._threads.shutdown(wait=False)

    def disconnect(self) -> None:
        """Close the connections; no work uses one any more."""
        self._engine.dispose()

    def _read(self, work: Work[T]) -> T:
        with self._read_engine.begin() as connection:
            return run(connection, work)

    def _write(self, work: Work[T]) -> T:
        with self._engine.connect() as connection:
            transaction = connection.begin()
            result = run(connection, work)
            _require_alive(connection)
            try:
                transaction.commit()
            except DBAPIError as error:
                if error.connection_invalidated:
                    raise CommitUnknownError from error
                raise
            return result


def _require_alive(connection: Connection) -> None:
    # PostgreSQL answers COMMIT after a failed statement with a silent ROLLBACK.
    driver = cast("psycopg.Connection[object]", connection.connection.driver_connection)
    if driver.info.transaction_status is TransactionStatus.INERROR:
        raise AbortedWorkError


def _again(attempt: Callable[[Work[T]], T], work: Work[T]) -> T:
    for tried in range(1, TRIES):
        try:
            return attempt(work)
        except DBAPIError as error:
            if not _nothing_was_kept(error):
                raise
        time.sleep(random.uniform(0, PAUSE_SECONDS * 2 ** (tried - 1)))  # noqa: S311 (no secret, only jitter)
    return attempt(work)


def _nothing_was_kept(error: DBAPIError) -> bool:
    sqlstate = getattr(error.orig, "sqlstate", None)
    return error.connection_invalidated or sqlstate in (SERIALIZATION_FAILURE, DEADLOCK_DETECTED)
